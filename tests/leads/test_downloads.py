"""Reports and files for managers; counting views and starts."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from openpyxl import load_workbook

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.counting import MAX_SOURCES, count_use
from hcprograms.leads.models import FormDay, LeadChoice, LeadEvent
from tests.factories import (
    NOW,
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
    make_offering,
    make_program,
)

pytestmark = pytest.mark.django_db
INBOX, REPORT = "/admin/hcprograms/lead/", "/admin/hcprograms/lead/report/"


@pytest.fixture
def form():
    return make_interest_form(institution=make_institution(), title="Ask us")


@pytest.fixture
def manager(client, form):
    client.force_login(make_member(institution=form.institution, role="manager").user)
    with time_machine.travel(NOW, tick=False):
        yield client


def read_sheet(response) -> list[tuple]:
    sheet = load_workbook(io.BytesIO(response.content)).active
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def export(client, kind, *leads):
    chosen = [lead.pk for lead in leads]
    return client.post(INBOX, {"action": kind, "_selected_action": chosen})


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "＝1", " =1"])  # noqa: RUF001
def test_formula_in_a_workbook_is_text(manager, form, text):
    response = export(manager, "export_xlsx", make_lead(form=form, message=text))

    sheet = load_workbook(io.BytesIO(response.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert f"'{text}" in [cell.value for cell in cells]


def test_workbook_has_the_leads_and_is_on_record(manager, form):
    leads = [make_lead(form=form, name=name) for name in ("Ada", "Bob\x0b")]

    heading, *rows = read_sheet(export(manager, "export_xlsx", *leads))

    assert {row[heading.index("Name")] for row in rows} == {"Ada", "Bob"}
    assert LogEntry.objects.get().change_message == "exported 2 leads as XLSX"


def cells(context, rows="group_rows") -> list[list]:
    return [row.cells for row in context[rows]]


def test_report_counts_how_far_requests_came(manager, form):
    soon = NOW + timedelta(minutes=9)
    make_lead(
        form=form, stage=3, answered_after_minutes=9, first_answered_at=soon, answer_due_at=soon
    )
    make_lead(form=form, answer_due_at=NOW - timedelta(minutes=1))
    make_lead(form=form, status="spam")
    make_lead(form=form, captured_at=NOW - timedelta(days=400))
    FormDay.objects.create(form=form, day=NOW.date(), views=10, starts=4)

    context = manager.get(REPORT).context

    assert cells(context) == [["Ask us", 10, 4, 2, 1, 1, 1, 0, 0, 9, 9, 50]]
    assert [one.value for one in context["bars"]] == [10, 4, 2, 1, 1, 1, 0, 0]
    assert sum(row[3] for row in cells(context, "time_rows")) == 2


@pytest.mark.parametrize(
    ("by", "label"),
    [("program", "MHA"), ("source", "newsletter"), ("advisor", "Ann Advisor")],
)
def test_report_by_something_else(manager, form, by, label):
    from tests.factories import make_user  # noqa: PLC0415

    member = make_member(
        institution=form.institution, user=make_user(first_name="Ann", last_name="Advisor")
    )
    lead = make_lead(form=form, source="newsletter", assigned_to=member)
    offering = make_offering(program=make_program(institution=form.institution, name="MHA"))
    with scopes_disabled():
        LeadChoice.objects.create(lead=lead, offering=offering, title="MHA")

    (row,) = cells(manager.get(REPORT, {"by": by}).context)

    assert (row[0], row[3]) == (label, 1)


def test_merged_request_is_a_submit_and_nothing_else(manager, form):
    kept = make_lead(form=form, stage=1)
    make_lead(form=form, stage=1, merged_into=kept)

    (row,) = cells(manager.get(REPORT).context)

    assert row[3:5] == [2, 1]


@pytest.mark.parametrize("count", [1, 12])
def test_report_takes_the_same_queries(manager, form, count, django_assert_num_queries):
    for number in range(count):
        make_lead(form=form, source=f"source {number}")
    manager.get(REPORT)

    with django_assert_num_queries(9):
        manager.get(REPORT, {"by": "source"})


def test_report_is_downloaded_inert_and_on_record(manager, form):
    make_lead(form=form, source="=cmd")

    file = manager.get(REPORT, {"by": "source", "format": "csv"})
    book = manager.get(REPORT, {"by": "source", "format": "xlsx"})

    (row,) = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))
    assert (row["Source"], row["Submits"]) == ("'=cmd", "1")
    assert read_sheet(book)[1][0] == "'=cmd"
    assert sorted(LogEntry.objects.values_list("change_message", flat=True)) == [
        "downloaded a report as CSV",
        "downloaded a report as XLSX",
    ]


@pytest.mark.parametrize(
    ("by", "of"), [("form", "form_id"), ("source", "source"), ("advisor", "assigned_to_id")]
)
def test_report_is_about_one_group_alone(manager, form, by, of):
    def member():
        return make_member(institution=form.institution)

    other = make_interest_form(institution=form.institution)
    ours = make_lead(form=form, source="fair", assigned_to=member(), stage=1)
    theirs = make_lead(form=other, source="ads", assigned_to=member(), captured_at=NOW)
    for one in (form, other):
        FormDay.objects.create(form=one, day=NOW.date(), source="fair", views=3, starts=1)

    context = manager.get(REPORT, {"by": by, "only": f"{by}:{getattr(ours, of)}"}).context

    total = context["report"].total
    assert (total.submits, total.reached[0]) == (1, 1)
    assert total.views == {"form": 3, "source": 6, "advisor": None}[by]
    assert sum(row[3] for row in cells(context, "time_rows")) == 1
    assert [row.is_chosen for row in context["group_rows"]].count(True) == 1
    assert f"{by}%3A{getattr(theirs, of)}" in str([row.url for row in context["group_rows"]])


def test_link_of_each_group_shows_it_alone(manager, form):
    for source in ("a & b", "", "ü=1"):
        make_lead(form=form, source=source)
    rows = manager.get(REPORT, {"by": "source", "first": "2026-01-01"}).context["group_rows"]

    pages = [manager.get(REPORT + row.url).context for row in rows]

    assert [(page["chosen"], page["report"].total.submits) for page in pages] == [
        (row.cells[0], 1) for row in rows
    ]
    assert {page["report"].period.first for page in pages} == {date(2026, 1, 1)}


def test_group_chosen_before_says_nothing_of_another_kind(manager, form):
    make_lead(form=form)

    context = manager.get(REPORT, {"by": "source", "only": f"form:{form.pk + 1}"}).context

    assert (context["report"].total.submits, context["is_narrowed"]) == (1, False)


def test_group_without_anything_in_the_period_is_said(manager, form):
    make_lead(form=form)

    page = manager.get(REPORT, {"by": "source", "only": "source:gone"})

    assert page.context["report"].total.submits == 0
    assert "there is none of it in this period" in page.content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_numbers_over_time_are_downloaded_by_group(manager, form, kind):
    before = NOW - timedelta(days=1)
    make_lead(form=form, source="=fair")
    make_lead(form=form, source="=fair", captured_at=before, stage=1)
    make_lead(form=form, source="ads", captured_at=before)

    file = manager.get(REPORT, {"by": "source", "table": "time", "format": kind})

    if kind == "csv":
        rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    else:
        rows = [[str(cell) for cell in row] for row in read_sheet(file)]
    assert rows[0][:5] == ["From", "Source", "Views", "Starts", "Submits"]
    assert [row[:2] + row[4:6] for row in rows[1:]] == [
        [before.date().isoformat(), "'=fair", "1", "1"],
        [before.date().isoformat(), "ads", "1", "0"],
        [NOW.date().isoformat(), "'=fair", "1", "0"],
    ]
    assert LogEntry.objects.get().change_message == f"downloaded a report as {kind.upper()}"


def test_download_over_time_is_about_the_one_group(manager, form):
    for source in ("fair", "ads"):
        make_lead(form=form, source=source)

    file = manager.get(
        REPORT, {"by": "source", "only": "source:ads", "table": "time", "format": "csv"}
    )

    (row,) = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))
    assert row["Source"] == "ads"


def test_charts_show_what_there_is(manager, form):
    soon = NOW + timedelta(minutes=9)
    make_lead(form=form)
    before = manager.get(REPORT).context["charts"]
    make_lead(form=form, answered_after_minutes=9, first_answered_at=soon, answer_due_at=soon)

    page = manager.get(REPORT)

    assert [one.key for one in before] == ["requests"]
    assert [one.key for one in page.context["charts"]] == ["requests", "in-time", "minutes"]
    assert page.content.decode().count('<svg class="hcp-chart"') == 3


def test_export_holds_all_that_was_asked_and_told(manager, form):
    lead = make_lead(
        form=form,
        organisation="=Clinic",
        people=12,
        topics="Budgets",
        best_time="morning",
        language="es",
        answer_due_at=NOW,
        first_answered_at=NOW,
        answered_after_minutes=7,
        close_reason="-later",
        extra=[
            {"key": "why", "question": "Why us?", "answer": "Near"},
            {"key": "x", "question": "=1+1", "answer": "2"},
        ],
    )

    heading, row = read_sheet(export(manager, "export_xlsx", lead))

    found = dict(zip(heading, row, strict=True))
    assert found["Answers"] == "Why us?: Near; =1+1: 2"
    assert (found["Organisation"], found["Reason for closing"]) == ("'=Clinic", "'-later")
    assert (found["People to train"], found["Business minutes until the first answer"]) == (12, 7)
    assert found["Answer due at (UTC)"] == f"{NOW:%Y-%m-%d %H:%M}"
    assert (found["Topics of the training"], found["Language"]) == ("Budgets", "es")


@pytest.mark.parametrize(
    "query",
    [
        {"only": "form:\0", "by": "form"},
        {"only": "x" * 500},
        {"only": "form"},
        {"first": "2026-11-30", "last": "2026-11-01"},
        {"first": "1900-01-01"},
        {"first": "x", "step": "year", "by": "name"},
        {"institution": "0"},
    ],
)
def test_report_about_nonsense_is_the_usual_one(manager, form, query):
    response = manager.get(REPORT, query)

    assert response.status_code == 200
    assert response.context["report"].period.last in (NOW.date(), NOW.date().replace(day=1))


def test_access_request_is_a_file_with_notes_and_on_record_without_names(manager, form):
    lead = make_lead(form=form, name="Ada")
    with scopes_disabled():
        LeadEvent.objects.create(lead=lead, kind="note", at=NOW, text="Wants evenings")

    response = manager.get(reverse("admin:hcprograms_lead_disclosure", args=[lead.pk]))

    data = json.loads(response.content)
    entry = LogEntry.objects.get()
    assert data["timeline"][0]["text"] == "Wants evenings"
    assert entry.change_message == f"disclosed what is held with lead {lead.pk}"
    assert "Ada" not in entry.object_repr + entry.change_message


# Views and starts.


def tell(client, form, **values):
    return client.post(reverse("hcprograms:seen", args=[form.public_id]), values)


def days() -> list[tuple]:
    return list(FormDay.objects.order_by("source").values_list("source", "views", "starts"))


def test_views_and_starts_are_counted_by_source_without_cookies(client, form):
    for what in ("view", "view", "start"):
        response = tell(client, form, what=what, source="Newsletter")
    tell(client, form, what="view")

    assert (response.status_code, response.cookies) == (204, {})
    assert days() == [("", 1, 0), ("newsletter", 2, 1)]


@pytest.mark.parametrize("source", ["a\x00b\u202e", "x" * 9000, "'; DROP TABLE"])
def test_any_source_is_counted(client, form, source):
    assert tell(client, form, what="view", source=source).status_code == 204
    assert len(days()[0][0]) <= 150


def test_made_up_sources_end_in_one_line(form):
    for number in range(MAX_SOURCES + 5):
        count_use(form=form.public_id, what="view", source=f"s{number}", now=NOW)

    assert FormDay.objects.count() == MAX_SOURCES + 1
    assert FormDay.objects.get(source="").views == 5


def test_only_a_post_about_a_form_that_exists_counts(client, form):
    address = reverse("hcprograms:seen", args=[form.public_id])
    nobody = reverse("hcprograms:seen", args=["00000000-0000-0000-0000-000000000000"])

    answers = [
        client.get(address),
        client.post(nobody, {"what": "view"}),
        tell(client, form, what="x"),
    ]

    assert [one.status_code for one in answers] == [405, 404, 404]
    assert days() == []
