"""What a fitted model expects of each period: quantiles of single counts."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from conflictstats.models._levels_fit import from_scale
from conflictstats.models._result import FitResult
from conflictstats.models.breaks import BreaksResult
from conflictstats.models.interruption import InterruptionResult
from conflictstats.models.levels import LevelsResult
from conflictstats.models.monotone import MonotoneResult
from conflictstats.models.trend import TrendResult
from conflictstats.numerics.nowcast_predictive import Predictive


def predictive_quantiles(result: FitResult, levels: np.ndarray) -> np.ndarray:
    """Return quantiles of the count of each period, known or not.

    Parameters
    ----------
    result : FitResult
        From a model of series.
    levels : ndarray, shape (m,)
        Probabilities.

    Returns
    -------
    ndarray, shape (n, m)
        In the order of `to_frame("augment")`; NaN where the model says nothing. The
        estimates count as known.
    """
    parts = []
    for fit in getattr(result, "fits", ()):
        if isinstance(result, TrendResult):
            mean = np.asarray(fit.fitted, dtype="float64")
            parts.append(_counts(mean, fit.dispersion, result.family, levels))
        elif not fit.estimated:
            parts.append(np.full((len(fit.rows), len(levels)), np.nan))
        else:
            parts.append(_of_unit(result, fit, levels))
    return np.concatenate(parts)


def _of_unit(result: FitResult, fit: Any, levels: np.ndarray) -> np.ndarray:
    state = fit.state
    mean = fit.rows["fitted"].to_numpy(dtype="float64", na_value=np.nan)
    exposure = fit.rows["exposure"].to_numpy(dtype="float64")
    if isinstance(result, LevelsResult):
        spread = np.sqrt(state.error**2 + state.variances["irregular_variance"])
        z = state.signal[:, None] + spread[:, None] * ndtri(levels)
        return np.asarray(from_scale(z, result.transform) * exposure[:, None])
    if isinstance(result, MonotoneResult):
        around = np.quantile(state, levels)
        return np.asarray(np.maximum(mean[:, None] + around * exposure[:, None], 0.0))
    if isinstance(result, InterruptionResult):
        return _counts(mean, state.dispersion, result.family, levels)
    if isinstance(result, BreaksResult) and result.family == "gaussian":
        spread = state.sigma * np.sqrt(np.maximum(exposure, 0.0))
        return np.asarray(
            np.maximum(mean[:, None] + spread[:, None] * ndtri(levels), 0)
        )
    size = float(state.chosen.size)
    return _counts(mean, 1 / size if np.isfinite(size) else 0.0, "nb2", levels)


def _counts(
    mean: np.ndarray, dispersion: float, family: str, levels: np.ndarray
) -> np.ndarray:
    """Return quantiles of negative-binomial counts (Poisson without dispersion)."""
    mu = np.nan_to_num(mean)
    more = mu * dispersion if family == "nb2" else max(dispersion - 1, 0.0)
    said = Predictive(
        base=np.zeros_like(mu),
        rest=mu,
        variance=np.maximum(mu * (1 + more), 1e-9),
        same=np.zeros_like(mu),
        falls=False,
    )
    out = np.column_stack([said.quantile(float(p)) for p in levels])
    return np.where(np.isnan(mean)[:, None], np.nan, out)
