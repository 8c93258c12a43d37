"""The recursions of a hidden Markov model: forward-backward, filter, Viterbi.

Letters follow Zucchini, MacDonald & Langrock (2016), chapters 2-5. A sequence is
stored as an index into a short table of distinct (count, exposure) pairs, so that the
emission probabilities are computed once a pair and not once a day.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True)
def forward_backward(
    index: Ints,
    bounds: Ints,
    group: Ints,
    emission: Floats,
    gamma: Floats,
    delta: Floats,
) -> tuple[float, Floats, Floats, Floats]:
    """Run the scaled forward and backward recursions over all sequences.

    Parameters
    ----------
    index : ndarray of int, shape (T,)
        Row of `emission` for each period, sequences one after another.
    bounds : ndarray of int, shape (S + 1,)
        Where each sequence begins; the last entry is T.
    group : ndarray of int, shape (S,)
        Which transition matrix each sequence uses.
    emission : ndarray, shape (K, m)
        Probability of each distinct observation in each state, up to a factor a row.
    gamma : ndarray, shape (G, m, m)
        Transition matrices.
    delta : ndarray, shape (G, m)
        Initial distributions.

    Returns
    -------
    log_likelihood : float
        Without the factors taken out of `emission`; -inf where impossible.
    smoothed : ndarray, shape (T, m)
        Probability of each state given the whole sequence.
    moves : ndarray, shape (G, m, m)
        Expected number of moves from state to state.
    first : ndarray, shape (G, m)
        Sum of the smoothed probabilities of the first periods.
    """
    alpha = np.empty((index.shape[0], gamma.shape[1]))
    scale = np.empty(index.shape[0])
    log_likelihood = 0.0
    smoothed = np.zeros_like(alpha)
    moves = np.zeros_like(gamma)
    first = np.zeros_like(delta)
    for s in range(group.shape[0]):
        g = group[s]
        part = slice(bounds[s], bounds[s + 1])
        if not _forward(
            index[part], emission, gamma[g], delta[g], alpha[part], scale[part]
        ):
            return -np.inf, smoothed, moves, first
        log_likelihood += np.log(scale[part]).sum()
        _backward(
            index[part],
            emission,
            gamma[g],
            alpha[part],
            scale[part],
            smoothed[part],
            moves[g],
        )
        if bounds[s + 1] > bounds[s]:
            first[g] += smoothed[bounds[s]]
    return log_likelihood, smoothed, moves, first


@njit(cache=True)
def _forward(
    index: Ints,
    emission: Floats,
    gamma: Floats,
    delta: Floats,
    alpha: Floats,
    scale: Floats,
) -> bool:
    """Fill the scaled forward probabilities; False where the data are impossible."""
    m = gamma.shape[0]
    for t in range(index.shape[0]):
        c = 0.0
        for j in range(m):
            p = delta[j] if t == 0 else 0.0
            if t > 0:
                for i in range(m):
                    p += alpha[t - 1, i] * gamma[i, j]
            alpha[t, j] = p * emission[index[t], j]
            c += alpha[t, j]
        if not c > 0.0:
            return False
        scale[t] = c
        for j in range(m):
            alpha[t, j] /= c
    return True


@njit(cache=True)
def _backward(
    index: Ints,
    emission: Floats,
    gamma: Floats,
    alpha: Floats,
    scale: Floats,
    smoothed: Floats,
    moves: Floats,
) -> None:
    """Fill the smoothed probabilities and add the expected moves."""
    m = gamma.shape[0]
    beta, ahead = np.ones(m), np.empty(m)
    for t in range(index.shape[0] - 1, -1, -1):
        norm = 0.0
        for j in range(m):
            smoothed[t, j] = alpha[t, j] * beta[j]
            norm += smoothed[t, j]
            ahead[j] = emission[index[t], j] * beta[j] / scale[t]
        for j in range(m):
            smoothed[t, j] /= norm
        if t == 0:
            return
        for i in range(m):
            beta[i] = 0.0
            for j in range(m):
                part = gamma[i, j] * ahead[j]
                moves[i, j] += alpha[t - 1, i] * part
                beta[i] += part


@njit(cache=True)
def predict_states(
    index: Ints,
    bounds: Ints,
    group: Ints,
    emission: Floats,
    gamma: Floats,
    delta: Floats,
) -> tuple[Floats, Floats]:
    """Return the state distributions given the past alone, and the filtered ones.

    Parameters
    ----------
    index, bounds, group, emission, gamma, delta
        As in `forward_backward`.

    Returns
    -------
    predicted : ndarray, shape (T, m)
        Given the periods before t: the weights of the one-step forecast.
    filtered : ndarray, shape (T, m)
        Given the periods up to and including t.
    """
    m = gamma.shape[1]
    predicted = np.zeros((index.shape[0], m))
    filtered = np.zeros((index.shape[0], m))
    for s in range(group.shape[0]):
        g = group[s]
        for t in range(bounds[s], bounds[s + 1]):
            c = 0.0
            for j in range(m):
                if t == bounds[s]:
                    p = delta[g, j]
                else:
                    p = 0.0
                    for i in range(m):
                        p += filtered[t - 1, i] * gamma[g, i, j]
                predicted[t, j] = p
                filtered[t, j] = p * emission[index[t], j]
                c += filtered[t, j]
            for j in range(m):
                filtered[t, j] /= c
    return predicted, filtered


@njit(cache=True)
def most_likely_path(
    index: Ints,
    bounds: Ints,
    group: Ints,
    log_emission: Floats,
    log_gamma: Floats,
    log_delta: Floats,
) -> tuple[Ints, float]:
    """Return the jointly most probable states (Viterbi) and their log-probability.

    Parameters
    ----------
    index, bounds, group
        As in `forward_backward`.
    log_emission : ndarray, shape (K, m)
        Log-probability of each distinct observation in each state.
    log_gamma : ndarray, shape (G, m, m)
        Logs of the transition matrices; -inf where a move is impossible.
    log_delta : ndarray, shape (G, m)
        Logs of the initial distributions.

    Returns
    -------
    path : ndarray of int, shape (T,)
        States numbered from 0.
    log_joint : float
        Log-probability of the observations and this path together.
    """
    m = log_gamma.shape[1]
    total = index.shape[0]
    path = np.zeros(total, dtype=np.int64)
    back = np.zeros((total, m), dtype=np.int64)
    best = np.empty(m)
    following = np.empty(m)
    log_joint = 0.0
    for s in range(group.shape[0]):
        g = group[s]
        start, stop = bounds[s], bounds[s + 1]
        if stop == start:
            continue
        for j in range(m):
            best[j] = log_delta[g, j] + log_emission[index[start], j]
        for t in range(start + 1, stop):
            for j in range(m):
                top, where = -np.inf, 0
                for i in range(m):
                    value = best[i] + log_gamma[g, i, j]
                    if value > top:
                        top, where = value, i
                following[j] = top + log_emission[index[t], j]
                back[t, j] = where
            best[:] = following
        state = np.argmax(best)
        log_joint += best[state]
        for t in range(stop - 1, start - 1, -1):
            path[t] = state
            state = back[t, state]
    return path, log_joint
