"""Proper scores of forecasts of counts, from samples and from intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Bins in which the log score of the VIEWS prediction challenge is taken.
EDGES = np.array([0.0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5])


def crps(draws: Floats, observed: Floats, *, fair: bool = False) -> Floats:
    """Return the continuous ranked probability score of samples.

    Parameters
    ----------
    draws : ndarray, shape (n, m)
        Samples, or quantiles at evenly spaced levels, a row an observation.
    observed : ndarray, shape (n,)
        What came.
    fair : bool
        Without the bias of a sample of m: the score an infinite one is expected to
        have.

    Returns
    -------
    ndarray, shape (n,)
        In the unit of the counts; of a point it is the absolute error.

    Notes
    -----
    With sorted samples, mean |x_i - y| - sum_i (2 i - m - 1) x_i / m^2, the divisor
    m (m - 1) if fair.

    References
    ----------
    Gneiting and Raftery (2007), JASA 102. Ferro (2014), QJRMS 140, for the fair score.

    Examples
    --------
    >>> crps(np.array([[2.0, 4.0]]), np.array([3.0]))
    array([0.5])
    """
    x = np.sort(draws, axis=1)
    m = x.shape[1]
    spread = x @ (2 * np.arange(1, m + 1) - m - 1.0)
    divisor = m * (m - 1) if fair and m > 1 else m * m
    return np.asarray(np.abs(x - observed[:, None]).mean(axis=1) - spread / divisor)


def ignorance(draws: Floats, observed: Floats) -> Floats:
    """Return the binned log score, in bits.

    Parameters
    ----------
    draws : ndarray, shape (n, m)
        Samples; negative ones count as 0.
    observed : ndarray, shape (n,)
        What came.

    Returns
    -------
    ndarray, shape (n,)
        -log2((samples in the bin of what came + 1) / (m + 11)): every bin has one
        sample more than it has, so that nothing is infinitely surprising.

    References
    ----------
    Hegre et al. (2025), The 2023/24 VIEWS prediction challenge, Journal of Peace
    Research.

    Examples
    --------
    >>> ignorance(np.array([[1.0, 7.0, 8.0, 9.0, 9.0]]), np.array([6.0]))
    array([1.67807191])
    """
    bins = np.digitize(np.maximum(draws, 0.0), EDGES)
    own = np.digitize(observed, EDGES)[:, None]
    hits = (bins == own).sum(axis=1) + 1
    return np.asarray(-np.log2(hits / (draws.shape[1] + EDGES.size)))


def interval_score(low: Floats, high: Floats, observed: Floats, level: float) -> Floats:
    """Return the interval score: width, and what was missed weighed by 2 / (1 - level).

    Parameters
    ----------
    low, high, observed : ndarray, shape (n,)
        Ends of the central interval, and what came.
    level : float
        Nominal coverage.

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    Gneiting and Raftery (2007), JASA 102, equation 43.

    Examples
    --------
    >>> interval_score(np.array([2.0]), np.array([5.0]), np.array([6.0]), 0.9)
    array([23.])
    """
    weight = 2 / (1 - level)
    below = np.maximum(low - observed, 0.0)
    above = np.maximum(observed - high, 0.0)
    return np.asarray(high - low + weight * (below + above))
