"""Puts a drawn directory into PostgreSQL, straight into the plugin's own tables."""

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.matching.synthetic import ROLES, STATEMENTS, STATES, Directory
from hcprograms.catalog.models.programs import Intake, Offering, Program
from hcprograms.catalog.models.reference import InterestStatement, Track
from hcprograms.catalog.models.roles import CareerRole, RoleMapping
from hcprograms.institutions.models import Campus, Institution
from hcprograms.matching.answers import DELIVERIES, LEVELS


def fill_database(directory: Directory) -> None:
    """Institutions, campuses, programs, offerings, intakes, roles and mappings, by COPY."""
    now = timezone.now()
    stamps = {"created_at": now, "updated_at": now}
    schools = int(directory.school.max()) + 1
    Institution.objects.bulk_create(
        Institution(pk=number + 1, name=f"School {number}", slug=f"school-{number}")
        for number in range(schools)
    )
    Campus.objects.bulk_create(
        Campus(pk=number + 1, institution_id=1, name=state, slug=f"campus-{number}", state=state)
        for number, state in enumerate(STATES)
    )
    InterestStatement.objects.bulk_create(
        InterestStatement(
            slug=slug, text=slug, track=Track.MANAGEMENT if end > 0 else Track.ADMINISTRATION
        )
        for slug, end in STATEMENTS.items()
    )
    CareerRole.objects.bulk_create(
        CareerRole(pk=number + 1, slug=slug, title=slug.title())
        for number, slug in enumerate(ROLES)
    )
    first = dict(zip(directory.program.tolist(), range(len(directory)), strict=True))
    _copy(
        Program,
        ("id", "public_id", "institution_id", "name", "slug", "level", "status", "track_position"),
        (
            (
                number + 1,
                uuid.UUID(int=number),
                int(directory.school[row]) + 1,
                f"Program {number}",
                f"program-{number}",
                LEVELS[directory.level[row]],
                "published",
                float(directory.track[number]),
            )
            for number, row in first.items()
        ),
        stamps,
    )
    _copy(Offering, OFFERING_FIELDS, _offerings(directory), stamps)
    _copy(
        Intake,
        ("offering_id", "starts_on"),
        (
            (row + 1, start)
            for row, starts in enumerate(directory.starts)
            for start in dict.fromkeys(starts)
        ),
        {},
    )
    _copy(
        RoleMapping,
        ("program_id", "role_id", "basis", "strength"),
        (
            (program + 1, role + 1, "declared", strength / 20)
            for program in first
            for role, strength in directory.links[program]
        ),
        {},
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


OFFERING_FIELDS = (
    "id",
    "public_id",
    "program_id",
    "delivery",
    "campus_id",
    "status",
    "duration_months",
    "price_basis",
    "price",
    "fees_total",
    "state_rule",
    "states",
    "open_to_international",
)


def _offerings(directory: Directory) -> Iterable[Sequence[Any]]:
    taken: set[tuple[int, int, int]] = set()
    for row in range(len(directory)):
        program, delivery = int(directory.program[row]), int(directory.delivery[row])
        home = int(directory.home[row])
        while (program, delivery, home) in taken:
            home = (home + 1) % len(STATES)
        taken.add((program, delivery, home))
        everywhere = bool(directory.all_states[row])
        yield (
            row + 1,
            uuid.UUID(int=row),
            program + 1,
            DELIVERIES[delivery],
            home + 1,
            "published",
            int(directory.months[row]),
            "total",
            int(directory.price[row]),
            0,
            "all" if everywhere else "only",
            json.dumps([] if everywhere else [STATES[at] for at in directory.states[row]]),
            True,
        )


def _copy(
    model: Any, given: Sequence[str], rows: Iterable[Sequence[Any]], stamps: dict[str, Any]
) -> None:
    """COPY rows; columns that are not given get the model's defaults."""
    columns = {field.column: field for field in model._meta.concrete_fields}
    rest = {
        name: _default(field)
        for name, field in columns.items()
        if name not in given and name != "id" and name not in stamps
    }
    names = [*given, *rest, *stamps]
    constant = [*rest.values(), *stamps.values()]
    target = f"{model._meta.db_table} ({', '.join(names)})"
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row([*row, *constant])


def _default(field: Any) -> Any:
    value = None if field.null and not field.has_default() else field.get_default()
    return json.dumps(value) if field.get_internal_type() == "JSONField" else value
