"""What is still to come for a lead: the messages that are planned, and how each stands now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hcprograms.catalog.models.programs import Program
from hcprograms.followup.conditions import get_skip_reason
from hcprograms.followup.models import FollowUp
from hcprograms.followup.step_words import (
    OBJECTIONS,
    name_recipient,
    say_conditions,
    say_purpose,
)
from hcprograms.followup.steps import Conditions
from hcprograms.institutions.models import Institution
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.scoping import scope
from hcprograms.leads.appointments.words import describe_moment
from hcprograms.leads.models.lead import Lead

NEEDED = (
    "endpoint",
    "appointment",
    "membership__user",
    "lead__institution",
    "lead__consents",
    "lead__choices__offering",
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned message in words. ``objection``: why it would not be sent as things stand."""

    row: FollowUp
    when: str
    what: str
    whom: str
    conditions: Sequence[str]
    objection: str


def tell_planned(*, institution: Institution, leads: Iterable[Lead]) -> list[Planned]:
    """What is planned for these leads of one institution, in the order of time."""
    with scope(institution=institution):
        rows = FollowUp.objects.filter(lead__in=leads, state=FollowUp.State.PLANNED)
        found = list(rows.order_by("due_at", "pk").prefetch_related(*NEEDED))
        zone = read_opening_hours(institution).zone
        names = _name_programs(found)
        return [
            Planned(
                row=row,
                when=describe_moment(row.due_at, zone=zone),
                what=say_purpose(row),
                whom=name_recipient(row),
                conditions=say_conditions(
                    Conditions.thaw(row.conditions), says=row.purpose, programs=names
                ),
                objection=_say_objection(row),
            )
            for row in found
        ]


def _say_objection(row: FollowUp) -> str:
    found = get_skip_reason(row)
    return str(OBJECTIONS[found]) if found else ""


def _name_programs(rows: Iterable[FollowUp]) -> dict[int, str]:
    ids = {one for row in rows for one in Conditions.thaw(row.conditions).programs}
    return {one.pk: str(one) for one in Program.objects.filter(pk__in=ids)} if ids else {}
