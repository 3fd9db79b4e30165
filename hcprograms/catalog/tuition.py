"""What an offering costs one person: credits after transfer, the right price, fees.

Pure arithmetic on whole numbers: cents and tenths of a credit, so that nothing is lost on the
way. The end is rounded up to whole units of the currency: an estimate never promises less than
the bill. What is not published stays unknown, and the estimate says which.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


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
    known = {Rate.STANDARD: price.standard} if price.standard is not None else {}
    if resident and price.resident is not None:
        known[Rate.RESIDENT] = price.resident
    if military and price.military is not None:
        known[Rate.MILITARY] = price.military
    safe = _accepted(price, transfer_credits, generous=False)
    kind = _accepted(price, transfer_credits, generous=True)
    published, own = _terms(price, safe, None), _terms(price, safe, credits_per_term)
    missing = _missing(
        price,
        resident=resident,
        military=military,
        transfers=bool(transfer_credits),
        is_priced=bool(known),
        has_terms=own is not None,
        is_faster=own is not None and published is not None and own < published,
    )
    if not price.basis or not known:
        return Estimate(price.currency, missing=missing)
    rate = min(known, key=lambda each: (known[each], each != Rate.STANDARD))
    least = known[rate]
    if resident is None and price.resident is not None:
        least = min(least, price.resident)
    terms = own
    if price.basis == "term" and published is not None and own is not None:
        terms = max(published, own)
    tuition = _tuition(price, known[rate], safe, terms)
    lowest = _tuition(price, least, kind, _terms(price, kind, credits_per_term))
    fees = price.fees or 0
    total = None if tuition is None else _ceil(tuition + fees * 10, 1000)
    return Estimate(
        currency=price.currency,
        total=total,
        lowest=None if lowest is None else _ceil(lowest + fees * 10, 1000),
        per_term=_ceil(total, terms) if total is not None and terms else None,
        terms=terms,
        tuition=None if tuition is None else Decimal(tuition) / 1000,
        unit_price=Decimal(known[rate]) / 100,
        basis=price.basis,
        rate=rate,
        credits_to_pay=None if price.credits is None else Decimal(price.credits - safe) / 10,
        fees=None if price.fees is None else _ceil(price.fees, 100),
        missing=missing,
    )


def _missing(
    price: Figures,
    *,
    resident: bool | None,
    military: bool,
    transfers: bool,
    is_priced: bool,
    has_terms: bool,
    is_faster: bool,
) -> tuple[Missing, ...]:
    per_term = price.basis == "term"
    lacking = (
        (Missing.PRICE, not price.basis or not is_priced),
        (Missing.CREDITS, price.basis == "credit" and price.credits is None),
        (Missing.TERMS, per_term and not has_terms),
        (Missing.FEES, price.fees is None),
        (Missing.TRANSFER, transfers and price.max_transfer is None and price.basis != "total"),
        (Missing.MILITARY, military and price.military is None),
        (Missing.RESIDENCY, resident is None and price.resident is not None),
        (Missing.PACE, per_term and is_faster),
    )
    return tuple([fact for fact, is_lacking in lacking if is_lacking])


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


def _terms(price: Figures, accepted: int, credits_per_term: int | None) -> int | None:
    """Terms that are left after transfer, at this pace or at the published one."""
    if credits_per_term and price.credits is not None:
        return _ceil(price.credits - accepted, credits_per_term * 10)
    if price.terms is None or not price.credits:
        return price.terms
    return _ceil(price.terms * (price.credits - accepted), price.credits)


def _tuition(price: Figures, cents: int, accepted: int, terms: int | None) -> int | None:
    """In thousandths of the currency's unit."""
    number = {"total": 1, "term": terms}.get(price.basis)
    if number is not None:
        return cents * 10 * number
    if price.basis != "credit" or price.credits is None:
        return None
    return cents * (price.credits - accepted)


def _whole(amount: Decimal | None, scale: int) -> int | None:
    return None if amount is None else max(0, int(amount * scale))


def _ceil(amount: int, divisor: int) -> int:
    return -(-amount // divisor)
