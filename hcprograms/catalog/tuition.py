"""What an offering costs one person: credits after transfer, the right price, fees.

All arithmetic is on whole numbers, cents and tenths of a credit, so that nothing is lost on the
way; −1 means not published. The total is rounded up to whole units of the currency: an estimate
never promises less than the bill.

The functions with ``Number`` parameters take numbers of one offering or numpy columns of many, so
that estimator and matching cannot disagree.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

Number = Any
"""A whole number, or an array of them; −1: not published."""
UNKNOWN = -1
BASES = ("", "credit", "term", "total")
"""What a price is for; the code of a basis is its place here."""


class Missing(StrEnum):
    """A fact that is not published and that changes the cost."""

    PRICE = "price"
    CREDITS = "credits"
    TERMS = "terms"
    FEES = "fees"
    TRANSFER = "transfer"
    MILITARY = "military"
    RESIDENCY = "residency"
    PACE = "pace"


class Rate(StrEnum):
    """Which of the published prices an estimate uses."""

    STANDARD = "standard"
    RESIDENT = "resident"
    MILITARY = "military"


@dataclass(frozen=True, slots=True)
class Price:
    """The published prices of one offering. None means not published."""

    basis: str = ""
    """``credit``, ``term``, ``total``; empty: not published."""
    standard: Decimal | None = None
    resident: Decimal | None = None
    military: Decimal | None = None
    fees: Decimal | None = None
    credits: Decimal | None = None
    max_transfer: Decimal | None = None
    terms: int | None = None
    currency: str = "USD"


class Estimate(NamedTuple):
    """What it costs, in whole units of the currency, as far as it is known."""

    currency: str
    total: int | None = None
    """Tuition and published fees; on the safe side where something is not published."""
    lowest: int | None = None
    """The same if everything that is not published turns out in the person's favour."""
    per_term: int | None = None
    """The total spread over ``terms``."""
    terms: int | None = None
    """How many terms the total counts, after transfer and at the person's own pace."""
    tuition: Decimal | None = None
    """The exact part of the total that is no fee."""
    unit_price: Decimal | None = None
    """The price per credit, term or program that applies."""
    basis: str = ""
    rate: Rate = Rate.STANDARD
    credits_to_pay: Decimal | None = None
    fees: int | None = None
    """The published fees inside the total."""
    missing: tuple[Missing, ...] = ()


class Figures(NamedTuple):
    """A price in whole numbers: money in cents, credits in tenths. −1 means not published."""

    basis: int
    """Index into ``BASES``."""
    standard: int
    resident: int
    military: int
    fees: int
    credits: int
    max_transfer: int
    terms: int
    currency: str


def estimate_cost(
    *,
    price: Price,
    resident: bool | None,
    military: bool,
    transfer_credits: int,
    credits_per_term: int | None = None,
) -> Estimate:
    """The cost for one person.

    ``resident``: lives in the state whose residents pay the resident price; None when they did
    not say. ``transfer_credits`` count as far as the institution says that it accepts them; where
    it says nothing, ``total`` counts none and ``lowest`` counts all. ``credits_per_term``: the
    person's own pace; where each term has its price, going slower costs more, and going faster
    than published makes only ``lowest`` less.
    """
    figures = Figures(
        basis=BASES.index(price.basis),
        standard=_whole(price.standard, 100),
        resident=_whole(price.resident, 100),
        military=_whole(price.military, 100),
        fees=_whole(price.fees, 100),
        credits=_whole(price.credits, 10),
        max_transfer=_whole(price.max_transfer, 10),
        terms=_whole(price.terms, 1),
        currency=price.currency,
    )
    return estimate_figures(
        figures,
        resident=resident,
        military=military,
        transfer_credits=transfer_credits,
        credits_per_term=credits_per_term,
    )


def estimate_figures(
    price: Figures,
    *,
    resident: bool | None,
    military: bool,
    transfer_credits: int,
    credits_per_term: int | None = None,
) -> Estimate:
    """The same from whole numbers."""
    unit, rate = price.standard, Rate.STANDARD
    if resident and choose_lower(unit, price.resident) != unit:
        unit, rate = price.resident, Rate.RESIDENT
    if military and choose_lower(unit, price.military) != unit:
        unit, rate = price.military, Rate.MILITARY
    # The residents' price is cheaper for somebody who did not say where they live.
    least = choose_lower(unit, price.resident) if resident is None and unit >= 0 else unit
    safe, generous = accept_credits(price.credits, price.max_transfer, transfer_credits * 10)
    published = count_terms(price.terms, price.credits, safe)
    own = count_terms(price.terms, price.credits, safe, pace=credits_per_term)
    missing = _list_missing(
        price,
        resident=resident,
        military=military,
        transfers=bool(transfer_credits),
        is_priced=unit >= 0,
        has_terms=own >= 0,
        is_faster=0 <= own < published,
    )
    if not price.basis or unit < 0:
        return Estimate(price.currency, missing=missing)
    # Whether the school lets a student go faster than it publishes is not known.
    terms = max(published, own) if BASES[price.basis] == "term" and published >= 0 else own
    fastest = count_terms(price.terms, price.credits, generous, pace=credits_per_term)
    exact = compute_tuition(price.basis, unit, price.credits, terms, safe)
    lowest = compute_tuition(price.basis, least, price.credits, fastest, generous)
    total = compute_total(exact, price.fees)
    return Estimate(
        currency=price.currency,
        total=_known(total),
        lowest=_known(compute_total(lowest, price.fees)),
        per_term=_ceil(total, terms) if total >= 0 and terms > 0 else None,
        terms=_known(terms),
        tuition=None if exact < 0 else Decimal(exact) / 1000,
        unit_price=Decimal(unit) / 100,
        basis=BASES[price.basis],
        rate=rate,
        credits_to_pay=None if price.credits < 0 else Decimal(price.credits - safe) / 10,
        fees=None if price.fees < 0 else _ceil(price.fees, 100),
        missing=missing,
    )


def choose_lower(one: Number, other: Number) -> Number:
    """The lower of two prices, or the one that is published."""
    is_other = (other >= 0) & ((other < one) | (one < 0))
    return _choose(is_other, other, one)


def accept_credits(credits: Number, max_transfer: Number, offered: int) -> tuple[Number, Number]:
    """Tenths of credits that transfer in: as far as published, and at best.

    Never more than the program has.
    """
    if offered <= 0:
        return credits * 0, credits * 0
    possible = _choose(credits < 0, credits * 0, credits)
    best = _choose(possible < offered, possible, offered)
    limited = _choose(max_transfer < best, max_transfer, best)
    is_published = max_transfer >= 0
    return _choose(is_published, limited, 0), _choose(is_published, limited, best)


def count_terms(
    terms: Number, credits: Number, accepted: Number, *, pace: int | None = None
) -> Number:
    """Terms that are left after transfer: as published, or at ``pace`` credits a term."""
    has_credits = credits > 0
    whole = _choose(has_credits, credits, 1)
    left = _choose(has_credits, credits - accepted, 1)
    published = _choose(terms < 0, UNKNOWN, _ceil(terms * left, whole))
    if not pace:
        return published
    return _choose(credits >= 0, _ceil(credits - accepted, pace * 10), published)


def compute_tuition(
    basis: Number, unit: Number, credits: Number, terms: Number, accepted: Number
) -> Number:
    """Everything but fees, in thousandths of the currency's unit. ``terms``: those to pay for."""
    per_credit, per_term = basis == BASES.index("credit"), basis == BASES.index("term")
    number = _choose(per_credit, credits - accepted, _choose(per_term, terms * 10, 10))
    is_unknown = (basis == 0) | (unit < 0) | per_credit & (credits < 0) | per_term & (terms < 0)
    return _choose(is_unknown, UNKNOWN, unit * number)


def compute_total(tuition: Number, fees: Number) -> Number:
    """Tuition in thousandths and published fees in cents, as whole units, rounded up."""
    exact = tuition + _choose(fees < 0, 0, fees) * 10
    return _choose(tuition < 0, UNKNOWN, _ceil(exact, 1000))


def _choose(condition: Any, yes: Number, no: Number) -> Number:
    """``yes`` where the condition holds, else ``no``: of one offering, or of each in a column."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, yes, no)
    return yes if condition else no


def _list_missing(
    price: Figures,
    *,
    resident: bool | None,
    military: bool,
    transfers: bool,
    is_priced: bool,
    has_terms: bool,
    is_faster: bool,
) -> tuple[Missing, ...]:
    basis = BASES[price.basis]
    lacking = (
        (Missing.PRICE, not basis or not is_priced),
        (Missing.CREDITS, basis == "credit" and price.credits < 0),
        (Missing.TERMS, basis == "term" and not has_terms),
        (Missing.FEES, price.fees < 0),
        (Missing.TRANSFER, transfers and price.max_transfer < 0 and basis != "total"),
        (Missing.MILITARY, military and price.military < 0),
        (Missing.RESIDENCY, resident is None and price.resident >= 0),
        (Missing.PACE, basis == "term" and is_faster),
    )
    return tuple([fact for fact, is_lacking in lacking if is_lacking])


def _whole(amount: Decimal | int | None, scale: int) -> int:
    return UNKNOWN if amount is None else max(0, int(amount * scale))


def _known(number: int) -> int | None:
    return None if number < 0 else number


def _ceil(amount: Number, divisor: Number) -> Number:
    return -(-amount // divisor)
