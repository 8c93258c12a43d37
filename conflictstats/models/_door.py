"""The one door for data: a Panel, Series, mapping or array becomes unit series.

After the door nobody asks again.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of, listed
from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import VALUES, Panel
from conflictstats.tidy.provenance import Source

Counts = Panel | pd.Series | Mapping[str, Any] | Sequence[float] | np.ndarray


@dataclass(frozen=True, eq=False)
class UnitSeries:
    """One unit's counts in order of time.

    Parameters
    ----------
    unit : str
        Name of the unit; "all" for a single series.
    index : DatetimeIndex or Index, shape (n,)
        First day of each period, or the user's numbers.
    y, low, high : ndarray of float64, shape (n,)
        Counts; NaN is unknown. `low` and `high` equal `y` where the data has none.
    covered : ndarray of float64, shape (n,)
        Share of each period that the source covers; 1 where nothing is known of it.
    """

    unit: str
    index: pd.Index
    y: np.ndarray
    low: np.ndarray
    high: np.ndarray
    covered: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Mask of the periods whose count is known, shape (n,)."""
        return np.asarray(~np.isnan(self.y))

    @property
    def n_skipped(self) -> int:
        """Periods whose count is unknown."""
        return int((~self.known).sum())


@dataclass(frozen=True, eq=False)
class Opened:
    """What came through the door.

    Parameters
    ----------
    series : tuple of UnitSeries
        In order of unit name.
    every : str or None
        Length of the periods; None where the index is plain numbers.
    measure : str
        What is counted, for titles.
    sources : tuple of Source
        What to cite.
    notes : tuple of str
        The panel's notes.
    group : str
        Whom the counts are about.
    """

    series: tuple[UnitSeries, ...]
    every: str | None
    measure: str
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    group: str = "all"


def open_series(data: Any, *, value: str = "best") -> Opened:
    """Turn anything a model accepts into unit series.

    Parameters
    ----------
    data : Panel, Series, mapping of name to series, or array_like, shape (n,)
        Counts by period. A Series may have dates, periods or numbers as index; a
        missing value is an unknown count.
    value : {"low", "best", "high"}
        Which count of a Panel.

    Returns
    -------
    Opened

    Raises
    ------
    ArgumentTypeError
        If it is none of these.
    ArgumentError
        If a count is negative or infinite, the time index repeats, or it is empty.

    Examples
    --------
    >>> open_series([3, 1, None, 4]).series[0].y
    array([ 3.,  1., nan,  4.])
    """
    check_one_of(value, "value", VALUES)
    if isinstance(data, Panel):
        return _from_panel(data, value)
    if isinstance(data, Mapping):
        parts = [_from_plain(v, str(k)) for k, v in sorted(data.items())]
        every = {e for _, e in parts}
        if len(every) > 1:
            message = "All series must have the same kind of time index."
            raise ArgumentError(message)
        return Opened(
            tuple(s for s, _ in parts), every.pop() if every else None, "count"
        )
    series, step = _from_plain(data, "all")
    name = getattr(data, "name", None)
    return Opened((series,), step, str(name) if name is not None else "count")


def _from_panel(panel: Panel, value: str) -> Opened:
    frame = panel.to_frame()
    if frame.empty:
        message = "The panel has no periods.\nHint: widen its window or coverage."
        raise ArgumentError(message)
    units = frame["unit_name"].to_numpy()
    change = np.flatnonzero(np.r_[True, units[1:] != units[:-1]])
    counts = {v: _floats(frame[v]) for v in VALUES}
    share = frame["covered_days"].to_numpy() / frame["days"].to_numpy()
    # Events outside the stated coverage were still seen: the period counts whole.
    share = np.where((share == 0) & ~np.isnan(counts[value]), 1.0, share)
    starts = pd.DatetimeIndex(frame["period_start"], name="period_start")
    out: list[UnitSeries] = []
    # A panel is sorted by unit and period: every unit is one slice.
    for begin, end in zip(change, [*change[1:], len(frame)], strict=True):
        at = slice(int(begin), int(end))
        index: pd.Index = starts[at]
        if out and index.equals(out[-1].index):
            index = out[-1].index
        out.append(
            UnitSeries(
                unit=str(units[begin]),
                index=index,
                y=counts[value][at],
                low=counts["low"][at],
                high=counts["high"][at],
                covered=share[at],
            )
        )
    out.sort(key=lambda series: series.unit)
    return Opened(
        series=tuple(out),
        every=panel.every,
        measure=panel.measure,
        sources=panel.sources,
        notes=panel.notes,
        group=panel.group,
    )


def _floats(column: pd.Series) -> np.ndarray:
    return column.to_numpy(dtype="float64", na_value=np.nan)


def _from_plain(data: Any, unit: str) -> tuple[UnitSeries, str | None]:
    if (
        isinstance(data, pd.DataFrame)
        or not isinstance(data, pd.Series | Sequence | np.ndarray | pd.Index)
        or isinstance(data, str)
    ):
        message = (
            "`data` must be a Panel, a Series, a mapping of names to series, or a "
            f"one-dimensional array of counts; got {type(data).__name__}."
        )
        if isinstance(data, pd.DataFrame):
            message += (
                "\nHint: `Panel.from_frame(table, every=...)` makes a panel of it."
            )
        elif isinstance(data, Dataset):
            message += (
                "\nHint: `cs.count_events(dataset, every='month')` makes a panel of it."
            )
        raise ArgumentTypeError(message)
    plain = pd.Series(list(data), dtype="object")
    series: pd.Series = data if isinstance(data, pd.Series) else plain
    try:
        numbers: pd.Series = pd.to_numeric(series.astype("object"))
        y = numbers.to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError) as problem:
        message = f"`data` must hold counts; {problem}."
        raise ArgumentTypeError(message) from problem
    _check_counts(y, series)
    index, every = _time(series.index)
    order = np.argsort(index, kind="stable")
    y, index = y[order], index[order]
    every = every and _complete_step(index, every)
    if every:
        y, index = _regular(y, pd.DatetimeIndex(index), every)
    return UnitSeries(unit, index, y, y, y, np.ones(len(y))), every


def _check_counts(y: np.ndarray, series: pd.Series) -> None:
    if y.ndim != 1 or not len(y):
        message = f"`data` must be a series of counts; got {len(y)} values."
        raise ArgumentError(message)
    bad = (y < 0) | np.isinf(y)
    if bad.any():
        message = (
            f"Counts must be finite and not negative; got {listed(series[bad][:3])}."
            "\nHint: a running total that falls is a revision; see `to_flows`."
        )
        raise ArgumentError(message)


_OF_FREQUENCY = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}


def _time(index: pd.Index) -> tuple[pd.Index, str | None]:
    if index.has_duplicates:
        twice = index[index.duplicated()][0]
        message = f"The time index must not repeat; {twice} occurs twice."
        raise ArgumentError(message)
    if isinstance(index, pd.PeriodIndex):
        every = _OF_FREQUENCY.get(str(index.freqstr)[0])
        return index.to_timestamp().as_unit("us"), every
    if isinstance(index, pd.DatetimeIndex):
        return index.tz_localize(None).as_unit("us"), "day"
    if pd.api.types.is_numeric_dtype(index.dtype):
        return index, None
    try:
        days = pd.DatetimeIndex(pd.to_datetime(index, format="ISO8601"))
    except (TypeError, ValueError) as problem:
        message = (
            f"The index must hold dates, periods or numbers; got {listed(index[:3])}."
        )
        raise ArgumentTypeError(message) from problem
    return days.as_unit("us"), "day"


def _complete_step(index: pd.Index, every: str) -> str | None:
    """Infer the length of the periods of a date index from its gaps."""
    if every != "day" or len(index) < 2:
        return every
    gaps = np.diff(index.to_numpy()).astype("timedelta64[D]").astype("int64")
    for low, high, name in (
        (1, 1, "day"), (7, 7, "week"), (28, 31, "month"), (89, 92, "quarter"),
        (365, 366, "year"),
    ):  # fmt: skip
        if low <= gaps.min() <= high:
            return name
    return None


@functools.lru_cache(maxsize=64)
def _grid(first: pd.Timestamp, last: pd.Timestamp, every: str) -> pd.DatetimeIndex:
    """Return all periods between two; the units of a panel share theirs."""
    step = {
        "day": pd.DateOffset(days=1),
        "week": pd.DateOffset(weeks=1),
        "month": pd.DateOffset(months=1),
        "quarter": pd.DateOffset(months=3),
        "year": pd.DateOffset(years=1),
    }[every]
    return pd.date_range(first, last, freq=step, unit="us")


def _regular(
    y: np.ndarray, index: pd.DatetimeIndex, every: str
) -> tuple[np.ndarray, pd.Index]:
    """Put missing periods in as unknown: a date that is absent was not counted."""
    grid = _grid(index[0], index[-1], every)
    if len(grid) == len(index) and grid.equals(index):
        return y, index
    # Month-ends and the like do not sit on the grid: leave such an index as it is.
    if not index.isin(grid).all():
        return y, index
    return pd.Series(y, index).reindex(grid).to_numpy(), grid
