"""Which offering has which value of each facet, as bits, from the columns of the snapshot.

Rows are put in the order of their programs here, because programs are what the directory counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from hcprograms.catalog.months import format_month, month_of
from hcprograms.catalog.places import CLEAR
from hcprograms.matching.snapshot.columns import (
    DELIVERY_BITS,
    LEVEL_BITS,
    NO_DELIVERY,
    Claim,
    IntArray,
    Snapshot,
)

UNKNOWN = "unknown"
"""The value of what is not published; a visitor can choose it like any other."""
NONE = "none"
LATER = "later"
ELSEWHERE = "foreign"
WORD = 64
PRICE_STEPS = (10_000, 20_000, 35_000, 60_000)
"""Upper ends of the price ranges, in whole units of the main currency."""
MONTHS_AHEAD = 12


@dataclass(frozen=True, slots=True)
class Facet:
    """Bit *n* of a row's words says whether the row has ``values[n]``."""

    key: str
    values: Sequence[str]
    words: Sequence[IntArray]

    def mask(self, chosen: Sequence[str]) -> IntArray:
        """The rows that have any of these values."""
        found = np.zeros(len(self.words[0]), dtype=np.bool_)
        numbers = [self.values.index(value) for value in chosen]
        for at, word in enumerate(self.words):
            bits = sum(1 << (number % WORD) for number in numbers if number // WORD == at)
            if bits:
                found |= (word & np.uint64(bits)) != 0
        return found


def build_facets(snapshot: Snapshot, *, order: IntArray, today: date) -> list[Facet]:
    """All facets of the snapshot on this day; rows in this order."""
    return [
        _level(snapshot, order),
        _delivery(snapshot, order),
        _state(snapshot, order),
        _residents(snapshot, order),
        _track(snapshot, order),
        _role(snapshot, order),
        _accreditation(snapshot, order, today),
        _price(snapshot, order),
        _start(snapshot, order, today),
    ]


def _build_facet(key: str, flags: Sequence[tuple[str, Any]], rows: int) -> Facet:
    """A facet from each value's flags, one per row."""
    words = [np.zeros(rows, dtype=np.uint64) for _ in range(max(1, -(-len(flags) // WORD)))]
    for number, (_value, flag) in enumerate(flags):
        words[number // WORD][flag] |= np.uint64(1 << (number % WORD))
    return Facet(key, [value for value, _flag in flags], words)


def _level(snapshot: Snapshot, order: IntArray) -> Facet:
    kinds = snapshot.kinds[order]
    flags = [(level, (kinds & bit) != 0) for level, bit in LEVEL_BITS.items()]
    return _build_facet("level", flags, len(order))


def _delivery(snapshot: Snapshot, order: IntArray) -> Facet:
    kinds = snapshot.kinds[order]
    bits = {**DELIVERY_BITS, UNKNOWN: NO_DELIVERY}
    return _build_facet(
        "delivery", [(how, (kinds & bit) != 0) for how, bit in bits.items()], len(order)
    )


def _state(snapshot: Snapshot, order: IntArray) -> Facet:
    """Where the campus is, or else the school."""
    home = snapshot.home_state[order]
    flags = [(state, home == number) for number, state in enumerate(snapshot.names.states)]
    return _build_facet("state", flags, len(order))


def _residents(snapshot: Snapshot, order: IntArray) -> Facet:
    """Whose residents may enrol; only where that is published."""
    masks, known = snapshot.states[order], snapshot.states_known[order]
    flags = [
        (state, known & ((masks & np.uint64(1 << number)) != 0))
        for number, state in enumerate(snapshot.names.states)
    ]
    return _build_facet("residents", [*flags, (UNKNOWN, ~known)], len(order))


def _track(snapshot: Snapshot, order: IntArray) -> Facet:
    at = snapshot.track[order]
    known = ~np.isnan(at)
    flags = [
        ("management", known & (at >= CLEAR)),
        ("between", known & (np.abs(at) < CLEAR)),
        ("administration", known & (at <= -CLEAR)),
        (UNKNOWN, ~known),
    ]
    return _build_facet("track", flags, len(order))


def _role(snapshot: Snapshot, order: IntArray) -> Facet:
    flags = [
        (role.slug, snapshot.roles[number][order] > 0)
        for number, role in enumerate(snapshot.names.roles)
        if role.is_active
    ]
    return _build_facet("role", flags, len(order))


def _accreditation(snapshot: Snapshot, order: IntArray, today: date) -> Facet:
    """Status and accreditor, such as ``accredited-cahme``; what is only candidate says so."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    having: dict[str, list[int]] = {}
    for row in snapshot.claimed_rows:
        for claim in snapshot.claims_on(row, today):
            having.setdefault(claim_value(claim), []).append(int(place[row]))
    nothing = np.ones(len(order), dtype=np.bool_)
    for rows in having.values():
        nothing[rows] = False
    return _build_facet("accreditation", [*sorted(having.items()), (NONE, nothing)], len(order))


def claim_value(claim: Claim) -> str:
    """The value that a claim has in its facet."""
    return f"{claim.status}-{claim.accreditor}"


def _price(snapshot: Snapshot, order: IntArray) -> Facet:
    """Tuition and published fees in all, for somebody of whom nothing is known."""
    total = snapshot.total_standard[order]
    known = total >= 0
    main = known & (snapshot.currency[order] == 0)
    ends = [-1, *PRICE_STEPS]
    flags = [
        (f"to-{end}", main & (total > least) & (total <= end))
        for least, end in zip(ends, PRICE_STEPS, strict=False)
    ]
    flags += [
        (f"over-{PRICE_STEPS[-1]}", main & (total > PRICE_STEPS[-1])),
        (ELSEWHERE, known & ~main),
        (UNKNOWN, ~known),
    ]
    return _build_facet("price", flags, len(order))


def _start(snapshot: Snapshot, order: IntArray, today: date) -> Facet:
    """The months in which one can still start."""
    months = snapshot.on(today).open_months[order]
    flags = [
        (format_month(month_of(today) + ahead), (months & np.uint64(1 << ahead)) != 0)
        for ahead in range(MONTHS_AHEAD)
    ]
    flags += [(LATER, (months >> np.uint64(MONTHS_AHEAD)) != 0), (UNKNOWN, months == 0)]
    return _build_facet("start", flags, len(order))
