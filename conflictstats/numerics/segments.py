"""Exact segmentation of a series: dynamic programming, and pruning for long series.

A segmentation splits y_1..y_n after the positions `breaks`; each segment has its own
rate. Costs are -2 times the maximised log-likelihood of a segment without the terms
that no segmentation changes (`offset_cost` gives those back), so a penalty of
2 log n a break is BIC. A segment without a single event costs 0, not 0 log 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import special

from conflictstats.numerics.segment_functional import prune

Floats = NDArray[np.float64]
Family = Literal["poisson", "nb", "gaussian"]
_CODE = {"poisson": 0, "nb": 1, "gaussian": 2, "table": 3}
# Totals up to this many have their logarithms tabulated (8 MB).
_TABLE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Cumulated sums from which every segment's cost follows.

    Parameters
    ----------
    total, exposure, square : ndarray, shape (n + 1,)
        Sums of y, of the exposure e, and of y^2 / e (centred), over the first t.
    logs : ndarray
        log(0), log(1), ... up to the largest sum, where all sums are whole numbers;
        else empty. Reading a logarithm is a third of the work of computing it.
    """

    total: Floats
    exposure: Floats
    square: Floats
    logs: Floats


def cumulate(y: Floats, exposure: Floats | None, family: Family) -> Sums:
    """Prepare the cumulated sums of a series.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Counts (or real values for the Gaussian cost).
    exposure : ndarray, shape (n,), or None
        Exposure of each period; None is one for each.
    family : {"poisson", "nb", "gaussian"}
        The Gaussian cost is centred first, which keeps its digits.

    Returns
    -------
    Sums
        Arrays of length n + 1 that begin at zero.

    Examples
    --------
    >>> cumulate(np.array([1.0, 2.0]), None, "poisson").total
    array([0., 1., 3.])
    """
    e = np.ones(y.size) if exposure is None else exposure
    centre = float(y.sum() / e.sum()) if family == "gaussian" else 0.0
    z = y - centre * e

    def grow(x: Floats) -> Floats:
        return np.concatenate([[0.0], np.cumsum(x)])

    total, whole = grow(z), exposure is None and bool(np.all(z == np.floor(z)))
    top = int(max(total[-1], y.size)) if whole and total[-1] < _TABLE else -1
    logs = np.log(np.maximum(np.arange(top + 1.0), 0.5))
    return Sums(total=total, exposure=grow(e), square=grow(z * z / e), logs=logs)


@njit(cache=True, inline="always")
def segment_cost(
    code: int, s: float, e: float, q: float, r: float, logs: Floats
) -> float:
    """-2 log-likelihood of a segment: total s, exposure e, square sum q, size r."""
    if code == 3:
        tabled: float = logs[int(s)] - logs[int(e)]
        return -2.0 * s * (tabled - 1.0)
    if code == 2:
        return q - s * s / e
    if s <= 0.0:
        return 0.0
    if code == 0:
        return -2.0 * (s * math.log(s / e) - s)
    k = r * e
    value: float = s * math.log1p(k / s) + k * math.log1p(s / k)
    return 2.0 * value


@njit(cache=True)
def _optimal(
    code: int,
    total: Floats,
    expo: Floats,
    square: Floats,
    logs: Floats,
    r: float,
    shortest: int,
    m: int,
) -> tuple[Floats, NDArray[np.int64]]:
    n = total.size - 1
    best = np.full((n + 1, m + 1), np.inf)
    last = np.zeros((n + 1, m + 1), dtype=np.int64)
    for t in range(shortest, n + 1):
        best[t, 0] = segment_cost(code, total[t], expo[t], square[t], r, logs)
        for s in range(shortest, t - shortest + 1):
            c = segment_cost(
                code,
                total[t] - total[s],
                expo[t] - expo[s],
                square[t] - square[s],
                r,
                logs,
            )
            # A prefix of s periods holds at most s // shortest segments.
            for j in range(1, min(m, s // shortest) + 1):
                value = best[s, j - 1] + c
                if value < best[t, j]:
                    best[t, j] = value
                    last[t, j] = s
    return best, last


def optimal_paths(
    sums: Sums, family: Family, size: float, shortest: int, most: int
) -> tuple[list[tuple[int, ...]], Floats]:
    """Best segmentation for every number of breaks from 0 to `most`.

    Parameters
    ----------
    sums : Sums
        From `cumulate`, for n periods.
    family : {"poisson", "nb", "gaussian"}
        Cost; "nb" with an infinite size is Poisson.
    size : float
        Negative-binomial size common to all segments, at an exposure of one.
    shortest : int
        Shortest segment in periods.
    most : int
        Largest number of breaks.

    Returns
    -------
    breaks : list of tuple of int
        For each number of breaks that fits, the periods before each break.
    costs : ndarray
        Their costs.

    References
    ----------
    Auger and Lawrence (1989), Bulletin of Mathematical Biology 51, 39-54.

    Examples
    --------
    >>> sums = cumulate(np.array([1.0, 1, 1, 9, 9, 9]), None, "poisson")
    >>> optimal_paths(sums, "poisson", np.inf, 1, 1)[0]
    [(), (3,)]
    """
    code, r = _code(family, size, sums)
    n = sums.total.size - 1
    most = min(most, n // shortest - 1)
    best, last = _optimal(
        code, sums.total, sums.exposure, sums.square, sums.logs, r, shortest, most
    )
    found = []
    for m in range(most + 1):
        t, breaks = n, []
        for j in range(m, 0, -1):
            t = int(last[t, j])
            breaks.append(t)
        found.append(tuple(reversed(breaks)))
    return found, best[n].copy()


def _code(family: Family, size: float, sums: Sums) -> tuple[int, float]:
    if family == "nb" and np.isfinite(size):
        return _CODE["nb"], size
    if family == "gaussian":
        return _CODE["gaussian"], 0.0
    return (_CODE["poisson"] if sums.logs.size == 0 else _CODE["table"]), 0.0


@njit(cache=True)
def _pelt(
    total: Floats, expo: Floats, square: Floats, shortest: int, penalty: float
) -> tuple[float, NDArray[np.int64]]:
    n = total.size - 1
    best = np.full(n + 1, np.inf)
    best[0] = -penalty
    last = np.zeros(n + 1, dtype=np.int64)
    keep = np.zeros(n + 1, dtype=np.int64)
    # When a candidate may go: the periods that prove it useless must themselves be
    # able to start a segment, which takes `shortest` more of them.
    leave = np.full(n + 1, n + 1, dtype=np.int64)
    value = np.empty(n + 1)
    kept = 0
    for t in range(shortest, n + 1):
        start = t - shortest
        if start == 0 or start >= shortest:
            keep[kept] = start
            kept += 1
        for i in range(kept):
            s = keep[i]
            z = total[t] - total[s]
            cost = square[t] - square[s] - z * z / (expo[t] - expo[s])
            value[i] = best[s] + cost
            if value[i] + penalty < best[t]:
                best[t] = value[i] + penalty
                last[t] = s
        # Nothing but Killick's inequality is needed: the costs are minimised -2 logL,
        # so splitting a segment never costs more before the penalty.
        alive = 0
        for i in range(kept):
            s = keep[i]
            if value[i] > best[t] and leave[s] > t + shortest:
                leave[s] = t + shortest
            if leave[s] > t + 1:
                keep[alive] = s
                alive += 1
        kept = alive
    return best[n], last


def pelt(
    sums: Sums, family: Family, size: float, shortest: int, penalty: float
) -> tuple[tuple[int, ...], float]:
    """Exact best segmentation under a penalty for each break, pruned.

    PELT for the Gaussian cost; counts are pruned by functions of the rate.

    Parameters
    ----------
    sums : Sums
        From `cumulate`, for n >= shortest periods.
    family : {"poisson", "nb", "gaussian"}
        Cost.
    size : float
        Negative-binomial size common to all segments.
    shortest : int
        Shortest segment in periods.
    penalty : float
        Added for each break, on the scale of -2 log-likelihood.

    Returns
    -------
    breaks : tuple of int
        Periods before each break.
    cost : float
        Cost without the penalties.

    References
    ----------
    Killick, Fearnhead and Eckley (2012), JASA 107, 1590-1598. Maidstone, Hocking,
    Rigaill and Fearnhead (2017), Statistics and Computing 27, 519-533.

    Examples
    --------
    >>> sums = cumulate(np.array([1.0, 1, 1, 9, 9, 9]), None, "poisson")
    >>> pelt(sums, "poisson", np.inf, 1, 3.6)[0]
    (3,)
    """
    if family == "gaussian":
        cost, last = _pelt(sums.total, sums.exposure, sums.square, shortest, penalty)
    else:
        r = size if family == "nb" else math.inf
        cost, last = prune(sums.total, sums.exposure, r, shortest, penalty)
    breaks, t = [], int(last[-1])
    while t > 0:
        breaks.append(t)
        t = int(last[t])
    return tuple(reversed(breaks)), float(cost) - penalty * len(breaks)


def penalty_paths(
    sums: Sums,
    family: Family,
    size: float,
    shortest: int,
    bounds: tuple[float, float],
) -> dict[int, tuple[tuple[int, ...], float]]:
    """All segmentations that are best under some penalty between two bounds (CROPS).

    Parameters
    ----------
    sums, family, size, shortest
        As for `pelt`.
    bounds : (float, float)
        Smallest and largest penalty.

    Returns
    -------
    dict
        Number of breaks → (breaks, cost). Numbers that no penalty favours are absent.

    References
    ----------
    Haynes, Eckley and Fearnhead (2017), JCGS 26, 134-143.

    Examples
    --------
    >>> sums = cumulate(np.array([1.0, 1, 1, 9, 9, 9]), None, "poisson")
    >>> sorted(penalty_paths(sums, "poisson", np.inf, 1, (3.6, 99.0)))
    [0, 1]
    """
    found = {}
    ends = []
    for bound in bounds:
        breaks, cost = pelt(sums, family, size, shortest, bound)
        found[len(breaks)] = (breaks, cost)
        ends.append((len(breaks), cost))
    todo = [(ends[0], ends[1])]
    while todo:
        (many, low), (few, high) = todo.pop()
        if many <= few + 1:
            continue
        between = (high - low) / (many - few)
        breaks, cost = pelt(sums, family, size, shortest, between)
        if len(breaks) in (many, few) or len(breaks) in found:
            continue
        found[len(breaks)] = (breaks, cost)
        todo += [((many, low), (len(breaks), cost)), ((len(breaks), cost), (few, high))]
    return found


def offset_cost(
    y: Floats, exposure: Floats | None, family: Family, size: float
) -> float:
    """Compute the part of -2 log-likelihood that no segmentation changes.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Counts.
    exposure : ndarray, shape (n,), or None
        Exposure of each period.
    family : {"poisson", "nb"}
        Family; the Gaussian has its own likelihood from the residual sum.
    size : float
        Negative-binomial size at an exposure of one.

    Returns
    -------
    float
        To be added to a cost.

    Examples
    --------
    >>> round(offset_cost(np.array([0.0, 2.0]), None, "poisson", np.inf), 6)
    1.386294
    """
    e = np.ones(y.size) if exposure is None else exposure
    if family == "poisson" or not np.isfinite(size):
        return float(-2 * np.sum(special.xlogy(y, e) - special.gammaln(y + 1)))
    k = size * e
    return float(
        -2
        * np.sum(special.gammaln(y + k) - special.gammaln(k) - special.gammaln(y + 1))
    )
