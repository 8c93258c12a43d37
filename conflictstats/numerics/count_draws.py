"""Plausible true counts, as quantiles of their distributions at given probabilities.

Working with quantiles keeps two promises: the same probabilities give the same draws,
and probabilities that move together (a shared coder error) move the counts together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from conflictstats.numerics.reported_value import (
    ReportedValue,
    reported_cdf,
    reported_quantile,
)

Floats = NDArray[np.float64]


def draw_probabilities(n: int, rho: float, rng: np.random.Generator) -> Floats:
    """Draw probabilities of n counts with a common shock.

    Parameters
    ----------
    n : int
        Counts.
    rho : float
        Correlation of the normal scores between any two counts; 0 independent, 1 one
        error for all.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    float array of shape (n,)
        Each uniform on (0, 1) by itself.
    """
    shared = rng.standard_normal()
    own = rng.standard_normal(n)
    score = np.sqrt(rho) * shared + np.sqrt(1 - rho) * own
    # Never exactly 0 or 1, whose quantiles are infinite.
    return np.asarray(np.clip(ndtr(score), 1e-15, 1 - 1e-15))


def draw_smooth(shape: ReportedValue, p: Floats, low: Floats, high: Floats) -> Floats:
    """Return whole, non-negative counts behind reported values.

    Parameters
    ----------
    shape : ReportedValue
        Distributions of n reported values.
    p : float array of shape (n,)
        Probabilities.
    low, high : float arrays of shape (n,)
        The distribution is cut to this range; 0 and infinity leave it whole.

    Returns
    -------
    float array of shape (n,)
    """
    # Half a count beyond the ends, so that rounding reaches them.
    below = reported_cdf(shape, np.maximum(low - 0.5, 0.0), below=True)
    above = np.where(np.isfinite(high), reported_cdf(shape, high + 0.5), 1.0)
    inner = below + p * (above - below)
    drawn = np.floor(reported_quantile(shape, inner) + 0.5)
    return np.clip(drawn, np.maximum(low, 0.0), high)


def draw_interval(
    bounds: tuple[Floats, Floats, Floats], p: Floats, form: str, tail: float
) -> Floats:
    """Return whole counts between their bounds.

    Parameters
    ----------
    bounds : tuple of float arrays of shape (n,)
        low, best, high; NaN where open or unknown.
    p : float array of shape (n,)
        Probabilities.
    form : {"pert", "uniform"}
        PERT (a Beta with its mode at best) or uniform between the ends; where best is
        unknown always uniform.
    tail : float
        Where the upper end is open the excess over what is known is exponential with
        mean `tail` times it; where the lower end is open it lies `tail` below.

    Returns
    -------
    float array of shape (n,)
        NaN where nothing is known.
    """
    low, best, high = bounds
    known = np.where(np.isnan(best), np.where(np.isnan(low), high, low), best)
    floor = np.where(np.isnan(low), np.floor(known * (1 - tail)), low)
    top = np.where(np.isnan(high), known, high)
    top = np.maximum(top, floor)
    uniform = floor + np.floor(p * (top - floor + 1))
    mode = np.clip(known, floor, top)
    span = np.where(top > floor, top - floor, 1.0)
    alpha, beta = 1 + 4 * (mode - floor) / span, 1 + 4 * (top - mode) / span
    usable = np.isfinite(alpha)
    shares = betaincinv(np.where(usable, alpha, 1), np.where(usable, beta, 1), p)
    pert = np.floor(floor + shares * (top - floor) + 0.5)
    curved = (form == "pert") & ~np.isnan(best)
    closed = np.where(curved, pert, uniform)
    # An open end has half the mass at what is known and the rest beyond.
    excess = -np.log1p(-p) * tail * np.maximum(known, 1.0)
    opened = known + np.floor(excess + 0.5)
    drawn = np.where(np.isnan(high), opened, np.minimum(closed, top))
    return np.where(np.isnan(known), np.nan, drawn)
