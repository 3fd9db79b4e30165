"""The daily digest of open leads: who gets one today, as rows of the queue, and what it lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, prefetch_related_objects

from hcprograms.followup.models import FollowUp
from hcprograms.followup.recipients import Person, list_people
from hcprograms.institutions.absolute_urls import find_admin_url
from hcprograms.institutions.email_addresses import format_email, get_comparable_email
from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.models import Institution, Membership, Role
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.sla import format_time_left, measure_left

Recipient = FollowUp.Recipient


@dataclass(frozen=True, slots=True)
class _Due:
    school: Institution
    day: date


def plan_digests(*, now: datetime, institution: Institution | None = None) -> int:
    """Write the rows of the digests whose time has come today; return how many.

    Of one institution or of all. Any number of processes may call it at any time: a recipient
    gets one a day at most, and after a downtime that of today only. Two queries when there is
    nothing to plan, three where an office is closed today.
    """
    with scopes_disabled():
        due = [one for one in _not_planned(_find_due(now, institution)) if _is_open(one, now)]
        rows = _write_rows(due, now) if due else []
        FollowUp.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _find_due(now: datetime, institution: Institution | None) -> list[_Due]:
    """Schools where it is late enough today and somebody has been waiting since before."""
    waiting = Lead.objects.needs_response().filter(institution=OuterRef("pk"))
    oldest = Subquery(waiting.order_by("captured_at").values("captured_at")[:1])
    schools: Any = Institution.objects.filter(sends_digest=True).annotate(oldest=oldest)
    if institution is not None:
        schools = schools.filter(pk=institution.pk)
    found = []
    for school in schools.filter(oldest__isnull=False).order_by("pk"):
        clock = OpeningHours.from_rows(time_zone=school.time_zone, hours=())
        day = now.astimezone(clock.zone).date()
        at = clock.locate(datetime.combine(day, school.digest_at))
        if school.oldest < at <= now:
            found.append(_Due(school, day))
    return found


def _not_planned(due: Sequence[_Due]) -> list[_Due]:
    if not due:
        return []
    planned = FollowUp.objects.filter(
        lead__isnull=True,
        institution__in=[one.school.pk for one in due],
        purpose=FollowUp.Purpose.DIGEST,
        day__gte=min(one.day for one in due),
    ).values_list("institution_id", "day")
    known = set(planned)
    missing = [one for one in due if (one.school.pk, one.day) not in known]
    prefetch_related_objects([one.school for one in missing], "office_hours", "closures")
    return missing


def _is_open(one: _Due, now: datetime) -> bool:
    """Whether its office opens on that day; one that never opens gets a digest every day."""
    hours = read_opening_hours(one.school)
    return hours.opens_on(one.day) or not hours.ever_opens(now)


def _write_rows(due: Sequence[_Due], now: datetime) -> list[FollowUp]:
    schools = [one.school.pk for one in due]
    asked = Lead.objects.needs_response().filter(institution__in=schools, assigned_to__isnull=False)
    busy = set(asked.order_by().values_list("assigned_to_id", flat=True).distinct())
    active = Membership.objects.active().filter(institution__in=schools).order_by("pk")
    team: dict[int, list[Membership]] = {}
    for member in active.select_related("user").prefetch_related("absences"):
        team.setdefault(member.institution_id, []).append(member)
    return [row for one in due for row in _rows_of(one, team.get(one.school.pk, []), busy, now)]


def _rows_of(
    one: _Due, members: Sequence[Membership], busy: set[int], now: datetime
) -> list[FollowUp]:
    """To those who see everything, and to each advisor at work who has open leads."""
    managers = find_managers(institution=one.school, members=members)
    told = {get_comparable_email(person.address) for person in managers}
    advisors = [
        person
        for person in list_people(
            member for member in members if member.pk in busy and not _is_away(member, one.day)
        )
        if get_comparable_email(person.address) not in told
    ]
    return [
        *(_row(one, Recipient.MANAGER, person, now) for person in managers),
        *(_row(one, Recipient.ADVISOR, person, now) for person in advisors),
    ]


def find_managers(*, institution: Institution, members: Iterable[Membership]) -> Sequence[Person]:
    """Who answers for the institution's leads: managers, else owners, else its own mailbox."""
    listed = list(members)
    for role in (Role.MANAGER, Role.OWNER):
        people = list_people(member for member in listed if member.role == role)
        if people:
            return people
    office = format_email(institution.email)
    return [Person(office)] if office else []


def _is_away(member: Membership, day: date) -> bool:
    return any(one.first_day <= day <= one.last_day for one in member.absences.all())


def _row(one: _Due, recipient: str, person: Person, now: datetime) -> FollowUp:
    return FollowUp(
        institution=one.school,
        purpose=FollowUp.Purpose.DIGEST,
        day=one.day,
        recipient=recipient,
        membership=person.membership,
        address=person.address,
        due_at=now,
    )


@dataclass(frozen=True, slots=True)
class OpenLead:
    """Nothing about the person but the name; all else is behind the link."""

    name: str
    url: str
    left: str
    """Business time left or overdue, in words; empty where no answer was promised by a time."""
    is_late: bool
    advisor: str


def find_open_leads(
    *, institution: Institution, membership: Membership | None = None
) -> "QuerySet[Lead]":
    """Unanswered leads of the institution, or of one advisor. Needs a scope, or none at all."""
    rows = Lead.objects.needs_response().filter(institution=institution)
    return rows if membership is None else rows.filter(assigned_to=membership)


def list_open_leads(
    *, leads: "QuerySet[Lead]", institution: Institution, now: datetime, limit: int
) -> Sequence[OpenLead]:
    """The first ``limit`` of these leads, the longest overdue first."""
    hours = read_opening_hours(institution)
    rows = leads.select_related("assigned_to__user").order_by(
        F("answer_due_at").asc(nulls_last=True), "captured_at", "pk"
    )
    found = []
    for lead in rows[:limit]:
        due_at = lead.answer_due_at
        is_due = due_at is not None and lead.is_waiting
        left = measure_left(due_at=due_at, hours=hours, now=now) if due_at and is_due else None
        found.append(
            OpenLead(
                name=lead.name,
                url=find_admin_url("lead_change", lead.pk),
                left="" if left is None else format_time_left(left),
                is_late=left is not None and left < timedelta(),
                advisor=lead.assigned_to.display_name if lead.assigned_to else "",
            )
        )
    return found
