"""Weights of the criteria."""

import pytest

from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.scoring import weigh_criteria


def test_weights_from_the_settings_are_renormalised():
    weighted = weigh_criteria(CRITERIA, {"time": 3.0, "level_fit": 1.0})

    by_key = {each.criterion.key: each.weight for each in weighted}
    assert sum(by_key.values()) == pytest.approx(1)
    assert by_key["time"] == pytest.approx(3 * by_key["level_fit"])
