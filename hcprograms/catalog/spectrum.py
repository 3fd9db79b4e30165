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
SPREAD = 0.72
"""How much of the width the scale takes; the rest is room for stacks at its two ends."""
LABEL_HEIGHT = 16


@dataclass(frozen=True, slots=True)
class Dot:
    """One role; ``is_contested`` where the sources disagree about it."""

    x: float
    y: float
    is_contested: bool


@dataclass(frozen=True, slots=True)
class Spectrum:
    """The whole picture, administration on the left."""

    dots: Sequence[Dot]
    height: int

    width = WIDTH
    radius = RADIUS

    @property
    def baseline(self) -> int:
        return self.height - LABEL_HEIGHT - MARGIN

    @property
    def label_y(self) -> int:
        return self.height - 6


def draw_spectrum(places: Iterable[tuple[float, bool]]) -> Spectrum:
    """``places``: for each role its position (−1 … +1) and whether it is contested."""
    stacks: dict[float, list[bool]] = defaultdict(list)
    for at, is_contested in places:
        stacks[round(at, 1)].append(is_contested)
    tallest = max((min(len(stack), MOST_HIGH) for stack in stacks.values()), default=1)
    height = MARGIN + tallest * STEP + MARGIN + LABEL_HEIGHT + MARGIN
    baseline = height - LABEL_HEIGHT - MARGIN
    dots = [
        dot for at, stack in sorted(stacks.items()) for dot in _stack(at, sorted(stack), baseline)
    ]
    return Spectrum(dots=dots, height=height)


def _stack(at: float, contested: Sequence[bool], baseline: int) -> list[Dot]:
    columns = -(-len(contested) // MOST_HIGH)
    rows = -(-len(contested) // columns)
    left = WIDTH / 2 + at * WIDTH / 2 * SPREAD - (columns - 1) * STEP / 2
    return [
        Dot(
            x=round(left + number // rows * STEP, 1),
            y=baseline - STEP / 2 - number % rows * STEP,
            is_contested=is_contested,
        )
        for number, is_contested in enumerate(contested)
    ]
