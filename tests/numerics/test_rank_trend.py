"""Rank-based trend: against R, by hand, and by property."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conflictstats.numerics.rank_slope import theil_sen
from conflictstats.numerics.rank_trend import (
    hamed_rao_factor,
    kendall_variance,
    mann_kendall,
    pettitt,
    seasonal_mann_kendall,
)
from tests.shared import shared_path

HERE = Path(__file__).resolve().parents[1] / "golden" / "monotone"
EXPECTED = json.loads((HERE / "expected.json").read_text())
NILE = np.loadtxt(HERE / "nile.csv", delimiter=",", skiprows=1)[:, 1]


@pytest.mark.golden
def test_nile_equals_r():
    want = EXPECTED["mk_Nile"]["value"]
    got = mann_kendall(NILE)
    assert got.s == want["S"]
    assert got.var_s == pytest.approx(want["varS"], rel=1e-9)
    assert got.tau == pytest.approx(want["tau"], rel=1e-9)
    assert got.z == pytest.approx(want["z"], rel=1e-9)
    assert got.p == pytest.approx(want["p"], rel=1e-9)
    slope, low, high = theil_sen(NILE, np.arange(100.0), got.var_s)
    assert slope == pytest.approx(want["sen"])
    assert [low, high] == pytest.approx(want["sen_ci95"])
    shift = pettitt(NILE)
    assert (shift.index, shift.u) == (want["pettitt_K"], want["pettitt_U"])
    assert shift.p == pytest.approx(want["pettitt_p"], rel=1e-9)


@pytest.mark.golden
def test_seasonal_equals_r():
    want = EXPECTED["smk_UKDriverDeaths"]["value"]
    path = shared_path("data/series/UKDriverDeaths.csv")
    y = np.loadtxt(path, delimiter=",", skiprows=1)[:, 1]
    year, season = np.divmod(np.arange(y.size), 12)
    got = seasonal_mann_kendall(y, season, year, dependent=False)
    assert (got.s, got.var_s) == (want["S"], pytest.approx(want["varS"]))
    assert got.z == pytest.approx(want["z"], rel=1e-9)
    assert got.p == pytest.approx(want["p"], rel=1e-9)


def test_variance_is_that_of_all_permutations_with_ties():
    y = np.array([1.0, 1.0, 2.0, 3.0, 3.0, 3.0])
    all_s = [mann_kendall(np.array(p)).s for p in itertools.permutations(y)]
    assert np.mean(all_s) == pytest.approx(0)
    assert kendall_variance(y) == pytest.approx(np.var(all_s))


def test_constant_series_shows_no_trend():
    got = mann_kendall(np.full(9, 4.0))
    assert (got.s, got.tau, got.z, got.p) == (0, 0, 0, 1)
    got = seasonal_mann_kendall(
        np.full(8, 4.0), np.arange(8) % 2, np.arange(8) // 2, dependent=True
    )
    assert (got.tau, got.p) == (0, 1)
    assert hamed_rao_factor(np.full(9, 4.0), np.arange(9), 0.0) == 1.0


def test_identical_seasons_count_once():
    # Four copies of one season carry no more information than one: the variance of
    # the sum is 16 times that of one, not 4 times.
    rng = np.random.default_rng(4)
    one = rng.permutation(np.arange(12.0))
    y, season, year = np.repeat(one, 4), np.tile(np.arange(4), 12), np.arange(48) // 4
    got = seasonal_mann_kendall(y, season, year, dependent=True)
    assert got.var_s == pytest.approx(16 * kendall_variance(one))
    assert got.correction == pytest.approx(4)
    assert got.s == 4 * mann_kendall(one).s


def test_dependent_seasons_with_a_hole():
    rng = np.random.default_rng(5)
    y = rng.poisson(6, 60).astype(float)
    keep = np.arange(60) != 17
    year, season = np.divmod(np.arange(60), 12)
    whole = seasonal_mann_kendall(y, season, year, dependent=True)
    holed = seasonal_mann_kendall(y[keep], season[keep], year[keep], dependent=True)
    assert abs(holed.s - whole.s) <= 4
    assert 0.5 < holed.var_s / whole.var_s < 1.5


def test_hamed_rao_by_hand():
    # Alternating ranks 1.5, 3.5: rho(1) = -5/6 ... computed term by term here.
    y, n = np.tile([1.0, 2.0], 3), 6
    c = np.array([-1.5, 1.5] * 3)
    rho = np.array([np.sum(c[k:] * c[:-k]) / np.sum(c**2) for k in range(1, n)])
    lag = np.arange(1, n)
    keep = np.abs(rho) > 1.959963984540054 / np.sqrt(n)
    weights = (n - lag) * (n - lag - 1) * (n - lag - 2)
    by_hand = 1 + 2 / (n * (n - 1) * (n - 2)) * np.sum((weights * rho)[keep])
    assert keep.any()
    got = hamed_rao_factor(y, np.arange(n), 0.0)
    assert got == pytest.approx(max(by_hand, 1 / n))


def test_hamed_rao_knows_gaps():
    rng = np.random.default_rng(6)
    noise = np.convolve(rng.normal(size=220), np.ones(8), "valid")[:200]
    keep = rng.random(200) > 0.1
    whole = hamed_rao_factor(noise, np.arange(200), 0.0)
    holed = hamed_rao_factor(noise[keep], np.arange(200)[keep], 0.0)
    assert whole > 2
    assert holed == pytest.approx(whole, rel=0.5)


def test_negative_autocorrelation_keeps_a_positive_variance():
    y = np.tile([0.0, 10.0], 50) + np.arange(100) * 1e-6
    factor = hamed_rao_factor(y, np.arange(100), 0.0)
    assert factor >= 1 / 100
    assert mann_kendall(y, factor=factor).var_s > 0


@given(st.lists(st.integers(0, 50), min_size=3, max_size=30))
@settings(max_examples=60, deadline=None)
def test_reversing_time_reverses_the_trend(values):
    y = np.array(values, dtype=float)
    t = np.arange(float(y.size))
    there, back = mann_kendall(y), mann_kendall(y[::-1])
    assert (there.s, there.z, there.p) == (-back.s, -back.z, back.p)
    assert -1 <= there.tau <= 1
    slope, low, high = theil_sen(y, t, there.var_s)
    assert low <= slope <= high
    assert theil_sen(y[::-1], t, back.var_s)[0] == pytest.approx(-slope)
    assert mann_kendall(np.expm1(y / 50)).s == there.s


def test_size_on_independent_ties_is_five_percent():
    rng = np.random.default_rng(8)
    p = np.array([mann_kendall(rng.poisson(1.0, 40) * 1.0).p for _ in range(1500)])
    assert 0.035 < np.mean(p < 0.05) < 0.065
