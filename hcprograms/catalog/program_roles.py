"""The roles that programs lead to, loaded for public pages, and where that puts a program."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Prefetch

from hcprograms.catalog.explorer import find_onet_attribution
from hcprograms.catalog.models.programs import Program
from hcprograms.catalog.models.roles import Basis, Contradiction, RoleEvidence, RoleMapping
from hcprograms.catalog.positions import Position
from hcprograms.catalog.role_views import RoleView, view_roles
from hcprograms.catalog.tracks import BASIS_FACTORS, end_of, place_program


def load_roles(programs: Sequence[Program]) -> Mapping[int, list[RoleView]]:
    """Program's key → its roles with their evidence, and what is contested under several titles.

    Three queries, whatever the number of programs; none for none.
    """
    if not programs:
        return {}
    evidence = Prefetch("role__evidence", queryset=RoleEvidence.objects.select_related("source"))
    several = Contradiction.objects.annotate(titles=Count("roles")).filter(titles__gt=1)
    together = Contradiction.objects.filter(pk__in=several.values("pk"))
    mappings: dict[int, list[RoleMapping]] = defaultdict(list)
    for mapping in (
        RoleMapping.objects.filter(program__in=[one.pk for one in programs])
        .select_related("role")
        .prefetch_related(evidence, Prefetch("role__contradictions", queryset=together))
    ):
        mappings[mapping.program_id].append(mapping)
    return {
        one.pk: view_roles(mappings[one.pk], institution_id=one.institution_id) for one in programs
    }


def place(
    program: Program, *, roles: Sequence[RoleView], certifications: Iterable[Any]
) -> Position:
    """The institution's own view where it gave one, else what the evidence on the roles says."""
    if program.track_position is not None:
        return Position(at=float(program.track_position))
    weighed = [(one.strength * BASIS_FACTORS[one.basis], *one.position) for one in roles]
    certified = [end_of(one.track) for one in certifications if one.track]
    at, tolerance = place_program(weighed, certified=certified)
    return Position(at=at, tolerance=tolerance)


def attribute(roles: Iterable[RoleView]) -> str:
    """What the licence of O*NET asks for, where a job was looked up in it; one query, or none."""
    return find_onet_attribution() if any(one.basis != Basis.DECLARED for one in roles) else ""
