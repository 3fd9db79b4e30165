"""What offerings cost one person, for whole columns: the sums are those of ``catalog.tuition``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcprograms.catalog.tuition import (
    UNKNOWN,
    Rate,
    accept_credits,
    choose_lower,
    compute_total,
    compute_tuition,
    count_terms,
)
from hcprograms.matching.columns import NO_STATE, Columns

Index = Any
"""Row numbers, or a slice for all rows."""
Totals = NDArray[Any]


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
    """``total`` and ``lowest`` of the estimate for these rows; −1 where unknown."""
    home = columns.home_state[index]
    if not payer.transfer_credits:
        # Most people bring no credits along: what everybody else pays is summed up beforehand.
        return _choose_totals(
            {rate: getattr(columns, f"total_{rate}")[index] for rate in Rate},
            payer=payer,
            home=home,
            some_resident_price=columns.some_resident_price,
        )
    facts = {
        "basis": columns.basis[index],
        "fees": columns.fees[index],
        "credits": columns.credits[index],
        "terms": columns.terms[index],
    }
    accepted = accept_credits(
        facts["credits"], columns.max_transfer[index], payer.transfer_credits * 10
    )
    safe, generous = (
        _choose_totals(
            {
                rate: compute_totals(unit=getattr(columns, rate)[index], accepted=some, **facts)
                for rate in Rate
            },
            payer=payer,
            home=home,
            some_resident_price=columns.some_resident_price,
        )
        for some in accepted
    )
    return safe[0], generous[1]


def compute_totals(
    *,
    basis: Totals,
    unit: Totals,
    fees: Totals,
    credits: Totals,
    terms: Totals,
    accepted: Totals,
) -> Totals:
    """The whole cost at one price, with these credits transferred; −1 where it is unknown."""
    unit, fees, credits, terms = (
        column.astype(np.int64) for column in (unit, fees, credits, terms)
    )
    left = count_terms(terms, credits, accepted)
    total: Totals = compute_total(compute_tuition(basis, unit, credits, left, accepted), fees)
    return total


def _choose_totals(
    totals: Mapping[Rate, Totals], *, payer: Payer, home: Totals, some_resident_price: bool
) -> tuple[Totals, Totals]:
    """The total at the lowest price that applies, and at the lowest that may apply."""
    total = totals[Rate.STANDARD]
    if payer.military:
        total = choose_lower(total, totals[Rate.MILITARY])
    if payer.abroad or not some_resident_price:
        return total, total
    resident = totals[Rate.RESIDENT]
    may_live_there: Any = True
    if payer.state is not None:
        total = choose_lower(total, np.where(home == payer.state, resident, UNKNOWN))
        may_live_there = home == NO_STATE
    lowest = np.where(may_live_there & (total >= 0), choose_lower(total, resident), total)
    return total, lowest
