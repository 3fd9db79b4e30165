"""Sending a text of staff's own to several applicants: who gets it, who does not, and why."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.followup.models import FollowUp, MessageTemplate
from hcprograms.followup.steps import Conditions
from hcprograms.followup.wakeup import hurry
from hcprograms.followup.wording.versions import current_versions
from hcprograms.institutions.email_addresses import format_email
from hcprograms.institutions.models import Membership
from hcprograms.institutions.scoping import scope
from hcprograms.leads.answering import record_first_answer
from hcprograms.leads.consent import is_withdrawn
from hcprograms.leads.locking import lock_leads
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.suppression import is_suppressed

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AGAIN_AFTER = timedelta(days=1)
OVER = (Lead.Status.CLOSED, Lead.Status.SPAM, Lead.Status.QUARANTINED)


class Why(StrEnum):
    """What a text is sent for: it decides who may get it."""

    ANSWER = "answer"
    NEWS = "news"


class Obstacle(StrEnum):
    """Why somebody does not get it."""

    ELSEWHERE = "elsewhere"
    ERASED = "erased"
    MERGED = "merged"
    STATUS = "status"
    NO_ADDRESS = "no_address"
    UNREACHABLE = "unreachable"
    UNSUBSCRIBED = "unsubscribed"
    NO_CONSENT = "no_consent"
    ALREADY = "already"

    @property
    def words(self) -> str:
        """To be read after a person's name, or after how many there are."""
        return str(WORDS[self])


WORDS = {
    Obstacle.ELSEWHERE: gettext_lazy("asked another institution"),
    Obstacle.ERASED: gettext_lazy("was erased"),
    Obstacle.MERGED: gettext_lazy("was merged into another lead"),
    Obstacle.STATUS: gettext_lazy("is closed, spam or held for review"),
    Obstacle.NO_ADDRESS: gettext_lazy("has no email address that mail can be sent to"),
    Obstacle.UNREACHABLE: gettext_lazy("has an address from which emails come back"),
    Obstacle.UNSUBSCRIBED: gettext_lazy("wants no emails"),
    Obstacle.NO_CONSENT: gettext_lazy("has not agreed to further emails"),
    Obstacle.ALREADY: gettext_lazy("got this text within a day"),
}


@dataclass(frozen=True, slots=True)
class Sorted:
    """Leads that get a text, and those that do not with the reason."""

    getting: Sequence[Lead]
    others: Sequence[tuple[Lead, Obstacle]]

    def count_others(self) -> list[tuple[str, int]]:
        """Each reason in words, with how many there are; the most frequent first."""
        counted = Counter(reason for _lead, reason in self.others)
        return [(reason.words, count) for reason, count in counted.most_common()]


def sort_recipients(
    *, template: MessageTemplate, leads: Iterable[Lead], why: Why, now: datetime
) -> Sorted:
    """Who of these gets the text, as things stand."""
    with scope(institution=template.institution):
        rows = FollowUp.objects.filter(
            template=template.key, created_at__gte=now - AGAIN_AFTER, lead__isnull=False
        ).exclude(state__in=[FollowUp.State.CANCELLED, FollowUp.State.FAILED])
        recent = {row.lead_id for row in rows.only("lead_id") if row.lead_id}
        judged = [(one, _find_obstacle(one, template, why, recent)) for one in leads]
    return Sorted(
        [lead for lead, obstacle in judged if obstacle is None],
        [(lead, obstacle) for lead, obstacle in judged if obstacle is not None],
    )


def _find_obstacle(
    lead: Lead, template: MessageTemplate, why: Why, recent: set[int]
) -> Obstacle | None:
    if lead.institution_id != template.institution_id:
        return Obstacle.ELSEWHERE
    if lead.erased_at:
        return Obstacle.ERASED
    if lead.merged_into_id:
        return Obstacle.MERGED
    if lead.status in OVER:
        return Obstacle.STATUS
    if not format_email(lead.email):
        return Obstacle.NO_ADDRESS
    if lead.is_unreachable:
        return Obstacle.UNREACHABLE
    if lead.pk in recent:
        return Obstacle.ALREADY
    if why is Why.NEWS and not _has_agreed(lead):
        return Obstacle.NO_CONSENT
    since = lead.captured_at if why is Why.ANSWER else None
    institution, channel = template.institution, Channel.EMAIL
    if is_suppressed(institution=institution, channel=channel, address=lead.email, since=since):
        return Obstacle.UNSUBSCRIBED
    mine = [one for one in lead.consents.all() if one.channel == Channel.EMAIL]
    return Obstacle.UNSUBSCRIBED if mine and is_withdrawn(lead, mine[-1]) else None


def _has_agreed(lead: Lead) -> bool:
    mine = [one for one in lead.consents.all() if one.channel == Channel.EMAIL]
    return bool(mine) and mine[-1].decision == Consent.Decision.GRANTED


def can_be_sent(template: MessageTemplate) -> bool:
    """Whether there are words to send."""
    return bool(current_versions(template))


def send_text(
    *,
    template: MessageTemplate,
    leads: Iterable[Lead],
    why: Why,
    user: "User",
    now: datetime,
) -> Sorted:
    """Plan the text for each lead that may get it, due at once; an answer stops the clock.

    All that can be are planned together, in one transaction.
    """
    found = sort_recipients(template=template, leads=leads, why=why, now=now)
    with scope(institution=template.institution), transaction.atomic():
        writer = Membership.objects.filter(
            institution=template.institution, user_id=user.pk
        ).first()
        getting = lock_leads(found.getting)
        for lead in getting:
            _plan(template, lead, writer, why, now)
            if why is Why.ANSWER:
                record_first_answer(lead=lead, user=user, now=now)
            text = _("text “%(name)s” to be sent") % {"name": template.name}
            LeadEvent.objects.create(
                lead=lead, kind=LeadEvent.Kind.MESSAGE, at=now, actor=user, text=text
            )
        if getting:
            transaction.on_commit(hurry, robust=True)
    return Sorted(getting, found.others)


def _plan(
    template: MessageTemplate, lead: Lead, writer: Membership | None, why: Why, now: datetime
) -> FollowUp:
    """The row; of news with the consent it needs, which is looked at again when it is sent."""
    written = FollowUp.objects.filter(lead=lead, purpose=FollowUp.Purpose.MESSAGE)
    return FollowUp.objects.create(
        institution=template.institution,
        lead=lead,
        purpose=FollowUp.Purpose.MESSAGE,
        step=written.count(),
        recipient=FollowUp.Recipient.APPLICANT,
        membership=writer,
        address=lead.email,
        template=template.key,
        conditions=Conditions(consent=Channel.EMAIL).freeze() if why is Why.NEWS else None,
        due_at=now,
    )
