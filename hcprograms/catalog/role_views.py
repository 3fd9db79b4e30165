"""The roles that a program leads to, with everything that is said about them, for public pages."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.catalog.models.reference import Track
from hcprograms.catalog.models.roles import Basis, Contradiction, RoleEvidence
from hcprograms.catalog.positions import Position
from hcprograms.catalog.tracks import BASIS_FACTORS, end_of, find_consensus


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleStanding:
    """A role with everything that is said about its track, as a public page shows it.

    ``contested_together`` are disagreements that also concern roles with other titles.
    """

    slug: str
    title: str
    description: str
    evidence: Sequence[RoleEvidence]
    contested_together: Sequence[Contradiction] = ()

    @property
    def position(self) -> tuple[float | None, float]:
        return find_consensus([end_of(one.track) for one in self.shared])

    @property
    def place(self) -> Position:
        """Where the sources together put the role, for its picture and in words."""
        at, split = self.position
        return Position(at=at, tolerance=split / 2, of_role=True)

    @property
    def shared(self) -> Sequence[RoleEvidence]:
        """The published sources, without an institution's own view."""
        return [one for one in self.evidence if one.institution_id is None]

    @property
    def is_contested(self) -> bool:
        return len({one.track for one in self.shared}) > 1

    @property
    def is_disputed(self) -> bool:
        """Contested under its own title or together with roles of other titles."""
        return self.is_contested or bool(self.contested_together)

    @property
    def verdict(self) -> str:
        """“Management in 3 of 3 sources”, or who is on which side."""
        counts = Counter(one.track for one in self.shared)
        if not counts:
            return _("No source says whether this is management or administration.")
        parts = [f"{Track(track).label} ({count})" for track, count in counts.most_common()]
        if len(counts) > 1:
            return _("Sources disagree: %(sides)s.") % {"sides": ", ".join(parts)}
        (track, count), total = counts.most_common(1)[0], sum(counts.values())
        return ngettext(
            "%(track)s in the one source that names it.",
            "%(track)s in %(count)d of %(total)d sources.",
            total,
        ) % {"track": str(Track(track).label).capitalize(), "count": count, "total": total}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleView(RoleStanding):
    """A role that a program leads to: how strongly, and how that is known."""

    strength: float
    basis: str
    basis_label: str
    source: str


def view_roles(mappings: Iterable[Any], *, institution_id: int) -> list[RoleView]:
    """The roles of one program, strongest first; each once, on its best basis.

    ``mappings`` come with their roles, evidence and sources already loaded.
    """
    best: dict[int, Any] = {}
    for mapping in mappings:
        known = best.get(mapping.role_id)
        if known is None or _worth(mapping) > _worth(known):
            best[mapping.role_id] = mapping
    return [
        RoleView(
            slug=mapping.role.slug if mapping.role.is_active else "",
            title=mapping.role.title,
            description=mapping.role.description,
            strength=float(mapping.strength),
            basis=mapping.basis,
            basis_label=str(Basis(mapping.basis).label),
            source=mapping.source,
            evidence=[
                one
                for one in mapping.role.evidence.all()
                if one.institution_id in (None, institution_id)
            ],
            contested_together=list(mapping.role.contradictions.all()),
        )
        for mapping in sorted(best.values(), key=_worth, reverse=True)
    ]


def _worth(mapping: Any) -> float:
    return float(mapping.strength) * BASIS_FACTORS[mapping.basis]
