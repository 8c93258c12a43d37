"""The dispersion of counts by moments."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ROUNDS = 60
_CLOSE = 1e-13
# Counts that vary more than this have no dispersion to speak of.
_MOST = 4_194.304


@njit(cache=True)
def moment_dispersion(y: Floats, mean: Floats, growth: Floats, df: float) -> float:
    """Find the dispersion at which Pearson's statistic is its degrees of freedom.

    Parameters
    ----------
    y, mean : ndarray, shape (n,)
        Counts and their means.
    growth : ndarray, shape (n,)
        How the variance grows: it is mean (1 + alpha growth). The mean itself for a
        negative binomial, the mean over the exposure where the size is proportional
        to that.
    df : float
        Degrees of freedom.

    Returns
    -------
    float
        Alpha; 0 where the variance of Poisson counts is enough, at most some 4,194.

    Notes
    -----
    The statistic falls and is convex in alpha: from the left Newton never oversteps.
    """
    alpha = 0.0
    for _ in range(_ROUNDS):
        excess, slope = -df, 0.0
        for i in range(y.size):
            wide = 1.0 + alpha * growth[i]
            part = (y[i] - mean[i]) ** 2 / (mean[i] * wide)
            excess += part
            slope += part * growth[i] / wide
        if excess <= 0:
            break
        alpha += excess / slope
        if excess <= _CLOSE * alpha * slope or alpha > _MOST:
            break
    return min(alpha, _MOST)
