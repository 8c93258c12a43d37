"""What follows from given parameters of a hidden Markov model."""

import numpy as np
import pytest
from scipy import stats

from conflictstats.numerics.hidden_markov import (
    HiddenMarkov,
    decode_states,
    forecast_residuals,
    order_states,
    pair_weights,
    simulate_states,
    smooth_states,
    stationary_distribution,
)
from conflictstats.numerics.hidden_markov_emission import index_counts

GAMMA = np.array([[[0.95, 0.05], [0.1, 0.9]]])


@pytest.fixture
def model():
    return HiddenMarkov(
        np.array([1.0, 9.0]),
        np.array([np.inf, 3.0]),
        GAMMA,
        stationary_distribution(GAMMA),
    )


def test_stationary_distribution_by_hand():
    np.testing.assert_allclose(stationary_distribution(GAMMA), [[2 / 3, 1 / 3]])


def test_one_state_is_the_plain_likelihood():
    y = np.array([0.0, 3, 2, 7])
    one = HiddenMarkov(
        np.array([2.5]), np.array([np.inf]), np.ones((1, 1, 1)), np.ones((1, 1))
    )
    state = smooth_states(index_counts([y]), one)
    expected = stats.poisson(2.5).logpmf(y).sum()
    assert state.log_likelihood == pytest.approx(expected)


def test_unknown_days_are_interpolated_not_zero(model):
    y = np.array([9.0, 12, *[np.nan] * 5, 8, 11])
    state = smooth_states(index_counts([y]), model)
    assert state.smoothed[4, 1] > 0.7
    zero = smooth_states(index_counts([np.nan_to_num(y)]), model)
    assert zero.smoothed[4, 1] < 0.01


def test_weights_sum_to_the_number_of_periods(model):
    data = index_counts([np.array([0.0, 3, 3, np.nan])])
    weight = pair_weights(data, smooth_states(data, model).smoothed)
    assert weight.sum() == pytest.approx(4)


def test_ordering_only_renames_states(model):
    turned = HiddenMarkov(
        model.rates[::-1],
        model.sizes[::-1],
        model.gamma[:, ::-1, ::-1],
        model.delta[:, ::-1],
    )
    data = index_counts([np.array([0.0, 9, 11, 2])])
    back = order_states(turned)
    np.testing.assert_array_equal(back.gamma, model.gamma)
    assert smooth_states(data, back).log_likelihood == pytest.approx(
        smooth_states(data, model).log_likelihood, rel=1e-14
    )
    np.testing.assert_array_equal(
        decode_states(data, back)[0], decode_states(data, model)[0]
    )


def test_residuals_of_the_true_model_are_uniform(model):
    rng = np.random.default_rng(5)
    exposures = [rng.uniform(0.5, 2, 1500), np.ones(1500)]
    group = np.zeros(2, np.int64)
    _, counts = simulate_states(model, exposures, group, rng)
    ends = forecast_residuals(index_counts(counts, exposures, group), model)
    assert np.all(ends[:, 0] < ends[:, 1])
    uniform = rng.uniform(ends[:, 0], ends[:, 1])
    assert stats.kstest(uniform, "uniform").pvalue > 0.01
    wrong = HiddenMarkov(model.rates * 1.3, model.sizes, model.gamma, model.delta)
    ends = forecast_residuals(index_counts(counts, exposures, group), wrong)
    assert stats.kstest(rng.uniform(ends[:, 0], ends[:, 1]), "uniform").pvalue < 1e-3


def test_simulation_has_the_stated_moments(model):
    rng = np.random.default_rng(6)
    states, counts = simulate_states(model, [np.full(40_000, 2.0)], np.array([0]), rng)
    busy = states[0] == 1
    assert busy.mean() == pytest.approx(1 / 3, abs=0.02)
    assert counts[0][~busy].mean() == pytest.approx(2, abs=0.05)
    assert counts[0][busy].mean() == pytest.approx(18, rel=0.03)
    assert counts[0][busy].var() == pytest.approx(18 + 18**2 / 3, rel=0.06)
    again = simulate_states(
        model, [np.full(40_000, 2.0)], np.array([0]), np.random.default_rng(6)
    )
    np.testing.assert_array_equal(again[1][0], counts[0])
