"""Costs of whole columns are those of the estimator."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hcprograms.matching.answers import Answers
from hcprograms.matching.costs import estimate_costs
from hcprograms.matching.profile import build_profile
from hcprograms.matching.snapshot.offering import read_offering
from tests.matching.catalogs import STATES, TODAY, catalog
from tests.matching.strategies import offerings

CATALOGS = st.lists(offerings(), min_size=1, max_size=8)


@given(
    CATALOGS,
    st.none() | st.sampled_from(STATES),
    st.booleans(),
    st.sampled_from(["none", "veteran"]),
    st.integers(0, 90),
)
@settings(max_examples=100, deadline=None)
def test_columns_and_the_estimator_agree_on_every_cost(facts, state, abroad, military, transfer):
    columns = catalog(*facts)
    answers = Answers(
        state=None if abroad else state,
        country="GB" if abroad else None,
        military=military,
        transfer_credits=transfer,
    )
    profile = build_profile(answers, columns, today=TODAY)

    total, lowest = estimate_costs(profile, columns, slice(None))

    for row in range(len(facts)):
        estimate = read_offering(profile, columns, row).estimate
        assert total[row] == (-1 if estimate.total is None else estimate.total)
        assert lowest[row] == (-1 if estimate.lowest is None else estimate.lowest)
