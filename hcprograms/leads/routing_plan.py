"""An institution's routing as a value: its rules, and when its people are there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.models import Institution
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.presence import Absence, WorkingHours
from hcprograms.leads.models.routing import RoutingRule
from hcprograms.leads.routing import NEVER, How, Rule


@dataclass(frozen=True, slots=True)
class Plan:
    """``hours`` and ``absences`` are by membership; ``office`` holds for who has no hours."""

    rules: Sequence[Rule]
    office: OpeningHours
    hours: Mapping[int, OpeningHours]
    absences: Mapping[int, Sequence[tuple[date, date]]]

    @property
    def counts_waiting(self) -> bool:
        """Whether some rule looks at how much everybody has to do."""
        return any(rule.how is How.LEAST_BUSY for rule in self.rules)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.office.zone).date()

    def is_away(self, membership_id: int, now: datetime) -> bool:
        today = self.today(now)
        return any(first <= today <= last for first, last in self.absences.get(membership_id, ()))

    def opens_at(self, membership_id: int, now: datetime) -> datetime | None:
        """When the member next works; None where nobody has hours of their own: all are alike."""
        if not self.hours:
            return None
        return self.hours.get(membership_id, self.office).next_opening(now) or NEVER


def read_plan(*, institution: Institution) -> Plan:
    """The plan as it is in the database now."""
    mine = {"membership__institution": institution}
    rows = list(WorkingHours.objects.filter(**mine))
    absences: dict[int, list[tuple[date, date]]] = {}
    for row in Absence.objects.filter(**mine):
        absences.setdefault(row.membership_id, []).append((row.first_day, row.last_day))
    return Plan(
        rules=read_rules(institution=institution),
        office=read_opening_hours(institution),
        hours={
            key: read_opening_hours(
                institution, hours=[row for row in rows if row.membership_id == key]
            )
            for key in {row.membership_id for row in rows}
        },
        absences=absences,
    )


def read_rules(*, institution: Institution) -> list[Rule]:
    """The active rules in their order."""
    rows = RoutingRule.objects.filter(institution=institution, is_active=True)
    return [
        describe_rule(
            row,
            programs=[program.pk for program in row.programs.all()],
            advisors=[member.pk for member in row.advisors.all()],
        )
        for row in rows.order_by("position", "pk").prefetch_related("programs", "advisors")
    ]


def describe_rule(row: RoutingRule, *, programs: Sequence[int], advisors: Sequence[int]) -> Rule:
    return Rule(
        id=row.pk or 0,
        name=row.name,
        conditions=row.conditions(programs=programs),
        advisors=frozenset(advisors),
        how=How(row.how),
    )
