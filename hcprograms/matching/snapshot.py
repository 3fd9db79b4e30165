"""The columns from the database, in one pass per table."""

import gc
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import get_language

from hcprograms.catalog.accreditation import Claim as PublicClaim
from hcprograms.catalog.claims import judge_each_accreditor, records_by_subject
from hcprograms.catalog.models.accreditation import AccreditationRecord, Action
from hcprograms.catalog.models.programs import Intake, Offering, Program
from hcprograms.catalog.models.reference import FieldFact, InterestStatement, Track
from hcprograms.catalog.models.roles import Basis, CareerRole, RoleEvidence, RoleMapping
from hcprograms.catalog.states import STATES
from hcprograms.institutions.models import Institution
from hcprograms.matching.building import build_columns
from hcprograms.matching.columns import (
    ADMINISTRATION_BIT,
    MANAGEMENT_BIT,
    Claim,
    Columns,
    Fact,
    Names,
    Role,
    RoleLink,
    School,
)
from hcprograms.matching.tracks import track_of

MAIN_CURRENCY = "USD"
"""The currency of budgets in answers."""

_FIELDS = {
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


_PROGRAM_FIELDS = (
    "institution_id",
    "name",
    "award",
    "slug",
    "level",
    "track_position",
    "cip_code",
)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Hundreds of thousands of rows are read and none of them is garbage: do not look for any."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collecting()
def load_columns(*, version: int) -> Columns:
    """All published offerings as the database has them now, marked with this version."""
    schools = {
        pk: (number, name, slug, str(country), state)
        for number, (pk, name, slug, country, state) in enumerate(
            Institution.objects.published()
            .order_by("slug")
            .values_list("pk", "name", "slug", "country", "state")
        )
    }
    programs: dict[int, tuple[int, list[Any]]] = {
        pk: (number, facts)
        for number, (pk, *facts) in enumerate(
            Program.objects.published().order_by("pk").values_list("pk", *_PROGRAM_FIELDS)
        )
    }
    table, row_of = _offering_table(programs, schools)
    roles, role_numbers = _load_roles()
    links = _load_links(programs, role_numbers)
    certifications, certified = _load_certifications(programs)
    names = Names(
        programs=[facts[1] for _, facts in programs.values()],
        awards=[facts[2] for _, facts in programs.values()],
        slugs=[facts[3] for _, facts in programs.values()],
        schools=[School(name, slug, country) for _, name, slug, country, _ in schools.values()],
        roles=roles,
        states=tuple(STATES),
        countries=tuple(dict.fromkeys(table["country"])),
        currencies=tuple(dict.fromkeys([MAIN_CURRENCY, *table["currency"]])),
        sources=_sources(links, table["price_source"]),
        certifications=certifications,
        statements=_load_statements(),
        schooling=_load_schooling(),
    )
    claimed, claims_on = _load_claims(row_of)
    return build_columns(
        version=version,
        names=names,
        offerings=table,
        intakes=_load_intakes(row_of),
        program_links=links,
        looked_up=_looked_up(programs, links),
        program_tracks={
            number: _track(facts[5], links.get(number, ()), roles, certified.get(number, 0))
            for number, facts in programs.values()
        },
        program_certified=certified,
        claimed_rows=claimed,
        claims_on=claims_on,
    )


def _offering_table(
    programs: Mapping[int, tuple[int, list[Any]]], schools: Mapping[int, tuple[Any, ...]]
) -> tuple[dict[str, list[Any]], dict[int, int]]:
    """One list per field, and the row of each offering by its primary key."""
    rows = [
        row
        for row in Offering.objects.published()
        .annotate(states_text=Cast("states", TextField()))
        .order_by("pk")
        .values_list("pk", *_FIELDS.values())
        if row[2] in programs
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [
        [] for _ in range(len(_FIELDS) + 1)
    ]
    table = dict(zip(_FIELDS, columns[1:], strict=True))
    of_program = [programs[pk] for pk in table["program"]]
    of_school = [schools[facts[0]] for _, facts in of_program]
    lists = {text: json.loads(text) for text in set(table["states"])}
    table["states"] = [lists[text] for text in table["states"]]
    table["public_id"] = [public_id.bytes for public_id in table["public_id"]]
    table["program"] = [number for number, _ in of_program]
    table["level"] = [facts[4] for _, facts in of_program]
    table["school"] = [school[0] for school in of_school]
    table["campus"] = [slug or "" for slug in table["campus"]]
    table["country"] = [
        str(own) if own else school[3]
        for own, school in zip(table["country"], of_school, strict=True)
    ]
    table["state"] = [
        own or school[4] for own, school in zip(table["state"], of_school, strict=True)
    ]
    return table, {pk: number for number, pk in enumerate(columns[0])}


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
        ends[role].append(_end(track))
        sources[role].append(", ".join(part for part in (publisher or title, day) if part))
    found = list(CareerRole.objects.order_by("slug").values_list("pk", "slug", "title"))
    roles = tuple(
        Role(slug, title, ends[pk].count(1), ends[pk].count(-1), tuple(sources[pk]))
        for pk, slug, title in found
    )
    return roles, {pk: number for number, (pk, _, _) in enumerate(found)}


def _end(track: str) -> int:
    """+1 for management; −1 for administration, medical administration included."""
    return 1 if track == Track.MANAGEMENT else -1


def _load_links(
    programs: Mapping[int, tuple[int, list[Any]]], role_numbers: Mapping[int, int]
) -> dict[int, list[RoleLink]]:
    links: dict[int, list[RoleLink]] = defaultdict(list)
    for program, role, strength, basis, source in RoleMapping.objects.order_by(
        "program_id", "-strength", "role__slug"
    ).values_list("program_id", "role_id", "strength", "basis", "source"):
        if program in programs:
            links[programs[program][0]].append(
                RoleLink(role_numbers[role], float(strength), basis, source)
            )
    return dict(links)


def _looked_up(
    programs: Mapping[int, tuple[int, list[Any]]], links: Mapping[int, Sequence[RoleLink]]
) -> list[int]:
    """The programs with a subject, once a crosswalk has been imported: it speaks of all subjects.

    Without this a program that the crosswalk leads elsewhere would rank as "unknown", above one
    that it leads a little to the wanted role.
    """
    found = any(link.basis != Basis.DECLARED for each in links.values() for link in each)
    return [number for number, facts in programs.values() if facts[6]] if found else []


def _load_certifications(
    programs: Mapping[int, tuple[int, list[Any]]],
) -> tuple[dict[int, tuple[str, ...]], dict[int, int]]:
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
            number = programs[pk][0]
            names[number].append(f"{name} ({abbreviation})" if abbreviation else name)
            if track:
                bits[number] |= MANAGEMENT_BIT if _end(track) > 0 else ADMINISTRATION_BIT
    return {number: tuple(found) for number, found in names.items()}, dict(bits)


def _load_statements() -> dict[str, int]:
    return {
        slug: _end(track)
        for slug, track in InterestStatement.objects.order_by("slug").values_list("slug", "track")
    }


def _load_schooling() -> dict[str, tuple[Fact, ...]]:
    """What sources say of the education for each track; the newest first."""
    facts: dict[str, list[Fact]] = defaultdict(list)
    for fact in (
        FieldFact.objects.filter(kind=FieldFact.Kind.EDUCATION)
        .exclude(track="")
        .select_related("source")
        .order_by("-source__published_on", "slug")
    ):
        track = "management" if _end(fact.track) > 0 else "administration"
        dated = [fact.source.publisher or fact.source.title, fact.source.published_on]
        facts[track].append(Fact(fact.text, ", ".join(part for part in dated if part)))
    return {track: tuple(found) for track, found in facts.items()}


def _load_intakes(row_of: Mapping[int, int]) -> Iterable[tuple[int, date, date | None]]:
    found = Intake.objects.filter(offering__in=Offering.objects.published().values("pk"))
    for offering, starts_on, apply_by in found.order_by().values_list(
        "offering_id", "starts_on", "apply_by"
    ):
        if offering in row_of:
            yield row_of[offering], starts_on, apply_by


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
    kept: dict[tuple[int, date, str | None], tuple[Claim, ...]] = {}

    def claims_on(row: int, today: date) -> tuple[Claim, ...]:
        if row not in records:
            return ()
        key = (row, today, get_language())
        if key not in kept:
            if len(kept) > 10_000:
                kept.clear()
            level, found = records[row]
            kept[key] = _word_claims(found, level, today)
        return kept[key]

    return sorted(records), claims_on


def _word_claims(records: list[AccreditationRecord], level: str, today: date) -> tuple[Claim, ...]:
    findings = judge_each_accreditor(records, level=level, on=today).values()
    shown = [finding for finding in findings if isinstance(finding, PublicClaim)]
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
        for claim in sorted(shown, key=lambda claim: (claim.kind, claim.accreditor))
    )


def _track(
    own_view: Any, links: Iterable[RoleLink], roles: tuple[Role, ...], certified: int
) -> tuple[float | None, float]:
    """The institution's own view where it has one; disagreement of the sources widens both."""
    position, tolerance = track_of(links=list(links), roles=roles, certified=certified)
    return position if own_view is None else float(own_view), tolerance


def _sources(links: Mapping[int, list[RoleLink]], prices: Iterable[str]) -> tuple[str, ...]:
    named = (link.source for found in links.values() for link in found)
    return tuple(dict.fromkeys(["", *prices, *named]))
