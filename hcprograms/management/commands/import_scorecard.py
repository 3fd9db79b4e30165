"""``manage.py import_scorecard``: real institutions and programs from College Scorecard."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from hcprograms.catalog.file_imports import Progress
from hcprograms.catalog.reports import Report
from hcprograms.catalog.scorecard import import_scorecard
from hcprograms.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Import institutions and programs from College Scorecard files."

    def add_file_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--institutions", type=Path, required=True, help="MERGED…_PP.csv")
        parser.add_argument(
            "--field-of-study", type=Path, required=True, help="FieldOfStudyData…_PP.csv"
        )
        parser.add_argument("--tuition", type=Path, help="IPEDS IC_AY file")

    def run_import(self, *, progress: Progress, **options: Any) -> Report:
        return import_scorecard(
            institutions=options["institutions"],
            field_of_study=options["field_of_study"],
            tuition=options["tuition"],
            now=timezone.now(),
            dry_run=options["dry_run"],
            progress=progress,
        )
