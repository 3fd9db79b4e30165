"""Email addresses and names as people type them: taken if mail can be sent, else refused."""

import re
import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.lead import Lead
from tests import factories
from tests.outside.admin_pages import read_values
from tests.outside.public_forms import (
    SMTP_BACKEND,
    deliver,
    make_school,
    read_mail_to,
    send_form,
)

pytestmark = pytest.mark.django_db

IDN = "ada@bücher.example"
IDN_STORED = "ada@xn--bcher-kva.example"


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"MIN_FILL_SECONDS": 0}


@pytest.fixture
def by_smtp(settings, smtp):
    """Everything goes through a real mail server."""
    settings.EMAIL_BACKEND = SMTP_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp.host, smtp.port
    return smtp


@pytest.fixture
def school():
    return make_school(name="Fairview School")


def only_lead() -> Lead:
    with scopes_disabled():
        return Lead.objects.get()


def advisor_of(school, **user):
    member = school.memberships.select_related("user").filter(role=Role.ADVISOR).first()
    for name, value in user.items():
        setattr(member.user, name, value)
    member.user.save()
    return member


def failures() -> list[str]:
    with scopes_disabled():
        return [
            f"{row.purpose}: {row.last_error}"
            for row in FollowUp.objects.filter(state=FollowUp.State.FAILED)
        ]


def make_everything_due() -> None:
    with scopes_disabled():
        rows = FollowUp.objects.filter(state=FollowUp.State.PLANNED)
        rows.update(due_at=timezone.now() - timedelta(seconds=1))


# Every spelling of one address is one address.


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (IDN, IDN_STORED),
        ("ada@BÜCHER.example", IDN_STORED),
        ("Ada@bücher。example", "Ada@xn--bcher-kva.example"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("ada@例え.example", "ada@xn--r8jz45g.example"),
        *(
            (f"a{one}da@appli{one}cant.example{one}", "ada@applicant.example")
            for one in "\u200b\ufeff\u00ad\u200e\u200f\u2060\u200c\u200d\u061c\u034f\u3164"
        ),
        ("ada@ＡＰＰＬＩＣＡＮＴ.example", "ada@applicant.example"),
        ("\u00a0ada@applicant.example\u3000", "ada@applicant.example"),
    ],
)
def test_address_is_stored_as_mail_can_be_sent_to_it(client, school, typed, stored):
    assert send_form(client, school, email=typed).status_code == 303
    assert only_lead().email == stored


@pytest.mark.parametrize(
    "typed",
    [
        "ädä@applicant.example",
        "ada@applicant",
        "ada@[192.0.2.1]",
        "ada@[IPv6:2001:db8::1]",
        "a" * 65 + "@applicant.example",
        "ada@" + "b" * 64 + ".example",
        "ada@-bücher.example",
        "ada@xn--zz--.example",
        "ada@bü\u202echer.example",
        "Ada <ada@applicant.example>",
        "ada@applicant.example, eve@applicant.example",
        "ada@applicant.example\r\nBcc: eve@applicant.example",
        '"ada lovelace"@applicant.example',
        "ada@applicant..example",
        "ada@" + "ü" * 5000 + ".example",
    ],
)
def test_address_that_mail_cannot_reach_is_refused_at_its_field(client, school, typed):
    response = send_form(client, school, email=typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["email"]
    with scopes_disabled():
        assert not Lead.objects.exists()


def test_every_mail_about_an_international_address_is_sent(client, school, by_smtp):
    manager = factories.make_member(institution=school, role=Role.MANAGER)
    send_form(client, school, email=IDN)

    deliver()
    make_everything_due()
    deliver()

    advisor = advisor_of(school)
    alerts = by_smtp.sent_to(advisor.user.email) + by_smtp.sent_to(manager.user.email)
    assert failures() == []
    assert len(by_smtp.sent_to(IDN_STORED)) == 1
    assert len(alerts) >= 4
    assert {mail["Reply-To"].addresses[0].addr_spec for mail in alerts} == {IDN_STORED}
    html = alerts[0].get_body(("html",)).get_content()
    assert f"mailto:{IDN_STORED}" in html.replace("%40", "@")


@pytest.mark.parametrize("again", ["ada@applicant.example", "ADA@applicant.example"])
def test_invisible_characters_make_nobody_another_person(client, school, again):
    send_form(client, school, email="ada@applicant\u200b.example", message="One")
    send_form(client, school, email=again, message="Two")

    with scopes_disabled():
        first, second = Lead.objects.order_by("pk")
    owner = factories.make_user(is_staff=True, is_superuser=True)
    client.force_login(owner)
    page = client.get(reverse("admin:hcprograms_lead_change", args=[second.pk])).content.decode()
    assert first.email == "ada@applicant.example"
    assert "same email" in page


# Names.


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ada\u200bLovelace", "AdaLovelace"),
        ("\ufeffAda\u00ad Love\u2060lace\u200e", "Ada Lovelace"),
        ("Ada\u200d Love\u200clace", "Ada Lovelace"),
        ("A\U000e0041da", "Ada"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("ක්\u200dරි", "ක්\u200dරි"),
        ("Ada 👩🏽\u200d⚕️", "Ada 👩🏽\u200d⚕️"),
    ],
)
def test_name_keeps_what_can_be_seen(client, school, typed, stored):
    assert send_form(client, school, name=typed).status_code == 303
    assert only_lead().name == stored


def test_name_of_nothing_visible_is_no_name(client, school):
    response = send_form(client, school, name="\u200b\ufeff\u3164")

    assert response.status_code == 422
    assert "name" in response.context["form"].errors


@pytest.mark.parametrize(
    "name",
    [
        "Ä" * 300,
        "Ada " + "x" * 296,
        'Ada "The Countess" <King>, Esq.; (Lovelace)\\',
        "=?utf-8?q?Ada?=",
        "👩🏽\u200d⚕️" * 40,
        "Ada\uffff\ufdd0",
        ",",
        "عدا " * 70,
    ],
)
def test_no_name_costs_a_mail(client, school, by_smtp, name):
    assert send_form(client, school, name=name).status_code == 303

    deliver()

    assert failures() == []
    assert len(by_smtp.sent_to("ada@applicant.example")) == 1
    assert len(by_smtp.sent_to(advisor_of(school).user.email)) == 1


# Other ways in.


def test_person_corrects_to_an_international_address(client, school):
    send_form(client, school)
    own_page = read_mail_to().partition("/my-request/")[2].partition("/")[0]

    address = reverse("hcprograms:my_request_correct", args=[own_page])
    typed = {"name": "Ada Applicant", "email": "ada@\u200bbücher.example"}
    response = client.post(address, typed)

    # The link that was used ends with the correction, so the page does not lead back to it.
    assert (response.status_code, only_lead().email) == (200, IDN_STORED)


@pytest.mark.parametrize(
    ("typed", "stored"), [(IDN, IDN_STORED), ("ädä@applicant.example", "old@applicant.example")]
)
def test_staff_correct_to_an_address_that_mail_can_be_sent_to(client, school, typed, stored):
    lead = factories.make_lead(form=school.interest_forms.first(), email="old@applicant.example")
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))

    page = reverse("admin:hcprograms_lead_change", args=[lead.pk])
    verb = [
        one for one in client.get(page).content.decode().split('"') if one.endswith("/address/")
    ]
    client.post(verb[0], {"email": typed})

    assert only_lead().email == stored


def test_refused_address_of_a_correction_is_named_at_its_field(client, school):
    send_form(client, school)
    own_page = read_mail_to().partition("/my-request/")[2].partition("/")[0]

    address = reverse("hcprograms:my_request_correct", args=[own_page])
    answer = client.post(address, {"name": "Ada", "email": "ädä@applicant.example"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["email"]


def test_office_address_of_a_school_is_stored_canonical(client, school):
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))
    address = reverse("admin:hcprograms_institution_change", args=[school.pk])
    typed = read_values(client, address) | {"email": "Büro@applicant.example"}

    refused = client.post(address, typed)
    typed["email"] = "office\u200b@bücher.example"
    taken = client.post(address, typed)

    school.refresh_from_db()
    assert "email" in refused.context["adminform"].form.errors
    assert (taken.status_code, school.email) == (302, "office@xn--bcher-kva.example")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("ada@\u200bbücher.example", IDN_STORED), ("ädä@applicant.example", None), ("ada@x", None)],
)
def test_api_takes_and_refuses_the_same_addresses(client, school, typed, stored):
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))
    made = {"institution": school.pk, "name": "CRM", "may_capture": "on"}
    page = client.post("/admin/hcprograms/apikey/add/", made).content.decode()
    [key] = set(re.findall(r"hcp_[0-9a-f]+_[\w-]+", page))
    form = school.interest_forms.get()

    answer = client.post(
        f"/api/v1/forms/{form.public_id}/requests/",
        {"id": str(uuid.uuid4()), "fields": {"name": "Ada", "email": typed}},
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )

    with scopes_disabled():
        assert list(Lead.objects.values_list("email", flat=True)) == ([stored] if stored else [])
    assert answer.status_code == (201 if stored else 422)
    assert stored or "email" in answer.content.decode()


def test_list_says_at_the_cell_which_address_takes_no_mail(client, school):
    form = school.interest_forms.get()
    client.force_login(factories.make_member(institution=school, role=Role.MANAGER).user)
    text = "Name,Email\nAda,ada@bücher.example\nBo,bö@applicant.example\n"
    file = SimpleUploadedFile("fair.csv", text.encode())

    page = client.post("/admin/hcprograms/lead/import/", {"form": form.pk, "file": file})

    html = page.content.decode()
    assert "bö@applicant.example" in html
    assert "only letters from A to Z" in html
    assert "ada@bücher.example" not in html


# Addresses that are in the database from before.


UNWRITABLE = ["ädä@applicant.example", "ada", "ada@[192.0.2.1", "ada\r\n@applicant.example"]


def make_old_lead(school, **fields):
    """A lead as an earlier release stored it, with its messages planned."""
    form = school.interest_forms.first()
    member = advisor_of(school)
    lead = factories.make_lead(form=form, assigned_to=member, captured_at=timezone.now(), **fields)
    with scopes_disabled():
        for purpose, recipient, address in [
            ("confirmation", "applicant", lead.email),
            ("alert", "advisor", member.user.email),
            ("reminder", "advisor", member.user.email),
            ("escalation", "manager", "office@school.example"),
        ]:
            FollowUp.objects.create(
                institution=school,
                lead=lead,
                purpose=purpose,
                recipient=recipient,
                membership=member if recipient == "advisor" else None,
                address=address,
                due_at=timezone.now() - timedelta(seconds=1),
            )
    return lead


@pytest.mark.parametrize("email", UNWRITABLE)
def test_staff_hear_of_a_person_whom_no_mail_reaches(school, by_smtp, email):
    make_old_lead(school, email=email)

    deliver()

    [alert, reminder] = by_smtp.sent_to(advisor_of(school).user.email)
    assert [one.partition(":")[0] for one in failures()] == ["confirmation"]
    assert alert["Reply-To"] is None
    assert reminder["Reply-To"] is None
    assert by_smtp.sent_to("office@school.example")
    for part in ("plain", "html"):
        words = " ".join(alert.get_body((part,)).get_content().split())
        assert "cannot be sent to the address" in words


@pytest.mark.parametrize("email", ["ada@bücher.example", "ada@applicant\u200b.example"])
def test_old_address_that_only_needs_its_canonical_form_gets_its_mail(school, by_smtp, email):
    make_old_lead(school, email=email)

    deliver()

    assert failures() == []
    [recipient] = {one.recipients[0] for one in by_smtp.received if "a@x" in one.recipients[0]} or {
        one.recipients[0] for one in by_smtp.received if one.recipients[0].startswith("ada@app")
    }
    assert recipient in (IDN_STORED, "ada@applicant.example")


@pytest.mark.parametrize(
    "email",
    ["ann@bücher.example", "ann\u200b@school.example", "ännchen@school.example", "nonsense"],
)
def test_address_of_an_advisor_costs_nobody_else_a_mail(client, school, by_smtp, email):
    second = factories.make_member(institution=school)
    advisor_of(school, email=email, first_name="Ännchen" * 20, last_name="\u200b<x>")

    for number in range(2):  # each of the two has one
        send_form(client, school, email=f"ada{number}@applicant.example", message=str(number))
    deliver()

    applicants = [one for one in by_smtp.received if one.recipients[0].startswith("ada")]
    assert len(applicants) == 2
    assert len(by_smtp.sent_to(second.user.email)) == 2
    assert not [one for one in failures() if one.startswith("confirmation")]


@pytest.mark.parametrize(
    ("email", "written"),
    [
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        (" ann\u200b@school.example", "ann@school.example"),
    ],
)
def test_advisor_with_an_international_address_gets_the_alert(
    client, school, by_smtp, email, written
):
    advisor_of(school, email=email)

    send_form(client, school)
    deliver()

    assert len(by_smtp.sent_to(written)) == 1
    [confirmation] = by_smtp.sent_to("ada@applicant.example")
    assert confirmation["Reply-To"].addresses[0].addr_spec == written
    assert failures() == []


def test_advisor_whom_no_mail_reaches_is_shown_to_staff_and_others_are_told(client, by_smtp):
    school = make_school()
    advisor_of(school, email="ännchen@school.example", first_name="Ännchen")
    manager = factories.make_member(institution=school, role=Role.MANAGER)

    send_form(client, school)
    deliver()

    assert by_smtp.sent_to(manager.user.email)
    assert [one for one in failures() if "Ännchen" in one]


def test_site_and_school_with_unusual_names_send_mail(client, school, by_smtp, settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"SITE_URL": "https://bücher.example"}
    type(school).objects.filter(pk=school.pk).update(name="Ünïversität " * 16, email="büro")

    send_form(client, school)
    deliver()

    [mail] = by_smtp.sent_to("ada@applicant.example")
    assert mail["Message-ID"].strip().endswith("@xn--bcher-kva.example>")
    assert mail["List-Unsubscribe"].strip().startswith("<https://xn--bcher-kva.example/")


def test_digest_reaches_who_has_an_international_address(school, by_smtp):
    manager = factories.make_member(institution=school, role=Role.MANAGER)
    type(manager.user).objects.filter(pk=manager.user.pk).update(email="mia@bücher.example")
    factories.make_lead(form=school.interest_forms.first())
    type(school).objects.filter(pk=school.pk).update(digest_at="00:00", time_zone="UTC")

    call_command("deliver_followups", "--once", stdout=StringIO())

    assert by_smtp.sent_to("mia@xn--bcher-kva.example")
