"""The estimates of ``catalog.tuition`` for many offerings at once; both always agree."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.columns import BASES, NO_STATE, Columns

Index = Any
"""Row numbers, or a slice for all rows."""
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Payer:
    """What of a person changes the price."""

    state: int | None = None
    """Index of the state they live in; None: not said."""
    abroad: bool = False
    """They live in another country: nobody's resident price."""
    military: bool = False
    transfer_credits: int = 0


def estimate_costs(
    *, columns: Columns, index: Index, payer: Payer
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``total`` and ``lowest`` of :func:`estimate_cost` for these rows; −1 where unknown."""
    basis = columns.basis[index]
    unit, least = _unit_prices(columns, index, payer)
    fees = np.maximum(columns.fees[index], 0).astype(np.int64) * 10
    credits = columns.credits[index].astype(np.int64)
    terms = columns.terms[index].astype(np.int64)
    safe, kind = _accepted(columns, index, payer, credits)
    total = _totals(basis, unit, fees, credits, terms, safe)
    if least is unit and kind is safe:
        return total, total
    return total, _totals(basis, least, fees, credits, terms, kind)


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
    if not payer.transfer_credits:
        none = np.zeros_like(credits)
        return none, none
    offered = payer.transfer_credits * 10
    most = columns.max_transfer[index].astype(np.int64)
    possible = np.maximum(credits, 0)
    safe = np.minimum(np.where(most < 0, 0, np.minimum(most, offered)), possible)
    kind = np.minimum(np.where(most < 0, offered, np.minimum(most, offered)), possible)
    return safe, kind


def _totals(
    basis: NDArray[Any],
    unit: NDArray[np.int64],
    fees: NDArray[np.int64],
    credits: NDArray[np.int64],
    terms: NDArray[np.int64],
    accepted: NDArray[np.int64],
) -> NDArray[np.int64]:
    per_credit = basis == BASES.index("credit")
    per_term = basis == BASES.index("term")
    quantity = np.full_like(unit, 10)
    quantity[per_credit] = (credits - accepted)[per_credit]
    if per_term.any():
        whole = np.maximum(credits, 1)
        left = np.where(credits > 0, -(-terms * (whole - accepted) // whole), terms)
        quantity[per_term] = left[per_term] * 10
    unknown = (unit < 0) | (basis == 0)
    unknown |= per_credit & (credits < 0)
    unknown |= per_term & (terms < 0)
    total = -(-(unit * quantity + fees) // 1000)
    total[unknown] = UNKNOWN
    return total
