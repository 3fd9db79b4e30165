"""What an offering publishes about its price, ready for the estimator, and money in words."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.tuition import Estimate, Price


def read_price(offering: Offering) -> Price:
    """The published prices of one offering."""
    return Price(
        basis=offering.price_basis,
        standard=offering.price,
        resident=offering.price_resident,
        military=offering.price_military,
        fees=offering.fees_total,
        credits=offering.credits,
        max_transfer=offering.max_transfer_credits,
        terms=offering.terms,
        currency=offering.currency,
    )


def find_home_state(offering: Offering) -> str:
    """The state whose residents pay its resident price; empty where that is not known."""
    campus = offering.campus.state if offering.campus else ""
    return campus or offering.program.institution.state


def format_money(amount: Decimal | int, currency: str = "USD") -> str:
    """An exact amount: “$690”, “$19,800.50”, or with the code of another currency."""
    whole = amount == int(amount)
    shown = number_format(amount, decimal_pos=0 if whole else 2, use_l10n=True, force_grouping=True)
    return f"${shown}" if currency == "USD" else f"{currency} {shown}"


def format_range(estimate: Estimate) -> str:
    """“about $30,000”, “$24,000 to $30,000”; empty where the total is not known."""
    if estimate.total is None:
        return ""
    if estimate.lowest is not None and estimate.lowest < estimate.total:
        return _("%(low)s to %(high)s") % {
            "low": format_money(estimate.lowest, estimate.currency),
            "high": format_money(estimate.total, estimate.currency),
        }
    return _("about %(cost)s") % {"cost": format_money(estimate.total, estimate.currency)}
