"""Rank-based tests of a trend: Mann-Kendall and relatives, Pettitt's shift.

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
    tau_error : float
        Standard error of tau under no trend.
    """

    s: float
    var_s: float
    tau: float
    z: float
    p: float
    correction: float = 1.0
    tau_error: float = 0.0


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


def _rank_trend(
    s: float, var_s: float, test: tuple[float, float], scale: float, factor: float
) -> RankTrend:
    # S and tau differ by a constant, so their errors do too.
    scale = scale or math.inf
    return RankTrend(
        s=s,
        var_s=var_s,
        tau=s / scale,
        z=test[0],
        p=test[1],
        correction=factor,
        tau_error=math.sqrt(max(var_s, 0.0)) / scale,
    )


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
    scale = math.sqrt(untied * n * (n - 1) / 2)
    return _rank_trend(s, var_s, (z, p), scale, factor)


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
    correction = var_s / independent if independent > 0 else 1.0
    return _rank_trend(s, var_s, (z, p), math.sqrt(untied * pairs), correction)


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
