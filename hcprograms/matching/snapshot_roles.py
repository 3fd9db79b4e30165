"""The parts of the snapshot that programs share: roles, links, certifications, reference data."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from hcprograms.catalog.models.programs import Program
from hcprograms.catalog.models.reference import FieldFact, InterestStatement, Track
from hcprograms.catalog.models.roles import Basis, CareerRole, RoleEvidence, RoleMapping
from hcprograms.matching.columns import ADMINISTRATION_BIT, MANAGEMENT_BIT
from hcprograms.matching.names import Fact, Role, RoleLink


def load_roles() -> tuple[tuple[Role, ...], dict[int, int]]:
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
    fields = ("pk", "slug", "title", "is_active")
    found = list(CareerRole.objects.order_by("slug").values_list(*fields))
    roles = tuple(
        Role(slug, title, ends[pk].count(1), ends[pk].count(-1), tuple(sources[pk]), is_active)
        for pk, slug, title, is_active in found
    )
    return roles, {pk: number for number, (pk, *_) in enumerate(found)}


def _end(track: str) -> int:
    """+1 for management; −1 for administration, medical administration included."""
    return 1 if track == Track.MANAGEMENT else -1


def load_links(
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


def find_looked_up(
    programs: Mapping[int, tuple[int, list[Any]]], links: Mapping[int, Sequence[RoleLink]]
) -> list[int]:
    """The programs with a subject, once a crosswalk has been imported: it speaks of all subjects.

    Without this a program that the crosswalk leads elsewhere would rank as "unknown", above one
    that it leads a little to the wanted role.
    """
    found = any(link.basis != Basis.DECLARED for each in links.values() for link in each)
    return [number for number, facts in programs.values() if facts[6]] if found else []


def load_certifications(
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


def load_statements() -> dict[str, int]:
    return {
        slug: _end(track)
        for slug, track in InterestStatement.objects.order_by("slug").values_list("slug", "track")
    }


def load_schooling() -> dict[str, tuple[Fact, ...]]:
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
