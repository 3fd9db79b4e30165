"""Reading messages as they come, good, odd and hostile."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.followup.incoming.reading import MAX_TEXT, read_message
from tests.followup.incoming.messages import write_mail

ONE, TWO = (
    uuid.UUID("0b0e6a8e-1111-4222-8333-444455556666"),
    uuid.UUID("1c0e6a8e-1111-4222-8333-444455556666"),
)


def test_plain_values_of_an_ordinary_message():
    incoming = read_message(
        write_mail("Hello\nthere\n", Subject="Übung", To="Stop <STOP@school.example>, b@x.example")
    )

    assert incoming.sender == "ada@applicant.example"
    assert incoming.recipients == {"stop@school.example", "b@x.example"}
    assert (incoming.subject, incoming.text) == ("Übung", "Hello\nthere")
    assert (incoming.is_automatic, incoming.attachments, list(incoming.reports)) == (False, 0, [])


def test_ids_of_ours_are_found_the_likeliest_first():
    incoming = read_message(
        write_mail(
            Subject=f"unsubscribe {ONE}",
            In_Reply_To=f"<{TWO}@admissions.example>",
            References=f"<x@y.example> <{ONE}@admissions.example> <{TWO}@admissions.example>",
        )
    )

    assert incoming.references == [ONE, TWO, TWO, ONE]
    assert incoming.names_message


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, Nov 23, 2026 at 10:00 AM Fairview School <a@x.example> wrote:\n> STOP",
        "On Mon, Nov 23, 2026 at 10:00 AM\nFairview School <a@x.example>\nwrote:\n\nunsubscribe",
        "Am 23.11.2026 um 16:00 schrieb Fairview School:\n> Stopp",
        "Le lun. 23 nov. 2026 à 16:00, Fairview School <a@x.example> a écrit :\n> x",
        "-----Original Message-----\nFrom: Fairview\nunsubscribe",
        "________________________________\nFrom: Fairview School\nunsubscribe",
        "> unsubscribe\n> from this list",
        "-- \nAda\nunsubscribe",
        "Sent from my iPhone\nunsubscribe",
    ],
)
def test_own_words_are_told_from_quoted_ones(quoted):
    incoming = read_message(write_mail(f"I have a question.\n\n{quoted}\n"))

    assert incoming.own_words == "I have a question."
    assert quoted.split("\n")[0].strip() in incoming.text


def test_answers_between_quoted_lines_are_own_words():
    incoming = read_message(write_mail("> May we call?\nYes.\n> When?\nAt nine.\n"))

    assert incoming.own_words == "Yes.\nAt nine."


def test_html_alone_is_read_as_text():
    html = (
        "<html><head><style>p{}</style><title>t</title></head><body><p>Stop&nbsp;it</p>"
        "<script>x()</script><blockquote><p>Thank you for asking</p></blockquote></body></html>"
    )
    content = (
        b"From: ada@applicant.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        + html.encode()
    )

    incoming = read_message(content)

    assert incoming.own_words == "Stop it"
    assert "x()" not in incoming.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied (vacation)"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"List_Id": "<list.example>"},
    ],
)
def test_automatic_messages_are_known_as_such(headers):
    assert read_message(write_mail("I am away.", **headers)).is_automatic


def test_auto_submitted_no_is_a_person():
    assert not read_message(write_mail("Hi", Auto_Submitted="no")).is_automatic


def test_same_message_has_the_same_key_and_another_does_not():
    mail = write_mail("Hi", Message_ID="<one@x.example>")
    again = b"Received: from elsewhere\r\n" + mail

    assert read_message(mail).key == read_message(again).key
    assert read_message(mail).key != read_message(write_mail("Hi")).key


def test_messages_without_an_id_are_told_apart_by_what_they_say():
    one, two = (b"From: a@x.example\r\nSubject: Hi\r\n\r\n" + text for text in (b"one", b"two"))

    assert read_message(one).key != read_message(two).key
    assert read_message(one).key == read_message(bytes(one)).key


@pytest.mark.parametrize("sender", ["", "nobody", "a@x.example, b@x.example", "<>", "@", "\udcff"])
def test_unclear_senders_are_nobody(sender):
    content = f"From: {sender}\r\n\r\nHi".encode(errors="surrogateescape")

    assert read_message(content).sender == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"no headers at all",
        b"From: a@x.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff\xfeHi",
        b"From: a@x.example\r\nContent-Type: text/plain; charset=\xff\r\n\r\nHi",
        b"From: a@x.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!Hi",
        b"From: =?klingon?q?=FF?= <a@x.example>\r\nSubject: =?utf-8?b?!!!?=\r\n\r\nHi",
        b"Subject: =?utf-8?q?" + b"=00" * 500 + b"?=\r\n\r\nHi",
        b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nbroken",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient\r\n--b--",
        b"Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nHi",
    ],
)
def test_broken_messages_are_read_as_far_as_they_go(content):
    incoming = read_message(content)

    assert len(incoming.key) == 64
    assert "\x00" not in incoming.text + incoming.subject


def test_parts_within_parts_without_end_keep_their_subject():
    deep = b"From: a@x.example\r\nSubject: STOP\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one)
        for one in range(3000)
    )

    assert read_message(deep).subject == "STOP"


def test_giant_message_is_cut():
    giant = write_mail("STOP\n" + "words " * 200_000) + b"x" * 20_000_000

    incoming = read_message(giant)

    assert len(incoming.text) == MAX_TEXT
    assert incoming.own_words.startswith("STOP\n")


def test_nul_and_direction_changes_are_left_out():
    content = "From: a@x.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nS\x00TO\u202eP"

    assert read_message(content.encode()).own_words == "STOP"


def test_attachments_are_counted_and_not_taken_for_words():
    content = (
        b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Disposition: attachment; filename=a.txt\r\n\r\nnot my words\r\n--b\r\n\r\n"
        b"Mine\r\n--b--\r\n"
    )

    incoming = read_message(content)

    assert (incoming.text, incoming.attachments) == ("Mine", 1)


@given(st.binary(max_size=3000))
def test_any_bytes_can_be_read(content):
    assert read_message(content).key


@given(
    st.dictionaries(
        st.sampled_from(["From", "To", "Subject", "Message-ID", "References", "Content-Type"]),
        st.text(max_size=300).map(lambda text: text.replace("\n", " ").replace("\r", " ")),
    ),
    st.text(max_size=500),
)
def test_any_headers_can_be_read(headers, text):
    content = "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n" + text

    assert read_message(content.encode(errors="replace")).key
