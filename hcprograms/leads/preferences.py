"""Which messages a person wants after they asked: read, and chosen anew, with proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.scoping import scope
from hcprograms.leads.consent import (
    ChannelConsent,
    get_consents,
    is_unsubscribed,
    list_suppressions,
)
from hcprograms.leads.consent_records import (
    ShownConsent,
    build_shown_consent,
    decide_consent,
    withdraw_consent,
)
from hcprograms.leads.locking import lock_leads
from hcprograms.leads.models.consent import Channel, Consent, ConsentText
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.visitor import Visitor

STOP_ALL = _("Stop everything: no emails, no phone calls, no text messages.")


class EmailWish(models.TextChoices):
    """How much a person wants by email. The labels are the words that the proof keeps."""

    ALL = "all", _("further information, and answers to my request")
    ANSWERS = "answers", _("Only answers to my request and news of my appointments.")
    NONE = "none", _("No emails at all, not even answers.")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What holds now. ``boxes``: channel → the words that can be agreed to; others cannot."""

    email: EmailWish
    agreed: Mapping[str, bool]
    """Phone calls and text messages, as far as they can be agreed to or were."""
    boxes: Mapping[str, ShownConsent]

    @property
    def is_all_ended(self) -> bool:
        return self.email == EmailWish.NONE and not any(self.agreed.values())


def read_preferences(*, lead: Lead, may_grant: bool = True) -> Preferences:
    """What the person gets at present, by their latest words.

    Without ``may_grant`` there are no boxes but for what they have agreed to: it can only end.
    """
    consents = _get_consents(lead)
    boxes = _find_boxes(lead, consents)
    if not may_grant:
        boxes = {key: box for key, box in boxes.items() if consents[key].is_granted}
    calls = [one for one in (Channel.CALL, Channel.TEXT) if lead.phone and one in boxes]
    return Preferences(
        email=_read_email(lead, consents[Channel.EMAIL]),
        agreed={one: consents[one].is_granted for one in calls},
        boxes={one: box for one, box in boxes.items() if one == Channel.EMAIL or one in calls},
    )


def choose_messages(
    *,
    lead: Lead,
    email: EmailWish,
    agreed: Mapping[str, bool],
    visitor: Visitor,
    now: datetime,
    may_grant: bool = True,
) -> list[Consent]:
    """Make the choice hold: of emails for every request with this address at this institution.

    Calls and text messages are agreed to or not for this request's own phone number. What is as it
    was leaves no trace. A channel that is not in ``agreed``, or has no words to agree to, stays as
    it is. Without ``may_grant`` consent is only taken back. Returns the new rows of proof.
    """
    with scope(institution=lead.institution), transaction.atomic():
        rows: list[Consent] = []
        phone = lead.phone
        for one in lock_leads(find_requests(lead=lead)):
            is_this = one.pk == lead.pk
            may = may_grant and (is_this or not one.own_email_hash)
            rows += _choose_email(one, email, visitor, now, may)
            if is_this and one.phone == phone:  # else another number than the person was shown
                for channel, is_wanted in agreed.items():
                    if may or not is_wanted:
                        rows += _choose_phone(one, channel, is_wanted, visitor, now)
    return rows


def stop_everything(
    *, lead: Lead, method: str, visitor: Visitor | None = None, now: datetime, text: str = ""
) -> list[Consent]:
    """End all channels for every request with this address at this institution."""
    with scope(institution=lead.institution), transaction.atomic():
        return [
            row
            for one in lock_leads(find_requests(lead=lead))
            for row in withdraw_consent(
                lead=one,
                channels=[each for each in Channel.values if each == Channel.EMAIL or one.phone],
                method=method,
                visitor=visitor,
                now=now,
                text=text,
            )
        ]


def find_requests(*, lead: Lead) -> list[Lead]:
    """This and other requests with the same email address at the same institution."""
    with scope(institution=lead.institution):
        same = Lead.objects.filter(email__iexact=lead.email, erased_at=None).exclude(email="")
        others = same.exclude(pk=lead.pk).select_related("institution").order_by("pk")
        return [lead, *(one for one in others if is_same_email(one.email, lead.email))]


def _get_consents(lead: Lead) -> dict[str, ChannelConsent]:
    with scope(institution=lead.institution):
        decisions = list(Consent.objects.filter(lead=lead))
    return get_consents(lead, decisions, suppressions=list_suppressions([lead]).get(lead.pk, {}))


def _find_boxes(lead: Lead, consents: Mapping[str, ChannelConsent]) -> dict[str, ShownConsent]:
    """The words of today; where there are none any more, those that the person agreed to."""
    granted = {key: one.decision for key, one in consents.items() if one.is_granted}
    found = {
        key: ShownConsent(key, row.text_version, row.text)
        for key, row in granted.items()
        if row and row.text
    }
    texts = ConsentText.objects.filter(institution=lead.institution, is_current=True)
    return found | {
        text.channel: build_shown_consent(text, institution=lead.institution) for text in texts
    }


def _read_email(lead: Lead, consent: ChannelConsent) -> EmailWish:
    if consent.is_granted:
        return EmailWish.ALL
    return EmailWish.NONE if is_unsubscribed(lead, consent) else EmailWish.ANSWERS


def _choose_email(
    lead: Lead, wish: EmailWish, visitor: Visitor, now: datetime, may_grant: bool
) -> Sequence[Consent]:
    if wish == EmailWish.NONE:  # each request has its own proof, and a second time adds none
        return withdraw_consent(
            lead=lead,
            channels=[Channel.EMAIL],
            method=Consent.Method.PAGE,
            visitor=visitor,
            now=now,
            text=str(EmailWish.NONE.label),
        )
    held = read_preferences(lead=lead)
    box = held.boxes.get(Channel.EMAIL)
    if wish == held.email or (wish == EmailWish.ALL and box is None):
        return []
    if not may_grant and (wish == EmailWish.ALL or held.email == EmailWish.NONE):
        return []
    words = ShownConsent(Channel.EMAIL, None, str(EmailWish.ANSWERS.label))
    shown = box if wish == EmailWish.ALL and box else words
    return [
        decide_consent(
            lead=lead,
            channel=Channel.EMAIL,
            is_granted=wish == EmailWish.ALL,
            shown=shown,
            visitor=visitor,
            now=now,
        )
    ]


def _choose_phone(
    lead: Lead, channel: str, is_wanted: bool, visitor: Visitor, now: datetime
) -> Sequence[Consent]:
    held = read_preferences(lead=lead)
    if channel not in held.agreed or held.agreed[channel] == is_wanted:
        return []
    shown = held.boxes[channel]
    if is_wanted:
        return [
            decide_consent(
                lead=lead, channel=channel, is_granted=True, shown=shown, visitor=visitor, now=now
            )
        ]
    return withdraw_consent(
        lead=lead,
        channels=[channel],
        method=Consent.Method.PAGE,
        visitor=visitor,
        now=now,
        text=shown.text,
    )
