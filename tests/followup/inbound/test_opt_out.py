"""Which words end messages, and which do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.followup.inbound.opt_out import EVERYTHING, parse_opt_out, strip_opt_out


def wish(words, subject="", is_for_this=False):
    return parse_opt_out(subject=subject, own_words=words, is_for_this=is_for_this)


@pytest.mark.parametrize(
    "words",
    [
        "STOP",
        "stop.",
        "  Stop, please!",
        "Unsubscribe",
        "Please unsubscribe me from your mailing list",
        "Remove me",
        "take me off your list",
        "Please stop sending me emails. Thank you",
        "No more emails please",
        "Don’t send me any more messages",
        "I would like to unsubscribe",
        "Please remove my email address from your list",
        "opt-out",
        "Abmelden bitte",
        "Keine E-Mails mehr",
        "Désabonner",
        "Arrêt",
        "BAJA",
        "Darme de baja por favor",
        "Disiscrivimi",
        "退订",
        "STOP\nAda Applicant",
    ],
)
def test_clear_words_end_emails(words):
    assert wish(words) == ("email",)


@pytest.mark.parametrize(
    "words",
    ["STOP ALL", "Stop everything!", "Do not contact me again", "Alles stoppen", "Tout arrêter"],
)
def test_stop_all_ends_everything(words):
    assert wish(words) == EVERYTHING


@pytest.mark.parametrize(
    ("words", "channel"),
    [
        ("Stop calling me", "call"),
        ("please don't call me anymore", "call"),
        ("No more calls", "call"),
        ("Keine Anrufe mehr", "call"),
        ("stop texting me", "text"),
        ("No more texts", "text"),
    ],
)
def test_one_kind_of_contact_ends_alone(words, channel):
    assert wish(words) == (channel,)


@pytest.mark.parametrize(
    "words",
    [
        "Stop by my office tomorrow?",
        "Cancel my appointment",
        "Please remove me from the Tuesday call",
        "When does the program end",
        "I do not want to stop now",
        "Can I call you? Do not email me the forms, fax them",
        "Hello",
        "STOP is what my friend told you, but I am interested",
        "",
    ],
)
def test_other_words_end_nothing(words):
    assert wish(words) == ()


def test_subject_counts_too():
    assert wish("Regards, Ada", subject="Unsubscribe") == ("email",)
    assert wish("", subject="unsubscribe 0b0e6a8e-1111-4222-8333-444455556666") == ("email",)
    assert wish("", subject="Re: STOP ALL") == EVERYTHING


def test_first_line_counts_before_the_subject():
    assert wish("Stop calling me", subject="Stop") == ("call",)


def test_empty_mail_to_the_address_is_enough():
    assert wish("", is_for_this=True) == ("email",)
    assert wish("", subject="Re: We have your request", is_for_this=True) == ("email",)


def test_empty_mail_elsewhere_and_a_question_as_subject_are_not():
    assert wish("", subject="Re: We have your request") == ()
    assert wish("", subject="When do you open?", is_for_this=True) == ()


def test_what_else_was_written_is_told_apart():
    assert strip_opt_out("STOP\nBut do answer my question.") == "But do answer my question."
    assert strip_opt_out("Hello\nthere") == "Hello\nthere"


@given(st.text(max_size=2000), st.text(max_size=400), st.booleans())
def test_any_words_are_understood_or_not(words, subject, is_for_this):
    assert set(wish(words, subject, is_for_this)) <= set(EVERYTHING)
