"""Hypothesis strategies: any answers, any catalog."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from hcprograms.matching.answer_formats import parse_answers
from hcprograms.matching.answers import (
    CAHME,
    DELIVERIES,
    EDUCATIONS,
    LEVELS,
    MILITARY,
    Answers,
    Vocabulary,
)
from tests.matching.catalogs import ROLE, STATEMENTS, STATES, offering

SCHOOLS = ("alpha", "beta", "gamma")
VOCABULARY = Vocabulary(
    roles=frozenset(ROLE),
    statements=frozenset(STATEMENTS),
    institutions=frozenset(SCHOOLS),
    countries=frozenset({"US", "GB", "CA"}),
    states={"US": frozenset(STATES)},
)
_MONTHS = [f"{year}-{month:02d}" for year in (2026, 2027, 2028) for month in (1, 5, 9, 12)]


@st.composite
def all_answers(draw: st.DrawFn) -> Answers:
    """Any answers that can be given; some keys stay out."""
    country = draw(st.none() | st.sampled_from(["US", "GB"]))
    window = sorted(draw(st.lists(st.sampled_from(_MONTHS), min_size=2, max_size=2)))
    values: dict[str, Any] = {
        "education": st.sampled_from(EDUCATIONS),
        "levels": st.lists(st.sampled_from(LEVELS), min_size=1, max_size=7, unique=True),
        "interests": st.dictionaries(
            st.sampled_from(sorted(STATEMENTS)), st.integers(-2, 2), min_size=1
        ),
        "roles": st.lists(st.sampled_from(sorted(ROLE)), min_size=1, max_size=3, unique=True),
        "country": st.just(country),
        "state": st.none() if country == "GB" else st.sampled_from(STATES),
        "delivery": st.lists(st.sampled_from(DELIVERIES), min_size=1, unique=True),
        "start_from": st.just(window[0]),
        "start_by": st.just(window[1]),
        "budget_total": st.integers(0, 80_000),
        "max_months": st.integers(1, 60),
        "cahme": st.sampled_from(CAHME),
        "military": st.sampled_from(MILITARY),
        "transfer_credits": st.integers(0, 90),
        "institution": st.sampled_from(SCHOOLS),
    }
    keys = draw(st.sets(st.sampled_from(sorted(values))))
    return parse_answers({key: draw(values[key]) for key in sorted(keys)}, vocabulary=VOCABULARY)


@st.composite
def offerings(draw: st.DrawFn) -> dict[str, Any]:
    """Any offering, complete or with gaps."""
    maybe_price = st.none() | st.integers(0, 90_000)
    country = draw(st.sampled_from(["US", "US", "US", "GB"]))
    return offering(
        school=draw(st.sampled_from(SCHOOLS)) + ("" if country == "US" else "-gb"),
        name=draw(st.sampled_from(["Alpha", "Beta", "Gamma", "Delta", "Epsilon"])),
        campus=draw(st.sampled_from(["", "main", "north"])),
        level=draw(st.sampled_from(LEVELS)),
        delivery=draw(st.sampled_from([*DELIVERIES, ""])),
        state_rule=draw(st.sampled_from(["", "all", "only", "except"])),
        states=tuple(draw(st.sets(st.sampled_from(STATES)))),
        open_to_international=draw(st.none() | st.booleans()),
        country=country,
        state=draw(st.sampled_from(["", *STATES])) if country == "US" else "",
        months=draw(st.none() | st.integers(1, 60)),
        price_basis=draw(st.sampled_from(["", "credit", "term", "total"])),
        price=draw(maybe_price),
        price_resident=draw(maybe_price),
        price_military=draw(maybe_price),
        fees=draw(st.none() | st.integers(0, 3_000)),
        credits=draw(st.none() | st.integers(1, 130)),
        max_transfer=draw(st.none() | st.integers(0, 90)),
        terms=draw(st.none() | st.integers(1, 12)),
        currency=draw(st.sampled_from(["USD", "USD", "USD", "GBP"])),
        starts=tuple(
            draw(st.sets(st.dates(date(2026, 6, 1), date(2029, 1, 1)), min_size=0, max_size=3))
        ),
        track=draw(st.none() | st.floats(-1, 1)),
        tolerance=draw(st.floats(0.25, 0.75)),
        roles=draw(
            st.dictionaries(
                st.sampled_from(sorted(ROLE)),
                st.tuples(
                    st.integers(0, 20).map(lambda number: number / 20),
                    st.sampled_from(["declared", "crosswalk", "inferred"]),
                ),
                max_size=3,
            )
        ),
        certified=draw(st.integers(0, 3)),
        cahme=draw(st.sampled_from(["", "candidate", "probation", "accredited"])),
    )
