"""One series smoothed by a local level or local linear trend."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from conflictstats.checks.counts import check_autocorrelation
from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, Finding
from conflictstats.models._door import UnitSeries
from conflictstats.models._series_fits import (
    UnitFit,
    counts_of,
    data_rows,
    not_estimated,
    nullable,
    unit_label,
)

KINDS = ("level", "trend")
TRANSFORMS = ("log1p", "none")
COLUMNS = ("fitted", "fitted_low", "fitted_high", "smoothed_level", "residual")
TERMS = ("unit_name", "term", "estimate", "scale")
_FEWEST = 10
# A variance below this share of the data's own is a variance of zero.
_NOTHING = 1e-6


@dataclass(frozen=True, kw_only=True)
class LevelsPlan:
    """How to smooth: validated once, the same for every unit.

    Parameters
    ----------
    kind : {"level", "trend"}
        A level that wanders, or one with a slope that wanders.
    season : int or None
        Periods in a year's cycle.
    transform : {"log1p", "none"}
        Scale of the model.
    horizon : int
        Periods to forecast.
    level : float
        Nominal coverage.
    every : str or None
        Length of the periods.
    """

    kind: str
    season: int | None
    transform: str
    horizon: int
    level: float
    every: str | None


@dataclass(frozen=True, eq=False, kw_only=True)
class LevelsState:
    """What a unit's fit keeps beyond its tables.

    Parameters
    ----------
    variances : dict
        By term, on the model's scale.
    start, slope : float
        Smoothed level and slope in the first period.
    season : ndarray, shape (n,)
        Smoothed seasonal part.
    forecast : DataFrame
        A row a period beyond the data.
    """

    variances: dict[str, float]
    start: float
    slope: float
    season: np.ndarray
    forecast: pd.DataFrame


def fit_one(series: UnitSeries, exposure: np.ndarray, plan: LevelsPlan) -> UnitFit:
    """Smooth one series, or say in a Finding why it cannot be smoothed.

    Parameters
    ----------
    series : UnitSeries
        Counts; NaN is unknown and bridged by the model.
    exposure : ndarray, shape (n,)
        Counts are divided by it.
    plan : LevelsPlan
        How.
    """
    use = series.known & (exposure > 0)
    why = _why_not(series.y[use], plan)
    if why:
        return not_estimated(series, exposure, why, COLUMNS)
    rate = np.where(use, series.y, np.nan) / np.where(exposure > 0, exposure, 1.0)
    z = np.log1p(rate) if plan.transform == "log1p" else rate
    unit = float(np.nanstd(z))
    best = _best(z / unit, plan)
    if best is None:
        why = "The likelihood of the state space could not be maximised."
        return not_estimated(series, exposure, why, COLUMNS)
    variances = {k: v * unit**2 for k, v in _variances(best).items()}
    rows = data_rows(series, exposure)
    parts = _smoothed(best, unit, plan)
    for name, values in _back(parts, exposure, plan).items():
        rows[name] = values
    residual = np.asarray(best.filter_results.standardized_forecasts_error[0])
    # The first ones only find the level.
    residual[: best.loglikelihood_burn + _states(plan)] = np.nan
    rows["residual"] = nullable(np.where(use, residual, np.nan))
    n = int(use.sum())
    k = len(best.params)
    # Diffuse first periods have no density that could be rescaled.
    shift = (n - _states(plan)) * math.log(unit)
    log_likelihood = float(best.llf) - shift
    glance = counts_of(series) | {
        "n_obs": n,
        "log_likelihood": log_likelihood,
        "df_model": k,
        "aic": 2 * k - 2 * log_likelihood,
        "bic": math.log(n) * k - 2 * log_likelihood,
        "transform": plan.transform,
        "n_forecast": plan.horizon,
    }
    table = pd.DataFrame(
        {"term": list(variances), "estimate": list(variances.values())}
    ).assign(unit_name=series.unit, scale=plan.transform)
    return UnitFit(
        unit=series.unit,
        terms=table[list(TERMS)],
        rows=rows,
        glance=glance,
        findings=_findings(series.unit, variances, rows, float(np.nanvar(z))),
        state=LevelsState(
            variances=variances,
            start=float(parts["level"][0]),
            slope=float(parts["slope"][0]),
            season=parts["season"],
            forecast=_forecast(best, unit, series, exposure, plan),
        ),
    )


def _why_not(y: np.ndarray, plan: LevelsPlan) -> str:
    fewest = max(_FEWEST, 2 * (plan.season or 0) + 3)
    if len(y) < fewest:
        return (
            f"{len(y)} periods with a known count do not suffice for a wandering "
            f"level; at least {fewest} are needed."
        )
    if np.ptp(y) == 0:
        return "All known counts are equal: there is no variance to split."
    return ""


def _states(plan: LevelsPlan) -> int:
    return (2 if plan.kind == "trend" else 1) + (plan.season - 1 if plan.season else 0)


def _best(z: np.ndarray, plan: LevelsPlan) -> Any:
    """Return the best of several starts: the default ones often end on a ridge."""
    # statsmodels takes a second to load; only this model needs it.
    from statsmodels.tsa.statespace.structural import (  # noqa: PLC0415
        UnobservedComponents,
    )

    kind = "local linear trend" if plan.kind == "trend" else "local level"
    model = UnobservedComponents(
        z, level=kind, seasonal=plan.season, use_exact_diffuse=True
    )
    k = len(model.param_names)
    best = None
    with warnings.catch_warnings():
        # Whether a start converged is judged by its likelihood, below.
        warnings.simplefilter("ignore")
        for share in (0.1, 0.5, 0.9):
            start = np.full(k, 1e-3)
            start[0], start[1] = 1 - share, share
            try:
                fit = model.fit(start, disp=False, maxiter=500, method="lbfgs")
            except (np.linalg.LinAlgError, ValueError):
                continue
            if np.isfinite(fit.llf) and (best is None or fit.llf > best.llf):
                best = fit
    return best


_NAMES = {
    "sigma2.irregular": "irregular_variance",
    "sigma2.level": "level_variance",
    "sigma2.trend": "slope_variance",
    "sigma2.seasonal": "season_variance",
}


def _variances(fit: Any) -> dict[str, float]:
    named = zip(fit.model.param_names, fit.params, strict=True)
    return {_NAMES[name]: float(value) for name, value in named}


def _smoothed(fit: Any, unit: float, plan: LevelsPlan) -> dict[str, np.ndarray]:
    """Smoothed parts of the signal and its standard error, on the model's scale."""
    states, cover = fit.smoothed_state, fit.smoothed_state_cov
    n = states.shape[1]
    has_slope = plan.kind == "trend"
    design = np.zeros(len(states))
    design[0] = 1.0
    if plan.season:
        design[2 if has_slope else 1] = 1.0
    variance = np.einsum("i,ijt,j->t", design, cover, design)
    season = design[1:] @ states[1:] if plan.season else np.zeros(n)
    return {
        "level": states[0] * unit,
        "slope": states[1] * unit if has_slope else np.zeros(n),
        "season": season * unit,
        "signal": design @ states * unit,
        "error": np.sqrt(np.maximum(variance, 0)) * unit,
    }


def _inverse(z: np.ndarray, transform: str) -> np.ndarray:
    values = np.expm1(np.clip(z, -50, 700)) if transform == "log1p" else z
    return np.asarray(np.maximum(values, 0.0))


def _back(
    parts: dict[str, np.ndarray], exposure: np.ndarray, plan: LevelsPlan
) -> dict[str, np.ndarray]:
    z = float(ndtri(0.5 + plan.level / 2))
    reach = z * parts["error"]
    return {
        "fitted": _inverse(parts["signal"], plan.transform) * exposure,
        "fitted_low": _inverse(parts["signal"] - reach, plan.transform) * exposure,
        "fitted_high": _inverse(parts["signal"] + reach, plan.transform) * exposure,
        "smoothed_level": _inverse(parts["level"], plan.transform) * exposure,
    }


_STEPS = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
    "year": pd.DateOffset(years=1),
}


def _forecast(
    fit: Any,
    unit: float,
    series: UnitSeries,
    exposure: np.ndarray,
    plan: LevelsPlan,
) -> pd.DataFrame:
    if plan.horizon == 0:
        return pd.DataFrame()
    ahead = fit.get_forecast(plan.horizon)
    mean = np.asarray(ahead.predicted_mean) * unit
    error = np.sqrt(np.asarray(ahead.var_pred_mean)) * unit
    reach = float(ndtri(0.5 + plan.level / 2)) * error
    dated = isinstance(series.index, pd.DatetimeIndex)
    last = series.index[-1]
    if dated and plan.every is not None:
        step = _STEPS[plan.every]
        index: Any = [last + (k + 1) * step for k in range(plan.horizon)]
    else:
        gap = last - series.index[-2]
        index = [last + (k + 1) * gap for k in range(plan.horizon)]
    share = float(exposure[exposure > 0][-1])
    return pd.DataFrame(
        {
            "unit_name": series.unit,
            "period_start" if dated else "time": index,
            "fitted": _inverse(mean, plan.transform) * share,
            "fitted_low": _inverse(mean - reach, plan.transform) * share,
            "fitted_high": _inverse(mean + reach, plan.transform) * share,
        }
    )


def _findings(
    unit: str, variances: dict[str, float], rows: pd.DataFrame, whole: float
) -> tuple[Finding, ...]:
    label = unit_label(unit)
    found = [check_autocorrelation(rows, unit=label)]
    still = [k for k, v in variances.items() if v < _NOTHING * whole]
    moving = {"level_variance", "slope_variance"} & set(variances)
    if moving <= set(still):
        said = "The level does not wander: a straight line in time says as much."
        found.append(Finding("level_moves", DOES_NOT_HOLD, said, unit=label))
    if "irregular_variance" in still:
        said = (
            "Nothing is left as noise: the level follows every count, and its smooth "
            "says no more than the data."
        )
        found.append(Finding("noise", CANNOT_TELL, said, unit=label))
    return tuple(found)
