import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.leads import tokens
from hcprograms.leads.tokens import LeadToken, Purpose, open_lead_token
from tests.factories import NOW

LEAD = uuid.uuid4()


def sign(purpose, *, now=NOW):
    return LeadToken(purpose, LEAD, "0" * 64, now).sign()


def make_form_token(**fields):
    values = {"form": uuid.uuid4(), "version": 3, "consent_digest": "abc", "now": NOW}
    return tokens.issue_form_token(**values | fields)


@pytest.mark.parametrize("purpose", Purpose)
def test_token_opens_for_its_own_purpose_only(purpose):
    token = sign(purpose)

    opened = {one: open_lead_token(one, token, now=NOW) for one in Purpose}

    assert {one for one, token in opened.items() if token} == {purpose}
    assert opened[purpose].lead == LEAD
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


def test_token_of_a_server_whose_clock_is_fast_is_opened():
    ahead = NOW + timedelta(hours=2)
    form = make_form_token(now=ahead).sign()
    personal = sign(Purpose.MY_REQUEST, now=ahead)

    opened = open_lead_token(Purpose.MY_REQUEST, personal, now=NOW)
    assert tokens.open_form_token(form, now=NOW) is not None
    assert not opened.is_expired(now=NOW)


def test_token_from_a_far_future_is_not_opened():
    token = make_form_token(now=NOW + timedelta(days=1, seconds=1)).sign()

    assert tokens.open_form_token(token, now=NOW) is None


def test_token_signed_with_a_former_key_is_opened(settings):
    token = sign(Purpose.UNSUBSCRIBE)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-for-this-test-only-0123456789"

    assert open_lead_token(Purpose.UNSUBSCRIBE, token, now=NOW).lead == LEAD


@given(st.data())
def test_token_with_any_character_changed_is_not_opened(data):
    token = sign(Purpose.MY_REQUEST)
    place = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.characters(codec="ascii").filter(lambda one: one != token[place]))

    forged = token[:place] + other + token[place + 1 :]

    assert open_lead_token(Purpose.MY_REQUEST, forged, now=NOW) is None


@given(st.text(max_size=2_000))
def test_any_text_is_no_token(text):
    assert open_lead_token(Purpose.MY_REQUEST, text, now=NOW) is None
    assert tokens.open_form_token(text, now=NOW) is None
