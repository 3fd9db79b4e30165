"""Absolute addresses, as mails and other sites need them: they start with SITE_URL."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings

from hcprograms.institutions.absolute_urls import get_absolute_url
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.suppression import hash_address
from hcprograms.leads.tokens import LeadToken, Purpose

LINK_NAMES = {
    "my_request_url": Purpose.MY_REQUEST,  # see, correct and withdraw what is held
    "appointment_url": Purpose.APPOINTMENT,  # book, move and cancel an appointment
    "preferences_url": Purpose.PREFERENCES,  # choose which messages come
    # For the List-Unsubscribe header too: a POST there ends the mails, a GET changes nothing.
    "unsubscribe_url": Purpose.UNSUBSCRIBE,
}
PATHS = {
    Purpose.MY_REQUEST: "hcprograms:my_request",
    Purpose.APPOINTMENT: "hcprograms:appointment",
    Purpose.PREFERENCES: "hcprograms:preferences",
    Purpose.UNSUBSCRIBE: "hcprograms:unsubscribe",
}

INERT_LINKS: Mapping[str, str] = dict.fromkeys(LINK_NAMES, "https://example.org/")
"""What previews and test mails show in place of a person's links: staff must not hold these."""


def sign_link(
    purpose: Purpose, *, lead: Lead, address: str, now: datetime, appointment: int | None = None
) -> str:
    """Return the text of a token that acts for the reader of ``address``, on this lead only."""
    address_hash = hash_address(
        institution=lead.institution,
        channel=Channel.EMAIL,
        address=address,
        key=settings.SECRET_KEY,
    )
    return LeadToken(purpose, lead.public_id, address_hash, now, appointment).sign()


def build_links(*, lead: Lead, address: str, now: datetime) -> dict[str, str]:
    """Return the links of a mail to this address, by the names that templates use."""
    return {
        name: build_link(purpose, lead=lead, address=address, now=now)
        for name, purpose in LINK_NAMES.items()
    }


def build_link(purpose: Purpose, *, lead: Lead, address: str, now: datetime) -> str:
    token = sign_link(purpose, lead=lead, address=address, now=now)
    return get_absolute_url(PATHS[purpose], token)


def snippet_addresses(form: InterestForm) -> dict[str, str]:
    """Where another site finds the script, the frame and, without either, the page of a form."""
    query = urlencode({"form": form.slug})
    return {
        "script_url": get_absolute_url("hcprograms_embed:script"),
        "frame_url": get_absolute_url("hcprograms_embed:frame", form.public_id),
        "page_url": get_absolute_url("hcprograms:ask", form.institution.slug, query=query),
    }
