"""No message, however broken, keeps the messages behind it from being read."""

import base64
import json
import mailbox
import random
import re
import time

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hcprograms.followup.models import ReceivedMail
from tests.outside.inbound import (  # noqa: F401
    ADA,
    STOP_BOX,
    ada,
    get_decisions,
    list_timeline,
    receive,
    school,
    sent,
    unscoped,
    write_box,
    write_text,
)

HEAD = f"From: Ada <{ADA}>\nTo: office@school.example\nMIME-Version: 1.0\n".encode()


def in_html(html: str) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + html.encode()


def nested(kind: str, depth: int) -> bytes:
    if kind == "message":
        return HEAD + b"Content-Type: message/rfc822\n\n" * depth + b"Hello"
    return HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (one, one)
        for one in range(depth)
    )


POISON = {
    "encoded subject": HEAD + b"Subject: =?utf-8?b?a?=\n\nHello",
    "encoded sender": b"From: =?utf-8?b?a?= <x@y.example>\n\nHello",
    "comments in From": b"From: " + b"(" * 5000 + b"\nTo: office@school.example\n\nHello",
    "comments in To": b"From: x@y.example\nTo: " + b"(" * 5000 + b"\n\nHello",
    "groups in To": b"From: x@y.example\nTo: " + b"a:" * 4000 + b"\n\nHello",
    "marked section": in_html("<![x ["),
    "marked sections": in_html("<![CDATA[" * 2000 + "<![if x]" + "<!["),
    "html of attributes": in_html("<a b='" * 33_000),
    "html of comments": in_html("<!--" * 50_000),
    "html of ends": in_html("</" * 100_000),
    "html of tags": in_html("<" * 200_000),
    "html of quotes": in_html("<a \"'" * 40_000),
    "html of scripts": in_html("<script>" * 25_000),
    "html of styles": in_html("<style><!--" * 18_000),
    "html of references": in_html("&#" + "9" * 100_000 + ";" + "&amp" * 20_000),
    "html of blocks": in_html("<blockquote>" * 16_000),
    "nested multiparts": nested("multipart", 2000),
    "nested messages": nested("message", 2000),
    "unknown charset": HEAD + b"Content-Type: text/plain; charset=klingon\n\nHello",
    "charset with a NUL": HEAD + b'Content-Type: text/plain; charset="u\x00tf"\n\nHello',
    "charset that is no text": HEAD + b"Content-Type: text/plain; charset=zlib_codec\n\nHello",
    "slow charset": HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * 500_000,
    "slow charset in a subject": HEAD + b"Subject: =?punycode?q?" + b"a" * 50_000 + b"?=\n\nx",
    "undefined charset": HEAD + b"Content-Type: text/plain; charset=undefined\n\nHello",
    "surrogates": HEAD + b"Subject: \xed\xa0\x80\xff\n\n\xed\xa0\x80 \xff hello \xed\xbf\xbf",
    "surrogates in utf-16": HEAD
    + b"Content-Type: text/plain; charset=utf-16-le\n\n"
    + b"\x00\xd8a\x00",
    "escaped surrogates": HEAD
    + b"Content-Type: text/plain; charset=unicode_escape\n\n\\ud800 \\udfff",
    "surrogates in utf-7": HEAD + b"Content-Type: text/plain; charset=utf-7\n\n+2AA- hello",
    "NUL": HEAD + b"Subject: a\x00b\n\nHel\x00lo\x00",
    "many headers": HEAD + b"".join(b"X-%d: a\n" % one for one in range(100_000)) + b"\nHello",
    "long header": HEAD + b"Subject: " + b"a" * 900_000 + b"\n\nHello",
    "folded header": HEAD + b"Subject: a\n" + b" b\n" * 200_000 + b"\nHello",
    "parameters": HEAD + b'Content-Type: multipart/mixed; a="' + b";" * 500_000 + b"\n\nHello",
    "continued parameters": HEAD
    + b"Content-Type: text/plain; "
    + b"; ".join(b"charset*%d*=a" % one for one in range(20_000))
    + b"\n\nHello",
    "huge continuation": HEAD
    + b"Content-Type: text/plain; charset*"
    + b"9" * 5000
    + b"=a; charset*1=b\n\nHello",
    "broken date": HEAD + b"Date: Mon, 99 Foo 99999999999999999999 99:99:99 +99999999\n\nHello",
    "broken base64": HEAD + b"Content-Transfer-Encoding: base64\n\n!!!=a=\xff",
    "broken uuencode": HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 666 x\n\xff\xff\n",
    "many parts": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\nContent-Type: text/plain\n\nx\n" * 20_000,
    "many blocks of a report": HEAD
    + b"Content-Type: multipart/report; boundary=b\n\n--b\n"
    + b"Content-Type: message/delivery-status\n\n"
    + b"\n" * 900_000,
    "many reports": HEAD
    + b"Content-Type: multipart/report; boundary=b\n\n--b\n"
    + b"Content-Type: message/delivery-status\n\n"
    + b"Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\n\n" * 10_000,
    "broken calendar": HEAD
    + b"Content-Type: text/calendar; method=REPLY\n\n"
    + b"BEGIN:VEVENT\nATTENDEE;PARTSTAT=" * 20_000,
    "quotations": HEAD + b"\n" + b"On " + b"1 wrote " * 50_000,
    "quotation marks": HEAD + b"\n" + b"On 1\n" * 100_000,
    "wishes": HEAD + b"\nplease " + b"do not " * 60_000,
    "no line ends": b"a" * 900_000,
    "only line ends": b"\n" * 900_000,
    "nothing": b"",
    "any bytes": bytes(range(256)) * 200,
}


@pytest.mark.parametrize("via", ["maildir", "mbox", "stdin"])
@pytest.mark.parametrize("name", POISON)
def test_stop_behind_a_broken_message_is_read(ada, receive, name, via):  # noqa: F811
    began = time.process_time()

    if via == "stdin":
        receive(POISON[name], via=via)
        receive(write_text("STOP"), via=via)
    else:
        receive(POISON[name], write_text("STOP"), via=via)

    assert get_decisions(ada)["email"] == "withdrawn"
    assert get_decisions(ada)["call"] == "granted"
    assert time.process_time() - began < 15


@pytest.mark.parametrize("via", ["maildir", "mbox"])
def test_whole_box_of_broken_messages_is_read_to_the_end(ada, receive, via):  # noqa: F811
    said = receive(*POISON.values(), write_text("STOP"), via=via)

    read, unreadable = re.findall(r"(\d+) messages", said)
    assert get_decisions(ada)["email"] == "withdrawn"
    assert int(read) + int(unreadable) >= len(POISON)  # an empty one may be none in an mbox


def test_words_that_can_be_read_in_a_broken_message_arrive(ada, receive):  # noqa: F811
    receive(write_text("May I start in May?", Subject="=?utf-8?b?a?="))

    assert "May I start in May?" in list_timeline(ada)[0]


def test_words_between_broken_html_arrive(ada, receive):  # noqa: F811
    receive(in_html("<p>May I</p><![x [<a b='<b>start in May?</b> <!-- and then"))

    assert "start in May?" in list_timeline(ada)[0]


UNREADABLE = HEAD + b"Subject: Hello\nMessage-ID: <u@x.example>\n" + nested("multipart", 2000)


def test_unreadable_message_is_moved_aside_and_kept(ada, tmp_path, receive):  # noqa: F811
    said = receive(UNREADABLE, write_text("STOP"))

    (box,) = (tmp_path / "maildir").iterdir()
    (aside,) = (box / ".unreadable" / "cur").iterdir()
    assert aside.read_bytes() == UNREADABLE
    assert list((box / "new").iterdir()) == []
    assert len(list((box / "cur").iterdir())) == 1
    assert "1 message could not be read" in said
    assert said.endswith("(exit 65)")
    assert sorted(mailbox.Maildir(box).list_folders()) == ["unreadable"]


def test_unreadable_messages_are_counted_for_the_monitoring(ada, client, receive):  # noqa: F811
    before = client.get(reverse("hcprograms:health")).json()
    receive(UNREADABLE, write_text("Hello"))
    after = client.get(reverse("hcprograms:health")).json()

    assert (before["unreadable_mails"], after["unreadable_mails"]) == (0, 1)
    assert after["is_well"] == before["is_well"]


def test_unreadable_message_in_a_pipe_is_refused_for_good(ada, receive):  # noqa: F811
    said = receive(UNREADABLE, via="stdin")

    assert said.endswith("(exit 65)")
    assert ReceivedMail.objects.get().outcome == "broken"


def test_unreadable_message_given_again_is_counted_once(ada, receive):  # noqa: F811
    for _ in range(2):
        receive(UNREADABLE)

    assert ReceivedMail.objects.count() == 1
    assert len(list_timeline(ada)) == 1


def test_unreadable_message_ends_nothing(ada, receive):  # noqa: F811
    receive(UNREADABLE.replace(b"office@", b"stop@").replace(b"Subject: Hello\n", b""))

    assert get_decisions(ada)["email"] == "granted"


def test_what_is_no_file_stops_nothing(ada, tmp_path, receive):  # noqa: F811
    write_box(tmp_path / "box", [write_text("STOP").encode()], "maildir")
    (tmp_path / "box" / "new" / "00000.folder").mkdir()

    from io import StringIO  # noqa: PLC0415

    from django.core.management import call_command  # noqa: PLC0415

    call_command("receive_mail", "--maildir", str(tmp_path / "box"), stdout=StringIO())

    assert get_decisions(ada)["email"] == "withdrawn"


def test_random_messages_stop_nothing(ada, receive):  # noqa: F811
    """Pieces of real messages, thrown together and damaged."""
    chance = random.Random(20261130)  # noqa: S311
    pieces = [one[:400] for one in POISON.values()] + [
        b"Content-Type: multipart/report; boundary=b\n\n",
        b"Content-Type: message/delivery-status\n\n",
        b"\n--b\n",
        b"=?utf-8?b?",
        b"?=",
        b"\n\n",
        b"From: ",
        b"<!--",
        b"<![",
        b"&#x",
        b"\xff\xfe",
        b"\x00",
    ]
    messages = []
    for _ in range(150):
        content = bytearray(b"".join(chance.choices(pieces, k=chance.randrange(1, 12))))
        for _ in range(chance.randrange(20)):
            if content:
                content[chance.randrange(len(content))] = chance.randrange(256)
        messages.append(bytes(content))

    receive(*messages, write_text("STOP"))

    assert get_decisions(ada)["email"] == "withdrawn"


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=2000))
def test_any_bytes_are_taken(ada, receive, content):  # noqa: F811
    receive(content, write_text("Hello"))

    assert ReceivedMail.objects.filter(outcome="passed_on").exists()


SECRET = "provider:0123456789abcdefghij"
KNOWN = {"authorization": "Basic " + base64.b64encode(SECRET.encode()).decode()}


@pytest.fixture
def post(client, settings):
    """Post to a provider's webhook, as anymail reads it."""
    pytest.importorskip("anymail")
    from hcprograms.contrib.anymail import receivers  # noqa: F401, PLC0415

    settings.ROOT_URLCONF = "tests.anymail.urls"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "POSTMARK_SERVER_TOKEN": "x"}
    client.raise_request_exception = False

    def send(content, name="postmark_inbound"):
        path = reverse(f"hcprograms_anymail:{name}_webhook")
        body = content if isinstance(content, bytes | str) else json.dumps(content)
        return client.post(path, body, content_type="application/json", headers=KNOWN).status_code

    return send


def by_postmark(raw: bytes) -> dict:
    return {
        "RawEmail": raw.decode("latin-1"),
        "OriginalRecipient": STOP_BOX,
        "Headers": [{"Name": "X", "Value": "\ud800"}],
        "FromFull": {"Email": ADA, "Name": ""},
        "ToFull": [],
        "Attachments": [],
    }


@pytest.mark.parametrize("name", POISON)
def test_provider_is_never_asked_to_send_a_broken_message_again(ada, post, name):  # noqa: F811
    began = time.process_time()

    assert post(by_postmark(POISON[name])) == 200
    assert post(by_postmark(write_text("STOP").encode())) == 200
    assert get_decisions(ada)["email"] == "withdrawn"
    assert time.process_time() - began < 20


@pytest.mark.parametrize("name", ["postmark_inbound", "postmark_tracking"])
def test_nonsense_of_a_provider_is_a_bad_request(ada, post, name):  # noqa: F811
    assert post(b"{", name) == 400


def test_broken_parts_of_a_provider_are_counted(ada, post, client):  # noqa: F811
    assert post({"Headers": 7}) == 200
    assert ReceivedMail.objects.get().outcome == "broken"


def test_event_with_broken_words_is_taken(sent, post):  # noqa: F811
    event = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "Email": ADA,
        "Details": "smtp;550 5.1.1 \ud800\x00 no such user",
        "BouncedAt": "2026-11-23T15:00:01Z",
        "Metadata": {"follow_up": str(sent.public_id)},
    }

    assert post(event, "postmark_tracking") == 200
    sent.lead.refresh_from_db()
    assert sent.lead.is_unreachable
