"""Addresses that take no emails: found out, marked, acted on, corrected."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup import delivery
from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.inbound import bounces
from hcprograms.followup.inbound.bounces import mark_applicant
from hcprograms.followup.inbound.process import process_message
from hcprograms.followup.models import FollowUp, ReceivedMail
from hcprograms.followup.plan import plan_for_lead
from hcprograms.institutions.models import Role
from hcprograms.leads.correction import correct_address, correct_lead
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.links import sign_link
from hcprograms.leads.messaging import write_message
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.status import NotAllowedNowError
from hcprograms.leads.tokens import Purpose
from hcprograms.leads.visitor import Visitor
from tests import factories
from tests.factories import NOW
from tests.followup.inbound.messages import write_complaint, write_failure
from tests.smtp import reply

pytestmark = pytest.mark.usefixtures("unscoped")

GONE = "550 5.1.1 no such user"
ADA = "ada@applicant.example"


@pytest.fixture
def asked(lead):
    lead.phone = "+1 303 555 0123"
    lead.save()
    plan_for_lead(lead=lead, now=NOW)
    return lead


@pytest.fixture
def sent(asked):
    """The confirmation, as it was sent."""
    FollowUp.objects.filter(lead=asked).exclude(purpose="confirmation").delete()
    FollowUp.objects.update(state="sent", sent_at=NOW)
    return FollowUp.objects.get()


@pytest.fixture
def signed_in(client, school):
    """The browser of a colleague, by login name."""

    def sign_in(name):
        user = school.memberships.get(user__username=name).user
        user.is_staff = True
        user.save()
        client.force_login(user)
        return client

    return sign_in


def refuse(smtp, address, *, said=GONE, stage="RCPT", times=1):
    smtp.plan(reply(said), stage=stage, recipient=address, times=times)


def deliver(channels, *, after=0):
    """Send what is due ``after`` minutes; what a first sending plans is due a moment later."""
    return deliver_due(now=NOW + timedelta(minutes=after), limit=50, channels=channels)


def report(address=ADA, *, about, **given):
    content = write_failure(address, message_id=f"<{about.public_id}@admissions.example>", **given)
    return process_message(content=content, source="mail", now=NOW).outcome


def undelivered(lead):
    return list(FollowUp.objects.filter(lead=lead, purpose="undelivered").order_by("pk"))


def reload(lead):
    return Lead.objects.get(pk=lead.pk)


def test_address_refused_for_good_is_marked_and_told(asked, by_smtp, channels):
    refuse(by_smtp, ADA)

    deliver(channels)

    (event,) = LeadEvent.objects.filter(lead=asked, kind="bounced")
    (row,) = undelivered(asked)
    assert reload(asked).is_unreachable
    assert event.text == f"{ADA}: {GONE}"
    assert (row.address, row.recipient, row.state) == ("ann@school.example", "advisor", "planned")


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        ("552 5.2.2 mailbox full", "RCPT"),
        ("550 5.7.1 your server is blocked", "RCPT"),
        ("451 4.3.0 try later", "RCPT"),
        ("554 5.6.0 this content is not taken", "DATA"),
        ("550 we take no such message", "DATA"),
    ],
)
def test_other_refusals_say_nothing_lasting(asked, by_smtp, channels, said, stage):
    refuse(by_smtp, ADA, said=said, stage=stage)

    deliver(channels)

    assert not reload(asked).is_unreachable
    assert undelivered(asked) == []


def test_advisor_is_told_to_call_who_agreed_to_it(asked, by_smtp, channels):
    Consent.objects.create(
        institution=asked.institution,
        lead=asked,
        channel="call",
        decision="granted",
        decided_at=NOW,
        seller="Fairview School",
    )
    refuse(by_smtp, ADA)
    deliver(channels)

    deliver(channels, after=1)

    message = by_smtp.sent_to("ann@school.example")[-1]
    text = message.get_body(("plain",)).get_content()
    assert message["Subject"] == "Call Ada Applicant: emails come back"
    assert "You may call: Ada Applicant agreed to calls." in text
    assert "Phone: +1 303 555 0123" in text


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        ("+1 303 555 0123", "did not agree to automated calls or texts"),
        ("", "gave no phone number"),
    ],
)
def test_advisor_is_told_that_calling_was_not_agreed_to(asked, by_smtp, channels, phone, said):
    asked.phone = phone
    asked.save()
    refuse(by_smtp, ADA)
    deliver(channels)

    deliver(channels, after=1)

    message = by_smtp.sent_to("ann@school.example")[-1]
    assert message["Subject"] == "Emails to Ada Applicant come back"
    assert said in message.get_body(("plain",)).get_content().replace("\n", " ")


def test_nothing_more_is_sent_to_a_marked_address(asked, settings):
    mark_applicant(institution=asked.institution, address=ADA.upper(), reason=GONE, now=NOW)

    deliver_due(now=NOW, limit=50)

    row = FollowUp.objects.get(lead=asked, purpose="confirmation")
    assert row.state == "cancelled"
    assert [ADA in to for message in mail.outbox for to in message.to] == [False] * 3


def test_staff_cannot_write_to_a_marked_address(asked, ann):
    mark_applicant(institution=asked.institution, address=ADA, reason=GONE, now=NOW)

    with pytest.raises(NotAllowedNowError, match="come back"):
        write_message(lead=reload(asked), subject="Hi", text="Hi", user=ann.user, now=NOW)


def test_marking_twice_tells_once(asked):
    for _ in range(2):
        mark_applicant(institution=asked.institution, address=ADA, reason=GONE, now=NOW)

    assert LeadEvent.objects.filter(kind="bounced").count() == 1
    assert len(undelivered(asked)) == 1


def test_every_request_with_the_address_here_is_marked_and_one_is_told_of(asked):
    newer = factories.make_lead(form=asked.form, email=ADA, captured_at=NOW + timedelta(hours=1))
    elsewhere = factories.make_lead(email=ADA)

    mark_applicant(institution=asked.institution, address=ADA, reason=GONE, now=NOW)

    marked = [reload(one).is_unreachable for one in (asked, newer, elsewhere)]
    assert marked == [True, True, False]
    assert (len(undelivered(asked)), len(undelivered(newer))) == (0, 1)


def test_corrected_address_clears_the_mark_and_is_written_to(asked):
    mark_applicant(institution=asked.institution, address=ADA, reason=GONE, now=NOW)

    correct_lead(
        lead=reload(asked), details={"email": "ada@new.example"}, visitor=Visitor(), now=NOW
    )
    deliver_due(now=NOW, limit=50)

    assert not reload(asked).is_unreachable
    assert ["Ada Applicant <ada@new.example>"] in [message.to for message in mail.outbox]


def test_address_that_works_after_all_is_tried_again(asked, ann):
    mark_applicant(institution=asked.institution, address=ADA, reason=GONE, now=NOW)

    correct_address(lead=reload(asked), email=ADA, user=ann.user, now=NOW)

    assert not reload(asked).is_unreachable
    with pytest.raises(NotAllowedNowError, match="held already"):
        correct_address(lead=reload(asked), email=ADA, user=ann.user, now=NOW)


def test_erasure_forgets_the_marked_address(asked):
    mark_applicant(institution=asked.institution, address=ADA, reason=GONE, now=NOW)

    erase_lead(lead=reload(asked), method="link", now=NOW)

    fresh = reload(asked)
    assert (fresh.bounced_address, fresh.bounced_at) == ("", None)
    assert not undelivered(asked)


def test_colleagues_dead_address_is_marked_and_the_manager_told(asked, ann, by_smtp, channels):
    refuse(by_smtp, "ann@school.example")
    deliver(channels)

    deliver(channels, after=1)

    ann.refresh_from_db()
    (message,) = by_smtp.sent_to("mia@school.example")
    assert ann.is_unreachable
    assert message["Subject"] == "Emails to Ann come back: Ada Applicant"
    assert "Perhaps nobody has read the request" in message.get_body(("plain",)).get_content()
    assert (
        LeadEvent.objects.get(lead=asked, kind="bounced").text == f"Ann, ann@school.example: {GONE}"
    )


def test_what_applicants_download_names_no_colleague(client, asked, by_smtp, channels):
    for address in ("ann", "mia"):
        refuse(by_smtp, f"{address}@school.example", times=9)
    refuse(by_smtp, ADA)
    for after in range(4):
        deliver(channels, after=after)
    token = sign_link(Purpose.MY_REQUEST, lead=asked, address=asked.email, now=timezone.now())

    data = client.get(reverse("hcprograms:my_request_data", args=[token])).content.decode()
    page = client.get(reverse("hcprograms:my_request", args=[token])).content.decode()

    kinds = {one["kind"] for one in json.loads(data)["timeline"]}
    assert kinds >= {"bounced", "mail_failed"}
    assert [word for word in ("ann@", "mia@", "Ann", "Mia", GONE) if word in data] == []
    assert [word for word in ("ann@", "mia@", GONE) if word in page] == []
    assert ADA in data


def test_managers_dead_address_is_told_to_the_office_and_no_further(asked, by_smtp, channels):
    for address in ("ann", "mia"):
        refuse(by_smtp, f"{address}@school.example", times=9)
    refuse(by_smtp, "office@school.example", times=9)

    for after in range(4):
        deliver(channels, after=after)

    assert [row.address for row in undelivered(asked)] == ["mia@school.example"]


def test_office_is_told_where_the_only_manager_cannot_be(asked, by_smtp, channels):
    asked.institution.memberships.exclude(role=Role.MANAGER).delete()
    FollowUp.objects.all().delete()
    plan_for_lead(lead=reload(asked), now=NOW)
    refuse(by_smtp, "mia@school.example")
    deliver(channels)

    deliver(channels, after=1)

    assert len(by_smtp.sent_to("office@school.example")) == 1


def test_new_address_of_a_colleague_clears_the_mark(asked, ann, by_smtp, channels):
    refuse(by_smtp, "ann@school.example")
    deliver(channels)

    ann.user.email = "ann@new.example"
    ann.user.save()

    ann.refresh_from_db()
    assert not ann.is_unreachable


def test_who_stands_in_is_told_while_the_advisor_cannot_be(asked, ann):
    ann.bounced_address, ann.bounced_at = "Ann@school.example", NOW
    ann.save()

    mark_applicant(institution=asked.institution, address=ADA, reason=GONE, now=NOW)

    assert [row.address for row in undelivered(asked)] == ["bob@school.example"]


def test_failure_to_mark_keeps_the_message_failed(asked, by_smtp, channels, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(delivery, "record_hard_bounce", fail)
    refuse(by_smtp, ADA)

    delivered = deliver(channels)

    assert delivered.failed == 1
    assert FollowUp.objects.get(purpose="confirmation").state == "failed"


def test_report_of_failure_marks_address_and_message(sent):
    outcome = report(about=sent)

    sent.refresh_from_db()
    assert outcome == "bounced"
    assert reload(sent.lead).is_unreachable
    assert sent.state == "failed"
    assert sent.last_error.startswith("It came back: 5.1.1 550 5.1.1")
    assert len(undelivered(sent.lead)) == 1


def test_report_about_a_full_mailbox_marks_the_message_only(sent):
    outcome = report(about=sent, status="5.2.2", said="552 5.2.2 over quota")

    sent.refresh_from_db()
    assert (outcome, sent.state) == ("returned", "failed")
    assert not reload(sent.lead).is_unreachable


def test_report_of_delay_does_nothing(sent):
    outcome = report(about=sent, status="4.4.1", action="delayed")

    sent.refresh_from_db()
    assert (outcome, sent.state) == ("unknown", "sent")


def test_report_that_anybody_can_write_is_not_believed(sent):
    content = write_failure(ADA, message_id="<made-up@x.example>")

    process_message(content=content, source="mail", now=NOW)

    assert not reload(sent.lead).is_unreachable


def test_report_about_another_address_than_the_messages_is_not_believed(sent):
    outcome = report("victim@x.example", about=sent)

    assert outcome == "unknown"
    assert not reload(sent.lead).is_unreachable


def test_report_twice_is_acted_on_once(sent):
    content = write_failure(ADA, message_id=f"<{sent.public_id}@admissions.example>")
    process_message(content=content, source="mail", now=NOW)
    correct_lead(
        lead=reload(sent.lead), details={"email": "b@x.example"}, visitor=Visitor(), now=NOW
    )
    correct_lead(lead=reload(sent.lead), details={"email": ADA}, visitor=Visitor(), now=NOW)
    Lead.objects.update(bounced_address="", bounced_at=None)

    process_message(content=content, source="mail", now=NOW)

    assert not reload(sent.lead).is_unreachable
    assert ReceivedMail.objects.count() == 1


def test_no_report_is_ever_answered(sent):
    report(about=sent)
    FollowUp.objects.filter(purpose="confirmation").update(state="cancelled")

    deliver_due(now=NOW, limit=50)

    assert [message.to for message in mail.outbox] == [["ann@school.example"]]


def test_report_about_a_colleagues_message_tells_the_manager(asked, ann):
    alert = FollowUp.objects.get(purpose="alert", membership=ann)
    FollowUp.objects.filter(pk=alert.pk).update(state="sent", sent_at=NOW)

    outcome = report("ann@school.example", about=alert)

    ann.refresh_from_db()
    assert (outcome, ann.is_unreachable) == ("bounced", True)
    assert [row.address for row in undelivered(asked)] == ["mia@school.example"]


def test_complaint_ends_emails_with_its_own_proof(sent):
    content = write_complaint(ADA, message_id=f"<{sent.public_id}@admissions.example>")

    outcome = process_message(content=content, source="mail", now=NOW).outcome

    proof = Consent.objects.get()
    assert outcome == "withdrawn"
    assert (proof.channel, proof.decision, proof.method) == ("email", "withdrawn", "spam")


def test_lead_page_and_inbox_show_what_comes_back(signed_in, asked, ann):
    mark_applicant(institution=asked.institution, address=ADA, reason=GONE, now=NOW)
    client = signed_in("ann")

    page = client.get(reverse("admin:hcprograms_lead_change", args=[asked.pk])).content.decode()
    inbox = client.get(reverse("admin:hcprograms_lead_changelist")).content.decode()

    assert "takes no emails" in page
    assert "emails come back" in page
    assert "May I email? No." in page
    assert 'name="subject"' not in page
    assert "emails come back" in inbox


def test_staff_correct_the_address_on_the_leads_page(signed_in, asked, ann):
    mark_applicant(institution=asked.institution, address=ADA, reason=GONE, now=NOW)
    client = signed_in("ann")
    address = reverse("admin:hcprograms_lead_verb", args=[asked.pk, "address"])

    wrong = client.post(address, {"email": "ada@"})
    client.post(address, {"email": "ada@new.example"})

    event = LeadEvent.objects.get(kind="corrected")
    assert "should read like ada@example.org" in wrong.content.decode()
    assert reload(asked).email == "ada@new.example"
    assert (event.text, event.actor) == (
        "by staff: email: ada@applicant.example → ada@new.example",
        ann.user,
    )


def test_staff_record_that_a_person_wants_nothing_any_more(signed_in, asked, ann):
    client = signed_in("ann")

    client.post(
        reverse("admin:hcprograms_lead_verb", args=[asked.pk, "withdraw"]), {"channel": "all"}
    )

    rows = Consent.objects.order_by("pk").values_list("channel", "decision", "method")
    assert list(rows) == [(one, "withdrawn", "staff") for one in ("email", "call", "text")]


def test_memberships_show_a_dead_address_until_somebody_says_it_works(signed_in, ann):
    ann.bounced_address, ann.bounced_at = "ann@school.example", NOW
    ann.save()
    client = signed_in("mia")
    listed = reverse("admin:hcprograms_membership_changelist")

    before = client.get(listed).content.decode()
    client.post(listed, {"action": "write_again", "_selected_action": [ann.pk]})

    ann.refresh_from_db()
    assert "takes no emails" in before
    assert ann.bounced_address == ""
    assert "takes no emails" not in client.get(listed).content.decode()


def test_reason_is_kept_short(asked):
    mark_applicant(institution=asked.institution, address=ADA, reason="x" * 5000, now=NOW)

    event = LeadEvent.objects.get(kind="bounced")
    assert len(event.text) == len(ADA) + 2 + bounces.MAX_REASON
