"""The published catalog as columns: one number per offering and fact, ready for numpy.

Codes: −1 means *not published* in every signed column. Money is in cents, credits in tenths, days
are ordinals. ``building`` makes them from lists, ``snapshot`` the lists from the database.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from hcprograms.catalog.tracks import BASIS_FACTORS
from hcprograms.matching.kept import kept
from hcprograms.matching.names import Claim, Names, RoleLink
from hcprograms.matching.texts import Text, gettext_noop, say
from hcprograms.matching.words import DELIVERIES, LEVELS

LEVEL_BITS = {level: 1 << number for number, level in enumerate(LEVELS)}
DELIVERY_BITS = {delivery: 1 << (7 + number) for number, delivery in enumerate(DELIVERIES)}
ANY_LEVEL = (1 << 7) - 1
NO_DELIVERY = 1 << 10
STRENGTH_SCALE = 200
"""Role strengths are kept as whole numbers of 1/200: exact for strengths of two decimals."""
LINK_BASES = tuple(BASIS_FACTORS)
NO_STATE = 255
ALL_STATES = (1 << 64) - 1
MANAGEMENT_BIT, ADMINISTRATION_BIT = 1, 2
CLAIM_CODES = {"candidate": 1, "probation": 2, "accredited": 3}

MOST_RECALLED = 20_000
"""Facts in words that are kept; some megabytes."""

IntArray = NDArray[Any]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Day:
    """What depends on the date: open intakes and claims."""

    first_month: int
    """Year × 12 + month − 1 of today; bit *m* of ``open_months`` is *m* months later."""
    open_months: IntArray
    cahme: IntArray


@dataclass(frozen=True)
class Columns:
    """All published offerings. Immutable; a newer catalog is another object."""

    version: int
    names: Names
    kinds: IntArray
    states: IntArray
    states_known: IntArray
    international: IntArray
    country: IntArray
    home_state: IntArray
    months: IntArray
    basis: IntArray
    standard: IntArray
    resident: IntArray
    military: IntArray
    fees: IntArray
    credits: IntArray
    max_transfer: IntArray
    terms: IntArray
    total_standard: IntArray
    """The whole cost at each price, nothing transferred, in whole units of the currency."""
    total_resident: IntArray
    total_military: IntArray
    currency: IntArray
    price_as_of: IntArray
    price_source: IntArray
    intake_offsets: IntArray
    intake_starts: IntArray
    intake_closes: IntArray
    track: IntArray
    tolerance: IntArray
    roles: IntArray
    mapped: IntArray
    certified: IntArray
    program: IntArray
    school: IntArray
    tie: IntArray
    ids: bytes
    link_offsets: IntArray
    link_role: IntArray
    link_basis: IntArray
    link_strength: IntArray
    link_source: IntArray
    claimed_rows: Sequence[int]
    claims_on: Callable[[int, date], tuple[Claim, ...]]
    _days: dict[date, Day] = field(default_factory=dict, compare=False)
    _recalled: dict[Hashable, Any] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.kinds)

    def on(self, today: date) -> Day:
        """The columns that depend on the date; computed once a day."""
        day = self._days.get(today)
        if day is None:
            if len(self._days) > 3:
                self._days.clear()
            day = self._days[today] = _day(self, today)
        return day

    def recall(self, key: Hashable, work_out: Callable[[], Thing]) -> Thing:
        """What was worked out before under this key; only what is shown often is kept."""
        found = self._recalled.get(key)
        if found is None:
            if len(self._recalled) >= MOST_RECALLED:
                self._recalled.clear()
            found = self._recalled[key] = work_out()
        return cast("Thing", found)

    @kept
    def some_resident_price(self) -> bool:
        """Whether any offering has a price for residents."""
        return bool((self.resident >= 0).any())

    @kept
    def closed_abroad(self) -> IntArray:
        """The rows that are not open to people who live in another country."""
        return np.flatnonzero(self.international == 2)

    @kept
    def some_foreign_currency(self) -> bool:
        """Whether any price is not in the currency of budgets."""
        return bool((self.currency != 0).any())

    @kept
    def role_numbers(self) -> dict[str, int]:
        """Index of each role by its slug."""
        return {role.slug: number for number, role in enumerate(self.names.roles)}

    @kept
    def contested_roles(self) -> dict[int, Text]:
        """The roles on which sources disagree, each with what how many of them say."""
        return {
            number: say(
                gettext_noop("{role} ({management} × management, {rest} × administration)"),
                role=role.title,
                management=role.management,
                rest=role.administration,
            )
            for number, role in enumerate(self.names.roles)
            if role.disagreement > 0.5
        }

    @kept
    def school_numbers(self) -> dict[str, int]:
        """Index of each institution by its slug."""
        return {school.slug: number for number, school in enumerate(self.names.schools)}

    @kept
    def state_numbers(self) -> dict[str, int]:
        """Index of each state by its code."""
        return {state: number for number, state in enumerate(self.names.states)}

    def public_id(self, row: int) -> str:
        """The offering's UUID as text."""
        digits = self.ids[row * 16 : row * 16 + 16].hex()
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def row_of(self, public_id: bytes) -> int | None:
        """The row of an offering by the 16 bytes of its UUID."""
        found = self.ids.find(public_id)
        while found >= 0 and found % 16:
            found = self.ids.find(public_id, found + 1)
        return found // 16 if found >= 0 else None

    def links(self, program: int) -> Sequence[RoleLink]:
        """The roles that a program leads to, the strongest first."""
        return self.recall(("links", program), lambda: self._links(program))

    def _links(self, program: int) -> tuple[RoleLink, ...]:
        span = slice(self.link_offsets.item(program), self.link_offsets.item(program + 1))
        sources = self.names.sources
        rows = zip(
            self.link_role[span].tolist(),
            self.link_strength[span].tolist(),
            self.link_basis[span].tolist(),
            self.link_source[span].tolist(),
            strict=True,
        )
        found = [
            RoleLink(role, strength / STRENGTH_SCALE, LINK_BASES[basis], sources[source])
            for role, strength, basis, source in rows
        ]
        return tuple(sorted(found, key=lambda link: -link.strength))

    def intakes(self, row: int, today: date) -> Sequence[date]:
        """Start dates that one can still apply for on this day, soonest first."""
        return self.recall(("intakes", row, today), lambda: self._intakes(row, today))

    def _intakes(self, row: int, today: date) -> tuple[date, ...]:
        span = slice(self.intake_offsets.item(row), self.intake_offsets.item(row + 1))
        closes, now = self.intake_closes[span].tolist(), today.toordinal()
        starts = zip(self.intake_starts[span].tolist(), closes, strict=True)
        return tuple(sorted(date.fromordinal(start) for start, close in starts if close >= now))

    @property
    def bytes_per_offering(self) -> float:
        """Memory of all columns, names left out, per offering."""
        arrays = [value for value in vars(self).values() if isinstance(value, np.ndarray)]
        arrays += [part for day in self._days.values() for part in (day.open_months, day.cahme)]
        total = sum(array.nbytes for array in arrays) + len(self.ids)
        return total / max(1, len(self))


def _day(columns: Columns, today: date) -> Day:
    first = today.year * 12 + today.month - 1
    days = columns.intake_starts.astype(np.int64) - date(1970, 1, 1).toordinal()
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    ahead = np.clip(months - first, 0, 63).astype(np.uint64)
    still_open = columns.intake_closes >= today.toordinal()
    bits = np.where(still_open, np.uint64(1) << ahead, np.uint64(0))
    open_months = np.zeros(len(columns), dtype=np.uint64)
    begins = columns.intake_offsets[:-1]
    filled = np.flatnonzero(columns.intake_offsets[1:] > begins)
    if len(filled):
        open_months[filled] = np.bitwise_or.reduceat(bits, begins[filled])
    cahme = np.zeros(len(columns), dtype=np.uint8)
    for row in columns.claimed_rows:
        for claim in columns.claims_on(row, today):
            if claim.accreditor == "cahme":
                cahme[row] = CLAIM_CODES.get(claim.status, 0)
    return Day(first, open_months, cahme)
