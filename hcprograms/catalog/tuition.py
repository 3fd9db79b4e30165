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


def estimate_cost(
    *, price: Price, resident: bool | None, military: bool, transfer_credits: int
) -> Estimate:
    """The cost for one person.

    ``resident``: lives in the state whose residents pay the resident price; None when they did
    not say. ``transfer_credits`` count as far as the institution says that it accepts them; where
    it says nothing, ``total`` counts none and ``lowest`` counts all.
    """
    units = {
        Rate.STANDARD: _cents(price.standard),
        Rate.RESIDENT: _cents(price.resident) if resident else None,
        Rate.MILITARY: _cents(price.military) if military else None,
    }
    known = {rate: cents for rate, cents in units.items() if cents is not None}
    missing = _missing(price, resident, military, transfer_credits)
    if not price.basis or not known:
        return Estimate(price.currency, missing=missing)
    rate = min(known, key=lambda each: (known[each], each != Rate.STANDARD))
    resident_cents = _cents(price.resident)
    least = known[rate]
    if resident is None and resident_cents is not None:
        least = min(least, resident_cents)
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
        credits_to_pay=_remaining(price, safe),
        fees=_ceil(_cents(price.fees) or 0, 100) if price.fees is not None else None,
        missing=missing,
    )


def _missing(
    price: Price, resident: bool | None, military: bool, transfer_credits: int
) -> tuple[Missing, ...]:
    usable = [price.standard, price.resident if resident else None]
    usable += [price.military if military else None]
    found = []
    if not price.basis or all(each is None for each in usable):
        found.append(Missing.PRICE)
    if price.basis == "credit" and price.credits is None:
        found.append(Missing.CREDITS)
    if price.basis == "term" and price.terms is None:
        found.append(Missing.TERMS)
    if price.fees is None:
        found.append(Missing.FEES)
    if transfer_credits and price.max_transfer is None and price.basis != "total":
        found.append(Missing.TRANSFER)
    if military and price.military is None:
        found.append(Missing.MILITARY)
    if resident is None and price.resident is not None:
        found.append(Missing.RESIDENCY)
    return tuple(found)


def _accepted(price: Price, transfer_credits: int, *, generous: bool) -> int:
    """Tenths of credits that transfer in, never more than the program has."""
    offered = max(0, transfer_credits) * 10
    if price.max_transfer is not None:
        offered = min(offered, _tenths(price.max_transfer))
    elif not generous:
        offered = 0
    return min(offered, _tenths(price.credits)) if price.credits is not None else 0


def _remaining(price: Price, accepted: int) -> Decimal | None:
    if price.credits is None:
        return None
    return Decimal(_tenths(price.credits) - accepted) / 10


def _total(price: Price, cents: int, accepted: int) -> int | None:
    fees = (_cents(price.fees) or 0) * 10
    if price.basis == "total":
        return _ceil(cents * 10 + fees, 1000)
    if price.basis == "credit":
        if price.credits is None:
            return None
        return _ceil(cents * (_tenths(price.credits) - accepted) + fees, 1000)
    if price.terms is None:
        return None
    terms = price.terms
    if price.credits is not None and price.credits > 0:
        whole = _tenths(price.credits)
        terms = _ceil(terms * (whole - accepted), whole)
    return _ceil(cents * terms * 10 + fees, 1000)


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else max(0, int(amount * 100))


def _tenths(credits: Decimal) -> int:
    return max(0, int(credits * 10))


def _ceil(amount: int, divisor: int) -> int:
    return -(-amount // divisor)
