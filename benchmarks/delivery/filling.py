"""Fills our queue; runs in processes of the site.

python -m benchmarks.delivery.filling COUNT writes a lead, commits, prints when, and waits for a
line before the next.
"""

import sys
import time
import uuid
from datetime import UTC, datetime

import django
from django.db import connection, transaction
from django.utils import timezone

NEVER = datetime(2099, 1, 1, tzinfo=UTC)
SUBJECT = "New request: {name}"
BODY = "{name} asked on {asked_at}.\n\n[Open the request]({lead_url})\n"
"""So short that the mail, with the frame that each has, is about as long as the peer's: 4.5 kB."""


def make_school() -> None:
    from tests import factories  # noqa: PLC0415 (the apps must be ready)

    school = factories.make_institution(slug="bench")
    user = factories.make_user(email="ann@school.example")
    factories.make_member(institution=school, user=user)
    factories.make_interest_form(institution=school)
    _write_text(school)


def _write_text(school):  # type: ignore[no-untyped-def]
    """The school's own text of alerts, saved as its staff would."""
    from hcprograms.followup.models import MessageTemplate  # noqa: PLC0415
    from hcprograms.followup.wording.keeping import save_version  # noqa: PLC0415
    from hcprograms.followup.wording.texts import Source  # noqa: PLC0415

    template = MessageTemplate.objects.create(
        institution=school, kind="alert", name="Alert", key="alert", is_standard=True
    )
    save_version(
        template=template,
        language=template.language,
        source=Source(SUBJECT, BODY),
        user=None,
        now=timezone.now(),
    )


def make_rows(count: int) -> None:
    """Alerts of as many leads, none of them due yet."""
    from hcprograms.followup.models import FollowUp  # noqa: PLC0415
    from hcprograms.institutions.scoping import scopes_disabled  # noqa: PLC0415
    from hcprograms.leads.models.forms import InterestForm  # noqa: PLC0415
    from hcprograms.leads.models.lead import Lead, LeadEvent  # noqa: PLC0415

    form = InterestForm.objects.get()
    member = form.institution.memberships.get()
    with scopes_disabled(), transaction.atomic():
        LeadEvent.objects.all()._raw_delete("default")
        FollowUp.objects.all()._raw_delete("default")
        Lead.objects.all()._raw_delete("default")
        leads = Lead.objects.bulk_create(
            (
                Lead(
                    submission_id=uuid.uuid4(),
                    institution=form.institution,
                    form=form,
                    name="Ada Applicant",
                    email=f"ada{number}@applicant.example",
                    assigned_to=member,
                    captured_at=timezone.now(),
                    answer_due_at=timezone.now(),
                )
                for number in range(count)
            ),
            batch_size=1000,
        )
        FollowUp.objects.bulk_create(
            (_alert(lead, member, FollowUp) for lead in leads), batch_size=1000
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def make_sent(count: int) -> None:
    """So many sent rows, and nothing due."""
    make_rows(1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO hcprograms_followup (public_id, institution_id, lead_id, purpose, step,
                recipient, channel, address, due_at, state, attempts, ambiguous_attempts,
                last_error, message_id, sent_at, created_at, membership_id)
            SELECT gen_random_uuid(), institution_id, lead_id, purpose, step, recipient, channel,
                n || '@school.example', now(), 'sent', 1, 0, '', '', now(), now(), membership_id
            FROM hcprograms_followup, generate_series(1, %s) n
            """,
            [count],
        )
        cursor.execute("ANALYZE")


def time_idle_sweeps(count: int) -> None:
    """Print the median milliseconds of a sweep that finds nothing."""
    from hcprograms.followup.delivery import deliver_due  # noqa: PLC0415

    found = []
    for _ in range(count):
        began = time.perf_counter()
        deliver_due(now=timezone.now(), limit=50)
        found.append((time.perf_counter() - began) * 1000)
    print(sorted(found)[count // 2])


def _alert(lead, member, model):  # type: ignore[no-untyped-def]
    return model(
        institution=lead.institution,
        lead=lead,
        purpose="alert",
        recipient="advisor",
        membership=member,
        address="ann@school.example",
        due_at=NEVER,
    )


def _write_leads(count: int) -> None:
    from hcprograms.followup.models import FollowUp  # noqa: PLC0415
    from hcprograms.followup.notify import notify_worker  # noqa: PLC0415
    from hcprograms.leads.models.forms import InterestForm  # noqa: PLC0415
    from tests import factories  # noqa: PLC0415

    form = InterestForm.objects.get()
    member = form.institution.memberships.get()
    for _ in range(count):
        with transaction.atomic():
            lead = factories.make_lead(form=form, assigned_to=member)
            row = _alert(lead, member, FollowUp)
            row.due_at = timezone.now()
            row.save()
        print(time.monotonic(), flush=True)
        notify_worker()
        sys.stdin.readline()


if __name__ == "__main__":
    django.setup()
    _write_leads(int(sys.argv[1]))
