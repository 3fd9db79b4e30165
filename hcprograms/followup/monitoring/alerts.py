"""Alerts to managers that messages are stuck, sent at once, past whatever keeps others waiting."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from hcprograms.followup.channels.registry import Channels
from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp
from hcprograms.followup.monitoring.backlog import REPEAT_AFTER, InstitutionHealth, list_unhealthy
from hcprograms.followup.monitoring.digests import find_managers, plan_digests
from hcprograms.followup.monitoring.institution_mails import get_alert_time
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scopes_disabled

logger = logging.getLogger(__name__)


def run_monitoring(
    *, now: datetime, institution: Institution | None = None, channels: Channels | None = None
) -> tuple[int, int]:
    """Plan the digests that are due and alert where messages are stuck; return how many of each.

    Of one school or of all. Safe to run at any time, any number of times at once.
    """
    digests = plan_digests(now=now, institution=institution)
    return digests, send_alerts(now=now, institution=institution, channels=channels)


def send_alerts(
    *, now: datetime, institution: Institution | None = None, channels: Channels | None = None
) -> int:
    """Alert the managers of institutions with a backlog; return how many messages were planned.

    Each is a row of the queue, so that no two processes send it twice and a failure is tried
    again, but it is leased and sent here, before everything that waits. An institution is
    alerted again after some hours at the earliest. Where the mail server is the cause, the log
    (level ERROR) and ``health`` say it too.
    """
    with scopes_disabled():
        found = list_unhealthy(now=now, institution_id=institution.pk if institution else None)
        rows = [row for one in _leave_out_alerted(found, now) for row in _plan(one, now)]
        FollowUp.objects.bulk_create(rows, ignore_conflicts=True)
        keys = [row.public_id for row in rows]
        planned = FollowUp.objects.filter(public_id__in=keys).values_list("pk", flat=True)
        only = list(planned) if keys else []
    if only:
        _send(only, now, channels)
    return len(only)


def _leave_out_alerted(
    found: Sequence[InstitutionHealth], now: datetime
) -> list[InstitutionHealth]:
    if not found:
        return []
    rows = FollowUp.objects.filter(
        lead__isnull=True,
        institution__in=[one.institution_id for one in found],
        purpose=FollowUp.Purpose.STUCK,
        day__gte=(now - REPEAT_AFTER).astimezone(UTC).date(),
    )
    alerted = {row.institution_id for row in rows if now - get_alert_time(row) < REPEAT_AFTER}
    return [one for one in found if one.institution_id not in alerted]


def _plan(health: InstitutionHealth, now: datetime) -> list[FollowUp]:
    school = Institution.objects.get(pk=health.institution_id)
    logger.error(
        "Follow-ups of an institution are stuck.",
        extra={
            "institution": school.slug,
            "stuck": health.stuck,
            "deferred": health.deferred,
            "refused": health.refused,
            "paused_endpoints": len(health.paused),
        },
    )
    members = Membership.objects.active().filter(institution=school).select_related("user")
    there = now.astimezone(UTC)
    return [
        FollowUp(
            institution=school,
            purpose=FollowUp.Purpose.STUCK,
            day=there.date(),
            step=there.hour,
            recipient=FollowUp.Recipient.MANAGER,
            membership=person.membership,
            address=person.address,
            details={
                "stuck": health.stuck,
                "late_since": health.late_since and health.late_since.isoformat(),
                "deferred": health.deferred,
                "refused": health.refused,
                "paused": health.paused,
            },
            due_at=now,
        )
        for person in find_managers(institution=school, members=members.order_by("pk"))
    ]


def _send(only: Sequence[int], now: datetime, channels: Channels | None) -> None:
    delivered = deliver_due(now=now, limit=len(only), only=only, channels=channels)
    if delivered.sent < len(only):
        logger.error(
            "An alert about stuck follow-ups could not be sent.",
            extra={"sent": delivered.sent, "planned": len(only)},
        )
