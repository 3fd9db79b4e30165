"""What one offering costs one person: the same sums as in results, with every step shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.prices import find_home_state, read_price
from hcprograms.catalog.states import STATES
from hcprograms.catalog.tuition import Estimate, estimate_cost


@dataclass(frozen=True, slots=True)
class Payer:
    """What a person says that changes the price."""

    state: str = ""
    """Code of the US state they live in; empty: not said."""
    abroad: bool = False
    military: bool = False
    transfer_credits: int = 0
    credits_per_term: int | None = None


NOBODY_SPECIAL = Payer(abroad=True)
"""Somebody of whom nothing is known: the price for everybody."""


def read_payer(query: Mapping[str, str]) -> Payer | None:
    """Who pays, as the answers in an address say; None where they say nothing that counts."""
    state, country = query.get("state", ""), query.get("country", "")
    credits = query.get("transfer_credits", "")
    payer = Payer(
        state=state if state in STATES else "",
        abroad=country not in ("", "US"),
        military=query.get("military", "none") not in ("", "none"),
        transfer_credits=int(credits)
        if credits.isascii() and credits.isdecimal() and len(credits) < 4
        else 0,
    )
    return None if payer == Payer() else payer


def estimate_offering(*, offering: Offering, payer: Payer) -> Estimate:
    """The cost; the offering's institution and campus are read."""
    return estimate_cost(
        price=read_price(offering),
        resident=_is_resident(payer, offering),
        military=payer.military,
        transfer_credits=payer.transfer_credits,
        credits_per_term=payer.credits_per_term,
    )


def _is_resident(payer: Payer, offering: Offering) -> bool | None:
    """None: not said, or it is not known whose residents pay less."""
    if payer.abroad:
        return False
    home = find_home_state(offering) if payer.state else ""
    return payer.state == home if home else None
