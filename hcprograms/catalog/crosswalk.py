"""Maps programs to roles by the CIP-SOC crosswalk.

The strength is the share of the role's occupations that the program's subject leads to, each
weighed by how many of its jobs ask for the program's level, for a crosswalk knows no levels. A
program known by six digits has the basis *crosswalk*; by four digits, *inferred*. Both count for
less than what an institution declares (``tracks.BASIS_FACTORS``): subjects and occupations are
wider than a program and a role.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from functools import cache

from hcprograms.catalog.bulk import UPDATE_BATCH, in_batches
from hcprograms.catalog.keeping import Verdict, digest_of, judge
from hcprograms.catalog.models.occupations import Occupation
from hcprograms.catalog.models.programs import Program
from hcprograms.catalog.models.roles import Basis, CareerRole, RoleMapping
from hcprograms.catalog.occupation_rows import Crosswalk, level_fit
from hcprograms.catalog.reports import Report
from hcprograms.institutions.change_log import log_changes, log_created

LEAST_STRENGTH = 0.1
SOURCE = "NCES CIP 2020 to SOC 2018 crosswalk and schooling by O*NET"
LABEL = "role mapping"

# role id → strength
Strengths = dict[int, Decimal]
Values = dict[str, Decimal | str]


def map_programs(
    *, crosswalk: Crosswalk, report: Report, progress: Callable[[str, float], None]
) -> None:
    """Create, update or remove the mappings of every program that has a CIP code."""
    roles = list(CareerRole.objects.values_list("pk", "onet_codes"))
    occupations = {
        code: (education, zone)
        for code, education, zone in Occupation.objects.values_list("code", "education", "job_zone")
    }

    @cache
    def strengths_of(cip: str, level: str) -> Strengths:
        fits = {
            code: level_fit(education=education, job_zone=zone, level=level)
            for code, (education, zone) in occupations.items()
        }
        found = {}
        for pk, codes in roles:
            strength = crosswalk.share(cip=cip, codes=codes, fits=fits)
            if strength >= LEAST_STRENGTH:
                found[pk] = Decimal(str(round(strength, 2)))
        return found

    programs = Program.objects.exclude(cip_code="").order_by("pk")
    total, done = programs.count(), 0
    unknown: Counter[str] = Counter()
    rows = programs.values_list("pk", "cip_code", "level").iterator(chunk_size=500)
    for batch in in_batches(rows):
        _keep_mappings(batch=batch, strengths_of=strengths_of, report=report)
        unknown.update(cip for _pk, cip, _level in batch if not crosswalk.knows(cip))
        done += len(batch)
        progress("programs to roles", done / total)
    for cip, count in unknown.items():
        reason = f"CIP {cip} of {count} programs is not in the crosswalk"
        report.remark(table="crosswalk", reason=reason)


def _keep_mappings(
    *,
    batch: Sequence[tuple[int, str, str]],
    strengths_of: Callable[[str, str], Strengths],
    report: Report,
) -> None:
    present: dict[int, dict[tuple[int, str], RoleMapping]] = defaultdict(dict)
    ours = RoleMapping.objects.filter(program__in=[pk for pk, _cip, _level in batch])
    for row in ours.exclude(basis=Basis.DECLARED):
        present[row.program_id][row.role_id, row.basis] = row
    fresh: list[RoleMapping] = []
    changed: list[RoleMapping] = []
    for pk, cip, level in batch:
        basis = Basis.CROSSWALK.value if len(cip) > len("NN.NN") else Basis.INFERRED.value
        of_program = present[pk]
        for role_id, strength in strengths_of(cip, level).items():
            key = (role_id, basis)
            found: RoleMapping | None = of_program.pop(key) if key in of_program else None
            values: Values = {"strength": strength, "source": f"{SOURCE}, CIP {cip}"}
            verdict = judge(row=found, values=values, digest_field="import_digest")
            if found is None:
                row = RoleMapping(program_id=pk, role_id=role_id, basis=basis)
                fresh.append(_set(row, values))
                report.created[LABEL] += 1
            elif verdict is Verdict.UPDATE:
                changed.append(_set(found, values))
                report.updated[LABEL] += 1
            elif verdict is Verdict.EDITED:
                report.skip(table=LABEL, reason="a mapping was edited here and is left as it is")
            else:
                report.unchanged[LABEL] += 1
    RoleMapping.objects.bulk_create(fresh, batch_size=500)
    fields = ["strength", "source", "import_digest"]
    log_created(fresh)
    with log_changes(changed):
        RoleMapping.objects.bulk_update(changed, fields, batch_size=UPDATE_BATCH)
    _remove_outdated([row for rows in present.values() for row in rows.values()], report=report)


def _set(row: RoleMapping, values: Values) -> RoleMapping:
    for name, value in values.items():
        setattr(row, name, value)
    row.import_digest = digest_of(values)
    return row


def _remove_outdated(rows: Collection[RoleMapping], *, report: Report) -> None:
    """Take back what an earlier crosswalk said, where nobody has edited it."""
    gone = [
        row.pk
        for row in rows
        if row.import_digest
        and row.import_digest == digest_of({"strength": row.strength, "source": row.source})
    ]
    RoleMapping.objects.filter(pk__in=gone).delete()
    if gone:
        report.remark(table=LABEL, reason=f"{len(gone)} mappings no longer implied, removed")
