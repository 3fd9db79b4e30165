"""The servers that other tests rely on."""

import smtplib
import sys
from email.message import EmailMessage

import psycopg
import pytest
import redis

from tests import postgres
from tests.services import find_program, skipped_if_missing
from tests.smtp import drip, drop, hang, reply


def send(smtp, *, to=("ada@example.org",)):
    message = EmailMessage()
    message["Subject"] = "Hello"
    message["To"] = ", ".join(to)
    message.set_content("Hi")
    with smtplib.SMTP(smtp.host, smtp.port, timeout=0.5) as client:
        return client.send_message(message, from_addr="us@example.org")


def test_postgres_url_leads_to_a_server(postgres_url):
    with psycopg.connect(postgres_url) as connection:
        (answer,) = connection.execute("select 1").fetchone()

    assert answer == 1


@pytest.mark.redis
def test_redis_url_leads_to_a_server(redis_url):
    with redis.from_url(redis_url) as client:
        assert client.ping() is True


def test_smtp_keeps_what_arrives(smtp):
    send(smtp)

    assert [mail["Subject"] for mail in smtp.sent_to("ada@example.org")] == ["Hello"]


def test_smtp_refuses_as_planned_and_only_then(smtp):
    smtp.plan(reply("451 4.3.0 later"), stage="DATA")

    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(smtp)
    send(smtp)

    assert refused.value.smtp_code == 451
    assert len(smtp.received) == 1


def test_smtp_refuses_one_recipient(smtp):
    smtp.plan(reply("550 5.1.1 nobody"), stage="RCPT", recipient="bob@example.org")

    refused = send(smtp, to=("ada@example.org", "bob@example.org"))

    assert list(refused) == ["bob@example.org"]
    assert smtp.received[0].recipients == ["ada@example.org"]


def test_smtp_drops_the_line_after_storing(smtp):
    smtp.plan(drop, stores=True)

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(smtp)

    assert len(smtp.received) == 1


@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_smtp_hangs(smtp, stage):
    smtp.plan(hang(), stage=stage)

    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        send(smtp)

    assert smtp.received == []


def test_smtp_drips_past_every_read_timeout(smtp):
    smtp.plan(drip(every=0.05, seconds=1.2))

    with pytest.raises(smtplib.SMTPException) as refused:
        send(smtp)

    assert "2222" in str(refused.value)


def need_a_missing_program():
    with skipped_if_missing():
        find_program("no-such-server")


def test_a_missing_program_skips_by_name(monkeypatch):
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="no-such-server is not installed"):
        need_a_missing_program()


def test_a_missing_program_fails_in_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="no-such-server is not installed"):
        need_a_missing_program()


def test_postgres_command_gives_its_server_to_the_command_and_keeps_the_exit_code():
    command = "import os, sys; sys.exit(7 if 'postgres://' in os.environ['DATABASE_URL'] else 1)"

    assert postgres.main([sys.executable, "-c", command]) == 7


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_postgres_command_without_a_server_is_an_error_only_in_ci(monkeypatch, ci, code):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr("tests.services.shutil.which", lambda *args, **options: None)

    assert postgres.main([sys.executable, "-c", ""]) == code
