"""What staff typed is saved by the button that says so, and stays when a button does not."""

import pytest
from django.core import mail
from django.urls import reverse

from hcprograms.followup.models import MessageTemplate, TemplateVersion
from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import Consent, InterestForm, Lead, LeadEvent
from tests.factories import (
    NOW,
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
    return Page.open(client, url).fill("Subject", "Our open day").fill("Text", "Dear {first_name}, come.")


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
    assert {client.get(reverse_against(page, one), follow=True).status_code for one in links} == {200}


def reverse_against(page, href):
    return page.url.partition("?")[0] + href if href.startswith("?") else href


@pytest.mark.parametrize("name", ["try", "show", "restore", "end"])
def test_address_of_a_button_shows_a_page_after_signing_in(client, owner, template, name):
    address = reverse(f"admin:hcprograms_messagetemplate_{name}", args=[template.pk, "en"])

    page = Page.open(client, address)

    assert page.status == 200
    assert page.notices == ["You were signed out, so this was not done. Please do it again."]
    assert list_texts(template) == []
