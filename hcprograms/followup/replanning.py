"""A changed sequence, applied to what is planned already: seen first, then done, each lead told.

Only what lies ahead is touched. What was due is left alone, and what was sent is never sent again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.followup.models import FollowUp
from hcprograms.followup.models import Sequence as SequenceRow
from hcprograms.followup.plan_changes import CHANGEABLE, NEEDED, REPLACED, Change, Planner
from hcprograms.followup.sequencing import Course, find_course, read_courses
from hcprograms.followup.steps import Conditions, Step
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead, LeadEvent

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LOOKED_AT_ONCE = 1_000
"""Leads, the newest first; the next ones are asked for by the last one's id."""

LOOKS_BACK = timedelta(days=400)
"""No step is due longer after the request than this."""

State = FollowUp.State


@dataclass(frozen=True, slots=True)
class Changes:
    """``older_than``: the id to go on with, where there are more leads; ``fingerprint`` changes
    with the sequences that hold."""

    leads: Sequence[Change]
    looked_at: int
    older_than: int | None
    fingerprint: str

    @property
    def cancelled(self) -> int:
        return sum(len(one.cancelled) for one in self.leads)

    @property
    def added(self) -> int:
        return sum(len(one.added) for one in self.leads)

    @property
    def moved(self) -> int:
        return sum(len(one.moved) for one in self.leads)


class SequenceChangedError(Exception):
    """The sequence is not the one that the person has seen."""


def preview_changes(
    *, sequence: SequenceRow, now: datetime, older_than: int | None = None
) -> Changes:
    """What :func:`apply_changes` would do now, for as many leads as are looked at at once."""
    with scope(institution=sequence.institution):
        return _find_changes(sequence, now, older_than)


def apply_changes(
    *,
    sequence: SequenceRow,
    user: "User",
    fingerprint: str,
    now: datetime,
    older_than: int | None = None,
) -> Changes:
    """Plan anew what lies ahead of these leads, all in one transaction; a second time does nothing.

    Raises :class:`SequenceChangedError` where the sequences differ from those of ``fingerprint``.
    """
    with scope(institution=sequence.institution), transaction.atomic():
        changes = _find_changes(sequence, now, older_than, locked=True)
        if changes.fingerprint != fingerprint:
            raise SequenceChangedError
        for change in changes.leads:
            _carry_out(change, now, sequence)
        kind = LeadEvent.Kind.PLAN
        LeadEvent.objects.bulk_create(
            LeadEvent(lead=one.lead, kind=kind, at=now, actor=user, text=_say(one, sequence))
            for one in changes.leads
        )
    return changes


def _find_changes(
    sequence: SequenceRow, now: datetime, older_than: int | None, *, locked: bool = False
) -> Changes:
    courses = _find_courses(sequence)
    leads = _find_leads(sequence, courses, now, older_than, locked=locked)
    page, more = leads[:LOOKED_AT_ONCE], len(leads) > LOOKED_AT_ONCE
    planner = Planner.read(institution=sequence.institution, leads=page, now=now)
    found = (planner.compare(lead, courses[lead.form.kind]) for lead in page)
    return Changes(
        leads=[one for one in found if one],
        looked_at=len(page),
        older_than=page[-1].pk if more else None,
        fingerprint=_take_fingerprint(courses),
    )


def _find_courses(sequence: SequenceRow) -> Mapping[str, Course]:
    """Kind of form → what holds for it now, for the kinds that are this sequence's to say."""
    active = read_courses(institution_id=sequence.institution_id)
    others = [one.sequence for one in active if one.sequence and one.sequence != sequence]
    elsewhere = {kind for one in others for kind in one.kinds}
    kinds = sequence.kinds or [one for one in InterestForm.Kind.values if one not in elsewhere]
    return {
        kind: find_course(institution_id=sequence.institution_id, kind=kind, among=active)
        for kind in kinds
    }


def _take_fingerprint(courses: Mapping[str, Course]) -> str:
    told = [(kind, [_spell(step) for step in one.steps]) for kind, one in sorted(courses.items())]
    return sha256(repr(told).encode()).hexdigest()[:32]


def _spell(step: Step) -> str:
    """Always the same words for the same step, in every process."""
    return repr((replace(step, conditions=Conditions()), step.conditions.freeze()))


def _find_leads(
    sequence: SequenceRow,
    courses: Mapping[str, Course],
    now: datetime,
    older_than: int | None,
    *,
    locked: bool,
) -> list[Lead]:
    """One more than are looked at, to tell whether there are more."""
    leads = Lead.objects.open().filter(
        institution=sequence.institution,
        form__kind__in=courses,
        erased_at=None,
        merged_into=None,
        captured_at__gt=now - LOOKS_BACK,
    )
    if older_than is not None:
        leads = leads.filter(pk__lt=older_than)
    if locked:
        leads = leads.select_for_update(of=("self",))
    ahead = leads.select_related("form", "assigned_to__user").prefetch_related(*NEEDED)
    return list(ahead.order_by("-pk")[: LOOKED_AT_ONCE + 1])


def _carry_out(change: Change, now: datetime, sequence: SequenceRow) -> None:
    """What a worker has leased meanwhile is past: it stays as it is."""
    ahead = FollowUp.objects.filter(state=State.PLANNED, attempts=0, due_at__gt=now)
    for row in change.cancelled:
        details = {**(row.details or {}), REPLACED: sequence.name}
        ahead.filter(pk=row.pk).update(state=State.CANCELLED, details=details)
    for row, new in change.moved:
        values = {name: getattr(new, name) for name in CHANGEABLE}
        taken_back = FollowUp.objects.filter(pk=row.pk, state=State.CANCELLED)
        target = taken_back if row.state == State.CANCELLED else ahead.filter(pk=row.pk)
        target.update(state=State.PLANNED, **values)
    FollowUp.objects.bulk_create(change.added, ignore_conflicts=True)


def _say(change: Change, sequence: SequenceRow) -> str:
    text = _("“%(name)s” was applied: %(added)d added, %(moved)d changed, %(cancelled)d cancelled")
    return text % {
        "name": sequence.name,
        "added": len(change.added),
        "moved": len(change.moved),
        "cancelled": len(change.cancelled),
    }
