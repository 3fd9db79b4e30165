"""Where a program stands between management (+1) and administration (−1), and how surely."""

from collections.abc import Sequence

from hcprograms.matching.columns import (
    ADMINISTRATION_BIT,
    BASIS_FACTORS,
    MANAGEMENT_BIT,
    Role,
    RoleLink,
)

TOLERANCE = 0.25
"""How far from a program's position a wish still fits it wholly, where all sources agree."""


def track_of(
    *, links: Sequence[RoleLink], roles: Sequence[Role], certified: int = 0
) -> tuple[float | None, float]:
    """A program's track position from the consensus on its roles and from its curriculum.

    Also how far around it a wish still fits: a quarter of the half-scale, more the more the
    sources disagree among themselves and between its roles. None where no source says anything.
    """
    weighed = [
        (link.strength * BASIS_FACTORS[link.basis], position, roles[link.role].disagreement)
        for link in links
        if (position := roles[link.role].position) is not None
    ]
    for bit, position in ((MANAGEMENT_BIT, 1.0), (ADMINISTRATION_BIT, -1.0)):
        if certified & bit:
            weighed.append((0.5, position, 0.0))
    total = sum(weight for weight, _, _ in weighed)
    if not total:
        return None, TOLERANCE
    mean = sum(weight * position for weight, position, _ in weighed) / total
    contested = sum(weight * split for weight, _, split in weighed) / total
    spread = (sum(weight * (at - mean) ** 2 for weight, at, _ in weighed) / total) ** 0.5
    return mean, TOLERANCE + 0.5 * max(contested, spread / 2)
