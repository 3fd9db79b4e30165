"""``manage.py load_sample``: the made-up university of the demo; safe to run again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from hcprograms.catalog.reference import load_reference
from hcprograms.catalog.sample import (
    SampleMissing,
    find_fixtures,
    load_sample_catalog,
    read_fixture,
)
from hcprograms.followup.sample_sequences import load_sample_sequences
from hcprograms.institutions.change_log import set_actor
from hcprograms.leads.sample_forms import load_sample_forms
from hcprograms.leads.sample_schools import load_sample_schools
from hcprograms.management.printing import print_report


class Command(BaseCommand):
    help = "Load a fictional sample university, with start dates relative to today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fixtures", type=Path, help="folder of the sample's JSON files")
        parser.add_argument(
            "--schools", action="store_true", help="five further fictional schools as well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["fixtures"] or find_fixtures()
        try:
            with transaction.atomic(), set_actor(reason="load_sample"):
                load_reference()
                institution, report = load_sample_catalog(folder=folder, today=timezone.localdate())
                forms = read_fixture(folder=folder, name="forms")
                load_sample_forms(institution=institution, data=forms)
                if options["schools"]:
                    load_sample_schools(
                        data=read_fixture(folder=folder, name="schools"), today=timezone.localdate()
                    )
                load_sample_sequences(data=read_fixture(folder=folder, name="sequences"))
        except SampleMissing as error:
            raise CommandError(str(error)) from error
        print_report(report=report, out=self.stdout, verbosity=options["verbosity"])
        self.stdout.write(f"{institution} is ready.")
