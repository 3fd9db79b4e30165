"""The columns from the database, in one pass per table."""

import gc
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from hcprograms.catalog.models.programs import Intake, Offering, Program
from hcprograms.catalog.states import STATES
from hcprograms.institutions.models import Institution
from hcprograms.matching.building import build_columns
from hcprograms.matching.columns import Columns
from hcprograms.matching.names import Names, Role, RoleLink, School
from hcprograms.matching.snapshot_claims import load_claims
from hcprograms.matching.snapshot_roles import (
    find_looked_up,
    load_certifications,
    load_links,
    load_roles,
    load_schooling,
    load_statements,
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
    "concentration",
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
    roles, role_numbers = load_roles()
    links = load_links(programs, role_numbers)
    certifications, certified = load_certifications(programs)
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
        statements=load_statements(),
        schooling=load_schooling(),
        concentrations={number: facts[7] for number, facts in programs.values() if facts[7]},
    )
    claimed, claims_on = load_claims(row_of)
    return build_columns(
        version=version,
        names=names,
        offerings=table,
        intakes=_load_intakes(row_of),
        program_links=links,
        looked_up=find_looked_up(programs, links),
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


def _load_intakes(row_of: Mapping[int, int]) -> Iterable[tuple[int, date, date | None]]:
    found = Intake.objects.filter(offering__in=Offering.objects.published().values("pk"))
    for offering, starts_on, apply_by in found.order_by().values_list(
        "offering_id", "starts_on", "apply_by"
    ):
        if offering in row_of:
            yield row_of[offering], starts_on, apply_by


def _track(
    own_view: Any, links: Iterable[RoleLink], roles: tuple[Role, ...], certified: int
) -> tuple[float | None, float]:
    """The institution's own view where it has one; disagreement of the sources widens both."""
    position, tolerance = track_of(links=list(links), roles=roles, certified=certified)
    return position if own_view is None else float(own_view), tolerance


def _sources(links: Mapping[int, list[RoleLink]], prices: Iterable[str]) -> tuple[str, ...]:
    named = (link.source for found in links.values() for link in found)
    return tuple(dict.fromkeys(["", *prices, *named]))
