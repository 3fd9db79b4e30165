"""Working through the inbox: what is urgent, filters with counts, messages, merging."""

from datetime import time, timedelta

import pytest
import time_machine
from django.contrib import admin
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp
from hcprograms.institutions.models import OfficeHours
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import Lead, LeadChoice, LeadEvent, LeadMerge
from hcprograms.leads.suppression import suppress_address
from tests.factories import (
    NOW,
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
    make_offering,
    make_office_hours,
    make_program,
)

pytestmark = pytest.mark.django_db
INBOX = "/admin/hcprograms/lead/"


@pytest.fixture
def form():
    school = make_institution(email="ask@school.example")
    make_office_hours(institution=school)
    return make_interest_form(institution=school)


@pytest.fixture
def advisor(form):
    return make_member(institution=form.institution)


@pytest.fixture
def staff(client, advisor):
    client.force_login(advisor.user)
    with time_machine.travel(NOW, tick=False):
        yield client


def do(client, lead, verb, **values):
    return client.post(reverse("admin:hcprograms_lead_verb", args=[lead.pk, verb]), values)


def page(client, lead) -> str:
    return client.get(reverse("admin:hcprograms_lead_change", args=[lead.pk])).content.decode()


def choices(response, title: str) -> dict[str, bool]:
    """Label → whether it is chosen, of the filter with this title."""
    changelist = response.context["cl"]
    spec = next(one for one in changelist.filter_specs if one.title == title)
    return {str(one["display"]): one["selected"] for one in spec.choices(changelist)}


def names(response) -> list[str]:
    return [lead.name for lead in response.context["cl"].result_list]


@pytest.mark.parametrize(
    ("due_in", "text"),
    [
        (timedelta(minutes=25), "25 min left"),
        (timedelta(minutes=125), "2 h 5 min left"),
        (timedelta(minutes=-35), "overdue by 35 min"),
        (timedelta(days=1), "8 h 0 min left"),
        (timedelta(days=-3), "overdue by 8 h 0 min"),
    ],
)
def test_time_left_is_counted_in_business_time(staff, form, due_in, text):
    """NOW is Monday, 10:00; the office is open from 9 to 17, Monday to Friday."""
    lead = make_lead(form=form, answer_due_at=NOW + due_in)

    assert text in staff.get(INBOX).content.decode()
    assert text in page(staff, lead)


def test_time_left_is_by_the_hours_of_each_institution(client, form):
    early = make_institution(name="Early")
    OfficeHours.objects.create(institution=early, weekday=0, opens=time(6), closes=time(20))
    other = make_interest_form(institution=early)
    user = make_member(institution=form.institution, role="owner").user
    make_member(institution=early, role="owner", user=user)
    client.force_login(user)
    for number, one in enumerate([form, other, form, other]):
        due_at = NOW + timedelta(days=1, minutes=number)
        make_lead(form=one, answer_due_at=due_at, captured_at=NOW - timedelta(minutes=number))

    with time_machine.travel(NOW, tick=False):
        rows = client.get(INBOX).context["cl"].result_list

    whole = {
        one.pk: read_opening_hours(one.institution).business_minutes_between(NOW, one.answer_due_at)
        for one in rows
    }
    assert [one.time_left / timedelta(minutes=1) for one in rows] == [*whole.values()]
    assert len(set(whole.values())) > 1


def test_answered_lead_has_no_time_left(staff, form):
    make_lead(form=form, answer_due_at=NOW, first_answered_at=NOW)

    assert "left" not in names(staff.get(INBOX))
    assert staff.get(INBOX).context["cl"].result_list[0].time_left is None


def test_filters_count_what_they_would_show(staff, form, advisor):
    make_lead(form=form, source="newsletter", assigned_to=advisor)
    make_lead(form=form, source="newsletter", first_answered_at=NOW, status="contacted")
    make_lead(form=form, status="quarantined")

    response = staff.get(INBOX, {"source": "newsletter"})

    assert choices(response, "status")["new (1)"] is False
    assert choices(response, "status")["contacted (1)"] is False
    assert choices(response, "source") == {"All": False, "newsletter (2)": True}
    assert choices(response, "assigned to") == {
        "All": True,
        "nobody, or a person who cannot sign in (1)": False,
        "nobody (1)": False,
        f"{advisor} (1)": False,
    }
    assert choices(response, "queue") == {
        "inbox": True,
        "waiting for an answer (1)": False,
        "suspected spam, to review (0)": False,
        "spam (0)": False,
        "merged into others (0)": False,
        "everything (2)": False,
    }


def test_counts_add_up_to_what_is_shown(staff, form):
    for number in range(5):
        make_lead(form=form, status=["new", "applied"][number % 2])
    make_lead(form=form, status="spam")

    response = staff.get(INBOX, {"status__exact": "new", "q": "Ada"})

    changelist = response.context["cl"]
    assert (changelist.result_count, len(names(response))) == (3, 3)
    assert changelist.result_count == changelist.queryset.count()


@pytest.mark.parametrize("most", [1, 500])
def test_search_narrows_list_and_every_count(staff, form, advisor, monkeypatch, most):
    monkeypatch.setattr("hcprograms.leads.admin.inbox.MOST_FOUND", most)
    offering = make_offering(program=make_program(institution=form.institution, name="MHA"))
    for name, source in [("Ada Lovelace", "fair"), ("Adam", "fair"), ("Bob", "ads")]:
        lead = make_lead(form=form, name=name, source=source, email=f"{name[:3]}@b.example")
        with scopes_disabled():
            LeadChoice.objects.create(lead=lead, offering=offering, title="MHA")
    make_lead(name="Ada Elsewhere")

    response = staff.get(INBOX, {"q": "ada"})

    assert sorted(names(response)) == ["Ada Lovelace", "Adam"]
    assert choices(response, "source") == {"All": True, "fair (2)": False}
    assert choices(response, "program") == {"All": True, "MHA (2)": False}


@pytest.mark.parametrize("count", [1, 40])
def test_search_takes_the_same_queries_for_one_and_many(
    staff, form, advisor, count, django_assert_num_queries
):
    for _number in range(count):
        make_lead(form=form, assigned_to=advisor)
    staff.get(INBOX)

    with django_assert_num_queries(12):
        response = staff.get(INBOX, {"q": "ada"})

    assert len(names(response)) == count


def test_search_reads_the_table_once(staff, form):
    make_lead(form=form)

    with CaptureQueriesContext(connection) as asked:
        staff.get(INBOX, {"q": "ada"})

    assert sum("LIKE" in one["sql"] for one in asked) == 1


@pytest.mark.parametrize("order", ["", "2", "-3", "4.-1"])
def test_pages_follow_one_another(staff, form, monkeypatch, order):
    monkeypatch.setattr(admin.site.get_model_admin(Lead), "list_per_page", 3)
    for number in range(8):
        asked = NOW - timedelta(minutes=number * 7 % 11)
        make_lead(form=form, name=f"P{number % 4}", captured_at=asked)

    pages = [staff.get(INBOX, {"p": page, "o": order}) for page in (1, 2, 3)]

    listed = [one.pk for page in pages for one in page.context["cl"].result_list]
    assert [len(names(page)) for page in pages] == [3, 3, 2]
    assert listed == [one.pk for one in pages[0].context["cl"].queryset]


def test_filter_by_program_and_its_counts(staff, form):
    offering = make_offering(program=make_program(institution=form.institution, name="MHA"))
    with scopes_disabled():
        LeadChoice.objects.create(
            lead=make_lead(form=form, name="Asks"), offering=offering, title="MHA"
        )
    make_lead(form=form, name="Asks nothing")

    response = staff.get(INBOX, {"program": offering.program_id})

    assert names(response) == ["Asks"]
    assert choices(response, "program") == {"All": False, "MHA (1)": True}


def test_programs_of_very_many_leads_are_offered_without_counts(staff, form, monkeypatch):
    monkeypatch.setattr("hcprograms.leads.admin.filters.MOST_COUNTED", 1)
    make_program(institution=form.institution, name="MHA")
    make_program(name="Another school’s")
    make_lead(form=form), make_lead(form=form)

    assert choices(staff.get(INBOX), "program") == {"All": True, "MHA": False}


@pytest.mark.parametrize(
    "query",
    [
        {"program": "x"},
        {"form__id__exact": "99999999999999999999"},
        {"assigned_to__id__exact": "\0"},
        {"source": "none"},
        {"status__exact": "x"},
    ],
)
def test_filter_value_that_means_nothing_shows_nothing(staff, form, query):
    make_lead(form=form)

    response = staff.get(INBOX, query)

    assert response.status_code == 200
    assert names(response) in ([], ["Ada Applicant"])


def test_page_says_why_the_lead_went_there(staff, form, advisor):
    lead = make_lead(form=form, assigned_to=advisor, assignment_reason="rule “Texas”: next in turn")

    assert "Why them: rule “Texas”: next in turn." in page(staff, lead)


# Messages.


def test_message_is_sent_kept_and_counts_as_the_answer(staff, form, advisor):
    lead = make_lead(form=form, assigned_to=advisor, email="ada@applicant.example")

    do(staff, lead, "message", subject="Your question", text="Yes, it is online.\n{{ x }}")
    deliver_due(now=NOW, limit=9)

    (sent,) = mail.outbox
    with scopes_disabled():
        kinds = list(LeadEvent.objects.order_by("pk").values_list("kind", flat=True))
        lead.refresh_from_db()
    assert (sent.subject, sent.to) == ("Your question", ["Ada Applicant <ada@applicant.example>"])
    assert "Yes, it is online.\n{{ x }}" in sent.body
    assert advisor.user.email in sent.reply_to[0]
    assert "Auto-Submitted" not in sent.extra_headers
    assert kinds == ["answered", "message", "mail_sent"]
    assert (lead.first_answered_by, lead.status) == (advisor.user, "contacted")
    assert "Yes, it is online." in page(staff, lead)


def test_message_to_somebody_who_unsubscribed_is_refused(staff, form):
    lead = make_lead(form=form)
    suppress_address(
        institution=form.institution,
        channel="email",
        address=lead.email,
        reason="link",
        now=lead.captured_at,
    )

    response = do(staff, lead, "message", subject="S", text="T")

    assert "wants no more emails" in staff.get(response["Location"]).content.decode()
    with scopes_disabled():
        assert not FollowUp.objects.exists()


def test_several_are_written_to_and_given_to_a_colleague(staff, form):
    leads = [make_lead(form=form) for _ in range(2)]
    colleague = make_member(institution=form.institution)
    chosen = {"_selected_action": [lead.pk for lead in leads]}

    asked = staff.post(INBOX, {"action": "write_all", **chosen})
    words = {"subject": "S", "text": "T", "why": "answer"}
    staff.post(INBOX, {"action": "write_all", "stage": "send", **words, **chosen})
    staff.post(
        INBOX, {"action": "assign_all", "carry_out": "1", "membership": colleague.pk, **chosen}
    )

    with scopes_disabled():
        assert FollowUp.objects.filter(purpose="message").count() == 2
        assert set(Lead.objects.values_list("assigned_to", flat=True)) == {colleague.pk}
    assert "2 leads" in asked.content.decode()


# Merging.


def test_leads_are_compared_merged_and_parted_in_the_admin(staff, form):
    kept = make_lead(form=form, name="Ada", email="ada@applicant.example", message="First")
    other = make_lead(
        form=form, name="Ada L.", email="ada@applicant.example", phone="+13035550123", message="Two"
    )
    address = reverse("admin:hcprograms_lead_merge", args=[kept.pk, other.pk])

    compared = staff.get(address)
    staff.post(address, {"phone": "other", "name": "kept"})
    merged, inbox = page(staff, kept), names(staff.get(INBOX))
    merge = LeadMerge._base_manager.get()
    do(staff, kept, "unmerge", merge=merge.pk)

    assert [row.name for row in compared.context["rows"] if row.may_choose] == ["name", "phone"]
    assert "First" in merged
    assert "Two" in merged
    assert "+13035550123" in merged
    assert inbox == ["Ada"]
    assert sorted(names(staff.get(INBOX))) == ["Ada", "Ada L."]
    assert Lead._base_manager.get(pk=kept.pk).phone == ""


def test_merged_lead_points_to_the_other_and_is_not_worked_on(staff, form):
    kept = make_lead(form=form, name="Kept")
    merged = make_lead(form=form, merged_into=kept)

    refused = do(staff, merged, "note", text="x")

    assert refused.status_code == 403
    assert names(staff.get(INBOX, {"queue": "merged"})) == ["Ada Applicant"]


def test_merge_of_other_leads_cannot_be_undone_here(staff, form):
    one, two, three = (make_lead(form=form, email="a@b.example") for _ in range(3))
    staff.post(reverse("admin:hcprograms_lead_merge", args=[one.pk, two.pk]))
    merge = LeadMerge._base_manager.get()

    response = do(staff, three, "unmerge", merge=merge.pk)

    assert response.status_code == 200
    assert LeadMerge._base_manager.get().undone_at is None


def test_viewer_does_not_merge(client, form):
    viewer = make_member(institution=form.institution, role="viewer", receives_leads=False)
    client.force_login(viewer.user)
    pair = [make_lead(form=form).pk, make_lead(form=form).pk]

    assert client.post(reverse("admin:hcprograms_lead_merge", args=pair)).status_code == 403
