"""What staff typed is saved by the button that says so, and stays when a button does not."""

import pytest
from django.core import mail
from django.urls import reverse

from hcprograms.followup.models import MessageTemplate, TemplateVersion
from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import Lead, LeadEvent
from tests.factories import (
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
    make_user,
)
from tests.outside.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return make_institution()


@pytest.fixture
def owner(school, client):
    user = make_user(is_staff=True, email="owner@school.example")
    client.force_login(user)
    return make_member(institution=school, role=Role.OWNER, user=user)


@pytest.fixture
def template(school):
    return MessageTemplate.objects.create(
        institution=school, name="Open day", key="open-day", kind="own", language="en"
    )


def open_editor(client, template):
    url = reverse("admin:hcprograms_messagetemplate_write", args=[template.pk, "en"])
    return (
        Page.open(client, url)
        .fill("Subject", "Our open day")
        .fill("Text", "Dear {first_name}, come.")
    )


def list_texts(template):
    return list(TemplateVersion.objects.filter(template=template).values_list("subject", "body"))


@pytest.mark.parametrize("before", ["Send a test to me", "Show what stands here"])
def test_template_is_saved_after_another_button_was_pressed(client, owner, template, before):
    page = open_editor(client, template)
    answer = page.press(before)
    page = answer if before.startswith("Send") else page

    page.press("Save as a new version")

    assert list_texts(template) == [("Our open day", "Dear {first_name}, come.\n")]
    assert len(mail.outbox) == (1 if before.startswith("Send") else 0)


def test_template_is_saved_after_a_test_was_refused(client, owner, template):
    page = open_editor(client, template).fill("Text", "Dear {unknown}")
    page = page.press("Send a test to me")
    assert page.value("Text").strip() == "Dear {unknown}"

    page.fill("Text", "Dear {first_name}").press("Save as a new version")

    assert list_texts(template) == [("Our open day", "Dear {first_name}\n")]


def test_every_link_of_the_editor_leads_to_a_page_after_a_test(client, owner, template):
    page = open_editor(client, template).press("Send a test to me")

    links = [one["href"] for one in page.soup.select("#content a[href]")]

    assert links
    assert {client.get(reverse_against(page, one), follow=True).status_code for one in links} == {
        200
    }


def reverse_against(page, href):
    return page.url.partition("?")[0] + href if href.startswith("?") else href


@pytest.mark.parametrize("name", ["try", "show", "restore", "end"])
def test_address_of_a_button_shows_a_page_after_signing_in(client, owner, template, name):
    address = reverse(f"admin:hcprograms_messagetemplate_{name}", args=[template.pk, "en"])

    page = Page.open(client, address)

    assert page.status == 200
    assert page.notices == ["You were signed out, so this was not done. Please do it again."]
    assert list_texts(template) == []


# The page of a lead


@pytest.fixture
def advisor(school, client):
    member = make_member(institution=school)
    client.force_login(member.user)
    return member


@pytest.fixture
def lead(school):
    return make_lead(form=make_interest_form(institution=school))


def address_of(lead):
    return reverse("admin:hcprograms_lead_change", args=[lead.pk])


def open_lead(client, lead):
    return Page.open(client, address_of(lead))


def list_events(lead, kind):
    with scopes_disabled():
        return list(LeadEvent.objects.filter(lead=lead, kind=kind).values_list("text", flat=True))


def type_everything(page):
    page.fill("Subject", "Your question", within="Send").fill("Message", "Dear Ada,\nyes.")
    page.fill("What was said or done", "Wants evening classes")
    return page.fill("Reason", "Chose another school")


OTHER_BUTTONS = [
    "Assign",
    "I have answered",
    "Mark as spam",
    "Send a text",
    "Record the withdrawal",
]


@pytest.mark.parametrize("button", OTHER_BUTTONS)
def test_button_leaves_the_texts_of_other_buttons_on_the_page(client, advisor, lead, button):
    page = type_everything(open_lead(client, lead)).fill("Who answers", advisor.display_name)

    page = page.press(button)

    page = open_lead(client, lead) if button == "Send a text" else page
    assert page.value("What was said or done") == "Wants evening classes"
    assert page.value("Subject") == "Your question"
    assert page.value("Message").replace("\r", "") == "Dear Ada,\nyes."
    assert page.value("Reason") == "Chose another school"
    assert list_events(lead, "note") == list_events(lead, "message") == []


@pytest.mark.parametrize(("button", "kind"), [("Keep as note", "note"), ("Keep as call", "call")])
def test_text_that_was_saved_is_gone_and_the_others_stay(client, advisor, lead, button, kind):
    page = type_everything(open_lead(client, lead)).press(button)

    assert list_events(lead, kind) == ["Wants evening classes"]
    assert page.value("What was said or done") == ""
    assert page.value("Subject") == "Your question"
    assert page.value("Reason") == "Chose another school"
    page.press("Send")
    assert list_events(lead, "message") == ["Your question\n\nDear Ada,\nyes."]


def test_note_stays_when_the_status_is_changed(client, advisor, lead):
    page = (
        open_lead(client, lead)
        .fill("What was said or done", "Call again")
        .fill("Status", "applied")
    )

    page = page.press("Change status")

    assert Lead._base_manager.get(pk=lead.pk).status == "applied"
    assert page.value("What was said or done") == "Call again"


def test_refused_status_keeps_every_text(client, advisor, lead):
    page = type_everything(open_lead(client, lead)).fill("Status", "closed").fill("Reason", "")

    page = page.press("Change status")

    assert "Say why the lead is closed." in page.text
    assert page.value("Status") == "closed"
    assert page.value("What was said or done") == "Wants evening classes"
    assert page.value("Message").replace("\r", "") == "Dear Ada,\nyes."


def test_refused_email_keeps_subject_and_message(client, advisor, lead):
    page = type_everything(open_lead(client, lead))
    address = reverse("admin:hcprograms_lead_verb", args=[lead.pk, "withdraw"])
    client.post(address, {"channel": "email"})
    Page.open(client, address_of(lead))

    page = page.press("Send")

    assert "This person wants no more emails. Call, if you may." in page.notices
    assert page.value("Subject") == "Your question"
    assert page.value("Message").replace("\r", "") == "Dear Ada,\nyes."
    assert page.value("What was said or done") == "Wants evening classes"
    assert list_events(lead, "message") == []


@pytest.mark.parametrize("button", ["Keep as note", "Send", "Change status", "I have answered"])
def test_texts_are_there_again_after_signing_in(client, advisor, lead, button):
    page = type_everything(open_lead(client, lead))
    client.logout()

    page = page.press(button)
    assert "login" in page.url
    client.force_login(advisor.user)
    page = Page.open(client, page.url.partition("next=")[2].replace("%2F", "/"))

    assert page.status == 200
    assert page.url == address_of(lead)
    assert page.notices == ["You were signed out, so this was not done. Please do it again."]
    assert page.value("What was said or done") == "Wants evening classes"
    assert page.value("Subject") == "Your question"
    assert list_events(lead, "note") == list_events(lead, "message") == []
    assert open_lead(client, lead).value("Subject") == ""


def test_texts_are_not_shown_on_the_page_of_another_lead(client, advisor, lead):
    other = make_lead(form=lead.form)
    type_everything(open_lead(client, lead)).press("I have answered")

    assert open_lead(client, other).value("What was said or done") == ""


def test_enter_in_a_field_presses_no_button(client, advisor, lead):
    soup = open_lead(client, lead).soup

    first = soup.select("form[data-hcp-drafts] button")[0]

    assert first.has_attr("disabled")
