"""The door for attack times by place: a table, mapping or Dataset becomes day numbers.

After the door nobody asks again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.models._event_points import as_days
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

AttackData = Dataset | pd.DataFrame | Mapping[str, Any] | Sequence[Any] | np.ndarray


@dataclass(frozen=True, eq=False)
class AttackTimes:
    """Times of attacks by place.

    Parameters
    ----------
    times : dict of str to ndarray
        Sorted times of each place, in order of name; days since 1970 if dated.
    dated : bool
        Whether times are calendar days (known to the day, not to the hour).
    end : float or None
        When watching ended; None if it ended with the last attack of each place.
    n_left_out : int
        Events without a place or date, or dated over more than one day.
    sources : tuple of Source
        What to cite.
    """

    times: dict[str, np.ndarray]
    dated: bool
    end: float | None
    n_left_out: int
    sources: tuple[Source, ...] = ()


def open_attacks(data: Any, *, by: str | None, time: str, end: Any) -> AttackTimes:
    """Turn anything `fit_progress` accepts into sorted times by place.

    Parameters
    ----------
    data : Dataset, DataFrame, mapping of place to times, or array_like of times
        Times are dates or numbers.
    by : str or None
        Column with the place.
    time : str
        Column with the time.
    end : date, number or None
        When watching ended.

    Returns
    -------
    AttackTimes

    Raises
    ------
    ArgumentError
        If dates and numbers are mixed, or an attack lies after `end`.
    ArgumentTypeError
        If `data` is none of these.
    """
    sources: tuple[Source, ...] = ()
    if isinstance(data, Dataset):
        data, sources = data.events, data.source_records
    left_out = 0
    if isinstance(data, pd.DataFrame):
        columns, left_out = _from_table(data, by, time)
    elif isinstance(data, Mapping):
        columns = {str(name): _column(part) for name, part in data.items()}
    else:
        columns = {"all": _column(data)}
    days = {name: as_days(column, time) for name, column in sorted(columns.items())}
    kinds = {dated for _, dated in days.values()}
    if len(kinds) != 1:
        message = "Times must be dates in all places, or numbers in all places."
        raise ArgumentError(message)
    dated = kinds.pop()
    times = {}
    for name, (numbers, _) in days.items():
        known = np.isfinite(numbers)
        left_out += int((~known).sum())
        kept = np.sort(numbers[known])
        # A date with a time of day is still only trusted to the day.
        times[name] = np.floor(kept) if dated else kept
    stop = _end(end, dated, times)
    return AttackTimes(times, dated, stop, left_out, sources)


def _from_table(
    frame: pd.DataFrame, by: str | None, time: str
) -> tuple[dict[str, pd.Series], int]:
    check_columns(frame.columns, [time, *([by] if by else [])], "the table of events")
    coarse = np.zeros(len(frame), dtype=bool)
    if time == "date_start" and "date_end" in frame:
        begin, finish = (
            as_days(frame[time], time)[0],
            as_days(frame["date_end"], time)[0],
        )
        coarse = finish - begin >= 1
    if by is None:
        return {"all": frame[time][~coarse]}, int(coarse.sum())
    placed = frame[by].notna().to_numpy() & ~coarse
    parts = {
        str(name): part for name, part in frame.loc[placed].groupby(by, sort=True)[time]
    }
    return parts, int((~placed).sum())


def _column(values: Any) -> pd.Series:
    if isinstance(values, str) or not isinstance(
        values, Sequence | np.ndarray | pd.Series | pd.Index
    ):
        message = (
            "`data` must be a Dataset, a DataFrame, a mapping of places to times, or "
            f"an array of times; got {type(values).__name__}."
        )
        raise ArgumentTypeError(message)
    return pd.Series(values).reset_index(drop=True)


def _end(end: Any, dated: bool, times: dict[str, np.ndarray]) -> float | None:
    if end is None:
        return None
    numbers, is_date = as_days(pd.Series([end]), "end")
    stop = float(numbers[0])
    if is_date != dated:
        kind = "a date" if dated else "a number"
        message = f"`end` must be {kind}, as the times are; got {end!r}."
        raise ArgumentTypeError(message)
    last = max((part[-1] for part in times.values() if len(part)), default=stop)
    if not np.isfinite(stop) or last > stop:
        message = f"`end` must not lie before the last attack; got {end!r}."
        raise ArgumentError(message)
    # The last day of watching is watched whole.
    return stop + 1 if dated else stop
