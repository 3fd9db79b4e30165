"""The roles that a program leads to, with everything that is said about them, for public pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hcprograms.catalog.evidence import Consensus, weigh_evidence
from hcprograms.catalog.models.roles import Basis, Contradiction, RoleEvidence
from hcprograms.catalog.tracks import BASIS_FACTORS


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role with everything that is said about it, as a public page shows it.

    ``contested_together`` are disagreements that also concern roles with other titles.
    """

    title: str
    description: str
    strength: float
    basis: str
    basis_label: str
    source: str
    evidence: Sequence[RoleEvidence]
    contested_together: Sequence[Contradiction] = ()

    @property
    def consensus(self) -> Consensus:
        """What the published sources say together, without an institution's own view."""
        return weigh_evidence(one for one in self.evidence if one.institution_id is None)

    @property
    def position(self) -> tuple[float | None, float]:
        """The consensus' position, and 0 (all agree) … 1 (evenly split)."""
        at = self.consensus.position
        return at, 0.0 if at is None else 1 - abs(at)


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
