"""The Theil-Sen slope, plain and within seasons, with Sen's interval."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

# Beyond this length all pairwise slopes no longer fit comfortably in memory
# (3,000 periods are 4.5 million slopes), and order statistics are found by counting.
ALL_PAIRS = 3_000


@njit(cache=True)
def _all_slopes(y: Floats, t: Floats) -> Floats:
    n = y.size
    slopes = np.empty(n * (n - 1) // 2)
    k = 0
    for i in range(n):
        for j in range(i + 1, n):
            slopes[k] = (y[j] - y[i]) / (t[j] - t[i])
            k += 1
    return slopes


@njit(cache=True)
def _count_below(y: Floats, t: Floats, bound: float) -> tuple[int, float]:
    """Count pairwise slopes <= bound, and find the largest of them."""
    count = 0
    largest = -np.inf
    for i in range(y.size):
        for j in range(i + 1, y.size):
            slope = (y[j] - y[i]) / (t[j] - t[i])
            if slope <= bound:
                count += 1
                largest = max(largest, slope)
    return count, largest


def _slope_of_rank(y: Floats, t: Floats, rank: int) -> float:
    """Find the slope of a 0-based rank without holding all slopes (bisection)."""
    steepest = float(np.max(np.abs(np.diff(y)) / np.diff(t)))
    # No pairwise slope is steeper than the steepest step between neighbours.
    low, high = -steepest, steepest
    while high - low > 1e-13 * max(1.0, abs(low), abs(high)):
        middle = (low + high) / 2
        if _count_below(y, t, middle)[0] > rank:
            high = middle
        else:
            low = middle
    return float(_count_below(y, t, high)[1])


def theil_sen(
    y: Floats, t: Floats, var_s: float, level: float = 0.95
) -> tuple[float, float, float]:
    """Theil-Sen slope with Sen's interval.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The series without its unknown periods, n >= 2.
    t : ndarray, shape (n,)
        Times, strictly increasing; the slope is per unit of `t`.
    var_s : float
        Variance of Kendall's S (with the correction for autocorrelation if any).
    level : float
        Nominal coverage.

    Returns
    -------
    slope, low, high : float
        Median of all pairwise slopes and the ends of the interval.

    References
    ----------
    Sen (1968), JASA 63, 1379-1389.

    Examples
    --------
    >>> theil_sen(np.array([0.0, 2.0, 4.0]), np.arange(3.0), 0.0)
    (2.0, 2.0, 2.0)
    """
    pairs = y.size * (y.size - 1) // 2
    ranks = _ranks_wanted(pairs, var_s, level)
    if y.size <= ALL_PAIRS:
        ordered = np.sort(_all_slopes(y, t))
        found = [float(ordered[k]) for k in ranks]
    else:
        found = [_slope_of_rank(y, t, k) for k in ranks]
    return (found[0] + found[1]) / 2, found[2], found[3]


def _ranks_wanted(pairs: int, var_s: float, level: float) -> tuple[int, int, int, int]:
    """Ranks (from 0) of the two middle slopes and of the ends of the interval."""
    half = math.sqrt(2) * float(special.erfinv(level)) * math.sqrt(max(var_s, 0.0)) / 2
    low = int(np.clip(round(pairs / 2 - half), 1, pairs)) - 1
    high = int(np.clip(round(pairs / 2 + half) + 1, 1, pairs)) - 1
    return (pairs - 1) // 2, pairs // 2, low, high


def seasonal_theil_sen(
    y: Floats,
    t: Floats,
    season: NDArray[np.int64],
    var_s: float,
    level: float = 0.95,
) -> tuple[float, float, float]:
    """Seasonal Kendall slope: the median of the slopes within seasons.

    Parameters
    ----------
    y, t, var_s, level
        As for `theil_sen`; `var_s` from `seasonal_mann_kendall`.
    season : ndarray of int, shape (n,)
        Season of each period.

    Returns
    -------
    slope, low, high : float
        Per unit of `t`.

    References
    ----------
    Hirsch, Slack and Smith (1982), Water Resources Research 18, 107-121.

    Examples
    --------
    >>> y, season = np.array([1.0, 9.0, 2.0, 10.0]), np.array([0, 1, 0, 1])
    >>> seasonal_theil_sen(y, np.arange(4.0), season, 0.0)
    (0.5, 0.5, 0.5)
    """
    parts = [_all_slopes(y[season == s], t[season == s]) for s in np.unique(season)]
    ordered = np.sort(np.concatenate(parts))
    found = [float(ordered[k]) for k in _ranks_wanted(ordered.size, var_s, level)]
    return (found[0] + found[1]) / 2, found[2], found[3]
