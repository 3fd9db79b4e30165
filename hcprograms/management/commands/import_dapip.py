"""``manage.py import_dapip``: accreditation history; it never makes a current claim."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from hcprograms.catalog.dapip import import_dapip
from hcprograms.catalog.file_imports import Progress
from hcprograms.catalog.reports import Report
from hcprograms.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Import DAPIP accreditation records and actions as dated history."

    def add_file_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--records", type=Path, required=True, help="AccreditationRecords.csv")
        parser.add_argument("--campuses", type=Path, required=True, help="InstituteCampuses.csv")
        parser.add_argument("--actions", type=Path, help="AccreditationActions.csv")

    def run_import(self, *, progress: Progress, **options: Any) -> Report:
        return import_dapip(
            records=options["records"],
            campuses=options["campuses"],
            actions=options["actions"],
            dry_run=options["dry_run"],
            progress=progress,
        )
