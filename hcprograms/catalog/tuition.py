"""What an offering costs one person: credits after transfer, the right price, fees.

Pure arithmetic on whole numbers: cents and tenths of a credit, so that nothing is lost on the
way. The end is rounded up to whole units of the currency: an estimate never promises less than
the bill. What is not published stays unknown, and the estimate says which.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Missing(StrEnum):
    """A fact that is not published and that changes the cost."""

    PRICE = "price"
    CREDITS = "credits"
    TERMS = "terms"
    FEES = "fees"
    TRANSFER = "transfer"
    MILITARY = "military"
    RESIDENCY = "residency"


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


@dataclass(frozen=True, slots=True)
class Estimate:
    """What it costs, in whole units of the currency, as far as it is known."""

    currency: str
    total: int | None = None
    """Tuition and published fees; on the safe side where something is not published."""
    lowest: int | None = None
    """The same if everything that is not published turns out in the person's favour."""
    per_term: int | None = None
    unit_price: Decimal | None = None
    """The price per credit, term or program that applies."""
    basis: str = ""
    rate: Rate = Rate.STANDARD
    credits_to_pay: Decimal | None = None
    fees: int | None = None
    """The published fees inside the total."""
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """A price in whole numbers: money in cents, credits in tenths. None means not published."""

    basis: str
    standard: int | None
    resident: int | None
    military: int | None
    fees: int | None
    credits: int | None
    max_transfer: int | None
    terms: int | None
    currency: str


def estimate_cost(
    *, price: Price, resident: bool | None, military: bool, transfer_credits: int
) -> Estimate:
    """The cost for one person.

    ``resident``: lives in the state whose residents pay the resident price; None when they did
    not say. ``transfer_credits`` count as far as the institution says that it accepts them; where
    it says nothing, ``total`` counts none and ``lowest`` counts all.
    """
    figures = Figures(
        basis=price.basis,
        standard=_whole(price.standard, 100),
        resident=_whole(price.resident, 100),
        military=_whole(price.military, 100),
        fees=_whole(price.fees, 100),
        credits=_whole(price.credits, 10),
        max_transfer=_whole(price.max_transfer, 10),
        terms=price.terms,
        currency=price.currency,
    )
    return estimate_figures(
        figures, resident=resident, military=military, transfer_credits=transfer_credits
    )


def estimate_figures(
    price: Figures, *, resident: bool | None, military: bool, transfer_credits: int
) -> Estimate:
    """The same from whole numbers."""
    known = {Rate.STANDARD: price.standard} if price.standard is not None else {}
    if resident and price.resident is not None:
        known[Rate.RESIDENT] = price.resident
    if military and price.military is not None:
        known[Rate.MILITARY] = price.military
    missing = _missing(price, resident, military, transfer_credits, bool(known))
    if not price.basis or not known:
        return Estimate(price.currency, missing=missing)
    rate = min(known, key=lambda each: (known[each], each != Rate.STANDARD))
    least = known[rate]
    if resident is None and price.resident is not None:
        least = min(least, price.resident)
    safe = _accepted(price, transfer_credits, generous=False)
    kind = _accepted(price, transfer_credits, generous=True)
    total = _total(price, known[rate], safe)
    return Estimate(
        currency=price.currency,
        total=total,
        lowest=_total(price, least, kind),
        per_term=_ceil(total, price.terms) if total is not None and price.terms else None,
        unit_price=Decimal(known[rate]) / 100,
        basis=price.basis,
        rate=rate,
        credits_to_pay=None if price.credits is None else Decimal(price.credits - safe) / 10,
        fees=None if price.fees is None else _ceil(price.fees, 100),
        missing=missing,
    )


def _missing(
    price: Figures,
    resident: bool | None,
    military: bool,
    transfer_credits: int,
    is_priced: bool,
) -> tuple[Missing, ...]:
    lacking = {
        Missing.PRICE: not price.basis or not is_priced,
        Missing.CREDITS: price.basis == "credit" and price.credits is None,
        Missing.TERMS: price.basis == "term" and price.terms is None,
        Missing.FEES: price.fees is None,
        Missing.TRANSFER: bool(transfer_credits)
        and price.max_transfer is None
        and price.basis != "total",
        Missing.MILITARY: military and price.military is None,
        Missing.RESIDENCY: resident is None and price.resident is not None,
    }
    return tuple(fact for fact, is_lacking in lacking.items() if is_lacking)


def _accepted(price: Figures, transfer_credits: int, *, generous: bool) -> int:
    """Tenths of credits that transfer in, never more than the program has."""
    if price.credits is None or not transfer_credits:
        return 0
    offered = max(0, transfer_credits) * 10
    if price.max_transfer is not None:
        offered = min(offered, price.max_transfer)
    elif not generous:
        return 0
    return min(offered, price.credits)


def _total(price: Figures, cents: int, accepted: int) -> int | None:
    fees = (price.fees or 0) * 10
    if price.basis == "total":
        return _ceil(cents * 10 + fees, 1000)
    if price.basis == "credit":
        if price.credits is None:
            return None
        return _ceil(cents * (price.credits - accepted) + fees, 1000)
    if price.terms is None:
        return None
    terms = price.terms
    if price.credits:
        terms = _ceil(terms * (price.credits - accepted), price.credits)
    return _ceil(cents * terms * 10 + fees, 1000)


def _whole(amount: Decimal | None, scale: int) -> int | None:
    return None if amount is None else max(0, int(amount * scale))


def _ceil(amount: int, divisor: int) -> int:
    return -(-amount // divisor)
