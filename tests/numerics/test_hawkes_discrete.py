from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from conflictstats.numerics.hawkes_discrete import (
    CountSeries,
    DiscreteObjective,
    PeriodMarks,
    count_terms,
    lag_shares,
)
from conflictstats.numerics.point_baselines import PointBaseline


def series(lags="geometric", negative_binomial=False, kind="spline"):
    rng = np.random.default_rng(1)
    counts = rng.poisson(2, size=(2, 60)).astype(float)
    counts[0, 5:8] = np.nan
    breaks = (20.0,) if kind == "spline" else ()
    base = PointBaseline(kind, 0.0, 60.0, breaks)
    return CountSeries(counts, base, lags, negative_binomial)


def theta_of(data):
    rng = np.random.default_rng(2)
    theta = rng.normal(size=data.size) * 0.2
    theta[data.places[1]] = rng.uniform(0.1, 0.4, size=(2, 2))
    return theta


@pytest.mark.parametrize("lags", ["geometric", "lomax"])
@pytest.mark.parametrize("negative_binomial", [True, False])
def test_likelihood_by_direct_sums_and_its_derivatives(lags, negative_binomial):
    data = series(lags, negative_binomial)
    theta, objective = theta_of(data), DiscreteObjective(data)
    value, gradient, hessian = objective(theta)
    mu, mean = objective.means(theta)
    _, n_at, lag_at, size_at = data.places
    shares = lag_shares(lags, theta[lag_at:size_at], 60)
    y = np.where(np.isfinite(data.counts), data.counts, 0.0)
    direct, total = mu.copy(), 0.0
    for t in range(60):
        for k in range(1, t + 1):
            direct[:, t] += theta[n_at] @ y[:, t - k] * shares[k - 1]
    assert np.allclose(mean, direct, rtol=1e-6)
    for a in range(2):
        known = np.isfinite(data.counts[a])
        m, counts = direct[a, known], y[a, known]
        if negative_binomial:
            r = np.exp(theta[size_at + a])
            total += stats.nbinom.logpmf(counts, r, r / (r + m)).sum()
        else:
            total += stats.poisson.logpmf(counts, m).sum()
    assert np.isclose(value, total, rtol=1e-7)
    steps = 1e-5 * np.eye(data.size)
    pairs = [(objective(theta + s), objective(theta - s)) for s in steps]
    slope = np.array([(a[0] - b[0]) / 2e-5 for a, b in pairs])
    curve = np.array([(a[1] - b[1]) / 2e-5 for a, b in pairs])
    assert np.allclose(slope, gradient, atol=1e-6 * np.abs(gradient).max())
    assert np.allclose(curve, hessian, atol=1e-6 * np.abs(hessian).max())


def test_without_excitation_only_the_background_is_left():
    data = series(kind="constant")
    objective = DiscreteObjective(data, excited=False)
    theta = np.array([0.5, 0.7, 0.0, 0.0, 0.0, 0.0, 0.0])
    mu, mean = objective.means(theta)
    assert np.array_equal(mu, mean)
    known = np.isfinite(data.counts)
    expected = stats.poisson.logpmf(
        data.counts[known], np.exp(mu * 0 + theta[:2, None])[known]
    )
    assert np.isclose(objective(theta)[0], expected.sum())


def test_lag_shares_sum_to_one():
    assert np.isclose(lag_shares("geometric", np.array([0.0]), 100).sum(), 1.0)
    lomax = lag_shares("lomax", np.array([0.0, 1.0]), 5000)
    assert np.isclose(lomax.sum(), 1.0, atol=1e-6)
    assert np.isclose(
        lag_shares("geometric", np.array([np.log(2.0)]), 1)[0], 1 - np.exp(-2)
    )


def test_a_large_size_is_poisson():
    y, mean = np.arange(5.0), np.full(5, 2.0)
    poisson, nearly = count_terms(y, mean, None), count_terms(y, mean, np.log(1e7))
    assert np.allclose(poisson[0], nearly[0], atol=1e-5)


@pytest.mark.parametrize("lags", ["geometric", "lomax"])
@pytest.mark.parametrize("exposed", [False, True])
def test_derivatives_with_marks_and_exposure(lags, exposed):
    rng = np.random.default_rng(6)
    cell, code = np.sort(rng.integers(40, size=90)), rng.integers(2, size=90)
    counts = np.zeros((2, 40))
    np.add.at(counts, (code, cell), 1.0)
    counts[:, 11] = np.nan
    keep = cell != 11
    marks = PeriodMarks(code[keep], cell[keep], rng.exponential(size=int(keep.sum())))
    base = PointBaseline("trend", 0.0, 40.0)
    if exposed:
        base = replace(base, exposure_from=(0.0, 20.0), log_exposure=(0.3, -0.4))
    objective = DiscreteObjective(CountSeries(counts, base, lags, True, marks))
    theta = rng.uniform(0.1, 0.4, objective.series.size)
    gradient, hessian = objective(theta)[1:]
    step = 1e-5
    for i in range(theta.size):
        up, down = theta.copy(), theta.copy()
        up[i] += step
        down[i] -= step
        there, below = objective(up), objective(down)
        slope = (there[0] - below[0]) / (2 * step)
        assert np.isclose(gradient[i], slope, rtol=1e-5, atol=1e-6)
        curve = (there[1] - below[1]) / (2 * step)
        assert np.allclose(hessian[i], curve, rtol=1e-4, atol=1e-4)
