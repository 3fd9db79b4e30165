"""The published catalog as columns: one number per offering and fact, ready for numpy.

Codes: −1 means *not published* in every signed column. Money is in cents, credits in tenths, days
are ordinals. ``build_columns`` is pure: ``snapshot`` feeds it from the database, tests from lists.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.words import DELIVERIES, LEVELS

LEVEL_BITS = {level: 1 << number for number, level in enumerate(LEVELS)}
DELIVERY_BITS = {delivery: 1 << (7 + number) for number, delivery in enumerate(DELIVERIES)}
ANY_LEVEL = (1 << 7) - 1
NO_DELIVERY = 1 << 10
BASES = ("", "credit", "term", "total")
STRENGTH_SCALE = 200
"""Role strengths are kept as whole numbers of 1/200: exact for strengths of two decimals."""
BASIS_FACTORS = {"declared": 1.0, "crosswalk": 0.7, "inferred": 0.5}
LINK_BASES = tuple(BASIS_FACTORS)
NO_STATE = 255
ALL_STATES = (1 << 64) - 1
MANAGEMENT_BIT, ADMINISTRATION_BIT = 1, 2
CLAIM_CODES = {"candidate": 1, "probation": 2, "accredited": 3}

IntArray = NDArray[Any]


class School(NamedTuple):
    """An institution, as results name it."""

    name: str
    slug: str
    country: str


class ProgramName(NamedTuple):
    """A program, as results name it."""

    name: str
    award: str
    slug: str

    @property
    def full_name(self) -> str:
        return f"{self.name} ({self.award})" if self.award else self.name


class RoleLink(NamedTuple):
    """A program leads to a role: index of the role, how strongly, on what basis, who says so."""

    role: int
    strength: float
    basis: str
    source: str


class Role(NamedTuple):
    """A career role with the consensus of its sources."""

    slug: str
    title: str
    position: float | None
    """+1 every source says management … −1 every source says administration; None: no source."""
    disagreement: float
    """0 all sources agree … 1 they are split evenly."""


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


def no_claims(row: int, today: date) -> tuple[Claim, ...]:
    """The claims of a catalog that keeps no accreditation records."""
    return ()


@dataclass(frozen=True, slots=True)
class Names:
    """Everything in words that results show; indexes in the columns point into these."""

    programs: Sequence[ProgramName]
    schools: Sequence[School]
    roles: Sequence[Role] = ()
    states: Sequence[str] = ()
    countries: Sequence[str] = ()
    currencies: Sequence[str] = ("USD",)
    sources: Sequence[str] = ("",)
    certifications: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    statements: Mapping[str, int] = field(default_factory=dict)
    """Interest statement → +1 management or −1 administration."""
    schooling: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    """Track → what sources say about the education for it."""


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

    def links(self, program: int) -> list[RoleLink]:
        """The roles that a program leads to."""
        span = range(self.link_offsets[program], self.link_offsets[program + 1])
        return [
            RoleLink(
                int(self.link_role[at]),
                float(self.link_strength[at]) / STRENGTH_SCALE,
                LINK_BASES[self.link_basis[at]],
                self.names.sources[self.link_source[at]],
            )
            for at in span
        ]

    def intakes(self, row: int, today: date) -> list[date]:
        """Start dates that one can still apply for on this day, soonest first."""
        span = slice(self.intake_offsets[row], self.intake_offsets[row + 1])
        pairs = zip(self.intake_starts[span], self.intake_closes[span], strict=True)
        return sorted(
            date.fromordinal(int(start)) for start, close in pairs if close >= today.toordinal()
        )

    @property
    def bytes_per_offering(self) -> float:
        """Memory of all columns, names left out, per offering."""
        arrays = [value for value in vars(self).values() if isinstance(value, np.ndarray)]
        arrays += [part for day in self._days.values() for part in (day.open_months, day.cahme)]
        total = sum(array.nbytes for array in arrays) + len(self.ids)
        return total / max(1, len(self))


def build_columns(
    *,
    version: int,
    names: Names,
    offerings: Mapping[str, Sequence[Any]],
    intakes: Iterable[tuple[int, date, date | None]] = (),
    program_links: Mapping[int, Sequence[RoleLink]] | None = None,
    program_tracks: Mapping[int, tuple[float | None, float]] | None = None,
    program_certified: Mapping[int, int] | None = None,
    claimed_rows: Sequence[int] = (),
    claims_on: Callable[[int, date], tuple[Claim, ...]] = no_claims,
) -> Columns:
    """Columns from lists of equal length, one value per offering, in the words of the models.

    ``offerings`` has: ``public_id`` (16 bytes), ``program`` and ``school`` (indexes into
    ``names``), ``campus`` (slug, may be empty), ``level``, ``delivery``, ``state_rule``,
    ``states``, ``open_to_international``, ``country``, ``state``, ``months``, ``price_basis``,
    ``price``, ``price_resident``, ``price_military``, ``fees``, ``credits``, ``max_transfer``,
    ``terms``, ``currency``, ``price_as_of``, ``price_source``. ``intakes`` are (row, start, apply
    by); ``program_tracks`` a position with its tolerance.
    """
    links = program_links or {}
    program = np.asarray(offerings["program"], dtype=np.int32)
    school = np.asarray(offerings["school"], dtype=np.int32)
    states = [
        _states(rule, listed, names.states)
        for rule, listed in zip(offerings["state_rule"], offerings["states"], strict=True)
    ]
    roles, mapped = _role_matrix(links, len(names.roles), len(names.programs))
    tracks = _track_table(program_tracks or {}, len(names.programs))
    certified = np.zeros(len(names.programs), dtype=np.uint8)
    for number, bits in (program_certified or {}).items():
        certified[number] = bits
    offsets, starts, closes = _intake_columns(intakes, len(program))
    sources = {text: number for number, text in enumerate(names.sources)}
    return Columns(
        version=version,
        names=names,
        kinds=np.asarray(
            [
                LEVEL_BITS[level] | DELIVERY_BITS.get(delivery, NO_DELIVERY)
                for level, delivery in zip(offerings["level"], offerings["delivery"], strict=True)
            ],
            dtype=np.uint16,
        ),
        states=np.asarray(states, dtype=np.uint64),
        states_known=np.asarray([bool(rule) for rule in offerings["state_rule"]], dtype=np.bool_),
        international=np.asarray(
            [{None: 0, True: 1, False: 2}[value] for value in offerings["open_to_international"]],
            dtype=np.uint8,
        ),
        country=_coded(offerings["country"], names.countries, np.int16, -1),
        home_state=_coded(offerings["state"], names.states, np.uint8, NO_STATE),
        months=_numbers(offerings["months"], 1, np.int16),
        basis=_coded(offerings["price_basis"], BASES, np.uint8, 0),
        standard=_numbers(offerings["price"], 100, np.int32),
        resident=_numbers(offerings["price_resident"], 100, np.int32),
        military=_numbers(offerings["price_military"], 100, np.int32),
        fees=_numbers(offerings["fees"], 100, np.int32),
        credits=_numbers(offerings["credits"], 10, np.int32),
        max_transfer=_numbers(offerings["max_transfer"], 10, np.int32),
        terms=_numbers(offerings["terms"], 1, np.int16),
        currency=_coded(offerings["currency"], names.currencies, np.uint8, 0),
        price_as_of=np.asarray(
            [day.toordinal() if day else 0 for day in offerings["price_as_of"]], dtype=np.int32
        ),
        price_source=np.asarray(
            [sources.get(text, 0) for text in offerings["price_source"]], dtype=np.int32
        ),
        intake_offsets=offsets,
        intake_starts=starts,
        intake_closes=closes,
        track=tracks[0][program],
        tolerance=tracks[1][program],
        roles=np.ascontiguousarray(roles[:, program]),
        mapped=mapped[program],
        certified=certified[program],
        program=program,
        school=school,
        tie=_ties(names, program, school, offerings["delivery"], offerings["campus"]),
        ids=b"".join(offerings["public_id"]),
        **_link_columns(links, len(names.programs), sources),
        claimed_rows=claimed_rows,
        claims_on=claims_on,
    )


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
        return None, 0.25
    mean = sum(weight * position for weight, position, _ in weighed) / total
    contested = sum(weight * split for weight, _, split in weighed) / total
    spread = (sum(weight * (at - mean) ** 2 for weight, at, _ in weighed) / total) ** 0.5
    return mean, 0.25 + 0.5 * max(contested, spread / 2)


def _states(rule: str, listed: Sequence[str], states: Sequence[str]) -> int:
    if rule not in ("only", "except"):
        return ALL_STATES
    mask = sum(1 << states.index(state) for state in set(listed) if state in states)
    return mask if rule == "only" else ALL_STATES & ~mask


def _numbers(values: Sequence[Any], scale: int, dtype: Any) -> IntArray:
    if scale == 1:
        whole = [-1 if value is None else value for value in values]
    else:
        whole = [-1 if value is None else int(Decimal(value) * scale) for value in values]
    return np.asarray(whole, dtype=dtype)


def _coded(values: Sequence[str], words: Sequence[str], dtype: Any, unknown: int) -> IntArray:
    codes = {word: number for number, word in enumerate(words)}
    return np.asarray([codes.get(value, unknown) for value in values], dtype=dtype)


def _role_matrix(
    links: Mapping[int, Sequence[RoleLink]], roles: int, programs: int
) -> tuple[IntArray, IntArray]:
    matrix = np.zeros((roles, programs), dtype=np.uint8)
    mapped = np.zeros(programs, dtype=np.bool_)
    for program, found in links.items():
        for link in found:
            mapped[program] = True
            worth = round(link.strength * BASIS_FACTORS[link.basis] * STRENGTH_SCALE)
            matrix[link.role, program] = max(matrix[link.role, program], worth)
    return matrix, mapped


def _track_table(
    tracks: Mapping[int, tuple[float | None, float]], programs: int
) -> tuple[IntArray, IntArray]:
    position = np.full(programs, np.nan, dtype=np.float32)
    tolerance = np.full(programs, 0.25, dtype=np.float32)
    for program, (at, width) in tracks.items():
        position[program] = np.nan if at is None else at
        tolerance[program] = width
    return position, tolerance


def _intake_columns(
    intakes: Iterable[tuple[int, date, date | None]], rows: int
) -> tuple[IntArray, IntArray, IntArray]:
    flat = [(row, start, close or start) for row, start, close in intakes]
    row = np.asarray([one[0] for one in flat], dtype=np.int32)
    starts = np.asarray([one[1].toordinal() for one in flat], dtype=np.int32)
    closes = np.asarray([one[2].toordinal() for one in flat], dtype=np.int32)
    order = np.lexsort((starts, row))
    offsets = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(np.bincount(row, minlength=rows)[:rows], out=offsets[1:])
    return offsets, starts[order], closes[order]


def _link_columns(
    links: Mapping[int, Sequence[RoleLink]], programs: int, sources: Mapping[str, int]
) -> dict[str, Any]:
    flat = [link for program in range(programs) for link in links.get(program, ())]
    counts = [len(links.get(program, ())) for program in range(programs)]
    return {
        "link_offsets": np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        "link_role": np.asarray([link.role for link in flat], dtype=np.uint8),
        "link_basis": np.asarray([LINK_BASES.index(link.basis) for link in flat], dtype=np.uint8),
        "link_strength": np.asarray(
            [round(link.strength * STRENGTH_SCALE) for link in flat], dtype=np.uint8
        ),
        "link_source": np.asarray([sources.get(link.source, 0) for link in flat], dtype=np.int32),
    }


def _ties(
    names: Names,
    program: IntArray,
    school: IntArray,
    delivery: Sequence[str],
    campus: Sequence[str],
) -> IntArray:
    """A fair order among equals: the same on every machine, and not to be had by a name."""
    paths = [
        f"{names.schools[s].slug}/{names.programs[p].slug}"
        for s, p in zip(school, program, strict=True)
    ]
    keys = [
        zlib.crc32(f"{path}/{how}/{where}".encode())
        for path, how, where in zip(paths, delivery, campus, strict=True)
    ]
    return np.asarray(keys, dtype=np.uint32)


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
