"""What every criterion must have."""

import pytest
from hypothesis import given, settings

from hcprograms.conf import BUILT_IN_CRITERIA
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.profile import build_profile
from hcprograms.matching.snapshot.offering import read_offering
from tests.matching.catalogs import TODAY, catalog
from tests.matching.strategies import all_answers, offerings

FEW = settings(max_examples=30, deadline=None)


@FEW
@given(offerings(), all_answers())
def test_every_criterion_names_its_inputs(facts, answers):
    columns = catalog(facts)
    profile = build_profile(answers, columns, today=TODAY)
    one = read_offering(profile, columns, 0)

    assert all(each.inputs(profile, one) for each in CRITERIA)


def test_the_keys_of_the_criteria_are_known_without_loading_them():
    assert tuple(each.key for each in CRITERIA) == BUILT_IN_CRITERIA


def test_default_weights_sum_to_one():
    assert sum(each.weight for each in CRITERIA) == pytest.approx(1)
