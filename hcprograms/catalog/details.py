"""A program's facts on entry, transfer, help and people, as its public page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hcprograms.catalog.models.details import TEXTS
from hcprograms.catalog.models.programs import Program


@dataclass(frozen=True, slots=True)
class Point:
    """One fact: its label and the points under it; none where it is not published."""

    label: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Details:
    """The facts in the order in which an applicant asks for them."""

    points: Sequence[Point]

    @property
    def is_known(self) -> bool:
        """Whether anything is published at all."""
        return any(point.lines for point in self.points)

    @property
    def labels(self) -> str:
        """What there is to ask about: “Prerequisites, transfer of credits, …”."""
        return capfirst(", ".join(point.label.lower() for point in self.points))


def describe_details(*, program: Program) -> Details:
    """What the program's own fields say."""
    points = [Point(capfirst(_label(name)), split_lines(getattr(program, name))) for name in TEXTS]
    ratio = program.student_faculty_ratio
    shown = "" if ratio is None else number_format(ratio.normalize(), use_l10n=True)
    words = [_("%(students)s to 1") % {"students": shown}] if shown else []
    return Details([*points, Point(capfirst(_label("student_faculty_ratio")), words)])


def split_lines(text: str) -> list[str]:
    """The points of a text that holds one per line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _label(name: str) -> str:
    field: Any = Program._meta.get_field(name)
    return str(field.verbose_name)
