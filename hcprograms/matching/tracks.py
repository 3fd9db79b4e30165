"""Where a program stands between management (+1) and administration (−1), and how surely."""

from collections.abc import Sequence

from hcprograms.catalog.tracks import BASIS_FACTORS, place_program
from hcprograms.matching.columns import ADMINISTRATION_BIT, MANAGEMENT_BIT
from hcprograms.matching.names import Role, RoleLink


def track_of(
    *, links: Sequence[RoleLink], roles: Sequence[Role], certified: int = 0
) -> tuple[float | None, float]:
    """A program's track position from the consensus on its roles and from its curriculum.

    Also how far around it a wish still fits: a quarter of the half-scale, more the more the
    sources disagree among themselves and between its roles. None where no source says anything.
    """
    weighed = [
        (
            link.strength * BASIS_FACTORS[link.basis],
            roles[link.role].position,
            roles[link.role].disagreement,
        )
        for link in links
    ]
    ends = [end for bit, end in ((MANAGEMENT_BIT, 1), (ADMINISTRATION_BIT, -1)) if certified & bit]
    return place_program(weighed, certified=ends)
