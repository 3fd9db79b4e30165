"""Which near misses come first."""

from datetime import date

import pytest

from hcprograms.matching.answers import Answers
from hcprograms.matching.ranking import rank_offerings
from tests.matching.catalogs import (
    TODAY,
    catalog,
    offering,
)


def rank(answers, *facts, limit=100, **options):
    return rank_offerings(answers, catalog(*facts), today=TODAY, limit=limit, **options)


def test_an_offering_that_fails_two_constraints_is_no_near_miss():
    ranking = rank(Answers(max_months=12, budget_total=10), offering())

    assert (ranking.matches, ranking.near_misses) == ([], [])


def test_near_misses_with_the_smallest_change_come_first():
    ranking = rank(
        Answers(budget_total=20_000, education="high_school"),
        offering(name="Far", level="bachelor", price=30_000),
        offering(name="Near", level="bachelor", price=20_500),
        offering(name="Master", price=10_000),
    )

    assert [each.offering.program_name for each in ranking.near_misses] == ["Near", "Far", "Master"]


@pytest.mark.parametrize("nearer", [date(2027, 5, 3), date(2027, 8, 2)], ids=["before", "after"])
def test_a_start_nearer_to_the_wished_months_comes_first(nearer):
    ranking = rank(
        Answers(start_from="2027-06", start_by="2027-07"),
        offering(name="Far", starts=(date(2027, 10, 4),)),
        offering(name="Near", starts=(nearer,)),
        offering(name="Long ago", starts=(date(2027, 1, 11),)),
    )

    assert [each.offering.program_name for each in ranking.near_misses] == [
        "Near",
        "Far",
        "Long ago",
    ]


def test_of_many_near_misses_alike_the_best_match_comes_first():
    facts = [offering(name=f"P{number}") for number in range(3_000)]
    facts[2_345] |= {"name": "Candidate", "cahme": "candidate"}

    ranking = rank(Answers(cahme="required"), *facts)

    assert ranking.near_misses[0].offering.program_name == "Candidate"
