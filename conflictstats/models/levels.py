"""Smooth levels of counts with their uncertainty, and short forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.models._door import open_series
from conflictstats.models._draws import takes_draws
from conflictstats.models._levels_fit import (
    KINDS,
    TERMS,
    TRANSFORMS,
    LevelsPlan,
    LevelsState,
    fit_one,
    pooled_levels,
)
from conflictstats.models._result import _clean
from conflictstats.models._series_fits import (
    SeriesResult,
    UnitFit,
    exposure_of,
    fit_units,
    reading_notes,
)
from conflictstats.plots.timeline import plot_series
from conflictstats.plots.words import count_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SEASONS = {"month": 12, "quarter": 4}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LevelsResult(SeriesResult):
    """Smoothed levels; see `fit_levels`.

    Parameters
    ----------
    kind, transform : str
        As the model was called.
    """

    kind: str
    transform: str

    MODEL = "levels"
    TERMS = TERMS

    @property
    def title(self) -> str:
        """One line: the model and what it was fitted to."""
        name = "local linear trend" if self.kind == "trend" else "local level"
        scale = "log(1 + count)" if self.transform == "log1p" else "counts"
        return f"Level of reported {self.measure}: {name} on {scale}{self._many()}"

    def forecast(self) -> pd.DataFrame:
        """Return the forecast of counts beyond the data.

        Returns
        -------
        DataFrame
            period_start (or time), fitted (the median), fitted_low, fitted_high.

        Raises
        ------
        EstimationError
            If none was asked for.
        """
        parts = [self._state(f).forecast for f in self.done]
        parts = [p for p in parts if len(p)]
        if not parts:
            message = "There is no forecast.\nHint: `fit_levels(..., horizon=6)`."
            raise EstimationError(message)
        return _clean(pd.concat(parts, ignore_index=True))

    def _pooled_periods(
        self, results: tuple[Any, ...], level: float
    ) -> pd.DataFrame | None:
        return pooled_levels(results, level)

    @staticmethod
    def _state(fit: UnitFit) -> LevelsState:
        return cast("LevelsState", fit.state)

    def _draw(self, ax: Axes) -> None:
        rows = self.fits[0].rows
        known = rows["fitted"].notna().any()
        label = count_label(self.measure)
        plot_series(rows, ax=ax, fitted=rows if known else None, label=label)

    def _draw_unit(self, fit: UnitFit, rng: np.random.Generator) -> np.ndarray:
        state, n = self._state(fit), len(fit.rows)
        spread = {k: v**0.5 for k, v in state.variances.items()}
        slope = state.slope + np.cumsum(
            spread.get("slope_variance", 0.0) * rng.normal(size=n)
        )
        steps = slope + spread["level_variance"] * rng.normal(size=n)
        level = state.start + np.concatenate([[0.0], np.cumsum(steps)[:-1]])
        noise = spread["irregular_variance"] * rng.normal(size=n)
        z = level + state.season + noise
        rate = np.expm1(np.clip(z, -50, 40)) if self.transform == "log1p" else z
        exposure = fit.rows["exposure"].to_numpy(dtype="float64")
        return np.asarray(np.maximum(np.round(rate * exposure), 0.0))


@takes_draws
def fit_levels(  # noqa: PLR0913 - scale, season and horizon are separate choices
    data: Any,
    *,
    kind: str = "level",
    season: str | int | None = None,
    transform: str = "log1p",
    horizon: int = 0,
    exposure: Any = None,
    value: str = "best",
    level: float = 0.95,
    n_jobs: int = 1,
) -> LevelsResult:
    """Smooth counts by a level that wanders, bridge what is unknown, look ahead.

    Parameters
    ----------
    data : Panel, Series, mapping of name to Series, or array_like, shape (n,)
        Counts by period. Missing counts are unknown and bridged by the model. Of a
        list of draws each is smoothed, and the smooths are pooled (Rubin 1987).
    kind : {"level", "trend"}
        A random-walk level, or one whose slope is a random walk too.
    season : {None, "month"} or int
        A seasonal pattern that may change slowly: "month" for monthly or quarterly
        dates, or the length of the cycle in periods.
    transform : {"log1p", "none"}
        Model log(1 + count), for counts that change by factors, or the count.
    horizon : int
        Periods to forecast.
    exposure : Series, array_like, number or mapping of unit to these, optional
        Counts are divided by it. The share of each period that the source covers
        enters by itself.
    value : {"low", "best", "high"}
        Which count of a Panel.
    level : float
        Nominal coverage of the intervals.
    n_jobs : int
        Processes for many units; the result is the same for any number.

    Returns
    -------
    LevelsResult
        Rows are the variances. `to_frame("augment")` has the smoothed count (fitted)
        and smoothed_level; `forecast()` the periods ahead.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If an argument is not allowed.

    Notes
    -----
    y_t = level_t + season_t + noise, level_t = level_(t-1) + slope_(t-1) + step. The
    likelihood is exact diffuse; it is maximised on standardised data from the best
    points of a grid, with exact derivatives. On log(1 + count) the smoothed count is
    a median, and intervals are of the smooth, not of single counts; forecasts are of
    counts. Few and small counts are poorly served by normal noise: see `fit_regimes`
    or `fit_trend`.

    References
    ----------
    Durbin and Koopman (2012), Time Series Analysis by State Space Methods, chapters 2
    and 3. Harvey (1989), Forecasting, Structural Time Series Models.

    Examples
    --------
    >>> counts = [3, 5, 4, 8, 9, 8, 14, 13, 20, 18, 30, 28]
    >>> result = fit_levels(counts, horizon=1)
    >>> result.to_frame()["term"].to_list()
    ['irregular_variance', 'level_variance']
    """
    check_one_of(kind, "kind", KINDS)
    check_one_of(transform, "transform", TRANSFORMS)
    check_number(horizon, "horizon", low=0, high=10_000, integer=True)
    check_number(level, "level", low=0.5, high=0.9999)
    opened = open_series(data, value=value)
    plan = LevelsPlan(
        kind=kind,
        season=_season(season, opened.every),
        transform=transform,
        horizon=horizon,
        level=level,
        every=opened.every,
    )
    work = [(s, exposure_of(exposure, s), plan) for s in opened.series]
    fits = fit_units(fit_one, work, n_jobs)
    return LevelsResult(
        fits=fits,
        level=level,
        measure=opened.measure,
        kind=kind,
        transform=transform,
        findings=tuple(found for fit in fits for found in fit.findings),
        sources=opened.sources,
        notes=reading_notes(opened, fits),
        call={
            "kind": kind,
            "season": season,
            "transform": transform,
            "horizon": horizon,
            "exposure": exposure,
            "value": value,
            "level": level,
        },
    )


def _season(given: str | int | None, every: str | None) -> int | None:
    if given is None:
        return None
    if isinstance(given, str):
        check_one_of(given, "season", ("month",))
        if every not in _SEASONS:
            message = (
                "`season='month'` needs monthly or quarterly dates.\n"
                "Hint: give the length of the cycle in periods, as in season=52."
            )
            raise ArgumentError(message)
        return _SEASONS[every]
    return int(check_number(given, "season", low=2, high=400, integer=True))
