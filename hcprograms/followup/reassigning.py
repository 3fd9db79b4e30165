"""A lead that was given to somebody else: the reminders of who has it go to them."""

from collections.abc import Sequence
from datetime import datetime

from hcprograms.followup.models import FollowUp
from hcprograms.followup.recipients import Person, find_address, find_team
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


def redirect_from_member(*, membership: Membership, now: datetime) -> int:
    """Send what is planned for a member who leaves to who has the lead, else to a manager.

    What they get anyway is cancelled. News of appointments go where the appointment went. Returns
    how many rows were changed.
    """
    school = membership.institution
    changed = 0
    with scope(institution=school):
        rows = FollowUp.objects.filter(
            membership=membership,
            lead__isnull=False,
            recipient__in=[FollowUp.Recipient.ADVISOR, FollowUp.Recipient.MANAGER],
            state=FollowUp.State.PLANNED,
        ).exclude(purpose=FollowUp.Purpose.APPOINTMENT)
        members = [
            one
            for one in school.memberships.active().select_related("user").order_by("pk")
            if one != membership
        ]
        for row in rows.select_related("lead__assigned_to__user"):
            owner = row.need_lead().assigned_to
            owner = None if owner == membership else owner
            team = find_team(institution=school, assigned_to=owner, members=members)
            people = [team.first, team.manager] if team.to_alert else []
            changed += _redirect(row, people)
    return changed


def _redirect(row: FollowUp, people: Sequence[Person]) -> int:
    same = FollowUp.objects.filter(lead=row.lead_id, purpose=row.purpose, step=row.step)
    taken = set(same.exclude(pk=row.pk).values_list("address", flat=True))
    still = FollowUp.objects.filter(pk=row.pk, state=FollowUp.State.PLANNED)
    for person in people:
        if person.address not in taken:
            return still.update(membership=person.membership, address=person.address)
    return still.update(state=FollowUp.State.CANCELLED)
