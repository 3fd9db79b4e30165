"""``manage.py apply_retention``: erase people kept for longer than their institution wants."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hcprograms.institutions.models import Institution
from hcprograms.leads.retention import apply_retention, preview_retention


class Command(BaseCommand):
    help = "Erase people kept longer than the retention rules allow. Runs by itself, too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--institution", metavar="SLUG", help="of this institution only")
        parser.add_argument("--dry-run", action="store_true", help="say what would be erased")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = Institution.objects.filter(retention_rules__isnull=False).distinct()
        if options["institution"]:
            chosen = Institution.objects.filter(slug=options["institution"])
            if not chosen:
                raise CommandError(f"There is no institution “{options['institution']}”.")
        now = timezone.now()
        for institution in chosen:
            if options["dry_run"]:
                for due in preview_retention(institution=institution, now=now):
                    self.stdout.write(f"{institution}: {due.rule}: {due.count} would be erased")
                continue
            erased = apply_retention(now=now, institution=institution)
            for status, count in erased.items():
                self.stdout.write(f"{institution}: {status}: {count} erased")
        self.stdout.write("Nothing was erased." if options["dry_run"] else "Done.")
