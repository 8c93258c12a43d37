"""Rank-based trends: no distribution, no line, only whether counts rise or fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from conflictstats.arguments import check_number, check_one_of
from conflictstats.checks.counts import check_autocorrelation
from conflictstats.checks.finding import CANNOT_TELL, Finding
from conflictstats.errors import ArgumentError
from conflictstats.models._design import PERIODS_A_YEAR, time_in_periods
from conflictstats.models._door import UnitSeries, open_series
from conflictstats.models._draws import takes_draws
from conflictstats.models._series_fits import (
    SeriesResult,
    UnitFit,
    counts_of,
    data_rows,
    exposure_of,
    fit_units,
    not_estimated,
    nullable,
    unit_label,
)
from conflictstats.numerics.rank_slope import seasonal_theil_sen, theil_sen
from conflictstats.numerics.rank_trend import (
    RankTrend,
    Shift,
    hamed_rao_factor,
    mann_kendall,
    pettitt,
    seasonal_mann_kendall,
)
from conflictstats.plots.timeline import plot_series
from conflictstats.plots.words import count_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CORRECTIONS = ("none", "hamed-rao", "hirsch-slack")
_FEWEST = 4
_FEW = 10


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MonotoneResult(SeriesResult):
    """Rank-based trends; see `fit_monotone_trend`.

    Parameters
    ----------
    correction : str
        How autocorrelation was allowed for.
    """

    correction: str

    MODEL = "monotone trend"
    TERMS = ("unit_name", "term", "estimate", "std_error", "statistic", "p_value",
             "conf_low", "conf_high", "conf_level", "scale", "change_at")  # fmt: skip

    @property
    def title(self) -> str:
        """One line: the model and what it was fitted to."""
        said = "" if self.correction == "none" else f", {self.correction} variance"
        return f"Monotone trend of reported {self.measure}: ranks{said}{self._many()}"

    def _draw(self, ax: Axes) -> None:
        rows = self.fits[0].rows
        known = rows["fitted"].notna().any()
        label = count_label(self.measure)
        plot_series(rows, ax=ax, fitted=rows if known else None, label=label)

    def _draw_unit(self, fit: UnitFit, rng: np.random.Generator) -> np.ndarray:
        fitted = fit.rows["fitted"].to_numpy(dtype="float64", na_value=np.nan)
        drawn = rng.choice(fit.state, len(fitted)) * fit.rows["exposure"].to_numpy()
        return np.asarray(np.maximum(np.round(fitted + drawn), 0))


@dataclass(frozen=True, kw_only=True)
class _Plan:
    correction: str
    season: str | int | None
    level: float
    every: str | None


@takes_draws
def fit_monotone_trend(
    data: Any,
    *,
    season: str | int | None = None,
    autocorrelation: str = "none",
    exposure: Any = None,
    value: str = "best",
    level: float = 0.95,
    n_jobs: int = 1,
) -> MonotoneResult:
    """Test for a rise or fall by ranks, with the median slope and one shift.

    Parameters
    ----------
    data : Panel, Series, mapping of name to Series, or array_like, shape (n,)
        Counts by period. Missing counts are unknown: skipped, and said; slopes keep
        the true distance in time.
    season : {None, "month"} or int
        Compare periods only with the same month (or quarter) of other years; a whole
        number is the length of the cycle in periods.
    autocorrelation : {"none", "hamed-rao", "hirsch-slack"}
        Correction of the variance: from the ranks' autocorrelation, or, with a season,
        from the covariances between seasons.
    exposure : Series, array_like, number or mapping of unit to these, optional
        Counts are divided by it. The share of each period that the source covers
        enters by itself.
    value : {"low", "best", "high"}
        Which count of a Panel.
    level : float
        Nominal coverage of the slope's interval.
    n_jobs : int
        Processes for many units; the result is the same for any number.

    Returns
    -------
    MonotoneResult
        A unit has the rows "kendall_tau" (Mann-Kendall's z and p), the Theil-Sen
        slope a period and a year, and "pettitt_shift" (difference of the medians
        after and before `change_at`; U and p).

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If an argument is not allowed.

    Notes
    -----
    The slope's standard error is the width of its interval over that of a normal one.
    Ranks do not care for outliers or distributions, but they assume independent
    periods unless a correction is asked for, and Pettitt's p always does. The slope is
    in counts a period: where counts change by factors `fit_trend` says more.

    References
    ----------
    Mann (1945), Econometrica 13. Kendall (1975). Sen (1968), JASA 63. Hirsch, Slack and
    Smith (1982) and Hirsch and Slack (1984), Water Resources Research 18 and 20. Hamed
    and Rao (1998), Journal of Hydrology 204. Pettitt (1979), Applied Statistics 28.

    Examples
    --------
    >>> result = fit_monotone_trend([3, 5, 4, 8, 9, 8, 14, 13, 20, 18, 30, 28])
    >>> row = result.to_frame().iloc[0]
    >>> print(row["term"], f"{row['estimate']:.2f}", f"{row['p_value']:.5f}")
    kendall_tau 0.84 0.00021
    """
    check_one_of(autocorrelation, "autocorrelation", CORRECTIONS)
    check_number(level, "level", low=0.5, high=0.9999)
    opened = open_series(data, value=value)
    _check_season(season, autocorrelation, opened.every)
    plan = _Plan(
        correction=autocorrelation, season=season, level=level, every=opened.every
    )
    work = [(s, exposure_of(exposure, s), plan) for s in opened.series]
    fits = fit_units(_fit_one, work, n_jobs)
    return MonotoneResult.gather(
        opened,
        fits,
        {
            "season": season,
            "autocorrelation": autocorrelation,
            "exposure": exposure,
            "value": value,
            "level": level,
        },
        correction=autocorrelation,
    )


def _check_season(season: str | int | None, correction: str, every: str | None) -> None:
    if isinstance(season, str):
        check_one_of(season, "season", ("month",))
        if every not in ("month", "quarter"):
            message = (
                "`season='month'` needs monthly or quarterly dates.\n"
                "Hint: give the length of the cycle in periods, as in season=52."
            )
            raise ArgumentError(message)
    elif season is not None:
        check_number(season, "season", low=2, high=10_000, integer=True)
    if correction == "hamed-rao" and season is not None:
        message = "With a season use autocorrelation='hirsch-slack'."
        raise ArgumentError(message)
    if correction == "hirsch-slack" and season is None:
        message = "`autocorrelation='hirsch-slack'` needs a season."
        raise ArgumentError(message)


def _fit_one(series: UnitSeries, exposure: np.ndarray, plan: _Plan) -> UnitFit:
    use = series.known & (exposure > 0)
    time = time_in_periods(series.index, plan.every)
    y, t = series.y[use] / exposure[use], time[use]
    why = _why_not(y)
    if why:
        return not_estimated(series, exposure, why, ("fitted", "residual"))
    cycle, season = _seasons(series.index, time, plan)
    cycle, season = cycle[use], season[use]
    if np.unique(season, return_counts=True)[1].max() < 2:
        why = "No season has two known periods to compare."
        return not_estimated(series, exposure, why, ("fitted", "residual"))
    test, slope = _test(y, t, cycle, season, plan)
    shift = pettitt(_without_season(y, season))
    after = series.index[np.flatnonzero(use)[shift.index]]
    level = float(np.median(y - slope[0] * t))
    rows = data_rows(series, exposure)
    rows["fitted"] = np.maximum((level + slope[0] * time) * exposure, 0)
    residual = series.y / np.where(exposure > 0, exposure, 1.0) - level
    residual = residual - slope[0] * time
    spread = float(np.std(residual[use]))
    rows["residual"] = nullable(np.where(use, residual, np.nan) / (spread or 1.0))
    return UnitFit(
        unit=series.unit,
        terms=_terms(series.unit, y, test, slope, (shift, after), plan),
        rows=rows,
        glance=counts_of(series) | {"variance_factor": test.correction},
        findings=_findings(series.unit, len(y), rows, plan),
        state=residual[use],
    )


def _why_not(y: np.ndarray) -> str:
    if len(y) < _FEWEST:
        return (
            f"{len(y)} periods with a known count do not suffice for ranks; at least "
            f"{_FEWEST} are needed."
        )
    if np.ptp(y) == 0:
        return "All known counts are equal: ranks have nothing to order."
    return ""


def _seasons(
    index: pd.Index, time: np.ndarray, plan: _Plan
) -> tuple[np.ndarray, np.ndarray]:
    """Return cycle (year) and season of each period; one season if none is asked."""
    if isinstance(index, pd.DatetimeIndex) and isinstance(plan.season, str):
        return np.asarray(index.year), np.asarray(index.month)
    number = np.round(time - time[0]).astype("int64")
    if plan.season is None:
        return number, np.zeros_like(number)
    cycle, season = np.divmod(number, int(plan.season))
    return cycle, season


def _test(
    y: np.ndarray, t: np.ndarray, cycle: np.ndarray, season: np.ndarray, plan: _Plan
) -> tuple[RankTrend, tuple[float, float, float]]:
    if plan.season is not None:
        dependent = plan.correction == "hirsch-slack"
        test = seasonal_mann_kendall(y, season, cycle, dependent=dependent)
        return test, seasonal_theil_sen(y, t, season, test.var_s, plan.level)
    factor = 1.0
    if plan.correction == "hamed-rao":
        slope = theil_sen(y, t, 0.0)[0]
        factor = hamed_rao_factor(y, np.round(t).astype("int64"), slope)
    test = mann_kendall(y, factor=factor)
    return test, theil_sen(y, t, test.var_s, plan.level)


def _without_season(y: np.ndarray, season: np.ndarray) -> np.ndarray:
    out = y.copy()
    for one in np.unique(season):
        out[season == one] -= np.median(y[season == one])
    return out


def _terms(
    unit: str,
    y: np.ndarray,
    test: RankTrend,
    slope: tuple[float, float, float],
    found: tuple[Shift, Any],
    plan: _Plan,
) -> pd.DataFrame:
    shift, after = found
    # The largest |U| never lies at the end: there U is zero.
    jump = float(np.median(y[shift.index :]) - np.median(y[: shift.index]))
    tau = {"term": "kendall_tau", "estimate": test.tau, "std_error": test.tau_error,
           "statistic": test.z, "p_value": test.p,
           "scale": "rank correlation"}  # fmt: skip
    rows = [tau]
    scales = [("slope_per_period", 1.0)]
    if plan.every is not None and plan.every != "year":
        scales.append(("slope_per_year", PERIODS_A_YEAR[plan.every]))
    for term, factor in scales:
        middle, low, high = (factor * v for v in slope)
        rows.append({"term": term, "estimate": middle, "conf_low": low,
                     "std_error": (high - low) / (2 * ndtri(0.5 + plan.level / 2)),
                     "conf_high": high, "conf_level": plan.level,
                     "scale": "count"})  # fmt: skip
    rows.append({"term": "pettitt_shift", "estimate": jump, "statistic": shift.u,
                 "p_value": shift.p, "scale": "count", "change_at": after})  # fmt: skip
    frame = pd.DataFrame(rows)
    frame.insert(0, "unit_name", unit)
    return frame[list(MonotoneResult.TERMS)]


def _findings(
    unit: str, n: int, rows: pd.DataFrame, plan: _Plan
) -> tuple[Finding, ...]:
    label = unit_label(unit)
    found = []
    if n < _FEW:
        few = f"The normal approximation of ranks is rough for {n} periods."
        found.append(Finding("length", CANNOT_TELL, few, unit=label))
    if plan.correction == "none" and plan.season is None:
        found.append(check_autocorrelation(rows, unit=label))
    return tuple(found)
