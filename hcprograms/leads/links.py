"""Absolute addresses of a person's own pages, as mails need them: they start with SITE_URL."""

from datetime import datetime

from django.urls import reverse

from hcprograms.conf import conf
from hcprograms.leads import tokens
from hcprograms.leads.models.lead import Lead


def my_request_url(*, lead: Lead, now: datetime) -> str:
    """Where the person sees, corrects and withdraws what the institution holds."""
    token = tokens.sign_my_request(lead=lead.public_id, now=now)
    return conf.site_url + reverse("hcprograms:my_request", args=[token])


def unsubscribe_url(*, lead: Lead, now: datetime) -> str:
    """For the List-Unsubscribe header too: a POST there ends the mails, a GET changes nothing."""
    token = tokens.sign_unsubscribe(lead=lead.public_id, now=now)
    return conf.site_url + reverse("hcprograms:unsubscribe", args=[token])
