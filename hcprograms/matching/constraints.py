"""Hard constraints: an offering that fails one is no match. Unknown is neither yes nor no.

Each constraint belongs to one key of the answers. It fails rows only on published facts; it says
of which rows the facts are not published, so that these are not counted as fitting; and it can
say which complete new value of its key would let an offering in, and how big that change is
(budgets and months as a share, months of waiting as a share of a year, the rest as rough steps).
"""

from dataclasses import replace
from typing import Any

from hcprograms.matching.answers import Answers
from hcprograms.matching.conditions import (
    BudgetEnough,
    DeliveryAccepted,
    MonthsEnough,
    StartWindow,
    nearest_start,
)
from hcprograms.matching.constraint import Constraint
from hcprograms.matching.eligibility import (
    CahmeRequired,
    InstitutionNamed,
    International,
    LevelAskedFor,
    StateAllowed,
    WithinReach,
)
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.wishes import Wishes

BUDGET = BudgetEnough()
CHEAP_CONSTRAINTS: tuple[Constraint, ...] = (
    WithinReach(),
    LevelAskedFor(),
    DeliveryAccepted(),
    InstitutionNamed(),
    StateAllowed(),
    International(),
    MonthsEnough(),
    CahmeRequired(),
    StartWindow(),
)
CONSTRAINTS = (*CHEAP_CONSTRAINTS, BUDGET)


def failed_key(constraint: Constraint, wishes: Wishes, offering: OneOffering) -> str:
    """The key of the answers to change; only a start window has two."""
    if isinstance(constraint, StartWindow):
        return nearest_start(wishes, offering)[0]
    return constraint.key


def changed(wishes: Wishes, key: str, value: Any) -> Answers:
    """The answers with one key changed, as a near miss proposes."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value}
    return replace(wishes.answers, **values)
