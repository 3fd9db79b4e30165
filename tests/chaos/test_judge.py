"""The judge of the chaos runs sees what it is there to see."""

import pytest

from tests.chaos.judge import Evidence, Row, judge


def row(address="ann", *, email="ada", state="sent", ambiguous=0, purpose="alert", url=""):
    return Row(email, address, purpose, state, ambiguous, f"<{address}{purpose}>", url)


def verdict(rows, received, **facts):
    values = {
        "thanked": ["ada"],
        "advisors": ["ann"],
        "rows": rows,
        "received": received,
        "known": [one.message_id for one in rows],
        "leads": {"ada": 1},
        "consents": {"ada": {"email granted"}},
        "expected_consents": {"ada": {"email granted"}},
    }
    return judge(Evidence(**values | facts))


def test_told_once_is_well():
    found = verdict([row()], {"<annalert>": 1})

    assert (found.broken, found.extra_copies) == ([], 0)


def test_thanked_without_a_row_is_lost():
    assert verdict([], {}).broken == ["1 lost"]


def test_sent_without_a_mail_is_lost_and_does_not_reconcile():
    assert verdict([row()], {}).broken == ["1 lost", "1 unmatched"]


def test_one_of_two_advisors_not_told_is_lost():
    found = verdict([row(), row("bob")], {"<annalert>": 1}, advisors=["ann", "bob"])

    assert found.lost == ["ada"]


def test_visible_failure_is_not_lost():
    assert verdict([row(state="failed")], {}).broken == []


def test_confirmation_does_not_stand_for_an_alert():
    found = verdict([row(purpose="confirmation")], {"<annconfirmation>": 1})

    assert found.broken == ["1 lost"]


def test_system_that_was_not_told_is_lost():
    rows = [row(), row("https://crm", purpose="webhook", url="https://crm")]

    found = verdict(rows, {"<annalert>": 1}, systems=["https://crm"])

    assert found.broken == ["1 lost"]


def test_copies_are_explained_by_unknown_outcomes_only():
    found = verdict([row(ambiguous=1)], {"<annalert>": 3})

    assert (found.extra_copies, found.broken) == (2, ["1 unexplained copies"])


def test_two_leads_of_one_submit_are_seen():
    assert verdict([row()], {"<annalert>": 1}, leads={"ada": 2}).broken == ["1 doubled leads"]


@pytest.mark.parametrize("state", ["planned", "sending"])
def test_open_rows_are_counted(state):
    rows = [row(), row(purpose="confirmation", state=state)]

    assert verdict(rows, {"<annalert>": 1}).broken == ["1 left open"]


def test_nudge_that_waits_for_its_time_is_not_open():
    rows = [row(), row(purpose="reminder", state="planned")]

    assert verdict(rows, {"<annalert>": 1}).broken == []


def test_nudge_before_its_time_is_seen():
    rows = [row(), row(purpose="reminder")]

    assert verdict(rows, {"<annalert>": 1, "<annreminder>": 1}).broken == ["1 nudged early"]


def test_nudges_after_different_waits_are_seen():
    assert verdict([row()], {"<annalert>": 1}, nudge_times=2).broken == ["1 nudged early"]


@pytest.mark.parametrize("consents", [{}, {"ada": {"email not_granted"}}])
def test_consents_that_differ_from_what_was_ticked_are_seen(consents):
    found = verdict([row()], {"<annalert>": 1}, consents=consents)

    assert found.broken == ["1 wrong consents"]


def test_mail_after_leaving_is_seen():
    found = verdict([row()], {"<annalert>": 1}, written_to_afterwards=["ada"])

    assert found.broken == ["1 written to after leaving"]


def test_mail_that_the_database_does_not_know_is_seen():
    found = verdict([row()], {"<annalert>": 1, "<stranger>": 1})

    assert found.broken == ["1 unmatched"]
