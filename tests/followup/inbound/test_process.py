"""What is done about messages that come in."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError

from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.inbound import process
from hcprograms.followup.inbound.process import MOST_TOLD_AN_HOUR, process_message
from hcprograms.followup.models import FollowUp, ReceivedMail, WebhookEndpoint
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.models.consent import Consent, Suppression
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.status import change_status
from hcprograms.leads.suppression import is_suppressed
from hcprograms.signals import consent_withdrawn
from tests import factories
from tests.factories import NOW
from tests.followup.inbound.conftest import another_request
from tests.followup.inbound.messages import write_mail

pytestmark = pytest.mark.usefixtures("unscoped")


def receive(text="", **given):
    places = {name: given.pop(name) for name in ("recipients", "institution") if name in given}
    content = given.pop("content", None) or write_mail(text, **given)
    return process_message(content=content, source="mail", now=NOW, **places).outcome


def kept(lead):
    """The person's messages in the timeline."""
    return list(lead.events.filter(kind="received").values_list("text", flat=True))


def told(lead):
    return list(FollowUp.objects.filter(lead=lead, purpose="received"))


def test_stop_ends_emails_with_proof(person, decisions):
    outcome = receive("STOP", Subject="Re: We have your request")

    proof = Consent.objects.latest("pk")
    assert outcome == "withdrawn"
    assert decisions() == {"email": "withdrawn", "call": "granted", "text": "granted"}
    assert (proof.method, proof.decided_at) == ("reply", NOW)
    assert proof.text == "Re: We have your request\nSTOP"
    assert is_suppressed(institution=person.institution, channel="email", address=person.email)


def test_stop_cancels_what_was_planned_and_tells_the_timeline(person):
    receive("STOP")

    row = FollowUp.objects.get(lead=person, purpose="confirmation")
    texts = [one.text for one in LeadEvent.objects.filter(lead=person, kind="consent")]
    assert row.state == "cancelled"
    assert texts == ["email: withdrawn (reply by email)"]


def test_stop_is_told_to_other_systems(person):
    WebhookEndpoint.objects.create(
        institution=person.institution, name="CRM", url="https://crm.example/hook"
    )

    receive("STOP ALL")

    events = FollowUp.objects.filter(event="consent.withdrawn").order_by("pk")
    assert [one.details for one in events] == [
        {"channel": "email"},
        {"channel": "call"},
        {"channel": "text"},
    ]


def test_stop_all_ends_calls_and_texts_too(person, decisions):
    receive("Stop all")

    assert set(decisions().values()) == {"withdrawn"}
    # Whoever can write from the mailbox has proved nothing about the number.
    assert not is_suppressed(institution=person.institution, channel="call", address=person.phone)


def test_stop_calling_ends_calls_alone(person, decisions):
    receive("Stop calling me!")

    assert decisions() == {"email": "granted", "call": "withdrawn", "text": "granted"}


def test_stop_holds_for_every_request_of_the_person_here_and_nowhere_else(person, decisions):
    other = another_request(person, email="ADA@applicant.example")
    elsewhere = factories.make_lead(email=person.email)

    receive("STOP")

    assert decisions(other) == {"email": "withdrawn"}
    assert decisions(elsewhere) == {}


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_person_is_known_by_the_message_answered_whoever_sends(confirmation, decisions, header):
    answered = f"<{confirmation.public_id}@admissions.example>"

    outcome = receive("STOP", sender="ada@work.example", **{header: answered})

    assert (outcome, decisions()["email"]) == ("withdrawn", "withdrawn")


def test_message_id_counts_before_the_sender(confirmation, decisions):
    other = factories.make_lead(form=confirmation.lead.form, email="bea@x.example")
    answered = f"<{confirmation.public_id}@admissions.example>"

    receive("STOP", sender="bea@x.example", In_Reply_To=answered)

    assert decisions()["email"] == "withdrawn"
    assert decisions(other) == {}


def test_button_of_a_mail_program_ends_emails_even_automatically(confirmation, decisions):
    subject = f"unsubscribe {confirmation.public_id}"

    outcome = receive("", sender="x@y.example", Subject=subject, Auto_Submitted="auto-generated")

    assert (outcome, decisions()["email"]) == ("withdrawn", "withdrawn")


def test_answer_of_staff_to_their_own_alert_ends_nothing(person, decisions):
    alert = FollowUp.objects.filter(lead=person, purpose="alert").first()

    outcome = receive(
        "STOP",
        sender=alert.address,
        In_Reply_To=f"<{alert.public_id}@admissions.example>",
    )

    assert outcome == "withdrawn"  # for the colleague's own address
    assert decisions()["email"] == "granted"


def test_empty_mail_to_the_address_is_a_withdrawal(person, decisions):
    receive("")

    assert decisions()["email"] == "withdrawn"


def test_envelope_says_whom_it_was_for(person, decisions):
    receive("", To="undisclosed-recipients:;", recipients=["Stop@School.example"])

    assert decisions()["email"] == "withdrawn"


def test_mail_to_another_mailbox_of_the_school_needs_words(person, decisions):
    office = {"To": "office@school.example", "institution": person.institution}

    first = receive("", **office)
    second = receive("unsubscribe", **office)

    assert (first, second) == ("passed_on", "withdrawn")
    assert decisions()["email"] == "withdrawn"


def test_sender_whom_one_school_knows_needs_no_other_sign(person):
    assert receive("STOP", To="someone@x.example") == "withdrawn"


def test_sender_whom_two_schools_know_is_not_guessed_at(person, decisions):
    factories.make_lead(email=person.email)

    outcome = receive("STOP", To="someone@x.example")

    assert (outcome, decisions()["email"]) == ("unknown", "granted")


def test_question_is_kept_and_passed_on_to_the_advisor(person):
    outcome = receive("May I start in May?\n\n> quoted", Subject="Start")

    (row,) = told(person)
    assert outcome == "passed_on"
    assert kept(person) == ["Start\n\nMay I start in May?\n\n> quoted"]
    assert (row.address, row.recipient, row.state) == ("ann@school.example", "advisor", "planned")


def test_advisor_gets_the_words_and_answers_the_person(person):
    receive("May I start in <May>?", Subject="Start")
    FollowUp.objects.exclude(purpose="received").delete()

    deliver_due(now=NOW, limit=9)

    (message,) = mail.outbox
    assert message.subject == "Ada Applicant wrote: Start"
    assert "May I start in <May>?" in message.body
    assert "May I start in &lt;May&gt;?" in message.alternatives[0].content
    assert message.reply_to == ["Ada Applicant <ada@applicant.example>"]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_nothing_is_answered_to_the_sender(person):
    receive("May I start in May?")
    receive("STOP")
    FollowUp.objects.exclude(purpose="received").delete()

    deliver_due(now=NOW, limit=9)

    assert [message.to for message in mail.outbox] == [["ann@school.example"]]


def test_withdrawal_with_further_words_is_passed_on_too(person, decisions):
    receive("STOP\nBut I would still like an answer to my question.")

    assert decisions()["email"] == "withdrawn"
    assert len(told(person)) == 1


def test_withdrawal_with_a_name_below_is_just_that(person):
    receive("STOP\nAda Applicant")

    assert (kept(person), told(person)) == ([], [])


def test_words_after_the_end_of_the_request_still_reach_somebody(person):
    receive("I changed my mind.")
    change_status(lead=person, status="closed", reason="x", user=factories.make_user(), now=NOW)

    deliver_due(now=NOW, limit=9)

    assert [message.subject for message in mail.outbox] == ["Ada Applicant wrote: (no subject)"]


def test_same_message_twice_is_acted_on_once(person):
    content = write_mail("A question")

    outcomes = [receive(content=content) for _ in range(2)]

    assert outcomes == ["passed_on", "passed_on"]
    assert (len(kept(person)), len(told(person))) == (1, 1)
    assert ReceivedMail.objects.count() == 1


def test_withdrawal_given_again_after_a_new_consent_changes_nothing(person, decisions):
    content = write_mail("STOP")
    receive(content=content)
    Consent.objects.create(
        institution=person.institution,
        lead=person,
        channel="email",
        decision="granted",
        decided_at=NOW + timedelta(days=1),
        seller="Fairview School",
        contact_point=person.email,
    )

    receive(content=content)

    assert decisions()["email"] == "granted"


def test_automatic_answer_is_kept_and_nobody_is_told(person, decisions):
    outcome = receive("I am away. Stop.", Subject="STOP", Auto_Submitted="auto-replied")

    assert outcome == "automatic"
    assert decisions()["email"] == "granted"
    assert len(kept(person)) == 1
    assert "automatic answer" in kept(person)[0]
    assert told(person) == []


def test_attachments_are_named_as_not_kept(person):
    content = (
        b"From: ada@applicant.example\r\nTo: stop@school.example\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nMy transcript\r\n--b\r\n"
        b"Content-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n--b--\r\n"
    )

    receive(content=content)

    assert "1 attachment was not kept" in kept(person)[0]


def test_flood_is_kept_but_told_so_often_only(person):
    for number in range(MOST_TOLD_AN_HOUR + 3):
        receive(f"Question {number}")

    assert (len(kept(person)), len(told(person))) == (MOST_TOLD_AN_HOUR + 3, MOST_TOLD_AN_HOUR)


def test_suspected_spam_is_kept_and_nobody_is_told(person):
    Lead.objects.update(status="quarantined")

    receive("Buy this")

    assert (len(kept(person)), told(person)) == (1, [])


def test_message_about_a_merged_request_goes_to_the_one_that_was_kept(person):
    other = another_request(person, email="old@x.example", merged_into=person)
    row = FollowUp.objects.create(
        institution=other.institution,
        lead=other,
        purpose="confirmation",
        recipient="applicant",
        address=other.email,
        due_at=NOW,
    )

    receive("Hi", sender="old@x.example", In_Reply_To=f"<{row.public_id}@x.example>")

    assert (len(kept(person)), kept(other)) == (1, [])


def test_newest_request_gets_the_message(person):
    newer = another_request(person, captured_at=NOW + timedelta(hours=1))

    receive("Hi")

    assert (kept(person), len(kept(newer))) == ([], 1)


def test_strangers_are_noted_without_anything_personal(school, caplog):
    with caplog.at_level(logging.INFO):
        outcome = receive("My canary is yellow", sender="canary@x.example", Subject="Canary")

    note = ReceivedMail.objects.get()
    assert (outcome, note.institution) == ("unknown", school)
    assert "canary" not in (caplog.text + str(ReceivedMail.objects.values())).lower()


def test_stranger_who_wants_no_emails_gets_none(school):
    outcome = receive("STOP", sender="alias@x.example")

    assert outcome == "withdrawn"
    assert is_suppressed(institution=school, channel="email", address="alias@x.example")
    assert "alias" not in str(Suppression.objects.values())


def test_erased_person_is_a_stranger(person):
    Lead.objects.filter(pk=person.pk).update(erased_at=NOW)

    assert receive("Hello") == "unknown"


def test_logs_of_a_known_person_hold_nothing_personal(person, caplog):
    with caplog.at_level(logging.DEBUG):
        receive("A question about canaries", Subject="Canary")

    assert "anary" not in caplog.text
    assert "ada@" not in caplog.text


def test_nobody_to_tell_is_seen_by_staff(person):
    person.institution.memberships.all().delete()
    person.institution.email = ""
    person.institution.save()

    receive("Hello")

    (row,) = told(person)
    assert (row.state, row.last_error) == (
        "failed",
        "There is nobody with an email address to tell.",
    )


def test_failure_half_way_leaves_nothing_and_can_be_tried_again(person, monkeypatch, decisions):
    content = write_mail("STOP ALL")

    def fail(**kwargs):
        raise DatabaseError("gone")

    consent_withdrawn.connect(fail)
    try:
        with pytest.raises(DatabaseError):
            receive(content=content)
    finally:
        consent_withdrawn.disconnect(fail)
    nothing = (ReceivedMail.objects.count(), decisions()["email"], Suppression.objects.count())
    outcome = receive(content=content)

    assert nothing == (0, "granted", 0)
    assert (outcome, decisions()["email"]) == ("withdrawn", "withdrawn")


def test_delivery_is_hurried_after_the_commit(
    person, monkeypatch, django_capture_on_commit_callbacks
):
    hurried = []
    monkeypatch.setattr(process, "notify_worker_soon", lambda: hurried.append(1))

    with django_capture_on_commit_callbacks(execute=True):
        receive("Hello")

    assert hurried == [1]


def test_withdrawal_holds_though_one_was_recorded_for_an_older_address(person, decisions):
    withdraw_consent(lead=person, channels=["email"], method="link", now=NOW)
    Lead.objects.filter(pk=person.pk).update(email="new@x.example")

    receive("STOP", sender="new@x.example")

    assert is_suppressed(institution=person.institution, channel="email", address="new@x.example")


def test_signals_tell_that_answers_end_too(person):
    found = []

    def note(channel, answers_too, **kwargs):
        found.append((channel, answers_too))

    consent_withdrawn.connect(note)
    receive("STOP")
    consent_withdrawn.disconnect(note)

    assert found == [("email", True)]
