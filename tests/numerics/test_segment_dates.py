"""Sup statistics, date intervals: published, by simulation, by hand."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from conflictstats.numerics.segment_dates import (
    bootstrap_p_value,
    date_interval,
    date_profile,
    draw_counts,
    sup_statistic,
)
from conflictstats.numerics.segment_noise import draw_dependent
from conflictstats.numerics.segment_size import paths, prepare

HERE = Path(__file__).resolve().parents[1] / "golden" / "breaks"
COAL = np.loadtxt(HERE / "coal.csv", delimiter=",", skiprows=1)[:, 1]
NILE = np.loadtxt(HERE.parent / "monotone" / "nile.csv", delimiter=",", skiprows=1)


def test_profile_by_hand():
    y = np.array([0.0, 1, 0, 6, 7, 5])
    got = date_profile(prepare(y, None, "poisson", 1), math.inf, 0, 6)

    def fit(k):
        means = np.repeat([y[:k].mean(), y[k:].mean()], [k, 6 - k])
        return -2 * stats.poisson.logpmf(y, np.maximum(means, 1e-300)).sum()

    losses = np.array([fit(k) for k in range(1, 6)])
    assert got == pytest.approx(losses - losses.min())
    assert date_interval(got, 0, 0.0) == (3, 3)
    assert date_interval(got, 0, 1e9) == (1, 5)


@pytest.mark.parametrize("family", ["poisson", "nb", "gaussian"])
def test_sup_statistic_is_the_gain_of_one_break(family):
    rng = np.random.default_rng(22)
    y = rng.poisson(rng.gamma(2, np.repeat([2.0, 5.0], 30) / 2)).astype(float)
    series = prepare(y, None, family, 4)
    whole = paths(series, 1)
    statistic, where = sup_statistic(series)
    assert statistic == pytest.approx(whole[0].neg2ll - whole[1].neg2ll, abs=1e-6)
    assert (where,) == whole[1].breaks


def test_p_values():
    rng = np.random.default_rng(23)
    series = prepare(COAL, None, "nb", 5)
    statistic, p = bootstrap_p_value(series, 0.0, 2.27, 199, rng)
    assert statistic > 40
    assert p == 1 / 200
    flat = prepare(NILE[:, 1], None, "gaussian", 15)
    assert bootstrap_p_value(flat, NILE[:, 1].std(), 0.0, 99, rng)[1] == 1 / 100
    poisson = prepare(rng.poisson(4, 40).astype(float), None, "poisson", 3)
    assert bootstrap_p_value(poisson, 0.0, math.inf, 99, rng)[1] > 0.02
    still = prepare(np.full(20, 3.0), None, "gaussian", 3)
    assert bootstrap_p_value(still, 0.0, 0.0, 9, rng) == (0.0, 1.0)


def test_size_of_the_bootstrap_test_on_overdispersed_counts():
    rng = np.random.default_rng(24)
    small = 0
    for _ in range(150):
        y = rng.poisson(rng.gamma(2, 2, 50)).astype(float)
        series = prepare(y, None, "nb", 4)
        size = paths(series, 0)[0].size
        small += bootstrap_p_value(series, 0.0, size, 99, rng)[1] <= 0.05
    # 150 series, 5 %: between 1 and 17 with probability over 0.999.
    assert 1 <= small <= 17


def test_draws_have_the_mean_and_variance_asked_for():
    rng = np.random.default_rng(26)
    e = np.array([1.0, 2.0])
    y = draw_counts(np.array([4.0, 8.0]), e, 2.0, 40_000, rng)
    assert y.mean(axis=0) == pytest.approx([4, 8], rel=0.03)
    assert y.var(axis=0) == pytest.approx([4 + 16 / 2, 8 + 64 / 4], rel=0.06)
    assert draw_counts(np.ones(3), np.ones(3), math.inf, 4, rng).shape == (4, 3)


def test_the_test_of_any_break_allows_for_autocorrelation():
    rng = np.random.default_rng(27)
    small = {"independent": 0, "like this one": 0}
    for _ in range(60):
        y = draw_dependent(np.full(60, 8.0), np.ones(60), (2.0, 0.5), 1, rng)[0]
        series = prepare(y, None, "nb", 3)
        size = paths(series, 0)[0].size
        for name, position in (("independent", None), ("like this one", np.arange(60))):
            p = bootstrap_p_value(series, 0.0, size, 19, rng, position)[1]
            small[name] += p <= 0.05
    # 60 series at 5 %: three, and more than nine with probability 1 in 1,000.
    assert small["like this one"] <= 9
    assert small["independent"] > 12
