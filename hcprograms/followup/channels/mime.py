"""Writes a mail's bytes several times faster than the standard library's generator.

For the mails that the plugin sends: a text, one HTML alternative, no attachments. Anything else
is left to Django. Headers go through Django's own encoder, which refuses line ends.
"""

import secrets
from binascii import b2a_qp
from email.header import Header
from email.utils import formatdate
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.message import forbid_multi_line_headers

LONGEST_LINE = 78
CHARSET = "utf-8"


def write_mail(email: EmailMessage) -> bytes:
    """Return the whole mail with CRLF line ends, ready for SMTP.

    Raises ``ValueError`` (``BadHeaderError``, ``UnicodeError``) for what no mail can hold.
    """
    html = _only_html(email)
    if html is None:
        return email.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    boundary = secrets.token_hex(12)
    head = [f'Content-Type: multipart/alternative; boundary="{boundary}"', "MIME-Version: 1.0"]
    head += [_fold(name, _encode(name, value)) for name, value in _headers(email)]
    parts = [("plain", str(email.body)), ("html", html)]
    body = b"".join(_write_part(boundary, kind, text) for kind, text in parts)
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + body + f"--{boundary}--\r\n".encode()


def _only_html(email: EmailMessage) -> str | None:
    """The HTML of a mail of a text and HTML; None for a mail of another shape."""
    if not isinstance(email, EmailMultiAlternatives) or len(email.alternatives) != 1:
        return None
    if email.attachments or email.cc or email.bcc or email.encoding:
        return None
    content, kind = email.alternatives[0]
    return str(content) if kind == "text/html" else None


def _headers(email: EmailMessage) -> list[tuple[str, str]]:
    headers = [
        ("Subject", str(email.subject)),
        ("From", str(email.from_email)),
        ("To", ", ".join(map(str, email.to))),
    ]
    if email.reply_to:
        headers.append(("Reply-To", ", ".join(map(str, email.reply_to))))
    headers.append(("Date", formatdate(localtime=settings.EMAIL_USE_LOCALTIME)))
    return headers + [(name, str(value)) for name, value in email.extra_headers.items()]


@lru_cache(maxsize=1000)
def _encode(name: str, value: str) -> str:
    """The value as it may stand in the header; the same senders and readers come again."""
    return str(forbid_multi_line_headers(name, value, CHARSET)[1])


def _fold(name: str, value: str) -> str:
    line = f"{name}: {value}"
    if len(line) <= LONGEST_LINE:
        return line
    folded = Header(value, header_name=name).encode(maxlinelen=LONGEST_LINE, linesep="\r\n")
    return f"{name}: {folded}"


def _write_part(boundary: str, kind: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    content = "\r\n".join(lines).encode(CHARSET)
    if text.isascii() and all(len(line) <= LONGEST_LINE for line in lines):
        encoding = "7bit"
    else:
        encoding, content = "quoted-printable", b2a_qp(content, istext=True)
    head = (
        f'--{boundary}\r\nContent-Type: text/{kind}; charset="{CHARSET}"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n"
