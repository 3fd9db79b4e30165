"""Leads in the admin: the inbox, a lead's page, forms and consent texts, the capture log."""

from hcprograms.leads.admin import consents, forms, inbox, routing

__all__ = ["consents", "forms", "inbox", "routing"]
