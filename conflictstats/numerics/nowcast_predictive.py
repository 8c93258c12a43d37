"""Predictive distributions of final counts: their quantiles, scores and draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

# Points of the grid on which a distribution is compared with what came.
_GRID = 256
_TAIL = 1e-4


@dataclass(frozen=True, kw_only=True)
class Predictive:
    """What final counts may be: unchanged, or changed by a random amount.

    Parameters
    ----------
    base : ndarray, shape (n,)
        Counts as they stand, 0 where none is out yet.
    rest, variance : ndarray, shape (n,)
        Expected change and its variance; a variance of zero means no change.
    same : ndarray, shape (n,)
        Probability that nothing changes, beyond that of an amount of zero.
    falls : bool
        Whether counts may be lowered: the amount is then normal, rounded, and the
        count no lower than zero; else it is negative binomial.
    """

    base: Floats
    rest: Floats
    variance: Floats
    same: Floats
    falls: bool

    def cdf(self, k: Floats) -> Floats:
        """Return P(final <= k) for whole numbers k, shape (n, q) to (n, q)."""
        left = np.maximum(1 - self.same, 1e-9)
        mean = self.rest / left
        variance = np.maximum((self.variance + self.rest**2) / left - mean**2, 1e-12)
        base, mean, variance = (v[:, None] for v in (self.base, mean, variance))
        if self.falls:
            below = special.ndtr((k + 0.5 - base - mean) / np.sqrt(variance))
        else:
            below = _count_cdf(k - base, mean, variance)
        below = np.where(k < 0, 0.0, below)
        same = np.where(self.variance > 0, self.same, 1.0)[:, None]
        return np.asarray(same * (k >= base) + (1 - same) * below)

    def quantile(self, level: float | Floats) -> Floats:
        """Return the least whole number with at least this probability, shape (n,)."""
        return _least(lambda k: self.cdf(k[:, None])[:, 0], level, self.base)

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Return the central interval of a nominal coverage."""
        tail = (1 - level) / 2
        return self.quantile(tail), self.quantile(1 - tail)

    def held(self, final: Floats, level: float) -> Floats:
        """Return how far what came lies in the central part of a coverage, shape (n,).

        The share of the count's own probability that lies between the two levels: an
        interval between whole numbers holds more than its nominal coverage, this does
        so on average where the distribution is right (Czado, Gneiting and Held 2009,
        Biometrics 65(4), the non-randomised transform).
        """
        tail = (1 - level) / 2
        below, up_to = (self.cdf(final[:, None] - k)[:, 0] for k in (1.0, 0.0))
        inside = np.minimum(up_to, 1 - tail) - np.maximum(below, tail)
        return np.clip(inside / np.maximum(up_to - below, 1e-12), 0.0, 1.0)

    def crps(self, final: Floats) -> Floats:
        """Return the continuous ranked probability score of what came, shape (n,).

        Of a distribution that is a point it is the absolute error; large counts are
        summed over a grid.
        """
        low = np.minimum(self.quantile(_TAIL), final)
        high = np.maximum(self.quantile(1 - _TAIL), final)
        step = np.maximum(np.ceil((high - low) / _GRID), 1.0)
        # One point beyond the last, where the distance is next to nothing.
        points = np.arange(np.max((high - low) / step, initial=0.0) + 2.0)
        k = low[:, None] + step[:, None] * points
        miss = self.cdf(k) - (k >= final[:, None])
        return np.asarray(step * (miss**2).sum(axis=1))

    def draw(self, rng: np.random.Generator) -> Floats:
        """Return final counts drawn from the distribution, shape (n,)."""
        return self.quantile(rng.random(self.base.size))


def mixed_quantile(parts: list[Predictive], level: float) -> Floats:
    """Return the quantile of a mixture of predictive distributions in equal parts.

    Parameters
    ----------
    parts : list of Predictive
        Of the same periods, one for each draw of uncertain counts.
    level : float
        Probability.

    Returns
    -------
    ndarray, shape (n,)
    """

    def cdf(k: Floats) -> Floats:
        return np.asarray(np.mean([p.cdf(k[:, None])[:, 0] for p in parts], axis=0))

    return _least(cdf, level, np.max([p.base for p in parts], axis=0))


def _count_cdf(k: Floats, mean: Floats, variance: Floats) -> Floats:
    """P(X <= k) of counts with a mean and a variance at least as large."""
    mu = np.maximum(mean, 1e-12)
    v = np.maximum(variance, mu * (1 + 1e-6))
    # For any size, P(X <= k) = I_p(size, k + 1).
    inside = special.betainc(mu**2 / (v - mu), np.maximum(k, 0.0) + 1, mu / v)
    return np.asarray(np.where(k < 0, 0.0, inside))


def _least(
    cdf: Callable[[Floats], Floats], level: float | Floats, start: Floats
) -> Floats:
    """Return the least k >= 0 with cdf(k) >= level, by doubling and halving."""
    low, high = np.zeros_like(start), 2 * start + 64
    while np.any(short := cdf(high) < level):
        high = np.where(short, 2 * high, high)
    while np.any(low < high):
        middle = np.floor((low + high) / 2)
        enough = cdf(middle) >= level
        high = np.where(enough, middle, high)
        low = np.where(enough, low, middle + 1)
    return np.asarray(high)
