"""Emission probabilities, their score and their M-step."""

import numpy as np
import pytest
from scipy import optimize, stats

from conflictstats.numerics.hidden_markov_emission import (
    SMALLEST_SIZE,
    cumulative_emission,
    emission_score,
    fit_emission,
    index_counts,
    log_emission,
)

RATES, SIZES = np.array([0.7, 4.0, 20.0]), np.array([np.inf, 0.8, 6.0])


def scipy_state(j, mean):
    if np.isinf(SIZES[j]):
        return stats.poisson(mean)
    return stats.nbinom(SIZES[j], SIZES[j] / (SIZES[j] + mean))


def test_probabilities_and_their_sums_are_scipys():
    count = np.array([0.0, 3, 3, 40])
    exposure = np.array([1.0, 1, 2.5, 0.5])
    data = index_counts([count], [exposure])
    table = log_emission(data, RATES, SIZES)[data.index]
    sums = cumulative_emission(count, exposure, RATES, SIZES)
    for j in range(3):
        law = scipy_state(j, exposure * RATES[j])
        np.testing.assert_allclose(table[:, j], law.logpmf(count), rtol=1e-10)
        np.testing.assert_allclose(sums[:, j], law.cdf(count), rtol=1e-10)
    assert np.all(cumulative_emission(count - 41, exposure, RATES, SIZES) == 0)


def test_equal_pairs_share_a_row_and_unknown_periods_say_nothing():
    data = index_counts([np.array([2.0, np.nan, 2.0]), np.array([2.0, 0.0])])
    assert len(data.count) == 3
    assert data.n_known == 4
    assert data.n_groups == 1
    np.testing.assert_array_equal(data.bounds, [0, 3, 5])
    np.testing.assert_array_equal(log_emission(data, RATES, SIZES)[data.index[1]], 0)
    known = cumulative_emission(data.count, data.exposure, RATES, SIZES)
    np.testing.assert_array_equal(known[data.index[1]], 1)


def test_a_silent_state_makes_positive_counts_impossible():
    data = index_counts([np.array([0.0, 1.0])])
    table = log_emission(data, np.array([0.0, 1.0]), np.full(2, np.inf))
    np.testing.assert_array_equal(table[:, 0], [0.0, -np.inf])


@pytest.fixture
def weighted():
    rng = np.random.default_rng(3)
    data = index_counts([rng.poisson(5, 200).astype(float)], [rng.uniform(0.5, 2, 200)])
    return data, rng.random((len(data.count), 3))


def test_score_is_the_derivative(weighted):
    data, weight = weighted
    by_rate, by_size = emission_score(data, weight, RATES, SIZES)
    step = 1e-6

    def total(rates, sizes):
        return (weight * log_emission(data, rates, sizes)).sum(axis=0)

    up, down = RATES * np.exp(step), RATES * np.exp(-step)
    slope = (total(up, SIZES) - total(down, SIZES)) / (2 * step)
    np.testing.assert_allclose(by_rate, slope, rtol=1e-5)
    grow = (total(RATES, SIZES * np.exp(step)) - total(RATES, SIZES / np.exp(step))) / (
        2 * step
    )
    np.testing.assert_allclose(by_size[1:], grow[1:], rtol=1e-4)
    assert by_size[0] == 0


def test_repeated_m_steps_reach_the_weighted_maximum():
    rng = np.random.default_rng(8)
    y = stats.nbinom(2.0, 2.0 / 7.0).rvs(600, random_state=rng).astype(float)
    data = index_counts([y], [np.where(np.arange(600) % 2, 1.0, 1.7)])
    weight = np.bincount(data.index).astype(float)[:, None]
    rates, sizes = np.array([1.0]), np.array([30.0])
    for _ in range(60):
        rates, sizes = fit_emission(data, weight, rates, sizes)
    best = optimize.minimize(
        lambda p: -(weight * log_emission(data, np.exp(p[:1]), np.exp(p[1:]))).sum(),
        [1.0, 1.0],
        options={"gtol": 1e-7},
    )
    np.testing.assert_allclose(np.log([rates[0], sizes[0]]), best.x, rtol=1e-4)


def test_sizes_stay_within_their_bounds_and_zero_rates_stay_zero():
    even = index_counts([np.full(50, 7.0)])
    weight = np.full((1, 2), 50.0)
    rates, sizes = np.array([0.0, 7.0]), np.array([np.inf, 1.0])
    for _ in range(30):
        rates, sizes = fit_emission(even, weight, rates, sizes)
    assert rates[0] == 0
    assert sizes[1] == pytest.approx(1e5)
    spike = index_counts([np.array([0.0] * 500 + [4000.0])])
    sizes = np.array([1.0])
    for _ in range(30):
        rates, sizes = fit_emission(
            spike, np.array([[500.0], [1.0]]), np.array([8.0]), sizes
        )
    assert sizes[0] >= SMALLEST_SIZE
