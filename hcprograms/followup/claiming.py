"""Claims on follow-ups: whose turn it is to send, for how long, and how it ended.

A claim is a lease. It sets ``due_at`` to its own end, so that whatever nobody finishes is due
again by itself, and one index on ``due_at`` finds all there is to do. Every later change asks for
the claim's token: a worker that outlived its lease changes nothing.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import Error, connection
from django.db.models import (
    Case,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from hcprograms.conf import conf
from hcprograms.followup.models import FollowUp, TemplateVersion
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scopes_disabled

NEEDED = (
    "endpoint",
    "appointment__type",
    "appointment__membership__user",
    "membership__user",
    "lead__assigned_to__user",
    "lead__institution__office_hours",
    "lead__institution__closures",
    "lead__choices__offering__program__institution",
    "lead__consents",
    "lead__merged__consents",
    "lead__form",
)
"""What the messages of a batch are made of, read once for all of them and shared between them."""

CLAIM_ENDED: dict[str, object] = {
    "claim_token": None,
    "claimed_at": None,
    "overdue_since": None,
    "send_started_at": None,
    "interrupted_claims": None,
}
"""What a row holds once there is an outcome."""


def _texts() -> "Prefetch[str]":
    """The institutions' own texts, each language in its latest version only."""
    same = TemplateVersion.objects.filter(
        template=OuterRef("template"), language=OuterRef("language")
    )
    latest = same.order_by().values("template", "language").annotate(latest=Max("number"))
    versions = TemplateVersion.objects.filter(number=Subquery(latest.values("latest")[:1]))
    return Prefetch("lead__institution__message_templates__versions", versions)


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows that are this worker's until ``ends_at``."""

    token: uuid.UUID
    rows: Sequence[FollowUp]
    ends_at: datetime


def claim_due(
    *,
    now: datetime,
    limit: int,
    institution: Institution | None = None,
    events: bool = False,
    only: Sequence[int] | None = None,
) -> Claim:
    """Claim up to ``limit`` due rows, the longest due first. Needs scopes disabled.

    Messages to people, or ``events`` for other systems: apart, so that a system that does not
    answer keeps nobody waiting. ``only``: of these rows, by key.
    When nothing is due this is one indexed query. A row whose last claim ran out while it was
    being sent counts one more attempt of unknown outcome: its worker may have died after the
    server took the message. One whose claim ran out before that was only interrupted.
    """
    claim = Claim(uuid.uuid4(), [], now + conf.lease)
    if connection.vendor == "postgresql" and only is None:
        rows = _take_at_once(claim, now, limit, institution, events)
    else:
        rows = _take(claim, now, limit, _due(now, institution, events), only)
    try:
        prefetch_related_objects(rows, *_needed(rows))
        # Where no answer was promised by a moment, what is planned says by when to expect it.
        unpromised = [row.lead for row in rows if row.lead and row.lead.answer_due_at is None]
        prefetch_related_objects(unpromised, "follow_ups")
    except Exception:
        # Nothing was sent, and nobody will while this lasts: do not wait for the lease as well.
        with suppress(Error):
            release_unsent(claim=claim, rows=rows, now=now)
        raise
    return replace(claim, rows=rows)


def _take(
    claim: Claim, now: datetime, limit: int, due: QuerySet[FollowUp], only: Sequence[int] | None
) -> list[FollowUp]:
    """Repeating the condition makes two claims exclude each other where rows cannot be locked."""
    if only is not None:
        due = due.filter(pk__in=only)
    wanted = list(due.values_list("pk", flat=True)[:limit])
    if not wanted:
        return []
    due.order_by().filter(pk__in=wanted).update(
        ambiguous_attempts=F("ambiguous_attempts")
        + Case(
            When(state=FollowUp.State.SENDING, send_started_at__isnull=False, then=1), default=0
        ),
        interrupted_claims=Coalesce("interrupted_claims", 0)
        + Case(When(state=FollowUp.State.SENDING, send_started_at=None, then=1), default=0),
        state=FollowUp.State.SENDING,
        claim_token=claim.token,
        claimed_at=now,
        overdue_since=Coalesce("overdue_since", "due_at"),
        send_started_at=None,
        due_at=claim.ends_at,
    )
    claimed = FollowUp.objects.filter(pk__in=wanted, claim_token=claim.token)
    return list(claimed.order_by("pk"))


TABLE = FollowUp._meta.db_table
# The names of tables are ours; every value is a parameter.
TAKE_AT_ONCE = f"""
    WITH due AS (
        SELECT id FROM {TABLE}
        WHERE is_open AND due_at <= %s AND (endpoint_id IS NOT NULL) = %s
            AND (%s::bigint IS NULL OR institution_id = %s)
        ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
    )
    UPDATE {TABLE} AS row SET
        ambiguous_attempts = ambiguous_attempts
            + CASE WHEN state = 'sending' AND send_started_at IS NOT NULL THEN 1 ELSE 0 END,
        interrupted_claims = coalesce(interrupted_claims, 0)
            + CASE WHEN state = 'sending' AND send_started_at IS NULL THEN 1 ELSE 0 END,
        state = 'sending', claim_token = %s, claimed_at = %s, send_started_at = NULL,
        overdue_since = coalesce(overdue_since, row.due_at), due_at = %s
    FROM due WHERE row.id = due.id RETURNING row.*
"""  # noqa: S608  # nosec B608


def _take_at_once(
    claim: Claim, now: datetime, limit: int, institution: Institution | None, events: bool
) -> list[FollowUp]:
    """The same as :func:`_take` in one statement, past the rows that somebody else is taking."""
    school = institution.pk if institution else None
    values = [now, events, school, school, limit, claim.token, now, claim.ends_at]
    return sorted(FollowUp.objects.raw(TAKE_AT_ONCE, values), key=lambda row: row.pk)


def _needed(rows: Sequence[FollowUp]) -> "list[str | Prefetch[str]]":
    """Of what messages are made of, all that any of these rows has."""
    paths: list[str | Prefetch[str]] = [*NEEDED, _texts()] if rows else []
    return [path for path in paths if any(getattr(row, _first(path)) is not None for row in rows)]


def _first(path: "str | Prefetch[str]") -> str:
    """The column of the row that a path begins with."""
    name = path if isinstance(path, str) else path.prefetch_through
    return f"{name.partition('__')[0]}_id"


def has_due_events(*, now: datetime) -> bool:
    """Whether another system waits to be told of something. One indexed query."""
    with scopes_disabled():
        return _due(now, None, events=True).exists()


def start_send(*, claim: Claim, row: FollowUp, now: datetime) -> bool:
    """Write that the message is handed over from now on; False when the claim was lost meanwhile.

    Until then no server was tried: the row counts no attempt, and a worker that dies leaves
    nothing unknown.
    """
    started = _claimed(claim, [row.pk]).update(
        send_started_at=now,
        attempts=F("attempts") + 1,
        first_attempt_at=Coalesce("first_attempt_at", Value(now)),
    )
    row.attempts += 1
    row.first_attempt_at = row.first_attempt_at or now
    return started == 1


def release_unsent(
    *, claim: Claim, rows: Sequence[FollowUp], now: datetime, is_deferred: bool = False
) -> int:
    """Give claimed rows back untried, due ``now``; they stay overdue for as long as they were.

    ``is_deferred``: they are put off until ``now`` on purpose, and not overdue before that.
    """
    fields: dict[str, object] = {"overdue_since": None} if is_deferred else {}
    return _claimed(claim, [row.pk for row in rows]).update(
        state=FollowUp.State.PLANNED,
        claim_token=None,
        claimed_at=None,
        send_started_at=None,
        due_at=now,
        **fields,
    )


def finish(*, claim: Claim, row: FollowUp, **fields: object) -> bool:
    """Write how a claimed row ended and end its claim; False when the claim was lost meanwhile."""
    ended = _claimed(claim, [row.pk]).update(**CLAIM_ENDED, **fields)
    return ended == 1


def _due(now: datetime, institution: Institution | None, events: bool) -> QuerySet[FollowUp]:
    due = FollowUp.objects.filter(
        is_open=True, due_at__lte=now, endpoint__isnull=not events
    ).order_by("due_at", "pk")
    return due.filter(institution=institution) if institution else due


def _claimed(claim: Claim, keys: Sequence[int]) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(
        Q(pk__in=keys), state=FollowUp.State.SENDING, claim_token=claim.token
    )
