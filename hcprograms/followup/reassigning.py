"""A lead that was given to somebody else: the reminders of who has it go to them."""

from datetime import datetime

from hcprograms.followup.models import FollowUp
from hcprograms.followup.recipients import find_address
from hcprograms.institutions.models import Membership
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead


def follow_assignment(*, lead: Lead, now: datetime) -> int:
    """Let the lead's advisor change places with who had it, in reminders that lie ahead.

    The next reminder to an advisor goes to who has the lead; where that was somebody else's, the
    two change places in all of them but those that go to both. Times and texts stay. Returns how
    many rows were changed.
    """
    with scope(institution=lead.institution):
        rows = FollowUp.objects.filter(
            lead=lead,
            purpose=FollowUp.Purpose.REMINDER,
            recipient=FollowUp.Recipient.ADVISOR,
            state=FollowUp.State.PLANNED,
            due_at__gt=now,
        )
        ahead = list(rows.order_by("due_at", "pk").select_related("membership__user"))
        has_it = lead.assigned_to
        if has_it is None or not ahead or not find_address(has_it):
            return 0
        had_it = ahead[0].membership
        if had_it is None or had_it == has_it:
            return 0
        return sum(_change_place(row, had_it, has_it) for row in ahead)


def _change_place(row: FollowUp, had_it: Membership, has_it: Membership) -> int:
    others = {had_it.pk: has_it, has_it.pk: had_it}
    other = others.get(row.membership_id or 0)
    if other is None:
        return 0
    address = find_address(other)
    same = FollowUp.objects.filter(lead=row.lead_id, purpose=row.purpose, step=row.step)
    if same.filter(address=address).exists():
        return 0
    still = FollowUp.objects.filter(pk=row.pk, state=FollowUp.State.PLANNED)
    return still.update(membership=other, address=address)
