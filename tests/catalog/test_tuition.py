"""The tuition estimator: small sums that one can check by hand."""

from decimal import Decimal

import pytest

from hcprograms.catalog.tuition import Missing, Price, Rate, estimate_cost


def estimate(price, *, resident=False, military=False, transfer_credits=0, credits_per_term=None):
    return estimate_cost(
        price=price,
        resident=resident,
        military=military,
        transfer_credits=transfer_credits,
        credits_per_term=credits_per_term,
    )


def per_credit(**facts):
    values = {
        "basis": "credit",
        "standard": Decimal(500),
        "fees": Decimal(1000),
        "credits": Decimal(40),
        "max_transfer": Decimal(10),
        "terms": 5,
    }
    return Price(**values | facts)


def test_price_per_credit_adds_fees():
    found = estimate(per_credit())

    assert (found.total, found.lowest, found.per_term) == (21_000, 21_000, 4_200)
    assert (found.fees, found.missing) == (1_000, ())


def test_transfer_credits_count_up_to_the_limit():
    found = estimate(per_credit(), transfer_credits=30)

    assert (found.total, found.credits_to_pay) == (16_000, Decimal(30))


def test_an_unpublished_transfer_limit_counts_none_but_says_what_all_would_save():
    found = estimate(per_credit(max_transfer=None), transfer_credits=30)

    assert (found.total, found.lowest) == (21_000, 6_000)
    assert found.missing == (Missing.TRANSFER,)


def test_more_credits_than_the_program_has_cost_no_less_than_the_fees():
    assert estimate(per_credit(max_transfer=Decimal(99)), transfer_credits=90).total == 1_000


def test_residents_and_military_pay_the_lowest_price_that_applies():
    price = per_credit(resident=Decimal(400), military=Decimal(300))

    rates = [
        (found.rate, found.total)
        for found in (
            estimate(price),
            estimate(price, resident=True),
            estimate(price, resident=True, military=True),
        )
    ]

    assert rates == [
        (Rate.STANDARD, 21_000),
        (Rate.RESIDENT, 17_000),
        (Rate.MILITARY, 13_000),
    ]


def test_an_unknown_residence_is_estimated_safely_and_said():
    found = estimate(per_credit(resident=Decimal(400)), resident=None)

    assert (found.total, found.lowest) == (21_000, 17_000)
    assert found.missing == (Missing.RESIDENCY,)


def test_a_price_of_nothing_for_residents_is_a_price():
    assert estimate(per_credit(resident=Decimal(0)), resident=None).lowest == 1_000


def test_price_per_term_shortens_with_transferred_credits():
    price = per_credit(basis="term", standard=Decimal(4000))

    assert estimate(price).total == 21_000
    assert estimate(price, transfer_credits=10).total == 17_000


def test_a_flat_price_does_not_change_with_transfer():
    price = per_credit(basis="total", standard=Decimal("19800.01"), fees=None)

    found = estimate(price, transfer_credits=10)

    assert (found.total, found.missing) == (19_801, (Missing.FEES,))


@pytest.mark.parametrize(
    ("gap", "missing"),
    [
        ({"basis": "", "standard": None}, Missing.PRICE),
        ({"standard": None}, Missing.PRICE),
        ({"credits": None}, Missing.CREDITS),
        ({"basis": "term", "terms": None}, Missing.TERMS),
    ],
)
def test_what_is_not_published_stays_unknown(gap, missing):
    found = estimate(per_credit(**gap))

    assert (found.total, found.lowest, found.per_term) == (None, None, None)
    assert found.missing == (missing,)


def test_military_without_a_published_price_is_said():
    found = estimate(per_credit(), military=True)

    assert (found.rate, found.missing) == (Rate.STANDARD, (Missing.MILITARY,))


def test_cost_per_term_counts_the_terms_that_are_left():
    found = estimate(per_credit(), transfer_credits=10)

    assert (found.total, found.terms, found.per_term) == (16_000, 4, 4_000)


def test_own_pace_makes_the_terms_known():
    price = per_credit(basis="term", standard=Decimal(4000), terms=None)

    found = estimate(price, credits_per_term=15)

    assert (found.terms, found.total, found.missing) == (3, 13_000, ())


def test_a_slower_pace_pays_more_terms():
    price = per_credit(basis="term", standard=Decimal(4000))

    found = estimate(price, credits_per_term=4)

    assert (found.terms, found.total, found.lowest) == (10, 41_000, 41_000)


def test_a_faster_pace_is_cheaper_at_best_only():
    price = per_credit(basis="term", standard=Decimal(4000))

    found = estimate(price, credits_per_term=20)

    assert (found.terms, found.total, found.lowest) == (5, 21_000, 9_000)
    assert found.missing == (Missing.PACE,)


def test_pace_changes_no_price_per_credit():
    found = estimate(per_credit(), credits_per_term=20)

    assert (found.total, found.terms, found.per_term, found.missing) == (21_000, 2, 10_500, ())


def test_tuition_is_exact_although_the_total_is_rounded():
    found = estimate(per_credit(standard=Decimal("500.25"), credits=Decimal("40.5"), fees=None))

    assert (found.tuition, found.total) == (Decimal("20260.125"), 20_261)


def test_prices_of_two_decimals_are_exact():
    price = Price(basis="credit", standard=Decimal("0.29"), credits=Decimal("100.0"))

    estimate = estimate_cost(price=price, resident=False, military=False, transfer_credits=0)

    assert estimate.total == 29
