"""What each value of a facet is called, in the reader's language."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Delivery, Level
from hcprograms.catalog.states import STATES
from hcprograms.matching.directory.facets import (
    ELSEWHERE,
    LATER,
    NONE,
    PRICE_STEPS,
    UNKNOWN,
    name_claim,
)
from hcprograms.matching.directory.finding import Directory
from hcprograms.matching.fields import say_month
from hcprograms.matching.texts import money


def name_values(directory: Directory, key: str) -> Mapping[str, str]:
    """Value → its name, in the order in which a reader looks for it."""
    named: Mapping[str, Callable[[Directory], Mapping[str, str]]] = {
        "level": _levels,
        "delivery": _deliveries,
        "state": _states,
        "residents": _residents,
        "track": _tracks,
        "role": _roles,
        "accreditation": _accreditations,
        "price": _prices,
        "start": _starts,
    }
    return named[key](directory)


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


def _levels(directory: Directory) -> Mapping[str, str]:
    return {str(level): capfirst(str(level.label)) for level in Level}


def _deliveries(directory: Directory) -> Mapping[str, str]:
    said = {str(one): capfirst(str(one.label)) for one in Delivery if one}
    return {**said, UNKNOWN: _("Not published")}


def _states(directory: Directory) -> Mapping[str, str]:
    return STATES


def _residents(directory: Directory) -> Mapping[str, str]:
    return {**STATES, UNKNOWN: _("Not published")}


def _tracks(directory: Directory) -> Mapping[str, str]:
    return {
        "management": _("Management"),
        "between": _("Between the two"),
        "administration": _("Administration"),
        UNKNOWN: _("No source says"),
    }


def _roles(directory: Directory) -> Mapping[str, str]:
    named = {role.slug: role.title for role in directory.columns.names.roles if role.is_active}
    return dict(sorted(named.items(), key=lambda each: each[1].casefold()))


def _accreditations(directory: Directory) -> Mapping[str, str]:
    """In the words of the public claims themselves."""
    said = {
        value: claim.text
        for value, row in directory.claim_rows.items()
        for claim in directory.columns.claims_on(row, directory.today)
        if name_claim(claim) == value
    }
    return {**dict(sorted(said.items())), NONE: _("None on record here")}


def _prices(directory: Directory) -> Mapping[str, str]:
    return dict(_price_ranges())


def _price_ranges() -> Iterator[tuple[str, str]]:
    least = 0
    for end in PRICE_STEPS:
        said = _("%(low)s to %(high)s") if least else _("Up to %(high)s")
        yield f"to-{end}", said % {"low": money(least), "high": money(end)}
        least = end
    yield f"over-{least}", _("Over %(low)s") % {"low": money(least)}
    yield ELSEWHERE, _("In another currency")
    yield UNKNOWN, _("Not published")


def _starts(directory: Directory) -> Mapping[str, str]:
    special = {LATER: _("Later"), UNKNOWN: _("No open start published")}
    say = partial(special.get)
    return {one: say(one) or say_month(one) for one in directory.facets["start"].values}
