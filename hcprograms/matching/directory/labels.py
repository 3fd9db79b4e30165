"""What each facet and each of its values is called, in the reader's language."""

from collections.abc import Mapping

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hcprograms.catalog.models.choices import Delivery, Level
from hcprograms.catalog.months import name_month
from hcprograms.catalog.prices import format_money
from hcprograms.catalog.states import STATES
from hcprograms.matching.directory.facets import (
    ELSEWHERE,
    LATER,
    NONE,
    PRICE_STEPS,
    UNKNOWN,
    claim_value,
)
from hcprograms.matching.directory.search import Directory


def name_facet(key: str) -> str:
    """The facet's own name."""
    return {
        "q": _("Program or school"),
        "level": _("Level"),
        "delivery": _("Way of study"),
        "state": _("Where it is"),
        "residents": _("Where you live"),
        "track": _("Track"),
        "role": _("Job it leads to"),
        "accreditation": _("Accreditation"),
        "price": _("Tuition and fees in all"),
        "start": _("Next start"),
        "sort": _("Order"),
        "page": _("Page"),
    }.get(key, key)


def name_sorts() -> Mapping[str, str]:
    """The orders that a reader can choose."""
    return {
        "school": _("School"),
        "name": _("Name"),
        "price": _("Lowest price"),
        "start": _("Next start"),
        "length": _("Shortest"),
    }


def name_values(directory: Directory, key: str) -> Mapping[str, str]:
    """Value of this facet → its name, in the order in which a reader looks for it."""
    match key:
        case "level":
            return {str(level): capfirst(str(level.label)) for level in Level}
        case "delivery":
            names = {str(one): capfirst(str(one.label)) for one in Delivery if one}
            return {**names, UNKNOWN: _("Not published")}
        case "state":
            return STATES
        case "residents":
            return {**STATES, UNKNOWN: _("Not published")}
        case "track":
            return {
                "management": _("Management"),
                "between": _("Between the two"),
                "administration": _("Administration"),
                UNKNOWN: _("No source says"),
            }
        case "role":
            roles = [role for role in directory.snapshot.names.roles if role.is_active]
            roles.sort(key=lambda role: role.title.casefold())
            return {role.slug: role.title for role in roles}
        case "accreditation":
            return {**_name_claims(directory), NONE: _("None on record here")}
        case "price":
            return _name_prices()
        case "start":
            names = {LATER: _("Later"), UNKNOWN: _("No open start published")}
            return {
                value: names.get(value) or name_month(value)
                for value in directory.facets["start"].values
            }
    raise KeyError(key)


def _name_claims(directory: Directory) -> Mapping[str, str]:
    """In the words of the public claims themselves."""
    names = {
        value: claim.text
        for value, row in directory.claim_rows.items()
        for claim in directory.snapshot.claims_on(row, directory.today)
        if claim_value(claim) == value
    }
    return dict(sorted(names.items()))


def _name_prices() -> Mapping[str, str]:
    names: dict[str, str] = {}
    least = 0
    for end in PRICE_STEPS:
        text = _("%(low)s to %(high)s") if least else _("Up to %(high)s")
        names[f"to-{end}"] = text % {"low": format_money(least), "high": format_money(end)}
        least = end
    return {
        **names,
        f"over-{least}": _("Over %(low)s") % {"low": format_money(least)},
        ELSEWHERE: _("In another currency"),
        UNKNOWN: _("Not published"),
    }
