"""The picture of all roles between administration and management: one dot for each role.

Dots at the same place are stacked. Pure arithmetic on a canvas of fixed width.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 328
RADIUS = 5
STEP = 13
MOST_HIGH = 7
MARGIN = 8
FOOT = 6
"""Room below the line that the dots stand on."""
SPREAD = 0.72
"""How much of the width the scale takes; the rest is room for stacks at its two ends."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One role; ``is_contested`` where the sources disagree about it."""

    x: float
    y: float
    is_contested: bool
    title: str


@dataclass(frozen=True, slots=True)
class Spectrum:
    """The whole picture, administration on the left."""

    dots: Sequence[Dot]
    height: int

    width = WIDTH
    radius = RADIUS

    @property
    def baseline(self) -> int:
        return self.height - FOOT


def draw_spectrum(places: Iterable[tuple[float, bool, str]]) -> Spectrum:
    """``places``: each role's position (−1 … +1), whether it is contested, and its title."""
    stacks: dict[float, list[tuple[bool, str]]] = defaultdict(list)
    for at, is_contested, title in places:
        stacks[round(at, 1)].append((is_contested, title))
    tallest = max((min(len(stack), MOST_HIGH) for stack in stacks.values()), default=1)
    height = MARGIN + tallest * STEP + FOOT
    dots = [dot for at, stack in sorted(stacks.items()) for dot in _stack(at, stack, height - FOOT)]
    return Spectrum(dots=dots, height=height)


def _stack(at: float, roles: Sequence[tuple[bool, str]], baseline: int) -> list[Dot]:
    columns = -(-len(roles) // MOST_HIGH)
    rows = -(-len(roles) // columns)
    left = WIDTH / 2 + at * WIDTH / 2 * SPREAD - (columns - 1) * STEP / 2
    return [
        Dot(
            x=round(left + number // rows * STEP, 1),
            y=baseline - STEP / 2 - number % rows * STEP,
            is_contested=is_contested,
            title=title,
        )
        for number, (is_contested, title) in enumerate(sorted(roles))
    ]
