"""The decision who answers, without a database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.leads.routing import (
    Advisor,
    AskedProgram,
    AssignmentMethod,
    Conditions,
    Inquiry,
    RoutingStep,
    Rule,
    RuleFlaw,
    SkipReason,
    decide,
    find_flaw,
)
from tests.factories import NOW

LATER, TOMORROW = NOW + timedelta(hours=2), NOW + timedelta(days=1)
LEVELS = {1: "master", 2: "master", 3: "bachelor"}


def choose(*advisors: Advisor, rules=(), inquiry: Inquiry | None = None):
    return decide(inquiry=inquiry or Inquiry(), rules=rules, advisors=advisors, now=NOW)


def texas(**fields) -> Rule:
    return Rule(1, "Texas", Conditions(states=frozenset({"TX"})), frozenset({1}), **fields)


def test_first_rule_that_fits_decides():
    rules = [texas(), Rule(2, "All", advisors=frozenset({2}))]

    found = choose(Advisor(1), Advisor(2), rules=rules, inquiry=Inquiry(state="TX"))

    assert (found.step, found.advisor.id, found.rule.name) == (RoutingStep.RULE, 1, "Texas")


def test_rule_that_does_not_fit_is_skipped_with_its_reason():
    rules = [texas(), Rule(2, "All", advisors=frozenset({2}))]

    found = choose(Advisor(1), Advisor(2), rules=rules, inquiry=Inquiry(state="CO"))

    assert (found.advisor.id, found.skipped_rules) == (2, [(rules[0], "states")])


def test_rule_whose_advisors_cannot_is_skipped():
    found = choose(
        Advisor(1, is_away=True), Advisor(2), rules=[texas()], inquiry=Inquiry(state="TX")
    )

    assert (found.step, found.advisor.id) == (RoutingStep.EVERYBODY, 2)
    assert found.skipped_rules[0][1] == "nobody"
    assert found.skipped_advisors == [(1, SkipReason.AWAY)]


@pytest.mark.parametrize(
    ("advisors", "step", "chosen"),
    [
        ([Advisor(1, is_away=True), Advisor(2, is_fallback=True, is_away=True)], "fallback", 2),
        ([Advisor(1, is_away=True), Advisor(2, "manager", receives_leads=False)], "manager", 2),
        ([Advisor(1, is_away=True), Advisor(2, "owner", receives_leads=False)], "owner", 2),
        ([Advisor(1, daily_cap=1, taken_today=1), Advisor(2, is_away=True)], "last_resort", 1),
        ([], "nobody", None),
    ],
)
def test_somebody_always_gets_it(advisors, step, chosen):
    found = choose(*advisors)

    assert (found.step, found.advisor.id if found.advisor else None) == (step, chosen)


def test_who_is_at_work_comes_before_whose_turn_it_is():
    found = choose(Advisor(1, turn=9, opens_at=NOW), Advisor(2, turn=1, opens_at=LATER))

    assert (found.advisor.id, found.waits_until) == (1, None)


def test_who_works_next_gets_what_comes_at_night():
    found = choose(Advisor(1, turn=1, opens_at=TOMORROW), Advisor(2, turn=9, opens_at=LATER))

    assert (found.advisor.id, found.waits_until) == (2, LATER)


def test_least_busy_has_the_fewest_waiting():
    rules = [Rule(1, "All", method=AssignmentMethod.LEAST_BUSY)]

    found = choose(Advisor(1, turn=1, waiting=4), Advisor(2, turn=9, waiting=3), rules=rules)

    assert found.advisor.id == 2


@pytest.mark.parametrize(
    ("conditions", "inquiry", "unmet"),
    [
        (Conditions(programs=frozenset({1})), Inquiry(programs=[AskedProgram(1, "master")]), ""),
        (Conditions(programs=frozenset({1})), Inquiry(), "programs"),
        (
            Conditions(programs=frozenset({1}), levels=frozenset({"bachelor"})),
            Inquiry(programs=[AskedProgram(1, "master"), AskedProgram(3, "bachelor")]),
            "programs",
        ),
        (Conditions(languages=frozenset({"es"})), Inquiry(language="es-MX"), ""),
        (Conditions(languages=frozenset({"es-mx"})), Inquiry(language="es"), "languages"),
        (Conditions(military=frozenset({"veteran"})), Inquiry(military="none"), "military"),
        (Conditions(kinds=frozenset({"apply"})), Inquiry(kind="apply"), ""),
        (Conditions(countries=frozenset({"CA"})), Inquiry(country="US"), "countries"),
    ],
)
def test_condition_names_what_does_not_hold(conditions, inquiry, unmet):
    assert conditions.find_unmet(inquiry) == unmet


# Properties.

words = {
    "states": ["TX", "CO"],
    "countries": ["US", "CA"],
    "kinds": ["apply", "training"],
    "military": ["none", "veteran"],
    "languages": ["en", "es", "es-mx"],
}
some = {name: st.frozensets(st.sampled_from(known), max_size=2) for name, known in words.items()}
conditions = st.builds(
    Conditions,
    programs=st.frozensets(st.sampled_from(sorted(LEVELS)), max_size=2),
    levels=st.frozensets(st.sampled_from(["master", "bachelor"]), max_size=2),
    **some,
)
asked = st.sampled_from([AskedProgram(key, level) for key, level in LEVELS.items()])
inquiries = st.builds(
    Inquiry,
    kind=st.sampled_from(["apply", "training"]),
    programs=st.lists(asked, max_size=2, unique=True),
    state=st.sampled_from(["", "TX", "CO"]),
    country=st.sampled_from(["", "US", "CA"]),
    military=st.sampled_from(["", "none", "veteran"]),
    language=st.sampled_from(["", "en", "es", "es-mx"]),
)
people = st.lists(
    st.builds(
        Advisor,
        id=st.integers(1, 6),
        role=st.sampled_from(["advisor", "manager", "owner"]),
        receives_leads=st.booleans(),
        is_fallback=st.booleans(),
        turn=st.integers(0, 9),
        waiting=st.integers(0, 9),
        taken_today=st.integers(0, 3),
        daily_cap=st.none() | st.integers(0, 3),
        is_away=st.booleans(),
        opens_at=st.none() | st.sampled_from([NOW - timedelta(hours=1), LATER, TOMORROW]),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)
rule_lists = st.lists(
    st.builds(
        Rule,
        id=st.integers(1, 99),
        name=st.just("rule"),
        conditions=conditions,
        advisors=st.frozensets(st.integers(1, 6), max_size=3),
        method=st.sampled_from(AssignmentMethod),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)


@given(inquiry=inquiries, rules=rule_lists, advisors=people)
def test_decision_is_sound(inquiry, rules, advisors):
    found = choose(*advisors, rules=rules, inquiry=inquiry)

    can_answer = [
        one for one in advisors if one.receives_leads or one.is_fallback or one.role != "advisor"
    ]
    fitting = [rule for rule in rules if not rule.conditions.find_unmet(inquiry)]
    assert (found.advisor is None) == (
        not can_answer
        and not any(
            one.id in rule.advisors and not one.skip_reason for rule in fitting for one in advisors
        )
    )
    if found.step in (RoutingStep.RULE, RoutingStep.EVERYBODY):
        assert found.advisor.skip_reason is None
    if found.rule:
        assert found.rule in fitting
        assert not found.rule.advisors or found.advisor.id in found.rule.advisors
        assert [rule for rule, _ in found.skipped_rules] == rules[: rules.index(found.rule)]


@given(count=st.integers(1, 5), leads=st.integers(0, 30))
def test_turns_are_fair(count, leads):
    advisors = {number: Advisor(number) for number in range(count)}
    shares = dict.fromkeys(advisors, 0)

    for turn in range(1, leads + 1):
        chosen = choose(*advisors.values()).advisor
        shares[chosen.id] += 1
        advisors[chosen.id] = replace(chosen, turn=turn)

    assert max(shares.values()) - min(shares.values()) <= 1


@given(mine=conditions, other=conditions, inquiry=inquiries)
def test_covering_rule_fits_wherever_the_covered_one_does(mine, other, inquiry):
    if mine.covers(other, level_of=LEVELS.get) and not other.find_unmet(inquiry):
        assert mine.find_unmet(inquiry) == ""


@pytest.mark.parametrize(
    ("mine", "earlier", "flaw"),
    [
        (Conditions(states=frozenset({"TX"})), [], None),
        (Conditions(states=frozenset({"TX"})), [Conditions()], RuleFlaw.COVERED),
        (Conditions(), [Conditions(states=frozenset({"TX"}))], None),
        (
            Conditions(programs=frozenset({1})),
            [Conditions(levels=frozenset({"master"}))],
            RuleFlaw.COVERED,
        ),
        (
            Conditions(programs=frozenset({1}), levels=frozenset({"bachelor"})),
            [],
            RuleFlaw.LEVEL_OF_NO_PROGRAM,
        ),
        (
            Conditions(states=frozenset({"TX"}), countries=frozenset({"CA"})),
            [],
            RuleFlaw.STATE_OUTSIDE_COUNTRIES,
        ),
    ],
)
def test_rule_that_can_never_apply_has_a_flaw(mine, earlier, flaw):
    rules = [Rule(number, "before", one) for number, one in enumerate(earlier)]

    found = find_flaw(mine, earlier=rules, level_of=LEVELS.get)

    assert (found.flaw if found else None) == flaw
