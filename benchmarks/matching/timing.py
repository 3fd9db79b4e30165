"""Answer sets, and how long work takes for each of them."""

import time
from collections.abc import Callable, Sequence
from datetime import date

from benchmarks.matching.synthetic import draw_answers
from hcprograms.matching.answers import Answers
from hcprograms.matching.ranking import rank_offerings
from hcprograms.matching.results import Ranking
from hcprograms.matching.snapshot.columns import Snapshot

TODAY = date(2026, 11, 21)
ROUNDS = 3

Times = list[float]


def draw(kind: str) -> list[Answers]:
    """100 different answer sets: ``typical`` (about 1 % pass) or ``broad`` (nearly all pass)."""
    return draw_answers(count=100, typical=kind == "typical", today=TODAY)


def rank(answers: Answers, snapshot: Snapshot) -> Ranking:
    """Ten offerings with their scores by every criterion, and five near misses."""
    return rank_offerings(answers, snapshot, today=TODAY, limit=10)


def rank_and_explain(answers: Answers, snapshot: Snapshot) -> object:
    """The same with every reason in words, and the change that each near miss needs."""
    ranking = rank(answers, snapshot)
    reasons = [
        (reason.label, reason.text, reason.score, reason.weight)
        for match in ranking.matches
        for reason in match.reasons
    ]
    return reasons, [(miss.failed, miss.needs, miss.text) for miss in ranking.near_misses]


def time_each(answers: Sequence[Answers], work: Callable[[Answers], object]) -> Times:
    """Milliseconds of the work for each answer set."""
    times = []
    for each in answers:
        started = time.perf_counter()
        work(each)
        times.append((time.perf_counter() - started) * 1000)
    return times


def quickest(rounds: Sequence[Times]) -> Times:
    """Of each answer set the quickest round."""
    return [*map(min, *rounds)]


def p99(times: Times) -> float:
    """The second slowest of a hundred."""
    return sorted(times)[int(len(times) * 0.99) - 1]
