"""The directory's page in words and links: facets with counts, what is chosen, what was refused."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from hcprograms.matching.columns import Columns
from hcprograms.matching.directory.browsing import Browsed, browse
from hcprograms.matching.directory.facets import ELSEWHERE
from hcprograms.matching.directory.labels import name_facet, name_sorts, name_values
from hcprograms.matching.directory.listing import Listed, list_found
from hcprograms.matching.directory.wanted import SORTS, Refused, Wanted

LINKED = ("level", "delivery", "track", "price", "start", "accreditation")
"""Facets with few values: a link each."""
LISTED = ("state", "residents", "role")
"""Facets with many values: a list in the form."""
WHOLE = frozenset({"level", "delivery", "track", "price"})
"""Facets that show their values without a program too, so that the list keeps its shape."""
HIDDEN = frozenset({ELSEWHERE})
"""Values that are shown only where there is a program."""
INDEXED = frozenset({"level", "delivery", "state", "track"})
"""Facets of which one single value makes a page that search engines may keep."""


class Choice(NamedTuple):
    """One value of a facet: how many programs it leaves (empty: none), and what toggles it."""

    value: str
    label: str
    programs: str
    query: str
    is_chosen: bool
    may_follow: bool
    """Whether search engines may follow the link: not into combinations."""


@dataclass(frozen=True, slots=True)
class Group:
    """A facet with the values to show."""

    key: str
    title: str
    choices: Sequence[Choice]

    @property
    def chosen(self) -> int:
        return sum(choice.is_chosen for choice in self.choices)

    @property
    def options(self) -> list[tuple[str, str]]:
        """Value and words of what is not chosen yet, for a list in a form."""
        return [
            (one.value, f"{one.label} ({one.programs})")
            for one in self.choices
            if not one.is_chosen
        ]


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that leaves programs out, and the address without it."""

    facet: str
    text: str
    query: str


@dataclass(frozen=True, slots=True)
class Order:
    """One order of the list, and the address that asks for it."""

    key: str
    label: str
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of the directory with everything that its page says."""

    browsed: Browsed
    programs: Sequence[Listed]

    linked: Sequence[Group]
    listed: Sequence[Group]
    chips: Sequence[Chip]
    orders: Sequence[Order]
    complaints: Sequence[str]
    is_indexed: bool

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the forms have to hand on, because their own fields do not say it."""
        return self.browsed.wanted.pairs()

    @property
    def previous(self) -> str:
        """The address of the page before; empty on the first."""
        return self._page(self.browsed.found.page - 1)

    @property
    def next(self) -> str:
        """The address of the page after; empty on the last."""
        return self._page(self.browsed.found.page + 1)

    def _page(self, number: int) -> str:
        if not 1 <= number <= self.browsed.found.pages:
            return ""
        return "?" + self.browsed.wanted.on_page(number).to_query()


def visit(columns: Columns, said: Iterable[tuple[str, str]], *, today: date) -> Visit:
    """The page that these parameters of an address ask for."""
    browsed = browse(columns, said, today=today)
    names = {key: name_values(browsed.directory, key) for key in (*LINKED, *LISTED)}
    wanted = browsed.wanted
    return Visit(
        browsed=browsed,
        programs=list_found(browsed),
        linked=[_group(browsed, key, names[key]) for key in LINKED],
        listed=[_group(browsed, key, names[key]) for key in LISTED],
        chips=list(_chips(wanted, names)),
        orders=[
            Order(key, label, wanted.sorted_by(key).to_query(), key == wanted.sort)
            for key, label in name_sorts().items()
        ],
        complaints=[complain(one) for one in browsed.refused],
        is_indexed=is_indexed(wanted) and not browsed.refused,
    )


def is_indexed(wanted: Wanted) -> bool:
    """Whether search engines may keep the page: the whole list, and single values of few facets."""
    chosen = [key for key, values in wanted.chosen.items() for _value in values]
    return (
        not wanted.words
        and wanted.sort == SORTS[0]
        and (not chosen or (len(chosen) == 1 and chosen[0] in INDEXED))
    )


def complain(one: Refused) -> str:
    """What of the address was left out, in words."""
    match one.key:
        case "":
            return _("This address says more than anybody can choose; its end was left out.")
        case "q":
            return _("Only the first few words were searched for.")
        case "page" if one.value.isdecimal():
            return _("There is no page %(page)s; this is the last one.") % {"page": one.value}
    said = {"value": one.value, "facet": name_facet(one.key)}
    return _("“%(value)s” cannot be chosen under “%(facet)s”, so it was left out.") % said


def _group(browsed: Browsed, key: str, names: Mapping[str, str]) -> Group:
    wanted, counts = browsed.wanted, browsed.found.counts[key]
    chosen = wanted.chosen.get(key, ())
    plain = is_indexed(wanted) and not wanted.narrows and key in INDEXED
    return Group(
        key,
        name_facet(key),
        [
            Choice(
                value=value,
                label=label,
                programs=say_count(counts[value]),
                query=wanted.toggled(key, value).to_query() if key in LINKED else "",
                is_chosen=value in chosen,
                may_follow=plain,
            )
            for value, label in names.items()
            if value in counts and (counts[value] or value in chosen or is_kept(key, value))
        ],
    )


def say_count(count: int) -> str:
    """A number as people write it; empty for none."""
    return number_format(count, force_grouping=True) if count > 999 else str(count or "")


def is_kept(key: str, value: str) -> bool:
    """Whether a value is shown although it would leave no program."""
    return key in WHOLE and value not in HIDDEN


def _chips(wanted: Wanted, names: Mapping[str, Mapping[str, str]]) -> Iterator[Chip]:
    if wanted.q:
        yield Chip(name_facet("q"), f"“{wanted.q}”", wanted.without_words().to_query())
    for key, values in wanted.chosen.items():
        for value in values:
            label = names[key].get(value, value)
            yield Chip(name_facet(key), label, wanted.toggled(key, value).to_query())
