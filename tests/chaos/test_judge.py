"""The judge of the chaos runs sees what it is there to see."""

from tests.chaos.judge import Row, judge


def row(address="ann", *, state="sent", ambiguous=0, purpose="alert"):
    return Row("ada", address, purpose, state, ambiguous, f"<{address}>")


def verdict(rows, received, *, advisors=("ann",)):
    return judge(thanked=["ada"], advisors=advisors, rows=rows, received=received)


def test_told_once_is_well():
    found = verdict([row()], {"<ann>": 1})

    assert (found.lost, found.extra_copies, found.unexplained, found.left_open) == ([], 0, 0, 0)


def test_thanked_without_a_row_is_lost():
    assert verdict([], {}).lost == ["ada"]


def test_sent_without_a_mail_is_lost():
    assert verdict([row()], {}).lost == ["ada"]


def test_one_of_two_advisors_not_told_is_lost():
    rows = [row(), row("bob")]

    assert verdict(rows, {"<ann>": 1}, advisors=("ann", "bob")).lost == ["ada"]


def test_visible_failure_is_not_lost():
    assert verdict([row(state="failed")], {}).lost == []


def test_confirmation_does_not_stand_for_an_alert():
    assert verdict([row(purpose="confirmation")], {"<ann>": 1}).lost == ["ada"]


def test_copies_are_explained_by_unknown_outcomes_only():
    found = verdict([row(ambiguous=1)], {"<ann>": 3})

    assert (found.extra_copies, found.unexplained) == (2, 1)


def test_open_rows_are_counted():
    assert verdict([row(state="sending"), row("bob", state="planned")], {}).left_open == 2
