"""Facets, counts and order of the directory, against a naive count of the same offerings."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcprograms.matching.directory.facets import MONTHS_AHEAD, PRICE_STEPS
from hcprograms.matching.directory.presenters import is_indexed
from hcprograms.matching.directory.query import (
    FACETS,
    SORTS,
    DirectoryQuery,
    RefusedParameter,
    parse_query,
)
from hcprograms.matching.directory.search import build_directory
from hcprograms.matching.engine import SnapshotCache
from hcprograms.matching.snapshot.columns import Role
from tests.matching.catalogs import STATES, TODAY, catalog, offering
from tests.matching.strategies import offerings

EVERYTHING = 1_000
NO_VALUES: dict[str, frozenset[str]] = {key: frozenset() for key in FACETS}


def make(facts, programs=None):
    """Columns of these offerings, several of one program where ``programs`` repeats a number."""
    columns = catalog(*facts)
    if programs is None:
        return columns
    return replace(columns, program=np.asarray(programs, dtype=np.int32))


def find(columns, query="", size=EVERYTHING):
    said = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
    wanted, _refused = parse_query(said, known=build_directory(columns, today=TODAY).values)
    return build_directory(columns, today=TODAY).find(wanted, page_size=size)


def values_of(facts, columns, row):
    """The values of one offering, said again in plain words."""
    total = int(columns.total_standard[row])
    ahead = [
        (day.year - TODAY.year) * 12 + day.month - TODAY.month
        for day in facts["starts"]
        if day >= TODAY
    ]
    return {
        "level": {facts["level"]},
        "delivery": {facts["delivery"] or "unknown"},
        "state": {facts["state"]} & set(STATES),
        "residents": residents(facts),
        "track": {track(columns.track[row])},
        "role": {role for role, (strength, _basis) in facts["roles"].items() if strength > 0},
        "accreditation": {f"{facts['cahme']}-cahme" if facts["cahme"] else "none"},
        "price": {price(total, facts["currency"])},
        "start": {
            f"{(TODAY.year * 12 + TODAY.month - 1 + n) // 12}-{(TODAY.month - 1 + n) % 12 + 1:02}"
            for n in ahead
            if n < MONTHS_AHEAD
        }
        | {"later" for n in ahead if n >= MONTHS_AHEAD}
        or {"unknown"},
    }


def residents(facts):
    listed = set(facts["states"])
    match facts["state_rule"]:
        case "all":
            return set(STATES)
        case "only":
            return listed
        case "except":
            return set(STATES) - listed
    return {"unknown"}


def track(at):
    if np.isnan(at):
        return "unknown"
    if abs(at) < 0.25:
        return "between"
    return "management" if at > 0 else "administration"


def price(total, currency):
    if total < 0:
        return "unknown"
    if currency != "USD":
        return "foreign"
    for end in PRICE_STEPS:
        if total <= end:
            return f"to-{end}"
    return f"over-{PRICE_STEPS[-1]}"


@st.composite
def visits(draw):
    """Offerings, some of one program, and a wish of two or three facets that somebody meets."""
    facts = draw(st.lists(offerings(), min_size=1, max_size=12))
    programs = draw(
        st.lists(st.integers(0, len(facts) - 1), min_size=len(facts), max_size=len(facts))
    )
    columns = make(facts, programs)
    values = [values_of(one, columns, row) for row, one in enumerate(facts)]
    row = draw(st.integers(0, len(facts) - 1))
    keys = draw(st.lists(st.sampled_from(FACETS), max_size=3, unique=True))
    chosen = {key: tuple(sorted(values[row][key]))[:2] for key in keys if values[row][key]}
    return columns, programs, values, DirectoryQuery(chosen=chosen)


@given(visits())
@settings(max_examples=150)
def test_counts_and_programs_are_those_of_a_naive_recount(visit):
    columns, programs, values, wanted = visit
    directory = build_directory(columns, today=TODAY)

    found = directory.find(wanted, page_size=EVERYTHING)

    def fits(row, without=""):
        return all(
            values[row][key] & set(chosen)
            for key, chosen in wanted.chosen.items()
            if key != without
        )

    rows = range(len(programs))
    assert {int(columns.program[row]) for row in found.rows} == {
        programs[row] for row in rows if fits(row)
    }
    assert all(fits(row) for row in found.rows)
    for key in FACETS:
        naive = {
            value: len({programs[r] for r in rows if fits(r, key) and value in values[r][key]})
            for value in directory.values[key]
        }
        assert found.counts[key] == naive, key


def test_facet_of_many_values_counts_those_beyond_one_machine_word():
    two = catalog(offering(), offering())
    names = replace(two.names, roles=[Role(f"role-{number}", "") for number in range(70)])
    roles = np.zeros((70, 2), dtype=np.uint8)
    roles[3, 0] = roles[67, 0] = roles[67, 1] = 200
    columns = replace(two, names=names, roles=roles)

    found = find(columns, "role=role-67&role=role-69")

    assert found.total == 2
    assert {slug: n for slug, n in found.counts["role"].items() if n} == {
        "role-3": 1,
        "role-67": 2,
    }


def test_program_is_found_only_if_one_of_its_offerings_has_everything():
    cheap = offering(delivery="campus", price=9_000)
    online = offering(delivery="online", price=50_000)

    found = find(make([cheap, online], [0, 0]), "delivery=online&price=to-10000")

    assert found.total == 0


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("uber", 1),
        ("UNIVERSITÉ", 1),
        ("gestion sante", 1),
        ("mha", 1),
        ("informatics", 1),
        ("sante informatics", 0),
    ],
)
def test_words_are_found_without_accents_and_capitals(words, total):
    columns = catalog(
        offering(name="Gestion de la Santé Über", school="université-a"),
        offering(name="Care", award="MHA"),
    )
    names = replace(columns.names, concentrations={1: "Informatics"})

    assert find(replace(columns, names=names), f"q={words}").total == total


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("school", ["Early", "Cheap", "Short"]),
        ("name", ["Cheap", "Early", "Short"]),
        ("price", ["Cheap", "Short", "Early"]),
        ("start", ["Early", "Short", "Cheap"]),
        ("length", ["Short", "Early", "Cheap"]),
    ],
)
def test_orders_put_what_is_not_published_last(sort, order):
    columns = catalog(
        offering(name="Cheap", school="b", price=1_000, starts=(), months=None),
        offering(name="Early", school="a", price=None, starts=(date(2026, 12, 1),)),
        offering(name="Short", school="c", months=3),
    )

    found = find(columns, f"sort={sort}")

    assert [columns.names.programs[columns.program[row]] for row in found.rows] == order


@pytest.mark.parametrize(("sort", "row"), [("school", 1), ("price", 1), ("start", 0)])
def test_offering_that_made_the_order_stands_for_its_program(sort, row):
    soon = offering(price=20_000, starts=(date(2026, 12, 1),))
    cheap = offering(price=10_000, starts=(date(2027, 12, 1),))

    found = find(make([soon, cheap], [0, 0]), f"sort={sort}")

    assert list(found.rows) == [row]


def test_pages_hold_every_program_once_and_the_last_stands_for_those_beyond():
    columns = catalog(*(offering(name=f"Program {number:02}") for number in range(45)))

    pages = [find(columns, f"page={number}", size=20) for number in (1, 2, 3, 4)]

    assert [len(page.rows) for page in pages] == [20, 20, 5, 5]
    assert len({row for page in pages[:3] for row in page.rows}) == 45
    assert [page.page for page in pages] == [1, 2, 3, 3]


def test_directory_of_an_empty_catalog_counts_nothing():
    found = find(catalog())

    assert (found.total, found.rows, found.pages) == (0, (), 1)
    assert found.counts["level"]["master"] == 0


def test_directory_is_built_anew_for_another_day():
    cache = SnapshotCache()
    cache.snapshot = catalog(offering(starts=(date(2026, 12, 1),)))
    cache.checked_at = float("inf")

    before, after = (
        cache.directory(day).find(DirectoryQuery(), page_size=20)
        for day in (date(2026, 12, 1), date(2026, 12, 2))
    )

    assert before.counts["start"]["2026-12"] == 1
    assert after.counts["start"]["unknown"] == 1


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (("level", "wizard"), RefusedParameter("level", "wizard")),
        (("sort", "bribe"), RefusedParameter("sort", "bribe")),
        (("page", "0"), RefusedParameter("page", "0")),
        (("page", "٣"), RefusedParameter("page", "٣")),
        (("page", "9" * 50), RefusedParameter("page", "9" * 40)),
        (("q", "a b c d e f g"), RefusedParameter("q", "a b c d e f g")),
    ],
)
def test_what_cannot_be_used_is_refused_and_named(said, refused):
    _wanted, found = parse_query([said], known=NO_VALUES)

    assert found == [refused]


def test_parameters_of_advertisements_stay_out_quietly():
    assert parse_query([("utm_source", "mail"), ("level", "")], known=NO_VALUES) == (
        DirectoryQuery(),
        [],
    )


def test_endless_address_is_cut_and_said_so():
    _wanted, refused = parse_query([("utm", "x")] * 5_000, known=NO_VALUES)

    assert refused == [RefusedParameter("", "")]


def test_words_lose_what_cannot_be_printed():
    wanted, _refused = parse_query([("q", " a\x00b\u202e  c ")], known=NO_VALUES)

    assert wanted.q == "a b c"


@given(
    st.fixed_dictionaries({key: st.sets(st.sampled_from("abc")) for key in FACETS}),
    st.sampled_from(SORTS),
    st.text("xyz ", max_size=10),
    st.integers(1, 50),
    st.randoms(use_true_random=False),
)
def test_address_of_a_wish_is_read_as_the_same_wish_in_any_order(chosen, sort, q, page, chance):
    known = {key: frozenset("abc") for key in FACETS}
    said = [(key, value) for key, values in chosen.items() for value in values]
    said += [("sort", sort), ("q", q), ("page", str(page))]
    chance.shuffle(said)

    wanted, refused = parse_query(said, known=known)
    again, _none = parse_query([*wanted.pairs(), ("page", str(wanted.page))], known=known)

    assert refused == []
    assert again == wanted


def test_choosing_twice_is_choosing_nothing():
    wanted = DirectoryQuery(chosen={"level": ("master",)}, page=4)

    once = wanted.toggle("level", "bachelor")

    assert once.to_query() == "level=bachelor&level=master"
    assert once.toggle("level", "bachelor").to_query() == "level=master"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (DirectoryQuery(), True),
        (DirectoryQuery(page=3), True),
        (DirectoryQuery(chosen={"level": ("master",)}), True),
        (DirectoryQuery(chosen={"level": ("bachelor", "master")}), False),
        (DirectoryQuery(chosen={"level": ("master",), "state": ("TX",)}), False),
        (DirectoryQuery(chosen={"role": ("clerk",)}), False),
        (DirectoryQuery(q="care"), False),
        (DirectoryQuery(sort="price"), False),
    ],
)
def test_search_engines_may_keep_single_facets_only(wanted, expected):
    assert is_indexed(wanted) is expected
