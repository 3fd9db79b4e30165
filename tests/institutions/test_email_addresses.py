"""One canonical form for every address, and one that mail headers can hold."""

from email import message_from_bytes, policy
from email.utils import formataddr, parseaddr

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from hypothesis import example, given
from hypothesis import strategies as st

from hcprograms.institutions.characters import is_invisible, remove_invisible
from hcprograms.institutions.email_addresses import (
    format_email,
    get_comparable_email,
    is_same_email,
    normalize_email,
)

INVISIBLE = "\u200b\ufeff\u00ad\u200e\u2060\u200d\u034f\u3164"
LETTERS = st.text("abcXYZ019.-_@+\"' üßſ。＠é\u0130\u200b\u200d\u202e\ud800例[]:", max_size=40)
NAMES = st.from_regex(r"[a-z0-9]{1,10}([.+_-][a-z0-9]{1,10})?", fullmatch=True)
DOMAINS = st.from_regex(r"[a-zäöüß例]{1,12}\.(example|org|edu)", fullmatch=True)


@pytest.mark.parametrize(
    "address",
    ["o'brien+test@sub.example.edu", "ada@xn--bcher-kva.example", "a.b-c_d@example.org"],
)
def test_normalize_email_keeps_unusual_addresses(address):
    assert normalize_email(address) == address


def test_normalize_email_lowers_only_the_domain():
    assert normalize_email(" Ada.B@EXAMPLE.Org ") == "Ada.B@example.org"


@pytest.mark.parametrize(
    "bad",
    [
        "Victim <evil@x.example>",
        "a@x.example,b@x.example",
        "a@x.example;b@x.example",
        "a@x.example b@x.example",
        "a@x.example\r\nBcc: b@x.example",
        "a@x.example\0",
        "a@\u202ex.example",
        "a@b@x.example",
        "ada",
        "ada@",
        "@x.example",
        "ada@localhost",
    ],
)
def test_normalize_email_refuses_all_but_one_address(bad):
    with pytest.raises(ValidationError, match=r"ada@example\.org"):
        normalize_email(bad)


def normalize_or_none(text: str) -> str | None:
    try:
        return normalize_email(text)
    except ValidationError:
        return None


@given(st.one_of(st.text(max_size=60), LETTERS))
@example("ſtop@b-school.example")
@example('"a\\\\b"@x.example')
@example('"a(b"@x.example')
@example("ada@xn--a.example")
@example("ada@\u200b.example")
@example("ada@a\u3002\u3002example")
def test_any_text_is_refused_or_becomes_an_address_that_mail_holds(text):
    address = normalize_or_none(text)
    if address is None:
        return

    mail = EmailMessage("s", "b", "a@b.example", [formataddr(("Ädä", address))])
    read = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
    assert address.isascii()
    assert normalize_email(address) == address
    assert parseaddr(formataddr(("Ada", address)))[1] == address
    assert [one.addr_spec for one in read["To"].addresses] == [address]


@given(NAMES, DOMAINS, st.text(INVISIBLE, max_size=3), st.integers(0, 30))
def test_invisible_characters_and_capitals_make_no_other_address(name, domain, hidden, at):
    plain = f"{name}@{domain}"
    disguised = plain[:at] + hidden + plain[at:]

    assert is_same_email(plain, disguised.replace(domain[-3:], domain[-3:].upper()))
    assert get_comparable_email(disguised).isascii()


@given(st.text(max_size=60))
def test_comparing_never_raises_and_is_stable(text):
    assert get_comparable_email(get_comparable_email(text)) == get_comparable_email(text)


@given(st.text(max_size=60))
@example("ann@localhost")
@example("ada@[192.0.2.1]")
def test_address_from_elsewhere_is_written_whole_or_not_at_all(text):
    written = format_email(text)
    if written:
        read = message_from_bytes(
            EmailMessage("s", "b", "a@b.example", [written]).message().as_bytes(),
            policy=policy.default,
        )
        assert [one.addr_spec for one in read["To"].addresses] == [written]


def test_host_of_an_intranet_can_be_written_to():
    assert format_email(" ann@localhost ") == "ann@localhost"


@given(st.text(max_size=60))
def test_nothing_invisible_is_left_but_joiners(text):
    shown = remove_invisible(text)

    assert all(not is_invisible(one) or one in "\u200c\u200d" for one in shown)
    assert remove_invisible(shown) == shown
    assert [one for one in shown if not is_invisible(one)] == [
        one for one in text if not is_invisible(one)
    ]
