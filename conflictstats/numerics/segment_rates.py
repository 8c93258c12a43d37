"""The rate behind the counts, from an exact posterior of the segments."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from conflictstats.numerics.segment_posterior import Posterior, RatePrior

Floats = NDArray[np.float64]

# The mixture of rates is evaluated over this many of the weightiest segments: below a
# few hundred periods that is all of them, and beyond it their share is what counts.
MOST_SEGMENTS = 10_000


def rate_moments(
    found: Posterior, y: Floats, e: Floats, prior: RatePrior
) -> tuple[Floats, Floats]:
    """Compute the posterior mean and variance of the rate at each period.

    Parameters
    ----------
    found : Posterior
        From `posterior`.
    y, e : ndarray, shape (n,)
        The same counts and exposures.
    prior : RatePrior
        The same prior.

    Returns
    -------
    mean, variance : ndarray, shape (n,)
        Per unit of exposure; infinite only if the prior's own variance is.
    """
    a, b = _segment_posterior(found, y, e, prior)
    mean, second = _moments(a, b, prior.size)
    return _spread(found, mean, y.size), _variance(found, mean, second, y.size)


def _variance(found: Posterior, mean: Floats, second: Floats, n: int) -> Floats:
    first = _spread(found, mean, n)
    # Infinities must not meet in the running sums, where they would cancel to NaN.
    finite = np.isfinite(second)
    variance = _spread(found, np.where(finite, second, 0.0), n) - first**2
    endless = _spread(found, np.where(finite, 0.0, 1.0), n) > 0
    return np.asarray(np.where(endless, np.inf, np.maximum(variance, 0.0)))


def _segment_posterior(
    found: Posterior, y: Floats, e: Floats, prior: RatePrior
) -> tuple[Floats, Floats]:
    total = np.concatenate([[0.0], np.cumsum(y)])
    expo = np.concatenate([[0.0], np.cumsum(e)])
    s = total[found.ends] - total[found.starts]
    k = expo[found.ends] - expo[found.starts]
    return prior.shape + s, prior.rate + k


def _moments(a: Floats, b: Floats, r: float) -> tuple[Floats, Floats]:
    if not math.isfinite(r):
        return a / b, a * (a + 1) / b**2
    # r (1-p)/p with p ~ Beta(r b + 1, a) is r times a beta-prime variable; its second
    # moment exists from r b > 1 on.
    alpha = r * b + 1
    mean = r * a / (alpha - 1)
    room = np.maximum(alpha - 2, 1e-12)
    second = np.where(alpha > 2, r**2 * a * (a + 1) / ((alpha - 1) * room), np.inf)
    return mean, second


def _spread(found: Posterior, value: Floats, n: int) -> Floats:
    """Average a value of segments over the segments that hold each period."""
    weighted = np.zeros((2, n + 1))
    for row, part in enumerate((found.weight * value, found.weight)):
        np.add.at(weighted[row], found.starts, part)
        np.subtract.at(weighted[row], found.ends, part)
    sums = np.cumsum(weighted, axis=1)[:, :n]
    return np.asarray(sums[0] / sums[1])


def rate_quantiles(
    found: Posterior,
    y: Floats,
    e: Floats,
    prior: RatePrior,
    levels: Floats,
    points: int = 200,
) -> Floats:
    """Compute posterior quantiles of the rate at each period, from the exact mixture.

    Parameters
    ----------
    found, y, e, prior
        As for `rate_moments`.
    levels : ndarray, shape (q,)
        Probabilities, increasing.
    points : int
        Points of the log-spaced grid the mixture is evaluated on.

    Returns
    -------
    ndarray, shape (q, n)
        Rates per unit of exposure; interpolated on the grid (a few per cent apart).
    """
    a, b = _segment_posterior(found, y, e, prior)
    kept = np.argsort(-found.weight, kind="stable")[:MOST_SEGMENTS]
    a, b = a[kept], b[kept]
    starts, ends, share = found.starts[kept], found.ends[kept], found.weight[kept]
    low = _cell_quantile(np.array(levels[0] / 4), a, b, prior.size).min()
    high = _cell_quantile(np.array(1 - (1 - levels[-1]) / 4), a, b, prior.size).max()
    grid = np.geomspace(max(float(low), 1e-12), float(high), points)
    n = y.size
    cdf = np.zeros((n + 1, points))
    for part in np.array_split(np.arange(a.size), 1 + a.size // 2_000):
        values = _cell_cdf(grid, a[part, None], b[part, None], prior.size)
        values *= share[part, None]
        np.add.at(cdf, starts[part], values)
        np.subtract.at(cdf, ends[part], values)
    cdf = np.cumsum(cdf, axis=0)[:n]
    cdf /= _shares(starts, ends, share, n)[:, None]
    out = np.empty((levels.size, n))
    for t in range(n):
        rising = np.maximum.accumulate(cdf[t])
        out[:, t] = np.exp(np.interp(levels, rising, np.log(grid)))
    return out


def _shares(
    starts: NDArray[np.int64], ends: NDArray[np.int64], share: Floats, n: int
) -> Floats:
    weights = np.zeros(n + 1)
    np.add.at(weights, starts, share)
    np.subtract.at(weights, ends, share)
    return np.asarray(np.cumsum(weights)[:n])


def _cell_cdf(x: Floats, a: Floats, b: Floats, r: float) -> Floats:
    if not math.isfinite(r):
        return np.asarray(special.gammainc(a, b * x))
    # P(r (1-p)/p <= x) = P(p >= r / (r + x)).
    return np.asarray(special.betaincc(r * b + 1, a, r / (r + x)))


def _cell_quantile(level: Floats, a: Floats, b: Floats, r: float) -> Floats:
    if not math.isfinite(r):
        return np.asarray(special.gammaincinv(a, level) / b)
    p = special.betaincinv(r * b + 1, a, 1 - level)
    return np.asarray(r * (1 - p) / p)
