"""Reaction functions of two sides, one record a direction and model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import chdtrc, stdtrit

from conflictstats.models._sides import Sides
from conflictstats.numerics.count_regression import CountFit, fit_nb2
from conflictstats.numerics.ingarch import choose_memory, fit_ingarch
from conflictstats.numerics.vector_autoregression import (
    Autoregression,
    LaggedDesign,
    WaldTest,
    bandwidth,
    choose_lags,
    fit_autoregression,
    granger_test,
    hac_covariance,
    lagged_design,
    leave_out_residual,
    wald_test,
)

ONE = np.array([1])
CODINGS = ("count", "incidence", "log1p")
SCALES = {
    "count": "events per event",
    "incidence": "probability per period with events",
    "log1p": "log per log",
}


@dataclass(frozen=True, eq=False)
class Reactions:
    """All fits.

    Parameters
    ----------
    records : tuple of dict
        A row a direction and model, as the tidy table has them.
    autoregression : Autoregression or None
        Of the counts.
    negative_binomial : tuple of (CountFit or None)
        A log-linear regression for each side.
    design : LaggedDesign
        Rows of the negative-binomial regressions: log(1 + count) on its lags.
    other : ndarray, shape (T, r)
        Trend and season.
    """

    records: tuple[dict[str, Any], ...]
    autoregression: Autoregression | None
    negative_binomial: tuple[CountFit | None, ...]
    design: LaggedDesign
    other: np.ndarray


def code_counts(y: np.ndarray, coding: str) -> np.ndarray:
    """Return counts as they enter a model.

    Parameters
    ----------
    y : ndarray
        Counts; NaN is unknown and stays so.
    coding : {"count", "incidence", "log1p"}
        As they are, whether there were any, or log(1 + count).
    """
    if coding == "incidence":
        return np.where(np.isnan(y), np.nan, (y > 0).astype(float))
    return np.log1p(y) if coding == "log1p" else y


def covariates(n: int, trend: bool, season: int | None) -> np.ndarray:
    """Return columns for a linear trend and for the places of a cycle.

    Parameters
    ----------
    n : int
        Periods.
    trend : bool
        Whether there is a trend.
    season : int or None
        Periods of a cycle; a column each but the first.
    """
    t = np.arange(n)
    columns = [t[:, None] / max(n - 1, 1)] if trend else []
    if season:
        columns.append((t[:, None] % season == np.arange(1, season)).astype(float))
    return np.hstack(columns) if columns else np.zeros((n, 0))


def positive_covariates(n: int, trend: bool, season: int | None) -> np.ndarray:
    """Return the same for a model whose coefficients cannot be negative.

    A line may rise or fall, so it has a column each; every place of a cycle has one.

    Parameters
    ----------
    n : int
        Periods.
    trend : bool
        Whether there is a trend.
    season : int or None
        Periods of a cycle.
    """
    t = np.arange(n)
    line = t / max(n - 1, 1)
    columns = [line[:, None], 1 - line[:, None]] if trend else []
    if season:
        columns.append((t[:, None] % season == np.arange(season)).astype(float))
    return np.hstack(columns) if columns else np.zeros((n, 0))


def fit_reactions(
    sides: Sides,
    *,
    lags: int | None,
    most: int,
    trend: bool,
    season: int | None,
    level: float,
) -> Reactions:
    """Fit all models but the point process.

    Parameters
    ----------
    sides : Sides
        The counts.
    lags : int or None
        Lags; by BIC for each coding if None.
    most : int
        Most lags tried.
    trend : bool
        Whether a linear trend stands beside the lags.
    season : int or None
        Periods of a cycle.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Reactions
        What could not be fitted has a record without estimate.
    """
    other = covariates(len(sides.y), trend, season)
    positive = positive_covariates(len(sides.y), trend, season)
    records: list[dict[str, Any]] = []
    counts = None
    for coding in CODINGS:
        coded = code_counts(sides.y, coding)
        p = lags or choose_lags(coded, most, other)
        fit = fit_autoregression(lagged_design(coded, p, other))
        if coding == "count":
            counts = fit
        records += _autoregression_rows(sides, coding, p, fit, level)
    logs = code_counts(sides.y, "log1p")
    p = lags or choose_lags(logs, most, other)
    design = lagged_design(logs, p, other)
    fits = []
    for target in (0, 1):
        fit_, record = _negative_binomial(sides, design, target, level)
        fits.append(fit_)
        records.append(record)
        records.append(_ingarch(sides, target, positive, level, lags, most))
    return Reactions(tuple(records), counts, tuple(fits), design, other)


def _base(sides: Sides, target: int, coding: str, model: str, p: int) -> dict[str, Any]:
    return {
        "term": "reaction",
        "stream": sides.names[target],
        "set_off_by": sides.names[1 - target],
        "coding": coding,
        "model": model,
        "n_lags": p,
    }


def _sum_of_lags(
    beta: np.ndarray, covariance: np.ndarray, test: WaldTest, level: float
) -> dict[str, Any]:
    """Return the sum of coefficients with its interval, and the joint test."""
    error = float(np.sqrt(max(covariance.sum(), 0.0)))
    t = float(stdtrit(test.df_rest, 0.5 + level / 2))
    total = float(beta.sum())
    return {
        "estimate": total,
        "std_error": error,
        "conf_low": total - t * error,
        "conf_high": total + t * error,
        "conf_level": level,
        "statistic": test.statistic,
        "p_value": test.p_value,
    }


def _autoregression_rows(
    sides: Sides, coding: str, p: int, fit: Autoregression | None, level: float
) -> list[dict[str, Any]]:
    rows = [_base(sides, target, coding, "VAR", p) for target in (0, 1)]
    if fit is None:
        return rows
    design = fit.design
    n, m = design.x.shape
    residual = leave_out_residual(design.x, fit.residual, fit.bread)
    scores = np.hstack([design.x * residual[:, [k]] for k in (0, 1)])
    joint = hac_covariance(scores, design.position, fit.bread, bandwidth(n), 0)
    at = []
    for target in (0, 1):
        own = design.columns(1 - target)
        beta, where = fit.coef[own, target], own + m * target
        at.append(where)
        covariance = joint[np.ix_(where, where)]
        test = wald_test(beta, covariance, n - m)
        rows[target] |= _sum_of_lags(beta, covariance, test, level)
        rows[target]["scale"] = SCALES[coding]
    if coding != "count":
        return rows
    contrast = np.zeros(2 * m)
    contrast[at[0]], contrast[at[1]] = 1.0, -1.0
    gap = np.array([float(contrast @ fit.coef.T.ravel())])
    spread = np.array([[float(contrast @ joint @ contrast)]])
    test = wald_test(gap, spread, n - m)
    rows.append(
        _base(sides, 0, coding, "VAR", p)
        | _sum_of_lags(gap, spread, test, level)
        | {"term": "difference", "scale": SCALES[coding]}
    )
    for target in (0, 1):
        plain = granger_test(design, 1 - target, target)
        rows.append(
            _base(sides, target, coding, "VAR", p)
            | {"term": "granger", "statistic": plain.statistic}
            | {"p_value": plain.p_value}
        )
    return rows


def _negative_binomial(
    sides: Sides, design: LaggedDesign, target: int, level: float
) -> tuple[CountFit | None, dict[str, Any]]:
    """Fit counts log-linearly on lags of log(1 + count), with HAC errors."""
    record = _base(sides, target, "count", "NB", design.n_lags)
    x, y = design.x, sides.y[design.position, target]
    n, m = x.shape
    if n <= m + 1 or np.linalg.matrix_rank(x) < m or not (y > 0).any():
        return None, record
    fit = fit_nb2(x, y, np.zeros(n))
    if not fit.converged:
        return None, record
    weighted = x * np.sqrt(fit.mu / (1 + fit.alpha * fit.mu))[:, None]
    pearson = (y - fit.mu) / np.sqrt(fit.mu + fit.alpha * fit.mu**2)
    residual = leave_out_residual(weighted, pearson, fit.bread)
    joint = hac_covariance(
        weighted * residual[:, None], design.position, fit.bread, bandwidth(n), 0
    )
    own = design.columns(1 - target)
    covariance = joint[np.ix_(own, own)]
    test = wald_test(fit.beta[own], covariance, n - m)
    record |= _sum_of_lags(fit.beta[own], covariance, test, level)
    record["scale"] = "log per log"
    return fit, record


def _ingarch(
    sides: Sides,
    target: int,
    positive: np.ndarray,
    level: float,
    lags: int | None,
    most: int,
) -> dict[str, Any]:
    """Fit b_0 + sum b_i y_{t-i} + a lambda_{t-1} + c x_{t-1} + eta'z_t, test c = 0.

    z holds trend and season. The other side's unknown counts enter as its mean and the
    period after is left out of the likelihood. c = 0 is the edge of what is allowed, so
    the likelihood ratio is half a chi-squared of one degree.
    """
    record = _base(sides, target, "count", "INGARCH", lags or 1)
    y, x = sides.y[:, target], sides.y[:, 1 - target]
    before = np.append(np.nan, x[:-1])
    use = np.isfinite(y) & np.isfinite(before)
    if use.sum() < 20 or not (y[use] > 0).any() or np.ptp(before[use]) == 0:
        return record
    neutral = float(np.nanmean(x))
    column = np.where(np.isfinite(before), before, neutral)[:, None]
    p, without = choose_memory(y, positive, use, lags or most, least=lags or 1)
    record["n_lags"] = p
    full = fit_ingarch(
        y, past=np.arange(1, p + 1), means=ONE, x=np.hstack([positive, column]),
        use=use, negative_binomial=True, near=without,
    )  # fmt: skip
    ratio = max(2 * (full.log_likelihood - without.log_likelihood), 0.0)
    record |= {
        "estimate": float(full.theta[-1]),
        "conf_level": level,
        "statistic": ratio,
        "p_value": 0.5 * float(chdtrc(1, ratio)) if ratio > 1e-8 else 1.0,
        "scale": SCALES["count"],
    }
    if full.theta[-1] > 1e-6:
        error = float(np.sqrt(full.covariance[-1, -1]))
        rest = max(int(use.sum()) - full.theta.size, 1)
        t = float(stdtrit(rest, 0.5 + level / 2))
        record |= {
            "std_error": error,
            "conf_low": max(full.theta[-1] - t * error, 0.0),
            "conf_high": full.theta[-1] + t * error,
        }
    return record
