"""Sending what is due: claim, render, hand over, write down how it ended; one row at a time."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import Error, transaction
from django.utils.translation import gettext as _

from hcprograms.conf import conf
from hcprograms.followup.bouncing import note_dead_address
from hcprograms.followup.channels.base import (
    AddressDead,
    Channel,
    DeliveryError,
    Gone,
    Message,
    OutcomeUnknown,
    Refused,
    Unreachable,
)
from hcprograms.followup.channels.registry import Channels
from hcprograms.followup.claiming import Claim, claim_due, finish, release_unsent, start_send
from hcprograms.followup.manager_alerts import alert_refused_mail, is_server_answer
from hcprograms.followup.marking import mark_sent
from hcprograms.followup.messages import render_message
from hcprograms.followup.models import FollowUp
from hcprograms.followup.recipients import find_address
from hcprograms.followup.retry import MAX_AMBIGUOUS, History, Outcome, next_attempt_at
from hcprograms.followup.wanted import is_wanted
from hcprograms.followup.watching.bulletins import is_bulletin_wanted, render_bulletin
from hcprograms.followup.webhooks.condition import (
    ENDPOINT_PAUSED,
    note_failure,
    note_success,
    pause_endpoint,
)
from hcprograms.followup.webhooks.requests import render_request
from hcprograms.followup.wording.troubles import note_trouble, tell_sent
from hcprograms.institutions.discretion import describe_error
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.locking import lock_leads
from hcprograms.leads.models.lead import LeadEvent

logger = logging.getLogger(__name__)

State = FollowUp.State

ENDPOINT_RESTS = timedelta(seconds=30)


@dataclass(slots=True)
class Delivered:
    """What one call did. ``is_unreachable``: nobody took messages, the rest was given back."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    cancelled: int = 0
    released: int = 0
    lost_claims: int = 0
    is_unreachable: bool = False
    resting: set[int | None] = field(default_factory=set)
    """Endpoints that took nothing just now; the others go first."""

    @property
    def finished(self) -> int:
        """Rows that this call need not meet again now."""
        return self.sent + self.retried + self.failed + self.cancelled

    def __str__(self) -> str:
        return (
            f"{self.sent} sent, {self.retried} to try again, {self.failed} failed,"
            f" {self.cancelled} cancelled, {self.released} given back"
        )


def deliver_due(
    *,
    now: datetime,
    limit: int,
    institution: Institution | None = None,
    events: bool = False,
    only: Sequence[int] | None = None,
    channels: Channels | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Send up to ``limit`` messages that are due, of one institution or of all.

    Messages to people; with ``events``, requests to other systems instead. ``only`` names the
    rows to send, by key.

    Safe to run anywhere, at any time, any number of times at once: rows are claimed. Each row is
    written down as soon as its own message was taken. ``channels`` keeps connections between
    calls; ``should_stop`` is asked before each message. Rows that cannot be tried before the
    claim ends are given back.
    """
    started = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    delivered = Delivered()
    own = channels or Channels()
    try:
        with scopes_disabled():
            claim = claim_due(
                now=now, limit=limit, institution=institution, events=events, only=only
            )
            rows, others = _order(claim.rows)
            if others:
                _give_back(claim, others, clock(), delivered)
            for number, row in enumerate(rows):
                if should_stop() or delivered.is_unreachable or _is_too_late(claim, clock()):
                    _give_back(claim, rows[number:], clock(), delivered)
                    break
                if row.endpoint_id in delivered.resting:
                    later = clock() + ENDPOINT_RESTS
                    _give_back(claim, [row], later, delivered, is_deferred=True)
                    continue
                try:
                    _deliver(claim, row, own, clock, delivered)
                except BaseException:
                    # It could not be written down, or this process is to end: wait for nobody.
                    with suppress(Error):
                        _give_back(claim, rows[number + 1 :], clock(), delivered)
                    raise
    finally:
        if channels is None:
            own.close()
    return delivered


def _order(rows: Sequence[FollowUp]) -> tuple[list[FollowUp], list[FollowUp]]:
    """What to try now, and what to give back.

    A row whose worker died may be what it died of: such rows come last, and one at a time, so
    that none of them takes others along.
    """
    suspects = [row for row in rows if row.ambiguous_attempts or row.interrupted_claims]
    sound = [row for row in rows if not (row.ambiguous_attempts or row.interrupted_claims)]
    return sound + suspects[:1], suspects[1:]


def _is_too_late(claim: Claim, now: datetime) -> bool:
    """Whether a message begun now could outlive the claim."""
    return now + timedelta(seconds=conf.send_deadline_seconds) >= claim.ends_at


def _give_back(
    claim: Claim,
    rows: Sequence[FollowUp],
    now: datetime,
    delivered: Delivered,
    *,
    is_deferred: bool = False,
) -> None:
    delivered.released += release_unsent(claim=claim, rows=rows, now=now, is_deferred=is_deferred)


def _deliver(
    claim: Claim,
    row: FollowUp,
    channels: Channels,
    clock: Callable[[], datetime],
    delivered: Delivered,
) -> None:
    is_bulletin = row.lead_id is None
    if not (is_bulletin_wanted(row, now=clock()) if is_bulletin else is_wanted(row)):
        delivered.cancelled += finish(claim=claim, row=row, state=State.CANCELLED)
        return
    if row.endpoint is not None and row.endpoint.is_paused:
        # Paused after this was claimed or planned: pausing ends only what nobody has claimed.
        _fail(claim, row, str(ENDPOINT_PAUSED), clock(), delivered)
        return
    if row.ambiguous_attempts >= MAX_AMBIGUOUS:
        reason = _("Nobody knows whether %(count)s attempts arrived.")
        _fail(claim, row, reason % {"count": row.ambiguous_attempts}, clock(), delivered)
        return
    if (row.interrupted_claims or 0) >= MAX_AMBIGUOUS:
        reason = _("The sending process stopped %(count)s times before it could send this.")
        _fail(claim, row, reason % {"count": row.interrupted_claims}, clock(), delivered)
        return
    try:
        channel = channels.get(row.channel)
        _fill_address(row)
        render = render_bulletin if is_bulletin else render_message
        render = render_request if row.endpoint_id else render
        message = render(row, now=clock())
    except Exception as error:
        logger.error("A follow-up cannot be written: %s", describe_error(error), extra=_ids(row))
        reason = f"{type(error).__name__}: {error}"
        _fail(claim, row, _("The message could not be written. %s") % reason, clock(), delivered)
        return
    # Its person may have been erased since it was claimed.
    if not start_send(claim=claim, row=row, now=clock()):
        delivered.lost_claims += 1
        return
    trouble = _send(channel, message, row)
    if trouble is None:
        _mark_sent(claim, row, message, clock(), delivered)
    else:
        _write_failure(claim, row, message, trouble, clock(), delivered)


def _fill_address(row: FollowUp) -> None:
    """A colleague who had no address when this was planned may have one now."""
    if not row.address and row.membership:
        row.address = find_address(row.membership)
    if not row.address:
        raise LookupError(_("There is no address to write to."))


def _send(channel: Channel, message: Message, row: FollowUp) -> DeliveryError | None:
    try:
        channel.send(message)
    except DeliveryError as error:
        return error
    except Exception as error:
        told = describe_error(error)
        logger.error("Channel %s broke: %s", row.channel, told, extra=_ids(row))
        return OutcomeUnknown(f"{type(error).__name__}: {error}")
    return None


def _mark_sent(
    claim: Claim, row: FollowUp, message: Message, now: datetime, delivered: Delivered
) -> None:
    used = message.used
    if not mark_sent(
        claim=claim,
        row=row,
        message_id=message.id,
        text=tell_sent(row, used),
        version_id=used.version_id,
        now=now,
    ):
        delivered.lost_claims += 1
        return
    delivered.sent += 1
    if used.trouble:
        note_trouble(used)
    if row.endpoint_id:
        note_success(endpoint_id=row.endpoint_id, now=now)


def _write_failure(
    claim: Claim,
    row: FollowUp,
    message: Message,
    error: DeliveryError,
    now: datetime,
    delivered: Delivered,
) -> None:
    outcome = _outcome(error)
    delivered.is_unreachable = outcome is Outcome.UNREACHABLE
    ambiguous = row.ambiguous_attempts + (outcome is Outcome.AMBIGUOUS)
    due_at = next_attempt_at(
        outcome=outcome,
        history=History(
            attempts=row.attempts,
            ambiguous=ambiguous,
            first_attempt_at=row.first_attempt_at or now,
        ),
        now=now,
        retry_for=conf.webhook_retry_for if row.endpoint_id else conf.retry_for,
        jitter=random.random(),  # nosec B311 (no secret)
    )
    logger.warning("A follow-up was not taken: %s", outcome.value, extra=_ids(row))
    told = {"message_id": message.id, "ambiguous_attempts": ambiguous}
    if row.endpoint_id:
        note_failure(endpoint_id=row.endpoint_id, reason=_short(str(error)), now=now)
        delivered.resting.add(row.endpoint_id)
    if due_at is None:
        is_dead = isinstance(error, AddressDead)
        _fail(claim, row, str(error), now, delivered, is_dead=is_dead, **told)
        if row.endpoint and (outcome is not Outcome.FINAL or isinstance(error, Gone)):
            pause_endpoint(endpoint=row.endpoint, now=now)
            # The rest of the batch need not wait: it ends without a request.
            delivered.resting.discard(row.endpoint_id)
    elif finish(
        claim=claim,
        row=row,
        state=State.PLANNED,
        due_at=due_at,
        last_error=_short(str(error)),
        **told,
    ):
        delivered.retried += 1
    else:
        delivered.lost_claims += 1


def _outcome(error: DeliveryError) -> Outcome:
    if isinstance(error, Refused):
        return Outcome.FINAL
    if isinstance(error, OutcomeUnknown):
        return Outcome.AMBIGUOUS
    return Outcome.UNREACHABLE if isinstance(error, Unreachable) else Outcome.TEMPORARY


def _fail(
    claim: Claim,
    row: FollowUp,
    reason: str,
    now: datetime,
    delivered: Delivered,
    is_dead: bool = False,
    **fields: object,
) -> None:
    """End the claim, tell the lead's timeline and, of a dead address, staff: all or nothing."""
    ended = {"state": State.FAILED, "last_error": _short(reason), **fields}
    with transaction.atomic():
        # The lead first, as everywhere: an erasure deletes the row, and nothing is told then.
        if row.lead is not None and not lock_leads([row.lead]):
            delivered.lost_claims += 1
            return
        if not finish(claim=claim, row=row, **ended):
            delivered.lost_claims += 1
            return
        if row.endpoint_id is None and row.lead is not None:  # events have a log of their own
            text = f"{row}: {_short(reason)}"
            kind = LeadEvent.Kind.MAIL_FAILED
            LeadEvent.objects.create(lead=row.lead, kind=kind, at=now, text=text)
        if is_dead:
            _note_dead(row, reason, now)
        elif row.lead is not None and row.endpoint_id is None and is_server_answer(reason):
            # An alert that is refused itself makes no further one: it has no lead.
            alert_refused_mail(institution=row.institution, reason=_short(reason), now=now)
    delivered.failed += 1


def _note_dead(row: FollowUp, reason: str, now: datetime) -> None:
    """What fails here must not bring the message back into the queue."""
    try:
        with transaction.atomic():
            note_dead_address(row=row, reason=_short(reason), now=now)
    except Exception as error:
        told = describe_error(error)
        logger.error("An address could not be marked: %s", told, extra=_ids(row))


def _ids(row: FollowUp) -> dict[str, str]:
    """What a line of the log says of a message: which it is, and of which lead; nobody's data."""
    told = {"follow_up": str(row.public_id), "purpose": row.purpose}
    return told | ({"lead": str(row.lead.public_id)} if row.lead else {})


def _short(text: str) -> str:
    """What fits the column, without NUL, which PostgreSQL refuses."""
    return text.replace("\x00", "")[:500]
