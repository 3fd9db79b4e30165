"""What offerings cost one person, for whole columns: the sums are those of ``catalog.tuition``."""

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
from hcprograms.matching.profile import MatchProfile
from hcprograms.matching.snapshot.columns import NO_STATE, Index, Snapshot

Totals = NDArray[Any]


def estimate_costs(profile: MatchProfile, snapshot: Snapshot, rows: Index) -> tuple[Totals, Totals]:
    """``total`` and ``lowest`` of the estimate for these rows; −1 where unknown."""
    accepted: tuple[Totals | None, Totals | None] = None, None
    if profile.answers.transfer_credits:
        accepted = accept_credits(
            snapshot.credits[rows].astype(np.int64),
            snapshot.max_transfer[rows],
            profile.answers.transfer_credits * 10,
        )
    safe, generous = (_choose_totals(profile, snapshot, rows, credits) for credits in accepted)
    return safe[0], generous[1]


def estimate_in_budget_currency(
    profile: MatchProfile, snapshot: Snapshot, rows: Index
) -> tuple[Totals, Totals]:
    """The same; −1 also where the price is in a currency that no budget is in."""
    total, lowest = estimate_costs(profile, snapshot, rows)
    if not snapshot.has_foreign_prices:
        return total, lowest
    is_foreign = snapshot.currency[rows] != 0
    return np.where(is_foreign, UNKNOWN, total), np.where(is_foreign, UNKNOWN, lowest)


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
    profile: MatchProfile, snapshot: Snapshot, rows: Index, accepted: Totals | None
) -> tuple[Totals, Totals]:
    """The total at the lowest price that applies, and at the lowest that may apply.

    ``accepted``: tenths of credits that transfer; None: none.
    """
    total = _compute_at(Rate.STANDARD, snapshot, rows, accepted)
    if profile.is_military:
        total = choose_lower(total, _compute_at(Rate.MILITARY, snapshot, rows, accepted))
    if profile.is_abroad or not snapshot.has_resident_prices:
        return total, total
    resident = _compute_at(Rate.RESIDENT, snapshot, rows, accepted)
    may_live_there: Any = True
    if profile.state is not None:
        home = snapshot.home_state[rows]
        total = choose_lower(total, np.where(home == profile.state, resident, UNKNOWN))
        may_live_there = home == NO_STATE
    lowest = np.where(may_live_there & (total >= 0), choose_lower(total, resident), total)
    return total, lowest


def _compute_at(rate: Rate, snapshot: Snapshot, rows: Index, accepted: Totals | None) -> Totals:
    """The totals at one price; those of people who transfer nothing are summed up beforehand."""
    if accepted is None:
        kept: Totals = getattr(snapshot, f"total_{rate}")[rows]
        return kept
    return compute_totals(
        basis=snapshot.basis[rows],
        unit=getattr(snapshot, rate)[rows],
        fees=snapshot.fees[rows],
        credits=snapshot.credits[rows],
        terms=snapshot.terms[rows],
        accepted=accepted,
    )
