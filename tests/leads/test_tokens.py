import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.leads import tokens
from tests.factories import NOW

LEAD = uuid.uuid4()
OPENERS = (tokens.open_thanks, tokens.open_my_request, tokens.open_unsubscribe)
PURPOSES = {
    tokens.sign_thanks: tokens.open_thanks,
    tokens.sign_my_request: tokens.open_my_request,
    tokens.sign_unsubscribe: tokens.open_unsubscribe,
}


def make_form_token(**fields):
    values = {"form": uuid.uuid4(), "version": 3, "consent_digest": "abc", "now": NOW}
    return tokens.issue_form_token(**values | fields)


@pytest.mark.parametrize("sign", PURPOSES)
def test_token_opens_for_its_own_purpose_only(sign):
    token = sign(lead=LEAD, now=NOW)

    opened = {opener: opener(token, now=NOW) for opener in OPENERS}

    assert opened == {opener: LEAD if opener is PURPOSES[sign] else None for opener in OPENERS}
    assert tokens.open_form_token(token, now=NOW) is None


def test_form_token_says_what_was_shown():
    token = make_form_token()

    opened = tokens.open_form_token(token.sign(), now=NOW + timedelta(hours=1))

    assert opened == token


def test_form_tokens_of_two_pages_differ():
    form = uuid.uuid4()

    first, second = make_form_token(form=form), make_form_token(form=form)

    assert first.nonce != second.nonce


def test_form_token_older_than_the_setting_is_not_opened(settings):
    settings.HCPROGRAMS = {"FORM_MAX_AGE_HOURS": 1}
    token = make_form_token().sign()

    just_in_time = tokens.open_form_token(token, now=NOW + timedelta(minutes=60))
    late = tokens.open_form_token(token, now=NOW + timedelta(minutes=61))

    assert (just_in_time is not None, late) == (True, None)


def test_token_from_the_future_is_not_opened():
    token = make_form_token(now=NOW + timedelta(hours=1)).sign()

    assert tokens.open_form_token(token, now=NOW) is None


def test_token_signed_with_a_former_key_is_opened(settings):
    token = tokens.sign_unsubscribe(lead=LEAD, now=NOW)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-for-this-test-only-0123456789"

    assert tokens.open_unsubscribe(token, now=NOW) == LEAD


@given(st.data())
def test_token_with_any_character_changed_is_not_opened(data):
    token = tokens.sign_my_request(lead=LEAD, now=NOW)
    place = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.characters(codec="ascii").filter(lambda one: one != token[place]))

    forged = token[:place] + other + token[place + 1 :]

    assert tokens.open_my_request(forged, now=NOW) is None


@given(st.text(max_size=2_000))
def test_any_text_is_no_token(text):
    assert tokens.open_my_request(text, now=NOW) is None
    assert tokens.open_form_token(text, now=NOW) is None
