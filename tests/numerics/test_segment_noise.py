"""Dispersion and autocorrelation found where they are; quantiles against SciPy's."""

import math

import numpy as np
import pytest
from scipy import special, stats

from conflictstats.numerics.segment_noise import (
    dependence,
    draw_dependent,
    poisson_quantile,
    quantile_tables,
)


def test_dependence_is_found_where_it_is():
    rng = np.random.default_rng(6)
    n, alpha = 4_000, 0.8
    z = np.empty(n)
    z[0] = rng.normal()
    for t in range(1, n):
        z[t] = 0.6 * z[t - 1] + 0.8 * rng.normal()
    frailty = special.gammaincinv(1 / alpha, special.ndtr(z)) * alpha
    y = rng.poisson(5 * frailty).astype(float)
    e, mean, position = np.ones(n), np.full(n, y.mean()), np.arange(n)
    got = dependence(y, e, mean, position)
    assert got[0] == pytest.approx(alpha, rel=0.15)
    assert got[1] == pytest.approx(0.55, abs=0.1)
    # Counts that are no neighbours, or that vary less than Poisson, show none.
    assert dependence(y, e, mean, 2 * position)[1] == 0
    even = np.full(20, 5.0)
    assert dependence(even, np.ones(20), even, np.arange(20)) == (0.0, 0.0)


def test_white_counts_show_little_autocorrelation():
    rng = np.random.default_rng(7)
    y = rng.negative_binomial(2, 0.2, 4_000).astype(float)
    alpha, rho = dependence(
        y, np.ones(4_000), np.full(4_000, y.mean()), np.arange(4_000)
    )
    assert alpha == pytest.approx(0.5, rel=0.15)
    assert rho < 0.08


@pytest.mark.parametrize("mean", [0.01, 3.0, 59.0, 61.0, 900.0])
def test_poisson_quantiles(mean):
    scores = np.linspace(-3, 3, 61)
    got = np.array([poisson_quantile(mean, z) for z in scores])
    want = stats.poisson.ppf(special.ndtr(scores), mean)
    # Beyond 60 an expansion: wrong by one at most.
    assert np.abs(got - want).max() <= (mean > 60)
    assert np.mean(got != want) < 0.2


def test_gamma_quantiles_by_exposure():
    table, which = quantile_tables(0.5, np.array([1.0, 2.0, 1.0]))
    assert which.tolist() == [0, 1, 0]
    middle = table[:, table.shape[1] // 2]
    assert middle == pytest.approx(stats.gamma.median(np.array([2, 4])) / [2, 4])
    many, which = quantile_tables(2.0, np.linspace(0.1, 3, 200))
    assert len(many) <= 12
    assert np.ptp(which) == len(many) - 1
    flat, _ = quantile_tables(0.0, np.ones(4))
    assert flat.tolist() == [[1.0, 1.0]]
    assert math.isfinite(table.max())


def test_draws_have_the_dependence_asked_for():
    rng = np.random.default_rng(10)
    e = np.tile([0.5, 1.5], 30)
    y = draw_dependent(6 * e, e, (0.5, 0.6), 20_000, rng)
    assert y.mean(axis=0) == pytest.approx(6 * e, rel=0.05)
    # Variance mean + alpha mean^2 / e.
    assert y.var(axis=0) == pytest.approx(6 * e + 0.5 * 36 * e, rel=0.1)
    same, next_one = y[:, 10], y[:, 12]
    assert 0.1 < np.corrcoef(same, next_one)[0, 1] < 0.36
    still = draw_dependent(6 * e, e, (0.0, 0.0), 20_000, rng)
    assert still.var(axis=0) == pytest.approx(6 * e, rel=0.1)
