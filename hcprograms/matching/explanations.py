"""Why an offering is, or is not, among somebody's matches: every step with its inputs."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hcprograms.matching.answers import Answers
from hcprograms.matching.constraints import CONSTRAINTS, Constraint
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.criteria.base import Criterion
from hcprograms.matching.eligibility import check_eligibility
from hcprograms.matching.profile import MatchProfile, build_profile
from hcprograms.matching.ranking import order_rows
from hcprograms.matching.results import Match, build_match
from hcprograms.matching.scoring import score_rows, weigh_criteria
from hcprograms.matching.snapshot.columns import Snapshot
from hcprograms.matching.snapshot.offering import OfferingFacts


@dataclass(frozen=True)
class ConstraintExplanation:
    """What one hard constraint says of the offering."""

    constraint: Constraint
    asked: bool
    fails: bool
    is_unknown: bool
    """No published fact says whether it fails."""
    text: str
    """Why it fails; empty when it does not."""


@dataclass(frozen=True)
class Explanation:
    """Everything that decides about one offering and one person's answers."""

    match: Match
    constraints: Sequence[ConstraintExplanation]
    place: int | None
    """Its place in its list, from 1; None when it is out."""
    passed: int
    """How many are in that list; of one that is out, how many meet everything."""
    may_fit: bool
    """Whether its list is that of what may fit, for want of published facts."""

    @property
    def offering(self) -> OfferingFacts:
        return self.match.offering


def explain_offering(
    answers: Answers,
    snapshot: Snapshot,
    *,
    offering: str,
    today: date,
    weights: Mapping[str, float] | None = None,
    criteria: Sequence[Criterion] = CRITERIA,
) -> Explanation:
    """Every constraint and criterion for the offering with this public id.

    Raises ``LookupError`` when there is no such published offering.
    """
    row = _find_row(snapshot, offering)
    profile = build_profile(answers, snapshot, today=today)
    weighted = weigh_criteria(criteria, weights or {})
    eligibility = check_eligibility(profile, snapshot)
    may_fit = row in eligibility.uncertain
    rows = eligibility.uncertain if may_fit else eligibility.fitting
    totals = score_rows(profile, snapshot, rows, criteria=weighted).totals
    ordered = rows[order_rows(totals, snapshot.tie[rows], limit=len(rows))]
    places = np.flatnonzero(ordered == row)
    table = score_rows(profile, snapshot, slice(row, row + 1), criteria=weighted)
    match = build_match(profile, snapshot, row, table, 0)
    return Explanation(
        match=match,
        constraints=[
            _explain_constraint(constraint, profile, snapshot, match.offering)
            for constraint in CONSTRAINTS
        ],
        place=int(places[0]) + 1 if len(places) else None,
        passed=len(rows),
        may_fit=may_fit,
    )


def _explain_constraint(
    constraint: Constraint, profile: MatchProfile, snapshot: Snapshot, offering: OfferingFacts
) -> ConstraintExplanation:
    result = constraint.check(profile, snapshot, slice(offering.row, offering.row + 1))
    fails = result is not None and bool(result.fails[0])
    is_unknown = result is not None and result.unknown is not None and bool(result.unknown[0])
    return ConstraintExplanation(
        constraint=constraint,
        asked=result is not None,
        fails=fails,
        is_unknown=is_unknown and not fails,
        text=constraint.explain(profile, offering) if fails else "",
    )


def _find_row(snapshot: Snapshot, public_id: str) -> int:
    try:
        row = snapshot.row_of(uuid.UUID(public_id).bytes)
    except ValueError:
        row = None
    if row is None:
        raise LookupError(public_id)
    return row
