"""``manage.py import_occupations``: O*NET facts, wages, and programs mapped to roles."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from hcprograms.catalog.file_imports import Progress
from hcprograms.catalog.occupations import import_occupations
from hcprograms.catalog.reports import Report
from hcprograms.management.importing import ImportCommand

ATTRIBUTION = (
    "This product includes information from the O*NET Database by the U.S. Department of Labor,"
    " Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license."
    " O*NET(R) is a trademark of USDOL/ETA. Only a selection of it is kept, shortened."
)


class Command(ImportCommand):
    attribution = ATTRIBUTION
    help = "Import O*NET occupations, wages, and role mappings by the CIP-SOC crosswalk."

    def add_file_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--onet", type=Path, required=True, help="folder of O*NET text files")
        parser.add_argument("--crosswalk", type=Path, required=True, help="CIP2020_SOC2018 CSV")
        parser.add_argument("--wages", type=Path, help="BLS national wages, CSV")

    def run_import(self, *, progress: Progress, **options: Any) -> Report:
        return import_occupations(
            onet=options["onet"],
            crosswalk=options["crosswalk"],
            wages=options["wages"],
            now=timezone.now(),
            dry_run=options["dry_run"],
            progress=progress,
        )
