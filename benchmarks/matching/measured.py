"""How long a match takes: ours beside tantivy, a Django ORM query and bare numpy.

Beside the peers, which return ten rows without reasons, ours is a ranking: ten offerings with their
scores by every criterion, and five near misses. “Explained” is the same with every reason put into
the reader's language by gettext, and the change that each near miss needs. All see the same
offerings and the same 100 answer sets, in turns, in one run on one machine; each answer set counts
with its quickest round.
"""

import json
import os
import statistics
import subprocess
import sys
import time

from django.core.management import call_command
from django.test import Client

from benchmarks.matching.comparing import compare
from benchmarks.matching.filling import fill_database
from benchmarks.matching.synthetic import Directory, build_directory, draw_directory
from benchmarks.matching.timing import (
    ROUNDS,
    TODAY,
    draw,
    p99,
    quickest,
    rank_and_explain,
    time_each,
)
from hcprograms.matching import engine
from hcprograms.matching.answers import Answers
from hcprograms.matching.snapshot.columns import Snapshot
from hcprograms.matching.snapshot.loader import load_snapshot

SIZES = (1_000, 10_000, 100_000, 1_000_000)
COMPARED = 100_000


def measure() -> tuple[dict[str, float], dict[str, float]]:
    """All sizes, the database and the comparison at 100,000, the whole request at 10,000.

    And the real import, where the variable DATA names a folder that has it.
    """
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    for size in SIZES:
        columns = build_directory(draw_directory(size=size, today=TODAY))
        _measure_size(columns, size, figures)
        if size == SIZES[1]:
            small = columns
    for kind in ("typical", "broad"):
        ratios[f"{kind}_growth_vs_linear"] = _growth(figures, kind)
    directory = draw_directory(size=COMPARED, today=TODAY)
    call_command("migrate", verbosity=0)
    _measure_database(directory, figures)
    compare(directory, figures, ratios)
    ratios["request_ranking_share"] = _measure_request(small, figures)
    if data := os.environ.get("DATA"):
        figures |= _measure_import(data)
    return figures, ratios


def _measure_size(columns: Snapshot, size: int, figures: dict[str, float]) -> None:
    columns.on(TODAY)
    for kind in ("typical", "broad"):
        answers = draw(kind)
        rounds = [
            time_each(answers, lambda one: rank_and_explain(one, columns)) for _ in range(ROUNDS)
        ]
        times = quickest(rounds)
        figures[f"{kind}_p50_ms_at_{size}"] = statistics.median(times)
        figures[f"{kind}_p99_ms_at_{size}"] = p99(times)
    figures[f"bytes_per_offering_at_{size}"] = columns.bytes_per_offering


def _growth(figures: dict[str, float], kind: str) -> float:
    """Time from the smallest to the largest catalog, per growth of the catalog; 1 is linear."""
    times = [figures[f"{kind}_p50_ms_at_{size}"] for size in (SIZES[0], SIZES[-1])]
    return times[1] / times[0] / (SIZES[-1] / SIZES[0])


def _measure_database(directory: Directory, figures: dict[str, float]) -> None:
    """Build the snapshot of the compared catalog from PostgreSQL."""
    fill_database(directory)
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        columns = load_snapshot(version=1)
        taken.append(time.perf_counter() - started)
    columns.on(TODAY)
    assert len(columns) == COMPARED
    figures["snapshot_from_postgresql_s"] = statistics.median(taken)
    figures["snapshot_bytes_per_offering"] = columns.bytes_per_offering


def _measure_request(columns: Snapshot, figures: dict[str, float]) -> float:
    """The results page as a whole, with a catalog of 10,000, and the share of the ranking."""
    engine.CHECK_SECONDS = 1e9
    engine.snapshots.snapshot = columns
    client = Client()
    answers = draw("typical")[:50]

    def page(one: Answers) -> None:
        query = {
            key: value for key, value in one.as_dict().items() if key not in ("interests", "roles")
        }
        response = client.get("/match/results/", {**query, "roles": list(one.roles)})
        assert response.status_code == 200, response.status_code

    time_each(answers[:5], page)
    pages = statistics.median(time_each(answers, page))
    ranking = statistics.median(
        time_each(answers, lambda one: engine.match(one, today=TODAY, limit=10))
    )
    figures["request_p50_ms_at_10000"] = pages
    return ranking / pages


def _measure_import(folder: str) -> dict[str, float]:
    """The same on the real import, in a process with a database of its own."""
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.matching.imported", folder],
        env={key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return figures
