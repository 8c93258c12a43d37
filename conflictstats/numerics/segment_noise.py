"""Counts as overdispersed and as autocorrelated as others, drawn from normal scores."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import special

from conflictstats.numerics.moment_dispersion import moment_dispersion

Floats = NDArray[np.float64]

# Dispersion and autocorrelation are estimated by turns, so often.
_ROUNDS = 3
# Points of the table of gamma quantiles, on this range of normal scores; and how many
# different exposures have a table of their own.
_SCORES = np.linspace(-6.0, 6.0, 161)
_TABLES = 12


@njit(cache=True)
def poisson_quantile(mean: float, score: float) -> float:
    """Poisson count at a normal score; by search below 60, else Cornish-Fisher."""
    if mean > 60:
        root = math.sqrt(mean)
        value = mean + score * root + (score * score - 1) / 6
        value -= score * (score * score - 1) / (72 * root)
        return max(math.floor(value + 0.5), 0.0)
    below = 0.5 * math.erfc(-score / math.sqrt(2.0))
    p = math.exp(-mean)
    k, cumulated = 0.0, p
    while cumulated < below and k < 400:
        k += 1.0
        p *= mean / k
        cumulated += p
    return k


def dependence(
    y: Floats, e: Floats, mean: Floats, position: NDArray[np.int64], means: int = 2
) -> tuple[float, float]:
    """Estimate the dispersion about a held model, and the frailties' autocorrelation.

    Parameters
    ----------
    y, e : ndarray, shape (n,)
        Counts and exposures.
    mean : ndarray, shape (n,)
        What the held model expects.
    position : ndarray of int, shape (n,)
        Period of each; only neighbouring periods count as a pair.
    means : int
        Means that were fitted, each to as many periods.

    Returns
    -------
    alpha, rho : float
        Dispersion (one over the size) and autocorrelation within [0, 0.9].

    Notes
    -----
    The counts' own noise has no memory, so their autocorrelation is that of the
    frailties times the frailties' share of the variance. It is raised by Kendall's
    bias about a fitted mean, which is twice as large for two means of half the series;
    and the means (and the date) cost more degrees of freedom where neighbours are
    alike.
    """
    n = y.size
    pairs = np.diff(position) == 1
    alpha = rho = common = 0.0
    for _ in range(_ROUNDS):
        alike = (1 + rho * common) / (1 - rho * common)
        df = max(n - (means + 1) * alike, n / 3)
        alpha = moment_dispersion(y, mean, mean / e, df)
        if alpha <= 0 or not pairs.any():
            return alpha, 0.0
        variance = mean * (1 + alpha * mean / e)
        residual = (y - mean) / np.sqrt(variance)
        share = alpha * mean**2 / e / variance
        raw = float((residual[1:] * residual[:-1])[pairs].sum() / (residual @ residual))
        common = float(np.sqrt(share[1:] * share[:-1])[pairs].mean())
        rho = float(
            np.clip((raw + means * (1 + 4 * raw) / n) / max(common, 0.05), 0.0, 0.9)
        )
    return alpha, rho


def quantile_tables(alpha: float, e: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Gamma frailties by normal score, a row an exposure, and each period's row."""
    if alpha <= 0:
        return np.ones((1, 2)), np.zeros(e.size, dtype=np.int64)
    edges = np.unique(e)
    if edges.size > _TABLES:
        edges = np.unique(np.quantile(e, np.linspace(0, 1, _TABLES)))
    which = np.abs(e[:, None] - edges[None, :]).argmin(axis=1)
    shape = edges[:, None] / alpha
    table = special.gammaincinv(shape, special.ndtr(_SCORES)[None, :]) / shape
    return table, which.astype(np.int64)


def draw_dependent(
    mean: Floats,
    e: Floats,
    noise: tuple[float, float],
    n: int,
    rng: np.random.Generator,
) -> Floats:
    """Draw series of counts whose frailties are autocorrelated.

    Parameters
    ----------
    mean, e : ndarray, shape (t,)
        Expected count and exposure of each period.
    noise : (float, float)
        Dispersion alpha and autocorrelation, as `dependence` returns them.
    n : int
        Number of series.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (n, t)
        Counts.
    """
    alpha, rho = noise
    z = rng.standard_normal((n, mean.size))
    for t in range(1, mean.size):
        z[:, t] = rho * z[:, t - 1] + math.sqrt(1 - rho * rho) * z[:, t]
    table, which = quantile_tables(alpha, e)
    factor = np.ones_like(z)
    if alpha > 0:
        for row in range(len(table)):
            factor[:, which == row] = np.interp(z[:, which == row], _SCORES, table[row])
    return rng.poisson(mean * factor).astype(np.float64)
