"""Segmentations with their own negative-binomial size, and what penalties say of them.

A common size estimated together with the breaks can absorb them (a small size explains
any jump as noise), so it is profiled outside the search: for every number of breaks the
likelihood is maximised over the size *and* the positions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from conflictstats.numerics.segments import (
    Family,
    Sums,
    cumulate,
    offset_cost,
    optimal_paths,
    pelt,
    penalty_paths,
)

Floats = NDArray[np.float64]

# A size above this is Poisson to all digits that matter.
LARGEST_SIZE = 1e6


@dataclass(frozen=True, kw_only=True)
class Segmentation:
    """One segmentation and its likelihood.

    Parameters
    ----------
    breaks : tuple of int
        Periods before each break.
    size : float
        Negative-binomial size of a period of average exposure; infinite is Poisson.
    neg2ll : float
        -2 log-likelihood, constants included.
    lengths : tuple of int
        Periods in each segment.
    """

    breaks: tuple[int, ...]
    size: float
    neg2ll: float
    lengths: tuple[int, ...]

    def criteria(self, family: Family) -> dict[str, float]:
        """Compute AIC, BIC and the modified BIC of Zhang and Siegmund (2007).

        Parameters
        ----------
        family : {"poisson", "nb", "gaussian"}
            The size (or the variance) counts as one more parameter.

        Returns
        -------
        dict
            With keys aic, bic, mbic; smaller is better.
        """
        n, m = sum(self.lengths), len(self.breaks)
        parameters = 2 * m + 1 + (family != "poisson")
        shares = sum(math.log(length / n) for length in self.lengths)
        return {
            "aic": self.neg2ll + 2 * parameters,
            "bic": self.neg2ll + math.log(n) * parameters,
            "mbic": self.neg2ll + 3 * m * math.log(n) + shares,
        }


def calibrated_penalty(n: int) -> float:
    """Return the cost of a break at which one series in twenty without one gets one.

    Parameters
    ----------
    n : int
        Known periods.

    Returns
    -------
    float
        On the scale of -2 log-likelihood. BIC's 2 log n is enough from 234 periods on;
        below, it is too little for overdispersed counts, whose size is estimated with
        the breaks. The line through the simulated quantiles is from
        `benchmarks/calibrate_breaks.py`, for a shortest segment of three periods.

    Examples
    --------
    >>> [round(calibrated_penalty(n), 1) for n in (24, 120, 1000)]
    [9.4, 10.5, 13.8]
    """
    log_n = math.log(n)
    return max(2 * log_n, 7.2 + 0.68 * log_n)


@njit(cache=True)
def _size_loglik(
    r: float, y: Floats, e: Floats, weight: Floats, s: Floats, k: Floats
) -> float:
    value = 0.0
    for i in range(y.size):
        if y[i] > 0:
            value += weight[i] * (math.lgamma(y[i] + r * e[i]) - math.lgamma(r * e[i]))
    for j in range(s.size):
        if s[j] > 0:
            b = r * k[j]
            value -= s[j] * math.log1p(b / s[j]) + b * math.log1p(s[j] / b)
    return value


@njit(cache=True)
def best_size(y: Floats, e: Floats, ends: NDArray[np.int64]) -> float:
    """Maximise the likelihood over the size, given the segments.

    Parameters
    ----------
    y, e : ndarray, shape (n,)
        Counts and exposures.
    ends : ndarray of int
        End of each segment; the last is n.

    Returns
    -------
    float
        The size; infinite where the counts are not overdispersed.
    """
    s, k = np.zeros(ends.size), np.zeros(ends.size)
    start, score, alike = 0, 0.0, True
    for j in range(ends.size):
        s[j], k[j] = y[start : ends[j]].sum(), e[start : ends[j]].sum()
        for i in range(start, ends[j]):
            mean = s[j] / k[j] * e[i]
            score += ((y[i] - mean) ** 2 - y[i]) / e[i]
            alike = alike and e[i] == 1.0
        start = ends[j]
    # The slope of the likelihood in 1/size at Poisson: no overdispersion, no size.
    if score <= 0:
        return np.inf
    values, weight = y, np.ones(y.size)
    if alike:
        # Equal counts are evaluated once.
        values = np.unique(y)
        weight = np.zeros(values.size)
        for i in range(y.size):
            weight[np.searchsorted(values, y[i])] += 1
    exposure = e[: values.size]
    low, high = math.log(1e-4), math.log(2 * LARGEST_SIZE)
    golden = (math.sqrt(5.0) - 1) / 2
    a, b = high - golden * (high - low), low + golden * (high - low)
    fa = _size_loglik(math.exp(a), values, exposure, weight, s, k)
    fb = _size_loglik(math.exp(b), values, exposure, weight, s, k)
    while high - low > 1e-8:
        if fa > fb:
            high, b, fb = b, a, fa
            a = high - golden * (high - low)
            fa = _size_loglik(math.exp(a), values, exposure, weight, s, k)
        else:
            low, a, fa = a, b, fb
            b = low + golden * (high - low)
            fb = _size_loglik(math.exp(b), values, exposure, weight, s, k)
    size = math.exp((low + high) / 2)
    return size if size < LARGEST_SIZE else np.inf


@dataclass(frozen=True, kw_only=True)
class Series:
    """A series ready to be segmented.

    Parameters
    ----------
    y, e : ndarray, shape (n,)
        Counts and exposures (mean one); unknown periods are already left out.
    family : {"poisson", "nb", "gaussian"}
        Cost.
    shortest : int
        Shortest segment in periods.
    sums : Sums
        Cumulated sums of y and e.
    """

    y: Floats
    e: Floats
    family: Family
    shortest: int
    sums: Sums


def prepare(
    y: Floats, exposure: Floats | None, family: Family, shortest: int
) -> Series:
    """Bring the exposures to a mean of one and cumulate.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Counts.
    exposure : ndarray, shape (n,), or None
        Exposure of each period.
    family : {"poisson", "nb", "gaussian"}
        Cost. The size of the negative binomial is proportional to exposure, as for a
        period that is covered for part of its days.
    shortest : int
        Shortest segment in periods.

    Returns
    -------
    Series
        Ready for `paths` and `pruned_paths`.
    """
    even = exposure is None or bool(np.all(exposure == exposure[0]))
    e = np.ones(y.size) if even or exposure is None else exposure / exposure.mean()
    sums = cumulate(y, None if even else e, family)
    return Series(y=y, e=e, family=family, shortest=shortest, sums=sums)


def describe(
    series: Series, breaks: tuple[int, ...], size: float | None
) -> Segmentation:
    """Compute the likelihood of given breaks, the size estimated unless given.

    Parameters
    ----------
    series : Series
        From `prepare`.
    breaks : tuple of int
        Periods before each break.
    size : float or None
        Negative-binomial size, or None to estimate it.

    Returns
    -------
    Segmentation
        With constants in its likelihood.
    """
    n = series.y.size
    ends = np.array([*breaks, n], dtype=np.int64)
    edges = np.array([0, *ends])
    totals = np.diff(series.sums.total[edges])
    exposures = np.diff(series.sums.exposure[edges])
    lengths = tuple(int(x) for x in np.diff(edges))
    if series.family == "gaussian":
        squares = np.diff(series.sums.square[edges])
        whole = series.sums.square[-1] - series.sums.total[-1] ** 2 / n
        # Noise-free data would have an infinite likelihood; rounding is the floor.
        rss = max(float(np.sum(squares - totals**2 / exposures)), 1e-12 * whole, 1e-300)
        neg2ll = n * (math.log(rss / n) + 1 + math.log(2 * math.pi))
        return Segmentation(
            breaks=breaks, size=math.inf, neg2ll=neg2ll, lengths=lengths
        )
    if series.family == "poisson":
        size = math.inf
    elif size is None:
        size = float(best_size(series.y, series.e, ends))
    positive = totals > 0
    s, k = totals[positive], exposures[positive]
    if math.isfinite(size):
        cost = 2 * np.sum(
            s * np.log1p(size * k / s) + size * k * np.log1p(s / size / k)
        )
    else:
        cost = -2 * np.sum(s * np.log(s / k) - s)
    constant = offset_cost(series.y, series.e, series.family, size)
    neg2ll = float(cost) + constant
    return Segmentation(breaks=breaks, size=size, neg2ll=neg2ll, lengths=lengths)


def paths(series: Series, most: int, size: float | None = None) -> list[Segmentation]:
    """Best segmentation for each number of breaks, over positions and size.

    Parameters
    ----------
    series : Series
        From `prepare`, best below a few thousand periods (the work grows with n^2).
    most : int
        Largest number of breaks.
    size : float or None
        A fixed negative-binomial size, or None to profile it.

    Returns
    -------
    list of Segmentation
        For 0, 1, ... breaks; the likelihood never falls along it.

    Examples
    --------
    >>> y = np.array([1.0, 0, 2, 1, 9, 8, 9, 10])
    >>> [s.breaks for s in paths(prepare(y, None, "nb", 2), 1)]
    [(), (4,)]
    """
    start = describe(series, (), size)
    if series.family != "nb" or size is not None or not math.isfinite(start.size):
        sizes = [start.size]
    else:
        # Within segments the dispersion can only be less than over the whole series.
        sizes = [start.size * 3.0**k for k in range(9)] + [math.inf]
    best: dict[int, Segmentation] = {}
    for value in sizes:
        _improve(series, best, value, most, size)
    for m in range(1, len(best)):
        _polish(series, best, m, most, size)
    return [best[m] for m in sorted(best)]


def _improve(
    series: Series,
    best: dict[int, Segmentation],
    value: float,
    most: int,
    fixed: float | None,
) -> None:
    found, _ = optimal_paths(series.sums, series.family, value, series.shortest, most)
    for m, breaks in enumerate(found):
        if m in best and breaks == best[m].breaks:
            continue
        candidate = describe(series, breaks, fixed)
        if m not in best or candidate.neg2ll < best[m].neg2ll:
            best[m] = candidate


def _polish(
    series: Series,
    best: dict[int, Segmentation],
    m: int,
    most: int,
    fixed: float | None,
) -> None:
    # Positions given the size, size given the positions, until neither moves; every
    # step can only raise the likelihood.
    while True:
        before = best[m]
        _improve(series, best, before.size, most, fixed)
        if best[m] is before:
            return


def pruned_paths(
    series: Series, penalties: tuple[float, float, float], size: float | None = None
) -> list[Segmentation]:
    """Segmentations of a long series that some penalty favours.

    Parameters
    ----------
    series : Series
        From `prepare`.
    penalties : (float, float, float)
        Smallest, chosen and largest penalty a break; the size is profiled at the
        chosen one.
    size : float or None
        A fixed negative-binomial size, or None to profile it.

    Returns
    -------
    list of Segmentation
        In order of the number of breaks, which may skip numbers.
    """
    low, chosen, high = penalties
    common = size or math.inf
    if series.family == "nb" and size is None:
        common = _size_by_turns(series, chosen)
    sums, family, shortest = series.sums, series.family, series.shortest
    found = penalty_paths(sums, family, common, shortest, (low, high))
    breaks, _ = pelt(sums, family, common, shortest, chosen)
    every = {breaks, *(value[0] for value in found.values())}
    return [describe(series, b, size) for b in sorted(every, key=lambda b: (len(b), b))]


def _size_by_turns(series: Series, penalty: float) -> float:
    n = series.y.size
    block = max(30, series.shortest)
    edges = np.append(np.arange(block, n - block + 1, block), n).astype(np.int64)
    # From both sides: a level for every block of 30 periods, and one level for all.
    starts = [
        float(best_size(series.y, series.e, edges)),
        describe(series, (), None).size,
    ]
    best: tuple[float, float] | None = None
    for size in starts:
        value, seen = size, set[tuple[int, ...]]()
        while True:
            breaks, _ = pelt(
                series.sums, series.family, value, series.shortest, penalty
            )
            if breaks in seen:
                break
            seen.add(breaks)
            fit = describe(series, breaks, None)
            value, cost = fit.size, fit.neg2ll + penalty * len(breaks)
            if best is None or cost < best[0]:
                best = (cost, value)
    return best[1] if best else math.inf
