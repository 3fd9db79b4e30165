"""How long a match takes: ours beside tantivy, a Django ORM query and bare numpy.

Ours is a whole match: ten offerings with every reason in words, five near misses with the change
that each needs. The peers return ten rows without reasons. All see
the same offerings and the same 100 answer sets, in turns, in one run on one machine.
"""

import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.core.management import call_command
from django.test import Client

from benchmarks.matching.filling import fill_database
from benchmarks.matching.peers.orm_top_ten import top_ten
from benchmarks.matching.synthetic import (
    ROLES,
    STATES,
    Directory,
    build_directory,
    draw_answers,
    draw_directory,
)
from benchmarks.peers import install_peer
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.matching import engine
from hcprograms.matching.answers import Answers
from hcprograms.matching.columns import Columns
from hcprograms.matching.judging import make_judge
from hcprograms.matching.ranking import rank_offerings
from hcprograms.matching.snapshot import load_columns
from hcprograms.matching.sorting_out import sort_out
from hcprograms.matching.texts import one_language
from hcprograms.matching.wishes import make_wishes
from hcprograms.matching.words import DELIVERIES, LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 11, 21)
SIZES = (1_000, 10_000, 100_000, 1_000_000)
COMPARED = 100_000
ROUNDS = 3
TANTIVY = "tantivy==0.27.0"

Times = list[float]


def measure() -> tuple[dict[str, float], dict[str, float]]:
    """All sizes, the comparison at 100,000, the database, and the whole request at 10,000."""
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    for size in SIZES:
        columns = build_directory(draw_directory(size=size, today=TODAY))
        _measure_size(columns, size, figures)
        if size == SIZES[1]:
            small = columns
    figures["growth_typical"] = _growth(figures, "typical")
    figures["growth_broad"] = _growth(figures, "broad")
    directory = draw_directory(size=COMPARED, today=TODAY)
    call_command("migrate", verbosity=0)
    _measure_database(directory, figures)
    _compare(directory, figures, ratios)
    _measure_request(small, figures)
    return figures, ratios


def _measure_size(columns: Columns, size: int, figures: dict[str, float]) -> None:
    columns.on(TODAY)
    for kind in ("typical", "broad"):
        answers = _answers(kind)
        rounds = [_time(answers, lambda one: _match(one, columns)) for _ in range(ROUNDS)]
        times = [*map(min, *rounds)]
        figures[f"{kind}_p50_ms_at_{size}"] = statistics.median(times)
        figures[f"{kind}_p99_ms_at_{size}"] = _p99(times)
    figures[f"bytes_per_offering_at_{size}"] = columns.bytes_per_offering


def _growth(figures: dict[str, float], kind: str) -> float:
    """Time from the smallest to the largest catalog, per growth of the catalog; 1 is linear."""
    times = [figures[f"{kind}_p50_ms_at_{size}"] for size in (SIZES[0], SIZES[-1])]
    return times[1] / times[0] / (SIZES[-1] / SIZES[0])


def _match(answers: Answers, columns: Columns) -> object:
    """Ten offerings with every reason in words, near misses with the change that each needs."""
    ranking = rank_offerings(answers, columns, today=TODAY, limit=10)
    with one_language():
        said = [
            (reason.label, reason.text, reason.score, reason.weight)
            for match in ranking.matches
            for reason in match.reasons
        ]
        return said, [(miss.failed, miss.needs, miss.text) for miss in ranking.near_misses]


def _compare(directory: Directory, figures: dict[str, float], ratios: dict[str, float]) -> None:
    """Ours and the peers in turns; each answer set counts with its quickest round."""
    columns = build_directory(directory)
    columns.on(TODAY)
    quickest: dict[str, Times] = {}
    with Tantivy(directory) as tantivy:
        for _ in range(ROUNDS):
            for kind in ("typical", "broad"):
                for name, take in _takes(kind, columns, tantivy).items():
                    key, times = f"{name}_{kind}", take()
                    quickest[key] = [*map(min, quickest.get(key, times), times)]
    medians = {key: statistics.median(times) for key, times in quickest.items()}
    figures |= {f"{key}_p50_ms": median for key, median in medians.items()}
    figures |= {f"{key}_p99_ms": _p99(times) for key, times in quickest.items()}
    for kind, prefix in (("typical", ""), ("broad", "broad_")):
        for peer in ("tantivy", "orm", "numpy", "copy"):
            ratios[f"{prefix}matching_vs_{peer}"] = (
                medians[f"ours_{kind}"] / medians[f"{peer}_{kind}"]
            )
    _split_up(columns, figures)


def _takes(
    kind: str, columns: Columns, tantivy: Callable[[str], Times]
) -> dict[str, Callable[[], Times]]:
    """What is measured in turns, for one kind of answers."""
    answers = _answers(kind)
    touched = _touched(columns, kind)
    roles = dict(CareerRole.objects.values_list("slug", "pk"))

    def orm(one: Answers) -> object:
        lean = make_wishes(answers=one, columns=columns, today=TODAY).lean or 0.0
        return top_ten(one, lean=lean, roles_by_slug=roles)

    def copy(one: Answers) -> object:
        return [column.copy() for column in touched]

    few = answers[:20] if kind == "typical" else answers[:5]
    return {
        "ours": lambda: _time(answers, lambda one: _match(one, columns)),
        "tantivy": lambda: tantivy(kind),
        "orm": lambda: _time(few, orm),
        "numpy": lambda: _time(answers, lambda one: _bare(one, columns)),
        "copy": lambda: _time(answers, copy),
    }


def _ratio(rounds: dict[str, list[float]], kind: str, peer: str) -> float:
    pairs = zip(rounds[f"ours_{kind}"], rounds[f"{peer}_{kind}"], strict=True)
    return statistics.median(ours / theirs for ours, theirs in pairs)


def _split_up(columns: Columns, figures: dict[str, float]) -> None:
    """Where the time of a typical match goes, beyond a bare filter and top ten."""
    answers = _answers("typical")

    def filtered(one: Answers) -> object:
        return sort_out(make_wishes(answers=one, columns=columns, today=TODAY), columns)

    def scored(one: Answers) -> object:
        judge = make_judge(one, columns, today=TODAY)
        return judge.score(sort_out(judge.wishes, columns).passing)

    def placed(one: Answers) -> object:
        return rank_offerings(one, columns, today=TODAY, limit=10, near_limit=0)

    def ranked(one: Answers) -> object:
        return rank_offerings(one, columns, today=TODAY, limit=10)

    parts = [filtered, scored, placed, ranked, lambda one: _match(one, columns)]
    medians = []
    for part in parts:
        rounds = [_time(answers, part) for _ in range(ROUNDS)]
        medians.append(statistics.median([*map(min, *rounds)]))
    names = ("filter", "score", "place", "near_misses", "words")
    for name, until, before in zip(names, medians, [0.0, *medians], strict=False):
        figures[f"typical_part_{name}_ms"] = until - before


def _touched(columns: Columns, kind: str) -> list[Any]:
    """The columns that such a match reads whole."""
    names = ["kinds", "months", "total_standard", "states", "country", "international"]
    if kind == "broad":
        names = ["kinds", "months", "total_standard", "track", "tolerance", "mapped", "certified"]
        names += ["basis", "states_known", "tie", "school"]
        return [*(getattr(columns, name) for name in names), *columns.roles[:3]]
    return [*(getattr(columns, name) for name in names), columns.on(TODAY).open_months]


def _bare(answers: Answers, columns: Columns) -> object:
    """A numpy filter and top ten by weighted roles: near the limit, without anything else."""
    wishes = make_wishes(answers=answers, columns=columns, today=TODAY)
    fits = (columns.kinds & np.uint16(wishes.levels)) != 0
    if wishes.delivery:
        fits &= (columns.kinds & np.uint16(wishes.delivery)) != 0
    if wishes.state is not None:
        fits &= (columns.states & np.uint64(1 << wishes.state)) != 0
    fits &= columns.months <= (answers.max_months or 0)
    fits &= columns.total_standard <= (answers.budget_total or 0)
    if wishes.window is not None:
        fits &= (columns.on(TODAY).open_months & np.uint64(wishes.window_mask)) != 0
    rows = np.flatnonzero(fits)
    scores = sum(columns.roles[role][rows].astype(np.uint16) for role in wishes.roles)
    if not isinstance(scores, np.ndarray) or len(rows) <= 10:
        return rows
    best = np.argpartition(scores, len(scores) - 10)[-10:]
    return rows[best[np.argsort(-scores[best].astype(np.int32))]]


def _measure_database(directory: Directory, figures: dict[str, float]) -> None:
    """Build the snapshot of the compared catalog from PostgreSQL."""
    fill_database(directory)
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        columns = load_columns(version=1)
        taken.append(time.perf_counter() - started)
    columns.on(TODAY)
    assert len(columns) == COMPARED
    figures["snapshot_from_postgresql_s"] = statistics.median(taken)
    figures["snapshot_bytes_per_offering"] = columns.bytes_per_offering


def _measure_request(columns: Columns, figures: dict[str, float]) -> None:
    """The results page as a whole, with a catalog of 10,000, and the share of the ranking."""
    engine.CHECK_SECONDS = 1e9
    engine.snapshots.thing = columns
    client = Client()
    answers = _answers("typical")[:50]

    def page(one: Answers) -> None:
        query = {
            key: value for key, value in one.as_dict().items() if key not in ("interests", "roles")
        }
        response = client.get("/match/results/", {**query, "roles": list(one.roles)})
        assert response.status_code == 200, response.status_code

    _time(answers[:5], page)
    pages = statistics.median(_time(answers, page))
    ranking = statistics.median(
        _time(answers, lambda one: engine.match(one, today=TODAY, limit=10))
    )
    figures["request_p50_ms_at_10000"] = pages
    figures["request_ranking_share_percent"] = 100 * ranking / pages


class Tantivy:
    """The peer's process, with the directory indexed in it."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    def __enter__(self) -> Callable[[str], Times]:
        self.folder = tempfile.TemporaryDirectory()
        given = Path(self.folder.name) / "given.json"
        document = {
            "offerings": _texts(self.directory),
            "queries": {
                kind: [_question(each) for each in _answers(kind)] for kind in ("typical", "broad")
            },
        }
        given.write_text(json.dumps(document))
        script = Path(__file__).parent / "peers" / "tantivy_top_ten.py"
        self.process = subprocess.Popen(
            [str(install_peer("tantivy", TANTIVY)), str(script), str(given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()
        return self._ask

    def _ask(self, kind: str) -> Times:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{kind}\n")
        self.process.stdin.flush()
        times: Times = json.loads(self._read())
        return times

    def _read(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("tantivy ended early")
        return line

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def _texts(directory: Directory) -> dict[str, list[Any]]:
    """The offerings as tantivy indexes them."""
    return {
        "level": [LEVELS[each] for each in directory.level],
        "delivery": [DELIVERIES[each] for each in directory.delivery],
        "states": [
            " ".join(STATES if everywhere else [STATES[at] for at in states])
            for everywhere, states in zip(directory.all_states, directory.states, strict=True)
        ],
        "starts": [" ".join(f"{day:%Y%m}" for day in days) for days in directory.starts],
        "roles": [
            " ".join(f"{ROLES[role]}" for role, _ in directory.links[int(program)])
            for program in directory.program
        ],
        "months": directory.months.tolist(),
        "price": directory.price.tolist(),
    }


def _question(answers: Answers) -> dict[str, Any]:
    """The same answers for tantivy."""
    return {
        "level": list(answers.levels),
        "delivery": list(answers.delivery),
        "states": [answers.state] if answers.state else [],
        "starts": list(_months(answers)),
        "months": answers.max_months,
        "price": answers.budget_total,
        "roles": [[role, 1.0] for role in answers.roles],
    }


def _months(answers: Answers) -> "Iterator[str]":
    if answers.start_from and answers.start_by:
        year, month = map(int, answers.start_from.split("-"))
        while f"{year}-{month:02d}" <= answers.start_by:
            yield f"{year}{month:02d}"
            year, month = year + month // 12, month % 12 + 1


def _answers(kind: str) -> list[Answers]:
    return draw_answers(count=100, typical=kind == "typical", today=TODAY)


def _time(answers: Sequence[Answers], work: Callable[[Answers], object]) -> Times:
    """Milliseconds of the work for each answer set."""
    times = []
    for each in answers:
        started = time.perf_counter()
        work(each)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _p99(times: Times) -> float:
    return sorted(times)[int(len(times) * 0.99) - 1]
