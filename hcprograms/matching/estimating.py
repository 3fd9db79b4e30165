"""What one offering costs one person: the same sums as in results, with every step shown."""

from dataclasses import dataclass

from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.prices import find_home_state, read_price
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


def estimate_offering(*, offering: Offering, payer: Payer) -> Estimate:
    """The cost; the offering's institution and campus are read."""
    return estimate_cost(
        price=read_price(offering),
        resident=_is_resident(payer, find_home_state(offering)),
        military=payer.military,
        transfer_credits=payer.transfer_credits,
        credits_per_term=payer.credits_per_term,
    )


def _is_resident(payer: Payer, home: str) -> bool | None:
    """None: not said, or it is not known whose residents pay less."""
    if payer.abroad:
        return False
    return payer.state == home if payer.state and home else None
