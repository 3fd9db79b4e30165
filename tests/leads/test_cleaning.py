import contextlib
import sys
import time
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from hcprograms.institutions.email_addresses import normalize_email
from hcprograms.leads.cleaning import (
    BIDI_CONTROLS,
    FORBIDDEN,
    clean_line,
    clean_paragraphs,
)
from hcprograms.leads.phone import clean_phone


@pytest.mark.parametrize(
    "name",
    [
        "María-José O’Connor",
        "王小明",
        "עדה לאבלייס",
        "Ada 👩🏽‍⚕️",
        "می‌خواهم",
        "Nguyễn Văn",
        "X" * 300,
    ],
)
def test_clean_line_keeps_names_of_the_world(name):
    assert clean_line(name) == name


@pytest.mark.parametrize("bad", ["\0", "\r\nBcc: x@y.example", "\x1b[2J", *BIDI_CONTROLS, "\ufffd"])
def test_clean_line_refuses_what_fools_readers_and_headers(bad):
    with pytest.raises(ValidationError, match="type it instead"):
        clean_line(f"Ada{bad}")


def test_clean_line_makes_runs_of_spaces_one():
    assert clean_line("  Ada \u00a0 Applicant ") == "Ada Applicant"


def test_clean_paragraphs_keeps_lines():
    assert clean_paragraphs("Hello\r\nis\tit\ronline? ") == "Hello\nis it\nonline?"


def test_clean_paragraphs_refuses_direction_changes():
    with pytest.raises(ValidationError):
        clean_paragraphs("see \u202egpj.exe")


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("(303) 555-0123", "US", "+13035550123"),
        ("303.555.0123 x45", "US", "+13035550123 ext. 45"),
        ("+44 20 7946 0123", "US", "+442079460123"),
        ("020 7946 0123 ext 9", "GB", "+442079460123 ext. 9"),
        ("\u202a+1 303 555 0123\u202c", "US", "+13035550123"),
        ("٣٠٣٥٥٥٠١٢٣", "US", "+13035550123"),
    ],
)
def test_clean_phone_keeps_e164_and_extension(typed, region, kept):
    assert clean_phone(typed, regions=[region]) == kept


def test_clean_phone_tries_the_regions_in_order():
    assert clean_phone("020 7946 0123", regions=["GB", "US"]) == "+442079460123"
    assert clean_phone("(303) 555-0123", regions=["FR", "US"]) == "+13035550123"


@pytest.mark.parametrize(
    "bad", ["call me", "12", "+999 123", "3" * 60, "303 555 0123 ext 12345678901"]
)
def test_clean_phone_says_how_to_write_it(bad):
    with pytest.raises(ValidationError, match="area code"):
        clean_phone(bad, regions=["US"])


@given(st.from_regex(r"\+1[2-9]\d{2}[2-9]\d{6}( ext\. [0-9]{1,7})?", fullmatch=True))
def test_clean_phone_of_a_kept_number_changes_nothing(number):
    try:
        kept = clean_phone(number, regions=["US"])
    except ValidationError:
        return
    assert clean_phone(kept, regions=["GB"]) == kept


@given(st.text(max_size=300))
@example("a" * 300)
def test_cleaning_any_text_keeps_or_refuses(text):
    for clean in (clean_line, clean_paragraphs, normalize_email):
        try:
            kept = clean(text)
        except ValidationError:
            continue
        assert clean(kept) == kept


def processor_seconds(text):
    """The least of three runs of everything that cleans, in seconds of this process."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        for clean in (
            clean_line,
            clean_paragraphs,
            lambda one: clean_phone(one, regions=["US"]),
        ):
            with contextlib.suppress(ValidationError):
                clean(text)
        taken.append(time.process_time() - started)
    return max(min(taken), 0.005)


@pytest.mark.parametrize(
    ("start", "part", "end"),
    [("", "a", "@"), ("a@", "a.", ""), ("", "@", ""), ("", "(", ""), ("", "+1", ""), ("", " ", "")],
)
def test_cleaning_four_times_the_text_takes_no_square_of_the_time(start, part, end):
    short, long = (start + part * count + end for count in (10_000, 40_000))

    assert processor_seconds(long) < 10 * processor_seconds(short)


def test_forbidden_are_controls_broken_halves_and_changes_of_direction():
    forbidden = {chr(code) for code in range(sys.maxunicode + 1) if FORBIDDEN.search(chr(code))}

    controls = {
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cs")
    }
    assert forbidden == controls | set(BIDI_CONTROLS) | {"\ufffd"}
