"""Who may get a mail that staff send: an answer to a request, or news."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.email_addresses import format_email
from hcprograms.leads.consent import is_withdrawn
from hcprograms.leads.consent_status import get_consents
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.suppression import is_suppressed


class Why(StrEnum):
    """What a mail is sent for: it decides who may get it."""

    ANSWER = "answer"
    NEWS = "news"


REASONS = [
    (Why.ANSWER.value, _("It answers their request: everybody gets it, and reminders stop.")),
    (Why.NEWS.value, _("It is news: only those get it who agreed to further emails.")),
]


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
    Obstacle.ELSEWHERE: _("asked another institution"),
    Obstacle.ERASED: _("was erased"),
    Obstacle.MERGED: _("was merged into another lead"),
    Obstacle.STATUS: _("is closed, spam or held for review"),
    Obstacle.NO_ADDRESS: _("has no email address that mail can be sent to"),
    Obstacle.UNREACHABLE: _("has an address from which emails come back"),
    Obstacle.UNSUBSCRIBED: _("wants no emails"),
    Obstacle.NO_CONSENT: _("has not agreed to further emails"),
    Obstacle.ALREADY: _("got this text within a day"),
}


def find_obstacle(lead: Lead, why: Why) -> Obstacle | None:
    """Return why the lead must not get a mail of this kind, or None when it may."""
    if lead.erased_at:
        return Obstacle.ERASED
    if lead.merged_into_id:
        return Obstacle.MERGED
    if not lead.is_open:
        return Obstacle.STATUS
    if not format_email(lead.email):
        return Obstacle.NO_ADDRESS
    if lead.is_unreachable:
        return Obstacle.UNREACHABLE
    consent = get_consents(lead)[Channel.EMAIL]
    if why is Why.NEWS:
        if consent.is_granted:
            return None
        return Obstacle.UNSUBSCRIBED if consent.suppressed_at else Obstacle.NO_CONSENT
    if is_withdrawn(lead, consent.decision):
        # Also where the address is not suppressed: they ended emails, then corrected it.
        return Obstacle.UNSUBSCRIBED
    # Who ended all mail and asks again wants to be answered.
    ended = is_suppressed(
        institution=lead.institution,
        channel=Channel.EMAIL,
        address=lead.email,
        since=lead.captured_at,
    )
    return Obstacle.UNSUBSCRIBED if ended else None
