"""Leads in the admin: the inbox, a lead's page, forms and consent texts, the capture log."""

from hcprograms.leads.admin import (
    api_keys,
    appointments,
    consents,
    forms,
    inbox,
    members,
    retention,
    routing,
)

__all__ = [
    "api_keys",
    "appointments",
    "consents",
    "forms",
    "inbox",
    "members",
    "retention",
    "routing",
]
