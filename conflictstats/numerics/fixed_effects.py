"""Poisson regression with a level for every unit, the levels concentrated out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from conflictstats.numerics.count_regression import MAX_ITERATIONS, MAX_LOG_RANGE


class FixedFit(NamedTuple):
    """A fitted Poisson regression with unit effects.

    Attributes
    ----------
    beta : ndarray, shape (p,)
        Coefficients shared by the units.
    effect : ndarray, shape (G,)
        Log level of each unit.
    mu : ndarray, shape (n,)
        Fitted means.
    within : ndarray, shape (n, p)
        Design minus its unit means weighted by mu.
    bread : ndarray, shape (p, p)
        Inverse of the information about beta.
    converged : bool
        Whether the maximum was reached.
    """

    beta: np.ndarray
    effect: np.ndarray
    mu: np.ndarray
    within: np.ndarray
    bread: np.ndarray
    converged: bool


def fit_fixed_effects(
    x: np.ndarray, y: np.ndarray, offset: np.ndarray, unit: np.ndarray
) -> FixedFit:
    """Fit E[y] = exp(effect_unit + x beta + offset) by maximum likelihood.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Design without intercept.
    y : ndarray, shape (n,)
        Counts; every unit has a positive total.
    offset : ndarray, shape (n,)
        Log exposure.
    unit : ndarray of int64, shape (n,)
        Unit of each row, 0 to G - 1.

    Returns
    -------
    FixedFit

    References
    ----------
    Hausman, Hall and Griliches (1984), Econometric models for count data. Econometrica
    52(4): the levels drop out of the conditional likelihood, which has the same
    maximum.
    """
    total = np.bincount(unit, y)
    beta = np.zeros(x.shape[1])
    value, mu, effect = _profile(x, y, offset, unit, total, beta)
    within, information = _within(x, mu, unit)
    converged = False
    for _ in range(MAX_ITERATIONS):
        score = within.T @ (y - mu)
        step = np.linalg.lstsq(information, score, rcond=None)[0]
        for _halving in range(40):
            new, mu, effect = _profile(x, y, offset, unit, total, beta + step)
            if new >= value - 1e-12 * abs(value):
                break
            step = step / 2
        beta, value = beta + step, new
        within, information = _within(x, mu, unit)
        if float(score @ step) <= 1e-11 * (abs(value) + 1):
            converged = bool(np.ptp(x @ beta) < MAX_LOG_RANGE)
            break
    bread = np.linalg.pinv(information, hermitian=True)
    return FixedFit(beta, effect, mu, within, bread, converged)


def _profile(
    x: np.ndarray,
    y: np.ndarray,
    offset: np.ndarray,
    unit: np.ndarray,
    total: np.ndarray,
    beta: np.ndarray,
) -> tuple[float, np.ndarray, np.ndarray]:
    eta = np.clip(x @ beta + offset, -700, 700)
    level = np.log(total) - np.log(np.bincount(unit, np.exp(eta)))
    eta = eta + level[unit]
    # Fitted totals equal observed ones, so the sum of the means is a constant.
    return float(y @ eta), np.exp(eta), level


def _within(
    x: np.ndarray, mu: np.ndarray, unit: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    weight = np.bincount(unit, mu)
    centre = np.column_stack([np.bincount(unit, mu * c) / weight for c in x.T])
    within = x - centre[unit]
    return within, (within * mu[:, None]).T @ within
