"""Telling managers that messages are stuck: at once, past whatever keeps the others waiting."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from hcprograms.followup.channels.registry import Channels
from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp
from hcprograms.followup.watching.bulletins import raised_at
from hcprograms.followup.watching.digests import find_managers
from hcprograms.followup.watching.trouble import REPEAT_AFTER, Trouble, find_trouble
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scopes_disabled

logger = logging.getLogger(__name__)


def raise_alarms(
    *, now: datetime, institution: Institution | None = None, channels: Channels | None = None
) -> int:
    """Alert the managers of institutions with trouble; return how many messages were planned.

    Each is a row of the queue, so that no two processes send it twice and a failure is tried
    again, but it is leased and sent here, before everything that waits. An institution hears of
    its trouble again after some hours at the earliest. Where the mail server is the trouble, the
    log (level ERROR) and ``health`` say it too.
    """
    with scopes_disabled():
        found = find_trouble(now=now, institution_id=institution.pk if institution else None)
        rows = [row for one in _leave_out_told(found, now) for row in _plan(one, now)]
        FollowUp.objects.bulk_create(rows, ignore_conflicts=True)
        keys = [row.public_id for row in rows]
        planned = FollowUp.objects.filter(public_id__in=keys).values_list("pk", flat=True)
        only = list(planned) if keys else []
    if only:
        _send(only, now, channels)
    return len(only)


def _leave_out_told(found: Sequence[Trouble], now: datetime) -> list[Trouble]:
    if not found:
        return []
    rows = FollowUp.objects.filter(
        lead__isnull=True,
        institution__in=[one.institution_id for one in found],
        purpose=FollowUp.Purpose.STUCK,
        day__gte=(now - REPEAT_AFTER).astimezone(UTC).date(),
    )
    told = {row.institution_id for row in rows if now - raised_at(row) < REPEAT_AFTER}
    return [one for one in found if one.institution_id not in told]


def _plan(trouble: Trouble, now: datetime) -> list[FollowUp]:
    school = Institution.objects.get(pk=trouble.institution_id)
    logger.error(
        "Follow-ups of an institution are stuck.",
        extra={
            "institution": school.slug,
            "stuck": trouble.stuck,
            "in_vain": trouble.in_vain,
            "refused": trouble.refused,
            "paused_endpoints": len(trouble.paused),
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
                "stuck": trouble.stuck,
                "late_since": trouble.late_since and trouble.late_since.isoformat(),
                "in_vain": trouble.in_vain,
                "refused": trouble.refused,
                "paused": trouble.paused,
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
