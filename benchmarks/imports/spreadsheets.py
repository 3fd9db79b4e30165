"""A thousand new start dates: through our sheet, and through django-import-export as it comes.

Ours is a whole import with preview: everything is done, undone, and done again.
"""

import csv
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

from django.contrib.auth import get_user_model
from import_export.resources import ModelResource
from tablib import Dataset

from hcprograms.catalog.models.programs import Intake, Offering, Program
from hcprograms.catalog.spreadsheets.importing import import_upload, preview_upload
from hcprograms.catalog.spreadsheets.intakes import IntakeSheet
from hcprograms.catalog.spreadsheets.reading import read_upload
from hcprograms.institutions.models import Institution

ROWS = 1_000
ROUNDS = 3
FIRST = date(2030, 1, 1)


class PlainResource(ModelResource):
    class Meta:
        model = Intake
        fields = ("id", "offering", "starts_on", "apply_by")
        clean_model_instances = True
        skip_unchanged = True


def measure() -> dict[str, float]:
    """Median seconds of an import of new rows, of ours and of the peer, and of unchanged rows."""
    school = Institution.objects.create(name="Benchmark School", slug="benchmark-school")
    program = Program.objects.create(institution=school, name="MHA", slug="mha", level="master")
    offering = Offering.objects.create(program=program, delivery="online")
    user = get_user_model().objects.create_user("benchmark")
    days = [FIRST + timedelta(days=number) for number in range(ROWS)]

    def ours() -> None:
        content = _write(["Program", "Starts on"], [["mha", day] for day in days])
        expected = ""
        for run in (preview_upload, import_upload):
            sheet = IntakeSheet(
                institutions=Institution.objects.filter(pk=school.pk), today=FIRST, user=user
            )
            upload = read_upload(content=content, name="starts.csv", sheet=sheet)
            given = {"expected": expected} if run is import_upload else {}
            expected = run(sheet=sheet, upload=upload, **given).digest

    def peer() -> None:
        content = _write(["offering", "starts_on"], [[offering.pk, day] for day in days]).decode()
        for is_dry in (True, False):
            rows = Dataset().load(content, format="csv")
            PlainResource().import_data(rows, dry_run=is_dry, raise_errors=True)

    rounds = [(_clock(ours, clear=True), _clock(peer, clear=True)) for _ in range(ROUNDS)]
    ours()
    return {
        "spreadsheet_rows": ROWS,
        "spreadsheet_seconds": statistics.median(mine for mine, _theirs in rounds),
        "import_export_seconds": statistics.median(theirs for _mine, theirs in rounds),
        "spreadsheet_unchanged_seconds": _clock(ours, clear=False),
    }


def _clock(work: Callable[[], None], *, clear: bool) -> float:
    if clear:
        Intake.objects.all().delete()
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    assert Intake.objects.count() == ROWS
    return seconds


def _write(header: list[str], rows: list[list[object]]) -> bytes:
    file = StringIO()
    csv.writer(file).writerows([header, *rows])
    return file.getvalue().encode()
