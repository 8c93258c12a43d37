"""The recursions against enumeration of every path."""

import itertools

import numpy as np
import pytest

from conflictstats.numerics.hidden_markov_recursion import (
    forward_backward,
    most_likely_path,
    predict_states,
)

M, T = 3, 5


@pytest.fixture
def problem():
    rng = np.random.default_rng(11)
    gamma = rng.dirichlet(np.ones(M), (2, M))
    delta = rng.dirichlet(np.ones(M), 2)
    emission = rng.random((4, M))
    index = rng.integers(0, 4, 2 * T)
    bounds = np.array([0, T, 2 * T])
    return index, bounds, np.array([1, 0]), emission, gamma, delta


def paths(index, group, emission, gamma, delta):
    """Every path with its joint probability: the definition itself."""
    for path in itertools.product(range(M), repeat=len(index)):
        p = delta[group, path[0]] * emission[index[0], path[0]]
        for t in range(1, len(index)):
            p *= gamma[group, path[t - 1], path[t]] * emission[index[t], path[t]]
        yield np.array(path), p


def by_sequence(problem):
    index, bounds, group, emission, gamma, delta = problem
    for s, g in enumerate(group):
        part = slice(bounds[s], bounds[s + 1])
        yield part, list(paths(index[part], g, emission, gamma, delta))


def test_likelihood_and_smoothed_states_equal_enumeration(problem):
    value, smoothed, moves, first = forward_backward(*problem)
    expected = 0.0
    counted = np.zeros_like(moves)
    for (part, every), g in zip(by_sequence(problem), problem[2], strict=True):
        total = sum(p for _, p in every)
        expected += np.log(total)
        for t in range(T):
            for j in range(M):
                share = sum(p for path, p in every if path[t] == j) / total
                assert smoothed[part][t, j] == pytest.approx(share, rel=1e-12)
        for path, p in every:
            for a, b in itertools.pairwise(path):
                counted[g, a, b] += p / total
        np.testing.assert_allclose(first[g], smoothed[part][0], rtol=1e-12)
    assert value == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(moves, counted, rtol=1e-11)


def test_viterbi_finds_the_best_of_all_paths(problem):
    index, bounds, group, emission, gamma, delta = problem
    path, log_joint = most_likely_path(
        index, bounds, group, np.log(emission), np.log(gamma), np.log(delta)
    )
    best = 0.0
    for part, every in by_sequence(problem):
        top, p = max(every, key=lambda item: item[1])
        np.testing.assert_array_equal(path[part], top)
        best += np.log(p)
    assert log_joint == pytest.approx(best, rel=1e-12)


def test_forecasts_see_only_the_past_and_end_where_smoothing_ends(problem):
    predicted, filtered = predict_states(*problem)
    smoothed = forward_backward(*problem)[1]
    np.testing.assert_allclose(predicted.sum(axis=1), 1, rtol=1e-12)
    for end in (T - 1, 2 * T - 1):
        np.testing.assert_allclose(filtered[end], smoothed[end], rtol=1e-12)
    changed = (problem[0].copy(), *problem[1:])
    changed[0][T - 1] = (changed[0][T - 1] + 1) % 4
    again, _ = predict_states(*changed)
    np.testing.assert_array_equal(predicted[:T], again[:T])


def test_an_impossible_observation_gives_minus_infinity(problem):
    index, bounds, group, emission, gamma, delta = problem
    emission[index[2]] = 0.0
    assert forward_backward(index, bounds, group, emission, gamma, delta)[0] == -np.inf


def test_an_empty_sequence_changes_nothing(problem):
    index, bounds, group, emission, gamma, delta = problem
    value = forward_backward(*problem)[0]
    longer = (index, np.append(bounds, 2 * T), np.append(group, 0))
    assert forward_backward(*longer, emission, gamma, delta)[0] == value
    logs = np.log(emission), np.log(gamma), np.log(delta)
    np.testing.assert_array_equal(
        most_likely_path(*longer, *logs)[0],
        most_likely_path(index, bounds, group, *logs)[0],
    )


def test_long_series_do_not_underflow():
    gamma = np.array([[[0.9, 0.1], [0.2, 0.8]]])
    index, bounds = np.zeros(20_000, np.int64), np.array([0, 20_000])
    emission = np.array([[1e-30, 1e-40]])
    value = forward_backward(
        index, bounds, np.array([0]), emission, gamma, np.array([[0.5, 0.5]])
    )[0]
    assert np.isfinite(value)
    assert value < -1e6
