"""What a person may do with what is held: take it along, correct it, have it erased."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.disclosure import disclose_lead
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.links import sign_link
from hcprograms.leads.merging import merge_leads
from hcprograms.leads.messaging import write_message
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import CaptureAttempt, Lead, LeadEvent
from hcprograms.leads.status import add_note
from hcprograms.leads.suppression import is_suppressed
from hcprograms.leads.tokens import Purpose
from tests.factories import NOW
from tests.leads.asking import VISITOR, all_leads, make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
CANARY = "canary7391"
PERSON = {
    "name": f"Ada {CANARY}",
    "email": f"ada.{CANARY}@applicant.example",
    "phone": "+13035557391",
    "message": f"About {CANARY}",
    "state": "CO",
    "country": "US",
    "education": "bachelor",
}


@pytest.fixture
def lead(school):
    submission = make_submission(
        school,
        details=PERSON,
        extra=[{"key": "why", "question": "Why?", "answer": f"Because {CANARY}"}],
        answers={"state": "CO"},
        recommendation={"about": CANARY},
    )
    lead = capture_lead(form=school.form, submission=submission, now=NOW).lead
    add_note(lead=lead, text=f"Knows {CANARY}", user=school.advisor.user, now=NOW)
    return lead


def address(name, lead):
    token = sign_link(Purpose.MY_REQUEST, lead=lead, address=lead.email, now=NOW)
    return reverse(f"hcprograms:{name}", args=[token])


def stored(lead):
    with scopes_disabled():
        return Lead.objects.get(pk=lead.pk)


def rows_that_hold(text):
    """Every table row of the whole database that has this text in any column."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found += [model.__name__ for row in cursor.fetchall() if text in str(row)]
    return found


def test_download_has_everything_and_is_a_file(client, lead, school):
    response = client.get(address("my_request_data", lead))

    data = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="my-request.json"'
    assert response["Cache-Control"] == "private, no-store"
    assert data["held_by"] == school.form.institution.seller
    assert data["request"]["message"] == f"About {CANARY}"
    assert data["request"]["country"] == "US"
    assert [row["decision"] for row in data["consents"]] == [
        "granted",
        "not_granted",
        "not_granted",
    ]
    assert data["consents"][0]["ip_address"] == VISITOR.ip_address
    assert [row["kind"] for row in data["timeline"]] == ["captured", "assigned", "note"]
    assert [row["outcome"] for row in data["capture_log"]] == ["captured"]


def test_download_leaves_out_the_words_of_staff_and_says_so(client, lead, school):
    data = json.loads(client.get(address("my_request_data", lead)).content)

    words = {row["kind"]: row["text"] for row in data["timeline"]}
    assert (words["note"], words["assigned"]) == (None, None)
    assert words["captured"] == school.form.title
    assert data["left_out"].endswith("write to ask@school.example.")
    assert str(school.advisor) not in json.dumps(data)


def test_access_request_is_answered_by_staff_with_the_notes(lead):
    data = disclose_lead(lead=lead, with_notes=True)

    assert [row["text"] for row in data["timeline"] if row["kind"] == "note"] == [f"Knows {CANARY}"]
    assert "left_out" not in data


def test_download_names_every_field_of_a_lead(client, lead):
    internal = {
        "id",
        "public_id",
        "submission_id",
        "institution",
        "form_version",
        "close_reason",
        "assigned_to",
        "assignment_reason",
        "first_answered_by",
        "erased_at",
        "updated_at",
        "name_key",
        "is_waiting",
        "merged_into",
        "answer_due_at",
        "answered_after_minutes",
        "own_email_hash",
    }

    data = json.loads(client.get(address("my_request_data", lead)).content)

    fields = {field.name for field in Lead._meta.fields} - internal
    assert fields <= set(data["request"])


def test_correction_page_shows_what_is_held(client, lead):
    form = client.get(address("my_request_correct", lead)).context["form"]

    assert form["name"].value() == PERSON["name"]
    assert (form["state"].value(), form["education"].value()) == ("CO", "bachelor")
    assert not {"message", "offerings", "consent_email"} & set(form.fields)


def test_correction_page_keeps_a_month_that_is_over(client, lead):
    with scopes_disabled():
        Lead.objects.filter(pk=lead.pk).update(start_from="2025-09")

    html = client.get(address("my_request_correct", lead)).content.decode()

    assert '<option value="2025-09" selected>September 2025</option>' in html


def correct(client, lead, **fields):
    return client.post(address("my_request_correct", lead), PERSON | fields)


def test_correction_replaces_what_differs_and_is_in_the_timeline(client, lead):
    response = correct(client, lead, name="Ada Right", message="ignored", status="enrolled")

    kept = stored(lead)
    with scopes_disabled():
        entry = LeadEvent.objects.get(kind="corrected")
    assert response.status_code == 303
    assert (kept.name, kept.message, kept.status) == ("Ada Right", PERSON["message"], "new")
    assert entry.text == "by the applicant: name"


def test_correction_without_change_leaves_no_trace(client, lead):
    correct(client, lead)

    with scopes_disabled():
        assert not LeadEvent.objects.filter(kind="corrected").exists()


def test_bad_correction_is_refused_and_kept_in_the_page(client, lead):
    response = correct(client, lead, email="Victim <evil@x.example>")

    assert response.status_code == 422
    assert response.context["form"]["email"].value() == "Victim <evil@x.example>"
    assert stored(lead).email == PERSON["email"]


def test_consent_is_carried_to_a_corrected_address(client, lead):
    correct(client, lead, email="right@applicant.example")

    with scopes_disabled():
        first, last = Consent.objects.filter(channel="email").order_by("pk")
    assert (first.contact_point, last.contact_point) == (
        PERSON["email"],
        "right@applicant.example",
    )
    assert (last.decision, last.text, last.method) == ("granted", first.text, "link")


def test_no_consent_is_made_up_for_a_corrected_number(client, lead):
    correct(client, lead, phone="(303) 555-0199")

    with scopes_disabled():
        assert Consent.objects.filter(decision="granted").count() == 1
    assert stored(lead).phone == "+13035550199"


def test_erase_page_changes_nothing_when_opened(client, lead):
    response = client.get(address("my_request_erase", lead))

    assert response.status_code == 200
    assert stored(lead).erased_at is None


def test_erasure_leaves_no_trace_of_the_person(client, lead, school):
    typed = school.typed(email=PERSON["email"], name="", message=CANARY)
    client.post(school.address, typed)
    assert {"Lead", "Consent", "LeadEvent", "FollowUp", "CaptureAttempt"} <= set(
        rows_that_hold(CANARY)
    )

    response = client.post(address("my_request_erase", lead))

    assert response.status_code == 200
    assert rows_that_hold(CANARY) == []
    assert rows_that_hold("5557391") == []
    assert rows_that_hold(VISITOR.ip_address) == []
    assert rows_that_hold(str(lead.submission_id)) + rows_that_hold(lead.submission_id.hex) == []


def test_erasure_reaches_messages_and_merged_requests(lead, school):
    user = school.advisor.user
    other = capture_lead(
        form=school.form,
        submission=make_submission(school, details=PERSON | {"email": f"{CANARY}@home.example"}),
        now=NOW,
    ).lead
    write_message(lead=lead, subject=f"About {CANARY}", text=CANARY, user=user, now=NOW)
    merge_leads(kept=lead, other=other, take=["email"], user=user, now=NOW)
    assert {"LeadMerge", "FollowUp"} <= set(rows_that_hold(CANARY))

    erase_lead(lead=stored(lead), method=Consent.Method.STAFF, now=NOW)

    assert rows_that_hold(CANARY) == []


def test_erasure_keeps_an_audit_line_and_the_suppression(client, lead, school):
    client.post(address("my_request_erase", lead))

    with scopes_disabled():
        events = list(LeadEvent.objects.values_list("kind", "text", "at"))
        follow_ups = FollowUp.objects.count()
    assert events == [("erased", "by the person (link in an email)", NOW)]
    assert follow_ups == 0
    assert (stored(lead).status, stored(lead).erased_at) == ("closed", NOW)
    suppressed = {
        channel: is_suppressed(institution=school.form.institution, channel=channel, address=value)
        for channel, value in (
            (Channel.EMAIL, PERSON["email"]),
            (Channel.CALL, PERSON["phone"]),  # the link proves nothing about the number
            (Channel.TEXT, PERSON["phone"]),
        )
    }
    assert suppressed == {Channel.EMAIL: True, Channel.CALL: False, Channel.TEXT: False}


def test_erasure_keeps_what_reports_count(client, lead, school):
    client.post(address("my_request_erase", lead))

    kept = stored(lead)
    with scopes_disabled():
        offerings = [choice.offering for choice in kept.choices.all()]
        outcomes = list(CaptureAttempt.objects.values_list("outcome", flat=True))
    assert (kept.form, kept.captured_at) == (school.form, NOW)
    assert (offerings, outcomes) == ([school.offering], ["captured"])


def test_erasing_one_request_leaves_others_alone(client, lead, school):
    other = capture_lead(
        form=school.form, submission=make_submission(school, details=PERSON), now=NOW
    ).lead

    client.post(address("my_request_erase", lead))

    assert stored(other).name == PERSON["name"]


def test_erasing_twice_changes_nothing(lead):
    erase_lead(lead=lead, method=Consent.Method.STAFF, now=NOW)

    erase_lead(lead=lead, method=Consent.Method.STAFF, now=NOW + timedelta(days=1))

    assert stored(lead).erased_at == NOW
    with scopes_disabled():
        assert LeadEvent.objects.count() == 1


def test_pages_of_an_erased_request_are_gone(client, lead):
    names = ("my_request", "my_request_data", "my_request_correct", "my_request_erase")
    pages = [address(name, lead) for name in names]
    client.post(pages[-1])

    assert {client.get(page).status_code for page in pages} == {404}


def test_same_form_sent_again_after_erasure_is_a_new_request(client, school):
    typed = school.typed()
    client.post(school.address, typed)
    (first,) = all_leads()
    erase_lead(lead=first, method=Consent.Method.LINK, now=NOW)

    client.post(school.address, typed)

    assert [lead.name for lead in all_leads()] == ["", "Ada Applicant"]


@pytest.mark.parametrize("name", ["my_request_correct", "my_request_erase"])
def test_changes_from_another_site_are_refused(client, lead, name):
    response = client.post(address(name, lead), PERSON, headers={"origin": "https://evil.example"})

    assert response.status_code == 403
    assert stored(lead).erased_at is None


@pytest.mark.parametrize("name", ["my_request_data", "my_request_correct", "my_request_erase"])
def test_tokens_of_other_purposes_open_nothing(client, lead, name):
    token = sign_link(Purpose.THANKS, lead=lead, address=lead.email, now=NOW)

    assert client.get(reverse(f"hcprograms:{name}", args=[token])).status_code == 404
