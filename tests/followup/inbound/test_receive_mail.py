"""manage.py receive_mail, as a mail server calls it."""

import io
import mailbox
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from hcprograms.followup.models import ReceivedMail
from hcprograms.management.commands import receive_mail
from tests.followup.inbound.messages import write_mail

ROOT = Path(__file__).resolve().parent.parent.parent.parent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unscoped")]


@pytest.fixture
def pipe(monkeypatch):
    """Give a message by standard input."""

    def run(content, *args):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        out = io.StringIO()
        call_command("receive_mail", *args, stdout=out)
        return out.getvalue()

    return run


def outcomes():
    return list(ReceivedMail.objects.order_by("pk").values_list("outcome", flat=True))


def test_one_message_from_a_pipe(person, decisions, pipe):
    said = pipe(write_mail("STOP"))

    assert (said, decisions()["email"]) == ("", "withdrawn")


def test_recipient_is_told_by_the_mail_server(person, decisions, pipe):
    pipe(write_mail("", To="list@x.example"), "--recipient", "stop@school.example")

    assert decisions()["email"] == "withdrawn"


def test_more_than_is_read_is_taken_from_the_pipe(person, decisions, monkeypatch, pipe):
    monkeypatch.setattr(receive_mail, "MAX_BYTES", 1000)

    pipe(write_mail("STOP\n" + "x" * 50) + b"x" * 5000)

    assert sys.stdin.buffer.read() == b""
    assert decisions()["email"] == "withdrawn"


def test_anything_at_all_ends_well(pipe):
    pipe(b"\x00\xff")

    assert outcomes() == ["unknown"]


def test_database_that_does_not_answer_is_tried_later(person, monkeypatch, pipe):
    def fail(**kwargs):
        raise OperationalError("ada@applicant.example")

    monkeypatch.setattr(receive_mail, "process_message", fail)

    with pytest.raises(CommandError, match="does not answer: OperationalError$") as refused:
        pipe(write_mail("STOP"))

    assert refused.value.returncode == 75


def test_unknown_institution_is_tried_later_when_somebody_has_mended_it(pipe):
    with pytest.raises(CommandError, match="no institution “nowhere”") as refused:
        pipe(write_mail("STOP"), "--institution", "nowhere")

    assert refused.value.returncode == 75


def test_mbox_is_read_and_left_as_it_is(person, tmp_path):
    path = tmp_path / "box"
    box = mailbox.mbox(path)
    for text in ("Question one", "Question two"):
        box.add(write_mail(text))
    box.close()
    before = path.read_bytes()

    for _ in range(2):
        call_command("receive_mail", "--mbox", str(path), stdout=io.StringIO())

    assert outcomes() == ["passed_on", "passed_on"]
    assert path.read_bytes() == before


def test_maildir_is_emptied_into_what_was_seen(person, tmp_path):
    box = mailbox.Maildir(tmp_path / "box")
    for text in ("Question one", "Question two"):
        box.add(write_mail(text))

    out = io.StringIO()
    call_command("receive_mail", "--maildir", str(tmp_path / "box"), stdout=out)

    assert out.getvalue() == "2 messages read.\n"
    assert outcomes() == ["passed_on", "passed_on"]
    assert list((tmp_path / "box/new").iterdir()) == []
    assert len(list((tmp_path / "box/cur").iterdir())) == 2


def test_maildir_keeps_what_could_not_be_taken(person, tmp_path, monkeypatch):
    box = mailbox.Maildir(tmp_path / "box")
    box.add(write_mail("Question"))

    def fail(**kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(receive_mail, "process_message", fail)
    with pytest.raises(CommandError):
        call_command("receive_mail", "--maildir", str(tmp_path / "box"), stdout=io.StringIO())

    assert len(list((tmp_path / "box/new").iterdir())) == 1


@pytest.mark.parametrize("option", ["--mbox", "--maildir"])
def test_wrong_place_is_named(option, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("receive_mail", option, str(tmp_path / "nowhere"))


@pytest.mark.slow
def test_exit_code_of_a_process_without_a_database(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "receive_mail"],
        input=write_mail("STOP"),
        capture_output=True,
        cwd=ROOT,
        env={"VAR_DIR": str(tmp_path / "missing"), "DJANGO_SETTINGS_MODULE": "project.settings"},
    )

    assert done.returncode == 75, done.stderr
    assert b"ada@" not in done.stderr + done.stdout
