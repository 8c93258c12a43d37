"""Estimate and simulate self-excitation of counts in discrete time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from conflictstats.numerics.bounded_newton import maximise_bounded
from conflictstats.numerics.hawkes_discrete import (
    CountSeries,
    DiscreteObjective,
    lag_shares,
)
from conflictstats.numerics.hawkes_sums import mix_rows
from conflictstats.numerics.point_baselines import baseline_design

Floats = NDArray[np.float64]

LARGEST_SIZE = 1e5
START_FADING = (0.1, 0.5, 2.0)


class DiscreteEstimate(NamedTuple):
    """A maximum of the likelihood of counts.

    Attributes
    ----------
    theta : ndarray, shape (p,)
        [b by stream | N row by row | lags | log sizes].
    log_likelihood : float
        The maximum.
    information : ndarray, shape (p, p)
        Negative Hessian.
    free : ndarray of bool, shape (p,)
        Parameters off their bounds.
    converged : bool
        Whether the optimum was reached.
    """

    theta: Floats
    log_likelihood: float
    information: Floats
    free: NDArray[np.bool_]
    converged: bool


def estimate_discrete(series: CountSeries, *, excited: bool = True) -> DiscreteEstimate:
    """Maximum likelihood estimate for counts, from several starts.

    Parameters
    ----------
    series : CountSeries
        The data and what is estimated.
    excited : bool
        False holds N at zero: the background alone.

    Returns
    -------
    DiscreteEstimate
    """
    objective = DiscreteObjective(series, excited=excited)
    lower, upper, reach = discrete_bounds(series)
    climbs = []
    for fading in START_FADING if excited else START_FADING[:1]:
        start = _start(series, fading, excited=excited)
        low, high = lower.copy(), upper.copy()
        if not excited:
            _, n_at, lag_at, size_at = series.places
            held = np.r_[n_at.ravel(), lag_at:size_at]
            low[held] = high[held] = start[held]
        found = maximise_bounded(objective, start, low, high, reach=reach)
        free = ~(found.bounded | (found.x <= low) | (found.x >= high))
        climbs.append(
            DiscreteEstimate(
                found.x, found.value, -found.hessian, free, found.converged
            )
        )
    return max(climbs, key=lambda climb: climb.log_likelihood)


def _levels(series: CountSeries) -> NDArray[np.int64]:
    """Places of the log rates of the background, a row a stream."""
    b = series.places[0]
    return b if series.baseline.kind == "piecewise" else b[:, :1]


def _rates(series: CountSeries) -> Floats:
    known = np.isfinite(series.counts)
    total = np.where(known, series.counts, 0.0).sum(axis=1)
    return np.asarray(np.maximum(total / np.maximum(known.sum(axis=1), 1), 1e-3))


def discrete_bounds(series: CountSeries) -> tuple[Floats, Floats, Floats]:
    """Lower and upper bounds and longest steps, each of shape (p,)."""
    _, n_at, lag_at, size_at = series.places
    n = series.counts.shape[1]
    lower, upper = np.full(series.size, -50.0), np.full(series.size, 50.0)
    reach = np.full(series.size, 2.0)
    lower[n_at], upper[n_at], reach[n_at] = 0.0, 20.0, 0.5
    if series.lags == "lomax":
        lower[lag_at], upper[lag_at] = np.log(0.01), np.log(n)
        lower[lag_at + 1], upper[lag_at + 1] = np.log(0.02), np.log(8.0)
    else:
        lower[lag_at], upper[lag_at] = -np.log(n), np.log(30.0)
    level = np.log(_rates(series))[:, None]
    lower[_levels(series)], upper[_levels(series)] = level - 14.0, level + 14.0
    lower[size_at:], upper[size_at:] = np.log(1e-3), np.log(LARGEST_SIZE)
    return lower, upper, reach


def _start(series: CountSeries, fading: float, *, excited: bool) -> Floats:
    _, n_at, lag_at, size_at = series.places
    rate = _rates(series)
    start = np.zeros(series.size)
    start[_levels(series)] = np.log(rate * (0.5 if excited else 1.0))[:, None]
    start[n_at] = 0.5 * rate[:, None] / rate.sum() if excited else 0.0
    start[lag_at] = np.log(fading if series.lags == "geometric" else 1.0 / fading)
    start[size_at:] = 0.7
    return start


def simulate_counts(
    series: CountSeries, theta: Floats, rng: np.random.Generator
) -> Floats:
    """Simulate counts period by period, shape (K, n); unknown ones stay unknown.

    Parameters
    ----------
    series : CountSeries
        The shape of the data.
    theta : ndarray, shape (p,)
        Parameters.
    rng : numpy.random.Generator
        Source of randomness.
    """
    b, n_at, lag_at, size_at = series.places
    k, n = series.counts.shape
    design = baseline_design(series.baseline, np.arange(n, dtype=np.float64) + 0.5)
    mean = np.exp(mix_rows(theta[b], design))
    shares = lag_shares(series.lags, theta[lag_at:size_at], n)
    out = np.zeros((k, n))
    for t in range(n):
        rate = np.minimum(mean[:, t], 1e7)
        if series.negative_binomial:
            size = np.exp(theta[size_at : size_at + k])
            rate = rng.gamma(size, rate / size)
        out[:, t] = rng.poisson(rate)
        later = n - t - 1
        mean[:, t + 1 :] += (theta[n_at] @ out[:, t])[:, None] * shares[:later]
    return np.where(np.isfinite(series.counts), out, np.nan)
