"""The backlog of each institution: messages stuck, deferred for long, or refused in numbers.

Every figure comes from an index of rows that are open or failed, however many have been sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Min, Q, QuerySet

from hcprograms.conf import conf
from hcprograms.followup.models import FollowUp, WebhookEndpoint
from hcprograms.followup.queue import LONGEST_PAUSE

IS_MAIL = ExpressionWrapper(Q(endpoint__isnull=True), output_field=BooleanField())
# Messages refused for good within an hour that are more than wrong addresses.
MIN_REFUSED = 5
WITHIN = timedelta(hours=1)
# When an institution is alerted again of what goes on.
REPEAT_AFTER = timedelta(hours=6)
# Deferred addresses before an alert; the server of one alone may be greylisting.
MIN_DEFERRED_ADDRESSES = 2


@dataclass(slots=True)
class InstitutionHealth:
    """Of one institution. ``late_since``: since when the oldest has been due; None: none is."""

    institution_id: int
    stuck_mails: int = 0
    stuck_events: int = 0
    late_since: datetime | None = None
    deferred: int = 0
    refused: int = 0
    paused: list[str] = field(default_factory=list)

    @property
    def stuck(self) -> int:
        return self.stuck_mails + self.stuck_events

    def clear_mail_failures(self, *, sent: int, leaves: bool) -> None:
        """Some mail was sent within the hour, which is no backlog; ``leaves``: just now."""
        if leaves:
            self.stuck_mails = self.deferred = 0
        if sent > self.refused:
            self.refused = 0

    def __bool__(self) -> bool:
        return bool(self.stuck or self.deferred or self.refused or self.paused)


def list_unhealthy(
    *, now: datetime, institution_id: int | None = None
) -> Sequence[InstitutionHealth]:
    """Return the institutions whose messages are stuck, of all or this one.

    Needs scopes disabled. Five queries at most."""
    found: dict[int, InstitutionHealth] = {}

    def of(key: int) -> InstitutionHealth:
        return found.setdefault(key, InstitutionHealth(key))

    narrow = Q() if institution_id is None else Q(institution=institution_id)
    late = filter_stuck(now=now).filter(narrow).order_by().annotate(is_mail=IS_MAIL)
    for key, is_mail, count, since in late.values_list("institution", "is_mail").annotate(
        count=Count("pk"), since=Min("due_at")
    ):
        one = of(key)
        one.late_since = min(since, one.late_since or since)
        if is_mail:
            one.stuck_mails = count
        else:
            one.stuck_events = count
    deferred = filter_deferred(now=now).filter(narrow).order_by().values_list("institution")
    for key, count, addresses in deferred.annotate(
        count=Count("pk"), addresses=Count("address", distinct=True)
    ):
        of(key).deferred = count if addresses >= MIN_DEFERRED_ADDRESSES else 0
    refused = filter_failed().filter(narrow, due_at__gte=now - WITHIN, endpoint__isnull=True)
    for key, count in refused.order_by().values_list("institution").annotate(count=Count("pk")):
        of(key).refused = count if count >= MIN_REFUSED else 0
    paused = WebhookEndpoint.objects.filter(
        narrow, is_active=True, paused_at__gte=now - REPEAT_AFTER
    )
    for key, name in paused.order_by("pk").values_list("institution", "name"):
        of(key).paused.append(name)
    _clear_where_mail_leaves(found, now)
    return [one for one in found.values() if one]


def _clear_where_mail_leaves(found: Mapping[int, InstitutionHealth], now: datetime) -> None:
    """What is being worked off is not stuck; and where mail leaves, what is deferred is a matter
    of single addresses, and ends in visible failures."""
    doubtful = [key for key, one in found.items() if one.stuck or one.deferred or one.refused]
    if not doubtful:
        return
    sent = FollowUp.objects.filter(institution__in=doubtful, sent_at__gte=now - WITHIN)
    counted = sent.order_by().annotate(is_mail=IS_MAIL).values_list("institution", "is_mail")
    for key, is_mail, count, latest in counted.annotate(count=Count("pk"), latest=Max("sent_at")):
        leaves = latest >= now - conf.stuck_after
        if is_mail:
            found[key].clear_mail_failures(sent=count, leaves=leaves)
        elif leaves:
            found[key].stuck_events = 0


def filter_stuck(*, now: datetime) -> "QuerySet[FollowUp]":
    """Messages that have been due beyond what health allows, for longer than a pause explains."""
    late = now - get_longest_wait() - conf.stuck_after
    return FollowUp.objects.filter(is_open=True, due_at__lte=late)


def filter_deferred(*, now: datetime) -> "QuerySet[FollowUp]":
    """Messages to people that have been deferred for long, and are to be tried again."""
    soon = now + max(LONGEST_PAUSE, conf.lease)
    return FollowUp.objects.filter(
        is_open=True,
        due_at__lte=soon,
        endpoint__isnull=True,
        first_attempt_at__lte=now - conf.stuck_after,
    )


def filter_failed() -> "QuerySet[FollowUp]":
    """Messages that were given up; ``due_at`` is about when."""
    return FollowUp.objects.filter(state=FollowUp.State.FAILED)


def get_longest_wait() -> timedelta:
    """How late a message may be, with two sweeps missed, before somebody should look."""
    return conf.lease + 3 * timedelta(seconds=conf.sweep_seconds)
