"""The offerings that an interest form lets a visitor tick, and the program its address names."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Offering, Program
from hcprograms.catalog.public_ids import read_ids
from hcprograms.institutions.models import Institution

MAX_ASKED = 20
"""How many programs one submit may name."""
MAX_SHOWN = 10
"""How many a page shows, the ones asked about included."""


def read_public_ids(texts: Iterable[str]) -> list[uuid.UUID]:
    """The ids among the texts, once each and no more than ``MAX_ASKED``; the rest is left out."""
    return read_ids(texts)[:MAX_ASKED]


def find_offerings(*, institution: Institution, public_ids: Sequence[uuid.UUID]) -> list[Offering]:
    """This institution's offerings with these ids, in that order; strangers are left out.

    One that was published a moment ago counts still: the visitor's page may be older.
    """
    if not public_ids:
        return []
    rows = Offering.objects.filter(program__institution=institution, public_id__in=public_ids)
    rows = rows.select_related("program", "campus")
    return sorted(rows, key=lambda offering: public_ids.index(offering.public_id))


def list_choices(
    *,
    institution: Institution,
    asked: Sequence[uuid.UUID],
    suggested: Sequence[uuid.UUID] = (),
    limit: int = MAX_SHOWN,
) -> list[Offering]:
    """What the page shows: the offerings asked about, then suggested ones, then further ones."""
    first = list(dict.fromkeys([*asked, *suggested]))
    published = list_published(institution=institution)
    known = {row.public_id: row for row in published.filter(public_id__in=first)}
    chosen = [known[one] for one in first if one in known][: max(limit, len(asked))]
    if len(chosen) < limit:
        others = published.exclude(public_id__in=known)
        chosen += others[: limit - len(chosen)]
    return chosen


MOST_LISTED = 200
"""How many more a page lists behind a fold."""

ChoiceGroups = Sequence[tuple[str, Sequence[Offering]]]
"""The offerings that are seen at once, under an empty heading; then the others under theirs."""


def group_choices(
    *,
    institution: Institution,
    ways: Sequence[Offering],
    asked: Sequence[uuid.UUID],
    suggested: Sequence[uuid.UUID] = (),
) -> ChoiceGroups:
    """What a form lets one tick: first the program's ``ways``, behind a fold all other programs.

    Where no program is named, the first are those of :func:`list_choices`.
    """
    first = list(ways) or list_choices(institution=institution, asked=asked, suggested=suggested)
    shown = {one.pk for one in first}
    rest = [one for one in list_published(institution=institution) if one.pk not in shown]
    wanted = [*asked, *suggested]
    rest.sort(
        key=lambda one: wanted.index(one.public_id) if one.public_id in wanted else len(wanted)
    )
    fold = _("Add another program") if ways else _("More programs")
    return [(group, rows) for group, rows in (("", first), (fold, rest[:MOST_LISTED])) if rows]


def list_published(*, institution: Institution) -> "QuerySet[Offering]":
    """All that this institution offers in public, by name."""
    published = Offering.objects.published().filter(program__institution=institution)
    return published.select_related("program", "campus").order_by("program__name", "delivery", "pk")


def name_offering(offering: Offering) -> str:
    """The offering as forms, mails and leads name it: no two of a school read alike."""
    program = offering.program
    title = program.label
    how = [offering.get_delivery_display() if offering.delivery else "", str(offering.campus or "")]
    return " · ".join(part for part in [title, ", ".join(filter(None, how))] if part)


@dataclass(frozen=True, slots=True)
class AskedProgram:
    """A published program of the form's institution, with its published offerings."""

    program: Program | None = None
    """None: no program is named, or offerings of several."""
    ticked: Sequence[Offering] = ()
    """The offerings that are named; all of the program's where only the program is."""
    ways: Sequence[Offering] = ()
    """The program's offerings, the named ones first."""
    is_gone: bool = False
    """The address names a program that the institution does not offer in public."""

    @property
    def title(self) -> str:
        """The program's name with its award; empty: no program is named."""
        return self.program.full_name if self.program else ""


def find_asked_program(
    *, institution: Institution, slug: str, public_ids: Sequence[uuid.UUID]
) -> AskedProgram:
    """The program with this slug, else the one that all of these offerings belong to.

    What is not published, or of another institution, is left out. No query where nothing is named.
    """
    if not slug and not public_ids:
        return AskedProgram()
    published = list_published(institution=institution)
    found = {one.public_id: one for one in published.filter(public_id__in=public_ids)}
    named = [found[one] for one in public_ids if one in found]
    program = _find_program(institution, slug, named)
    if program is None:
        return AskedProgram(ticked=named, is_gone=not named)
    named = [one for one in named if one.program_id == program.pk]
    others = published.filter(program=program).exclude(pk__in=[one.pk for one in named])
    ways = [*named, *others]
    return AskedProgram(program=program, ticked=named or ways, ways=ways)


def _find_program(institution: Institution, slug: str, named: Sequence[Offering]) -> Program | None:
    if slug and "\0" not in slug:
        programs = Program.objects.published().filter(institution=institution, slug=slug)
        if program := programs.first():
            return program
    programs_named = {one.program_id: one.program for one in named}
    return next(iter(programs_named.values())) if len(programs_named) == 1 else None
