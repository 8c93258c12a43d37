"""Rank-based trend: Mann-Kendall and relatives, the Theil-Sen slope, Pettitt's test.

Every function takes a series whose unknown periods are already left out; `t` keeps
the true spacing, so that a gap counts as long as it was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

# Beyond this length all pairwise slopes no longer fit comfortably in memory
# (3,000 periods are 4.5 million slopes), and order statistics are found by counting.
ALL_PAIRS = 3_000


@dataclass(frozen=True, kw_only=True)
class RankTrend:
    """Kendall's S with what is needed to judge it.

    Parameters
    ----------
    s : float
        Concordant minus discordant pairs, Kendall's S.
    var_s : float
        Its variance under no trend, ties and autocorrelation included where asked.
    tau : float
        Kendall's tau-b, in [-1, 1].
    z : float
        Standardised S with continuity correction.
    p : float
        Two-sided normal p-value.
    correction : float
        Factor by which autocorrelation changed the variance (1 without correction).
    """

    s: float
    var_s: float
    tau: float
    z: float
    p: float
    correction: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Pettitt's change in the median.

    Parameters
    ----------
    index : int
        Number of observations before the change.
    u : float
        The largest absolute U.
    p : float
        Approximate two-sided p-value.
    """

    index: int
    u: float
    p: float


@njit(cache=True)
def _kendall_s(y: Floats) -> float:
    s = 0.0
    for i in range(y.size):
        for j in range(i + 1, y.size):
            s += np.sign(y[j] - y[i])
    return s


def _tie_sizes(y: Floats) -> Floats:
    return np.unique(y, return_counts=True)[1].astype(np.float64)


def kendall_variance(y: Floats) -> float:
    """Variance of Kendall's S under no trend, with ties.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The series.

    Returns
    -------
    float
        [n(n-1)(2n+5) - sum t(t-1)(2t+5)] / 18 over the tie groups of size t.

    Examples
    --------
    >>> float(kendall_variance(np.array([1.0, 2.0, 3.0, 4.0])))
    8.666666666666666
    """
    n, ties = float(y.size), _tie_sizes(y)
    tied = float(np.sum(ties * (ties - 1) * (2 * ties + 5)))
    return (n * (n - 1) * (2 * n + 5) - tied) / 18


def _standardise(s: float, var_s: float) -> tuple[float, float]:
    # The continuity correction moves S one step towards zero.
    z = (s - np.sign(s)) / math.sqrt(var_s) if var_s > 0 else 0.0
    return float(z), float(special.erfc(abs(z) / math.sqrt(2)))


def _pairs_untied(y: Floats) -> float:
    ties = _tie_sizes(y)
    return float(y.size * (y.size - 1) / 2 - np.sum(ties * (ties - 1)) / 2)


def mann_kendall(y: Floats, *, factor: float = 1.0) -> RankTrend:
    """Mann-Kendall test of a monotone trend.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The series in time order, n >= 2.
    factor : float
        Variance factor for autocorrelation, from `hamed_rao_factor`.

    Returns
    -------
    RankTrend
        S, its variance, tau-b, z and p. A constant series has z = 0 and p = 1.

    References
    ----------
    Mann (1945), Econometrica 13, 245; Kendall (1975), Rank Correlation Methods.

    Examples
    --------
    >>> mann_kendall(np.array([1.0, 3.0, 2.0, 4.0])).s
    4.0
    """
    n = y.size
    s, var_s = float(_kendall_s(y)), kendall_variance(y) * factor
    z, p = _standardise(s, var_s)
    untied = _pairs_untied(y)
    tau = s / math.sqrt(untied * n * (n - 1) / 2) if untied > 0 else 0.0
    return RankTrend(s=s, var_s=var_s, tau=tau, z=z, p=p, correction=factor)


def hamed_rao_factor(
    y: Floats, t: NDArray[np.int64], slope: float, level: float = 0.95
) -> float:
    """Variance factor for autocorrelation, from the ranks of the detrended series.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The series without its unknown periods, n >= 3.
    t : ndarray of int, shape (n,)
        Period numbers, increasing; gaps are allowed and shorten the sums.
    slope : float
        Theil-Sen slope per period, taken out before the ranks.
    level : float
        Only autocorrelations outside this band around zero enter.

    Returns
    -------
    float
        1 + 2/(n(n-1)(n-2)) sum_i (n-i)(n-i-1)(n-i-2) rho(i), at least 1/n.

    References
    ----------
    Hamed and Rao (1998), Journal of Hydrology 204, 182-196.

    Examples
    --------
    >>> y = np.repeat([1.0, 5.0, 2.0, 6.0], 6)
    >>> hamed_rao_factor(y, np.arange(24), 0.0) > 1.5
    True
    """
    n = y.size
    ranks = _mid_ranks(y - slope * t)
    width = int(t[-1] - t[0]) + 1
    centred, known = np.zeros(width), np.zeros(width)
    centred[t - t[0]], known[t - t[0]] = ranks - ranks.mean(), 1.0
    spread = float(np.sum(centred**2))
    if spread == 0:
        return 1.0
    lags = np.arange(1, n)
    lags = lags[lags < width]
    # Pairs both of whose periods are known; with no gaps this is n - lag.
    products = np.array([np.sum(centred[lag:] * centred[:-lag]) for lag in lags])
    pairs = np.array([np.sum(known[lag:] * known[:-lag]) for lag in lags])
    full = np.maximum(n - lags, 1)
    rho = products / spread * np.where(pairs > 0, full / np.maximum(pairs, 1), 0.0)
    bound = math.sqrt(2) * float(special.erfinv(level)) / math.sqrt(n)
    weights = (n - lags) * (n - lags - 1.0) * (n - lags - 2.0)
    total = float(np.sum((weights * rho)[np.abs(rho) > bound]))
    # Strong negative autocorrelation can drive the estimate below zero, which no
    # variance is; the floor keeps the test defined.
    return max(1 + 2 * total / (n * (n - 1.0) * (n - 2.0)), 1 / n)


def _mid_ranks(y: Floats) -> Floats:
    _, where, sizes = np.unique(y, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    return np.asarray((last - (sizes - 1) / 2)[where])


def seasonal_mann_kendall(
    y: Floats, season: NDArray[np.int64], year: NDArray[np.int64], *, dependent: bool
) -> RankTrend:
    """Mann-Kendall within each season, summed over the seasons.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The series without its unknown periods.
    season, year : ndarray of int, shape (n,)
        The season of each period (month of the year) and its cycle (year).
    dependent : bool
        Add the covariances between seasons (Hirsch and Slack 1984), which keeps
        the size when the series is autocorrelated within a year.

    Returns
    -------
    RankTrend
        S and variance summed over seasons; tau-b pooled over the same pairs.

    References
    ----------
    Hirsch, Slack and Smith (1982), Water Resources Research 18, 107-121.
    Hirsch and Slack (1984), Water Resources Research 20, 727-732.

    Examples
    --------
    >>> year, season = np.divmod(np.arange(8), 2)
    >>> y = np.array([1.0, 9.0, 2.0, 8.0, 3.0, 7.0, 4.0, 6.0])
    >>> seasonal_mann_kendall(y, season, year, dependent=False).s
    0.0
    """
    s = independent = untied = pairs = 0.0
    seasons = np.unique(season)
    for which in seasons:
        part = y[season == which]
        s += float(_kendall_s(part))
        independent += kendall_variance(part)
        untied += _pairs_untied(part)
        pairs += part.size * (part.size - 1) / 2
    var_s = independent
    if dependent:
        years = np.unique(year)
        seen, grid = np.zeros((2, years.size, seasons.size))
        rows, columns = np.searchsorted(years, year), np.searchsorted(seasons, season)
        seen[rows, columns], grid[rows, columns] = 1.0, y
        var_s = max(independent + _season_covariances(grid, seen), 1.0)
    z, p = _standardise(s, var_s)
    tau = s / math.sqrt(untied * pairs) if untied > 0 else 0.0
    correction = var_s / independent if independent > 0 else 1.0
    return RankTrend(s=s, var_s=var_s, tau=tau, z=z, p=p, correction=correction)


def _season_covariances(grid: Floats, seen: Floats) -> float:
    """Sum of the covariances of S between different seasons (Dietz-Killeen)."""
    n, m = grid.shape
    signs = np.sign(grid[:, None, :] - grid[None, :, :])
    signs *= seen[:, None, :] * seen[None, :, :]
    count = seen.sum(axis=0)
    ranks = (count + 1 + signs.sum(axis=1)) / 2
    flat = signs.reshape(n * n, m)
    concordance = flat.T @ flat / 2
    products = 4 * ranks.T @ ranks - n * np.outer(count + 1, count + 1)
    covariances = (concordance + products) / 3
    return float(covariances.sum() - np.trace(covariances))


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


def pettitt(y: Floats) -> Shift:
    """Pettitt's test of one change in the median.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The series without its unknown periods.

    Returns
    -------
    Shift
        Where |U| is largest, that U, and p = 2 exp(-6 U^2 / (n^3 + n^2)).

    References
    ----------
    Pettitt (1979), Applied Statistics 28, 126-135.

    Examples
    --------
    >>> pettitt(np.array([1.0, 2.0, 1.0, 9.0, 8.0, 9.0])).index
    3
    """
    n = y.size
    u = 2 * np.cumsum(_mid_ranks(y)) - np.arange(1, n + 1) * (n + 1)
    index = int(np.argmax(np.abs(u)))
    largest = float(abs(u[index]))
    p = min(1.0, 2 * math.exp(-6 * largest**2 / (n**3 + n**2)))
    return Shift(index=index + 1, u=largest, p=p)
