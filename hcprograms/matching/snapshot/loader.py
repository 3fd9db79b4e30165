"""The snapshot from the database, in one pass per table."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django_countries import countries

from hcprograms.catalog.claims import list_claims, records_by_subject
from hcprograms.catalog.models.accreditation import AccreditationRecord, Action
from hcprograms.catalog.models.programs import Intake, Offering, Program
from hcprograms.catalog.models.reference import FieldFact, InterestStatement
from hcprograms.catalog.models.roles import Basis, CareerRole, RoleEvidence, RoleMapping
from hcprograms.catalog.states import STATES
from hcprograms.catalog.tracks import BASIS_FACTORS, end_of, place_program
from hcprograms.institutions.models import Institution
from hcprograms.matching.answers import Vocabulary
from hcprograms.matching.snapshot.builder import build_snapshot
from hcprograms.matching.snapshot.columns import (
    ADMINISTRATION_BIT,
    MANAGEMENT_BIT,
    Claim,
    Fact,
    Names,
    Role,
    RoleLink,
    School,
    Snapshot,
)

MAIN_CURRENCY = "USD"
"""The currency of budgets in answers."""

OFFERING_FIELDS = {
    "public_id": "public_id",
    "program": "program_id",
    "campus": "campus__slug",
    "delivery": "delivery",
    "state_rule": "state_rule",
    "states": "states_text",
    "open_to_international": "open_to_international",
    "country": "campus__country",
    "state": "campus__state",
    "months": "duration_months",
    "price_basis": "price_basis",
    "price": "price",
    "price_resident": "price_resident",
    "price_military": "price_military",
    "fees": "fees_total",
    "credits": "credits",
    "max_transfer": "max_transfer_credits",
    "terms": "terms",
    "currency": "currency",
    "price_as_of": "price_as_of",
    "price_source": "price_source_url",
}
"""Key of ``build_snapshot`` → where it stands in the database."""


class ProgramRow(NamedTuple):
    """A published program; ``number`` is its index in the snapshot."""

    number: int
    institution: int
    name: str
    award: str
    slug: str
    level: str
    track_position: Any
    cip_code: str
    concentration: str


class SchoolRow(NamedTuple):
    """A published institution; ``number`` is its index in the snapshot."""

    number: int
    name: str
    slug: str
    country: str
    state: str


Programs = Mapping[int, ProgramRow]
"""By primary key."""


def load_snapshot(*, version: int) -> Snapshot:
    """All published offerings as the database has them now, marked with this version."""
    schools = {
        pk: SchoolRow(number, name, slug, str(country), state)
        for number, (pk, name, slug, country, state) in enumerate(
            Institution.objects.published()
            .order_by("slug")
            .values_list("pk", "name", "slug", "country", "state")
        )
    }
    programs = {
        row[0]: ProgramRow(number, *row[1:])
        for number, row in enumerate(
            Program.objects.published()
            .order_by("pk")
            .values_list(
                "pk",
                "institution_id",
                "name",
                "award",
                "slug",
                "level",
                "track_position",
                "cip_code",
                "concentration",
            )
        )
    }
    table, row_of = _load_offerings(programs, schools)
    roles, role_numbers = _load_roles()
    links = _load_links(programs, role_numbers)
    certifications, certified = _load_certifications(programs)
    link_sources = (link.source for found in links.values() for link in found)
    names = Names(
        programs=[program.name for program in programs.values()],
        awards=[program.award for program in programs.values()],
        slugs=[program.slug for program in programs.values()],
        schools=[School(school.name, school.slug, school.country) for school in schools.values()],
        roles=roles,
        states=tuple(STATES),
        countries=tuple(dict.fromkeys(table["country"])),
        currencies=tuple(dict.fromkeys([MAIN_CURRENCY, *table["currency"]])),
        sources=tuple(dict.fromkeys(["", *table["price_source"], *link_sources])),
        certifications=certifications,
        statements={
            slug: end_of(track)
            for slug, track in InterestStatement.objects.order_by("slug").values_list(
                "slug", "track"
            )
        },
        schooling=_load_schooling(),
        concentrations={
            program.number: program.concentration
            for program in programs.values()
            if program.concentration
        },
    )
    claimed_rows, claims_on = _load_claims(row_of)
    return build_snapshot(
        version=version,
        names=names,
        offerings=table,
        intakes=_load_intakes(row_of),
        program_links=links,
        looked_up=_find_looked_up(programs, links),
        program_tracks={
            program.number: _place_on_track(
                program, links.get(program.number, ()), roles, certified.get(program.number, 0)
            )
            for program in programs.values()
        },
        program_certified=certified,
        claimed_rows=claimed_rows,
        claims_on=claims_on,
    )


def load_vocabulary() -> Vocabulary:
    """The words that answers may use, as :attr:`Snapshot.vocabulary` has them; three queries."""
    roles = CareerRole.objects.order_by()
    statements = InterestStatement.objects.order_by()
    schools = Institution.objects.published().order_by()
    return Vocabulary(
        roles=frozenset(roles.values_list("slug", flat=True)),
        statements=frozenset(statements.values_list("slug", flat=True)),
        institutions=frozenset(schools.values_list("slug", flat=True)),
        countries=frozenset(countries.countries),
        states={"US": frozenset(STATES)},
    )


def _load_offerings(
    programs: Programs, schools: Mapping[int, SchoolRow]
) -> tuple[dict[str, list[Any]], dict[int, int]]:
    """One list per field, and the row of each offering by its primary key."""
    rows = [
        row
        for row in Offering.objects.published()
        .annotate(states_text=Cast("states", TextField()))
        .order_by("pk")
        .values_list("pk", *OFFERING_FIELDS.values())
        # Another process may publish a school or a program between two of our queries.
        if row[2] in programs and programs[row[2]].institution in schools
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [
        [] for _ in range(len(OFFERING_FIELDS) + 1)
    ]
    table = dict(zip(OFFERING_FIELDS, columns[1:], strict=True))
    of_program = [programs[pk] for pk in table["program"]]
    of_school = [schools[program.institution] for program in of_program]
    # Many offerings share the same list of states: each is parsed once.
    lists = {text: json.loads(text) for text in set(table["states"])}
    table["states"] = [lists[text] for text in table["states"]]
    table["public_id"] = [public_id.bytes for public_id in table["public_id"]]
    table["program"] = [program.number for program in of_program]
    table["level"] = [program.level for program in of_program]
    table["school"] = [school.number for school in of_school]
    table["campus"] = [slug or "" for slug in table["campus"]]
    table["country"] = [
        str(own) if own else school.country
        for own, school in zip(table["country"], of_school, strict=True)
    ]
    table["state"] = [
        own or school.state for own, school in zip(table["state"], of_school, strict=True)
    ]
    return table, {pk: number for number, pk in enumerate(columns[0])}


def _load_intakes(row_of: Mapping[int, int]) -> Iterable[tuple[int, date, date | None]]:
    found = Intake.objects.filter(offering__in=Offering.objects.published().values("pk"))
    for offering, starts_on, apply_by in found.order_by().values_list(
        "offering_id", "starts_on", "apply_by"
    ):
        if offering in row_of:
            yield row_of[offering], starts_on, apply_by


def _load_roles() -> tuple[tuple[Role, ...], dict[int, int]]:
    """All roles with what the published sources say of them, and their numbers by primary key."""
    ends: dict[int, list[int]] = defaultdict(list)
    sources: dict[int, list[str]] = defaultdict(list)
    for role, track, publisher, title, day in (
        RoleEvidence.objects.filter(institution__isnull=True)
        .order_by("source__key")
        .values_list(
            "role_id", "track", "source__publisher", "source__title", "source__published_on"
        )
    ):
        ends[role].append(end_of(track))
        sources[role].append(", ".join(part for part in (publisher or title, day) if part))
    found = list(
        CareerRole.objects.order_by("slug").values_list("pk", "slug", "title", "is_active")
    )
    roles = tuple(
        Role(slug, title, ends[pk].count(1), ends[pk].count(-1), tuple(sources[pk]), is_active)
        for pk, slug, title, is_active in found
    )
    return roles, {pk: number for number, (pk, *_) in enumerate(found)}


def _load_links(programs: Programs, role_numbers: Mapping[int, int]) -> dict[int, list[RoleLink]]:
    links: dict[int, list[RoleLink]] = defaultdict(list)
    for program, role, strength, basis, source in RoleMapping.objects.order_by(
        "program_id", "-strength", "role__slug"
    ).values_list("program_id", "role_id", "strength", "basis", "source"):
        if program in programs and role in role_numbers:
            links[programs[program].number].append(
                RoleLink(role_numbers[role], float(strength), basis, source)
            )
    return dict(links)


def _find_looked_up(programs: Programs, links: Mapping[int, Sequence[RoleLink]]) -> list[int]:
    """The programs with a subject, once a crosswalk has been imported: it speaks of all subjects.

    Without this a program that the crosswalk leads elsewhere would rank as "unknown", above one
    that it leads a little to the wanted role.
    """
    if not any(link.basis != Basis.DECLARED for found in links.values() for link in found):
        return []
    return [program.number for program in programs.values() if program.cip_code]


def _load_certifications(
    programs: Programs,
) -> tuple[dict[int, tuple[str, ...]], dict[int, int]]:
    """By number of the program: the certifications that it prepares for, and their tracks."""
    names: dict[int, list[str]] = defaultdict(list)
    bits: dict[int, int] = defaultdict(int)
    found = Program.objects.filter(certifications__isnull=False).order_by(
        "pk", "certifications__slug"
    )
    for pk, abbreviation, name, track in found.values_list(
        "pk",
        "certifications__abbreviation",
        "certifications__name",
        "certifications__track",
    ):
        if pk in programs:
            number = programs[pk].number
            names[number].append(f"{name} ({abbreviation})" if abbreviation else name)
            if track:
                bits[number] |= MANAGEMENT_BIT if end_of(track) > 0 else ADMINISTRATION_BIT
    return {number: tuple(found) for number, found in names.items()}, dict(bits)


def _load_schooling() -> dict[str, tuple[Fact, ...]]:
    """What sources say of the education for each track; the newest first."""
    facts: dict[str, list[Fact]] = defaultdict(list)
    for fact in (
        FieldFact.objects.filter(kind=FieldFact.Kind.EDUCATION)
        .exclude(track="")
        .select_related("source")
        .order_by("-source__published_on", "slug")
    ):
        track = "management" if end_of(fact.track) > 0 else "administration"
        dated = [fact.source.publisher or fact.source.title, fact.source.published_on]
        facts[track].append(Fact(fact.text, ", ".join(part for part in dated if part)))
    return {track: tuple(found) for track, found in facts.items()}


def _place_on_track(
    program: ProgramRow, links: Sequence[RoleLink], roles: Sequence[Role], certified: int
) -> tuple[float | None, float]:
    """Position and tolerance; the institution's own view of the position comes first."""
    position, tolerance = compute_track(links=links, roles=roles, certified=certified)
    own_view = program.track_position
    return position if own_view is None else float(own_view), tolerance


def compute_track(
    *, links: Sequence[RoleLink], roles: Sequence[Role], certified: int = 0
) -> tuple[float | None, float]:
    """A program's place between management (+1) and administration (−1), and its tolerance.

    ``certified``: bits of the tracks of its certifications. None where no source says anything.
    """
    weighted = [
        (
            link.strength * BASIS_FACTORS[link.basis],
            roles[link.role].position,
            roles[link.role].disagreement,
        )
        for link in links
    ]
    ends = [end for bit, end in ((MANAGEMENT_BIT, 1), (ADMINISTRATION_BIT, -1)) if certified & bit]
    return place_program(weighted, certified=ends)


def _load_claims(
    row_of: Mapping[int, int],
) -> tuple[list[int], Callable[[int, date], tuple[Claim, ...]]]:
    """The rows with accreditation records, and what may be said of a row on a day."""
    of_offering, of_program = records_by_subject(Offering.objects.published())
    concerned = Offering.objects.published().filter(
        Q(pk__in=list(of_offering)) | Q(program__in=list(of_program))
    )
    records: dict[int, tuple[str, list[AccreditationRecord]]] = {}
    for pk, program, level in concerned.values_list("pk", "program_id", "program__level"):
        if pk in row_of:
            found = [*of_offering.get(pk, ()), *of_program.get(program, ())]
            records[row_of[pk]] = (level, found)

    def claims_on(row: int, today: date) -> tuple[Claim, ...]:
        return _list_claims(*records[row], today) if row in records else ()

    return sorted(records), claims_on


def _list_claims(
    level: str, records: Sequence[AccreditationRecord], today: date
) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            accreditor=claim.accreditor,
            status="probation" if claim.action == Action.PROBATION else claim.kind.value,
            text=claim.text,
            notice=claim.notice,
            since=claim.since,
            until=claim.until,
            evidence_url=claim.evidence_url,
            verified_on=claim.verified_on,
        )
        for claim in list_claims(records, level=level, on=today)
    )
