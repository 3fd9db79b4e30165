"""The email to a member who was given leads: one for all that were given together."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max

from hcprograms.followup.models import FollowUp
from hcprograms.followup.recipients import find_address
from hcprograms.institutions.models import Membership
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_TRIES = 5


def plan_assignment(
    *, membership: Membership, leads: Sequence[Lead], user: "User | None", now: datetime
) -> FollowUp | None:
    """Write the row of the email; None where the member has no address."""
    address = find_address(membership)
    if not address or not leads:
        return None
    school = membership.institution
    day = now.astimezone(read_opening_hours(school).zone).date()
    name = user.get_full_name() or user.get_username() if user else ""
    with scope(institution=school):
        same = FollowUp.objects.filter(
            institution=school, purpose=FollowUp.Purpose.ASSIGNED, day=day, address=address
        )
        for attempt in range(MOST_TRIES):
            latest: int | None = same.aggregate(latest=Max("step"))["latest"]
            try:
                with transaction.atomic():
                    return FollowUp.objects.create(
                        institution=school,
                        purpose=FollowUp.Purpose.ASSIGNED,
                        day=day,
                        step=0 if latest is None else latest + 1,
                        recipient=FollowUp.Recipient.ADVISOR,
                        membership=membership,
                        address=address,
                        details={"leads": [lead.pk for lead in leads], "by": name},
                        due_at=now,
                    )
            except IntegrityError:  # another process took the number
                if attempt == MOST_TRIES - 1:
                    raise
    return None
