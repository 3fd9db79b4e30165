"""What a visitor of the directory asked for, and the one address that says it. Pure."""

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
MOST_WORDS = 6
MOST_LETTERS = 100
MOST_PAIRS = 200
"""Parameters of an address that are looked at; what comes after is left out, and said so."""
LARGEST_PAGE = 999_999


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words searched for, the values chosen of each facet, the order, and the page.

    Of one facet any chosen value will do; of several facets each must be met.
    """

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = SORTS[0]
    page: int = 1

    @property
    def words(self) -> list[str]:
        return self.q.split()[:MOST_WORDS]

    @property
    def narrows(self) -> int:
        """How many things leave programs out."""
        return bool(self.words) + sum(len(values) for values in self.chosen.values())

    def pairs(self) -> list[tuple[str, str]]:
        """What the address says, always in one order; without the page and the usual sorting."""
        said = [(key, value) for key in FACETS for value in self.chosen.get(key, ())]
        words = [("q", self.q)] if self.q else []
        order = [("sort", self.sort)] if self.sort != SORTS[0] else []
        return [*words, *said, *order]

    def to_query(self) -> str:
        page = [("page", str(self.page))] if self.page > 1 else []
        return urlencode([*self.pairs(), *page])

    def toggled(self, key: str, value: str) -> "Wanted":
        """The same with this value chosen, or no longer; on the first page."""
        now = self.chosen.get(key, ())
        left = tuple(one for one in now if one != value)
        values = left if value in now else tuple(sorted((*now, value)))
        return replace(self, chosen={**self.chosen, key: values}, page=1)

    def without_words(self) -> "Wanted":
        return replace(self, q="", page=1)

    def sorted_by(self, sort: str) -> "Wanted":
        return replace(self, sort=sort, page=1)

    def on_page(self, page: int) -> "Wanted":
        return replace(self, page=page)


@dataclass(frozen=True, slots=True)
class Refused:
    """Something in the address that cannot be used: it was left out."""

    key: str
    value: str


def read_wanted(
    said: Iterable[tuple[str, str]], *, known: Mapping[str, Collection[str]]
) -> tuple[Wanted, list[Refused]]:
    """The wish in these parameters; ``known`` holds the values that each facet has.

    Parameters of other names (those of advertisements) are nobody's business and stay out quietly.
    """
    chosen: dict[str, list[str]] = {key: [] for key in FACETS}
    single = {"q": "", "sort": "", "page": ""}
    refused: list[Refused] = []
    for number, (key, value) in enumerate(said):
        if number >= MOST_PAIRS:
            refused.append(Refused("", ""))
            break
        if key in single:
            single[key] = value
        elif key not in chosen or not value:
            continue
        elif value not in known.get(key, ()):
            refused.append(Refused(key, value[:40]))
        elif value not in chosen[key]:
            chosen[key].append(value)
    wanted = Wanted(
        q=_read_words(single["q"], refused),
        chosen={key: tuple(sorted(values)) for key, values in chosen.items() if values},
        sort=_read_sort(single["sort"], refused),
        page=_read_page(single["page"], refused),
    )
    return wanted, refused


def _read_words(text: str, refused: list[Refused]) -> str:
    plain = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    words = plain.split()
    if len(plain) > MOST_LETTERS or len(words) > MOST_WORDS:
        refused.append(Refused("q", plain[:40]))
    return " ".join(words[:MOST_WORDS])[:MOST_LETTERS].strip()


def _read_sort(text: str, refused: list[Refused]) -> str:
    if text and text not in SORTS:
        refused.append(Refused("sort", text[:40]))
    return text if text in SORTS else SORTS[0]


def _read_page(text: str, refused: list[Refused]) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text[:12]) <= LARGEST_PAGE:
        return int(text)
    if text:
        refused.append(Refused("page", text[:40]))
    return 1
