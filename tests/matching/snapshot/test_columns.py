"""Months as bits, and the memory that columns take."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.matching.snapshot.columns import highest_month, lowest_month
from tests.matching.catalogs import TODAY, catalog, offering


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20))
def test_lowest_and_highest_month_are_those_of_the_bits(values):
    bits = np.asarray(values, dtype=np.uint64)

    for number, low, high in zip(values, lowest_month(bits), highest_month(bits), strict=True):
        if number == 0:
            assert math.isnan(low)
            assert math.isnan(high)
        else:
            assert (low, high) == ((number & -number).bit_length() - 1, number.bit_length() - 1)


def test_columns_stay_small():
    columns = catalog(*(offering(name=f"P{number}") for number in range(500)))
    columns.on(TODAY)

    assert columns.bytes_per_offering <= 250
