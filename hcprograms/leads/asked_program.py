"""The program that a visitor came for, as the address of a form names it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from hcprograms.catalog.models.programs import Offering, Program
from hcprograms.institutions.models import Institution
from hcprograms.leads.choices import list_published


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
