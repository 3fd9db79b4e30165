"""Sending a text of staff's own to several applicants: who gets it, who does not, and why."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.followup.models import FollowUp, MessageTemplate
from hcprograms.followup.notify import notify_worker_soon
from hcprograms.followup.staff_messages import find_writer, plan_message
from hcprograms.followup.wording.versions import current_versions
from hcprograms.institutions.scoping import scope
from hcprograms.leads.consent import ContactObstacle, ContactPurpose, find_mail_obstacle
from hcprograms.leads.locking import lock_leads
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.status import record_first_answer

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RecipientSelection:
    """Leads that get a text, and those that do not with the reason."""

    getting: Sequence[Lead]
    others: Sequence[tuple[Lead, ContactObstacle]]

    def count_others(self) -> list[tuple[str, int]]:
        """Each reason in words, with how many there are; the most frequent first."""
        counted = Counter(reason for _lead, reason in self.others)
        return [(reason.words, count) for reason, count in counted.most_common()]


def select_recipients(
    *, template: MessageTemplate, leads: Iterable[Lead], why: ContactPurpose, now: datetime
) -> RecipientSelection:
    """Who of these gets the text, as things stand."""
    with scope(institution=template.institution):
        rows = FollowUp.objects.filter(
            template=template.key, created_at__gte=now - AGAIN_AFTER, lead__isnull=False
        ).exclude(state__in=[FollowUp.State.CANCELLED, FollowUp.State.FAILED])
        recent = {row.lead_id for row in rows.only("lead_id") if row.lead_id}
        judged = [(one, _find_obstacle(one, template, why, recent)) for one in leads]
    return RecipientSelection(
        [lead for lead, obstacle in judged if obstacle is None],
        [(lead, obstacle) for lead, obstacle in judged if obstacle is not None],
    )


def _find_obstacle(
    lead: Lead, template: MessageTemplate, why: ContactPurpose, recent: set[int]
) -> ContactObstacle | None:
    if lead.institution_id != template.institution_id:
        return ContactObstacle.ELSEWHERE
    if lead.pk in recent:
        return ContactObstacle.ALREADY
    return find_mail_obstacle(lead, why)


def can_be_sent(template: MessageTemplate) -> bool:
    """Whether there are words to send."""
    return bool(current_versions(template))


def send_text(
    *,
    template: MessageTemplate,
    leads: Iterable[Lead],
    why: ContactPurpose,
    user: "User",
    now: datetime,
) -> RecipientSelection:
    """Plan the text for each lead that may get it, due at once; an answer stops the clock.

    All that can be are planned together, in one transaction.
    """
    found = select_recipients(template=template, leads=leads, why=why, now=now)
    with scope(institution=template.institution), transaction.atomic():
        writer = find_writer(institution=template.institution, user=user)
        getting = lock_leads(found.getting)
        for lead in getting:
            plan_message(lead=lead, writer=writer, now=now, why=why, template=template.key)
            if why is ContactPurpose.ANSWER:
                record_first_answer(lead=lead, user=user, now=now)
            text = _("text “%(name)s” to be sent") % {"name": template.name}
            LeadEvent.objects.create(
                lead=lead, kind=LeadEvent.Kind.MESSAGE, at=now, actor=user, text=text
            )
        if getting:
            transaction.on_commit(notify_worker_soon, robust=True)
    return RecipientSelection(getting, found.others)
