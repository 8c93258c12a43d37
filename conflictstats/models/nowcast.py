"""What is not yet in: final counts of recent periods, from how reports came before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from conflictstats.arguments import (
    check_columns,
    check_number,
    check_one_of,
    check_type,
)
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.models._draws import takes_draws
from conflictstats.models._nowcast_fit import (
    TERMS,
    NowcastState,
    fit_one,
    mixed_nowcasts,
)
from conflictstats.models._nowcast_plan import METHODS, NowcastPlan, Reports
from conflictstats.models._result import _clean
from conflictstats.models._series_fits import SeriesResult, UnitFit, fit_units
from conflictstats.plots.nowcast import plot_nowcast
from conflictstats.plots.words import count_label
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.periods import period_index, period_starts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PERIODS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class NowcastResult(SeriesResult):
    """Nowcasts; see `fit_nowcast`.

    Parameters
    ----------
    method : str
        How the triangle was completed.
    now : Timestamp
        The period the nowcast was made in.
    """

    method: str
    now: pd.Timestamp

    MODEL = "nowcast"
    TERMS = TERMS

    @property
    def title(self) -> str:
        """One line: the model and what it was fitted to."""
        return (
            f"Nowcast of reported {self.measure} as of {self.now.date()}: "
            f"{self.method}{self._many()}"
        )

    def retrospective(self) -> pd.DataFrame:
        """Return what the same nowcast would have said at earlier dates.

        Returns
        -------
        DataFrame
            A row an origin and period that was incomplete then and is complete now:
            observed, fitted with interval, final, is_covered.

        Raises
        ------
        EstimationError
            If the record is too short to look back.
        """
        parts = [self._state(f).past for f in self.done]
        parts = [p for p in parts if len(p)]
        if not parts:
            message = (
                "The record is too short to look back: it needs twice the longest "
                "delay and five periods more."
            )
            raise EstimationError(message)
        return _clean(pd.concat(parts, ignore_index=True))

    def _pooled_periods(
        self, results: tuple[Any, ...], level: float
    ) -> pd.DataFrame | None:
        return mixed_nowcasts(results, level)

    @staticmethod
    def _state(fit: UnitFit) -> NowcastState:
        return cast("NowcastState", fit.state)

    def _draw(self, ax: Axes) -> None:
        rows = self.fits[0].rows
        # What is long complete only squeezes what is not.
        recent = 4 * int(self.call["max_delay"])
        label = count_label(self.measure)
        plot_nowcast(rows.tail(max(recent, 12)), ax=ax, label=label)

    def _draw_unit(self, fit: UnitFit, rng: np.random.Generator) -> np.ndarray:
        state = self._state(fit)
        return np.where(state.known, state.predictive.draw(rng), np.nan)


@takes_draws
def fit_nowcast(  # noqa: PLR0913 - a triangle has many shapes
    data: Any,
    *,
    event: str = "event_date",
    reported: str = "report_date",
    value: str | None = None,
    count: str | None = None,
    by: str | None = None,
    max_delay: int,
    every: str = "day",
    now: Any = None,
    method: str = "scored",
    window: int | None = None,
    measure: str = "events",
    level: float = 0.95,
    n_jobs: int = 1,
) -> NowcastResult:
    """Estimate the final counts of recent periods, which later reports still change.

    Parameters
    ----------
    data : DataFrame or Dataset, or a list of draws of either
        Either a row an event (or, with `count`, a number) with its date and the date it
        was reported; or, with `value`, a row a period and vintage with the count as
        that vintage gave it. A Dataset is its flat table, rows of the measure only. Of
        a list of draws each is nowcast, and the predictive distributions are mixed.
    event : str
        Column with the date of the event, or of the period the value is about.
    reported : str
        Column with the date of the report, or of the vintage.
    value : str, optional
        Column with published counts, each replacing the one before it.
    count : str, optional
        Column with how many each row counts for; 1 if absent.
    by : str, optional
        Column that makes units.
    max_delay : int
        Longest delay in periods that is modelled; later changes count as this one.
    every : {"day", "week", "month", "quarter", "year"}
        Length of the periods.
    now : date, optional
        Pretend that it is this date; by default that of the last report.
    method : {"scored", "nb2", "credibility", "lawless"}
        "nb2": a negative-binomial regression on period and delay, with delays that
        drift and (for days) follow the weekdays of the reports. "credibility": weigh
        the count so far against the recent rate. "scored": the better of these two, by
        the score of what each would have said from up to 200 earlier periods.
        "lawless": divide the count so far by the share that is usually in by then.
    window : int, optional
        Estimate the delays from the newest cells of so many periods, so that they may
        change over time. The regression uses eight longest delays if absent.
    measure : str
        What is counted, for titles.
    level : float
        Nominal coverage of the intervals.
    n_jobs : int
        Processes for many units; the result is the same for any number.

    Returns
    -------
    NowcastResult
        Rows "share_by_0", ... (share of the final count reported by each delay) and
        "still_to_come". `to_frame("augment")` has each period's final count with its
        interval; `retrospective()` what the same nowcast would have said before.

    Raises
    ------
    ArgumentError, ArgumentTypeError, SchemaError
        If an argument is not allowed, columns are missing, or a report precedes its
        event.

    Notes
    -----
    Downward revisions are kept: a share may exceed one, and where any occur the final
    count may lie below the one so far. A period that no vintage has spoken of yet is
    unknown, not zero, and is expected at the recent rate.

    Past nowcasts of the same data correct present ones: the expected change shrinks
    by the part of it that never came, variances are stretched until 95 % of past
    errors lie within, and where counts stay as they are more often than the model
    says, a point mass is put there. The model's own word counts as thirty nowcasts.
    "lawless" stays as published; its intervals are only widened.

    References
    ----------
    Lawless (1994), Canadian Journal of Statistics 22. Mack (2000), ASTIN Bulletin
    30(2). Höhle and an der Heiden (2014), Biometrics 70(4).

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.date_range("2020-01-01", periods=20)
    >>> table = pd.DataFrame({"event_date": days.repeat(4)})
    >>> table["report_date"] = table["event_date"] + pd.to_timedelta(
    ...     [0, 1, 1, 2] * 20, "D"
    ... )
    >>> result = fit_nowcast(table, max_delay=2, now="2020-01-20")
    >>> rows = result.to_frame("augment").tail(2)
    >>> [round(float(v), 1) for v in rows["fitted"]]
    [4.0, 4.0]
    """
    if isinstance(data, Dataset):
        flat = data.to_frame()
        data = flat[flat["measure"] == measure]
    check_type(data, "data", pd.DataFrame, "a DataFrame of reports or vintages")
    if value is not None and count is not None:
        message = "`value` is of vintages and `count` of single reports: give one."
        raise ArgumentError(message)
    check_one_of(method, "method", METHODS)
    check_one_of(every, "every", PERIODS)
    check_number(max_delay, "max_delay", low=1, high=2_000, integer=True)
    check_number(level, "level", low=0.5, high=0.9999)
    if window is not None:
        check_number(window, "window", low=2, high=1e6, integer=True)
    wanted = [c for c in (event, reported, value, count, by) if c is not None]
    check_columns(data.columns, wanted, "The table of reports")
    table = _periods(data[wanted], event, reported, every)
    end = _now(now, every, table)
    plan = NowcastPlan(
        max_delay=max_delay,
        method=method,
        window=window,
        level=level,
        end=end,
        every=every,
    )
    work = [(reports, plan) for reports in _units(table, value, count, by)]
    fits = fit_units(fit_one, work, n_jobs)
    dropped = len(data) - len(table)
    notes = [
        "final counts are of reported events: what is never reported stays unknown"
    ]
    if dropped:
        notes.insert(0, f"{dropped:,} rows without both dates were skipped")
    return NowcastResult(
        fits=fits,
        level=level,
        measure=measure,
        method=method,
        now=period_starts(np.array([end]), every)[0],
        findings=tuple(found for fit in fits for found in fit.findings),
        notes=tuple(notes),
        call={
            "event": event,
            "reported": reported,
            "value": value,
            "count": count,
            "by": by,
            "max_delay": max_delay,
            "every": every,
            "now": now,
            "method": method,
            "window": window,
            "measure": measure,
            "level": level,
        },
    )


def _periods(data: pd.DataFrame, event: str, reported: str, every: str) -> pd.DataFrame:
    """Return the table with numbered periods, without rows that lack a date."""
    table = data.copy()
    for column, name in ((event, "_period"), (reported, "_report")):
        try:
            days = pd.DatetimeIndex(pd.to_datetime(table[column]))
        except (TypeError, ValueError) as problem:
            message = f"`{column}` must hold dates; {problem}."
            raise ArgumentError(message) from problem
        table[name] = _numbers(days, every)
    table = table[table["_period"].notna() & table["_report"].notna()]
    early = table["_report"] < table["_period"]
    if early.any():
        first = table[early].iloc[0]
        message = (
            f"{int(early.sum())} reports precede their event, the first with {event} "
            f"{first[event]} and {reported} {first[reported]}."
        )
        raise ArgumentError(message)
    if table.empty:
        message = "The table has no row with both dates; there is nothing to nowcast."
        raise ArgumentError(message)
    return table.astype({"_period": "int64", "_report": "int64"})


def _numbers(days: pd.DatetimeIndex, every: str) -> np.ndarray:
    days = days.tz_localize(None)
    out = np.full(len(days), np.nan)
    known = ~np.asarray(days.isna())
    out[known] = period_index(days[known], every)
    return out


def _now(given: Any, every: str, table: pd.DataFrame) -> int:
    last = int(table["_report"].max())
    if given is None:
        return last
    try:
        day = pd.DatetimeIndex([pd.Timestamp(given)])
    except (TypeError, ValueError) as problem:
        message = f"`now` must be a date; got {given!r}."
        raise ArgumentError(message) from problem
    end = int(period_index(day, every)[0])
    if end < int(table["_period"].min()):
        message = f"`now` lies before the first event; got {given!r}."
        raise ArgumentError(message)
    return end


def _units(
    table: pd.DataFrame, value: str | None, count: str | None, by: str | None
) -> Sequence[Reports]:
    start = int(table["_period"].min())
    groups = [("all", table)]
    if by is not None:
        groups = [(str(k), rows) for k, rows in table.groupby(by, sort=True)]
    return [
        Reports(
            unit=unit,
            start=start,
            period=rows["_period"].to_numpy() - start,
            report=rows["_report"].to_numpy() - start,
            value=None if value is None else _floats(rows[value], value),
            count=None if count is None else _floats(rows[count], count),
        )
        for unit, rows in groups
    ]


def _floats(column: pd.Series, name: str) -> np.ndarray:
    try:
        out = pd.to_numeric(column).to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError) as problem:
        message = f"`{name}` must hold counts; {problem}."
        raise ArgumentError(message) from problem
    if (out < 0).any() or np.isinf(out).any():
        message = f"`{name}` must hold counts, which are finite and not negative."
        raise ArgumentError(message)
    return out
