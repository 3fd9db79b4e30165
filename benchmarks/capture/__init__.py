"""How many submits of a form of twelve fields a site takes per second, next to peers.

PostgreSQL with fsync, gunicorn with two sync workers, eight connections, one load program. Ours
writes lead, choice, three consents, two events, the capture log and the follow-ups, and hints to
Redis; the peers write their submission. Every round runs all of them, in turns; the ratios are
medians of the rounds' ratios.
"""

import statistics
import time
from contextlib import ExitStack

from benchmarks.capture.load import Tally, Target, open_form, submit_for
from benchmarks.capture.sites import count_rows, fobi, ours, plain_django, wagtail
from benchmarks.report import Report
from tests.services import running_postgres, running_redis

ROUNDS = 7
SECONDS = 4.0


def run(rounds: int = ROUNDS, seconds: float = SECONDS) -> Report:
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres(durable=True))
        redis = stack.enter_context(running_redis())
        sites = {
            "ours": stack.enter_context(ours(postgres, redis)),
            "plain_django": stack.enter_context(plain_django(postgres)),
            "wagtail": stack.enter_context(wagtail(postgres)),
            "fobi": stack.enter_context(fobi(postgres)),
        }
        rates, latencies = _compete(sites, rounds, seconds)
    figures = {f"{name}_per_second": statistics.median(found) for name, found in rates.items()}
    for name, found in latencies.items():
        figures[f"{name}_p50_ms"] = _quantile(found, 0.5)
        figures[f"{name}_p99_ms"] = _quantile(found, 0.99)
    return Report(name="capture", figures=figures, ratios=_compare(rates))


def _compete(
    sites: dict[str, tuple[Target, str]], rounds: int, seconds: float
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    rates: dict[str, list[float]] = {name: [] for name in sites}
    latencies: dict[str, list[float]] = {name: [] for name in sites}
    visits = {name: open_form(target) for name, (target, _) in sites.items()}
    time.sleep(2.5)  # a form that is sent at once looks like a robot's
    for name, (target, _) in sites.items():
        submit_for(target, 1, visits[name])  # the first ones open connections
    for number in range(rounds):
        for name in sorted(sites, reverse=bool(number % 2)):
            target, place = sites[name]
            before = count_rows(place)
            tally = submit_for(target, seconds, visits[name])
            _check(name, tally, count_rows(place) - before)
            rates[name].append(len(tally.latencies) / seconds)
            latencies[name] += tally.latencies
            print(f"{name:<14}{rates[name][-1]:>8.0f}/s", flush=True)
    return rates, latencies


def _check(name: str, tally: Tally, written: int) -> None:
    """Only what was really written counts."""
    if tally.refused or written != len(tally.latencies):
        example = tally.refused[0].decode(errors="replace") if tally.refused else ""
        raise RuntimeError(
            f"{name}: {len(tally.latencies)} sent, {written} written, "
            f"{len(tally.refused)} refused\n{example}"
        )


def _compare(rates: dict[str, list[float]]) -> dict[str, float]:
    return {
        f"capture_vs_{name}": statistics.median(
            mine / theirs for mine, theirs in zip(rates["ours"], found, strict=True)
        )
        for name, found in rates.items()
        if name != "ours"
    }


def _quantile(latencies: list[float], share: float) -> float:
    return sorted(latencies)[int(len(latencies) * share)] * 1000
