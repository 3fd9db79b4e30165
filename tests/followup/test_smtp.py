"""The email channel against a real server that misbehaves."""

import time

import pytest

from hcprograms.followup.channels.base import (
    AddressDead,
    Message,
    OutcomeUnknown,
    Refused,
    TryLater,
    Unreachable,
)
from hcprograms.followup.channels.email import EmailChannel
from tests.services import free_port
from tests.smtp import drip, drop, hang, reply


def message(**fields) -> Message:
    values = {
        "id": "<one@admissions.example>",
        "to": "ann@school.example",
        "sender": "Fairview School <admissions@school.example>",
        "reply_to": "Ada <ada@applicant.example>",
        "subject": "New request",
        "text": "Ada asked.\n",
        "html": "<p>Ada asked.</p>",
        "headers": {"Auto-Submitted": "auto-generated"},
    }
    return Message(**values | fields)


@pytest.fixture
def channel(by_smtp):
    channel = EmailChannel()
    yield channel
    channel.close()


@pytest.fixture
def short_deadline(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"SEND_DEADLINE_SECONDS": 1}


def test_message_arrives_whole(channel, smtp):
    channel.send(message())

    (arrived,) = smtp.sent_to("ann@school.example")
    assert arrived["Message-ID"] == "<one@admissions.example>"
    assert arrived["Reply-To"] == "Ada <ada@applicant.example>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived.get_body(("plain",)).get_content() == "Ada asked.\r\n"
    assert arrived.get_body(("html",)).get_content().strip() == "<p>Ada asked.</p>"


def test_messages_share_one_line(channel, smtp):
    for number in range(3):
        channel.send(message(id=f"<{number}@admissions.example>"))

    assert len(smtp.received) == 3
    assert smtp.connections == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("451 4.3.0 try later", TryLater),
        ("452 4.2.2 full", TryLater),
        ("421 4.3.2 closing", TryLater),
        ("550 5.1.1 nobody", Refused),
        ("554 5.7.1 no", Refused),
    ],
)
def test_answer_of_the_server_decides(channel, smtp, stage, answer, expected):
    smtp.plan(reply(answer), stage=stage)

    with pytest.raises(expected) as caught:
        channel.send(message())

    is_dead = stage == "RCPT" and answer.startswith("550 5.1.1")
    assert type(caught.value) is (AddressDead if is_dead else expected)
    assert str(caught.value) == answer


def test_channel_works_again_after_a_refusal(channel, smtp):
    smtp.plan(reply("550 no"), stage="RCPT")
    with pytest.raises(Refused):
        channel.send(message())

    channel.send(message(id="<two@admissions.example>"))

    assert [one.message["Message-ID"] for one in smtp.received] == ["<two@admissions.example>"]


def test_line_dropped_after_the_message_is_unknown(channel, smtp):
    smtp.plan(drop, stage="DATA", stores=True)

    with pytest.raises(OutcomeUnknown):
        channel.send(message())

    assert len(smtp.received) == 1


@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT"])
def test_line_dropped_before_the_message_took_nothing(channel, smtp, stage):
    smtp.plan(drop, stage=stage)

    with pytest.raises(Unreachable):
        channel.send(message())

    assert smtp.received == []


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
def test_kept_line_found_dead_is_replaced(channel, smtp, stage):
    channel.send(message())
    smtp.plan(drop, stage=stage)

    channel.send(message(id="<two@admissions.example>"))

    assert [one.message["Message-ID"] for one in smtp.received][1:] == ["<two@admissions.example>"]
    assert smtp.connections == 2


def test_kept_line_that_said_421_is_replaced(channel, smtp):
    channel.send(message())
    smtp.plan(reply("421 4.4.2 idle too long"), stage="MAIL")

    channel.send(message(id="<two@admissions.example>"))

    assert len(smtp.received) == 2


def test_kept_line_dropped_after_the_message_is_not_sent_again(channel, smtp):
    channel.send(message())
    smtp.plan(drop, stage="DATA", stores=True)

    with pytest.raises(OutcomeUnknown):
        channel.send(message(id="<two@admissions.example>"))

    assert len(smtp.received) == 2


def test_idle_line_is_replaced_before_use(channel, smtp, monkeypatch):
    channel.send(message())
    monkeypatch.setattr("hcprograms.followup.channels.email.MAX_IDLE_SECONDS", 0)

    channel.send(message(id="<two@admissions.example>"))

    assert smtp.connections == 2


@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT"])
@pytest.mark.parametrize("fault", [drip(0.1), hang()], ids=["drip", "hang"])
def test_server_that_never_finishes_an_answer_is_cut_off(
    short_deadline, channel, smtp, stage, fault
):
    smtp.plan(fault, stage=stage)
    started = time.monotonic()

    with pytest.raises((TryLater, OutcomeUnknown)):
        channel.send(message())

    assert time.monotonic() - started < 20


@pytest.mark.parametrize("fault", [drip(0.1), hang()], ids=["drip", "hang"])
def test_server_that_never_confirms_the_message_leaves_it_unknown(
    short_deadline, channel, smtp, fault
):
    smtp.plan(fault, stage="DATA", stores=True)
    started = time.monotonic()

    with pytest.raises(OutcomeUnknown):
        channel.send(message())

    assert time.monotonic() - started < 20


def test_channel_works_again_after_a_deadline(short_deadline, channel, smtp):
    smtp.plan(drip(0.1), stage="RCPT")
    with pytest.raises((TryLater, OutcomeUnknown)):
        channel.send(message())

    channel.send(message(id="<two@admissions.example>"))

    assert [one.message["Message-ID"] for one in smtp.received] == ["<two@admissions.example>"]


def test_one_limit_holds_for_the_old_connection_and_the_new(short_deadline, channel, smtp):
    channel.send(message())
    smtp.plan(hang(), stage="MAIL")
    smtp.plan(drip(0.1), stage="EHLO")
    started = time.monotonic()

    with pytest.raises((TryLater, OutcomeUnknown)):
        channel.send(message(id="<two@admissions.example>"))

    assert time.monotonic() - started < 2


def test_nobody_at_the_port_is_unreachable(settings, channel):
    settings.EMAIL_PORT = free_port()

    with pytest.raises(Unreachable):
        channel.send(message())


@pytest.mark.parametrize("field", ["subject", "reply_to", "to", "sender"])
def test_line_end_in_a_header_is_refused(channel, smtp, field):
    injected = "Ada <ada@applicant.example>\r\nBcc: victim@elsewhere.example"

    with pytest.raises(Refused):
        channel.send(message(**{field: injected}))

    assert smtp.received == []


def test_other_backends_are_taken_at_their_word(settings, smtp, by_smtp):
    """Django's own backend cannot tell whether the message was handed over."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    channel = EmailChannel()
    smtp.plan(drop, stage="DATA", stores=True)

    with pytest.raises(OutcomeUnknown):
        channel.send(message())
    channel.send(message())

    channel.close()
    assert len(smtp.received) == 2
