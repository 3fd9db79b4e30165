"""What mail servers answer: an address is dead only where they say so of the recipient."""

import pytest
from django.core.management import call_command

from hcprograms.followup.models import FollowUp
from hcprograms.leads.models.lead import Lead, LeadEvent
from tests.outside.inbound import (  # noqa: F401
    ADA,
    ADVISOR,
    MANAGER,
    ada,
    deliver,
    get_decisions,
    list_sent_to,
    make_sent,
    receive,
    school,
    sent,
    unscoped,
    write_report,
)
from tests.outside.test_poison_mail import KNOWN, post  # noqa: F401
from tests.smtp import reply

DEAD = [
    "550 5.1.1 no such user",
    "550-5.1.1 The email account that you tried to reach does not exist. Please try",
    "550 5.1.1 <ada@spam.example>: User unknown in relay recipient table",
    "553 5.1.3 The recipient address is not a valid RFC 5321 address",
    "550 5.1.6 recipient has moved",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "550 5.2.1 The email account that you tried to reach is disabled",
    "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)",
    "550 5.4.1 Recipient address rejected: Access denied. [x.prod.protection.outlook.com]",
    "550 no such user here",
    "550 Unknown user",
    "551 User not local",
    "553 mailbox not found",
    "550 This account does not exist",
    "551 not our customer",
    "550 <ada@applicant.example> is not a valid mailbox",
    "550 #5.1.0 Address rejected.",
    "550 <ada@applicant.example>: Recipient address rejected.",
    "554 delivery error: this user doesn't have a mail.example account (ada) [0]",
    "550 5.1.351 Remote server returned unknown recipient -> 550 User unknown",
    "550 The recipient name is not recognized",
]
ALIVE = [
    "550 relay not permitted",
    "550 Rejected because 203.0.113.2 is in a black list at zen.rbl.example",
    "554 Transaction failed",
    "550 DMARC check failed",
    "550 5.1.7 Sender address rejected",
    "550 5.1.8 Sender domain does not exist",
    "550 sender verify failed: user unknown",
    "550 5.1.0 203.0.113.2 is not allowed to send from <school.example> by its SPF record",
    "550 5.1.1 Message refused as spam",
    "550-5.2.1 The user you are trying to contact is receiving mail at a rate that prevents",
    "550 5.4.300 Message expired",
    "550 5.4.312 Message expired, DNS query failed",
    "550 5.4.316 Message expired, connection refused",
    "550 5.1.351 Remote server returned message refused by policy",
    "550 Client host not found",
    "550 Domain of sender address does not exist",
    "550 Sender address rejected.",
    '550 cannot create "/var/mail/ada": id: no such user',
    "550 5.7.1 Recipient rejected by policy",
    "550 5.7.26 This mail is unauthenticated",
    "552 Too many recipients",
    "552 5.2.2 mailbox full",
    "550 mailbox is over quota",
    "550 mailbox unavailable. Reject due to policy restrictions",
    "554 5.6.0 virus found",
    "550 go away",
    "550",
]


def is_dead(lead=None):
    return Lead.objects.get(email=ADA).is_unreachable


def outcome_of(row):
    row.refresh_from_db()
    return row.state


@pytest.mark.parametrize("said", DEAD)
@pytest.mark.parametrize("status", ["5.0.0", "5.1.1"])
def test_report_about_the_recipient_marks_the_address(sent, receive, said, status):  # noqa: F811
    receive(write_report(str(sent.public_id), status=status, said=said))

    assert (is_dead(), outcome_of(sent)) == (True, "failed")
    assert [one.subject for one in list_sent_to(ADVISOR)] == [
        "Call Ada Applicant: emails come back"
    ]


@pytest.mark.parametrize("said", ALIVE)
@pytest.mark.parametrize("status", ["5.0.0", "5.1.1"])
def test_report_about_anything_else_leaves_the_address_alone(sent, receive, said, status):  # noqa: F811
    receive(write_report(str(sent.public_id), status=status, said=said))

    assert (is_dead(), outcome_of(sent)) == (False, "failed")
    assert get_decisions(sent.lead)["email"] == "granted"


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"])
def test_status_alone_is_enough_where_it_is_clear(sent, receive, status):  # noqa: F811
    receive(write_report(str(sent.public_id), status=status, said=""))

    assert is_dead()


@pytest.mark.parametrize(
    "status", ["5.0.0", "5.1.0", "5.1.7", "5.1.8", "5.2.2", "5.4.7", "5.7.1", "4.4.7", "4.1.1", ""]
)
def test_status_alone_is_not_where_it_is_not(sent, receive, status):  # noqa: F811
    receive(write_report(str(sent.public_id), status=status, said=""))

    assert (is_dead(), outcome_of(sent)) == (False, "failed")


@pytest.mark.parametrize(
    ("status", "said", "dead"),
    [
        ("5.1.2", "550 Host unknown", True),
        ("5.1.2", "550 Relaying denied", False),
        ("5.4.4", "No such domain.", True),
        ("5.4.4", "550 5.4.4 Invalid domain", True),
        ("5.4.4", "(Illegal host/domain name found)", True),
        ("5.0.0", "No such domain", True),
        ("5.4.4", "Host or domain name not found. Name service error, try again later", False),
        ("5.4.4", "unable to route", False),
        ("5.1.10", "556 Domain does not accept mail", True),
        ("4.1.1", "450 4.1.1 <ada@applicant.example>: User unknown in virtual alias table", True),
        ("4.1.1", "450 4.1.1 address unverified: connection timed out", False),
        ("4.2.2", "452 4.2.2 mailbox is over quota, user unknown tomorrow", False),
        ("4.4.7", "delivery time expired", False),
    ],
)
def test_report_of_a_domain_or_of_a_server_that_gave_up(sent, receive, status, said, dead):  # noqa: F811
    receive(write_report(str(sent.public_id), status=status, said=said))

    assert (is_dead(), outcome_of(sent)) == (dead, "failed")


@pytest.mark.parametrize(
    "fields",
    [
        f"Final-Recipient: rfc822; ada7@mailbox.internal\nOriginal-Recipient: rfc822;{ADA}",
        f"Original-Recipient: rfc822; {ADA.upper()}\nFinal-Recipient: x400; /S=ada/O=x/C=US/",
        f"Final-Recipient: RFC822;<{ADA}>",
        f"Final-Recipient: {ADA}",
    ],
)
@pytest.mark.parametrize("action", ["failed", "Failed", "failed (bad destination)", " failed; x"])
def test_recipient_is_known_however_it_is_written(sent, receive, fields, action):  # noqa: F811
    receive(write_report(str(sent.public_id), fields=f"{fields}\nAction: {action}"))

    assert is_dead()


def test_plus_in_an_original_recipient_is_read(school, receive):  # noqa: F811
    from tests import factories  # noqa: PLC0415

    form = factories.make_interest_form(institution=school)
    lead = factories.make_lead(form=form, email="ada+mha@applicant.example")
    row = make_sent(lead)
    fields = "Final-Recipient: rfc822; x@y.internal\nAction: failed\n"
    fields += "Original-Recipient: rfc822;ada+2Bmha@applicant.example"

    receive(write_report(str(row.public_id), fields=fields))

    assert Lead.objects.get(pk=lead.pk).is_unreachable


def test_report_about_another_address_is_not_believed(sent, receive):  # noqa: F811
    fields = "Final-Recipient: rfc822; victim@x.example\nAction: failed"

    receive(write_report(str(sent.public_id), fields=fields))

    assert (is_dead(), outcome_of(sent)) == (False, "sent")


@pytest.mark.parametrize("place", ["In-Reply-To", "References"])
def test_message_is_known_by_what_the_report_answers(sent, receive, place):  # noqa: F811
    header = f"{place}: <{sent.public_id}@admissions.example>\n"

    receive(write_report("x", headers=header, returned="X-Nothing: here"))

    assert is_dead()


def test_message_is_known_by_our_header_where_a_relay_gave_its_own_id(sent, receive):  # noqa: F811
    returned = (
        "Message-ID: <0100019@amazonses.example>\n"
        "List-Unsubscribe: <https://a.example/x>,\n"
        f" <mailto:stop@school.example?subject=unsubscribe%20{sent.public_id}>"
    )

    receive(write_report("x", returned=returned))

    assert is_dead()


def test_report_inside_another_message_is_read(sent, receive):  # noqa: F811
    report = write_report(str(sent.public_id))
    head, body = report.split("MIME-Version: 1.0\n")
    wrapped = (
        f"{head}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=w\n\n--w\n{body}\n--w\n"
        "Content-Type: text/plain\n\nScanned by the gateway.\n--w--\n"
    )

    receive(wrapped)

    assert is_dead()


QMAIL = """\
Return-Path: <>
From: MAILER-DAEMON@mx.applicant.example
To: admissions@school.example
Subject: failure notice
Message-ID: <q@mx.applicant.example>

Hi. This is the qmail-send program at mx.applicant.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ada@applicant.example>:
192.0.2.25 does not like recipient.
Remote host said: {said}
Giving up on 192.0.2.25.

--- Below this line is a copy of the message.

From: Fairview <admissions@school.example>
To: ada@applicant.example
Message-ID: <{id}@admissions.example>

Hello
"""
EXIM = """\
From: Mail Delivery System <Mailer-Daemon@mx.applicant.example>
To: admissions@school.example
Subject: Mail delivery failed: returning message to sender
Message-ID: <e@mx.applicant.example>
X-Failed-Recipients: ada@applicant.example

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its recipients.

  ada@applicant.example
    {said}

------ This is a copy of the message, including all the headers. ------

From: Fairview <admissions@school.example>
Message-ID: <{id}@admissions.example>
"""


@pytest.mark.parametrize("form", [QMAIL, EXIM])
@pytest.mark.parametrize(
    ("said", "dead"), [("550 5.1.1 no such user", True), ("550 relay not permitted", False)]
)
def test_failure_told_in_words_only_is_noted(sent, receive, form, said, dead):  # noqa: F811
    receive(form.format(said=said, id=sent.public_id))

    assert (outcome_of(sent), is_dead()) == ("failed", dead)


TOLD = """\
From: Mail Delivery System <{sender}>
To: admissions@school.example
Subject: {subject}
Message-ID: <t@mx.applicant.example>
MIME-Version: 1.0
Content-Type: {kind}; boundary=b

--b
Content-Type: text/plain

The following addresses had delivery errors:
<ada@applicant.example>
550 sorry, no mailbox here by that name (#5.1.1)
{more}
--b
Content-Type: message/rfc822

From: Fairview <admissions@school.example>
Message-ID: <{id}@admissions.example>
Subject: Your request

Hello
--b--
"""
STATUS = """
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@applicant.example
Action: {}
Status: 2.0.0
"""


def write_told(row, *, sender="MAILER-DAEMON@mx.example", subject="E", kind="mixed", more=""):
    words = {"sender": sender, "subject": subject, "kind": f"multipart/{kind}", "more": more}
    return TOLD.format(id=row.public_id, **words)


@pytest.mark.parametrize("subject", ["Delivery status notification", "There was an error", "", "E"])
@pytest.mark.parametrize("kind", ["mixed", "report; report-type=delivery-status"])
def test_server_that_returns_our_message_says_it_failed(sent, receive, subject, kind):  # noqa: F811
    receive(write_told(sent, subject=subject, kind=kind))

    assert (outcome_of(sent), is_dead()) == ("failed", True)


@pytest.mark.parametrize("subject", ["Delivery delayed", "Warning", "Successful delivery"])
def test_server_that_says_it_did_not_fail_is_believed(sent, receive, subject):  # noqa: F811
    receive(write_told(sent, subject=subject))

    assert (outcome_of(sent), is_dead()) == ("sent", False)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded (to a list)"])
def test_report_that_our_message_arrived_is_no_failure(sent, receive, action):  # noqa: F811
    kind = "report; report-type=delivery-status"
    receive(write_told(sent, kind=kind, more=STATUS.format(action)))

    assert (outcome_of(sent), is_dead()) == ("sent", False)


def test_server_that_answers_our_message_is_no_applicant(sent, receive):  # noqa: F811
    answer = (
        f"In-Reply-To: <{sent.public_id}@admissions.example>\nSubject: Queue\n\nYour mail waits."
    )
    receive(f"From: MAILER-DAEMON@mx.example\nTo: admissions@school.example\n{answer}")

    assert list_sent_to(ADVISOR) == []
    assert outcome_of(sent) == "sent"


def test_failure_told_in_words_that_names_no_message_of_ours_is_left_alone(sent, receive):  # noqa: F811
    receive(QMAIL.format(said="550 5.1.1 no such user", id="x"))

    assert (outcome_of(sent), is_dead()) == ("sent", False)


def test_delay_told_in_words_is_no_failure(sent, receive):  # noqa: F811
    delayed = EXIM.replace("Mail delivery failed", "Warning: message delayed; delivery failed")

    receive(delayed.format(said="451 4.3.0 later", id=sent.public_id))

    assert outcome_of(sent) == "sent"


def test_absence_note_with_an_empty_sender_is_no_bounce(sent, receive):  # noqa: F811
    note = (
        f"Return-Path: <>\nFrom: Ada <{ADA}>\nTo: admissions@school.example\n"
        f"In-Reply-To: <{sent.public_id}@admissions.example>\nSubject: Away\n\nI am away."
    )

    receive(note)

    assert outcome_of(sent) == "sent"


def test_manager_hears_once_that_our_mail_is_refused(ada, receive):  # noqa: F811
    rows = [make_sent(ada, step=number) for number in range(3)]
    said = "550 5.7.1 Client host 203.0.113.2 blocked"

    receive(*[write_report(str(row.public_id), said=said) for row in rows])
    told = list_sent_to(MANAGER)
    receive(write_report(str(make_sent(ada, step=9).public_id), said=said))

    assert [one.subject for one in told] == ["A mail server refuses the emails of Fairview"]
    assert said in told[0].body
    assert list_sent_to(MANAGER) == []
    assert not is_dead()


def test_every_school_hears_of_its_own_mail(ada, receive):  # noqa: F811
    from tests import factories  # noqa: PLC0415

    other = factories.make_institution(
        name="Hillside", email="office@hillside.example", sends_digest=False
    )
    lead = factories.make_lead(form=factories.make_interest_form(institution=other))
    said = "550 5.7.1 blocked"

    receive(write_report(str(make_sent(ada).public_id), said=said))
    fields = f"Final-Recipient: rfc822; {lead.email}\nAction: failed"
    receive(write_report(str(make_sent(lead).public_id), said=said, fields=fields))

    told = [one for one in deliver() if "refuses" in one.subject]
    assert sorted(one.to[0] for one in told) == [MANAGER, "office@hillside.example"]


def test_full_mailbox_alarms_no_manager(sent, receive):  # noqa: F811
    receive(write_report(str(sent.public_id), status="5.2.2", said="552 5.2.2 mailbox full"))

    assert list_sent_to(MANAGER) == []


@pytest.fixture
def by_smtp(settings, smtp):
    """Send through a real mail server."""
    settings.EMAIL_BACKEND = "hcprograms.followup.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp.host, smtp.port
    return smtp


def plan(lead, **fields):
    return make_sent(lead, **{"state": "planned", "sent_at": None} | fields)


@pytest.mark.parametrize("said", DEAD)
def test_server_that_has_no_such_recipient_marks_the_address(ada, by_smtp, said):  # noqa: F811
    row = plan(ada)
    by_smtp.plan(reply(said.replace("550-", "550 ")), stage="RCPT", recipient=ADA)

    call_command("deliver_followups", "--once", verbosity=0)

    assert (is_dead(), outcome_of(row)) == (True, "failed")


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("said", [*(one for one in ALIVE if " " in one), DEAD[0]])
def test_server_that_refuses_our_mail_marks_no_address(ada, by_smtp, said, stage):  # noqa: F811
    if said == DEAD[0] and stage == "RCPT":
        pytest.skip("this is the one that speaks of the recipient")
    row = plan(ada)
    by_smtp.plan(reply(said.replace("550-", "550 ")), stage=stage)

    call_command("deliver_followups", "--once", verbosity=0)

    assert (is_dead(), outcome_of(row)) == (False, "failed")


def test_hour_on_a_block_list_is_told_once_and_kills_nobody(ada, by_smtp):  # noqa: F811
    rows = [plan(ada, step=number) for number in range(3)]
    ann = ada.assigned_to
    rows.append(
        plan(ada, purpose="alert", recipient="advisor", membership=ann, address=ADVISOR, step=0)
    )
    by_smtp.plan(
        reply("550 Rejected because 203.0.113.2 is in a black list"), stage="RCPT", times=4
    )

    call_command("deliver_followups", "--once", verbosity=0)
    call_command("deliver_followups", "--once", verbosity=0)

    ann.refresh_from_db()
    told = by_smtp.sent_to(MANAGER)
    assert [outcome_of(row) for row in rows] == ["failed"] * 4
    assert (is_dead(), ann.is_unreachable) == (False, False)
    assert [one["Subject"] for one in told] == ["A mail server refuses the emails of Fairview"]
    assert FollowUp.objects.filter(purpose="undelivered").count() == 0
    assert LeadEvent.objects.filter(kind="bounced").count() == 0


@pytest.mark.parametrize(
    ("details", "dead"),
    [
        *((f"smtp;{one}", True) for one in DEAD),
        *((f"smtp;{one}", False) for one in ALIVE if " " in one),
        ("smtp; rejected because of the sender's reputation", False),
        ("", True),
    ],
)
def test_provider_that_calls_it_a_hard_bounce_is_read_more_closely(sent, post, details, dead):  # noqa: F811
    event = {
        "RecordType": "Bounce",
        "ID": 1,
        "Type": "HardBounce",
        "Email": ADA,
        "Details": details,
        "BouncedAt": "2026-11-23T15:00:01Z",
        "Metadata": {"follow_up": str(sent.public_id)},
    }

    assert post(event, "postmark_tracking") == 200
    assert is_dead() == dead
