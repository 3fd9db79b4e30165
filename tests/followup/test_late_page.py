"""The page “What is late now”: what it lists, for whom, with how many queries."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup.models import FollowUp, WebhookEndpoint
from hcprograms.followup.monitoring.heartbeat import HeartbeatWriter
from hcprograms.institutions.models import Institution
from hcprograms.leads.models import Appointment, AppointmentType
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unscoped")]

PAGE = "admin:hcprograms_followup_late"
HOUR = timedelta(hours=1)


@pytest.fixture
def always_open(school):
    """Business time is the clock's, whenever the test runs."""
    school.office_hours.all().delete()
    return school


@pytest.fixture
def look(client, always_open):
    """The page's context, as this person sees it."""

    def read(user, **asked):
        client.force_login(user)
        response = client.get(reverse(PAGE), asked)
        assert response.status_code == 200
        return response

    return read


@pytest.fixture
def mia(school):
    """The manager."""
    user = school.memberships.get(user__username="mia").user
    type(user).objects.filter(pk=user.pk).update(is_staff=True)
    return user


@pytest.fixture
def ann_user(ann):
    type(ann.user).objects.filter(pk=ann.user.pk).update(is_staff=True)
    return ann.user


def make_late(lead, *, by=HOUR, **fields):
    now = timezone.now()
    values = {"captured_at": now - 2 * HOUR, "answer_due_at": now - by, **fields}
    return factories.make_lead(form=lead.form, **values)


def test_page_counts_and_lists_what_is_past_due(lead, look, mia, ann):
    make_late(lead, name="Ben", by=125 * timedelta(minutes=1), assigned_to=ann)
    make_late(lead, name="Cleo", by=HOUR)
    make_late(lead, name="Dora", by=-HOUR / 2)
    make_late(lead, name="Answered", first_answered_at=timezone.now())

    found = look(mia).context["found"]

    assert (found.waiting, found.late_count, found.soon_count) == (4, 2, 1)
    assert [(one.lead.name, one.overdue) for one in found.late] == [
        ("Ben", "2 h 5 min"),
        ("Cleo", "1 h 0 min"),
    ]


def test_numbers_link_to_the_inbox_that_shows_just_these(lead, look, mia, client):
    late = make_late(lead, name="Late")
    soon = make_late(lead, name="Soon", by=-HOUR / 2)
    inbox = reverse("admin:hcprograms_lead_changelist")
    text = look(mia).content.decode()

    shown = {}
    for due in ("late", "soon"):
        assert f"{inbox}?queue=waiting&amp;due={due}" in text
        page = client.get(inbox, {"queue": "waiting", "due": due})
        shown[due] = [one.pk for one in page.context["cl"].result_list]

    assert shown == {"late": [late.pk], "soon": [soon.pk]}


def test_advisor_sees_their_own_first(lead, look, ann, ann_user, school):
    bob = school.memberships.get(user__username="bob")
    make_late(lead, name="Of Bob", by=9 * HOUR, assigned_to=bob)
    make_late(lead, name="Of Ann", by=HOUR, assigned_to=ann)

    found = look(ann_user).context["found"]

    assert [(one.lead.name, one.is_own) for one in found.late] == [
        ("Of Ann", True),
        ("Of Bob", False),
    ]
    assert [(one.advisor, one.is_own) for one in found.loads] == [(ann, True), (bob, False)]


def test_page_counts_by_advisor_and_nobody(lead, look, mia, ann):
    type(lead).objects.all().delete()
    make_late(lead, assigned_to=ann)
    make_late(lead, assigned_to=ann, by=-HOUR)
    make_late(lead, assigned_to=None)

    loads = look(mia).context["found"].loads

    assert [(one.advisor, one.waiting, one.late) for one in loads] == [(ann, 2, 1), (None, 1, 1)]


def test_page_tells_of_messages_that_wait_or_failed(lead, look, mia):
    values = {"institution": lead.institution, "lead": lead, "purpose": "alert"}
    values |= {"recipient": "advisor"}
    now = timezone.now()
    FollowUp.objects.create(**values, step=1, address="a@x.example", due_at=now - HOUR)
    FollowUp.objects.create(
        **values, step=2, address="b@x.example", due_at=now, state="failed", last_error="550 no"
    )
    FollowUp.objects.create(
        **values, step=3, address="c@x.example", due_at=now + HOUR / 4, attempts=3
    )

    context = look(mia).context

    assert context["unsent"] == {"stuck": 1, "retrying": 1, "failed": 1}
    assert [row.last_error for row in context["failed"]] == ["550 no"]


def test_page_tells_of_paused_endpoints_and_leads_to_review(lead, look, mia, school):
    make_late(lead, status="quarantined")
    for name, paused_at in [("Our CRM", timezone.now()), ("Other", None)]:
        WebhookEndpoint.objects.create(
            institution=school, name=name, url=f"https://crm.example/{name}", paused_at=paused_at
        )

    context = look(mia).context

    assert [one.name for one in context["paused"]] == ["Our CRM"]
    assert context["held"]["count"] == 1


def test_page_lists_todays_appointments_by_the_schools_clock(lead, look, mia, ann, school):
    Institution.objects.filter(pk=school.pk).update(time_zone="Pacific/Kiritimati")
    kind = AppointmentType.objects.create(institution=school, name="Talk")
    zone = ZoneInfo("Pacific/Kiritimati")
    midnight = datetime.combine(timezone.now().astimezone(zone).date(), datetime.min.time(), zone)
    for hours in (-1, 1, 25):
        starts_at = midnight + hours * HOUR
        Appointment.objects.create(
            institution=school,
            lead=factories.make_lead(form=lead.form),
            membership=ann,
            type=kind,
            starts_at=starts_at,
            ends_at=starts_at + HOUR,
            time_zone="UTC",
        )

    listed = look(mia).context["appointments"]

    assert [one.starts_at for one in listed] == [midnight + HOUR]


def test_service_level_of_the_last_days(lead, look, mia):
    type(lead).objects.all().delete()
    now = timezone.now()
    for days, minutes in [(1, 10), (2, 200), (20, 30)]:
        asked = now - timedelta(days=days)
        make_late(
            lead,
            captured_at=asked,
            answer_due_at=asked + HOUR,
            first_answered_at=asked + minutes * timedelta(minutes=1),
            answered_after_minutes=minutes,
            status="contacted",
        )

    service = look(mia).context["service"]

    assert (service[7].share_within, service[7].median) == (0.5, 105)
    assert (service[30].submits, service[30].median) == (3, 30)


def test_school_is_chosen_by_who_works_in_several(lead, look, mia, school):
    other = factories.make_institution(name="Another School")
    factories.make_member(institution=other, role="manager", user=mia)
    form = factories.make_interest_form(institution=other)
    make_late(lead, name="Ours")
    factories.make_lead(form=form, name="Others", answer_due_at=timezone.now() - HOUR)

    everything = look(mia)
    chosen = look(mia, institution=other.pk)
    nonsense = look(mia, institution="x")

    names = [
        [one.lead.name for one in page.context["found"].late]
        for page in (everything, chosen, nonsense)
    ]
    assert names == [["Ours", "Others"], ["Others"], ["Ours", "Others"]]


def test_page_says_when_nobody_delivers(look, mia):
    before = look(mia).content.decode()
    HeartbeatWriter("runner").record(now=timezone.now() - HOUR)
    stopped = look(mia).content.decode()
    HeartbeatWriter("runner").record(now=timezone.now())
    after = look(mia).content.decode()

    assert "No process has ever delivered messages." in before
    assert "No process has delivered messages since" in stopped
    assert "No process" not in after


def test_start_page_says_so_too_and_links_here(client, school, mia):
    client.force_login(mia)

    text = client.get("/admin/hcprograms/").content.decode()

    assert "No process has ever delivered messages." in text
    assert reverse(PAGE) in text


def test_editor_has_no_business_here(client, school):
    editor = factories.make_member(institution=school, role="editor")
    client.force_login(editor.user)

    assert client.get(reverse(PAGE)).status_code == 403
    assert "No process" not in client.get("/admin/hcprograms/").content.decode()


def test_school_in_a_zone_that_no_longer_exists_has_its_page(lead, look, mia, school):
    Institution.objects.filter(pk=school.pk).update(time_zone="Mars/Olympus_Mons")
    make_late(lead)

    assert look(mia).context["found"].late_count == 1


def test_page_reads_a_fixed_number_of_queries(lead, client, mia, school, ann):
    client.force_login(mia)
    kind = AppointmentType.objects.create(institution=school, name="Talk")
    now = timezone.now()
    values = {"institution": school, "lead": lead, "purpose": "alert", "recipient": "advisor"}
    counts = []
    for size in (1, 3):
        while type(lead).objects.filter(answer_due_at__lt=now).count() < size:
            member = factories.make_member(institution=school)
            late = make_late(lead, assigned_to=member)
            Appointment.objects.create(
                institution=school,
                lead=late,
                membership=member,
                type=kind,
                starts_at=now,
                ends_at=now + HOUR,
                time_zone="UTC",
            )
            FollowUp.objects.create(
                **values, address=f"{late.pk}@x.example", due_at=now, state="failed"
            )
            WebhookEndpoint.objects.create(
                institution=school, name="CRM", url=f"https://{late.pk}.example/", paused_at=now
            )
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(PAGE))
        counts.append(len(queries))

    assert counts == [22, 22]
