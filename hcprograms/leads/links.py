"""Absolute addresses, as mails and other sites need them: they start with SITE_URL."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from hcprograms.conf import conf
from hcprograms.leads import tokens
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead


def my_request_url(*, lead: Lead, now: datetime) -> str:
    """Where the person sees, corrects and withdraws what the institution holds."""
    token = tokens.sign_my_request(lead=lead.public_id, now=now)
    return conf.site_url + reverse("hcprograms:my_request", args=[token])


def appointment_url(*, lead: Lead, now: datetime) -> str:
    """Where the person books, moves and cancels an appointment."""
    token = tokens.sign_appointment(lead=lead.public_id, now=now)
    return conf.site_url + reverse("hcprograms:appointment", args=[token])


def unsubscribe_url(*, lead: Lead, now: datetime) -> str:
    """For the List-Unsubscribe header too: a POST there ends the mails, a GET changes nothing."""
    token = tokens.sign_unsubscribe(lead=lead.public_id, now=now)
    return conf.site_url + reverse("hcprograms:unsubscribe", args=[token])


def preferences_url(*, lead: Lead, now: datetime) -> str:
    """Where the person chooses which messages they get."""
    token = tokens.sign_preferences(lead=lead.public_id, now=now)
    return conf.site_url + reverse("hcprograms:preferences", args=[token])


def snippet_addresses(form: InterestForm) -> dict[str, str]:
    """Where another site finds the script, the frame and, without either, the page of a form."""
    page = reverse("hcprograms:ask", args=[form.institution.slug])
    addresses = {
        "script_url": reverse("hcprograms_embed:script"),
        "frame_url": reverse("hcprograms_embed:frame", args=[form.public_id]),
        "page_url": f"{page}?{urlencode({'form': form.slug})}",
    }
    return {name: conf.site_url + address for name, address in addresses.items()}
