"""The directory's page in words and links: facets with counts, what is chosen, the programs."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from hcprograms.catalog.listing import ProgramCard, arrange_cards
from hcprograms.catalog.models.choices import Status
from hcprograms.catalog.models.programs import Offering
from hcprograms.matching.directory.facets import ELSEWHERE
from hcprograms.matching.directory.labels import name_facet, name_sorts, name_values
from hcprograms.matching.directory.query import (
    SORTS,
    DirectoryQuery,
    RefusedParameter,
    parse_query,
)
from hcprograms.matching.directory.search import Directory, SearchResult

PAGE_SIZE = 20
LINKED = ("level", "delivery", "track", "price", "start", "accreditation")
"""Facets with few values: a link each."""
LISTED = ("state", "residents", "role")
"""Facets with many values: a list in the form."""
ALWAYS_SHOWN = frozenset({"level", "delivery", "track", "price"})
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
class FacetChoices:
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


class FilterChip(NamedTuple):
    """Something that leaves programs out, and the address without it."""

    facet: str
    text: str
    query: str


class SortLink(NamedTuple):
    """One order of the list, and the address that asks for it."""

    key: str
    label: str
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ListedProgram:
    """A program of the list; ``offering`` is the fitting one that stands for it."""

    card: ProgramCard
    offering: Offering
    next_start: date | None

    @property
    def place(self) -> str:
        """City and state of the campus, or else of the school."""
        at = self.offering.campus or self.card.program.institution
        return ", ".join(filter(None, [at.city, at.state]))

    @property
    def is_bare(self) -> bool:
        """Whether none of price, time and start is published."""
        return not (self.card.cost or self.card.months or self.next_start)


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """Everything that a page of the directory says."""

    today: date
    query: DirectoryQuery
    result: SearchResult
    programs: Sequence[ListedProgram]
    linked: Sequence[FacetChoices]
    listed: Sequence[FacetChoices]
    chips: Sequence[FilterChip]
    orders: Sequence[SortLink]
    notices: Sequence[str]
    """What of the address was left out."""
    is_indexed: bool

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the forms have to hand on, because their own fields do not say it."""
        return self.query.pairs()

    @property
    def previous(self) -> str:
        """The address of the page before; empty on the first."""
        return self._page_query(self.result.page - 1)

    @property
    def next(self) -> str:
        """The address of the page after; empty on the last."""
        return self._page_query(self.result.page + 1)

    def _page_query(self, number: int) -> str:
        if not 1 <= number <= self.result.pages:
            return ""
        return "?" + self.query.at_page(number).to_query()


def build_page(directory: Directory, parameters: Iterable[tuple[str, str]]) -> DirectoryPage:
    """The page that these parameters of an address ask for."""
    query, refused = parse_query(parameters, known=directory.values)
    result = directory.find(query, page_size=PAGE_SIZE)
    if result.page != query.page:
        refused.append(RefusedParameter("page", str(query.page)))
        query = query.at_page(result.page)
    names = {key: name_values(directory, key) for key in (*LINKED, *LISTED)}
    return DirectoryPage(
        today=directory.today,
        query=query,
        result=result,
        programs=list_programs(directory, result),
        linked=[_list_choices(query, result, key, names[key]) for key in LINKED],
        listed=[_list_choices(query, result, key, names[key]) for key in LISTED],
        chips=_list_chips(query, names),
        orders=[
            SortLink(key, label, query.sort_by(key).to_query(), key == query.sort)
            for key, label in name_sorts().items()
        ],
        notices=[explain_refused(one) for one in refused],
        is_indexed=is_indexed(query) and not refused,
    )


def list_programs(directory: Directory, result: SearchResult) -> list[ListedProgram]:
    """The programs of the page in order, without those that were retired meanwhile.

    They are read from the database: as fresh as it is. Two queries, none where nothing was found.
    Whether a program is published is looked at here: asked for that, SQLite would go through all
    published programs.
    """
    rows = {uuid.UUID(directory.snapshot.public_id(row)): row for row in result.rows}
    of_the_same = Offering.objects.filter(public_id__in=list(rows)).values("program")
    offerings = [
        one
        for one in Offering.objects.filter(program__in=of_the_same, status=Status.PUBLISHED)
        .select_related("program__institution", "campus")
        .order_by("delivery", "pk")
        if one.program.status == Status.PUBLISHED and one.program.institution.is_published
    ]
    published = {one.public_id: one for one in offerings}
    shown = [published[public_id] for public_id in rows if public_id in published]
    cards = arrange_cards(
        [one.program for one in shown], offerings=offerings, today=directory.today
    )
    return [
        ListedProgram(card, one, directory.next_start(rows[one.public_id]))
        for card, one in zip(cards, shown, strict=True)
    ]


def is_indexed(query: DirectoryQuery) -> bool:
    """Whether search engines may keep the page: the whole list, and single values of few facets."""
    chosen = [key for key, values in query.chosen.items() for _value in values]
    return (
        not query.words
        and query.sort == SORTS[0]
        and (not chosen or (len(chosen) == 1 and chosen[0] in INDEXED))
    )


def explain_refused(one: RefusedParameter) -> str:
    """What of the address was left out, in words."""
    match one.key:
        case "":
            return _("This address says more than anybody can choose; its end was left out.")
        case "q":
            return _("Only the first few words were searched for.")
        case "page" if one.value.isdecimal():
            return _("There is no page %(page)s; this is the last one.") % {"page": one.value}
    params = {"value": one.value, "facet": name_facet(one.key)}
    return _("“%(value)s” cannot be chosen under “%(facet)s”, so it was left out.") % params


def _list_choices(
    query: DirectoryQuery, result: SearchResult, key: str, names: Mapping[str, str]
) -> FacetChoices:
    counts, chosen = result.counts[key], query.chosen.get(key, ())
    may_follow = is_indexed(query) and not query.restrictions and key in INDEXED
    return FacetChoices(
        key,
        name_facet(key),
        [
            Choice(
                value=value,
                label=label,
                programs=_format_count(counts[value]),
                query=query.toggle(key, value).to_query() if key in LINKED else "",
                is_chosen=value in chosen,
                may_follow=may_follow,
            )
            for value, label in names.items()
            if value in counts
            and (counts[value] or value in chosen or (key in ALWAYS_SHOWN and value not in HIDDEN))
        ],
    )


def _format_count(count: int) -> str:
    """A number as people write it; empty for none."""
    return number_format(count, force_grouping=True) if count > 999 else str(count or "")


def _list_chips(query: DirectoryQuery, names: Mapping[str, Mapping[str, str]]) -> list[FilterChip]:
    chips = [
        FilterChip(
            name_facet(key), names[key].get(value, value), query.toggle(key, value).to_query()
        )
        for key, values in query.chosen.items()
        for value in values
    ]
    if query.q:
        chips.insert(
            0, FilterChip(name_facet("q"), f"“{query.q}”", query.without_words().to_query())
        )
    return chips
