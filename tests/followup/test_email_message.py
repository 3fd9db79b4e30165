"""The bytes of a mail say what was written, with whichever Django."""

from email import message_from_bytes, policy

import django
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcprograms.followup.channels.email_message import HeaderSafeEmail

HEADERS = {"Message-ID": "<one@admissions.example>", "Auto-Submitted": "auto-generated"}


def make(**fields):
    values = {
        "subject": "New request",
        "body": "Hello\n",
        "from_email": "Fairview School <admissions@school.example>",
        "to": ["Ada <ada@applicant.example>"],
        "reply_to": ["Ann <ann@school.example>"],
        "headers": HEADERS,
    }
    html = fields.pop("html", "<p>Hello</p>\n")
    email = HeaderSafeEmail(**values | fields)
    email.attach_alternative(html, "text/html")
    return email


def read(content):
    """What a mail program sees, apart from the moment of writing."""
    parsed = message_from_bytes(content, policy=policy.default)
    headers = {name: str(value) for name, value in parsed.items() if name != "Date"}
    headers["Content-Type"] = parsed.get_content_type()
    bodies = [part.get_content().replace("\r\n", "\n") for part in parsed.iter_parts()]
    kinds = [part.get_content_type() for part in parsed.iter_parts()]
    return headers, kinds, [body.rstrip("\n") for body in bodies], parsed.defects


def write(email):
    """The bytes that Django's SMTP backend sends."""
    if django.VERSION < (6,):
        return email.message().as_bytes(linesep="\r\n")
    return email.message(policy=policy.SMTP).as_bytes()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"subject": "Über " * 40},
        {"subject": "A subject that is long enough to be folded, " * 4},
        {"to": ["王小明 <ming@applicant.example>"]},
        {"reply_to": None},
        {"body": "Zeile mit Ümläuten\n.\n..two\nFrom here\n"},
        {"body": "long " * 500},
        {"body": "trailing space \ntab\t\n=3D\n"},
        {"html": "<p>" + "é" * 3000 + "</p>"},
        {"headers": HEADERS | {"List-Unsubscribe": f"<https://x.example/{'t' * 200}/>"}},
    ],
)
def test_mail_reads_as_it_was_made(fields):
    email = make(**fields)

    headers, kinds, bodies, defects = read(write(email))

    assert headers["Subject"].strip() == email.subject.strip()
    assert headers["To"] == email.to[0]
    assert headers.get("Reply-To", "") == ", ".join(email.reply_to)
    assert headers.items() >= email.extra_headers.items()
    assert kinds == ["text/plain", "text/html"]
    assert bodies == [email.body.rstrip("\n"), email.alternatives[0].content.rstrip("\n")]
    assert defects == []


texts = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\x85"),
    max_size=200,
)


@given(texts, texts.filter(bool), texts)
@settings(deadline=None)
def test_any_text_reads_as_it_was_written(subject, body, html):
    email = make(subject=subject, body=body, html=html)

    _, kinds, bodies, defects = read(write(email))

    assert kinds == ["text/plain", "text/html"]
    assert bodies == [body, html]
    assert defects == []


def test_lines_end_with_crlf_and_are_not_too_long():
    content = write(make(body="ö" * 5000 + "\n" + "x" * 5000))

    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1


@pytest.mark.parametrize("field", ["subject", "from_email"])
def test_line_end_in_a_header_is_refused(field):
    with pytest.raises(ValueError, match="[Hh]eader"):
        write(make(**{field: "Ada <ada@x.example>\nBcc: victim@x.example"}))


def test_file_goes_with_the_mail():
    email = make()
    email.attach("note.txt", "attached", "text/plain")

    parsed = message_from_bytes(write(email), policy=policy.default)

    assert [part.get_filename() for part in parsed.iter_attachments()] == ["note.txt"]
