"""What staff are told besides a lead's own course: the applicant wrote, or an address is dead."""

from typing import Any

from hcprograms.followup.contents import find_admin_url
from hcprograms.followup.models import FollowUp
from hcprograms.followup.permissions import describe_permissions
from hcprograms.leads.consent_status import get_consents
from hcprograms.leads.models.consent import Channel

NOTICES = (FollowUp.Purpose.RECEIVED, FollowUp.Purpose.UNDELIVERED)


def describe_notice(*, row: FollowUp) -> dict[str, Any]:
    """The facts for ``mail/notice``: what came in, or which address takes no emails.

    Of an applicant's dead address it says whether they may be called, by the consent of now.
    """
    lead, told = row.need_lead(), row.details or {}
    return {
        "lead": lead,
        "institution": lead.institution,
        "has_written": row.purpose == FollowUp.Purpose.RECEIVED,
        "is_colleague": "who" in told,
        "who": told.get("who", ""),
        "address": told.get("address", ""),
        "subject": row.subject,
        "text": row.text,
        "may_call": get_consents(lead)[Channel.CALL].is_granted,
        "permissions": describe_permissions(lead),
        "lead_url": find_admin_url(lead),
    }
