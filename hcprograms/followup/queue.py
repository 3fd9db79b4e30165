"""The queue of messages: leases on what is due, outcomes, and when a message is tried again.

A lease sets ``due_at`` to its own end, so that whatever is left unfinished is due again by itself,
and one index on ``due_at`` finds all there is to do. Every later change asks for the lease's token:
a worker that outlived its lease changes nothing.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import Error, transaction
from django.db.models import (
    Case,
    F,
    Max,
    OuterRef,
    Prefetch,
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
from hcprograms.leads.locking import lock_leads
from hcprograms.leads.models.lead import Lead, LeadEvent

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
# Short: a server that is back should not wait for us, and one attempt costs it nothing.
LONGEST_PAUSE_WHEN_UNREACHABLE = timedelta(seconds=60)
# At worst so many copies may one recipient get in excess of one.
MAX_UNKNOWN = 5

State = FollowUp.State

# What the messages of a batch are made of, read once for all of them and shared between them.
RELATED = (
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

# What a row holds once there is an outcome.
LEASE_ENDED: dict[str, object] = {
    "lease_token": None,
    "leased_at": None,
    "overdue_since": None,
    "send_started_at": None,
    "interrupted_leases": None,
}


class Outcome(Enum):
    """How an attempt ended that did not end well."""

    DEFERRED = "deferred"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Lease:
    """Rows that are this worker's until ``ends_at``."""

    token: uuid.UUID
    rows: Sequence[FollowUp]
    ends_at: datetime


def lease_due(
    *,
    now: datetime,
    limit: int,
    institution: Institution | None = None,
    events: bool = False,
    only: Sequence[int] | None = None,
) -> Lease:
    """Lease up to ``limit`` due rows, the longest due first. Needs scopes disabled.

    Messages to people, or ``events`` for other systems: apart, so that a system that does not
    answer keeps nobody waiting. ``only``: of these rows, by key.
    """
    token, ends_at = uuid.uuid4(), now + conf.lease
    due = _filter_due(now, institution, events)
    if only is not None:
        due = due.filter(pk__in=only)
    if not due.exists():
        return Lease(token, [], ends_at)
    rows = _take_rows(due, limit, Lease(token, [], ends_at), now)
    lease = Lease(token, rows, ends_at)
    try:
        _prefetch_related(rows)
    except Exception:
        # Nothing was sent, and nothing will be while this lasts: do not wait for the lease as well.
        with suppress(Error):
            release(lease=lease, rows=rows, due_at=now)
        raise
    return lease


def has_due_events(*, now: datetime) -> bool:
    """Return whether another system waits to be told of something. One indexed query."""
    with scopes_disabled():
        return _filter_due(now, None, events=True).exists()


def start_attempt(*, lease: Lease, row: FollowUp, now: datetime) -> bool:
    """Record that the message is handed over from now on; False when the lease was lost meanwhile.

    Until then no server was tried: the row counts no attempt, and a worker that dies leaves
    nothing unknown.
    """
    started = _filter_leased(lease, [row]).update(
        send_started_at=now,
        attempts=F("attempts") + 1,
        first_attempt_at=Coalesce("first_attempt_at", Value(now)),
    )
    row.attempts += 1
    row.first_attempt_at = row.first_attempt_at or now
    return started == 1


def release(
    *, lease: Lease, rows: Sequence[FollowUp], due_at: datetime, is_postponed: bool = False
) -> int:
    """Give leased rows back untried, due at ``due_at``; return how many.

    They stay overdue for as long as they were; with ``is_postponed`` they are put off on purpose,
    and not overdue before ``due_at``.
    """
    fields: dict[str, object] = {"overdue_since": None} if is_postponed else {}
    return _filter_leased(lease, rows).update(
        state=State.PLANNED,
        lease_token=None,
        leased_at=None,
        send_started_at=None,
        due_at=due_at,
        **fields,
    )


def mark_sent(
    *, lease: Lease, row: FollowUp, now: datetime, text: str, version_id: int | None = None
) -> bool:
    """Record that the message was taken; False when the lease was lost meanwhile.

    ``text`` is the entry in the lead's timeline; an event for another system is none, and what is
    about no lead has none. ``version_id``: the version of the template that was sent; None for the
    built-in one.
    """
    fields: dict[str, object] = {"state": State.SENT, "sent_at": now, "last_error": ""}
    if row.purpose == FollowUp.Purpose.UNIDENTIFIED:
        # No erasure finds the words of an unknown sender: they leave with the mail.
        fields |= {"subject": "", "text": "", "details": None}
    if row.endpoint_id or row.lead_id is None:
        return _end_lease(lease, row, **fields)
    with transaction.atomic():
        # The lead is locked before the row, as everywhere: an erasure under way would else wait
        # for this row, and this for the erasure's lock on the lead.
        leads = Lead.objects.select_for_update(no_key=True)
        if not leads.filter(pk=row.lead_id, erased_at=None).values_list("pk").first():
            return False
        if not _end_lease(lease, row, template_version_id=version_id, **fields):
            return False
        LeadEvent.objects.create(
            lead_id=row.lead_id, kind=LeadEvent.Kind.MAIL_SENT, at=now, text=text
        )
    return True


def mark_deferred(*, lease: Lease, row: FollowUp, due_at: datetime, error: str) -> bool:
    """Record that the message will be tried again; False when the lease was lost meanwhile."""
    return _end_lease(lease, row, state=State.PLANNED, due_at=due_at, last_error=error)


def mark_failed(*, lease: Lease, row: FollowUp, now: datetime, reason: str) -> bool:
    """Record that the message is given up, also in the lead's timeline.

    False when the lease was lost, or the lead was erased meanwhile. Needs a transaction.
    """
    # The lead first, as everywhere: an erasure deletes the row, and nothing is recorded then.
    if row.lead is not None and not lock_leads([row.lead]):
        return False
    if not _end_lease(lease, row, state=State.FAILED, last_error=reason):
        return False
    if row.endpoint_id is None and row.lead is not None:  # events have a log of their own
        kind = LeadEvent.Kind.MAIL_FAILED
        LeadEvent.objects.create(lead=row.lead, kind=kind, at=now, text=f"{row}: {reason}")
    return True


def mark_cancelled(*, lease: Lease, row: FollowUp) -> bool:
    """Record that the message is not called for any more; False when the lease was lost."""
    return _end_lease(lease, row, state=State.CANCELLED)


def get_retry_at(
    row: FollowUp, outcome: Outcome, *, now: datetime, retry_for: timedelta, jitter: float
) -> datetime | None:
    """Return the time of the next attempt, None to give up; the row counts the attempt just made.

    The pause doubles from 30 s and is then shortened by up to half: ``jitter`` is a random number
    from 0 to 1. The last attempt is made not before ``retry_for`` after the first one, unless the
    outcome was unknown too often, where every further attempt may be one more copy.
    """
    give_up_at = (row.first_attempt_at or now) + retry_for
    is_unknown_too_often = row.ambiguous_attempts >= MAX_UNKNOWN
    if outcome is Outcome.REFUSED or now >= give_up_at or is_unknown_too_often:
        return None
    unreachable = outcome is Outcome.UNREACHABLE
    longest = LONGEST_PAUSE_WHEN_UNREACHABLE if unreachable else LONGEST_PAUSE
    doublings = min(max(row.attempts, 1) - 1, 10)  # 1 << 10 is past the longest pause already
    pause = min(FIRST_PAUSE * (1 << doublings), longest)
    return min(now + pause * (1 - jitter / 2), give_up_at)


def _filter_due(now: datetime, institution: Institution | None, events: bool) -> QuerySet[FollowUp]:
    due = FollowUp.objects.filter(
        is_open=True, due_at__lte=now, endpoint__isnull=not events
    ).order_by("due_at", "pk")
    return due.filter(institution=institution) if institution else due


def _filter_leased(lease: Lease, rows: Sequence[FollowUp]) -> QuerySet[FollowUp]:
    keys = [row.pk for row in rows]
    return FollowUp.objects.filter(pk__in=keys, state=State.SENDING, lease_token=lease.token)


@transaction.atomic
def _take_rows(due: QuerySet[FollowUp], limit: int, lease: Lease, now: datetime) -> list[FollowUp]:
    """Lease the rows, past those that another worker is taking at this moment.

    A row whose last lease ran out while it was being sent counts one more attempt of unknown
    outcome: its worker may have died after the server took the message. One whose lease ran out
    before that was only interrupted.
    """
    # SQLite ignores the lock; there the condition, repeated in the update, keeps two workers apart.
    keys = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    due.order_by().filter(pk__in=keys).update(
        ambiguous_attempts=F("ambiguous_attempts")
        + Case(When(state=State.SENDING, send_started_at__isnull=False, then=1), default=0),
        interrupted_leases=Coalesce("interrupted_leases", 0)
        + Case(When(state=State.SENDING, send_started_at=None, then=1), default=0),
        state=State.SENDING,
        lease_token=lease.token,
        leased_at=now,
        overdue_since=Coalesce("overdue_since", "due_at"),
        send_started_at=None,
        due_at=lease.ends_at,
    )
    taken = FollowUp.objects.filter(pk__in=keys, lease_token=lease.token)
    return list(taken.order_by("pk"))


def _prefetch_related(rows: Sequence[FollowUp]) -> None:
    """Read all that the messages are made of."""
    same = TemplateVersion.objects.filter(
        template=OuterRef("template"), language=OuterRef("language")
    )
    latest = same.order_by().values("template", "language").annotate(latest=Max("number"))
    # Of the institutions' own texts, each language in its latest version only.
    versions = TemplateVersion.objects.filter(number=Subquery(latest.values("latest")[:1]))
    texts = Prefetch("lead__institution__message_templates__versions", versions)
    prefetch_related_objects(rows, *RELATED, texts)
    # Where no answer was promised by a moment, what is planned says by when to expect it.
    unpromised = [row.lead for row in rows if row.lead and row.lead.answer_due_at is None]
    prefetch_related_objects(unpromised, "follow_ups")


def _end_lease(lease: Lease, row: FollowUp, **fields: object) -> bool:
    ended = _filter_leased(lease, [row]).update(
        **LEASE_ENDED,
        **fields,
        message_id=row.message_id,
        ambiguous_attempts=row.ambiguous_attempts,
    )
    return ended == 1
