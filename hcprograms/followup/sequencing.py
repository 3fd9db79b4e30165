"""Which steps hold for a form's leads: the institution's own sequence, or the built-in one."""

from collections.abc import Iterable
from dataclasses import dataclass

from hcprograms.conf import conf
from hcprograms.followup.models.sequences import Sequence, SequenceStep
from hcprograms.followup.steps import (
    Answered,
    Conditions,
    Says,
    Step,
    To,
    Unit,
    list_default_steps,
)


@dataclass(frozen=True, slots=True)
class Course:
    """What happens to a lead: steps, and the sequence that they are of (None: the built-in)."""

    steps: tuple[Step, ...]
    sequence: Sequence | None = None


def find_course(*, institution_id: int, kind: str, among: Iterable[Course] | None = None) -> Course:
    """The course for leads of this kind of form.

    A sequence that names the kind comes before one for every kind. ``among``: the active ones,
    where they were read already.
    """
    active = read_courses(institution_id=institution_id) if among is None else list(among)
    for wanted in ([kind], []):
        for course in active:
            kinds = course.sequence.kinds if course.sequence else []
            if (kind in kinds) if wanted else not kinds:
                return course
    return find_built_in_course()


def find_built_in_course() -> Course:
    return Course(list_default_steps(remind_after=conf.remind_after_business_minutes))


def read_courses(*, institution_id: int) -> list[Course]:
    """The active sequences; one query where there are none."""
    rows = Sequence.objects.filter(institution_id=institution_id, is_active=True)
    found = rows.order_by("pk").prefetch_related("steps__programs")
    return [describe_course(one) for one in found]


def describe_course(sequence: Sequence) -> Course:
    """A sequence, active or not, as steps."""
    steps = (
        describe_step(step, programs=[one.pk for one in step.programs.all()])
        for step in sequence.steps.all()
    )
    return Course(tuple(steps), sequence)


def describe_step(step: SequenceStep, *, programs: Iterable[int]) -> Step:
    """A row, saved or not, as a value."""
    return Step(
        number=step.number or 0,
        says=Says(step.says),
        to=To(step.to),
        amount=step.amount,
        unit=Unit(step.unit),
        at=step.at,
        channel=step.channel,
        template=step.template,
        conditions=Conditions(
            answered=Answered(step.answered),
            consent=step.consent,
            statuses=frozenset(step.statuses),
            programs=frozenset(programs),
        ),
    )
