"""``manage.py import_scorecard``: real institutions and programs from College Scorecard."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hcprograms.catalog.scorecard import import_scorecard
from hcprograms.catalog.tables import UnreadableFile
from hcprograms.management.printing import print_report
from hcprograms.management.progress import ProgressBar


class Command(BaseCommand):
    help = "Import institutions and programs from College Scorecard files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--institutions", type=Path, required=True, help="MERGED…_PP.csv")
        parser.add_argument(
            "--field-of-study", type=Path, required=True, help="FieldOfStudyData…_PP.csv"
        )
        parser.add_argument("--tuition", type=Path, help="IPEDS IC_AY file")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only tell")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = ProgressBar(out=self.stderr)
        try:
            report = import_scorecard(
                institutions=options["institutions"],
                field_of_study=options["field_of_study"],
                tuition=options["tuition"],
                now=timezone.now(),
                dry_run=options["dry_run"],
                progress=bar,
            )
        except UnreadableFile as error:
            raise CommandError(f"{error}. Nothing was written.") from error
        finally:
            bar.finish()
        print_report(report=report, out=self.stdout, verbosity=options["verbosity"])
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
