"""Local projections: what follows one more event, horizon by horizon.

For each horizon h, y_{t+h} is regressed on y_t, .., y_{t-p+1} and the covariates of
t + h; the coefficients of y_t are the response, without a model that carries it
forward. Errors overlap up to h periods, so their covariance is Newey-West. Reference:
Jorda (2005), American Economic Review 95, 161-182.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from conflictstats.numerics.vector_autoregression import (
    LaggedDesign,
    bandwidth,
    fit_autoregression,
    hac_covariance,
    leave_out_residual,
)

Floats = NDArray[np.float64]


class Projections(NamedTuple):
    """Responses by horizon.

    Attributes
    ----------
    estimate : ndarray, shape (H + 1, K, K)
        Entry (h, i, j): series i, h periods after one more in j. One and zero at
        horizon 0 by definition: within a period nothing has a direction.
    low, high : ndarray, shape (H + 1, K, K)
        Ends of pointwise intervals; NaN where a horizon has too few rows.
    """

    estimate: Floats
    low: Floats
    high: Floats


def projected_design(y: Floats, n_lags: int, other: Floats, ahead: int) -> LaggedDesign:
    """Put y some periods ahead beside y now and before; unknown rows are left out.

    Parameters
    ----------
    y : ndarray, shape (T, K)
        The series; NaN is unknown.
    n_lags : int
        Periods on the right-hand side, now included.
    other : ndarray, shape (T, r)
        Further covariates, those of the left-hand side's period.
    ahead : int
        Horizon h, at least 1.
    """
    total = len(y)
    first = n_lags - 1 + ahead
    lags = [y[first - ahead - k : total - ahead - k] for k in range(n_lags)]
    x = np.column_stack([np.ones(total - first), *lags, other[first:]])
    left = y[first:]
    known = np.isfinite(x).all(axis=1) & np.isfinite(left).all(axis=1)
    return LaggedDesign(
        np.ascontiguousarray(x[known]),
        np.ascontiguousarray(left[known]),
        np.flatnonzero(known) + first,
        n_lags,
    )


def local_projections(
    y: Floats, n_lags: int, other: Floats, horizon: int, level: float
) -> Projections:
    """Estimate responses by local projections.

    Parameters
    ----------
    y : ndarray, shape (T, K)
        The series; NaN is unknown.
    n_lags : int
        Periods on the right-hand side, as many as an autoregression has lags.
    other : ndarray, shape (T, r)
        Further covariates.
    horizon : int
        Periods ahead.
    level : float
        Nominal coverage of the pointwise bands.

    Returns
    -------
    Projections
        Bartlett lag the larger of the horizon and 4 (n / 100)^(2/9), leave-one-out
        residuals, t quantiles.
    """
    k = y.shape[1]
    value = np.full((horizon + 1, k, k), np.nan)
    reach = np.full((horizon + 1, k, k), np.nan)
    value[0], reach[0] = np.eye(k), 0.0
    for h in range(1, horizon + 1):
        if len(y) <= n_lags + h:
            break
        design = projected_design(y, n_lags, other, h)
        fit = fit_autoregression(design)
        if fit is None:
            break
        n, m = design.x.shape
        residual = leave_out_residual(design.x, fit.residual, fit.bread)
        lag = max(h, bandwidth(n))
        quantile = float(stdtrit(n - m, 0.5 + level / 2))
        value[h] = fit.coef[1 : 1 + k].T
        for i in range(k):
            scores = design.x * residual[:, [i]]
            own = hac_covariance(scores, design.position, fit.bread, lag, 0)
            spread = np.sqrt(np.maximum(np.diag(own)[1 : 1 + k], 0.0))
            reach[h, i] = quantile * spread
    return Projections(value, value - reach, value + reach)
