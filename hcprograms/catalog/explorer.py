"""What is known of the roles of the field, loaded for the role explorer and for one role's page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Prefetch, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from hcprograms.catalog.models.occupations import Occupation
from hcprograms.catalog.models.programs import Program, Status
from hcprograms.catalog.models.reference import EvidenceSource
from hcprograms.catalog.models.roles import (
    Basis,
    CareerRole,
    Contradiction,
    RoleEvidence,
    RoleMapping,
)
from hcprograms.catalog.role_views import RoleStanding
from hcprograms.catalog.spectrum import Spectrum, draw_spectrum
from hcprograms.catalog.tracks import BASIS_FACTORS

MOST_PROGRAMS = 20
MOST_TASKS = 8
MOST_SKILLS = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Roles that stand together in the list."""

    slug: str
    title: str
    roles: Sequence[tuple[RoleStanding, int]]
    """Each role, and how many published programs lead to it."""

    @property
    def disputed(self) -> int:
        """How many of them are contested only together with roles of other titles."""
        return sum(role.is_disputed and not role.is_contested for role, _programs in self.roles)


@dataclass(frozen=True, slots=True)
class Explored:
    """Every role that is offered: in groups by what the sources say, and as one picture."""

    groups: Sequence[Group]
    spectrum: Spectrum

    @property
    def contested(self) -> list[RoleStanding]:
        """The roles on which the sources disagree."""
        return [role for group in self.groups for role, _ in group.roles if role.is_contested]


@dataclass(frozen=True, slots=True)
class OccupationView:
    """A wider occupation of public statistics that a role belongs to."""

    code: str
    known: Occupation | None
    published: str = ""
    """When its source was published, as precisely as known; empty where that is not known."""

    @property
    def tasks(self) -> list[str]:
        return list(self.known.tasks)[:MOST_TASKS] if self.known else []

    @property
    def skills(self) -> list[str]:
        return [one["name"] for one in self.known.skills[:MOST_SKILLS]] if self.known else []

    @property
    def education(self) -> list[dict[str, Any]]:
        """Schooling and the share of people who report it, largest first."""
        return list(self.known.education) if self.known else []

    @property
    def wage(self) -> str:
        """The median, or that it is above what the statistics publish; empty if not known."""
        wages = self.known.wages if self.known else {}
        if "median" in wages.get("top_coded", ()):
            return _("above the highest figure that is published")
        return _dollars(wages.get("median"))

    @property
    def wage_range(self) -> str:
        """What all but the lowest and the highest tenth earn; empty if not known."""
        wages = self.known.wages if self.known else {}
        low, high = _dollars(wages.get("low")), _dollars(wages.get("high"))
        return _("%(low)s to %(high)s") % {"low": low, "high": high} if low and high else ""


@dataclass(frozen=True, slots=True)
class ProgramLink:
    """A published program that leads to a role."""

    program: Program
    basis: str
    source: str


def explore_roles() -> Explored:
    """Every role with its published evidence and its programs. Four queries."""
    standings = load_standings()
    placed = [(one.position[0], one.is_disputed, one.title) for one in standings]
    return Explored(
        groups=group_standings(standings, counts=count_programs()),
        spectrum=draw_spectrum(
            (at, contested, title) for at, contested, title in placed if at is not None
        ),
    )


def load_standings() -> list[RoleStanding]:
    """Every role that is offered, with its published evidence. Three queries."""
    return [stand(role) for role in _with_evidence(CareerRole.objects.filter(is_active=True))]


def group_standings(standings: Iterable[RoleStanding], *, counts: Mapping[str, int]) -> list[Group]:
    """From management over what is contested to administration; empty groups are left out."""
    titles = {
        "management": _("Management, say all sources that name it"),
        "contested": _("Contested: the sources disagree"),
        "administration": _("Administration, say all sources that name it"),
        "unknown": _("No source says"),
    }
    found: dict[str, list[tuple[RoleStanding, int]]] = defaultdict(list)
    for one in standings:
        found[group_of(one)].append((one, counts.get(one.slug, 0)))
    return [Group(slug, title, found[slug]) for slug, title in titles.items() if slug in found]


def group_of(one: RoleStanding) -> str:
    """Which part of the list a role belongs to."""
    at, _split = one.position
    if at is None:
        return "unknown"
    if one.is_contested:
        return "contested"
    return "management" if at > 0 else "administration"


def find_role(*, slug: str) -> tuple[CareerRole, RoleStanding] | None:
    """One role with all that is said about it. Three queries."""
    is_shared = ExpressionWrapper(Q(pk__in=_find_shared().values("pk")), BooleanField())
    everything = Contradiction.objects.annotate(is_shared=is_shared)
    row = _with_evidence(CareerRole.objects.filter(is_active=True, slug=slug), everything).first()
    if row is None:
        return None
    standing = stand(row)
    if not standing.is_contested:
        # All sources agree on this title; they may differ on it together with others.
        annotated: Iterable[Any] = row.contradictions.all()
        kept = [one for one in annotated if one.is_shared]
        standing = replace(standing, contested_together=kept)
    return row, standing


def stand(role: CareerRole) -> RoleStanding:
    """The role with its published evidence, which is loaded already."""
    return RoleStanding(
        slug=role.slug,
        title=role.title,
        description=role.description,
        evidence=list(role.evidence.all()),
        contested_together=list(role.contradictions.all()),
    )


def count_programs() -> dict[str, int]:
    """Role's slug → how many published programs lead to it. One query."""
    counted = (
        RoleMapping.objects.filter(_published())
        .order_by()
        .values_list("role__slug")
        .annotate(programs=Count("program", distinct=True))
    )
    return dict(counted)


def list_programs_to(role: CareerRole) -> tuple[list[ProgramLink], int]:
    """The programs that lead there most directly, and how many there are in all. Two queries."""
    mappings = RoleMapping.objects.filter(_published(), role=role)
    total = mappings.aggregate(programs=Count("program", distinct=True))["programs"]
    chosen: dict[int, RoleMapping] = {}
    for mapping in (
        mappings.select_related("program__institution")
        .order_by("-strength", "program__name", "pk")[: MOST_PROGRAMS * len(Basis)]
        .iterator()
    ):
        known = chosen.get(mapping.program_id)
        if known is None or _worth(mapping) > _worth(known):
            chosen[mapping.program_id] = mapping
    best = sorted(chosen.values(), key=_worth, reverse=True)[:MOST_PROGRAMS]
    links = [
        ProgramLink(one.program, str(Basis(one.basis).label), one.source or one.program.source)
        for one in best
    ]
    return links, total


def load_occupations(role: CareerRole) -> list[OccupationView]:
    """The role's O*NET codes, with what is imported about them and of when. Two queries at most."""
    known = {one.code: one for one in Occupation.objects.filter(code__in=role.onet_codes)}
    sources = EvidenceSource.objects.filter(title__in={one.source for one in known.values()})
    dates = dict(sources.values_list("title", "published_on")) if known else {}
    return [
        OccupationView(code, one, dates.get(one.source, "") if one else "")
        for code in role.onet_codes
        for one in [known.get(code)]
    ]


def list_duties(role: CareerRole, evidence: Iterable[RoleEvidence]) -> list[tuple[str, list[str]]]:
    """What each source says that people in this role do: source and duties."""
    names = {one.source.key: one.source.publisher for one in evidence if one.source}
    said: dict[str, list[str]] = defaultdict(list)
    for duty in role.duties:
        entry = duty if isinstance(duty, dict) else {"text": str(duty)}
        key = str(entry.get("source", ""))
        said[names.get(key) or key].append(str(entry.get("text", "")))
    return list(said.items())


def find_onet_attribution() -> str:
    """What the licence of O*NET asks to be printed where its facts are shown."""
    source = EvidenceSource.objects.filter(key__startswith="onet").order_by("-key").first()
    return source.note if source else ""


def _with_evidence(
    roles: "QuerySet[CareerRole]", contradictions: "QuerySet[Contradiction] | None" = None
) -> "QuerySet[CareerRole]":
    published = RoleEvidence.objects.filter(institution=None).select_related("source")
    if contradictions is None:
        contradictions = _find_shared()
    return roles.prefetch_related(
        Prefetch("evidence", published.order_by("source__key")),
        Prefetch("contradictions", contradictions),
    )


def _find_shared() -> "QuerySet[Contradiction]":
    """Contradictions that several titles are part of."""
    several = Contradiction.objects.annotate(titles=Count("roles")).filter(titles__gt=1)
    return Contradiction.objects.filter(pk__in=several.values("pk"))


def _published() -> Q:
    return Q(program__status=Status.PUBLISHED, program__institution__is_published=True)


def _worth(mapping: RoleMapping) -> float:
    return float(mapping.strength) * BASIS_FACTORS[mapping.basis]


def _dollars(amount: Any) -> str:
    if not isinstance(amount, int | float):
        return ""
    return f"${number_format(amount, 0, use_l10n=True, force_grouping=True)}"
