"""What is true of every estimate, whatever is published and whoever asks."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

from hypothesis import assume, given
from hypothesis import strategies as st

from hcprograms.catalog.tuition import Price, Rate, estimate_cost

MONEY = st.decimals(0, 100_000, places=2)
CREDITS = st.decimals("0.1", 200, places=1)
PRICES = st.builds(
    Price,
    basis=st.sampled_from(["", "credit", "term", "total"]),
    standard=st.none() | MONEY,
    resident=st.none() | MONEY,
    military=st.none() | MONEY,
    fees=st.none() | MONEY,
    credits=st.none() | CREDITS,
    max_transfer=st.none() | st.decimals(0, 200, places=1),
    terms=st.none() | st.integers(1, 40),
)
PRICED = st.builds(
    Price,
    basis=st.sampled_from(["credit", "term", "total"]),
    standard=MONEY,
    resident=st.none() | MONEY,
    military=st.none() | MONEY,
    fees=st.none() | MONEY,
    credits=CREDITS,
    max_transfer=st.none() | st.decimals(0, 200, places=1),
    terms=st.integers(1, 40),
)
PEOPLE = st.fixed_dictionaries(
    {
        "resident": st.none() | st.booleans(),
        "military": st.booleans(),
        "transfer_credits": st.integers(0, 500),
        "credits_per_term": st.none() | st.integers(1, 60),
    }
)


def estimate(price, person, **changed):
    return estimate_cost(price=price, **person | changed)


@given(PRICES, PEOPLE)
def test_nothing_is_negative(price, person):
    found = estimate(price, person)

    figures = (found.total, found.lowest, found.per_term, found.tuition, found.credits_to_pay)
    assert all(figure >= 0 for figure in figures if figure is not None)


@given(PRICES, PEOPLE)
def test_lowest_is_known_with_the_total_and_no_more_than_it(price, person):
    found = estimate(price, person)

    assert (found.lowest is None) == (found.total is None)
    assert found.total is None or found.lowest <= found.total


@given(PRICED, PEOPLE, st.integers(1, 50))
def test_more_transfer_never_costs_more(price, person, further):
    found = estimate(price, person)
    more = estimate(price, person, transfer_credits=person["transfer_credits"] + further)

    assert more.total <= found.total
    assert more.lowest <= found.lowest


@given(PRICED, PEOPLE, st.decimals("0.1", 100, places=1))
def test_more_credits_to_earn_never_cost_less(price, person, further):
    longer = replace(price, credits=price.credits + further)

    found, more = estimate(price, person), estimate(longer, person)

    assert more.total >= found.total


@given(PRICED, PEOPLE, st.integers(1, 60), st.integers(1, 60))
def test_a_slower_pace_never_costs_less(price, person, pace, other):
    found = estimate(price, person, credits_per_term=max(pace, other))
    slower = estimate(price, person, credits_per_term=min(pace, other))

    assert slower.total >= found.total
    assert slower.lowest >= found.lowest


@given(PRICED, PEOPLE)
def test_benefits_never_cost_more(price, person):
    plain = estimate(price, person, resident=False, military=False)

    assert estimate(price, person, resident=True).total <= plain.total
    assert estimate(price, person, military=True).total <= plain.total


@given(PRICED, PEOPLE)
def test_total_is_the_exact_sum_rounded_up_once(price, person):
    found = estimate(price, person)

    exact = Fraction(found.tuition) + Fraction(price.fees or Decimal(0))
    assert found.total == ceil(exact)


@given(PRICED, PEOPLE)
def test_terms_together_pay_the_total_and_hardly_more(price, person):
    found = estimate(price, person)

    assume(found.per_term is not None)
    assert found.per_term * found.terms >= found.total > (found.per_term - 1) * found.terms


@given(PRICED, PEOPLE)
def test_the_price_used_is_the_lowest_that_applies(price, person):
    found = estimate(price, person)

    applies = {Rate.STANDARD: price.standard}
    if person["resident"]:
        applies[Rate.RESIDENT] = price.resident
    if person["military"]:
        applies[Rate.MILITARY] = price.military
    assert found.unit_price == min(each for each in applies.values() if each is not None)
    assert found.unit_price == applies[found.rate]


@given(PRICES, PEOPLE)
def test_an_estimate_is_never_less_than_its_fees_nor_more_with_transfer(price, person):
    found = estimate(price, person)
    more = estimate(price, person, transfer_credits=person["transfer_credits"] + 3)

    if found.total is not None:
        assert (found.fees or 0) <= found.total
        assert more.total is not None
        assert more.total <= found.total
