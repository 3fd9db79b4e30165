"""What mail providers tell, by anymail's own webhooks."""

import base64
import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from anymail.inbound import AnymailInboundMessage
from anymail.message import AnymailMessage
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.core import mail
from django.urls import reverse

import hcprograms.contrib.anymail.receivers  # noqa: F401  (connects them, as the app does)
from hcprograms.contrib.anymail.checks import check_secret
from hcprograms.contrib.anymail.events import read_event
from hcprograms.followup.channels.email import EmailChannel
from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.inbound.reports import ReportKind
from hcprograms.followup.messages import render_message
from hcprograms.followup.models import FollowUp, ReceivedMail
from hcprograms.followup.plan import plan_for_lead
from hcprograms.leads.consent_records import get_latest_decisions
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from tests import factories
from tests.factories import NOW
from tests.followup.conftest import ann, lead, school, unscoped  # noqa: F401

pytestmark = pytest.mark.usefixtures("unscoped")

SECRET = "provider:0123456789abcdefghij"
ADA = "ada@applicant.example"


@pytest.fixture(autouse=True)
def _provider(settings):
    settings.ROOT_URLCONF = "tests.anymail.urls"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "POSTMARK_SERVER_TOKEN": "x"}


@pytest.fixture
def sent(lead):  # noqa: F811
    """A confirmation that the provider took."""
    lead.institution.withdrawal_email = "stop@school.example"
    lead.institution.save()
    plan_for_lead(lead=lead, now=NOW)
    FollowUp.objects.exclude(purpose="confirmation").delete()
    FollowUp.objects.update(state="sent", sent_at=NOW)
    return FollowUp.objects.get()


@pytest.fixture
def post(client):
    """Post an event to a webhook of the provider's, with the secret."""

    def send(payload, name="postmark_tracking", *, secret=SECRET, prefix="providers"):
        headers = {}
        if secret:
            headers["authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
        path = reverse(f"hcprograms_anymail:{name}_webhook").replace("/providers/", f"/{prefix}/")
        content = json.dumps(payload)
        return client.post(path, content, content_type="application/json", headers=headers)

    return send


def bounce(row=None, **fields):
    """A bounce as Postmark tells of it."""
    values = {
        "RecordType": "Bounce",
        "ID": 901542550,
        "Type": "HardBounce",
        "MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed",
        "Description": "The server was unable to deliver your message (ex: unknown user).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": ADA,
        "BouncedAt": "2026-11-23T15:00:01Z",
        "Metadata": {"follow_up": str(row.public_id)} if row else {},
    }
    return values | fields


def incoming(text, **fields):
    """A message as Postmark passes it on."""
    return {
        "FromFull": {"Email": ADA, "Name": "Ada"},
        "ToFull": [{"Email": "stop@school.example", "Name": ""}],
        "OriginalRecipient": "stop@school.example",
        "Subject": "Re: We have your request",
        "Date": "Mon, 23 Nov 2026 15:00:00 +0000",
        "TextBody": text,
        "HtmlBody": "",
        "Headers": [{"Name": "Message-ID", "Value": "<1@applicant.example>"}],
        "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
        "Attachments": [],
    } | fields


def is_marked(row):
    return Lead.objects.get(pk=row.lead_id).is_unreachable


def decisions(row):
    return {one: said.decision for one, said in get_latest_decisions(lead=row.lead).items()}


@pytest.mark.parametrize("secret", ["", "provider:wrong", "provider", SECRET + "x"])
@pytest.mark.parametrize("name", ["postmark_tracking", "postmark_inbound", "mailgun_tracking"])
def test_without_the_secret_is_401_and_nothing_happens(post, sent, name, secret):
    response = post(bounce(sent), name, secret=secret)

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Basic ")
    assert (is_marked(sent), ReceivedMail.objects.count()) == (False, 0)


def test_every_webhook_asks_for_the_secret(client):
    from hcprograms.contrib.anymail.urls import urlpatterns  # noqa: PLC0415

    answers = {
        client.post(
            f"/providers/{str(one.pattern).strip('^$').replace('(_mime)?', '')}"
        ).status_code
        for one in urlpatterns
    }

    assert len(urlpatterns) > 20
    assert answers == {401}


def test_without_any_secret_set_nobody_is_let_in(post, sent, settings):
    settings.ANYMAIL = {}

    assert post(bounce(sent)).status_code == 401


@pytest.mark.filterwarnings("ignore:Your Anymail webhooks are insecure")
def test_anymails_own_addresses_without_a_secret_are_refused(post, sent, settings):
    settings.ANYMAIL = {}

    response = post(bounce(sent), secret="", prefix="open")

    assert (response.status_code, is_marked(sent)) == (400, False)


def test_provider_may_ask_whether_anybody_is_there(client):
    path = reverse("hcprograms_anymail:postmark_tracking_webhook")

    assert client.head(path).status_code == 200
    assert client.get(path).status_code == 401


def test_hard_bounce_marks_the_address_and_asks_to_call(post, sent):
    response = post(bounce(sent))

    sent.refresh_from_db()
    told = FollowUp.objects.get(purpose="undelivered")
    assert response.status_code == 200
    assert is_marked(sent)
    assert sent.state == "failed"
    assert told.address == "ann@school.example"
    assert "5.1.1" in LeadEvent.objects.get(kind="bounced").text


def test_bounce_told_twice_is_acted_on_once(post, sent):
    for _ in range(2):
        post(bounce(sent))

    assert ReceivedMail.objects.count() == 1
    assert LeadEvent.objects.filter(kind="bounced").count() == 1


def test_replay_does_not_mark_an_address_that_was_cleared(post, sent):
    post(bounce(sent))
    Lead.objects.update(bounced_address="", bounced_at=None)

    response = post(bounce(sent))

    assert (response.status_code, is_marked(sent)) == (200, False)


def test_bounce_is_known_by_its_address_alone(post, sent):
    post(bounce(Email=ADA.upper()))

    assert is_marked(sent)


@pytest.mark.parametrize(
    "fields",
    [
        {"Type": "SoftBounce"},
        {"Type": "Transient"},
        {"Details": "smtp;552 5.2.2 mailbox full"},
        {"Details": "smtp;451 4.4.1 no answer"},
        {"Type": "Blocked"},
        {"Type": "SpamNotification", "Email": "nobody@x.example", "Metadata": {}},
        {"RecordType": "Open"},
        {"RecordType": "Delivery"},
        {"Email": "stranger@x.example"},
    ],
)
def test_other_events_mark_nothing(post, sent, fields):
    response = post(bounce(sent) | fields)

    assert (response.status_code, is_marked(sent), decisions(sent)) == (200, False, {})


def test_soft_bounce_of_another_provider_marks_nothing(post, sent):
    event = {"event": "soft_bounce", "email": ADA, "message-id": "<1@x>", "ts_epoch": 1795446000000}

    response = post(event, "brevo_tracking")

    assert (response.status_code, is_marked(sent)) == (200, False)


def test_complaint_ends_emails_with_its_own_proof(post, sent):
    post(bounce(sent, RecordType="SpamComplaint", Type="SpamComplaint"))

    proof = Consent.objects.get()
    assert (proof.channel, proof.decision, proof.method) == ("email", "withdrawn", "spam")
    assert not is_marked(sent)


def test_complaint_by_address_concerns_who_wrote_last(post, sent):
    other = factories.make_lead(email=ADA)
    FollowUp.objects.create(
        institution=other.institution,
        lead=other,
        purpose="confirmation",
        recipient="applicant",
        address=ADA,
        due_at=NOW,
        state="sent",
        sent_at=datetime(2020, 1, 1, tzinfo=UTC),
    )

    post(bounce(RecordType="SpamComplaint", Type="SpamComplaint"))

    assert decisions(sent) == {"email": "withdrawn"}
    assert get_latest_decisions(lead=other) == {}


def test_unsubscribing_at_the_provider_ends_emails(post, sent):
    change = {
        "RecordType": "SubscriptionChange",
        "MessageID": "m",
        "Recipient": ADA,
        "ChangedAt": "2026-11-23T15:00:00Z",
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
        "Metadata": {"follow_up": str(sent.public_id)},
    }

    post(change)

    assert decisions(sent) == {"email": "withdrawn"}
    assert Consent.objects.get().method == "link"


def test_bounce_of_a_colleague_is_told_to_the_manager(post, lead, ann):  # noqa: F811
    plan_for_lead(lead=lead, now=NOW)
    alert = FollowUp.objects.get(purpose="alert", membership=ann)

    post(bounce(alert, Email="ann@school.example"))

    ann.refresh_from_db()
    assert ann.is_unreachable
    assert FollowUp.objects.get(purpose="undelivered").address == "mia@school.example"


def test_message_that_came_to_the_provider_is_taken(post, sent):
    response = post(incoming("STOP ALL\n\nOn Monday Fairview wrote:\n> hi"), "postmark_inbound")

    assert response.status_code == 200
    assert decisions(sent)["email"] == "withdrawn"
    assert ReceivedMail.objects.get().source == "Postmark"


def test_message_told_twice_is_passed_on_once(post, sent):
    for _ in range(2):
        post(incoming("When do you start?"), "postmark_inbound")

    assert FollowUp.objects.filter(purpose="received").count() == 1


def test_message_goes_on_to_the_advisor(post, sent):
    post(incoming("When do you start? \U0001f600 ünï"), "postmark_inbound")

    deliver_due(now=datetime(2099, 1, 1, tzinfo=UTC), limit=9)

    assert "When do you start? \U0001f600 ünï" in mail.outbox[0].body


@pytest.mark.parametrize("raw", ["", "\x00", "Content-Type: multipart/mixed\n\nx", "From: \ufffd"])
def test_broken_messages_are_taken_without_a_500(post, sent, raw):
    message = incoming("", RawEmail=raw)

    assert post(message, "postmark_inbound").status_code == 200


def test_broken_events_are_no_500(client, sent):
    path = reverse("hcprograms_anymail:postmark_tracking_webhook")
    known = {"authorization": "Basic " + base64.b64encode(SECRET.encode()).decode()}

    answers = [
        client.post(path, json.dumps(one), content_type="application/json", headers=known)
        for one in ({}, {"RecordType": "Bounce"}, {"RecordType": 7, "Metadata": {"follow_up": "x"}})
    ]

    assert {one.status_code for one in answers} == {200}


@pytest.mark.parametrize(
    ("kind", "reason", "told", "expected"),
    [
        (EventType.BOUNCED, RejectReason.BOUNCED, {}, ReportKind.DEAD),
        (EventType.BOUNCED, RejectReason.BOUNCED, {"bounceType": "Transient"}, ReportKind.RETURNED),
        (EventType.BOUNCED, RejectReason.BOUNCED, {"hard_bounce": False}, ReportKind.RETURNED),
        (EventType.BOUNCED, RejectReason.BOUNCED, {"bounce_class": "22"}, ReportKind.RETURNED),
        (EventType.BOUNCED, RejectReason.OTHER, {}, ReportKind.RETURNED),
        (EventType.REJECTED, RejectReason.INVALID, {}, ReportKind.DEAD),
        (EventType.REJECTED, RejectReason.BLOCKED, {}, ReportKind.RETURNED),
        (EventType.REJECTED, RejectReason.SPAM, {}, ReportKind.COMPLAINT),
        (EventType.REJECTED, RejectReason.UNSUBSCRIBED, {}, ReportKind.UNSUBSCRIBED),
        (EventType.FAILED, None, {}, ReportKind.RETURNED),
    ],
)
def test_events_of_all_providers_are_judged_alike(kind, reason, told, expected):
    event = AnymailTrackingEvent(
        event_type=kind, reject_reason=reason, recipient=ADA, esp_event=told
    )

    assert read_event(event).kind is expected


@pytest.mark.parametrize("kind", [EventType.DEFERRED, EventType.DELIVERED, EventType.OPENED])
def test_events_that_say_nothing_lasting_are_left_alone(kind):
    assert read_event(AnymailTrackingEvent(event_type=kind, recipient=ADA)) is None


def test_message_tells_the_provider_its_id(sent, settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    message = render_message(sent, now=NOW)

    EmailChannel().send(message)

    parameters = mail.outbox[-1].anymail_test_params
    assert parameters["metadata"] == {"follow_up": str(sent.public_id)}


def test_own_metadata_of_a_message_is_kept(settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    message = AnymailMessage("Hi", "Hi", "a@x.example", ["b@x.example"], metadata={"own": 1})

    message.send()

    assert mail.outbox[-1].anymail_test_params["metadata"] == {"own": 1}


@pytest.mark.parametrize(
    "secret", ["", [], "short:one", "x" * 40, [SECRET, "weak:one"], ":" + "x" * 40]
)
def test_weak_secrets_are_named_by_the_check(settings, secret):
    settings.ANYMAIL = {"WEBHOOK_SECRET": secret}

    assert [one.id for one in check_secret()] == ["hcprograms_anymail.E001"]


@pytest.mark.parametrize("secret", [SECRET, [SECRET, "second:0123456789abcdefghij"]])
def test_sound_secrets_pass_the_check(settings, secret):
    settings.ANYMAIL = {"WEBHOOK_SECRET": secret}

    assert check_secret() == []


@pytest.mark.slow
@pytest.mark.parametrize(("secret", "code"), [("", 1), (SECRET, 0)])
def test_installed_app_checks_and_connects(tmp_path, secret, code):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.anymail.settings",
        "SECRET_OF_TEST": secret,
        "VAR_DIR": str(tmp_path),
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "check"], env=environment, capture_output=True, text=True
    )

    assert done.returncode == code, done.stdout + done.stderr
    assert ("hcprograms_anymail.E001" in done.stderr) == (code == 1)


def test_inbound_message_is_read_like_any_other(sent, post):
    raw = (
        f"From: Ada <{ADA}>\r\nTo: stop@school.example\r\nSubject: =?utf-8?b?U1RPUA==?=\r\n\r\n\r\n"
    )
    assert AnymailInboundMessage.parse_raw_mime(raw).subject == "STOP"

    post(incoming("", RawEmail=raw), "postmark_inbound")

    assert decisions(sent)["email"] == "withdrawn"


def test_receivers_are_connected_once():
    assert len(tracking._live_receivers(None)[0]) == 1
