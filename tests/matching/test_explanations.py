"""Why an offering is, or is not, among the matches."""

import pytest

from hcprograms.matching.answers import Answers
from hcprograms.matching.explanations import explain_offering
from tests.matching.catalogs import (
    TODAY,
    catalog,
    offering,
)


def test_explaining_tells_place_checks_and_total():
    columns = catalog(offering(name="A", price=10_000), offering(name="B", price=29_000))
    answers = Answers(budget_total=30_000)

    explanations = [
        explain_offering(answers, columns, offering=columns.public_id(row), today=TODAY)
        for row in (0, 1)
    ]

    assert [(explanation.place, explanation.passed) for explanation in explanations] == [
        (1, 2),
        (2, 2),
    ]
    assert [check.constraint.key for check in explanations[0].constraints if check.asked] == [
        "budget_total"
    ]


@pytest.mark.parametrize("unknown", ["x", "00000000-0000-0000-0000-000000000000"])
def test_explaining_an_offering_that_is_not_there_is_an_error(unknown):
    with pytest.raises(LookupError):
        explain_offering(Answers(), catalog(offering()), offering=unknown, today=TODAY)
