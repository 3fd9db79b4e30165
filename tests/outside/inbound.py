"""Mail as it arrives at a school, and a school that wrote to an applicant."""

import io
import mailbox
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.lead import Lead
from tests import factories
from tests.factories import NOW

ADA = "ada@applicant.example"
STOP_BOX = "stop@school.example"
ADVISOR = "ann@school.example"
MANAGER = "mia@school.example"


@pytest.fixture
def unscoped():
    with scopes_disabled():
        yield


@pytest.fixture
def school(db, unscoped):
    """A school with an advisor, a manager and an unsubscribe mailbox."""
    school = factories.make_institution(
        name="Fairview",
        email="office@school.example",
        withdrawal_email=STOP_BOX,
        sends_digest=False,  # its mails are no matter of these tests
    )
    for name, role in [("ann", Role.ADVISOR), ("mia", Role.MANAGER)]:
        user = factories.make_user(username=name, email=f"{name}@school.example")
        factories.make_member(institution=school, role=role, user=user)
    return school


@pytest.fixture
def ada(school):
    """An applicant who agreed to everything."""
    form = factories.make_interest_form(institution=school)
    ann = school.memberships.get(user__username="ann")
    lead = factories.make_lead(form=form, email=ADA, phone="+13035550123", assigned_to=ann)
    for channel in ("email", "call", "text"):
        Consent.objects.create(
            institution=school,
            lead=lead,
            channel=channel,
            decision="granted",
            decided_at=NOW,
            seller="Fairview",
            contact_point=ADA if channel == "email" else lead.phone,
        )
    return lead


@pytest.fixture
def sent(ada):
    """The confirmation that Ada was sent."""
    return make_sent(ada)


def make_sent(lead: Lead, **fields: Any) -> FollowUp:
    values = {
        "institution": lead.institution,
        "lead": lead,
        "purpose": "confirmation",
        "recipient": "applicant",
        "address": lead.email,
        "due_at": NOW,
        "state": "sent",
        "sent_at": NOW,
    }
    return FollowUp.objects.create(**values | fields)


@pytest.fixture
def receive(tmp_path, monkeypatch) -> Callable[..., str]:
    """Give messages to ``manage.py receive_mail``; return what it printed and how it ended."""

    def run(*messages: bytes | str, via: str = "maildir", options: tuple[str, ...] = ()) -> str:
        raw = [one.encode() if isinstance(one, str) else one for one in messages]
        out = io.StringIO()
        try:
            if via == "stdin":
                for one in raw:
                    stdin = SimpleNamespace(buffer=io.BytesIO(one))
                    monkeypatch.setattr(sys, "stdin", stdin)
                    call_command("receive_mail", *options, stdout=out)
                return out.getvalue()
            path = tmp_path / via / uuid4().hex
            path.parent.mkdir(exist_ok=True)
            write_box(path, raw, via)
            call_command("receive_mail", f"--{via}", str(path), *options, stdout=out)
        except CommandError as error:
            return f"{out.getvalue()}{error} (exit {error.returncode})"
        return out.getvalue()

    return run


def write_box(path, messages, kind):
    """A Maildir or an mbox, the messages in this order."""
    if kind == "mbox":
        envelope = b"From someone@x.example Mon Nov 23 15:00:00 2026\n"
        path.write_bytes(
            b"".join(envelope + one.replace(b"\nFrom ", b"\n>From ") + b"\n\n" for one in messages)
        )
        return
    mailbox.Maildir(path)
    for number, one in enumerate(messages):
        (path / "new" / f"{number:05}.mail").write_bytes(one)


def write_text(
    text: str, *, sender: str = f"Ada <{ADA}>", to: str = STOP_BOX, **headers: str
) -> str:
    """A plain message; headers with underscores for hyphens."""
    lines = [f"From: {sender}", f"To: {to}", f"Message-ID: <{uuid4()}@applicant.example>"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if "Content_Type" not in headers:
        lines.append("Content-Type: text/plain; charset=utf-8")
    return "\n".join([*lines, "MIME-Version: 1.0", "", text])


def write_report(
    message_id: str,
    *,
    status: str = "5.1.1",
    said: str = "550 5.1.1 no such user",
    fields: str = "",
    returned: str = "",
    headers: str = "",
) -> str:
    """A delivery status notification (RFC 3464) about a message to Ada."""
    recipient = fields or f"Final-Recipient: rfc822; {ADA}\nAction: failed"
    diagnostic = f"Diagnostic-Code: smtp; {said}\n" if said else ""
    returned = returned or f"Message-ID: <{message_id}@admissions.example>"
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example
To: admissions@school.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <{uuid4()}@mx.example>
Auto-Submitted: auto-replied
{headers}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{recipient}
Status: {status}
{diagnostic}
--b
Content-Type: text/rfc822-headers

From: Fairview <admissions@school.example>
To: {ADA}
{returned}

--b--
"""


def get_decisions(lead: Lead) -> dict[str, str]:
    """Channel → the latest decision about it."""
    rows = Consent.objects.filter(lead=lead).order_by("decided_at", "pk")
    return {one.channel: one.decision for one in rows}


def list_timeline(lead: Lead) -> list[str]:
    """What the applicant wrote, as the timeline keeps it."""
    return list(lead.events.filter(kind="received").order_by("pk").values_list("text", flat=True))


def deliver(**wanted: Any) -> list[Any]:
    """Send what is planned; return the messages to staff and applicants."""
    mail.outbox.clear()
    call_command("deliver_followups", "--once", stdout=io.StringIO())
    return list(mail.outbox)


def list_sent_to(address: str) -> list[Any]:
    return [one for one in deliver() if address in " ".join(one.to)]
