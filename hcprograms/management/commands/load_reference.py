"""``manage.py load_reference``: the shared reference data, loaded or brought up to date."""

from typing import Any

from django.core.management.base import BaseCommand

from hcprograms.catalog.reference import load_reference
from hcprograms.institutions.change_log import set_actor
from hcprograms.management.printing import print_report


class Command(BaseCommand):
    help = "Load or update roles, evidence, accreditors, certifications and interest statements."

    def handle(self, *args: Any, **options: Any) -> None:
        with set_actor(reason="load_reference"):
            report = load_reference()
        print_report(report=report, out=self.stdout, verbosity=options["verbosity"])
