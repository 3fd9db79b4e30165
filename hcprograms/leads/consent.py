"""What a person has agreed to, and whether they may be contacted on a channel."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.email_addresses import format_email, is_same_email
from hcprograms.leads.models.consent import Channel, Consent, Suppression
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.suppression import hash_address, normalize_phone

CHUNK = 500


class ConsentStatus(models.TextChoices):
    """What may be said of a channel. Only ``GRANTED`` is an opt-in."""

    GRANTED = "granted", _("granted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    NOT_ASKED = "not_asked", _("not asked")


STATUSES = {
    Consent.Decision.GRANTED: ConsentStatus.GRANTED,
    Consent.Decision.NOT_GRANTED: ConsentStatus.DECLINED,
    Consent.Decision.WITHDRAWN: ConsentStatus.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class ChannelConsent:
    """One channel of a lead: what was decided, when, and whether the address is suppressed.

    ``decision`` is the latest row of proof for the address that the lead has today.
    """

    channel: str
    status: ConsentStatus
    decided_at: datetime | None = None
    decision: Consent | None = None
    suppressed_at: datetime | None = None

    @property
    def is_granted(self) -> bool:
        return self.status == ConsentStatus.GRANTED


Suppressions = Mapping[str, datetime]
"""Channel → when its address was last suppressed; channels that may be used are left out."""


def get_consents(
    lead: Lead,
    decisions: Iterable[Consent] | None = None,
    *,
    suppressions: Suppressions | None = None,
) -> dict[str, ChannelConsent]:
    """Return channel → what the person agreed to, for every channel.

    A decision counts only for the address or number that it was made for, and a suppressed
    address is always withdrawn. ``decisions``: the rows of proof, where they were read already or
    come from merged leads too; ``suppressions``: as :func:`list_suppressions` gives them; left out,
    they are read only where something was granted.
    """
    if decisions is None:
        decisions = lead.consents.all()
    latest: dict[str, Consent] = {}
    for row in sorted(decisions, key=lambda row: (row.decided_at, row.pk or 0)):
        if is_about_address(row, lead):
            latest[row.channel] = row
    if suppressions is None:
        # Without a grant there is nothing that a suppression could take back.
        is_needed = any(row.decision == Consent.Decision.GRANTED for row in latest.values())
        suppressions = list_suppressions([lead]).get(lead.pk, {}) if is_needed else {}
    return {
        channel: _describe_channel(channel, latest.get(channel), suppressions.get(channel))
        for channel in Channel.values
    }


def is_about_address(decision: Consent, lead: Lead) -> bool:
    """Whether the decision was made for the address or number that the lead has today."""
    address = lead.email if decision.channel == Channel.EMAIL else lead.phone
    if not address or not decision.contact_point:
        # A decision of which no address was recorded is about the one that was asked for then.
        return bool(address)
    if decision.channel == Channel.EMAIL:
        return is_same_email(decision.contact_point, address)
    return normalize_phone(decision.contact_point) == normalize_phone(address)


def _describe_channel(
    channel: str, decision: Consent | None, suppressed_at: datetime | None
) -> ChannelConsent:
    status = STATUSES[Consent.Decision(decision.decision)] if decision else ConsentStatus.NOT_ASKED
    decided_at = decision.decided_at if decision else None
    if suppressed_at and status != ConsentStatus.WITHDRAWN:
        status, decided_at = ConsentStatus.WITHDRAWN, suppressed_at
    return ChannelConsent(channel, status, decided_at, decision, suppressed_at)


def list_suppressions(leads: Sequence[Lead]) -> dict[int, Suppressions]:
    """Return lead id → its suppressed channels; one query for all of these leads."""
    owners: dict[str, list[tuple[int, str]]] = {}
    for lead in leads:
        for channel in Channel.values:
            for one in _hash_contact(lead, channel):
                owners.setdefault(one, []).append((lead.pk, channel))
    found: dict[int, dict[str, datetime]] = {}
    # The hash names the institution, so rows of others cannot be among them.
    rows = Suppression._base_manager.filter(address_hash__in=owners)
    for row in rows.order_by("created_at"):
        for pk, channel in owners[row.address_hash]:
            if channel == row.channel:
                found.setdefault(pk, {})[channel] = row.created_at
    return dict(found)


def _hash_contact(lead: Lead, channel: str) -> list[str]:
    address = lead.email if channel == Channel.EMAIL else lead.phone
    if not address:
        return []
    return [
        hash_address(institution=lead.institution, channel=channel, address=address, key=key)
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def iterate_with_suppressions(leads: Iterable[Lead]) -> Iterator[tuple[Lead, Suppressions]]:
    """Yield each lead with its suppressed channels, at one query for some hundreds of leads."""
    rest = iter(leads)
    while chunk := list(islice(rest, CHUNK)):
        found = list_suppressions(chunk)
        for lead in chunk:
            yield lead, found.get(lead.pk, {})


class ContactPurpose(StrEnum):
    """What a message is for; it decides who may get it."""

    ANSWER = "answer"
    NEWS = "news"


PURPOSE_CHOICES = [
    (
        ContactPurpose.ANSWER.value,
        _("It answers their request: everybody gets it, and reminders stop."),
    ),
    (
        ContactPurpose.NEWS.value,
        _("It is news: only those get it who agreed to further emails."),
    ),
]


class ContactObstacle(StrEnum):
    """Why a person must not be contacted, or a message of staff not be sent to them."""

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
        return str(OBSTACLE_WORDS[self])


OBSTACLE_WORDS = {
    ContactObstacle.ELSEWHERE: _("asked another institution"),
    ContactObstacle.ERASED: _("was erased"),
    ContactObstacle.MERGED: _("was merged into another lead"),
    ContactObstacle.STATUS: _("is closed, spam or held for review"),
    ContactObstacle.NO_ADDRESS: _("has no email address that mail can be sent to"),
    ContactObstacle.UNREACHABLE: _("has an address from which emails come back"),
    ContactObstacle.UNSUBSCRIBED: _("wants no emails"),
    ContactObstacle.NO_CONSENT: _("has not agreed to further emails"),
    ContactObstacle.ALREADY: _("got this text within a day"),
}


def find_contact_obstacle(
    lead: Lead,
    channel: str,
    *,
    purpose: ContactPurpose,
    consents: Mapping[str, ChannelConsent] | None = None,
) -> ContactObstacle | None:
    """Return why the person must not be contacted on this channel, or None when they may.

    An inquiry is answered by email without further consent: it is what the person asked for. All
    else, and any automated call or text (TCPA), needs a consent that was granted for the present
    address. ``consents``: as :func:`get_consents` gives them with suppressions, where they were
    read already.
    """
    is_email = channel == Channel.EMAIL
    if not (format_email(lead.email) if is_email else lead.phone):
        return ContactObstacle.NO_ADDRESS
    if is_email and lead.is_unreachable:
        return ContactObstacle.UNREACHABLE
    if consents is None:
        consents = get_consents(lead, suppressions=list_suppressions([lead]).get(lead.pk, {}))
    consent = consents[channel]
    if consent.is_granted:
        return None
    if is_email and purpose == ContactPurpose.ANSWER:
        return ContactObstacle.UNSUBSCRIBED if is_unsubscribed(lead, consent) else None
    return ContactObstacle.UNSUBSCRIBED if consent.suppressed_at else ContactObstacle.NO_CONSENT


def is_unsubscribed(lead: Lead, email: ChannelConsent) -> bool:
    """Whether the person wants no emails at all, not even an answer to this request.

    Who ended all mail and then asks again wants to be answered: only what was ended for this very
    request, or after it, counts. ``email``: the channel with its suppression.
    """
    row = email.decision
    if row and row.decision == Consent.Decision.WITHDRAWN and row.contact_point:
        # Also where the address is not suppressed: they ended emails, then corrected it.
        return True
    return email.suppressed_at is not None and email.suppressed_at >= lead.captured_at


def find_mail_obstacle(lead: Lead, purpose: ContactPurpose) -> ContactObstacle | None:
    """Return why the lead must not get a mail that staff send, or None when it may."""
    if lead.erased_at:
        return ContactObstacle.ERASED
    if lead.merged_into_id:
        return ContactObstacle.MERGED
    if not lead.is_open:
        return ContactObstacle.STATUS
    return find_contact_obstacle(lead, Channel.EMAIL, purpose=purpose)
