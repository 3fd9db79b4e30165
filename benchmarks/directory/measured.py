"""How long the directory's pages take, whole: queries, counting facets, words and HTML."""

import statistics
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.models import Count, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.matching.filling import fill_database
from benchmarks.matching.synthetic import draw_directory
from hcprograms.catalog.models.programs import Program
from hcprograms.matching import engine
from project.demo import MORE, SCORECARD

ROUNDS = 100
PLAIN = "/plain/"


def measure(catalog: str) -> tuple[dict[str, float], dict[str, float]]:
    """The pages over the real programs of a folder, or over so many made-up offerings."""
    call_command("migrate", verbosity=0)
    name = _fill(catalog)
    client = Client()
    started = time.perf_counter()
    _visit(client, "/programs/")
    figures = {
        f"{name}_programs": float(Program.objects.published().count()),
        f"{name}_first_page_s": time.perf_counter() - started,
    }
    pages = {"plain_list": PLAIN, **dict(_pages())}
    for kind, path in pages.items():
        figures[f"{name}_{kind}_queries"] = float(_count_queries(client, path))
    times = _measure_in_turns(client, pages)
    for kind, taken in times.items():
        figures[f"{name}_{kind}_p50_ms"] = statistics.median(taken)
        figures[f"{name}_{kind}_p99_ms"] = sorted(taken)[int(len(taken) * 0.99) - 1]
    ratio = statistics.median(times["three_facets"]) / statistics.median(times["plain_list"])
    return figures, {f"{name}_three_facets_vs_plain_list": ratio}


def _fill(catalog: str) -> str:
    if not catalog.isdecimal():
        _import_real(Path(catalog))
        return "real"
    size = int(catalog)
    fill_database(draw_directory(size=size, today=date.today()))
    return f"made_up_{size}"


def _import_real(data: Path) -> None:
    call_command("load_reference", verbosity=0)
    call_command(
        "import_scorecard", verbosity=0, **{key: data / name for key, name in SCORECARD.items()}
    )
    for command, names in MORE.items():
        call_command(command, verbosity=0, **{key: data / name for key, name in names.items()})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _pages() -> Iterator[tuple[str, str]]:
    """The directory as people use it, with the values that most programs have."""
    programs = Program.objects.published().order_by()
    state = "offerings__campus__state"
    if programs.filter(institution__state__gt="").exists():
        state = "institution__state"
    level, place = _most(programs, "level", state)
    (role,) = _most(programs, "role_mappings__role__slug")
    word = programs.values_list("name", flat=True)[0].split()[0].lower()
    yield "everything", "/programs/"
    yield "three_facets", f"/programs/?level={level}&state={place}&role={role}"
    yield "words", f"/programs/?q={word}"
    yield "sorted", f"/programs/?level={level}&delivery=unknown&delivery=online&sort=price"


def _most(programs: "QuerySet[Program]", *fields: str) -> tuple[str, ...]:
    """The values of these fields that occur together most often."""
    known = programs.exclude(**dict.fromkeys((f"{field}__isnull" for field in fields), True))
    counted = known.values_list(*fields).annotate(n=Count("pk")).order_by("-n")
    return tuple(counted[0][: len(fields)])


def _count_queries(client: Client, path: str) -> int:
    """Queries of a page when the version of the catalog is due to be asked for."""
    usual, engine.CHECK_SECONDS = engine.CHECK_SECONDS, 0.0
    try:
        with CaptureQueriesContext(connection) as queries:
            _visit(client, path)
    finally:
        engine.CHECK_SECONDS = usual
    return len(queries)


def _measure_in_turns(client: Client, pages: dict[str, str]) -> dict[str, list[float]]:
    """Milliseconds per page, one of each in every round."""
    times: dict[str, list[float]] = {kind: [] for kind in pages}
    for _round in range(ROUNDS):
        for kind, path in pages.items():
            started = time.perf_counter()
            _visit(client, path)
            times[kind].append((time.perf_counter() - started) * 1000)
    return times


def _visit(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
