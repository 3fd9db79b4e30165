"""Charts as plain geometry, for a template to draw as SVG. Pure; lengths in the SVG's units."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 900, 200
LEFT, BOTTOM, TOP = 44, 28, 12
MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Column:
    x: float
    y: float
    width: float
    height: float
    inner_y: float
    inner_height: float
    title: str
    label: str
    middle: float


@dataclass(frozen=True, slots=True)
class Tick:
    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Columns:
    """A column per step; its inner part is a part of it, answered ones for example."""

    columns: Sequence[Column]
    ticks: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def draw_columns(rows: Sequence[tuple[str, int, int]]) -> Columns:
    """``rows`` are label, whole and part of each column."""
    top = nice_top(max((whole for _label, whole, _part in rows), default=0))
    space, floor = WIDTH - LEFT, HEIGHT - BOTTOM
    each = space / max(len(rows), 1)
    scale = (floor - TOP) / top
    every = max(1, -(-len(rows) // MOST_LABELS))
    columns = [
        Column(
            x=round(LEFT + number * each + each * 0.1, 2),
            y=round(floor - whole * scale, 2),
            width=round(each * 0.8, 2),
            height=round(whole * scale, 2),
            inner_y=round(floor - part * scale, 2),
            inner_height=round(part * scale, 2),
            title=f"{label}: {part} / {whole}",
            label=label if number % every == 0 else "",
            middle=round(LEFT + (number + 0.5) * each, 2),
        )
        for number, (label, whole, part) in enumerate(rows)
    ]
    ticks = [Tick(round(floor - value * scale, 2), value) for value in (0, top // 2, top)]
    return Columns(columns, ticks)


def nice_top(highest: int) -> int:
    """An even round number at or above the highest value."""
    if highest <= 2:
        return 2
    magnitude = int("1" + "0" * (len(str(highest)) - 1))
    steps = (1, 2, 4, 6, 8, 10, 20)
    return next(
        step * magnitude
        for step in steps
        if step * magnitude >= highest and step * magnitude % 2 == 0
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar with its share of the longest, in percent. ``value`` None: not known."""

    label: str
    value: int | None
    percent: float
    of_first: float | None


def draw_bars(rows: Sequence[tuple[str, int | None]], *, base: int) -> list[Bar]:
    """A bar per row; ``of_first`` is its share of ``base`` in percent, None where that is 0."""
    longest = max((value or 0 for _label, value in rows), default=0) or 1
    return [
        Bar(
            label,
            value,
            round(100 * (value or 0) / longest, 2),
            None if value is None or not base else round(100 * value / base, 1),
        )
        for label, value in rows
    ]
