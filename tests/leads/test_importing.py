"""A list of people who asked at a fair: previewed, refused whole, imported once."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from hcprograms.catalog.models.uploads import SpreadsheetUpload
from hcprograms.followup.models import FollowUp
from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.housekeeping import keep_leads_tidy
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.forms import FieldRule, InterestForm
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.models.questions import Question
from tests.factories import (
    make_consent_text,
    make_institution,
    make_interest_form,
    make_member,
    make_offering,
    make_program,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/hcprograms/lead/import/"
GOOD = "Name,Email,State,Programs,Do you work nights?,Source\n"
GOOD += "Ada,ada@applicant.example,Ohio,Health Care (MHA),Yes,Fair 2026\n"
GOOD += "Bo,bo@applicant.example,tx,,no,\n"


@pytest.fixture
def institution():
    return make_institution(is_published=True)


@pytest.fixture
def form(institution):
    made = make_interest_form(institution=institution, ask_state=FieldRule.OPTIONAL)
    Question.objects.create(form=made, key="nights", label="Do you work nights?", kind="yes_no")
    program = make_program(institution=institution, name="Health Care", award="MHA")
    make_offering(program=program)
    make_consent_text(institution=institution)
    return made


@pytest.fixture
def manager(client, institution):
    member = make_member(institution=institution, role=Role.MANAGER)
    client.force_login(member.user)
    return member


def look(client, form, text, name="fair.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(ADDRESS, {"form": form.pk, "file": file})


def import_all(client, shown):
    confirm = shown.context["confirm"].initial
    return client.post(ADDRESS, confirm, follow=True)


def leads():
    with scopes_disabled():
        return list(Lead.objects.order_by("name"))


def test_look_writes_nothing_and_counts(client, form, manager):
    shown = look(client, form, GOOD)

    assert (shown.context["new_count"], shown.context["refused_count"]) == (2, 0)
    assert leads() == []


def test_import_captures_every_row_like_an_answer_to_the_form(client, form, manager):
    answer = import_all(client, look(client, form, GOOD))

    ada, bo = leads()
    assert "2 leads were added." in answer.content.decode()
    assert (ada.state, ada.source, bo.state) == ("OH", "fair 2026", "TX")
    assert ada.extra[0]["answer"] == "yes"
    with scopes_disabled():
        assert [one.title for one in ada.choices.all()] == ["Health Care (MHA) · online"]
        assert FollowUp.objects.filter(lead=ada, purpose="alert").exists()
        assert not Consent.objects.exists()
    assert not SpreadsheetUpload.objects.exists()
    assert LogEntry.objects.get().change_message == "imported 2 leads"


def test_same_rows_are_imported_once(client, form, manager):
    import_all(client, look(client, form, GOOD))

    shown = look(client, form, GOOD + "Cy,cy@applicant.example,,,,\n")
    import_all(client, shown)

    assert (shown.context["known_count"], shown.context["new_count"]) == (2, 1)
    assert [one.name for one in leads()] == ["Ada", "Bo", "Cy"]


def test_refused_row_keeps_all_back_and_says_where(client, form, manager):
    shown = look(client, form, GOOD + "Cy,nobody,Ontario,Law,,\n")

    (row,) = shown.context["refused"]
    assert shown.context["confirm"] is None
    assert row.line == 4
    assert [(one.heading, one.value) for one in row.refusals] == [
        ("Programs", "Law"),
        ("State", "Ontario"),
    ]


def test_email_that_is_none_is_refused_in_the_forms_words(client, form, manager):
    shown = look(client, form, "Name,Email\nCy,nobody\n")

    ((refusal,),) = [row.refusals for row in shown.context["refused"]]
    assert refusal.heading == "Email"
    assert refusal.reason == "Check the email address: it should read like ada@example.org."


def test_file_without_the_needed_columns_is_refused(client, form, manager):
    shown = look(client, form, "Name,Town\nAda,Dayton\n")

    assert "Nothing was imported." in shown.content.decode()
    assert leads() == []


def test_form_that_was_retired_meanwhile_is_named(client, form, manager):
    shown = look(client, form, GOOD)
    InterestForm.objects.update(status=InterestForm.Status.RETIRED)

    answer = import_all(client, shown)

    assert "Nothing was imported." in answer.content.decode()
    assert leads() == []


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.VIEWER, Role.EDITOR])
def test_only_who_manages_leads_imports(client, institution, form, role):
    client.force_login(make_member(institution=institution, role=role).user)

    assert client.get(ADDRESS).status_code in (302, 403)
    assert look(client, form, GOOD).status_code in (302, 403)
    assert leads() == []


def test_form_of_another_school_is_not_offered_nor_taken(client, manager):
    stranger = make_interest_form(institution=make_institution(is_published=True))

    shown = look(client, stranger, "Name,Email\nAda,ada@applicant.example\n")

    assert stranger not in shown.context["forms"]
    assert "form" in shown.context["form"].errors
    assert leads() == []


def test_upload_of_somebody_else_is_not_imported(client, institution, form, manager):
    confirm = look(client, form, GOOD).context["confirm"].initial
    client.force_login(make_member(institution=institution, role=Role.OWNER).user)

    answer = client.post(ADDRESS, confirm, follow=True)

    assert "The file is not here any more" in answer.content.decode()
    assert leads() == []


def test_page_says_what_belongs_into_the_columns(client, form, manager):
    page = client.get(reverse("admin:hcprograms_lead_import"))

    shown = {one.heading: one for one in page.context["columns"]}
    assert shown["Email"].is_needed
    assert shown["Do you work nights?"].explanation == "One of these: Yes · No"
    assert "Health Care (MHA)" in shown["Programs"].explanation


def test_list_that_nobody_confirmed_is_thrown_away(client, form, manager):
    look(client, form, GOOD)

    keep_leads_tidy(now=timezone.now() + timedelta(hours=25))

    assert not SpreadsheetUpload.objects.exists()
