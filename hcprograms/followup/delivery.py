"""Delivery of what is due: lease, render, hand over, record the outcome; one row at a time."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error, transaction
from django.utils.translation import gettext as _

from hcprograms.conf import conf
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
from hcprograms.followup.conditions import should_send
from hcprograms.followup.inbound.bounces import record_hard_bounce
from hcprograms.followup.manager_alerts import alert_refused_mail, is_server_answer
from hcprograms.followup.messages import render_message
from hcprograms.followup.models import FollowUp
from hcprograms.followup.monitoring.institution_mails import render_digest, should_send_digest
from hcprograms.followup.queue import (
    MAX_UNKNOWN,
    Lease,
    Outcome,
    get_retry_at,
    lease_due,
    mark_cancelled,
    mark_deferred,
    mark_failed,
    mark_sent,
    release,
    start_attempt,
)
from hcprograms.followup.recipients import find_address
from hcprograms.followup.webhooks.condition import (
    ENDPOINT_PAUSED,
    note_failure,
    note_success,
    pause_endpoint,
)
from hcprograms.followup.webhooks.requests import render_request
from hcprograms.followup.wording.troubles import format_sent, note_trouble
from hcprograms.institutions.error_reporting import format_error
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scopes_disabled

logger = logging.getLogger(__name__)

# An endpoint that took nothing just now lets the others go first.
ENDPOINT_PAUSE = timedelta(seconds=30)


@dataclass(slots=True)
class Delivered:
    """What one call did. ``is_unreachable``: nobody took messages, the rest was given back."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    cancelled: int = 0
    released: int = 0
    lost_leases: int = 0
    is_unreachable: bool = False

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

    Safe to run anywhere, at any time, any number of times at once: rows are leased. The outcome of
    each row is recorded as soon as it is known. ``channels`` keeps connections between calls;
    ``should_stop`` is asked before each message. Rows that cannot be tried before the lease ends
    are given back.
    """
    started = time.monotonic()
    delivered = Delivered()
    own = channels or Channels()
    try:
        with scopes_disabled():
            lease = lease_due(
                now=now, limit=limit, institution=institution, events=events, only=only
            )
            batch = _Batch(
                lease, own, delivered, lambda: now + timedelta(seconds=time.monotonic() - started)
            )
            batch.deliver(should_stop)
    finally:
        if channels is None:
            own.close()
    return delivered


class _Batch:
    """The rows of one lease on their way."""

    def __init__(
        self,
        lease: Lease,
        channels: Channels,
        delivered: Delivered,
        get_now: Callable[[], datetime],
    ) -> None:
        self.lease = lease
        self.channels = channels
        self.delivered = delivered
        self.get_now = get_now
        self.resting_endpoints: set[int | None] = set()

    def deliver(self, should_stop: Callable[[], bool]) -> None:
        # A row whose worker died may be what it died of: such rows come last, and one at a time,
        # so that none of them takes others along.
        suspects = [
            row for row in self.lease.rows if row.ambiguous_attempts or row.interrupted_leases
        ]
        rows = [row for row in self.lease.rows if row not in suspects] + suspects[:1]
        self._release(suspects[1:])
        # A message begun later than this could outlive the lease.
        last_start = self.lease.ends_at - timedelta(seconds=conf.send_deadline_seconds)
        for number, row in enumerate(rows):
            if should_stop() or self.delivered.is_unreachable or self.get_now() >= last_start:
                self._release(rows[number:])
                return
            if row.endpoint_id in self.resting_endpoints:
                self._release([row], postponed_by=ENDPOINT_PAUSE)
                continue
            try:
                self._deliver_row(row)
            except BaseException:
                # The outcome could not be recorded, or this process is to end.
                with suppress(Error):
                    self._release(rows[number + 1 :])
                raise

    def _deliver_row(self, row: FollowUp) -> None:
        is_about_lead = row.lead_id is not None
        now = self.get_now()
        if not (should_send(row) if is_about_lead else should_send_digest(row, now=now)):
            self.delivered.cancelled += mark_cancelled(lease=self.lease, row=row)
            return
        reason = _get_reason_to_give_up(row)
        if reason:
            self._fail(row, reason)
            return
        try:
            channel = self.channels.get(row.channel)
            _fill_address(row)
            if row.endpoint_id:
                message = render_request(row, now=now)
            elif is_about_lead:
                message = render_message(row, now=now)
            else:
                message = render_digest(row, now=now)
        except Exception as error:
            described = format_error(error)
            logger.error("A follow-up cannot be written: %s", described, extra=_get_log_fields(row))
            reason = f"{type(error).__name__}: {error}"
            self._fail(row, _("The message could not be written. %s") % reason)
            return
        # Its person may have been erased since it was leased.
        if not start_attempt(lease=self.lease, row=row, now=self.get_now()):
            self.delivered.lost_leases += 1
            return
        row.message_id = message.id
        failure = _hand_over(channel, message, row)
        if failure is None:
            self._record_sent(row, message)
        else:
            self._record_failure(row, failure)

    def _record_sent(self, row: FollowUp, message: Message) -> None:
        now, used = self.get_now(), message.used
        if not mark_sent(
            lease=self.lease,
            row=row,
            now=now,
            text=format_sent(row, used),
            version_id=used.version_id,
        ):
            self.delivered.lost_leases += 1
            return
        self.delivered.sent += 1
        if used.trouble:
            note_trouble(used)
        if row.endpoint_id:
            note_success(endpoint_id=row.endpoint_id, now=now)

    def _record_failure(self, row: FollowUp, error: DeliveryError) -> None:
        now, outcome, reason = self.get_now(), _get_outcome(error), _shorten(str(error))
        logger.warning("A follow-up was not taken: %s", outcome.value, extra=_get_log_fields(row))
        self.delivered.is_unreachable = outcome is Outcome.UNREACHABLE
        row.ambiguous_attempts += outcome is Outcome.UNKNOWN
        if row.endpoint_id:
            note_failure(endpoint_id=row.endpoint_id, reason=reason, now=now)
            self.resting_endpoints.add(row.endpoint_id)
        due_at = get_retry_at(
            row,
            outcome,
            now=now,
            retry_for=conf.webhook_retry_for if row.endpoint_id else conf.retry_for,
            jitter=random.random(),  # nosec B311 (no secret)
        )
        if due_at is not None:
            if mark_deferred(lease=self.lease, row=row, due_at=due_at, error=reason):
                self.delivered.retried += 1
            else:
                self.delivered.lost_leases += 1
            return
        self._fail(row, reason, is_dead=isinstance(error, AddressDead))
        if row.endpoint and (outcome is not Outcome.REFUSED or isinstance(error, Gone)):
            pause_endpoint(endpoint=row.endpoint, now=now)
            # The rest of the batch need not wait: it ends without a request.
            self.resting_endpoints.discard(row.endpoint_id)

    def _fail(self, row: FollowUp, reason: str, *, is_dead: bool = False) -> None:
        """Give the message up and, of a dead address, tell staff: all or nothing."""
        now, reason = self.get_now(), _shorten(reason)
        with transaction.atomic():
            if not mark_failed(lease=self.lease, row=row, now=now, reason=reason):
                self.delivered.lost_leases += 1
                return
            if is_dead:
                try:
                    with transaction.atomic():
                        record_hard_bounce(row=row, reason=reason, now=now)
                except Exception as error:
                    # What fails here must not bring the message back into the queue.
                    logger.error(
                        "An address could not be marked: %s",
                        format_error(error),
                        extra=_get_log_fields(row),
                    )
            elif row.lead is not None and row.endpoint_id is None and is_server_answer(reason):
                # An alert that is refused itself makes no further one: it has no lead.
                alert_refused_mail(institution=row.institution, reason=reason, now=now)
        self.delivered.failed += 1

    def _release(self, rows: Sequence[FollowUp], *, postponed_by: timedelta | None = None) -> None:
        if rows:
            self.delivered.released += release(
                lease=self.lease,
                rows=rows,
                due_at=self.get_now() + (postponed_by or timedelta()),
                is_postponed=postponed_by is not None,
            )


def _get_reason_to_give_up(row: FollowUp) -> str:
    """Return why the row is not tried again, in words for staff; empty where it is."""
    if row.endpoint is not None and row.endpoint.is_paused:
        # Paused after this was leased or planned: pausing ends only what no worker has leased.
        return str(ENDPOINT_PAUSED)
    if row.ambiguous_attempts >= MAX_UNKNOWN:
        reason = _("Delivery status unknown after %(count)s attempts.")
        return reason % {"count": row.ambiguous_attempts}
    if (row.interrupted_leases or 0) >= MAX_UNKNOWN:
        reason = _("The sending process stopped %(count)s times before it could send this.")
        return reason % {"count": row.interrupted_leases}
    return ""


def _fill_address(row: FollowUp) -> None:
    """A colleague who had no address when this was planned may have one now."""
    if not row.address and row.membership:
        row.address = find_address(row.membership)
    if not row.address:
        raise LookupError(_("There is no address to write to."))


def _hand_over(channel: Channel, message: Message, row: FollowUp) -> DeliveryError | None:
    """Send; return what went wrong."""
    try:
        channel.send(message)
    except DeliveryError as error:
        return error
    except Exception as error:
        described = format_error(error)
        logger.error("Channel %s broke: %s", row.channel, described, extra=_get_log_fields(row))
        return OutcomeUnknown(f"{type(error).__name__}: {error}")
    return None


def _get_outcome(error: DeliveryError) -> Outcome:
    if isinstance(error, Refused):
        return Outcome.REFUSED
    if isinstance(error, OutcomeUnknown):
        return Outcome.UNKNOWN
    return Outcome.UNREACHABLE if isinstance(error, Unreachable) else Outcome.DEFERRED


def _get_log_fields(row: FollowUp) -> dict[str, str]:
    """Return what a line of the log says of a message: no personal data."""
    fields = {"follow_up": str(row.public_id), "purpose": row.purpose}
    return fields | ({"lead": str(row.lead.public_id)} if row.lead else {})


def _shorten(text: str) -> str:
    """Return what fits the column, without NUL, which PostgreSQL refuses."""
    return text.replace("\x00", "")[:500]
