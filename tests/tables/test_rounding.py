import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictstats.tables.rounding import (
    cell,
    decimals_for,
    p_words,
    rounded,
    two_digits,
    with_interval,
)


@pytest.mark.parametrize(
    ("low", "high", "decimals"),
    [(0.9, 1.6, 2), (0.99, 1.01, 3), (1000, 5000, -2), (0, 0, 3), (12.0, 12.0, 1)],
)
def test_two_digits_of_half_the_interval(low, high, decimals):
    assert decimals_for(low, high) == decimals


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_what_is_written_lies_within_a_tenth_of_half_the_interval(low, width):
    middle = low + width / 2
    said, _ = with_interval(middle, low, low + width)
    value = float(said.replace(",", "").replace("−", "-"))
    assert abs(value - middle) <= 0.051 * (width / 2) + 1e-9 * abs(middle)


def test_numbers_have_a_real_minus_and_no_minus_zero():
    assert rounded(-3.14159, 2) == "−3.14"
    assert rounded(-0.001, 1) == "0.0"
    assert rounded(float("inf"), 1) == "∞"
    assert rounded(float("-inf"), 1) == "−∞"
    assert rounded(float("nan"), 1) == ""


def test_an_estimate_without_interval_has_three_digits():
    assert with_interval(3.14159, math.nan, math.nan) == ("3.14", "")
    assert with_interval(0.0, math.nan, math.nan) == ("0.000", "")
    assert with_interval(1.5, -math.inf, 3.0)[1] == "−∞ to 3.00"


def test_ratios_over_powers_of_ten_keep_two_digits_an_end():
    assert with_interval(1.0, 0.001, 990, ratio=True) == ("1.0", "0.0010 to 990")
    assert with_interval(1.0, 0.9, 1.1, ratio=True) == with_interval(1.0, 0.9, 1.1)
    assert two_digits(0.0) == "0"
    assert two_digits(float("inf")) == "∞"


def test_p_values_are_never_zero():
    assert p_words(0.0) == "< 0.001"
    assert p_words(0.5) == "0.500"
    assert p_words(float("nan")) == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        (pd.NaT, ""),
        (pd.NA, ""),
        (float("nan"), ""),
        (True, "yes"),
        (False, "no"),
        (1234, "1,234"),
        (1234.0, "1,234"),
        (0.123456, "0.123"),
        (pd.Timestamp("2020-03-04"), "2020-03-04"),
        ("words", "words"),
    ],
)
def test_cells(value, said):
    assert cell(value) == said
