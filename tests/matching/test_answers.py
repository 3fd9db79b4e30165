"""Answers: every wrong thing is named with its key and what is allowed; nothing is guessed."""

import json
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.matching.answer_form import AnswersForm
from hcprograms.matching.answer_formats import (
    MAX_TEXT,
    answers_from_query,
    parse_answers,
    read_answers,
)
from hcprograms.matching.answers import MAX_QUERY, MILITARY, Answers, AnswersError, Vocabulary
from tests.matching.strategies import SCHOOLS, VOCABULARY, all_answers

FULL = {
    "education": "bachelor",
    "levels": ["associate", "master"],
    "interests": {"strategy": 2, "billing": -2},
    "roles": ["hospital-administrator"],
    "country": "US",
    "state": "TX",
    "delivery": ["online", "campus"],
    "start_from": "2027-01",
    "start_by": "2027-09",
    "budget_total": 40000,
    "max_months": 24,
    "cahme": "required",
    "military": "veteran",
    "transfer_credits": 30,
    "institution": "alpha",
}


def problems(mapping):
    with pytest.raises(AnswersError) as refused:
        parse_answers(mapping, vocabulary=VOCABULARY)
    return [str(problem) for problem in refused.value.problems]


def test_every_key_is_optional():
    assert parse_answers({}, vocabulary=VOCABULARY) == Answers()


def test_all_keys_are_read_and_written_back():
    assert parse_answers(FULL, vocabulary=VOCABULARY).as_dict() == FULL


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("education", "phd", '"phd" is not allowed. Allowed: high_school, '),
        ("education", 3, "3 is not allowed. Allowed: high_school, "),
        ("education", ["master"], '["master"] is not allowed.'),
        ("levels", "master", "Give a list of words in quotes."),
        ("levels", [1], "Give a list of words in quotes."),
        ("levels", ["phd"], '"phd" is not allowed. Allowed: certificate, '),
        ("levels", ["master"] * 8, "8 entries are too many: at most 7."),
        ("interests", ["strategy"], "Give an object: statement → a number from -2 to 2."),
        ("roles", ["king"], '"king" is not known. Known: executive-director, '),
        ("roles", ["office-manager"] * 10_000, "10000 entries are too many: at most 20."),
        ("country", "us", '"us" is not a country: give two capital letters, such as US.'),
        ("country", "ZZ", '"ZZ" is not a country'),
        ("state", "ZZ", "“ZZ” is not a state of US. Allowed: AZ, CA, CO, NY, TX."),
        ("state", 5, "5 is not a state: give its letters, such as TX."),
        ("delivery", ["pigeon"], '"pigeon" is not allowed. Allowed: online, hybrid, campus.'),
        ("start_from", "2027-13", '"2027-13" is not a month'),
        ("start_from", "2027-1", '"2027-1" is not a month'),
        ("start_by", 202701, "202701 is not a month"),
        ("start_by", "８０１４-01", "is not a month"),
        ("budget_total", -1, "-1 is not a whole number from 0 to 10000000."),
        ("budget_total", True, "true is not a whole number from 0 to 10000000."),
        ("budget_total", "40000", '"40000" is not a whole number'),
        ("budget_total", float("nan"), "nan is not a whole number"),
        ("budget_total", float("inf"), "inf is not a whole number"),
        ("budget_total", 10**400, "is not a whole number"),
        ("max_months", 0, "0 is not a whole number from 1 to 240."),
        ("max_months", 24.5, "24.5 is not a whole number"),
        ("cahme", "yes", '"yes" is not allowed. Allowed: required, preferred, any.'),
        ("military", "navy", '"navy" is not allowed. Allowed: none, active_duty, '),
        ("transfer_credits", -3, "-3 is not a whole number from 0 to 500."),
        ("institution", "omega", '"omega" is not an institution here'),
        ("institution", None.__class__, '"type"'),
        ("favourite_colour", "red", "Unknown key. Allowed: education, levels, "),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(key, value, said):
    found = problems({key: value})

    assert len(found) == 1
    assert found[0].startswith(f"{key}: ")
    assert said.strip('"') in found[0]


@pytest.mark.parametrize(
    ("interests", "said"),
    [
        ({"strategy": 3}, "interests.strategy: 3 is not a whole number from -2 to 2."),
        ({"strategy": -3}, "interests.strategy: -3 is not a whole number from -2 to 2."),
        ({"strategy": True}, "interests.strategy: true is not a whole number from -2 to 2."),
        ({"strategy": None}, "interests.strategy: null is not a whole number from -2 to 2."),
        ({"sailing": 1}, 'interests: "sailing" is not known. Known: analytics, billing, '),
    ],
)
def test_a_wrong_interest_is_named_by_its_statement(interests, said):
    found = problems({"interests": interests})

    assert [each[: len(said)] for each in found] == [said]


def test_every_problem_is_listed_at_once():
    found = problems({"education": "x", "levels": ["x"], "budget_total": -1, "x": 1})

    assert [each.split(":")[0] for each in found] == ["education", "levels", "budget_total", "x"]


def test_nonsense_gets_a_short_answer():
    assert len(problems({"interests": {f"nonsense-{one}": 1 for one in range(5_000)}})) == 50


@pytest.mark.parametrize("slug", [" ", " alpha", "alpha\n"])
def test_an_institution_is_named_exactly(slug):
    assert problems({"institution": slug}) == [
        f"institution: {json.dumps(slug)} is not an institution here: give its slug."
    ]


@pytest.mark.parametrize("value", [1, "1"])
def test_an_unknown_statement_is_a_fault_of_the_interests(value):
    assert [one.partition(":")[0] for one in problems({"interests": {"x": value}})] == ["interests"]


def test_a_state_that_is_none_of_ours_is_refused_abroad_too():
    assert problems({"country": "CA", "state": "ON"}) == [
        "state: States of CA are not used: leave it out."
    ]


def test_a_state_of_another_country_is_refused():
    assert problems({"country": "GB", "state": "TX"}) == [
        "state: States of GB are not used: leave it out."
    ]


def test_a_window_that_ends_before_it_begins_is_refused():
    assert problems({"start_from": "2027-09", "start_by": "2027-08"}) == [
        "start_by: 2027-08 is before start_from (2027-09)."
    ]


def test_null_says_nothing():
    assert parse_answers(dict.fromkeys(FULL), vocabulary=VOCABULARY) == Answers()


def test_the_order_of_a_choice_does_not_matter():
    one = parse_answers({"delivery": ["campus", "online"]}, vocabulary=VOCABULARY)
    other = parse_answers({"delivery": ["online", "campus", "online"]}, vocabulary=VOCABULARY)

    assert one == other


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Not JSON: "),
        ("[1, 2]", "Answers are an object"),
        ('"x"', "Answers are an object"),
        ("{,}", "Not JSON: "),
        ("[" * 15_000, "Not JSON: "),
        ('{"budget_total": ' + "9" * 5_000 + "}", "Not JSON: "),
        ("x" * (MAX_TEXT + 1), f"Longer than {MAX_TEXT} characters."),
        ('{"budget_total": NaN}', "budget_total: nan is not a whole number"),
        ('{"cahme": "any", "cahme": "required"}', "cahme: Given twice."),
        ('{"interests": {"strategy": 1, "strategy": 2}}', "strategy: Given twice."),
    ],
)
def test_a_bad_document_is_refused_in_words(text, said):
    with pytest.raises(AnswersError) as refused:
        read_answers(text, vocabulary=VOCABULARY)

    assert str(refused.value.problems[0])[: len(said)] == said


@pytest.mark.parametrize(
    "query",
    [
        "budget_total=abc",
        "budget_total=1e3",
        "education=%FF",
        "interest_strategy=two",
        "interest_=1",
        "levels=master&levels=phd",
        "q=" + "x" * MAX_QUERY,
        "&".join(["roles=office-manager"] * 101),
    ],
)
def test_a_tampered_address_is_refused(query):
    with pytest.raises(AnswersError):
        answers_from_query(query, vocabulary=VOCABULARY)


@pytest.mark.parametrize("typed", ["$40,000", "40k", "40000.00", "٤٠٠٠٠"])
def test_an_address_is_read_as_the_form_reads_it(typed):
    query = urlencode({"budget_total": typed})

    assert answers_from_query(query, vocabulary=VOCABULARY) == Answers(budget_total=40_000)


def test_every_wrong_value_of_a_list_is_named():
    assert [each[:12] for each in problems({"roles": ["king", "office-manager", "pope"]})] == [
        'roles: "king',
        'roles: "pope',
    ]


@pytest.mark.parametrize("key", ["interest_strategy", "interests.strategy"])
def test_a_key_of_the_form_is_none_of_the_document(key):
    (problem,) = problems({key: 1})

    assert problem.startswith(f"{key}: Unknown key. Allowed: education, ")


@pytest.mark.parametrize("key", ["education", "country", "state", "start_by", "institution"])
def test_an_empty_text_is_no_value(key):
    (problem,) = problems({key: ""})

    assert problem.startswith(f'{key}: "" is not ')


def test_empty_fields_of_a_form_say_nothing():
    query = "education=&budget_total=&interest_strategy=&levels="

    assert answers_from_query(query, vocabulary=VOCABULARY) == Answers()


def survives(answers):
    text, query = json.dumps(answers.as_dict()), answers.to_query()
    assert read_answers(text, vocabulary=VOCABULARY) == answers
    assert parse_answers(answers.as_dict(), vocabulary=VOCABULARY) == answers
    assert answers_from_query(query, vocabulary=VOCABULARY) == answers
    assert len(query) <= MAX_QUERY
    form = AnswersForm(QueryDict(query), vocabulary=VOCABULARY)
    assert form.is_valid()
    assert form.answers == answers


@given(all_answers())
def test_json_and_address_carry_any_answers_unchanged(answers):
    survives(answers)


def typed():
    """What a browser may send: of each field something that it takes, in any order and number."""
    amount = st.integers(0, 99_999)
    months = st.sampled_from(["", "2027-01", "2027-09", "2199-12"])
    fields = AnswersForm(vocabulary=VOCABULARY).fields
    values = {
        name: st.lists(st.sampled_from([key for key, _text in field.choices]), max_size=3)
        for name, field in fields.items()
        if getattr(field, "choices", None)
    } | {
        "start_from": st.lists(months, max_size=2),
        "start_by": st.lists(months, max_size=2),
        "budget_total": st.lists(
            st.sampled_from(["{}", " {} ", "${}", "{}.00", "USD {}"]).flatmap(
                lambda shape: amount.map(shape.format)
            )
            | st.just("40k")
            | amount.map("{:,}".format),
            max_size=1,
        ),
        "max_months": st.lists(st.integers(1, 240).map(str), max_size=1),
        "transfer_credits": st.lists(st.integers(0, 500).map(str), max_size=1),
        "military": st.lists(st.sampled_from(["", *MILITARY]), max_size=1),
        "institution": st.lists(st.sampled_from(SCHOOLS), max_size=1),
    }
    return st.fixed_dictionaries({}, optional=values)


@given(typed())
def test_any_answers_that_the_form_takes_survive_json_and_address(data):
    form = AnswersForm(MultiValueDict(data), vocabulary=VOCABULARY)
    if form.is_valid():
        survives(form.answers)
    else:
        assert set(form.errors) <= {"state", "start_by"}


def test_the_longest_answers_fit_into_an_address():
    roles = [f"{number:02d}" + "r" * 118 for number in range(20)]
    statements = [f"{number:02d}" + "s" * 38 for number in range(12)]
    words = Vocabulary(
        roles=frozenset(roles),
        statements=frozenset(statements),
        institutions=frozenset({"i" * 120}),
        states={"US": frozenset({"TX"})},
    )
    longest = FULL | {
        "levels": ["certificate", "associate", "bachelor", "postbaccalaureate", "master"],
        "roles": roles,
        "interests": dict.fromkeys(statements, -2),
        "institution": "i" * 120,
    }

    answers = parse_answers(longest, vocabulary=words)

    assert answers_from_query(answers.to_query(), vocabulary=words) == answers


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_any_value_under_any_key_is_taken_or_refused_but_never_crashes(value):
    for key in FULL:
        with suppress(AnswersError):
            parse_answers({key: value}, vocabulary=VOCABULARY)


def test_answers_hold_nothing_but_the_contracts_keys():
    answers = parse_answers(FULL, vocabulary=VOCABULARY)

    assert sorted(answers.as_dict()) == sorted(FULL)
