"""What leaves the site about a person says “granted” only where that person agreed."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.api_keys import ApiKey
from hcprograms.leads.models.consent import Consent
from tests.factories import (
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
)

pytestmark = pytest.mark.django_db

INBOX = "/admin/hcprograms/lead/"
COLUMNS = {
    "email": "Consent to email news",
    "call": "Consent to phone calls",
    "text": "Consent to text messages",
}
PHONE = "+13035550100"


@pytest.fixture
def form():
    return make_interest_form(institution=make_institution(email="office@school.example"))


@pytest.fixture
def manager(client, form):
    client.force_login(make_member(institution=form.institution, role="manager").user)
    return client


@pytest.fixture
def lead(form):
    return make_lead(form=form, name="Ada", email="ada@applicant.example", phone=PHONE)


def decide(lead, channel, decision, *, after=0, contact_point=None):
    point = lead.email if channel == "email" else lead.phone
    with scopes_disabled():
        return Consent.objects.create(
            institution=lead.institution,
            lead=lead,
            channel=channel,
            decision=decision,
            decided_at=lead.captured_at + timedelta(minutes=after),
            seller="School",
            contact_point=point if contact_point is None else contact_point,
        )


def withdraw(client, lead, channel):
    address = reverse("admin:hcprograms_lead_verb", args=[lead.pk, "withdraw"])
    assert client.post(address, {"channel": channel}).status_code == 302


def change(lead, **fields):
    with scopes_disabled():
        type(lead).objects.filter(pk=lead.pk).update(**fields)
    lead.refresh_from_db()


def export(client, *leads, kind="export"):
    chosen = [lead.pk for lead in leads]
    response = client.post(f"{INBOX}?queue=all", {"action": kind, "_selected_action": chosen})
    if kind == "export_xlsx":
        sheet = load_workbook(io.BytesIO(response.content)).active
        heading, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
        return [dict(zip(heading, row, strict=True)) for row in rows]
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def read_by_api(client, lead):
    with scopes_disabled():
        raw = make_key(lead.institution)
    response = client.get(
        f"/api/v1/leads/{lead.public_id}/", headers={"authorization": f"Bearer {raw}"}
    )
    return response.json()


def make_key(institution):
    from hcprograms.leads.api_keys import issue_key  # noqa: PLC0415

    return issue_key(key=ApiKey(institution=institution, name="CRM", may_read=True), user=None)


@pytest.mark.parametrize("kind", ["export", "export_xlsx"])
def test_who_was_asked_nothing_is_no_subscriber(manager, lead, kind):
    (row,) = export(manager, lead, kind=kind)

    assert [row[name] for name in COLUMNS.values()] == ["not asked"] * 3
    assert "yes" not in {str(value).lower() for value in row.values()}
    assert not any("May be" in name for name in row)


@pytest.mark.parametrize("kind", ["export", "export_xlsx"])
@pytest.mark.parametrize("channel", list(COLUMNS))
@pytest.mark.parametrize(
    ("decisions", "status"),
    [
        (["not_granted"], "declined"),
        (["granted"], "granted"),
        (["granted", "withdrawn"], "withdrawn"),
        (["granted", "not_granted"], "declined"),
        (["withdrawn", "granted"], "granted"),
    ],
)
def test_each_channel_has_its_latest_word_and_date(manager, lead, kind, channel, decisions, status):
    for number, decision in enumerate(decisions):
        row = decide(lead, channel, decision, after=number)

    (told,) = export(manager, lead, kind=kind)

    assert {key: told[name] for key, name in COLUMNS.items()} == {
        key: status if key == channel else "not asked" for key in COLUMNS
    }
    assert told[f"{COLUMNS[channel]}: date (UTC)"] == f"{row.decided_at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("channel", "change_to"),
    [
        ("email", {"email": "other@applicant.example"}),
        ("call", {"phone": "+13035550199"}),
        ("text", {"phone": ""}),
    ],
)
def test_consent_for_another_address_is_none_for_this_one(manager, lead, channel, change_to):
    decide(lead, channel, "granted")
    change(lead, **change_to)

    (row,) = export(manager, lead)

    assert row[COLUMNS[channel]] == "not asked"
    assert read_by_api(manager, lead)["consent_status"][channel]["status"] == "not_asked"
    assert "granted" not in read_by_api(manager, lead)["consents"].values()


def test_one_spelling_of_an_address_is_as_good_as_another(manager, form):
    lead = make_lead(form=form, email="Ada@Applicant.Example", phone="+1 303 555 0100")
    decide(lead, "email", "granted", contact_point="ada@applicant.example")
    decide(lead, "call", "granted", contact_point="+13035550100")

    (row,) = export(manager, lead)

    assert (row[COLUMNS["email"]], row[COLUMNS["call"]]) == ("granted", "granted")


@pytest.mark.parametrize("channel", list(COLUMNS))
def test_address_that_must_not_be_used_says_so_in_every_request(manager, form, lead, channel):
    later = make_lead(form=form, email=lead.email, phone=lead.phone)
    for one in (lead, later):
        decide(one, channel, "granted")
    withdraw(manager, lead, channel)

    rows = export(manager, lead, later)

    assert [row[COLUMNS[channel]] for row in rows] == ["withdrawn", "withdrawn"]
    for row in rows:
        assert row["Do not contact by"].startswith(
            {"email": "email", "call": "phone call", "text": "text message"}[channel]
        )
        date = row[f"{COLUMNS[channel]}: date (UTC)"]
        assert date.startswith(f"{timezone.now():%Y-%m-%d}")
    for one in (lead, later):
        told = read_by_api(manager, one)
        assert told["consent_status"][channel]["status"] == "withdrawn"
        assert told["consent_status"][channel]["do_not_contact"] is True
        assert told["consents"][channel] == "withdrawn"


def test_dead_address_is_not_to_be_written_to(manager, lead):
    decide(lead, "email", "granted")
    change(lead, bounced_address=lead.email, bounced_at=timezone.now())

    (row,) = export(manager, lead)

    assert row["Do not contact by"] == "email (takes no emails)"


def test_system_that_asks_gets_all_channels(manager, lead):
    decide(lead, "email", "granted")
    decide(lead, "call", "not_granted")

    told = read_by_api(manager, lead)

    assert {key: one["status"] for key, one in told["consent_status"].items()} == {
        "email": "granted",
        "call": "declined",
        "text": "not_asked",
    }
    assert told["consents"] == {"email": "granted", "call": "not_granted"}
    assert told["consent_status"]["text"]["decided_at"] is None


def test_list_of_leads_tells_the_same_in_few_queries(manager, form, django_assert_max_num_queries):
    with scopes_disabled():
        raw = make_key(form.institution)
    for _ in range(30):
        decide(make_lead(form=form), "email", "granted")
    suppressed = make_lead(form=form, name="Bob")
    decide(suppressed, "email", "granted")
    withdraw(manager, suppressed, "email")

    with django_assert_max_num_queries(20):
        found = manager.get(
            "/api/v1/leads/?limit=100", headers={"authorization": f"Bearer {raw}"}
        ).json()["leads"]

    statuses = [one["consent_status"]["email"]["status"] for one in found]
    assert sorted(statuses) == ["granted"] * 30 + ["withdrawn"]


def test_event_for_another_system_tells_what_holds(manager, form, lead):
    from hcprograms.followup.models import FollowUp, WebhookEndpoint  # noqa: PLC0415
    from hcprograms.followup.webhooks.payloads import write_payload  # noqa: PLC0415

    decide(lead, "email", "granted")
    decide(lead, "call", "granted", contact_point="+13035550199")
    withdraw(manager, lead, "email")
    with scopes_disabled():
        endpoint = WebhookEndpoint.objects.create(
            institution=form.institution, name="CRM", url="https://crm.example/", events=[]
        )
        row = FollowUp.objects.create(
            institution=form.institution,
            lead=lead,
            purpose="webhook",
            channel="webhook",
            recipient="system",
            endpoint=endpoint,
            event="lead.updated",
            address="crm.example",
            due_at=timezone.now(),
        )
        data = json.loads(write_payload(row))["data"]

    assert data["consents"] == {"email": "withdrawn"}
    assert {key: one["status"] for key, one in data["consent_status"].items()} == {
        "email": "withdrawn",
        "call": "not_asked",
        "text": "not_asked",
    }


def read_permissions(client, lead):
    """Question → yes or no, as the lead's page shows them."""
    html = client.get(f"{INBOX}{lead.pk}/change/").content.decode()
    block = html.partition('class="hcp-permissions"')[2].partition("</ul>")[0]
    return [part.partition("</strong>")[0].split()[-1] for part in block.split("<strong>")[1:]]


def test_page_of_the_lead_says_yes_only_to_what_was_agreed(manager, lead):
    assert read_permissions(manager, lead) == ["No.", "No.", "No."]

    decide(lead, "email", "granted")
    decide(lead, "call", "granted")

    assert read_permissions(manager, lead) == ["Yes.", "No.", "Yes."]

    change(lead, phone="+13035550199")
    withdraw(manager, lead, "email")

    assert read_permissions(manager, lead) == ["No.", "No.", "No."]


def test_mail_to_the_advisor_says_the_same(manager, form, lead, mailoutbox):
    from hcprograms.followup.models import FollowUp  # noqa: PLC0415

    advisor = make_member(institution=form.institution)
    decide(lead, "call", "granted", contact_point="+13035550199")
    with scopes_disabled():
        FollowUp.objects.create(
            institution=form.institution,
            lead=lead,
            purpose="alert",
            recipient="advisor",
            membership=advisor,
            address="ann@school.example",
            due_at=timezone.now(),
        )
    call_command("deliver_followups", "--once")

    (message,) = [one for one in mailoutbox if "May I call?" in one.body]
    assert "May I call? Not agreed" in message.body
    assert "May I call? Yes" not in message.body
