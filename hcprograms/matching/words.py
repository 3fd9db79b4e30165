"""The words and bounds that answers are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hcprograms.catalog.models.choices import Delivery, Level

KEYS = (
    "education",
    "levels",
    "interests",
    "roles",
    "country",
    "state",
    "delivery",
    "start_from",
    "start_by",
    "budget_total",
    "max_months",
    "cahme",
    "military",
    "transfer_credits",
    "institution",
)
EDUCATIONS = ("high_school", "some_college", "associate", "bachelor", "master", "doctorate")
LEVELS = tuple(str(level) for level in Level)
DELIVERIES = tuple(str(delivery) for delivery in Delivery if delivery)
CAHME = ("required", "preferred", "any")
MILITARY = ("none", "active_duty", "veteran", "spouse", "eligible")

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
