"""Fit the same model again to changed data, from what a result keeps of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from conflictstats.errors import ArgumentTypeError
from conflictstats.models._result import FitResult
from conflictstats.models.breaks import BreaksResult, fit_breaks
from conflictstats.models.interruption import InterruptionResult, fit_interruption
from conflictstats.models.levels import LevelsResult, fit_levels
from conflictstats.models.monotone import MonotoneResult, fit_monotone_trend
from conflictstats.models.trend import TrendResult, fit_trend

# What a result is made by, and options that only cost time when fitting again.
_MAKERS: tuple[tuple[type[FitResult], Callable[..., FitResult], Mapping[str, Any]], ...]
_MAKERS = (
    (TrendResult, fit_trend, {}),
    (MonotoneResult, fit_monotone_trend, {}),
    (BreaksResult, fit_breaks, {"posterior": False}),
    (InterruptionResult, fit_interruption, {"placebo": False}),
    (LevelsResult, fit_levels, {"horizon": 0}),
)


def series_models() -> str:
    """Return the functions whose results can be fitted again, for messages."""
    return ", ".join(f"`{maker.__name__}`" for _, maker, _ in _MAKERS)


def data_of(result: FitResult) -> pd.DataFrame:
    """Return the data a result was fitted to: its rows of `augment`.

    Parameters
    ----------
    result : FitResult
        From a model of series.

    Returns
    -------
    DataFrame
        unit_name, period_start or time, observed, low, high, exposure.

    Raises
    ------
    ArgumentTypeError
        If the result is of another kind of model.
    """
    if not any(isinstance(result, kind) for kind, _, _ in _MAKERS):
        message = (
            f"`result` must come from one of {series_models()}; got "
            f"{type(result).__name__}."
        )
        raise ArgumentTypeError(message)
    rows = result.to_frame("augment")
    time = "period_start" if "period_start" in rows else "time"
    return rows[["unit_name", time, "observed", "low", "high", "exposure"]]


def refit(result: FitResult, rows: pd.DataFrame, value: str = "observed") -> FitResult:
    """Fit a result's model to changed rows.

    Parameters
    ----------
    result : FitResult
        The fit as it was; its arguments are used again.
    rows : DataFrame
        From `data_of`, changed.
    value : {"observed", "low", "high"}
        Which column is the count.

    Returns
    -------
    FitResult
    """
    time = rows.columns[1]
    data, exposure = {}, {}
    for unit, part in rows.groupby("unit_name", sort=True):
        index = pd.Index(part[time])
        counts = part[value].astype("Float64")
        # A period without exposure has no count that could be modelled.
        share = part["exposure"].astype("float64")
        data[str(unit)] = counts.mask((share <= 0).to_numpy()).set_axis(index)
        exposure[str(unit)] = share.where(share > 0, 1.0).set_axis(index)
    _, maker, cheap = next(m for m in _MAKERS if isinstance(result, m[0]))
    call = {k: v for k, v in result.call.items() if k not in ("value", "exposure")}
    given: Any = data
    if set(data) == {"all"}:
        given, exposure = data["all"], {"all": exposure["all"]}
    return maker(given, **(call | dict(cheap)), exposure=exposure)
