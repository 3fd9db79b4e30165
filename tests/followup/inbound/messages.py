"""Messages as they come in, for tests."""

from email.message import EmailMessage
from email.utils import format_datetime
from uuid import uuid4

from tests.factories import NOW


def write_mail(text="", *, html="", sender="Ada <ada@applicant.example>", **headers) -> bytes:
    """One message; a header with underscores for hyphens, such as ``In_Reply_To``."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = headers.pop("To", "stop@school.example")
    message["Date"] = format_datetime(NOW)
    message["Message-ID"] = headers.pop("Message_ID", f"<{uuid4()}@applicant.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def write_failure(address, *, status="5.1.1", message_id="", action="failed", said="") -> bytes:
    """A delivery status notification, as a mail server of today sends it (RFC 3464)."""
    said = said or f"550 {status} <{address}>: Recipient address rejected: User unknown"
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: admissions@localhost
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{uuid4()}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 23 Nov 2026 15:00:00 +0000

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example
Diagnostic-Code: smtp; {said}

--B
Content-Type: text/rfc822-headers

From: Fairview School <admissions@localhost>
To: {address}
Subject: We have your request
Message-ID: {message_id}

--B--
""".replace("\n", "\r\n").encode()


def write_complaint(address, *, message_id) -> bytes:
    """A report of a person's “this is spam” (RFC 5965)."""
    return f"""\
From: <feedback@provider.example>
To: admissions@localhost
Subject: complaint
Message-ID: <{uuid4()}@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an email abuse report.

--B
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1
Original-Rcpt-To: <{address}>

--B
Content-Type: message/rfc822

From: Fairview School <admissions@localhost>
To: {address}
Subject: We have your request
Message-ID: {message_id}

Thank you for asking.
--B--
""".encode()
