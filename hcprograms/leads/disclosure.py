"""Everything held about a request, as data that the person can take along."""

from typing import Any

from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead

LEAD_FIELDS = (
    "status",
    "name",
    "email",
    "phone",
    "best_time",
    "education",
    "start_from",
    "state",
    "military",
    "message",
    "extra",
    "language",
    "answers",
    "recommendation",
    "attribution",
    "captured_at",
    "first_answered_at",
)
CONSENT_FIELDS = (
    "channel",
    "decision",
    "method",
    "decided_at",
    "text",
    "text_version",
    "text_sha256",
    "seller",
    "contact_point",
    "form_version",
    "page_url",
    "ip_address",
    "user_agent",
)


def disclose_lead(*, lead: Lead) -> dict[str, Any]:
    """The request, consents, timeline and log in plain values; names of staff are left out."""
    with scope(institution=lead.institution):
        return {
            "held_by": lead.institution.seller,
            "request": {
                **{name: getattr(lead, name) for name in LEAD_FIELDS},
                "country": str(lead.country),
                "form": lead.form.title,
                "programs": [choice.title for choice in lead.choices.all()],
            },
            "consents": list(lead.consents.values(*CONSENT_FIELDS)),
            "timeline": list(lead.events.values("at", "kind", "text")),
            "capture_log": list(
                lead.captureattempt_set.values("at", "outcome", "detail", "ip_address")
            ),
        }
