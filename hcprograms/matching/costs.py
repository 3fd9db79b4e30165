"""The estimates of ``catalog.tuition`` for many offerings at once; both always agree."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.columns import BASES, NO_STATE, Columns

Index = Any
"""Row numbers, or a slice for all rows."""
Totals = NDArray[Any]
UNKNOWN = -1
NEVER = 2**32 - 1
"""``UNKNOWN`` seen as an unsigned number."""
LARGEST = 2**31 - 1
"""Costs are kept up to here: far beyond any budget that answers may name."""


@dataclass(frozen=True, slots=True)
class Payer:
    """What of a person changes the price."""

    state: int | None = None
    """Index of the state they live in; None: not said."""
    abroad: bool = False
    """They live in another country: nobody's resident price."""
    military: bool = False
    transfer_credits: int = 0


def estimate_costs(*, columns: Columns, index: Index, payer: Payer) -> tuple[Totals, Totals]:
    """``total`` and ``lowest`` of :func:`estimate_cost` for these rows; −1 where unknown."""
    if not payer.transfer_credits:
        return _kept_totals(columns, index, payer)
    unit, least = _unit_prices(columns, index, payer)
    credits = columns.credits[index].astype(np.int64)
    safe, kind = _accepted(columns, index, payer, credits)
    facts = {
        "basis": columns.basis[index],
        "fees": columns.fees[index],
        "credits": credits,
        "terms": columns.terms[index],
    }
    return (
        total_costs(unit=unit, accepted=safe, **facts),
        total_costs(unit=least, accepted=kind, **facts),
    )


def _kept_totals(columns: Columns, index: Index, payer: Payer) -> tuple[Totals, Totals]:
    """The same from what is kept per price; unsigned, unknown is larger than everything."""
    total = columns.total_standard[index].view(np.uint32)
    if payer.military:
        total = np.minimum(total, columns.total_military[index].view(np.uint32))
    if payer.abroad or not columns.some_resident_price:
        return total.view(np.int32), total.view(np.int32)
    resident = columns.total_resident[index].view(np.uint32)
    home = columns.home_state[index]
    unsure: Any = True
    if payer.state is not None:
        at_home = np.where(home == payer.state, resident, np.uint32(NEVER))
        total, unsure = np.minimum(total, at_home), home == NO_STATE
    lowest = np.where(unsure & (total != NEVER), np.minimum(total, resident), total)
    return total.view(np.int32), lowest.view(np.int32)


def _unit_prices(
    columns: Columns, index: Index, payer: Payer
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    unit = columns.standard[index].astype(np.int64)
    resident = columns.resident[index]
    if payer.military:
        unit = _cheaper(unit, columns.military[index])
    if payer.abroad:
        return unit, unit
    home = columns.home_state[index]
    unsure = home == NO_STATE
    if payer.state is not None:
        unit = _cheaper(unit, np.where(~unsure & (home == payer.state), resident, UNKNOWN))
    else:
        unsure = np.ones_like(unsure)
    least = np.where(unsure & (unit >= 0), _cheaper(unit, resident), unit)
    return unit, least


def _cheaper(one: NDArray[np.int64], other: NDArray[Any]) -> NDArray[np.int64]:
    """The lower of two prices, or the one that is known."""
    known = np.where(one < 0, other, np.minimum(one, other))
    return np.where(other < 0, one, known).astype(np.int64)


def _accepted(
    columns: Columns, index: Index, payer: Payer, credits: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tenths of credits that transfer in: as far as published, and at best."""
    offered = payer.transfer_credits * 10
    most = columns.max_transfer[index].astype(np.int64)
    possible = np.maximum(credits, 0)
    safe = np.minimum(np.where(most < 0, 0, np.minimum(most, offered)), possible)
    kind = np.minimum(np.where(most < 0, offered, np.minimum(most, offered)), possible)
    return safe, kind


def total_costs(
    *,
    basis: NDArray[Any],
    unit: NDArray[Any],
    fees: NDArray[Any],
    credits: NDArray[Any],
    terms: NDArray[Any],
    accepted: NDArray[Any],
) -> Totals:
    """Whole units of the currency, rounded up; −1 where the price or its number is unknown."""
    per_credit = basis == BASES.index("credit")
    per_term = basis == BASES.index("term")
    quantity = np.full(len(unit), 10, dtype=np.int64)
    quantity[per_credit] = (credits - accepted)[per_credit]
    if per_term.any():
        whole = np.maximum(credits, 1)
        left = np.where(
            credits > 0, -(-terms.astype(np.int64) * (whole - accepted) // whole), terms
        )
        quantity[per_term] = left[per_term] * 10
    unknown = (unit < 0) | (basis == 0)
    unknown |= per_credit & (credits < 0)
    unknown |= per_term & (terms < 0)
    thousandths = unit.astype(np.int64) * quantity + np.maximum(fees, 0).astype(np.int64) * 10
    total: Totals = np.where(unknown, UNKNOWN, -(-thousandths // 1000))
    return total
