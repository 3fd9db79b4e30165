"""Leads in the admin: the inbox, a lead's page, forms and consent texts, the capture log."""

from hcprograms.leads.admin import appointments, consents, forms, inbox, retention, routing

__all__ = ["appointments", "consents", "forms", "inbox", "retention", "routing"]
