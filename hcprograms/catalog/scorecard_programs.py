"""Writes one batch of field-of-study rows as programs, each with one offering."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.text import slugify

from hcprograms.catalog.bulk import BulkKeeper
from hcprograms.catalog.models.programs import Delivery, Offering, Program, Status
from hcprograms.catalog.reports import Report
from hcprograms.catalog.scorecard_rows import ProgramRow
from hcprograms.institutions.models import Institution

OFFERING_KEY = "scorecard"
SLUG_LENGTH = 120
TABLE = "field of study"
SOURCE = "College Scorecard, field of study"

Item = tuple[int, ProgramRow]


def keep_programs(
    *,
    batch: Sequence[Item],
    period: str,
    distance_only: Collection[str],
    report: Report,
    now: datetime,
) -> None:
    """Create or update the programs of the batch; rows of unknown institutions are skipped.

    ``distance_only`` are the UNITIDs that teach at a distance only: there the delivery is known.
    An offering is made together with its program, and never again once staff have deleted it.
    """
    unitids = {item.unitid for _line, item in batch}
    schools = {str(row.unitid): row for row in Institution.objects.filter(unitid__in=unitids)}
    known = [entry for entry in batch if entry[1].unitid in schools]
    _skip_unknown(batch=batch, schools=schools, report=report)
    shelf = _Shelf(schools=schools.values())
    programs = BulkKeeper(Program, report=report, now=now)
    kept = []
    for line, item in known:
        program = shelf.find(school=schools[item.unitid], item=item)
        is_new = program is None
        program = programs.keep(
            row=program,
            make=partial(shelf.make, school=schools[item.unitid], item=item),
            values=_values_of(item, period=period),
            table=TABLE,
            line=line,
        )
        kept.append((line, item, program, is_new))
    programs.flush()
    _keep_offerings(kept=kept, distance_only=distance_only, report=report, now=now)


def _keep_offerings(
    *,
    kept: Sequence[tuple[int, ProgramRow, Program, bool]],
    distance_only: Collection[str],
    report: Report,
    now: datetime,
) -> None:
    present: dict[int, list[Offering]] = defaultdict(list)
    for offering in Offering.objects.filter(program__in=[program.pk for _, _, program, _ in kept]):
        present[offering.program_id].append(offering)
    offerings = BulkKeeper(Offering, report=report, now=now)
    for line, item, program, is_new in kept:
        others = [row for row in present[program.pk] if row.import_key != OFFERING_KEY]
        row = next((o for o in present[program.pk] if o.import_key == OFFERING_KEY), None)
        delivery = Delivery.ONLINE if item.unitid in distance_only else Delivery.UNKNOWN
        clash = any(o.delivery == delivery and o.campus_id is None for o in others)
        if (row is None and not is_new) or clash:
            continue
        offerings.keep(
            row=row,
            make=partial(Offering, program=program, import_key=OFFERING_KEY),
            values={"delivery": delivery.value, "status": Status.PUBLISHED.value},
            table=TABLE,
            line=line,
        )
    offerings.flush()


def _skip_unknown(*, batch: Sequence[Item], schools: Mapping[str, Any], report: Report) -> None:
    for line, item in batch:
        if item.unitid not in schools:
            report.skip(
                table=TABLE,
                line=line,
                reason=f"UNITID {item.unitid} is not among the institutions; not guessed by OPEID",
                sort="UNITID not among the institutions (retired or closed)",
            )


def _values_of(item: ProgramRow, *, period: str) -> dict[str, Any]:
    return {
        "name": item.name,
        "award": item.award,
        "level": item.level,
        "cip_code": item.cip_code,
        "status": Status.PUBLISHED.value,
        "source": SOURCE,
        "source_as_of": period,
    }


class _Shelf:
    """The programs that these institutions have, and the slugs that are taken."""

    def __init__(self, *, schools: Collection[Institution]) -> None:
        self._programs: dict[tuple[int, str], Program] = {}
        self._slugs: set[tuple[int, str]] = set()
        for program in Program.objects.filter(institution__in=schools):
            self._slugs.add((program.institution_id, program.slug))
            if program.import_key:
                self._programs[program.institution_id, program.import_key] = program

    def find(self, *, school: Institution, item: ProgramRow) -> Program | None:
        return self._programs.get((school.pk, item.import_key))

    def make(self, *, school: Institution, item: ProgramRow) -> Program:
        slug = slugify(f"{item.name} {item.level}")[:SLUG_LENGTH]
        if (school.pk, slug) in self._slugs:
            slug = f"{slug}-{item.cip_code.replace('.', '')}-{item.credential}"
        self._slugs.add((school.pk, slug))
        return Program(institution=school, slug=slug, import_key=item.import_key)
