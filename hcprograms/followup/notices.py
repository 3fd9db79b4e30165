"""What staff are told besides a lead's own course: the applicant wrote, or an address is dead."""

from typing import Any

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.absolute_urls import find_admin_url
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.presenters import list_contact_permissions_for_mail

NOTICES = (FollowUp.Purpose.RECEIVED, FollowUp.Purpose.UNDELIVERED)


def describe_notice(*, row: FollowUp) -> dict[str, Any]:
    """The facts for ``mail/notice``: what came in, or which address takes no emails.

    Of an applicant's dead address it says whether they may be called, by the consent of now.
    """
    lead, told = row.need_lead(), row.details or {}
    permissions = list_contact_permissions_for_mail(lead)
    return {
        "lead": lead,
        "institution": lead.institution,
        "has_written": row.purpose == FollowUp.Purpose.RECEIVED,
        "is_colleague": "who" in told,
        "who": told.get("who", ""),
        "address": told.get("address", ""),
        "subject": row.subject,
        "text": row.text,
        "may_call": any(one.is_given for one in permissions if one.channel == Channel.CALL),
        "permissions": permissions,
        "lead_url": find_admin_url("lead_change", lead.pk),
    }
