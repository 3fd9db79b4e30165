"""What a sheet may refer to: rows of the institutions that a person may change, read once each."""

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hcprograms.catalog.cells import plain_word
from hcprograms.catalog.codes import unwrap
from hcprograms.catalog.models.programs import Offering, Program
from hcprograms.institutions.models import Campus, Institution, InstitutionQuerySet


class Reach:
    """Finds institutions, programs, campuses and offerings by the words of a sheet.

    Whatever is beyond the given institutions is answered like what does not exist. All methods
    raise ``ValidationError`` under the name of the column.
    """

    def __init__(
        self, *, institutions: InstitutionQuerySet, named: Collection[str], owners: Collection[int]
    ) -> None:
        few = list(institutions.order_by("pk")[:2])
        self.only = few[0] if len(few) == 1 else None
        words = {unwrap(name) for name in named}
        met = institutions.filter(slug__in={word.casefold() for word in words})
        met |= institutions.filter(name__in=words) | institutions.filter(pk__in=owners)
        self._met = list(met.distinct()) + ([self.only] if self.only else [])
        self._by_slug = {one.slug: one for one in self._met}
        self._by_name: defaultdict[str, set[int]] = defaultdict(set)
        for one in self._met:
            self._by_name[plain_word(one.name)].add(one.pk)
        self._by_pk = {one.pk: one for one in self._met}

    def institution(self, text: str) -> Institution:
        """By slug or name; where a person has only one, a blank cell means that."""
        word = unwrap(text)
        if not word:
            if self.only is None:
                raise ValidationError({"institution": _("must not be empty: you work for several")})
            return self.only
        found = self._by_slug.get(word.casefold())
        named = self._by_name.get(plain_word(word), set())
        if found is None and len(named) == 1:
            found = self._by_pk[next(iter(named))]
        if found is None:
            raise ValidationError({"institution": _("no institution of yours")})
        return found

    def program(self, text: str, *, institution: Institution) -> Program:
        """By slug, or by a name that only one program of the institution has."""
        word = unwrap(text)
        if not word:
            raise ValidationError({"program": _("must not be empty")})
        found = self._programs.get((institution.pk, word.casefold()))
        if found is None:
            named = self._programs_by_name.get((institution.pk, plain_word(word)), [])
            found = named[0] if len(named) == 1 else None
        if found is None:
            raise ValidationError({"program": _("no program of this institution")})
        return found

    def campus(self, text: str, *, institution: Institution) -> Campus | None:
        """By slug or name; blank or “-”: none."""
        word = unwrap(text)
        if word in {"", "-"}:
            return None
        found = self._campuses.get((institution.pk, plain_word(word)))
        if found is None:
            raise ValidationError({"campus": _("no campus of this institution")})
        return found

    def offering(self, *, program: Program, delivery: str, campus: Campus | None) -> Offering:
        """By delivery and campus; a program's only offering needs neither."""
        found = self.find_offering(program=program, delivery=delivery, campus=campus)
        if found is None and not delivery and campus is None:
            all_of_it = self._offerings_of[program.pk]
            found = all_of_it[0] if len(all_of_it) == 1 else None
        if found is None:
            raise ValidationError(
                {"delivery": _("this program has no offering with this delivery and campus")}
            )
        return found

    def find_offering(
        self, *, program: Program, delivery: str, campus: Campus | None
    ) -> Offering | None:
        key = (program.pk, delivery, campus.pk if campus else None)
        return self._offerings.get(key)

    @cached_property
    def _programs(self) -> dict[tuple[int, str], Program]:
        rows = Program.objects.filter(institution__in=self._by_pk).order_by("pk")
        return {(row.institution_id, row.slug.casefold()): self._belonging(row) for row in rows}

    def _belonging(self, program: Program) -> Program:
        program.institution = self._by_pk[program.institution_id]
        return program

    @cached_property
    def _programs_by_name(self) -> dict[tuple[int, str], list[Program]]:
        found: defaultdict[tuple[int, str], list[Program]] = defaultdict(list)
        for program in self._programs.values():
            names = (program.name, program.full_name, program.label)
            for name in {plain_word(name) for name in names}:
                found[program.institution_id, name].append(program)
        return found

    @cached_property
    def programs_by_pk(self) -> dict[int, Program]:
        return {program.pk: program for program in self._programs.values()}

    @cached_property
    def _campuses(self) -> dict[tuple[int, str], Campus]:
        rows = list(Campus.objects.filter(institution__in=self._by_pk).order_by("pk"))
        by_name = {(row.institution_id, plain_word(row.name)): row for row in rows}
        return by_name | {(row.institution_id, plain_word(row.slug)): row for row in rows}

    @cached_property
    def _offerings(self) -> dict[tuple[int, str, int | None], Offering]:
        return {
            (row.program_id, row.delivery, row.campus_id): row
            for rows in self._offerings_of.values()
            for row in rows
        }

    @cached_property
    def _offerings_of(self) -> defaultdict[int, list[Offering]]:
        rows: QuerySet[Offering] = Offering.objects.filter(
            program__institution__in=self._by_pk
        ).select_related("campus")
        found: defaultdict[int, list[Offering]] = defaultdict(list)
        for row in rows.order_by("pk"):
            row.program = self.programs_by_pk[row.program_id]
            found[row.program_id].append(row)
        return found

    @property
    def institution_ids(self) -> list[int]:
        return list(self._by_pk)


def read_id(text: str) -> UUID | None:
    """The ID of a row; None where the cell is blank. Raises ``ValidationError``."""
    word = unwrap(text)
    if not word:
        return None
    try:
        return UUID(word)
    except ValueError:
        raise ValidationError({"public_id": _("not an ID of an export")}) from None
