"""What a visitor of the directory asks for, and the one address that says it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

FACETS = (
    "level",
    "delivery",
    "state",
    "residents",
    "track",
    "role",
    "accreditation",
    "price",
    "start",
)
SORTS = ("school", "name", "price", "start", "length")
MAX_WORDS = 6
MAX_LETTERS = 100
MAX_PAIRS = 200
"""Parameters of an address that are looked at; what comes after is left out, and said so."""
MAX_PAGE = 999_999


@dataclass(frozen=True, slots=True)
class DirectoryQuery:
    """The words searched for, the values chosen of each facet, the order, and the page.

    Of one facet any chosen value will do; of several facets each must be met.
    """

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = SORTS[0]
    page: int = 1

    @property
    def words(self) -> list[str]:
        return self.q.split()[:MAX_WORDS]

    @property
    def restrictions(self) -> int:
        """How many things leave programs out."""
        return bool(self.words) + sum(len(values) for values in self.chosen.values())

    def pairs(self) -> list[tuple[str, str]]:
        """What the address says, always in one order; without the page and the usual sorting."""
        chosen = [(key, value) for key in FACETS for value in self.chosen.get(key, ())]
        words = [("q", self.q)] if self.q else []
        order = [("sort", self.sort)] if self.sort != SORTS[0] else []
        return [*words, *chosen, *order]

    def to_query(self) -> str:
        page = [("page", str(self.page))] if self.page > 1 else []
        return urlencode([*self.pairs(), *page])

    def toggle(self, key: str, value: str) -> "DirectoryQuery":
        """The same with this value chosen, or no longer; on the first page."""
        now = self.chosen.get(key, ())
        left = tuple(one for one in now if one != value)
        values = left if value in now else tuple(sorted((*now, value)))
        return replace(self, chosen={**self.chosen, key: values}, page=1)

    def without_words(self) -> "DirectoryQuery":
        return replace(self, q="", page=1)

    def sort_by(self, sort: str) -> "DirectoryQuery":
        return replace(self, sort=sort, page=1)

    def at_page(self, page: int) -> "DirectoryQuery":
        return replace(self, page=page)


@dataclass(frozen=True, slots=True)
class RefusedParameter:
    """Something in the address that cannot be used: it was left out."""

    key: str
    value: str


def parse_query(
    parameters: Iterable[tuple[str, str]], *, known: Mapping[str, Collection[str]]
) -> tuple[DirectoryQuery, list[RefusedParameter]]:
    """The query in these parameters; ``known`` holds the values that each facet has.

    Parameters of other names, such as those of advertisements, are left out without a message.
    """
    chosen: dict[str, list[str]] = {key: [] for key in FACETS}
    single = {"q": "", "sort": "", "page": ""}
    refused: list[RefusedParameter] = []
    for number, (key, value) in enumerate(parameters):
        if number >= MAX_PAIRS:
            refused.append(RefusedParameter("", ""))
            break
        if key in single:
            single[key] = value
        elif key not in chosen or not value:
            continue
        elif value not in known.get(key, ()):
            refused.append(RefusedParameter(key, value[:40]))
        elif value not in chosen[key]:
            chosen[key].append(value)
    query = DirectoryQuery(
        q=_parse_words(single["q"], refused),
        chosen={key: tuple(sorted(values)) for key, values in chosen.items() if values},
        sort=_parse_sort(single["sort"], refused),
        page=_parse_page(single["page"], refused),
    )
    return query, refused


def _parse_words(text: str, refused: list[RefusedParameter]) -> str:
    plain = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    words = plain.split()
    if len(plain) > MAX_LETTERS or len(words) > MAX_WORDS:
        refused.append(RefusedParameter("q", plain[:40]))
    return " ".join(words[:MAX_WORDS])[:MAX_LETTERS].strip()


def _parse_sort(text: str, refused: list[RefusedParameter]) -> str:
    if text and text not in SORTS:
        refused.append(RefusedParameter("sort", text[:40]))
    return text if text in SORTS else SORTS[0]


def _parse_page(text: str, refused: list[RefusedParameter]) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text[:12]) <= MAX_PAGE:
        return int(text)
    if text:
        refused.append(RefusedParameter("page", text[:40]))
    return 1
