"""No text keeps a regular expression of the product busy: time grows with the length only."""

import re

import pytest

from tests.security.patterns import Pattern, find_patterns, measure

LEAST = 0.005
"""Seconds below which growth says nothing: the clock and the machine's other work do."""
PATTERNS = find_patterns()


def grows_fast(pattern: Pattern, *, length: int = 16_000) -> bool:
    """Whether eight times the text takes far more than eight times as long."""
    return measure(pattern, length) > 24 * max(measure(pattern, length // 8), LEAST / 8)


def test_patterns_are_found():
    places = [one.place for one in PATTERNS]

    assert len(PATTERNS) > 40
    assert any(one.startswith("hcprograms/urls.py") for one in places)
    assert any(one.startswith("hcprograms/leads/cleaning.py") for one in places)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda one: one.place)
def test_time_grows_with_the_text_and_not_with_its_square(pattern):
    assert not grows_fast(pattern)


@pytest.mark.parametrize("bad", [r"a+!", r"\s+$", r"<[^>]*>"])
def test_pattern_that_grows_with_the_square_is_found(bad):
    assert grows_fast(Pattern("here", re.compile(bad), ("search",)), length=8_000)
