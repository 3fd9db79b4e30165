"""Ours beside tantivy, a Django ORM query and bare numpy, in turns on the same offerings."""

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.matching.peers.orm_top_ten import top_ten
from benchmarks.matching.synthetic import Directory, build_directory
from benchmarks.matching.tantivy_process import Tantivy
from benchmarks.matching.timing import (
    ROUNDS,
    TODAY,
    Times,
    draw,
    p99,
    quickest,
    rank,
    rank_and_explain,
    time_each,
)
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.matching.answers import Answers
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.eligibility import check_eligibility
from hcprograms.matching.profile import build_profile
from hcprograms.matching.ranking import rank_offerings
from hcprograms.matching.scoring import score_rows, weigh_criteria
from hcprograms.matching.snapshot.columns import Snapshot


def compare(directory: Directory, figures: dict[str, float], ratios: dict[str, float]) -> None:
    """Ours and the peers in turns; each answer set counts with its quickest round."""
    columns = build_directory(directory)
    columns.on(TODAY)
    rounds: dict[str, list[Times]] = {}
    with Tantivy(directory) as tantivy:
        for _ in range(ROUNDS):
            for kind in ("typical", "broad"):
                for name, take in _takes(kind, columns, tantivy).items():
                    rounds.setdefault(f"{name}_{kind}", []).append(take())
    best = {key: quickest(taken) for key, taken in rounds.items()}
    medians = {key: statistics.median(times) for key, times in best.items()}
    figures |= {f"{key}_p50_ms": median for key, median in medians.items()}
    figures |= {f"{key}_p99_ms": p99(times) for key, times in best.items()}
    for kind, prefix in (("typical", ""), ("broad", "broad_")):
        for peer in ("tantivy", "orm", "numpy", "copy"):
            for ours, name in (("ours", "matching"), ("explained", "explained_matching")):
                ratios[f"{prefix}{name}_vs_{peer}"] = (
                    medians[f"{ours}_{kind}"] / medians[f"{peer}_{kind}"]
                )
    _split_up(columns, figures)


def _takes(
    kind: str, columns: Snapshot, tantivy: Callable[[str], Times]
) -> dict[str, Callable[[], Times]]:
    """What is measured in turns, for one kind of answers."""
    answers = draw(kind)
    touched = _touched(columns, kind)
    roles = dict(CareerRole.objects.values_list("slug", "pk"))

    def orm(one: Answers) -> object:
        lean = build_profile(one, columns, today=TODAY).lean or 0.0
        return top_ten(one, lean=lean, roles_by_slug=roles)

    def copy(one: Answers) -> object:
        return [column.copy() for column in touched]

    few = answers[:20] if kind == "typical" else answers[:5]
    return {
        "ours": lambda: time_each(answers, lambda one: rank(one, columns)),
        "explained": lambda: time_each(answers, lambda one: rank_and_explain(one, columns)),
        "tantivy": lambda: tantivy(kind),
        "orm": lambda: time_each(few, orm),
        "numpy": lambda: time_each(answers, lambda one: _bare(one, columns)),
        "copy": lambda: time_each(answers, copy),
    }


def _split_up(columns: Snapshot, figures: dict[str, float]) -> None:
    """Where the time of a typical match goes, beyond a bare filter and top ten."""
    answers = draw("typical")

    def filtered(one: Answers) -> object:
        return check_eligibility(build_profile(one, columns, today=TODAY), columns)

    def scored(one: Answers) -> object:
        profile = build_profile(one, columns, today=TODAY)
        rows = check_eligibility(profile, columns).fitting
        return score_rows(profile, columns, rows, criteria=weigh_criteria(CRITERIA, {}))

    def placed(one: Answers) -> object:
        return rank_offerings(one, columns, today=TODAY, limit=10, near_limit=0)

    parts = [
        filtered,
        scored,
        placed,
        lambda one: rank(one, columns),
        lambda one: rank_and_explain(one, columns),
    ]
    medians = [
        statistics.median(quickest([time_each(answers, part) for _ in range(ROUNDS)]))
        for part in parts
    ]
    names = ("filter", "score", "place", "near_misses", "words")
    for name, until, before in zip(names, medians, [0.0, *medians], strict=False):
        figures[f"typical_part_{name}_ms"] = until - before


def _touched(columns: Snapshot, kind: str) -> list[Any]:
    """The columns that such a match reads, of whichever rows."""
    names = ["kinds", "months", "total_standard", "states", "country", "international"]
    if kind == "broad":
        names = ["kinds", "months", "total_standard", "track", "tolerance", "mapped", "certified"]
        names += ["tie", "school"]
        return [*(getattr(columns, name) for name in names), *columns.roles[:3]]
    return [*(getattr(columns, name) for name in names), columns.on(TODAY).open_months]


def _bare(answers: Answers, columns: Snapshot) -> object:
    """A numpy filter and top ten by weighted roles: near the limit, without anything else."""
    profile = build_profile(answers, columns, today=TODAY)
    fits = (columns.kinds & np.uint16(profile.levels)) != 0
    if profile.delivery:
        fits &= (columns.kinds & np.uint16(profile.delivery)) != 0
    if profile.state is not None:
        fits &= (columns.states & np.uint64(1 << profile.state)) != 0
    fits &= columns.months <= (answers.max_months or 0)
    fits &= columns.total_standard <= (answers.budget_total or 0)
    if profile.window is not None:
        fits &= (columns.on(TODAY).open_months & np.uint64(profile.window_mask)) != 0
    rows = np.flatnonzero(fits)
    scores = sum(columns.roles[role][rows].astype(np.uint16) for role in profile.roles)
    if not isinstance(scores, np.ndarray) or len(rows) <= 10:
        return rows
    best = np.argpartition(scores, len(scores) - 10)[-10:]
    return rows[best[np.argsort(-scores[best].astype(np.int32))]]
