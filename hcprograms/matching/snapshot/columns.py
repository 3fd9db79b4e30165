"""The published catalog as columns: one number per offering and fact, ready for numpy.

Codes: −1 means *not published* in every signed column. Money is in cents, credits in tenths, days
are ordinals. ``builder`` makes the columns from lists, ``loader`` the lists from the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from django_countries import countries
from numpy.typing import NDArray

from hcprograms.catalog.months import month_of
from hcprograms.catalog.states import STATES
from hcprograms.catalog.tracks import BASIS_FACTORS
from hcprograms.matching.answers import DELIVERIES, LEVELS, Vocabulary

LEVEL_BITS = {level: 1 << number for number, level in enumerate(LEVELS)}
ANY_LEVEL = (1 << len(LEVELS)) - 1
DELIVERY_BITS = {
    delivery: 1 << (len(LEVELS) + number) for number, delivery in enumerate(DELIVERIES)
}
ANY_DELIVERY = sum(DELIVERY_BITS.values())
NO_DELIVERY = 1 << (len(LEVELS) + len(DELIVERIES))
LEVEL_OF_KIND = np.zeros(ANY_LEVEL + 1, dtype=np.intp)
"""The bits of one level → its place in ``LEVELS``."""
LEVEL_OF_KIND[list(LEVEL_BITS.values())] = np.arange(len(LEVELS))
STRENGTH_SCALE = 200
"""Role strengths are kept as whole numbers of 1/200: exact for strengths of two decimals."""
LINK_BASES = tuple(BASIS_FACTORS)
NO_STATE = 255
ALL_STATES = (1 << 64) - 1
MANAGEMENT_BIT, ADMINISTRATION_BIT = 1, 2
CLAIM_CODES = {"candidate": 1, "probation": 2, "accredited": 3}
"""CAHME's claim as a number; 0: none."""
MAX_MONTH_BIT = 63
"""Bit of ``open_months`` for this many months from now, and for all later ones."""

IntArray = NDArray[Any]
Index = Any
"""Row numbers, or a slice."""


class School(NamedTuple):
    """An institution, as results name it."""

    name: str
    slug: str
    country: str


class RoleLink(NamedTuple):
    """A program leads to a role: index of the role, how strongly, on what basis, who says so."""

    role: int
    strength: float
    basis: str
    source: str


class Role(NamedTuple):
    """A career role with what its sources say of its track."""

    slug: str
    title: str
    management: int = 0
    """How many sources call it management."""
    administration: int = 0
    sources: tuple[str, ...] = ()
    """Who says so, with the date."""
    is_active: bool = True
    """Whether visitors may choose it."""

    @property
    def position(self) -> float | None:
        """+1 every source says management … −1 every one administration; None: no source."""
        count = self.management + self.administration
        return (self.management - self.administration) / count if count else None

    @property
    def disagreement(self) -> float:
        """0 all sources agree … 1 they are split evenly."""
        position = self.position
        return 0.0 if position is None else 1 - abs(position)


class Claim(NamedTuple):
    """What may be said in public of an offering's accreditation on a day."""

    accreditor: str
    """Slug, such as ``cahme``."""
    status: str
    """``accredited``, ``probation``, ``candidate`` or ``certified``."""
    text: str
    notice: str = ""
    """A caveat to show with the text."""
    since: date | None = None
    until: date | None = None
    evidence_url: str = ""
    verified_on: date | None = None


class Fact(NamedTuple):
    """A sentence of the reference data with its source."""

    text: str
    source: str


def list_no_claims(row: int, today: date) -> tuple[Claim, ...]:
    """The claims of a catalog that keeps no accreditation records."""
    return ()


@dataclass(frozen=True, slots=True)
class Names:
    """Everything in words that results show; indexes in the columns point into these."""

    programs: Sequence[str]
    awards: Sequence[str]
    slugs: Sequence[str]
    schools: Sequence[School]
    roles: Sequence[Role] = ()
    states: Sequence[str] = ()
    countries: Sequence[str] = ()
    currencies: Sequence[str] = ("USD",)
    """The first is the one of budgets."""
    sources: Sequence[str] = ("",)
    certifications: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    statements: Mapping[str, int] = field(default_factory=dict)
    """Interest statement → +1 management or −1 administration."""
    schooling: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    """Track → what sources say about the education for it."""
    concentrations: Mapping[int, str] = field(default_factory=dict)
    """Only the programs that have one."""


class DayColumns(NamedTuple):
    """The columns that depend on the date."""

    open_months: IntArray
    """Bit *m*: a start in *m* months that one can still apply for."""
    cahme: IntArray
    """Code of CAHME's claim."""


@dataclass(frozen=True)
class Snapshot:
    """All published offerings. Immutable; a newer catalog is another object."""

    version: int
    names: Names
    kinds: IntArray
    """Bits of the level and of the delivery."""
    states: IntArray
    """Bits of the states whose residents may enrol."""
    states_known: IntArray
    international: IntArray
    """Open to people who live in another country: 0 not published, 1 yes, 2 no."""
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
    """A row per role: how strongly each offering leads to it, in 1/``STRENGTH_SCALE``."""
    mapped: IntArray
    """Whether it is known which roles it leads to."""
    certified: IntArray
    program: IntArray
    school: IntArray
    tie: IntArray
    """The place among offerings of equal score."""
    ids: bytes
    link_offsets: IntArray
    link_role: IntArray
    link_basis: IntArray
    link_strength: IntArray
    link_source: IntArray
    claimed_rows: Sequence[int]
    claims_on: Callable[[int, date], tuple[Claim, ...]]
    _days: dict[date, DayColumns] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.kinds)

    def on(self, today: date) -> DayColumns:
        """The columns that depend on the date; computed once a day."""
        day = self._days.get(today)
        if day is None:
            if len(self._days) > 3:
                self._days.clear()
            day = self._days[today] = DayColumns(
                _compute_open_months(self, today), _find_cahme_claims(self, today)
            )
        return day

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words that answers may use."""
        return Vocabulary(
            roles=frozenset(self.role_numbers),
            statements=frozenset(self.names.statements),
            institutions=frozenset(self.school_numbers),
            countries=frozenset(countries.countries),
            states={"US": frozenset(STATES)},
        )

    @cached_property
    def has_resident_prices(self) -> bool:
        return bool((self.resident >= 0).any())

    @cached_property
    def has_foreign_prices(self) -> bool:
        """Whether any price is not in the currency of budgets."""
        return bool((self.currency != 0).any())

    @cached_property
    def role_numbers(self) -> dict[str, int]:
        """Index of each role by its slug."""
        return {role.slug: number for number, role in enumerate(self.names.roles)}

    @cached_property
    def school_numbers(self) -> dict[str, int]:
        """Index of each institution by its slug."""
        return {school.slug: number for number, school in enumerate(self.names.schools)}

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

    def links(self, program: int) -> tuple[RoleLink, ...]:
        """The roles that a program leads to, the strongest first."""
        span = slice(self.link_offsets.item(program), self.link_offsets.item(program + 1))
        rows = zip(
            self.link_role[span].tolist(),
            self.link_strength[span].tolist(),
            self.link_basis[span].tolist(),
            self.link_source[span].tolist(),
            strict=True,
        )
        found = [
            RoleLink(role, strength / STRENGTH_SCALE, LINK_BASES[basis], self.names.sources[source])
            for role, strength, basis, source in rows
        ]
        return tuple(sorted(found, key=lambda link: -link.strength))

    def open_intakes(self, row: int, today: date) -> tuple[date, ...]:
        """Start dates that one can still apply for on this day, soonest first."""
        span = slice(self.intake_offsets.item(row), self.intake_offsets.item(row + 1))
        closes, now = self.intake_closes[span].tolist(), today.toordinal()
        starts = zip(self.intake_starts[span].tolist(), closes, strict=True)
        return tuple(sorted(date.fromordinal(start) for start, close in starts if close >= now))

    @property
    def bytes_per_offering(self) -> float:
        """Memory of all columns, names left out, per offering."""
        arrays = [value for value in vars(self).values() if isinstance(value, np.ndarray)]
        arrays += [column for day in self._days.values() for column in day]
        total = sum(array.nbytes for array in arrays) + len(self.ids)
        return total / max(1, len(self))


def _compute_open_months(snapshot: Snapshot, today: date) -> IntArray:
    days = snapshot.intake_starts.astype(np.int64) - date(1970, 1, 1).toordinal()
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    ahead = months + month_of(date(1970, 1, 1)) - month_of(today)
    bits = np.uint64(1) << np.clip(ahead, 0, MAX_MONTH_BIT).astype(np.uint64)
    bits[snapshot.intake_closes < today.toordinal()] = 0
    open_months = np.zeros(len(snapshot), dtype=np.uint64)
    begins = snapshot.intake_offsets[:-1]
    filled = np.flatnonzero(snapshot.intake_offsets[1:] > begins)
    if len(filled):
        open_months[filled] = np.bitwise_or.reduceat(bits, begins[filled])
    return open_months


def _find_cahme_claims(snapshot: Snapshot, today: date) -> IntArray:
    cahme = np.zeros(len(snapshot), dtype=np.uint8)
    for row in snapshot.claimed_rows:
        for claim in snapshot.claims_on(row, today):
            if claim.accreditor == "cahme":
                cahme[row] = CLAIM_CODES.get(claim.status, 0)
    return cahme


def lowest_month(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Number of the lowest bit that is set, NaN where none is."""
    lowest = bits & (~bits + np.uint64(1))
    return np.where(bits > 0, np.log2(np.maximum(lowest, 1).astype(np.float64)), np.nan)


def highest_month(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Number of the highest bit that is set, NaN where none is."""
    high = bits.copy()
    for shift in (1, 2, 4, 8, 16, 32):
        high |= high >> np.uint64(shift)
    top = high ^ (high >> np.uint64(1))
    return np.where(bits > 0, np.log2(np.maximum(top, 1).astype(np.float64)), np.nan)
