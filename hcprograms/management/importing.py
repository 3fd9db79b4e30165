"""What all import commands have in common: progress, dry run, the report, and exit codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hcprograms.catalog.file_imports import Progress
from hcprograms.catalog.reports import Report
from hcprograms.catalog.tables import UnreadableFile
from hcprograms.institutions.change_log import set_actor
from hcprograms.management.printing import print_report
from hcprograms.management.progress import ProgressBar


class ImportCommand(BaseCommand):
    """Exit 0 with a report, or 1 with the reason when a file as a whole cannot be used.

    ``attribution`` is what the data's licence asks to be printed.
    """

    attribution = ""

    def add_file_arguments(self, parser: ArgumentParser) -> None:
        """The files of this importer."""
        raise NotImplementedError

    def run_import(self, *, progress: Progress, **options: Any) -> Report:
        """One call into the catalog. May raise :class:`UnreadableFile`."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_file_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only tell")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = ProgressBar(out=self.stderr, is_quiet=options["verbosity"] == 0)
        command = type(self).__module__.rpartition(".")[2]
        try:
            with set_actor(reason=command):
                report = self.run_import(progress=bar, **options)
        except UnreadableFile as error:
            raise CommandError(f"{error}. Nothing was written.") from error
        finally:
            bar.finish()
        print_report(report=report, out=self.stdout, verbosity=options["verbosity"])
        if self.attribution and options["verbosity"] >= 1:
            self.stdout.write(self.attribution)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
