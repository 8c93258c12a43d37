"""Mantel's statistic: whether pairs close in space are also close in time.

All pairs count, without bands. For up to a thousand events its p-value comes from
permuting the event times; beyond, from the exact mean and variance of the permutation
distribution (Mantel 1967, Cancer Research 27, 209-220), which cost one pass over the
pairs instead of one a permutation.
"""

from __future__ import annotations

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
def _apart(points: Floats, i: int, j: int, metric: int) -> float:
    """Distance of two points: 0 euclidean, 1 manhattan, 2 geodesic."""
    total = 0.0
    for k in range(points.shape[1]):
        part = points[i, k] - points[j, k]
        total += abs(part) if metric == 1 else part * part
    if metric == 1:
        return total
    chord = np.sqrt(total)
    if metric == 2:
        return float(2 * 6371.0088 * np.arcsin(min(chord / (2 * 6371.0088), 1.0)))
    return float(chord)


@njit(cache=True, nogil=True)
def _cross_sum(
    points: Floats, times: Floats, metric: int, near: float, soon: float
) -> float:
    """Sum over pairs of space measure times time measure (closeness if near > 0)."""
    total = 0.0
    for i in range(times.shape[0]):
        for j in range(i):
            d = _apart(points, i, j, metric)
            t = abs(times[i] - times[j])
            total += 1 / ((near + d) * (soon + t)) if near > 0 else d * t
    return total


@njit(cache=True, nogil=True)
def _one_matrix(
    points: Floats, times: Floats, metric: int, scale: float
) -> tuple[float, float, float]:
    """Return a distance matrix' sum, sum of squares and sum of squared row sums.

    Ordered pairs, i != j; `metric` -1 takes the times.
    """
    n = times.shape[0]
    rows = np.zeros(n)
    squares = 0.0
    for i in range(n):
        for j in range(i):
            gap = abs(times[i] - times[j])
            d = gap if metric < 0 else _apart(points, i, j, metric)
            if scale > 0:
                d = 1 / (scale + d)
            rows[i] += d
            rows[j] += d
            squares += 2 * d * d
    return rows.sum(), squares, (rows * rows).sum()


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
    a: tuple[float, float, float], b: tuple[float, float, float], n: int
) -> tuple[float, float]:
    """Return mean and variance of the cross-product over all n! permutations.

    Parameters
    ----------
    a, b : tuple of float
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
    return mean, second - mean**2


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
        How to measure space.
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
    code = {"euclidean": 0, "manhattan": 1, "geodesic": 2}[metric]
    near, soon = scales or (0.0, 0.0)
    n = len(times)
    space = _one_matrix(points, times, code, near)
    gaps = _one_matrix(points, times, -1, soon)
    observed = _cross_sum(points, times, code, near, soon)
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
            _cross_sum(points, stream.permutation(times), code, near, soon)
            >= observed * (1 - 1e-12)
            for _ in range(size)
        )

    reached = sum(in_tasks(run, n_permutations, rng, n_jobs))
    p_value = (1 + reached) / (1 + n_permutations)
    return MantelTest(correlation, score, p_value, permuted=True)
