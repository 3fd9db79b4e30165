"""Why an offering is, or is not, among somebody's matches: every step with its inputs."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hcprograms.matching.answers import Answers
from hcprograms.matching.columns import Columns
from hcprograms.matching.constraint import Constraint
from hcprograms.matching.constraints import CONSTRAINTS
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.criterion import Criterion
from hcprograms.matching.judging import make_judge
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.ranking import order_all
from hcprograms.matching.results import Match
from hcprograms.matching.sorting_out import sort_out
from hcprograms.matching.wishes import Rows


@dataclass(frozen=True)
class Check:
    """What one hard constraint says of the offering."""

    constraint: Constraint
    asked: bool
    fails: bool
    is_unknown: bool
    """No published fact says whether it fails."""
    text: str
    """Why it fails; empty when it does not."""


@dataclass(frozen=True)
class Account:
    """The whole story of one offering and one person's answers."""

    match: Match
    checks: Sequence[Check]
    place: int | None
    """Its place in its list, from 1; None when it is out."""
    passed: int
    """How many are in that list; of one that is out, how many meet everything."""
    may_fit: bool
    """Whether its list is that of what may fit, for want of published facts."""

    @property
    def offering(self) -> OneOffering:
        return self.match.offering


def explain_offering(
    answers: Answers,
    columns: Columns,
    *,
    offering: str,
    today: date,
    weights: Mapping[str, float] | None = None,
    criteria: Sequence[Criterion] = CRITERIA,
) -> Account:
    """Every constraint and criterion for the offering with this public id.

    Raises ``LookupError`` when there is no such published offering.
    """
    row = _row(columns, offering)
    judge = make_judge(answers, columns, today=today, weights=weights, criteria=criteria)
    index = np.asarray([row], dtype=np.intp)
    rows, one = Rows(columns, index, judge.wishes), OneOffering(columns, row, judge.wishes)
    verdict = sort_out(judge.wishes, columns)
    order, uncertain = (order_all(each, judge) for each in (verdict.fitting, verdict.uncertain))
    may_fit = row in uncertain
    order = uncertain if may_fit else order
    return Account(
        match=judge.score(index).matches([row])[0],
        checks=[_check(constraint, rows, one) for constraint in CONSTRAINTS],
        place=order.index(row) + 1 if row in order else None,
        passed=len(order),
        may_fit=may_fit,
    )


def _check(constraint: Constraint, rows: Rows, one: OneOffering) -> Check:
    fails = constraint.fails(rows.wishes, rows)
    out = fails is not None and bool(fails[0])
    unknown = constraint.unknown(rows.wishes, rows)
    return Check(
        constraint=constraint,
        asked=fails is not None,
        fails=out,
        is_unknown=unknown is not None and bool(unknown[0]) and not out,
        text=str(constraint.tell(rows.wishes, one)) if out else "",
    )


def _row(columns: Columns, offering: str) -> int:
    try:
        row = columns.row_of(uuid.UUID(offering).bytes)
    except ValueError:
        row = None
    if row is None:
        raise LookupError(offering)
    return row
