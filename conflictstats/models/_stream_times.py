"""The times of one stream as they come: numbers, dates, months, periods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import listed
from conflictstats.errors import ArgumentError, ArgumentTypeError

# A date written as a year or a month alone.
_COARSE = re.compile(r"\d{4}(-\d{2})?")


@dataclass(frozen=True, eq=False)
class Points:
    """One stream as it came: numbers, or moments in microseconds."""

    low: np.ndarray
    width: np.ndarray | None
    dated: bool


def read_times(values: Any) -> Points:
    """Read the times of one stream.

    Parameters
    ----------
    values : sequence of numbers, dates or periods
        Dates as text in ISO 8601; "2020-03" and "2020" span their month and year.

    Returns
    -------
    Points

    Raises
    ------
    ArgumentTypeError
        If they are neither numbers nor dates.
    ArgumentError
        If one is missing or not finite.
    """
    if isinstance(values, str | pd.DataFrame) or not isinstance(
        values, Sequence | np.ndarray | pd.Series | pd.Index
    ):
        message = (
            "`data` must be times, a mapping of stream names to times, a Series or "
            f"Panel of counts, or a Dataset; got {type(values).__name__}.\n"
            "Hint: for a table give a column, or group it: "
            "`{name: rows['date'] for name, rows in table.groupby('side')}`."
        )
        raise ArgumentTypeError(message)
    spans = _recorded_spans(values)
    if spans is not None:
        return spans
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iuf":
        try:
            moments = pd.DatetimeIndex(pd.to_datetime(array, format="ISO8601"))
        except (TypeError, ValueError) as problem:
            message = f"Times must be numbers or dates (ISO 8601); {problem}."
            raise ArgumentTypeError(message) from problem
        moments = moments.tz_localize(None).as_unit("us")
        missing = int(np.sum(np.isnat(moments.to_numpy())))
        if missing:
            message = (
                f"{missing} events have no date.\n"
                "Hint: give each its interval through `resolution`, or leave it out "
                "and say so."
            )
            raise ArgumentError(message)
        low = moments.asi8.astype("float64")
        # A clock that always says midnight is a calendar: the day is the interval.
        whole = bool(np.all(moments.asi8 % 86_400_000_000 == 0))
        width = np.full(low.size, 1.0 if whole else 0.0)
        return Points(low, width, dated=True)
    numbers = array.astype("float64").ravel()
    if not np.isfinite(numbers).all():
        bad = listed(numbers[~np.isfinite(numbers)][:3])
        message = f"Times must be finite numbers; got {bad}."
        raise ArgumentError(message)
    return Points(numbers, None, dated=False)


def _recorded_spans(values: Any) -> Points | None:
    """Dates written as months or years, or given as periods, span them; else None."""
    given = values
    if not isinstance(values, pd.PeriodIndex) and not isinstance(
        getattr(values, "dtype", None), pd.PeriodDtype
    ):
        given = list(values)
        coarse = given and all(isinstance(v, str) for v in given)
        if not coarse or not any(_COARSE.fullmatch(v) for v in given):
            return None
    try:
        first = [pd.Period(v) for v in given]
    except ValueError as problem:
        message = f"Times must be numbers or dates (ISO 8601); {problem}."
        raise ArgumentTypeError(message) from problem
    start = pd.DatetimeIndex([p.start_time for p in first]).as_unit("us")
    after = pd.DatetimeIndex([(p + 1).start_time for p in first]).as_unit("us")
    width = (after - start) / pd.Timedelta(days=1)
    return Points(start.asi8.astype("float64"), width.to_numpy("float64"), dated=True)
