"""Everything held about a request, as data that the person can take along."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.lead_files import find_files
from hcprograms.leads.models.files import LeadFile
from hcprograms.leads.models.lead import Lead, LeadEvent

LEAD_FIELDS = (
    "status",
    "stage",
    "name",
    "email",
    "bounced_address",
    "bounced_at",
    "phone",
    "best_time",
    "education",
    "start_from",
    "state",
    "military",
    "message",
    "organisation",
    "people",
    "topics",
    "extra",
    "language",
    "answers",
    "recommendation",
    "attribution",
    "source",
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

SHARED = frozenset(
    {
        LeadEvent.Kind.CAPTURED,
        LeadEvent.Kind.ANSWERED,
        LeadEvent.Kind.MAIL_SENT,
        LeadEvent.Kind.CONSENT,
        LeadEvent.Kind.CORRECTED,
        LeadEvent.Kind.RELEASED,
        LeadEvent.Kind.MESSAGE,
        LeadEvent.Kind.RECEIVED,
        LeadEvent.Kind.MERGED,
        LeadEvent.Kind.UNMERGED,
        LeadEvent.Kind.APPOINTMENT,
        LeadEvent.Kind.FILE,
        LeadEvent.Kind.ERASED,
    }
)
"""Entries whose words the person gets. All others are words for staff, and often about staff:
notes, but also which colleague’s address takes no emails. A new kind is among these others."""


def disclose_lead(
    *,
    lead: Lead,
    with_notes: bool = False,
    merged: Sequence[Lead] | None = None,
    link_file: Callable[[LeadFile], str] = lambda _file: "",
) -> dict[str, Any]:
    """The request, consents, timeline and log in plain values, with requests merged with it.

    ``merged``: those of them that belong to it; by default all.

    Whoever holds a link from a mail gets no words that staff wrote for staff: the link can be
    passed on, and these may speak of others. The file says that they were left out and whom to
    ask. Files are named, each with the address that ``link_file`` gives. ``with_notes``: for an
    access request, which staff answer after a look at the notes.
    """
    others = lead.list_of_same_person() if merged is None else merged
    others = [one for one in others if one.pk != lead.pk]
    found = {
        "held_by": lead.institution.seller,
        **_disclose(lead, with_notes, link_file),
        "merged_requests": [_disclose(one, with_notes, link_file) for one in others],
    }
    if not with_notes:
        found["left_out"] = _(
            "Internal notes of staff, and entries about emails to them. To ask for a copy, write"
            " to %(contact)s."
        ) % {"contact": lead.institution.email or lead.institution.seller}
    return found


def _disclose(lead: Lead, with_notes: bool, link_file: Callable[[LeadFile], str]) -> dict[str, Any]:
    with scope(institution=lead.institution):
        events = lead.events.values("at", "kind", "text")
        return {
            "request": {
                **{name: getattr(lead, name) for name in LEAD_FIELDS},
                "country": str(lead.country),
                "form": lead.form.title,
                "programs": [choice.title for choice in lead.choices.all()],
            },
            "files": [
                {
                    "question": one.question,
                    "name": one.upload.name,
                    "bytes": one.upload.size,
                    "sha256": one.upload.sha256,
                    "uploaded_at": one.upload.uploaded_at,
                    "address": link_file(one),
                }
                for one in find_files(leads=[lead])
            ],
            "consents": list(lead.consents.values(*CONSENT_FIELDS)),
            "timeline": [
                one if with_notes or one["kind"] in SHARED else {**one, "text": None}
                for one in events
            ],
            "capture_log": list(
                lead.captureattempt_set.values("at", "outcome", "detail", "ip_address")
            ),
        }
