"""Follow-ups of an erased person: nothing is sent any more, and no address stays behind."""

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead


def erase_follow_ups(*, lead: Lead) -> int:
    """Delete the lead's rows, planned and sent; return how many that were.

    A worker that is sending one of them finds its row gone and marks nothing.
    """
    with scope(institution=lead.institution):
        return FollowUp.objects.filter(lead=lead).delete()[0]
