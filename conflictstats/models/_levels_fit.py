"""One series smoothed by a local level or local linear trend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from conflictstats.checks.counts import check_autocorrelation
from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, Finding
from conflictstats.models._door import UnitSeries
from conflictstats.models._draw_pools import observed_over, pooled_interval
from conflictstats.models._series_fits import (
    UnitFit,
    counts_of,
    data_rows,
    not_estimated,
    nullable,
    unit_label,
)
from conflictstats.numerics.structural_filter import Smoothed, smooth
from conflictstats.numerics.structural_fit import Structure, fit_structure

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
    signal, error : ndarray, shape (n,)
        Smoothed series on the model's scale, and its standard error.
    ahead, ahead_error : ndarray, shape (horizon,)
        Values to come on the model's scale, and their standard error.
    forecast : DataFrame
        A row a period beyond the data.
    """

    variances: dict[str, float]
    start: float
    slope: float
    season: np.ndarray
    signal: np.ndarray
    error: np.ndarray
    ahead: np.ndarray
    ahead_error: np.ndarray
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
    best = fit_structure(z / unit, slope=plan.kind == "trend", season=plan.season)
    if best is None:
        why = "Some month of the cycle is never known, so the season cannot be told."
        return not_estimated(series, exposure, why, COLUMNS)
    names = _names(plan)
    values = (best.variances * unit**2).tolist()
    variances = dict(zip(names, values, strict=True))
    parts = smooth(z / unit, best.variances, best.states, best.slope, plan.horizon)
    rows = data_rows(series, exposure)
    error = np.sqrt(parts.signal_variance) * unit
    for name, column in {
        **_interval(parts.signal * unit, error, exposure, plan),
        "smoothed_level": from_scale(parts.level * unit, plan.transform) * exposure,
    }.items():
        rows[name] = column
    rows["residual"] = nullable(_settled(parts.residual, best))
    n = int(use.sum())
    k = len(best.variances)
    # Diffuse first periods have no density that could be rescaled.
    shift = (n - best.states) * math.log(unit)
    log_likelihood = best.log_likelihood - shift
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
            start=float(parts.level[0]) * unit,
            slope=float(parts.slope[0]) * unit,
            season=parts.season * unit,
            signal=parts.signal * unit,
            error=error,
            ahead=parts.ahead * unit,
            ahead_error=np.sqrt(parts.ahead_variance) * unit,
            forecast=_forecast(parts, unit, series, exposure, plan),
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


def _names(plan: LevelsPlan) -> list[str]:
    slope = ["slope_variance"] if plan.kind == "trend" else []
    season = ["season_variance"] if plan.season else []
    return ["irregular_variance", "level_variance", *slope, *season]


def _settled(residual: np.ndarray, best: Structure) -> np.ndarray:
    """Blank the first residuals, which are of states still being found."""
    out = residual.copy()
    out[: best.states] = np.nan
    return out


def from_scale(z: np.ndarray, transform: str) -> np.ndarray:
    """Return counts from the model's scale, none below zero."""
    values = np.expm1(np.clip(z, -50, 700)) if transform == "log1p" else z
    return np.asarray(np.maximum(values, 0.0))


def _interval(
    mean: np.ndarray, error: np.ndarray, exposure: np.ndarray | float, plan: LevelsPlan
) -> dict[str, np.ndarray]:
    """Return counts and their interval from the model's scale."""
    reach = float(ndtri(0.5 + plan.level / 2)) * error
    return {
        "fitted": from_scale(mean, plan.transform) * exposure,
        "fitted_low": from_scale(mean - reach, plan.transform) * exposure,
        "fitted_high": from_scale(mean + reach, plan.transform) * exposure,
    }


_STEPS = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
    "year": pd.DateOffset(years=1),
}


def _forecast(
    parts: Smoothed,
    unit: float,
    series: UnitSeries,
    exposure: np.ndarray,
    plan: LevelsPlan,
) -> pd.DataFrame:
    if plan.horizon == 0:
        return pd.DataFrame()
    mean = parts.ahead * unit
    error = np.sqrt(parts.ahead_variance) * unit
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
            **_interval(mean, error, share, plan),
        }
    )


def pooled_levels(results: Sequence[Any], level: float) -> pd.DataFrame | None:
    """Pool the smooths and forecasts of fits to several draws, on the model's scale.

    Parameters
    ----------
    results : sequence of LevelsResult
        Of the same units, periods and options.
    level : float
        Nominal coverage.

    Returns
    -------
    DataFrame or None
        A row a period of each unit that every draw could smooth; forecasts have
        is_forecast. None where there is no such unit.
    """
    parts = []
    for fits in zip(*(r.fits for r in results), strict=True):
        if not all(f.estimated for f in fits):
            continue
        states = [f.state for f in fits]
        rows = observed_over([f.rows for f in fits])
        exposure = fits[0].rows["exposure"].to_numpy(dtype="float64")
        parts.append(
            _pooled_rows(rows, states, "signal", "error", exposure, results[0], level)
        )
        ahead = states[0].forecast
        if len(ahead):
            rows = ahead[list(ahead.columns[:2])].copy()
            share = np.full(len(rows), float(exposure[exposure > 0][-1]))
            parts.append(
                _pooled_rows(
                    rows, states, "ahead", "ahead_error", share, results[0], level
                )
            )
    return pd.concat(parts, ignore_index=True) if parts else None


def _pooled_rows(
    rows: pd.DataFrame,
    states: Sequence[LevelsState],
    mean: str,
    error: str,
    exposure: np.ndarray,
    result: Any,
    level: float,
) -> pd.DataFrame:
    middle, low, high = pooled_interval(
        np.array([getattr(s, mean) for s in states]),
        np.array([getattr(s, error) for s in states]),
        level,
    )
    for name, values in (
        ("fitted", middle),
        ("fitted_low", low),
        ("fitted_high", high),
    ):
        rows[name] = from_scale(values, result.transform) * exposure
    rows["is_forecast"] = mean == "ahead"
    return rows


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
