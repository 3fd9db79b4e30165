"""Small catalogs in memory: plain lists that become a snapshot, no database."""

import uuid
from datetime import date
from typing import Any

from hcprograms.matching.answers import Vocabulary
from hcprograms.matching.snapshot.builder import build_snapshot
from hcprograms.matching.snapshot.columns import Claim, Names, Role, RoleLink, School, Snapshot

TODAY = date(2026, 11, 21)
STATES = ("AZ", "CA", "CO", "NY", "TX")
ROLES = (
    Role("hospital-administrator", "Hospital administrator", 3, 0),
    Role("executive-director", "Executive director", 1, 0),
    Role("health-services-manager", "Health services manager", 1, 1),
    Role("practice-administrator", "Practice administrator", 1, 2),
    Role("office-manager", "Office manager", 0, 1),
    Role("medical-records-manager", "Medical records manager", 1, 1),
)
ROLE = {role.slug: number for number, role in enumerate(ROLES)}
STATEMENTS = {
    "strategy": 1,
    "policy": 1,
    "finance": 1,
    "analytics": 1,
    "performance": 1,
    "emergency_planning": 1,
    "scheduling": -1,
    "mentoring": -1,
    "front_desk": -1,
    "records": -1,
    "billing": -1,
    "supplies": -1,
}
MANAGEMENT = {slug: 2 if end > 0 else -2 for slug, end in STATEMENTS.items()}
ADMINISTRATION = {slug: -2 if end > 0 else 2 for slug, end in STATEMENTS.items()}

_FACTS: dict[str, Any] = {
    "school": "alpha",
    "name": "Program",
    "award": "",
    "slug": None,
    "campus": "",
    "level": "master",
    "delivery": "online",
    "state_rule": "all",
    "states": (),
    "open_to_international": True,
    "country": "US",
    "state": "CO",
    "months": 24,
    "price_basis": "total",
    "price": 30_000,
    "price_resident": None,
    "price_military": None,
    "fees": 0,
    "credits": None,
    "max_transfer": None,
    "terms": None,
    "currency": "USD",
    "price_as_of": None,
    "price_source": "",
    "starts": (date(2027, 1, 11), date(2027, 9, 6)),
    "track": 0.8,
    "tolerance": 0.25,
    "roles": {"hospital-administrator": (0.9, "declared")},
    "certified": 0,
    "certifications": (),
    "cahme": "",
    "key": None,
}


def offering(**facts: Any) -> dict[str, Any]:
    """One offering's facts, complete unless said otherwise; None or empty: not published."""
    unknown = set(facts) - set(_FACTS)
    assert not unknown, unknown
    return {**_FACTS, **facts}


def catalog(*offerings: dict[str, Any], version: int = 1) -> Snapshot:
    """A snapshot of these offerings, each a program of its own."""
    slugs = list(dict.fromkeys(each["school"] for each in offerings))
    schools = [School(slug.title(), slug, _country(slug, offerings)) for slug in slugs]
    names = Names(
        programs=[each["name"] for each in offerings],
        awards=[each["award"] for each in offerings],
        slugs=[each["slug"] or each["name"].lower().replace(" ", "-") for each in offerings],
        schools=schools,
        roles=ROLES,
        states=STATES,
        countries=tuple(dict.fromkeys(each["country"] for each in offerings)),
        currencies=("USD", "GBP"),
        sources=tuple(dict.fromkeys(["", *(each["price_source"] for each in offerings)])),
        certifications={
            row: each["certifications"]
            for row, each in enumerate(offerings)
            if each["certifications"]
        },
        statements=STATEMENTS,
    )
    table: dict[str, Any] = {
        "public_id": [
            (each["key"] or uuid.uuid5(uuid.NAMESPACE_URL, f"{row}")).bytes
            for row, each in enumerate(offerings)
        ],
        "program": list(range(len(offerings))),
        "school": [slugs.index(each["school"]) for each in offerings],
        **{key: [each[key] for each in offerings] for key in TABLE_KEYS},
    }

    def claims_on(row: int, today: date) -> tuple[Claim, ...]:
        status = offerings[row]["cahme"]
        return (Claim("cahme", status, f"CAHME: {status}"),) if status else ()

    return build_snapshot(
        version=version,
        names=names,
        offerings=table,
        intakes=[
            (row, start, None) for row, each in enumerate(offerings) for start in each["starts"]
        ],
        program_links={
            row: [
                RoleLink(ROLE[slug], strength, basis, "")
                for slug, (strength, basis) in each["roles"].items()
            ]
            for row, each in enumerate(offerings)
        },
        program_tracks={
            row: (each["track"], each["tolerance"]) for row, each in enumerate(offerings)
        },
        program_certified={row: each["certified"] for row, each in enumerate(offerings)},
        claimed_rows=[row for row, each in enumerate(offerings) if each["cahme"]],
        claims_on=claims_on,
    )


def vocabulary(snapshot: Snapshot) -> Vocabulary:
    """The words that answers may use with this catalog."""
    return Vocabulary(
        roles=frozenset(ROLE),
        statements=frozenset(STATEMENTS),
        institutions=frozenset(school.slug for school in snapshot.names.schools),
        countries=frozenset({"US", "GB", "CA"}),
        states={"US": frozenset(STATES)},
    )


TABLE_KEYS = (
    "campus",
    "level",
    "delivery",
    "state_rule",
    "states",
    "open_to_international",
    "country",
    "state",
    "months",
    "price_basis",
    "price",
    "price_resident",
    "price_military",
    "fees",
    "credits",
    "max_transfer",
    "terms",
    "currency",
    "price_as_of",
    "price_source",
)


def _country(slug: str, offerings: tuple[dict[str, Any], ...]) -> str:
    return next(str(each["country"]) for each in offerings if each["school"] == slug)
