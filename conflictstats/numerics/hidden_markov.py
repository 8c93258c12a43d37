"""Hidden Markov models of counts: the record, its likelihood and what follows from it.

Letters follow Zucchini, MacDonald & Langrock (2016): `gamma` are the transition
matrices, `delta` the initial distributions. Emissions are negative binomial with mean
rate x exposure and variance mean + mean^2 / size; an infinite size is Poisson.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conflictstats.numerics.hidden_markov_emission import (
    CountSequences,
    cumulative_emission,
    log_emission,
)
from conflictstats.numerics.hidden_markov_recursion import (
    forward_backward,
    most_likely_path,
    predict_states,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class HiddenMarkov:
    """Parameters of a count hidden Markov model with m states.

    Parameters
    ----------
    rates : ndarray, shape (m,)
        Expected count a unit of exposure.
    sizes : ndarray, shape (m,)
        Negative-binomial sizes; inf is Poisson.
    gamma : ndarray, shape (G, m, m)
        Transition matrices, one a group of sequences.
    delta : ndarray, shape (G, m)
        Initial distributions.
    """

    rates: Floats
    sizes: Floats
    gamma: Floats
    delta: Floats

    @property
    def n_states(self) -> int:
        """Number of states m."""
        return len(self.rates)


@dataclass(frozen=True, eq=False)
class StateProbabilities:
    """What the data say about the states of each period.

    Parameters
    ----------
    log_likelihood : float
        Of all sequences.
    smoothed : ndarray, shape (T, m)
        Given the whole sequence.
    moves : ndarray, shape (G, m, m)
        Expected numbers of moves.
    first : ndarray, shape (G, m)
        Smoothed probabilities of the first periods, summed over sequences.
    """

    log_likelihood: float
    smoothed: Floats
    moves: Floats
    first: Floats


def stationary_distribution(gamma: Floats) -> Floats:
    """Return the distribution that each transition matrix leaves unchanged.

    Solves delta (I - Gamma + U) = 1, U all ones.

    Parameters
    ----------
    gamma : ndarray, shape (G, m, m)
        Transition matrices.

    Returns
    -------
    ndarray, shape (G, m)
        Stationary distributions.
    """
    m = gamma.shape[1]
    system = np.swapaxes(np.eye(m) - gamma + 1.0, 1, 2)
    delta = np.linalg.solve(system, np.ones((gamma.shape[0], m, 1)))[:, :, 0]
    delta = np.maximum(delta, 0.0)
    return np.asarray(delta / delta.sum(axis=1, keepdims=True))


def _scaled_emission(data: CountSequences, model: HiddenMarkov) -> tuple[Floats, float]:
    """Emission probabilities divided by their row's largest, and the logs taken out."""
    table = log_emission(data, model.rates, model.sizes)
    top = table.max(axis=1)
    top = np.where(np.isfinite(top), top, 0.0)
    return np.exp(table - top[:, None]), float(top[data.index].sum())


def smooth_states(data: CountSequences, model: HiddenMarkov) -> StateProbabilities:
    """Return the log-likelihood and the smoothed state probabilities.

    Parameters
    ----------
    data : CountSequences
        The observations.
    model : HiddenMarkov
        Parameters.

    Returns
    -------
    StateProbabilities
        With a log-likelihood of -inf where the data are impossible.
    """
    emission, taken_out = _scaled_emission(data, model)
    value, smoothed, moves, first = forward_backward(
        data.index, data.bounds, data.group, emission, model.gamma, model.delta
    )
    return StateProbabilities(value + taken_out, smoothed, moves, first)


def pair_weights(data: CountSequences, smoothed: Floats) -> Floats:
    """Sum smoothed probabilities over the periods that share a (count, exposure) pair.

    Returns
    -------
    ndarray, shape (K, m)
        Expected number of periods with each pair in each state.
    """
    k = len(data.count)
    return np.column_stack(
        [np.bincount(data.index, smoothed[:, j], k) for j in range(smoothed.shape[1])]
    )


def decode_states(data: CountSequences, model: HiddenMarkov) -> tuple[Ints, float]:
    """Return the jointly most probable path (Viterbi) and its log-probability.

    Returns
    -------
    path : ndarray of int, shape (T,)
        States numbered from 0.
    log_joint : float
        Log-probability of data and path together.
    """
    with np.errstate(divide="ignore"):
        log_gamma, log_delta = np.log(model.gamma), np.log(model.delta)
    table = log_emission(data, model.rates, model.sizes)
    path, log_joint = most_likely_path(
        data.index, data.bounds, data.group, table, log_gamma, log_delta
    )
    return path, float(log_joint)


def forecast_residuals(data: CountSequences, model: HiddenMarkov) -> Floats:
    """Return the probability of less than, and of at most, each count given its past.

    The ordinary forecast pseudo-residual segment (Zucchini et al., section 6.2): under
    the model a uniform draw from each segment is uniform on (0, 1), independently.

    Returns
    -------
    ndarray, shape (T, 2)
        Lower and upper end; (0, 1) where the count is unknown.
    """
    emission, _ = _scaled_emission(data, model)
    predicted, _ = predict_states(
        data.index, data.bounds, data.group, emission, model.gamma, model.delta
    )
    ends = np.empty((len(data.index), 2))
    for side, count in enumerate((data.count - 1, data.count)):
        table = cumulative_emission(count, data.exposure, model.rates, model.sizes)
        ends[:, side] = (predicted * table[data.index]).sum(axis=1)
    return np.clip(ends, 0.0, 1.0)


def order_states(model: HiddenMarkov) -> HiddenMarkov:
    """Return the same model with its states from the lowest rate to the highest."""
    order = np.argsort(model.rates, kind="stable")
    return HiddenMarkov(
        model.rates[order],
        model.sizes[order],
        np.ascontiguousarray(model.gamma[:, order][:, :, order]),
        np.ascontiguousarray(model.delta[:, order]),
    )


def simulate_states(
    model: HiddenMarkov,
    exposures: list[Floats],
    group: Ints,
    rng: np.random.Generator,
) -> tuple[list[Ints], list[Floats]]:
    """Draw states and counts of the same lengths as the given exposures.

    Parameters
    ----------
    model : HiddenMarkov
        Parameters.
    exposures : list of ndarray, shape (T_s,)
        Exposure of each period of each sequence.
    group : ndarray of int, shape (S,)
        Transition matrix of each sequence.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    states, counts : list of ndarray, shape (T_s,)
        One array a sequence.
    """
    states, counts = [], []
    for exposure, g in zip(exposures, group, strict=True):
        climb = np.cumsum(model.gamma[g], axis=1)
        uniform = rng.random(len(exposure))
        path = np.empty(len(exposure), dtype=np.int64)
        row = np.cumsum(model.delta[g])
        for t, u in enumerate(uniform):
            path[t] = min(np.searchsorted(row, u, side="right"), model.n_states - 1)
            row = climb[path[t]]
        mean = model.rates[path] * exposure
        size = model.sizes[path]
        finite = np.isfinite(size)
        shape = np.where(finite, size, 1.0)
        mixed = np.where(finite, mean * rng.gamma(shape) / shape, mean)
        states.append(path)
        counts.append(rng.poisson(mixed).astype(float))
    return states, counts
