"""Mantel's statistic: whether pairs close in space are also close in time.

All pairs count, without bands. For up to a thousand events its p-value comes from
permuting the event times; beyond, from the exact mean and variance of the permutation
distribution (Mantel 1967, Cancer Research 27, 209-220), which cost one pass over the
pairs instead of one a permutation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtr

from conflictstats.numerics.knox import in_tasks

Floats = NDArray[np.float64]

MOST_PERMUTED = 1000
"""Events up to which permutations are used."""


@njit(cache=True, nogil=True)
def _apart(points: Floats, i: int, j: int, manhattan: bool) -> float:
    """Return the distance of two points, straight or along the axes."""
    total = 0.0
    for k in range(points.shape[1]):
        part = points[i, k] - points[j, k]
        total += abs(part) if manhattan else part * part
    return total if manhattan else float(np.sqrt(total))


@njit(cache=True, nogil=True)
def _cross_sum(
    points: Floats, times: Floats, manhattan: bool, near: float, soon: float
) -> float:
    """Sum over pairs of space measure times time measure (closeness if near > 0)."""
    total = 0.0
    for i in range(times.shape[0]):
        for j in range(i):
            d = _apart(points, i, j, manhattan)
            t = abs(times[i] - times[j])
            total += 1 / ((near + d) * (soon + t)) if near > 0 else d * t
    return total


@njit(cache=True, nogil=True)
def _all_sums(
    points: Floats, times: Floats, manhattan: bool, near: float, soon: float
) -> tuple[Floats, Floats, float]:
    """Return sum, sum of squares and of squared row sums of both matrices, and cross.

    Ordered pairs, i != j, for the first two; each pair once for the cross-sum.
    """
    n = times.shape[0]
    rows = np.zeros((2, n))
    squares = np.zeros(2)
    cross = 0.0
    for i in range(n):
        for j in range(i):
            d = _apart(points, i, j, manhattan)
            t = abs(times[i] - times[j])
            if near > 0:
                d, t = 1 / (near + d), 1 / (soon + t)
            rows[0, i] += d
            rows[0, j] += d
            rows[1, i] += t
            rows[1, j] += t
            squares[0] += 2 * d * d
            squares[1] += 2 * t * t
            cross += d * t
    space, gaps = np.empty(3), np.empty(3)
    space[:] = rows[0].sum(), squares[0], (rows[0] * rows[0]).sum()
    gaps[:] = rows[1].sum(), squares[1], (rows[1] * rows[1]).sum()
    return space, gaps, cross


@dataclass(frozen=True)
class MantelTest:
    """Mantel's test.

    Parameters
    ----------
    correlation : float
        Pearson correlation of the two measures over all pairs; NaN if one is constant.
    statistic : float
        Standardised cross-product, by the exact permutation moments.
    p_value : float
        One-sided: close in space and time together.
    permuted : bool
        Whether the p-value comes from permutations (else the normal law).
    """

    correlation: float
    statistic: float
    p_value: float
    permuted: bool


def mantel_moments(
    a: Sequence[float] | Floats, b: Sequence[float] | Floats, n: int
) -> tuple[float, float]:
    """Return mean and variance of the cross-product over all n! permutations.

    Parameters
    ----------
    a, b : array_like of float, shape (3,)
        Of each symmetric matrix, over ordered pairs: sum, sum of squares, sum of
        squared row sums.
    n : int
        Number of events, at least 4.

    Returns
    -------
    mean, variance : float
        Of the sum over ordered pairs (Mantel 1967; Hubert 1987, p. 28).
    """
    pairs = n * (n - 1)
    mean = a[0] * b[0] / pairs
    second = 2 * a[1] * b[1] / pairs
    second += 4 * (a[2] - a[1]) * (b[2] - b[1]) / (pairs * (n - 2))
    rest = [m[0] ** 2 + 2 * m[1] - 4 * m[2] for m in (a, b)]
    second += rest[0] * rest[1] / (pairs * (n - 2) * (n - 3))
    return float(mean), float(second - mean**2)


def mantel_test(
    points: Floats,
    times: Floats,
    metric: str,
    *,
    scales: tuple[float, float] | None,
    n_permutations: int,
    rng: np.random.Generator,
    n_jobs: int = 1,
) -> MantelTest:
    """Test whether distances in space and in time go together over all pairs.

    Parameters
    ----------
    points : ndarray, shape (n, d)
        Plane coordinates, or earth-centred ones for the geodesic metric; n >= 4.
    times : ndarray, shape (n,)
        Time of each event.
    metric : {"euclidean", "manhattan", "geodesic"}
        How to measure space; geodesic takes the straight line through the earth, which
        differs from the arc by 1 in 10,000 at 300 km.
    scales : (float, float) or None
        None takes distances and gaps as they are; a pair of constants takes
        closeness, 1 / (constant + distance), which Mantel recommends against the
        weight of far pairs.
    n_permutations : int
        Used up to 1,000 events.
    rng : numpy.random.Generator
        Source of randomness.
    n_jobs : int
        Threads; the result does not depend on it.

    Returns
    -------
    MantelTest
        One-sided.
    """
    manhattan = metric == "manhattan"
    near, soon = scales or (0.0, 0.0)
    n = len(times)
    space, gaps, observed = _all_sums(points, times, manhattan, near, soon)
    mean, variance = mantel_moments(space, gaps, n)
    pairs = n * (n - 1)
    spread = np.prod([m[1] / pairs - (m[0] / pairs) ** 2 for m in (space, gaps)])
    if not spread > 0 or not variance > 0:
        return MantelTest(np.nan, 0.0, 1.0, permuted=False)
    covariance = 2 * observed / pairs - space[0] * gaps[0] / pairs**2
    correlation = float(covariance / np.sqrt(spread))
    score = float((2 * observed - mean) / np.sqrt(variance))
    if n > MOST_PERMUTED:
        return MantelTest(correlation, score, float(ndtr(-score)), permuted=False)

    def run(stream: np.random.Generator, size: int) -> int:
        return sum(
            _cross_sum(points, stream.permutation(times), manhattan, near, soon)
            >= observed * (1 - 1e-12)
            for _ in range(size)
        )

    reached = sum(in_tasks(run, n_permutations, rng, n_jobs))
    p_value = (1 + reached) / (1 + n_permutations)
    return MantelTest(correlation, score, p_value, permuted=True)
