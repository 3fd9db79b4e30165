"""Answers: the immutable value that form, command line, API and address share.

Every key is optional. Nothing here says who the visitor is, so the address form may be shared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from urllib.parse import urlencode

from hcprograms.catalog.models.choices import Delivery, Education, Level, Military

INTEREST = "interest_"
"""Before the slug of a statement, in addresses and in the names of form fields."""
MAX_QUERY = 4_000
"""Longest address form, in characters: 20 of the longest role slugs and all else fit."""
EDUCATIONS = tuple(str(education) for education in Education)
LEVELS = tuple(str(level) for level in Level)
DELIVERIES = tuple(str(delivery) for delivery in Delivery if delivery)
MILITARY = tuple(str(military) for military in Military)
CAHME = ("required", "preferred", "any")
INTEREST_RANGE = (-2, 2)
MAX_ROLES = 20
MAX_BUDGET = 10_000_000
MAX_MONTHS = 240
MAX_TRANSFER_CREDITS = 500


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that answers may use, from the catalog of the moment."""

    roles: frozenset[str] = frozenset()
    statements: frozenset[str] = frozenset()
    institutions: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset({"US"})
    states: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Country → its states, for countries whose states are known."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the answers."""

    key: str
    """The key as it was given; empty when the whole is wrong."""
    text: str

    def __str__(self) -> str:
        return f"{self.key}: {self.text}" if self.key else self.text


class AnswersError(ValueError):
    """The answers cannot be used; ``problems`` lists every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in problems))


@dataclass(frozen=True, slots=True)
class Answers:
    """Checked answers. An empty tuple or None says nothing about that key."""

    education: str | None = None
    levels: tuple[str, ...] = ()
    interests: tuple[tuple[str, int], ...] = ()
    roles: tuple[str, ...] = ()
    country: str | None = None
    state: str | None = None
    delivery: tuple[str, ...] = ()
    start_from: str | None = None
    start_by: str | None = None
    budget_total: int | None = None
    max_months: int | None = None
    cahme: str = "any"
    military: str = "none"
    transfer_credits: int = 0
    institution: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The answers that say something, in the shape of the JSON contract."""
        given = {key: value for key, value in asdict(self).items() if value != _DEFAULTS[key]}
        return {key: _plain(key, value) for key, value in given.items()}

    def to_query(self) -> str:
        """The answers as the part of an address after “?”; at most ``MAX_QUERY`` characters."""
        pairs: list[tuple[str, str]] = []
        for key, value in self.as_dict().items():
            if isinstance(value, dict):
                pairs += [(f"{INTEREST}{slug}", str(number)) for slug, number in value.items()]
            elif isinstance(value, list):
                pairs += [(key, item) for item in value]
            else:
                pairs.append((key, str(value)))
        return urlencode(pairs)


_DEFAULTS: dict[str, Any] = {each.name: each.default for each in fields(Answers)}
KEYS = tuple(_DEFAULTS)
"""The keys of the JSON contract."""


def _plain(key: str, value: Any) -> Any:
    if key == "interests":
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
