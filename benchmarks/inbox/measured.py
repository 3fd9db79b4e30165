"""Fills the database and asks for pages; prints the figures as JSON.

python -m benchmarks.inbox.measured LEADS REQUESTS
"""

import json
import statistics
import sys
import time
from datetime import timedelta

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

ADVISORS, FORMS, PROGRAMS = 8, 4, 12
COLUMNS = """public_id, submission_id, institution_id, form_id, form_version, status, stage,
    close_reason, name, name_key, email, phone, country, state, education, military, start_from,
    best_time, message, organisation, topics, extra, answers, recommendation, attribution,
    source, language, assigned_to_id, assignment_reason, captured_at, answer_due_at,
    first_answered_at, updated_at"""


def fill(leads: int) -> None:
    """One institution; one lead in twenty waits, one in fifty is spam or held for review."""
    from tests import factories  # noqa: PLC0415 (the apps must be ready)

    school = factories.make_institution(slug="bench")
    factories.make_office_hours(institution=school)
    forms = [factories.make_interest_form(institution=school).pk for _ in range(FORMS)]
    members = [factories.make_member(institution=school).pk for _ in range(ADVISORS)]
    manager = factories.make_member(institution=school, role="manager", receives_leads=False)
    manager.user.username = "manager"
    manager.user.save()
    programs = [factories.make_program(institution=school) for _ in range(PROGRAMS)]
    offerings = [factories.make_offering(program=program).pk for program in programs]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO hcprograms_lead ({COLUMNS})
            SELECT gen_random_uuid(), gen_random_uuid(), %(school)s,
                (%(forms)s::bigint[])[1 + n %% {FORMS}], 1,
                CASE WHEN n %% 100 = 7 THEN 'quarantined' WHEN n %% 100 = 9 THEN 'spam'
                    WHEN n %% 20 = 3 THEN 'new'
                    ELSE (ARRAY['contacted', 'appointment', 'applied', 'enrolled', 'closed'])
                        [1 + n %% 5]
                END, 0, '', 'Person ' || n, 'person ' || n, 'person' || n || '@applicant.example',
                '+1303555' || lpad(n::text, 6, '0'), 'US', 'CO', '', '', '', '',
                repeat('A question about the program. ', 6), '', '', '[]', '{{}}',
                jsonb_build_object('matches', repeat('why ', 400)), '{{}}',
                (ARRAY['', 'newsletter', 'search', 'fair'])[1 + n %% 4], 'en',
                (%(members)s::bigint[])[1 + n %% {ADVISORS}], 'next in turn',
                now() - n * interval '5 minutes', now() - n * interval '5 minutes'
                    + interval '1 hour',
                CASE WHEN n %% 20 = 3 THEN NULL ELSE now() - n * interval '5 minutes'
                    + interval '20 minutes' END, now()
            FROM generate_series(1, %(leads)s) n
            """,
            {"school": school.pk, "forms": forms, "members": members, "leads": leads},
        )
        cursor.execute(
            f"""
            INSERT INTO hcprograms_leadchoice (lead_id, offering_id, title)
            SELECT id, (%s::bigint[])[1 + id %% {PROGRAMS}], 'Master of Health Administration'
            FROM hcprograms_lead
            """,
            [offerings],
        )
        cursor.execute("VACUUM ANALYZE")


def pages() -> dict[str, str]:
    from hcprograms.leads.models import InterestForm, Lead  # noqa: PLC0415 (apps)

    form, lead = InterestForm.objects.earliest("pk"), Lead._base_manager.earliest("pk")
    inbox = "/admin/hcprograms/lead/"
    since = timezone.localdate() - timedelta(days=30)
    return {
        "list": inbox,
        "list, waiting": f"{inbox}?queue=waiting",
        "list, everything": f"{inbox}?queue=all",
        "list, by form": f"{inbox}?form__id__exact={form.pk}",
        "list, by source": f"{inbox}?source=newsletter",
        "list, page 100": f"{inbox}?p=100",
        "search by name": f"{inbox}?q=Person+4711",
        "search by email": f"{inbox}?q=person4711@applicant.example",
        "lead": f"{inbox}{lead.pk}/change/",
        "report, 30 days": f"{inbox}report/?by=form&first={since}",
    }


def main() -> None:
    leads, requests = map(int, sys.argv[1:])
    django.setup()
    fill(leads)
    from django.contrib.auth import get_user_model  # noqa: PLC0415 (apps)

    client = Client()
    client.force_login(get_user_model().objects.get(username="manager"))
    figures: dict[str, float] = {"leads": leads}
    for name, address in pages().items():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        figures[f"{name}, queries"] = len(asked)
        took = []
        for _ in range(requests):
            began = time.perf_counter()
            client.get(address)
            took.append((time.perf_counter() - began) * 1000)
        figures[f"{name}, p50 ms"] = statistics.median(took)
        print(f"{name}: {figures[f'{name}, p50 ms']:.0f} ms", file=sys.stderr, flush=True)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
