"""Alerts to an institution's managers that concern mail and no single lead."""

import logging
import re
from datetime import UTC, datetime, timedelta

from hcprograms.followup.inbound.reports import ReportKind, classify_status, is_mail_refused
from hcprograms.followup.models import FollowUp
from hcprograms.followup.monitoring.digests import find_managers
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scopes_disabled

logger = logging.getLogger(__name__)

REFUSED_AGAIN_AFTER = timedelta(days=1)
MAX_UNIDENTIFIED_A_DAY = 20
"""Anybody can write to the mailbox; the managers' own are not to be filled."""
MAX_REASON = 300

Purpose = FollowUp.Purpose


def alert_refused_mail(*, institution: Institution, reason: str, now: datetime) -> int:
    """Tell the managers that a mail server refuses our mail; return how many people get it.

    Once a day at most, however many messages are refused. Not where the answer speaks of the
    recipient's address, or of one mailbox that is full.
    """
    if not is_mail_refused(reason) or classify_status(reason) is ReportKind.DEAD:
        return 0
    with scopes_disabled():
        recent = FollowUp.objects.filter(
            institution=institution,
            lead__isnull=True,
            purpose=Purpose.REFUSED,
            due_at__gt=now - REFUSED_AGAIN_AFTER,
        )
        if recent.exists():
            return 0
        details = {"reason": reason.replace("\x00", "")[:MAX_REASON]}
        step = now.astimezone(UTC).hour
        return _plan(
            institution, FollowUp(purpose=Purpose.REFUSED, step=step, details=details), now
        )


def alert_unidentified_sender(
    *, institution: Institution, sender: str, subject: str, text: str, now: datetime
) -> int:
    """Tell the managers of an opt-out from an address that no lead has.

    A limited number a day; returns how many people get it.
    """
    with scopes_disabled():
        today = FollowUp.objects.filter(
            institution=institution,
            lead__isnull=True,
            purpose=Purpose.UNIDENTIFIED,
            day=now.astimezone(UTC).date(),
        )
        step = len(set(today.values_list("step", flat=True)))
        if step >= MAX_UNIDENTIFIED_A_DAY:
            return 0
        row = FollowUp(
            purpose=Purpose.UNIDENTIFIED,
            step=step,
            subject=subject[:150],
            text=text,
            details={"sender": sender},
        )
        return _plan(institution, row, now)


def is_server_answer(text: str) -> bool:
    """Whether it begins as a mail server's refusal for good does."""
    return bool(re.match(r"5\d\d ", text))


def _plan(institution: Institution, like: FollowUp, now: datetime) -> int:
    members = Membership.objects.active().filter(institution=institution).select_related("user")
    people = find_managers(institution=institution, members=members.order_by("pk"))
    rows = [
        FollowUp(
            institution=institution,
            purpose=like.purpose,
            day=now.astimezone(UTC).date(),
            step=like.step,
            recipient=FollowUp.Recipient.MANAGER,
            membership=person.membership,
            address=person.address,
            subject=like.subject,
            text=like.text,
            details=like.details,
            due_at=now,
        )
        for person in people
    ]
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True)
    if not rows:
        logger.error(
            "There is nobody with an email address to alert.",
            extra={"institution": institution.slug, "purpose": like.purpose},
        )
    return len(rows)
