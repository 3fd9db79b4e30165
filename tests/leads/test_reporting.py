"""Numbers over time, without a database."""

from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.leads.charts import draw_bars, draw_columns, nice_top
from hcprograms.leads.reporting import (
    Fact,
    Grouping,
    Use,
    by_time,
    by_time_and_group,
    group,
    narrow,
    quantile,
    total,
)

MONDAY = date(2026, 11, 23)


def test_stages_count_everybody_who_came_that_far():
    line = total([Fact(MONDAY, stage=stage) for stage in (0, 1, 3, 5)], [])

    assert (line.submits, line.reached) == (4, [3, 2, 2, 1, 1])


def test_service_level_counts_what_is_decided():
    facts = [Fact(MONDAY, is_within=one) for one in (True, True, False, None)]

    assert total(facts, []).share_within == pytest.approx(2 / 3)
    assert total([], []).share_within is None


def test_one_request_for_two_programs_counts_for_each():
    lines = group(
        [Fact(MONDAY, programs=[1, 2]), Fact(MONDAY, programs=[2])],
        [],
        Grouping(lambda one: one.programs),
    )

    assert [(one.key, one.submits, one.views) for one in lines] == [(2, 2, None), (1, 1, None)]


def test_views_of_a_group_without_requests_are_a_line():
    uses = [Use(MONDAY, "form", "ads", 9, 2), Use(MONDAY, "form", "", 1, 1)]

    lines = group([], uses, Grouping(lambda one: [one.source], lambda one: one.source))

    assert [(one.key, one.views, one.starts) for one in lines] == [("", 1, 1), ("ads", 9, 2)]


@pytest.mark.parametrize(
    ("step", "keys"),
    [
        ("day", [MONDAY + timedelta(days=number) for number in range(9)]),
        ("week", [MONDAY, MONDAY + timedelta(days=7)]),
        ("month", [date(2026, 11, 1), date(2026, 12, 1)]),
    ],
)
def test_every_step_of_the_period_has_a_line(step, keys):
    last = MONDAY + timedelta(days=8)

    lines = by_time([Fact(last)], [], first=MONDAY, last=last, step=step)

    assert [one.key for one in lines] == keys
    assert [one.submits for one in lines] == [0] * (len(keys) - 1) + [1]


BY_SOURCE = Grouping(lambda one: [one.source], lambda one: one.source)


def test_one_group_is_told_alone():
    facts = [Fact(MONDAY, source="ads"), Fact(MONDAY), Fact(MONDAY, programs=[1, 2])]
    uses = [Use(MONDAY, "form", "ads", 9, 2), Use(MONDAY, "form", "", 1, 1)]

    of_ads = narrow(facts, uses, BY_SOURCE, is_wanted=lambda key: key == "ads")
    of_two = narrow(facts, uses, Grouping(lambda one: one.programs), is_wanted=lambda key: key == 2)

    assert of_ads == ([facts[0]], [uses[0]])
    assert of_two == ([facts[2]], None)


def test_views_that_are_not_known_are_not_nought():
    lines = by_time([Fact(MONDAY)], None, first=MONDAY, last=MONDAY, step="day")

    assert [(one.views, one.starts, one.submits) for one in lines] == [(None, None, 1)]
    assert total([], None).views is None


def test_groups_over_time_are_told_where_there_is_anything():
    last = MONDAY + timedelta(days=1)
    facts = [Fact(MONDAY, source="ads"), Fact(MONDAY, source="ads"), Fact(last)]
    uses = [Use(last, "form", "ads", 9, 2)]

    parts = by_time_and_group(facts, uses, BY_SOURCE, first=MONDAY, last=last, step="day")

    assert [
        (day, [(one.key, one.views, one.submits) for one in lines]) for day, lines in parts
    ] == [
        (MONDAY, [("ads", 0, 2)]),
        (last, [("", 0, 1), ("ads", 9, 0)]),
    ]


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_quantile_is_the_median_and_grows(values):
    assert quantile(values, 0.5) == median(values)
    assert min(values) <= quantile(values, 0.5) <= quantile(values, 0.9) <= max(values)


@given(
    facts=st.lists(
        st.builds(
            Fact,
            day=st.dates(MONDAY, MONDAY + timedelta(days=60)),
            form=st.sampled_from([1, 2, 3]),
            stage=st.integers(0, 5),
            minutes=st.none() | st.integers(0, 99),
        )
    ),
    step=st.sampled_from(["day", "week", "month"]),
)
def test_lines_add_up_to_the_total(facts, step):
    last = MONDAY + timedelta(days=60)
    whole = total(facts, [])

    over_time = by_time(facts, [], first=MONDAY, last=last, step=step)
    groups = group(facts, [], Grouping(lambda one: [one.form]))

    for lines in (over_time, groups):
        assert sum(one.submits for one in lines) == whole.submits
        assert [sum(column) for column in zip(*(one.reached for one in lines), strict=True)] in (
            whole.reached,
            [],
        )


@given(st.integers(0, 10**7))
def test_top_of_a_chart_is_even_and_near(highest):
    top = nice_top(highest)

    assert top % 2 == 0
    assert highest <= top <= max(2 * highest, 2)


@given(
    st.lists(
        st.integers(0, 5000).flatmap(
            lambda n: st.tuples(st.just("x"), st.just(n), st.integers(0, n))
        )
    )
)
def test_columns_stay_inside_the_chart(rows):
    chart = draw_columns(rows)

    for one in chart.columns:
        assert 0 <= one.y <= chart.floor
        assert one.inner_y >= one.y
        assert chart.left <= one.x <= one.x + one.width <= chart.width


def test_bars_are_shares_of_the_longest_and_of_the_base():
    assert [(one.percent, one.of_first) for one in draw_bars([("a", 4), ("b", 1)], base=2)] == [
        (100, 200),
        (25, 50),
    ]
    assert draw_bars([("a", 0)], base=0)[0].of_first is None
    assert draw_bars([("a", None)], base=3)[0].of_first is None
