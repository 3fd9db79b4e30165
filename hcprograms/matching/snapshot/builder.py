"""A snapshot from lists in the words of the models, without a database."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from hcprograms.catalog.tracks import BASIS_FACTORS, TOLERANCE
from hcprograms.catalog.tuition import BASES, Rate
from hcprograms.matching.answers import DELIVERIES
from hcprograms.matching.costs import compute_totals
from hcprograms.matching.snapshot.columns import (
    ALL_STATES,
    DELIVERY_BITS,
    LEVEL_BITS,
    LINK_BASES,
    NO_DELIVERY,
    NO_STATE,
    STRENGTH_SCALE,
    Claim,
    IntArray,
    Names,
    RoleLink,
    Snapshot,
    list_no_claims,
)

LARGEST_TOTAL = 2**31 - 1
"""Costs are kept up to here: far beyond any budget that answers may name."""


def build_snapshot(
    *,
    version: int,
    names: Names,
    offerings: Mapping[str, Sequence[Any]],
    intakes: Iterable[tuple[int, date, date | None]] = (),
    program_links: Mapping[int, Sequence[RoleLink]] | None = None,
    looked_up: Collection[int] = (),
    program_tracks: Mapping[int, tuple[float | None, float]] | None = None,
    program_certified: Mapping[int, int] | None = None,
    claimed_rows: Sequence[int] = (),
    claims_on: Callable[[int, date], tuple[Claim, ...]] = list_no_claims,
) -> Snapshot:
    """A snapshot from lists of equal length, one value per offering, in the words of the models.

    ``offerings`` has: ``public_id`` (16 bytes), ``program`` and ``school`` (indexes into
    ``names``), ``campus`` (slug, may be empty), ``level``, ``delivery``, ``state_rule``,
    ``states``, ``open_to_international``, ``country``, ``state``, ``months``, ``price_basis``,
    ``price``, ``price_resident``, ``price_military``, ``fees``, ``credits``, ``max_transfer``,
    ``terms``, ``currency``, ``price_as_of``, ``price_source``. ``intakes`` are (row, start, apply
    by); ``program_tracks`` a position with its tolerance. ``looked_up`` are the programs whose
    subject was looked up in the crosswalk: of them even no link at all is known, not unknown.
    """
    links = program_links or {}
    program = np.asarray(offerings["program"], dtype=np.int32)
    school = np.asarray(offerings["school"], dtype=np.int32)
    roles, mapped = _role_matrix(links, len(names.roles), len(names.programs))
    mapped[list(looked_up)] = True
    tracks = _track_table(program_tracks or {}, len(names.programs))
    certified = np.zeros(len(names.programs), dtype=np.uint8)
    for number, bits in (program_certified or {}).items():
        certified[number] = bits
    offsets, starts, closes = _intake_columns(intakes, len(program))
    sources = {text: number for number, text in enumerate(names.sources)}
    return Snapshot(
        version=version,
        names=names,
        kinds=np.asarray(
            [
                LEVEL_BITS[level] | DELIVERY_BITS.get(delivery, NO_DELIVERY)
                for level, delivery in zip(offerings["level"], offerings["delivery"], strict=True)
            ],
            dtype=np.uint16,
        ),
        states=_state_masks(offerings["state_rule"], offerings["states"], names.states),
        states_known=np.asarray([bool(rule) for rule in offerings["state_rule"]], dtype=np.bool_),
        international=np.asarray(
            [{None: 0, True: 1, False: 2}[value] for value in offerings["open_to_international"]],
            dtype=np.uint8,
        ),
        country=_coded(offerings["country"], names.countries, np.int16, -1),
        home_state=_coded(offerings["state"], names.states, np.uint8, NO_STATE),
        months=_numbers(offerings["months"], 1, np.int16),
        **_price_columns(offerings),
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
        tie=_ties(names, program, school, offerings),
        ids=b"".join(offerings["public_id"]),
        **_link_columns(links, len(names.programs), sources),
        claimed_rows=claimed_rows,
        claims_on=claims_on,
    )


def _price_columns(offerings: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The published prices, and what comes of them for people who transfer nothing."""
    found = {
        "basis": _coded(offerings["price_basis"], BASES, np.uint8, 0),
        "standard": _numbers(offerings["price"], 100, np.int32),
        "resident": _numbers(offerings["price_resident"], 100, np.int32),
        "military": _numbers(offerings["price_military"], 100, np.int32),
        "fees": _numbers(offerings["fees"], 100, np.int32),
        "credits": _numbers(offerings["credits"], 10, np.int32),
        "max_transfer": _numbers(offerings["max_transfer"], 10, np.int32),
        "terms": _numbers(offerings["terms"], 1, np.int16),
    }
    for rate in Rate:
        totals = compute_totals(
            basis=found["basis"],
            unit=found[rate],
            fees=found["fees"],
            credits=found["credits"],
            terms=found["terms"],
            accepted=np.zeros_like(found["credits"]),
        )
        found[f"total_{rate}"] = np.minimum(totals, LARGEST_TOTAL).astype(np.int32)
    return found


def _state_masks(
    rules: Sequence[str], listed: Sequence[Sequence[str]], states: Sequence[str]
) -> IntArray:
    """The states whose residents may enrol as bits; many offerings share the same list."""
    bits = {state: 1 << number for number, state in enumerate(states)}
    known: dict[tuple[str, ...], int] = {}

    def mask(rule: str, codes: Sequence[str]) -> int:
        if rule not in ("only", "except"):
            return ALL_STATES
        key = (rule, *codes)
        if key not in known:
            named = sum(bits[code] for code in set(codes) if code in bits)
            known[key] = named if rule == "only" else ALL_STATES & ~named
        return known[key]

    return np.asarray(
        [mask(rule, codes) for rule, codes in zip(rules, listed, strict=True)], dtype=np.uint64
    )


def _numbers(values: Sequence[Any], scale: int, dtype: Any) -> IntArray:
    if scale == 1:
        whole = [-1 if value is None else value for value in values]
    else:
        whole = [-1 if value is None else int(value * scale) for value in values]
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
    tolerance = np.full(programs, TOLERANCE, dtype=np.float32)
    for program, (at, width) in tracks.items():
        position[program] = np.nan if at is None else at
        tolerance[program] = width
    return position, tolerance


def _intake_columns(
    intakes: Iterable[tuple[int, date, date | None]], rows: int
) -> tuple[IntArray, IntArray, IntArray]:
    flat = [(row, start.toordinal(), (close or start).toordinal()) for row, start, close in intakes]
    table = np.asarray(flat, dtype=np.int32).reshape(-1, 3)
    row, starts, closes = table[:, 0], table[:, 1], table[:, 2]
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
        "link_role": np.asarray([link.role for link in flat], dtype=np.uint16),
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
    offerings: Mapping[str, Sequence[Any]],
) -> IntArray:
    """The order among equals: by program, school, how and where it is taught; ids come last."""
    of_program = dict(zip(program.tolist(), school.tolist(), strict=True))
    in_order = sorted(
        of_program,
        key=lambda number: (
            names.programs[number].casefold(),
            names.awards[number].casefold(),
            names.schools[of_program[number]].name.casefold(),
            names.schools[of_program[number]].slug,
            names.slugs[number],
        ),
    )
    rank_of = np.zeros(len(names.programs), dtype=np.int64)
    rank_of[in_order] = np.arange(len(in_order))
    delivery = np.asarray([*map((*DELIVERIES, "").index, offerings["delivery"])], dtype=np.int8)
    campus = np.unique(np.asarray(offerings["campus"], dtype=np.str_), return_inverse=True)[1]
    ids = np.frombuffer(b"".join(offerings["public_id"]), dtype=">u8").reshape(-1, 2)
    order = np.lexsort((ids[:, 1], ids[:, 0], campus, delivery, rank_of[program]))
    ties = np.empty(len(program), dtype=np.uint32)
    ties[order] = np.arange(len(program), dtype=np.uint32)
    return ties
