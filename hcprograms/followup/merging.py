"""Follow-ups of leads that were merged: advisors are told once, and again after an undo."""

from collections.abc import Collection

from django.db.models import Q

from hcprograms.followup.cancelling import NUDGES
from hcprograms.followup.models import FollowUp
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.models.merge import LeadMerge


def stop_follow_ups(*, merge: LeadMerge) -> None:
    """Cancel what would tell staff of the merged lead, and nudges that an answer made needless.

    Further messages to the applicant come from the kept lead only. What was cancelled is noted in
    the merge. All else goes out.
    """
    twice = [FollowUp.Purpose.ALERT, FollowUp.Purpose.NEWS, *NUDGES]
    which = Q(lead=merge.other_id, purpose__in=twice)
    if merge.kept.first_answered_at:
        which |= Q(lead=merge.kept_id, purpose__in=NUDGES)
    with scope(institution=merge.institution):
        rows = FollowUp.objects.filter(which, state=FollowUp.State.PLANNED)
        stopped = list(rows.select_for_update().values_list("pk", flat=True))
        FollowUp.objects.filter(pk__in=stopped).update(state=FollowUp.State.CANCELLED)
    merge.stopped = stopped


def restart_follow_ups(*, merge: LeadMerge) -> int:
    """Plan again what the merge cancelled, due when it was; return how many rows that were."""
    return restart_rows(institution_id=merge.institution_id, keys=merge.stopped)


def restart_rows(*, institution_id: int, keys: Collection[int]) -> int:
    """Plan these again where they were cancelled and are still of use; return how many."""
    with scope(institution=[institution_id]):
        rows = FollowUp.objects.filter(pk__in=keys, state=FollowUp.State.CANCELLED)
        wanted = rows.filter(lead__status__in=Lead.Status.list_open()).exclude(
            purpose__in=NUDGES, lead__first_answered_at__isnull=False
        )
        keys = list(wanted.values_list("pk", flat=True))
        return FollowUp.objects.filter(pk__in=keys).update(state=FollowUp.State.PLANNED)
