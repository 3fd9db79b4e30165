"""What the evidence says about management and administration: of a role, and of a program.

+1 is all management, −1 all administration. Sources that say “medical administration” count
towards administration, under their own name. Pure arithmetic: matching uses the same.
"""

from collections.abc import Iterable, Mapping, Sequence

BASIS_FACTORS: Mapping[str, float] = {"declared": 1.0, "crosswalk": 0.7, "inferred": 0.5}
"""How much a mapping counts by the way it is known."""
CERTIFICATION_WEIGHT = 0.5
TOLERANCE = 0.25
"""How far from a program's position a wish still fits it wholly, where all sources agree."""


def end_of(track: str) -> int:
    """The end of the line that a track stands at."""
    return 1 if track == "management" else -1


def find_consensus(ends: Sequence[int]) -> tuple[float | None, float]:
    """Position between +1 and −1 of what sources say, and 0 (agree) … 1 (evenly split)."""
    if not ends:
        return None, 0.0
    position = sum(ends) / len(ends)
    return position, 1 - abs(position)


def place_program(
    roles: Iterable[tuple[float, float | None, float]], *, certified: Iterable[int] = ()
) -> tuple[float | None, float]:
    """A program's position from the consensus on its roles and from its curriculum.

    ``roles``: weight, position and disagreement of each role; ``certified``: the ends that its
    certifications stand at. Also how far around it a wish still fits: a quarter of the half-scale,
    more the more the sources disagree among themselves and between its roles. None where no source
    says anything.
    """
    weighed = [(weight, at, split) for weight, at, split in roles if at is not None]
    weighed += [(CERTIFICATION_WEIGHT, float(end), 0.0) for end in certified]
    total = sum(weight for weight, _at, _split in weighed)
    if not total:
        return None, TOLERANCE
    mean = sum(weight * at for weight, at, _split in weighed) / total
    contested = sum(weight * split for weight, _at, split in weighed) / total
    spread = (sum(weight * (at - mean) ** 2 for weight, at, _split in weighed) / total) ** 0.5
    return mean, TOLERANCE + 0.5 * max(contested, spread / 2)
