"""Many starts of a hidden Markov model, and how well its parameters are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conflictstats.numerics.hawkes_inference import invert_information
from conflictstats.numerics.hidden_markov import (
    HiddenMarkov,
    decode_states,
    smooth_states,
    stationary_distribution,
)
from conflictstats.numerics.hidden_markov_emission import CountSequences
from conflictstats.numerics.hidden_markov_fit import (
    Shape,
    StartOutcome,
    climb,
    observed_information,
)

Floats = NDArray[np.float64]

SAME_OPTIMUM = 1e-3
"""Log-likelihoods closer than this count as one optimum."""
LEAST_OCCUPANCY = 2.0
"""A state expected to hold fewer periods than this is a single odd day, not a state."""
LEAST_MOVES = 0.01
"""A move expected less often than this sits on the boundary: no standard error."""


@dataclass(frozen=True, eq=False)
class SearchOutcome:
    """The best of many starts.

    Parameters
    ----------
    best : StartOutcome or None
        None if every start ended with a state that is hardly ever visited.
    shape : Shape
        What was free (before states were found to be Poisson).
    n_starts : int
        Starts tried.
    n_at_optimum : int
        Starts whose log-likelihood is the best one's.
    n_rejected : int
        Starts that ended with an occupancy below two periods.
    log_joint : float
        Log-probability of the data and the most likely path together, for ICL.
    """

    best: StartOutcome | None
    shape: Shape
    n_starts: int
    n_at_optimum: int
    n_rejected: int
    log_joint: float


def starting_model(
    data: CountSequences, shape: Shape, rng: np.random.Generator | None
) -> HiddenMarkov:
    """Return a start: rates at quantiles of the observed rates.

    Parameters
    ----------
    data : CountSequences
        The observations.
    shape : Shape
        What is free.
    rng : numpy.random.Generator or None
        None gives evenly spaced quantiles; otherwise quantiles, persistence and sizes
        are drawn.

    Returns
    -------
    HiddenMarkov
        A model with distinct rates.
    """
    m = shape.m
    known = data.exposure[data.index] > 0
    row = data.index[known]
    rate = data.count[row] / data.exposure[row]
    if rng is None:
        at, stay, size = (np.arange(m) + 0.5) / m, 0.9, 5.0
    else:
        at, stay = np.sort(rng.random(m)), rng.uniform(0.5, 0.99)
        size = float(np.exp(rng.uniform(np.log(0.5), np.log(50.0))))
    least = 0.1 * rate.mean() if rate.mean() > 0 else 0.1
    rates = np.maximum(np.quantile(rate, at), least) * (1 + 0.05 * np.arange(m))
    rates[~shape.moving] = 0.0
    gamma = np.full((shape.groups, m, m), (1 - stay) / max(m - 1, 1))
    gamma[:, range(m), range(m)] = stay if m > 1 else 1.0
    return HiddenMarkov(
        rates,
        np.where(shape.negative_binomial, size, np.inf),
        gamma,
        stationary_distribution(gamma),
    )


def search(
    data: CountSequences, shape: Shape, *, n_starts: int, rng: np.random.Generator
) -> SearchOutcome:
    """Climb from many starts and keep the best whose states are all visited.

    Parameters
    ----------
    data : CountSequences
        The observations.
    shape : Shape
        What is free.
    n_starts : int
        How many; the first is the even split by quantiles, the others are drawn.
    rng : numpy.random.Generator
        For the drawn starts.

    Returns
    -------
    SearchOutcome
        The best, and how many starts agree with it.
    """
    tries = n_starts if shape.m > 1 else 1
    ends: list[StartOutcome] = []
    for number in range(tries):
        begin = starting_model(data, shape, rng if number else None)
        ends.append(climb(data, begin, shape))
    kept = [end for end in ends if end.occupancy.min() >= LEAST_OCCUPANCY]
    if not kept:
        return SearchOutcome(None, shape, tries, 0, tries, -np.inf)
    best = max(kept, key=lambda end: end.log_likelihood)
    agree = sum(end.log_likelihood > best.log_likelihood - SAME_OPTIMUM for end in kept)
    log_joint = decode_states(data, best.model)[1]
    rejected = len(ends) - len(kept)
    return SearchOutcome(best, shape, tries, agree, rejected, log_joint)


@dataclass(frozen=True, eq=False)
class StateUncertainty:
    """Standard errors on the scales where they are roughly normal; NaN where held.

    Parameters
    ----------
    log_rate, log_size : ndarray, shape (m,)
        Of the logarithms of rates and sizes.
    stay_logit : ndarray, shape (G, m)
        Of the logit of staying; the expected duration is 1 + exp(logit).
    move_logit : ndarray, shape (G, m, m)
        Of the logit of each move's probability.
    covariance_found : bool
        False if the information matrix is not positive definite.
    """

    log_rate: Floats
    log_size: Floats
    stay_logit: Floats
    move_logit: Floats
    covariance_found: bool


def state_uncertainty(
    data: CountSequences, model: HiddenMarkov, *, stationary: bool
) -> StateUncertainty:
    """Return standard errors from the observed information.

    Moves on the boundary (hardly ever expected), Poisson sizes, zero rates and a free
    initial distribution (known from one period a sequence) are held at their estimate.

    Parameters
    ----------
    data : CountSequences
        The observations.
    model : HiddenMarkov
        The maximum.
    stationary : bool
        Whether the initial distribution is the stationary one.

    Returns
    -------
    StateUncertainty
        By the delta method.
    """
    m, groups = model.n_states, len(model.gamma)
    shape = Shape(
        m, groups, np.isfinite(model.sizes), model.rates > 1e-8, stationary=stationary
    )
    off = ~np.eye(m, dtype=bool)
    theta = shape.pack(model)
    n_rates, n_sizes = int(shape.moving.sum()), int(shape.negative_binomial.sum())
    n_moves = groups * m * (m - 1)
    common = smooth_states(data, model).moves[:, off].ravel() > LEAST_MOVES
    free = np.ones(len(theta), dtype=bool)
    free[n_rates + n_sizes :] = False
    free[n_rates + n_sizes : n_rates + n_sizes + n_moves] = common
    covariance = np.full((len(theta), len(theta)), np.nan)
    inverse = invert_information(observed_information(data, theta, shape), free)
    if inverse is not None:
        covariance[np.ix_(free, free)] = inverse[np.ix_(free, free)]
    spread = np.sqrt(np.diag(covariance))
    log_rate, log_size = np.full(m, np.nan), np.full(m, np.nan)
    log_rate[shape.moving] = spread[:n_rates]
    log_size[shape.negative_binomial] = spread[n_rates : n_rates + n_sizes]
    moves = covariance[
        n_rates + n_sizes : n_rates + n_sizes + n_moves,
        n_rates + n_sizes : n_rates + n_sizes + n_moves,
    ]
    stay, move = _move_errors(model.gamma, moves, common)
    return StateUncertainty(log_rate, log_size, stay, move, inverse is not None)


def _move_errors(
    gamma: Floats, covariance: Floats, common: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Carry the covariance of the move logits over to logits of probabilities.

    With logits eta against staying, d p_k / d eta_l = p_k (1{k=l} - p_l), and
    d logit p = dp / (p (1 - p)).
    """
    groups, m, _ = gamma.shape
    stay, move = np.full((groups, m), np.nan), np.full((groups, m, m), np.nan)
    usable = common.reshape(groups, m, m - 1)
    for g in range(groups):
        for i in range(m):
            to = np.delete(np.arange(m), i)
            free = usable[g, i]
            if not free.any():
                continue
            at = ((g * m + i) * (m - 1) + np.arange(m - 1))[free]
            part = covariance[np.ix_(at, at)]
            p = gamma[g, i]
            for k in (i, *to[free]):
                slope = p[k] * ((to[free] == k) - p[to[free]])
                slope = slope / (p[k] * (1 - p[k]))
                error = np.sqrt(slope @ part @ slope)
                if k == i:
                    stay[g, i] = error
                else:
                    move[g, i, k] = error
    return stay, move
