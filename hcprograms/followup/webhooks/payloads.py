"""What an event says: the lead as it is when the message is written, not when it happened.

So a person erased meanwhile is not told of any more, and nothing personal waits in the queue.
The contract is docs/webhooks.md: fields are added, never renamed.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from hcprograms.followup.models import FollowUp
from hcprograms.leads.consent import ConsentStatus, Suppressions, get_consents, list_suppressions
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead

DECISIONS = {
    ConsentStatus.GRANTED: Consent.Decision.GRANTED.value,
    ConsentStatus.DECLINED: Consent.Decision.NOT_GRANTED.value,
    ConsentStatus.WITHDRAWN: Consent.Decision.WITHDRAWN.value,
}


def write_payload(row: FollowUp) -> str:
    """The body of the request, as JSON."""
    body = {
        "type": row.event,
        "timestamp": row.created_at,
        "data": describe_lead(row.need_lead()) | (row.details or {}),
    }
    return json.dumps(body, cls=DjangoJSONEncoder, separators=(",", ":"))


def describe_lead(lead: Lead, suppressions: Suppressions | None = None) -> dict[str, Any]:
    """The lead's facts; of an erased person only the identity of the row and its times.

    ``suppressions``: as ``list_suppressions`` gives them, where they were read for many leads.
    """
    known = {
        "id": str(lead.public_id),
        "institution": lead.institution.slug,
        "form": lead.form.slug,
        "status": lead.status,
        "captured_at": lead.captured_at,
        "first_answered_at": lead.first_answered_at,
        "erased_at": lead.erased_at,
    }
    return known if lead.erased_at else known | _personal(lead, suppressions)


def _personal(lead: Lead, suppressions: Suppressions | None) -> dict[str, Any]:
    return {
        "name": lead.name,
        "email": lead.email,
        "phone": lead.phone,
        "country": str(lead.country or ""),
        "state": lead.state,
        "education": lead.education,
        "military": lead.military,
        "start_from": lead.start_from,
        "best_time": lead.best_time,
        "message": lead.message,
        "language": lead.language,
        "close_reason": lead.close_reason,
        "assigned_to": _email_of_advisor(lead),
        "programs": [_describe_choice(choice) for choice in lead.choices.all()],
        "extra": lead.extra,
        "attribution": lead.attribution,
        **_describe_consents(lead, suppressions),
    }


def _email_of_advisor(lead: Lead) -> str:
    return str(getattr(lead.assigned_to.user, "email", "")) if lead.assigned_to else ""


def _describe_choice(choice: Any) -> Mapping[str, str | None]:
    offering = choice.offering
    return {"title": choice.title, "offering": str(offering.public_id) if offering else None}


def _describe_consents(lead: Lead, suppressions: Suppressions | None) -> dict[str, dict[str, Any]]:
    """``consents`` as it always was, and ``consent_status`` with every channel.

    Neither says “granted” without a consent that holds for the present address: that a request
    may be answered is no consent.
    """
    if suppressions is None:
        suppressions = list_suppressions([lead]).get(lead.pk, {})
    found = get_consents(lead, suppressions=suppressions)
    return {
        "consents": {
            channel: DECISIONS[one.status]
            for channel, one in found.items()
            if one.status in DECISIONS
        },
        "consent_status": {
            channel: {
                "status": one.status.value,
                "decided_at": one.decided_at,
                "do_not_contact": one.suppressed_at is not None
                or (channel == Channel.EMAIL and lead.is_unreachable),
            }
            for channel, one in found.items()
        },
    }
