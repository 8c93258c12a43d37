"""Exact Bayesian segmentation by recursion: no sampling, no approximation.

Between breaks the counts are Poisson (rate with a Gamma prior) or negative binomial
with a known size (the conjugate Beta prior, which tends to the same Gamma). The number
of breaks has any prior; given it, all admissible positions are equally likely. One
recursion forward and one backward, indexed by the number of breaks, give every
posterior probability (Fearnhead 2006, Statistics and Computing 16, 203-213).
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
class RatePrior:
    """Prior of the rate in a segment.

    Parameters
    ----------
    shape, rate : float
        Gamma shape and rate: the prior mean is shape / rate per unit of exposure.
    size : float
        Negative-binomial size at an exposure of one; infinite is Poisson. With a
        finite size r the prior is Beta(r rate + 1, shape) on the success probability.
    """

    shape: float
    rate: float
    size: float = math.inf


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """Posterior of the breaks.

    Parameters
    ----------
    log_evidence : float
        log p(y), over all numbers of breaks, constants included.
    number : ndarray, shape (m + 1,)
        Probability of 0..m breaks.
    at : ndarray, shape (n - 1,)
        Probability of a break after 1..n-1 periods.
    starts, ends : ndarray of int, shape (k,)
        Segments (start, end] that are not negligible.
    weight : ndarray, shape (k,)
        Their posterior probability.
    """

    log_evidence: float
    number: Floats
    at: Floats
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    weight: Floats


@njit(cache=True, inline="always")
def _log_segment(
    s: float, e: float, a: float, b: float, r: float, gammas: Floats, logs: Floats
) -> float:
    """Log marginal likelihood of a segment up to terms common to all segmentations."""
    if np.isinf(r):
        if gammas.size > 0:
            tabled: float = gammas[int(s)] - (a + s) * logs[int(e)]
            return tabled
        plain: float = math.lgamma(a + s) - (a + s) * math.log(b + e)
        return plain
    p, q = b * r + 1.0 + r * e, a + s
    value: float = math.lgamma(p) + math.lgamma(q) - math.lgamma(p + q)
    return value


@njit(cache=True)
def _forward(
    total: Floats,
    expo: Floats,
    prior: tuple[float, float, float, float],
    gammas: Floats,
    logs: Floats,
    shortest: int,
    m: int,
) -> Floats:
    """Compute log sums over all ways to cut the first t periods with j breaks."""
    a, b, r, base = prior
    n = total.size - 1
    out = np.full((n + 1, m + 1), -np.inf)
    piece = np.empty(n + 1)
    for t in range(shortest, n + 1):
        out[t, 0] = base + _log_segment(total[t], expo[t], a, b, r, gammas, logs)
        last = t - shortest
        for s in range(shortest, last + 1):
            piece[s] = base + _log_segment(
                total[t] - total[s], expo[t] - expo[s], a, b, r, gammas, logs
            )
        for j in range(1, m + 1):
            top = -np.inf
            for s in range(j * shortest, last + 1):
                top = max(top, out[s, j - 1] + piece[s])
            if top == -np.inf:
                break
            total_weight = 0.0
            for s in range(j * shortest, last + 1):
                gap = out[s, j - 1] + piece[s] - top
                # Terms below e^-40 of the largest are under double precision.
                if gap > -40.0:
                    total_weight += math.exp(gap)
            out[t, j] = top + math.log(total_weight)
    return out


@njit(cache=True)
def _segments(
    sums: tuple[Floats, Floats],
    prior: tuple[float, float, float, float],
    tables: tuple[Floats, Floats],
    shortest: int,
    before: Floats,
    after: Floats,
    least: float,
) -> tuple[list[int], list[int], list[float]]:
    """Collect every segment whose posterior probability is at least `least`.

    before[s, i] is the log sum over ways to cut the first s periods, weighted for i
    segments to follow; after[t, i] the log sum over ways to cut what follows t in i.
    """
    total, expo = sums
    a, b, r, base = prior
    n, most = total.size - 1, before.shape[1]
    starts = [0 for _ in range(0)]
    ends = [0 for _ in range(0)]
    weights = [0.0 for _ in range(0)]
    # No single number of breaks can carry a segment that lies this far below.
    floor = math.log(least / most)
    for s in range(n):
        for t in range(s + shortest, n + 1):
            top = -np.inf
            for i in range(most):
                top = max(top, before[s, i] + after[t, i])
            if top == -np.inf:
                continue
            piece = base + _log_segment(
                total[t] - total[s], expo[t] - expo[s], a, b, r, tables[0], tables[1]
            )
            if top + piece < floor:
                continue
            weight = 0.0
            for i in range(most):
                weight += math.exp(before[s, i] + after[t, i] + piece)
            if weight >= least:
                starts.append(s)
                ends.append(t)
                weights.append(weight)
    return starts, ends, weights


def _around(ahead: Floats, behind: Floats, log_weight: Floats) -> tuple[Floats, Floats]:
    """Prepare what comes before and after a segment, for each number still to come."""
    n, m = ahead.shape[0] - 1, log_weight.size - 1
    before = np.full((n + 1, m + 1), -np.inf)
    before[0] = log_weight
    for i in range(m):
        # j breaks before, i after, and the one at the segment's start.
        terms = ahead[:, : m - i] + log_weight[i + 1 :]
        before[1:, i] = special.logsumexp(terms[1:], axis=1)
    after = np.full((n + 1, m + 1), -np.inf)
    after[n, 0] = 0.0
    after[:n, 1:] = behind[n:0:-1, :m]
    return before, after


def _tables(y: Floats, e: Floats, prior: RatePrior) -> tuple[Floats, Floats]:
    whole = bool(np.all(y == np.floor(y))) and bool(np.all(e == 1.0))
    top = float(y.sum())
    if not whole or top > 2_000_000 or math.isfinite(prior.size):
        return np.empty(0), np.empty(0)
    gammas = special.gammaln(prior.shape + np.arange(top + 1))
    return gammas, np.log(prior.rate + np.arange(y.size + 1.0))


def _constant(y: Floats, e: Floats, size: float) -> float:
    if math.isfinite(size):
        k = size * e
        parts = special.gammaln(y + k) - special.gammaln(k) - special.gammaln(y + 1)
        return float(np.sum(parts))
    return float(np.sum(special.xlogy(y, e) - special.gammaln(y + 1)))


def _base(prior: RatePrior) -> float:
    """Log normalising constant of the prior, once for every segment."""
    a, b = prior.shape, prior.rate
    if not math.isfinite(prior.size):
        return float(a * math.log(b) - special.gammaln(a))
    return -float(special.betaln(b * prior.size + 1, a))


def count_segmentations(n: int, shortest: int, m: int) -> Floats:
    """Log number of ways to place 0..m breaks among n periods.

    Parameters
    ----------
    n, shortest, m : int
        Periods, shortest segment, most breaks.

    Returns
    -------
    ndarray, shape (m + 1,)
        Logarithms; -inf where that many breaks do not fit.

    Examples
    --------
    >>> np.exp(count_segmentations(5, 1, 2)).round(6)
    array([1., 4., 6.])
    """
    breaks = np.arange(m + 1)
    free = n - (breaks + 1) * (shortest - 1) - 1
    fits = free >= breaks
    top = np.where(fits, free, breaks)
    logs = (
        special.gammaln(top + 1)
        - special.gammaln(breaks + 1)
        - special.gammaln(top - breaks + 1)
    )
    return np.where(fits, logs, -np.inf)


def posterior(
    y: Floats,
    e: Floats,
    prior: RatePrior,
    number_prior: Floats,
    shortest: int = 1,
    least: float = 1e-7,
) -> Posterior:
    """Compute the exact posterior of number, dates and segments.

    Parameters
    ----------
    y, e : ndarray, shape (n,)
        Counts and exposures.
    prior : RatePrior
        Prior of the rate in each segment.
    number_prior : ndarray, shape (m + 1,)
        Prior probability of 0..m breaks; given the number, positions are uniform.
    shortest : int
        Shortest segment.
    least : float
        Segments less probable than this are not listed.

    Returns
    -------
    Posterior

    Examples
    --------
    >>> y = np.array([0.0, 1, 0, 9, 8, 10])
    >>> result = posterior(y, np.ones(6), RatePrior(shape=1, rate=0.2), np.ones(2) / 2)
    >>> int(result.at.argmax()) + 1
    3
    """
    n, m = y.size, number_prior.size - 1
    total = np.concatenate([[0.0], np.cumsum(y)])
    expo = np.concatenate([[0.0], np.cumsum(e)])
    gammas, logs = _tables(y, e, prior)
    packed = (float(prior.shape), float(prior.rate), float(prior.size), _base(prior))
    ahead = _forward(total, expo, packed, gammas, logs, shortest, m)
    back, back_e = total[-1] - total[::-1], expo[-1] - expo[::-1]
    behind = _forward(back, back_e, packed, gammas, logs, shortest, m)
    ways = count_segmentations(n, shortest, m)
    with np.errstate(divide="ignore"):
        log_prior = np.where(np.isfinite(ways), np.log(number_prior) - ways, -np.inf)
    log_prior -= special.logsumexp(log_prior + np.where(np.isfinite(ways), ways, 0))
    joint = log_prior + np.where(np.isfinite(log_prior), ahead[n], 0.0)
    evidence = float(special.logsumexp(joint))
    before, after = _around(ahead, behind, log_prior - evidence)
    starts, ends, weights = _segments(
        (total, expo), packed, (gammas, logs), shortest, before, after, least
    )
    return Posterior(
        log_evidence=evidence + _constant(y, e, prior.size),
        number=np.exp(joint - evidence),
        at=_at(ahead, behind, log_prior - evidence),
        starts=np.array(starts, dtype=np.int64),
        ends=np.array(ends, dtype=np.int64),
        weight=np.array(weights),
    )


def _at(ahead: Floats, behind: Floats, log_weight: Floats) -> Floats:
    """Probability of a break after each period, over all numbers of breaks."""
    n, m = ahead.shape[0] - 1, log_weight.size - 1
    out = np.zeros(n - 1)
    for j in range(m):
        for i in range(m - j):
            out += np.exp(
                ahead[1:n, j] + behind[n - 1 : 0 : -1, i] + log_weight[j + i + 1]
            )
    return out
