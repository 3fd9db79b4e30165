"""What the processes of ``test_runner`` run against their own database."""

import sys
import threading
import traceback

from django.db import connections
from django.utils import timezone

from hcprograms.followup.plan import plan_for_lead
from hcprograms.institutions.models import Institution
from tests import factories

SLUG = "embedded"


def make_school() -> None:
    school = factories.make_institution(slug=SLUG)
    factories.make_member(institution=school, user=factories.make_user(email="ann@school.example"))
    factories.make_interest_form(institution=school)


def make_leads(count: int) -> None:
    """Write leads and announce them, each in a transaction as ``capture_lead`` does."""
    from django.db import transaction  # noqa: PLC0415

    form = Institution.objects.get(slug=SLUG).interest_forms.get()
    for _ in range(count):
        with transaction.atomic():
            now = timezone.now()
            lead = factories.make_lead(form=form, captured_at=now)
            plan_for_lead(lead=lead, now=now)


def make_leads_at_once(*, writers: int, count: int) -> None:
    """Many writers on one database; exits with 1 if any of them failed."""
    failures: list[str] = []

    def write() -> None:
        try:
            make_leads(count)
        except Exception:
            failures.append(traceback.format_exc())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.exit("\n".join(failures) or 0)
