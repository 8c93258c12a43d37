"""How surely is a break there, and since when: sup statistics and date intervals."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from conflictstats.numerics.segment_noise import dependence, draw_dependent
from conflictstats.numerics.segment_size import Series, best_size
from conflictstats.numerics.segments import segment_cost

Floats = NDArray[np.float64]
_CODE = {"poisson": 0, "nb": 1, "gaussian": 2}


@njit(cache=True)
def _best_split(
    code: int, total: Floats, expo: Floats, square: Floats, r: float, shortest: int
) -> tuple[float, int]:
    n = total.size - 1
    logs = np.empty(0)
    best, where = np.inf, -1
    for k in range(shortest, n - shortest + 1):
        value = segment_cost(code, total[k], expo[k], square[k], r, logs)
        value += segment_cost(
            code,
            total[n] - total[k],
            expo[n] - expo[k],
            square[n] - square[k],
            r,
            logs,
        )
        if value < best:
            best, where = value, k
    return best, where


@njit(cache=True)
def _constant(y: Floats, e: Floats, r: float) -> float:
    value = 0.0
    for i in range(y.size):
        if y[i] > 0:
            value -= 2 * (math.lgamma(y[i] + r * e[i]) - math.lgamma(r * e[i]))
    return value


@njit(cache=True)
def _cost_at(
    y: Floats, e: Floats, total: Floats, expo: Floats, k: int, r: float
) -> float:
    """-2 logL (up to log y!) with a break after k periods; no break if k is 0."""
    n = y.size
    code = 1 if np.isfinite(r) else 0
    logs = np.empty(0)
    value = _constant(y, e, r) if code == 1 else 0.0
    if code == 0:
        for i in range(n):
            value -= 2 * y[i] * math.log(e[i])
    if k > 0:
        value += segment_cost(code, total[k], expo[k], 0.0, r, logs)
    return value + segment_cost(
        code, total[n] - total[k], expo[n] - expo[k], 0.0, r, logs
    )


@njit(cache=True)
def _sup_statistic(code: int, y: Floats, e: Floats, shortest: int) -> tuple[float, int]:
    n = y.size
    total, expo, square = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1)
    centre = y.sum() / e.sum() if code == 2 else 0.0
    for i in range(n):
        z = y[i] - centre * e[i]
        total[i + 1] = total[i] + z
        expo[i + 1] = expo[i] + e[i]
        square[i + 1] = square[i] + z * z / e[i]
    if code != 1:
        split, where = _best_split(code, total, expo, square, 0.0, shortest)
        none = segment_cost(code, total[n], expo[n], square[n], 0.0, np.empty(0))
        if code == 0:
            return none - split, where
        if none <= 0:
            return 0.0, where
        return n * math.log(none / max(split, 1e-12 * none)), where
    whole = best_size(y, e, np.array([n]))
    null = _cost_at(y, e, total, expo, 0, whole)
    best, place = np.inf, -1
    # From the size of the whole series and from Poisson: the size and the position
    # improve each other until the position stays.
    for start in (whole, np.inf):
        r, last = start, -1
        for _ in range(10):
            inner = 1 if np.isfinite(r) else 0
            _, where = _best_split(inner, total, expo, square, r, shortest)
            if where == last:
                break
            last = where
            r = best_size(y, e, np.array([where, n]))
        value = _cost_at(y, e, total, expo, last, r)
        if value < best:
            best, place = value, last
    return null - best, place


def sup_statistic(series: Series) -> tuple[float, int]:
    """Largest likelihood ratio of one break against none, and where it is.

    Parameters
    ----------
    series : Series
        At least twice the shortest segment long.

    Returns
    -------
    statistic : float
        2 (log L with the best break - log L without), each with its own size.
    position : int
        Periods before the break.
    """
    return _sup_statistic(_CODE[series.family], series.y, series.e, series.shortest)


@njit(cache=True)
def _sup_many(code: int, draws: Floats, e: Floats, shortest: int) -> Floats:
    out = np.empty(draws.shape[0])
    for b in range(draws.shape[0]):
        out[b] = _sup_statistic(code, draws[b], e, shortest)[0]
    return out


def draw_counts(
    mean: Floats, e: Floats, size: float, n: int, rng: np.random.Generator
) -> Floats:
    """Draw series of negative-binomial (or Poisson) counts.

    Parameters
    ----------
    mean, e : ndarray, shape (t,)
        Expected count and exposure of each period.
    size : float
        Size at an exposure of one; infinite is Poisson.
    n : int
        Number of series.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (n, t)
        Counts.
    """
    rate = np.broadcast_to(mean, (n, mean.size))
    if math.isfinite(size):
        rate = rng.gamma(size * e, 1.0, (n, mean.size)) * (mean / (size * e))
    return rng.poisson(rate).astype(np.float64)


def bootstrap_p_value(
    series: Series,
    sigma: float,
    size: float,
    n: int,
    rng: np.random.Generator,
    position: NDArray[np.int64] | None = None,
) -> tuple[float, float]:
    """Bootstrap the sup statistic under no break.

    Parameters
    ----------
    series : Series
        The data.
    sigma : float
        Standard deviation of a period, for the Gaussian cost.
    size : float
        Negative-binomial size without a break.
    n : int
        Number of simulated series.
    rng : numpy.random.Generator
        Source of randomness.
    position : ndarray of int, shape (n,), optional
        Period of each count. With it, counts are drawn as autocorrelated as they are
        about their mean, which a break makes look alike too: the test then tells a
        break from autocorrelation and has less power.

    Returns
    -------
    statistic, p : float
        The sup statistic and (1 + number as large) / (n + 1).
    """
    observed, _ = sup_statistic(series)
    mean = series.e * series.y.sum() / series.e.sum()
    if series.family == "gaussian":
        draws = mean + sigma * np.sqrt(series.e) * rng.normal(size=(n, mean.size))
    else:
        rho = 0.0
        if position is not None and math.isfinite(size):
            rho = dependence(series.y, series.e, mean, position, means=1)[1]
        if rho > 0:
            draws = draw_dependent(mean, series.e, (1 / size, rho), n, rng)
        else:
            draws = draw_counts(mean, series.e, size, n, rng)
    null = _sup_many(_CODE[series.family], draws, series.e, series.shortest)
    return observed, float((1 + np.sum(null >= observed - 1e-9)) / (n + 1))


def date_profile(series: Series, size: float, left: int, right: int) -> Floats:
    """Compute twice the log-likelihood lost by moving a break, its neighbours held.

    Parameters
    ----------
    series : Series
        The data, Poisson or negative binomial.
    size : float
        Negative-binomial size.
    left, right : int
        The neighbouring breaks (0 and n at the ends).

    Returns
    -------
    ndarray, shape (right - left - 1,)
        Loss at left + 1, ..., right - 1; infinite where a segment is too short.
    """
    code = 1 if series.family == "nb" and math.isfinite(size) else 0
    total, expo = series.sums.total, series.sums.exposure
    loss: Floats = _date_profile(code, total, expo, size, left, right, series.shortest)
    return loss


@njit(cache=True)
def _date_profile(
    code: int,
    total: Floats,
    expo: Floats,
    r: float,
    left: int,
    right: int,
    shortest: int,
) -> Floats:
    logs = np.empty(0)
    out = np.full(right - left - 1, np.inf)
    for k in range(left + shortest, right - shortest + 1):
        out[k - left - 1] = segment_cost(
            code, total[k] - total[left], expo[k] - expo[left], 0.0, r, logs
        ) + segment_cost(
            code, total[right] - total[k], expo[right] - expo[k], 0.0, r, logs
        )
    out -= np.min(out)
    return out


def date_interval(profile: Floats, left: int, critical: float) -> tuple[int, int]:
    """Invert the likelihood ratio: the earliest and latest date not rejected.

    Parameters
    ----------
    profile : ndarray
        From `date_profile`.
    left : int
        The neighbouring break before.
    critical : float
        Largest loss that is not rejected.

    Returns
    -------
    low, high : int
        First and last position within the critical value.
    """
    inside = np.flatnonzero(profile <= critical + 1e-9) + left + 1
    return int(inside[0]), int(inside[-1])
