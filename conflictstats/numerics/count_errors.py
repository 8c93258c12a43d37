"""Errors, dispersion and likelihood of a fitted count regression, by name."""

from __future__ import annotations

import numpy as np

from conflictstats.numerics.count_regression import CountFit
from conflictstats.numerics.covariance import (
    Robust,
    automatic_lag,
    heteroscedastic,
    newey_west,
    residual_autocorrelation,
)

# Pearson's X2 a period below this is rounding.
_EXACT = 1e-16


def working(
    x: np.ndarray, y: np.ndarray, fit: CountFit
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weighted design and the Pearson residuals at dispersion 1.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Design.
    y : ndarray, shape (n,)
        Counts.
    fit : CountFit
        Their regression.
    """
    spread = np.sqrt(fit.mu * (1 + fit.alpha * fit.mu))
    return x * (fit.mu / spread)[:, None], (y - fit.mu) / spread


def count_covariance(
    x: np.ndarray,
    y: np.ndarray,
    fit: CountFit,
    position: np.ndarray,
    *,
    kind: str,
    scaled: bool,
    lag: int | None,
    focus: int,
) -> Robust:
    """Return the covariance of the coefficients by its usual name.

    Parameters
    ----------
    x, y, fit : ndarray, ndarray, CountFit
        As for `working`.
    position : ndarray of int64, shape (n,)
        Period of each row.
    kind : {"HAC", "HC0", "HC1", "HC3", "model"}
        Which.
    scaled : bool
        Whether "model" is multiplied by Pearson's X2/df (quasi-Poisson).
    lag : int or None
        Bartlett lag of "HAC"; automatic if None.
    focus : int
        Coefficient whose scores choose the automatic lag.

    Returns
    -------
    Robust
        NaN where the counts lie exactly on the model and errors come from residuals:
        there is nothing to estimate them from.
    """
    z, residual = working(x, y, fit)
    n, p = x.shape
    if (kind != "model" or scaled) and float(residual @ residual) <= n * _EXACT:
        return Robust(np.full((p, p), np.nan), np.full(p, float(n - p)), 0)
    if kind == "HAC":
        if lag is None:
            lag = automatic_lag((z @ fit.bread)[:, focus] * residual)
        rho = residual_autocorrelation(residual, position)
        return newey_west(z, residual, fit.bread, position, lag, rho)
    df = np.full(p, float(n - p))
    if kind == "model":
        scale = float(residual @ residual) / (n - p) if scaled else 1.0
        return Robust(fit.bread * scale, df, 0)
    return Robust(heteroscedastic(z, residual, fit.bread, kind), df, 0)


def variance_ratio(y: np.ndarray, mu: np.ndarray, p: int) -> float:
    """Return Pearson's X2 over n - p: the variance over the mean."""
    return float(((y - mu) ** 2 / mu).sum()) / (len(y) - p)


def likelihood_facts(fit: CountFit, k: int, n: int) -> dict[str, float]:
    """Return the log-likelihood, AIC and BIC of k parameters and n counts."""
    return {
        "log_likelihood": fit.log_likelihood,
        "aic": 2 * k - 2 * fit.log_likelihood,
        "bic": float(np.log(n)) * k - 2 * fit.log_likelihood,
    }
