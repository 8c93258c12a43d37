"""Estimate and simulate self-excitation of counts in discrete time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from conflictstats.numerics.bounded_newton import maximise_bounded
from conflictstats.numerics.hawkes_discrete import (
    CountSeries,
    DiscreteObjective,
    lag_shares,
    marked_counts,
)
from conflictstats.numerics.hawkes_draws import pool_covariance
from conflictstats.numerics.hawkes_events import productivity
from conflictstats.numerics.hawkes_inference import invert_information
from conflictstats.numerics.hawkes_sums import mix_rows
from conflictstats.numerics.point_baselines import baseline_design, baseline_offset

Floats = NDArray[np.float64]

LARGEST_SIZE = 1e5
LARGEST_MEAN = 1e7
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


class PooledCounts(NamedTuple):
    """Estimates pooled over draws of the counts.

    Attributes
    ----------
    theta : ndarray, shape (p,)
        Mean over the draws.
    covariance : ndarray, shape (p, p), or None
        W + (1 + 1/R) B; None where no draw determines the parameters.
    share, df : ndarray, shape (p,)
        Share of the variance between the draws, and degrees of freedom.
    log_likelihood : float
        Mean over the draws.
    free : ndarray of bool, shape (p,)
        Parameters off their bounds in at least one draw.
    converged : bool
        Whether every draw reached its optimum.
    n_draws : int
        How many.
    """

    theta: Floats
    covariance: Floats | None
    share: Floats
    df: Floats
    log_likelihood: float
    free: NDArray[np.bool_]
    converged: bool
    n_draws: int


def pool_counts(found: Sequence[DiscreteEstimate], n_counts: int) -> PooledCounts:
    """Pool estimates of several draws by Rubin's rules; one is passed through.

    Parameters
    ----------
    found : sequence of DiscreteEstimate
        One a draw.
    n_counts : int
        Known counts, for the degrees of freedom.
    """
    draws = np.stack([each.theta for each in found])
    free = np.any([each.free for each in found], axis=0)
    within = [invert_information(each.information, each.free) for each in found]
    complete = max(float(n_counts - free.sum()), 1.0)
    covariance, share, df = pool_covariance(draws, within, complete)
    return PooledCounts(
        draws.mean(axis=0), covariance, share, df,
        float(np.mean([each.log_likelihood for each in found])), free,
        all(each.converged for each in found), len(found),
    )  # fmt: skip


def estimate_discrete(
    series: CountSeries, *, excited: bool = True, start: Floats | None = None
) -> DiscreteEstimate:
    """Maximum likelihood estimate for counts, from several starts.

    Parameters
    ----------
    series : CountSeries
        The data and what is estimated.
    excited : bool
        False holds N at zero: the background alone.
    start : ndarray, shape (p,), optional
        The only place to begin.

    Returns
    -------
    DiscreteEstimate
    """
    objective = DiscreteObjective(series, excited=excited)
    lower, upper, reach = discrete_bounds(series)
    climbs = []
    fadings = START_FADING if excited else START_FADING[:1]
    begin = [_start(series, fading, excited=excited) for fading in fadings]
    for here in begin if start is None else [start]:
        low, high = lower.copy(), upper.copy()
        if not excited:
            _, n_at, lag_at, size_at = series.places
            held = np.r_[n_at.ravel(), lag_at:size_at]
            low[held] = high[held] = here[held]
        found = maximise_bounded(objective, here, low, high, reach=reach)
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
    if series.marks is not None:
        place = size_at - 1
        lower[place], upper[place], reach[place] = -5.0, 5.0, 0.5
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
    n = series.counts.shape[1]
    out = _generate(series, theta, _background(series, theta, np.arange(n)), rng)
    return np.where(np.isfinite(series.counts), out, np.nan)


def simulate_future(
    series: CountSeries, theta: Floats, periods: int, rng: np.random.Generator
) -> Floats:
    """Simulate the periods after the last one, given all before, shape (K, h).

    Parameters
    ----------
    series : CountSeries
        The past; unknown counts set off nothing.
    theta : ndarray, shape (p,)
        Parameters.
    periods : int
        h.
    rng : numpy.random.Generator
        Source of randomness.
    """
    _, n_at, lag_at, size_at = series.places
    n = series.counts.shape[1]
    mean = _background(series, theta, n + np.arange(periods))
    shares = lag_shares(series.lags, theta[lag_at:size_at], n + periods)
    delta = float(theta[size_at - 1])
    past = marked_counts(series, delta)[0]
    lag = n + np.arange(periods)[:, None] - np.arange(n)
    mean += theta[n_at] @ (past @ shares[lag - 1].T)
    return _generate(series, theta, mean, rng)


def _background(
    series: CountSeries, theta: Floats, period: NDArray[np.int64]
) -> Floats:
    """Background mean of given periods, shape (K, m)."""
    middle = period.astype(np.float64) + 0.5
    design = baseline_design(series.baseline, middle)
    exposed = np.exp(baseline_offset(series.baseline, middle))
    return np.asarray(exposed * np.exp(mix_rows(theta[series.places[0]], design)))


def _generate(
    series: CountSeries, theta: Floats, mean: Floats, rng: np.random.Generator
) -> Floats:
    """Draw counts one period after the other, adding what each sets off to `mean`."""
    _, n_at, lag_at, size_at = series.places
    k, n = mean.shape
    shares = lag_shares(series.lags, theta[lag_at:size_at], n)
    pool = _mark_pool(series, float(theta[size_at - 1]))
    out = np.zeros((k, n))
    for t in range(n):
        rate = np.minimum(mean[:, t], LARGEST_MEAN)
        if series.negative_binomial:
            size = np.exp(theta[size_at : size_at + k])
            rate = rng.gamma(size, rate / size)
        out[:, t] = rng.poisson(rate)
        weight = out[:, t]
        if pool is not None:
            drawn = zip(pool, weight, strict=True)
            weight = np.array([_sum_of_draws(own, int(y), rng) for own, y in drawn])
        mean[:, t + 1 :] += (theta[n_at] @ weight)[:, None] * shares[: n - t - 1]
    return out


def _sum_of_draws(pool: Floats, count: int, rng: np.random.Generator) -> float:
    """Sum `count` draws with replacement, at no more cost than the pool's size."""
    if count <= pool.size:
        return float(rng.choice(pool, count).sum())
    times = rng.multinomial(count, np.full(pool.size, 1.0 / pool.size))
    return float(times @ pool)


def _mark_pool(series: CountSeries, delta: float) -> list[Floats] | None:
    """Weights of the observed events by stream, to draw from; None without marks."""
    if series.marks is None:
        return None
    k = series.counts.shape[0]
    weight = productivity(series.marks.severity, series.marks.code, k, delta)[0]
    return [weight[series.marks.code == s] for s in range(k)]
