"""The exact score, EM and the climb to a maximum."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from conflictstats.numerics.hidden_markov import (
    HiddenMarkov,
    simulate_states,
    smooth_states,
    stationary_distribution,
)
from conflictstats.numerics.hidden_markov_emission import index_counts
from conflictstats.numerics.hidden_markov_fit import (
    Shape,
    climb,
    expectation_maximisation,
    log_likelihood_and_score,
    observed_information,
)

EVERY = np.ones(2, dtype=bool)


def shape(stationary=True, nb=(True, False), moving=(True, True), groups=2):
    return Shape(2, groups, np.array(nb), np.array(moving), stationary)


@pytest.fixture
def truth():
    gamma = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.7, 0.3], [0.1, 0.9]]])
    return HiddenMarkov(
        np.array([1.5, 8.0]),
        np.array([2.0, np.inf]),
        gamma,
        stationary_distribution(gamma),
    )


@pytest.fixture
def data(truth):
    rng = np.random.default_rng(2)
    exposures = [rng.uniform(0.5, 1.5, 60), np.ones(40), np.ones(50)]
    group = np.array([0, 1, 0])
    _, counts = simulate_states(truth, exposures, group, rng)
    counts[0][5:8] = np.nan
    return index_counts(counts, exposures, group)


@pytest.mark.parametrize("stationary", [True, False])
@pytest.mark.parametrize("nb", [(True, True), (True, False), (False, False)])
def test_score_is_the_derivative(data, truth, stationary, nb):
    form = shape(stationary, nb)
    theta = form.pack(truth) if nb == (True, False) else np.zeros(form.n_parameters())
    theta = theta + np.random.default_rng(1).normal(0, 0.3, len(theta))
    value, score = log_likelihood_and_score(theta, data, form)
    numeric = approx_fprime(
        theta, lambda t: log_likelihood_and_score(t, data, form)[0], 1e-7
    )
    assert np.isfinite(value)
    np.testing.assert_allclose(score, numeric, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("stationary", [True, False])
def test_packing_returns_the_same_model(truth, stationary):
    form = shape(stationary)
    back = form.unpack(form.pack(truth))
    for name in ("rates", "sizes", "gamma", "delta"):
        np.testing.assert_allclose(getattr(back, name), getattr(truth, name))


def test_em_with_a_free_start_never_lowers_the_likelihood(data, truth):
    model = HiddenMarkov(
        np.array([3.0, 4.0]), np.array([np.inf, np.inf]), truth.gamma, truth.delta
    )
    values = []
    for _ in range(25):
        values.append(smooth_states(data, model).log_likelihood)
        model = expectation_maximisation(data, model, stationary=False, steps=1)
    assert np.all(np.diff(values) > -1e-9)
    assert values[-1] > values[0] + 10


def test_the_climb_ends_where_the_score_is_zero(data, truth):
    end = climb(data, truth, shape())
    form = Shape(2, 2, np.isfinite(end.model.sizes), EVERY, True)
    value, score = log_likelihood_and_score(form.pack(end.model), data, form)
    assert end.converged
    assert value == pytest.approx(end.log_likelihood, rel=1e-12)
    assert np.abs(score).max() < 0.01
    assert end.occupancy.sum() == pytest.approx(data.n_known)
    assert end.log_likelihood > smooth_states(data, truth).log_likelihood


def test_information_is_the_second_derivative(data, truth):
    end = climb(data, truth, shape())
    form = shape()
    theta = form.pack(end.model) if np.isfinite(end.model.sizes[0]) else None
    assert theta is not None
    information = observed_information(data, theta, form)
    np.testing.assert_array_equal(information, information.T)
    shift = np.full(len(theta), 1e-3)
    base = log_likelihood_and_score(theta, data, form)[0]
    around = [
        log_likelihood_and_score(theta + sign * shift, data, form)[0]
        for sign in (-1, 1)
    ]
    bend = (sum(around) - 2 * base) / 1e-6
    assert -shift @ information @ shift / 1e-6 == pytest.approx(bend, rel=1e-2)


def test_underdispersed_states_become_poisson_states():
    y = np.array([2.0, 3, 2, 3, 2, 3, 12, 11, 12, 11, 12, 11] * 4)
    start = HiddenMarkov(
        np.array([2.0, 12.0]),
        np.full(2, 5.0),
        np.full((1, 2, 2), 0.5),
        np.ones((1, 2)) / 2,
    )
    end = climb(index_counts([y]), start, shape(nb=(True, True), groups=1))
    assert np.all(np.isinf(end.model.sizes))
    np.testing.assert_allclose(end.model.rates, [2.5, 11.5], rtol=0.02)


def test_a_known_zero_state_stays_at_zero():
    rng = np.random.default_rng(4)
    y = np.concatenate([rng.poisson(8, 40), np.zeros(30), rng.poisson(8, 40)])
    start = HiddenMarkov(
        np.array([0.0, 2.0]),
        np.full(2, np.inf),
        np.full((1, 2, 2), 0.5),
        np.ones((1, 2)) / 2,
    )
    form = shape(nb=(False, False), moving=(False, True), groups=1)
    end = climb(index_counts([y.astype(float)]), start, form)
    assert end.model.rates[0] == 0
    assert end.model.rates[1] == pytest.approx(8, rel=0.1)


def test_impossible_parameters_are_told_not_raised():
    form = shape(nb=(False, False), moving=(False, False), groups=1)
    data = index_counts([np.array([1.0, 2.0])])
    value, score = log_likelihood_and_score(np.zeros(2), data, form)
    assert value == -np.inf
    np.testing.assert_array_equal(score, 0)
    start = HiddenMarkov(
        np.zeros(2), np.full(2, np.inf), np.full((1, 2, 2), 0.5), np.ones((1, 2)) / 2
    )
    assert climb(data, start, form).log_likelihood <= -1e299
