"""Theil-Sen slopes: the same by sorting and by counting, lines, seasons."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conflictstats.numerics import rank_slope
from conflictstats.numerics.rank_slope import seasonal_theil_sen, theil_sen
from conflictstats.numerics.rank_trend import kendall_variance


def test_long_series_find_the_same_slopes_by_counting(monkeypatch):
    rng = np.random.default_rng(7)
    y = rng.poisson(3, 80).astype(float)
    t = np.cumsum(rng.integers(1, 3, 80)).astype(float)
    var_s = kendall_variance(y)
    whole = theil_sen(y, t, var_s)
    monkeypatch.setattr(rank_slope, "ALL_PAIRS", 10)
    assert theil_sen(y, t, var_s) == pytest.approx(whole, abs=1e-12)


@given(st.floats(-3, 3), st.floats(-5, 5), st.integers(3, 40))
@settings(max_examples=40, deadline=None)
def test_a_straight_line_is_its_own_slope(slope, level, n):
    t = np.arange(float(n)) * 1.5
    got = theil_sen(level + slope * t, t, 0.0)
    assert got == pytest.approx((slope,) * 3, abs=1e-9)


def test_seasonal_slope_is_the_median_within_seasons(rng):
    season = np.tile(np.arange(4), 9)
    t = np.arange(36.0)
    y = 5.0 * season + 0.3 * t + rng.normal(size=36)
    slopes = [
        (y[j] - y[i]) / (t[j] - t[i])
        for i, j in itertools.combinations(range(36), 2)
        if season[i] == season[j]
    ]
    slope, low, high = seasonal_theil_sen(y, t, season, 60.0)
    assert slope == pytest.approx(np.median(slopes))
    assert low < slope < high
