"""Periods of time: where each begins and ends, and which one a day lies in."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd

from conflictstats.arguments import check_one_of
from conflictstats.errors import ArgumentError

EVERY = ("day", "week", "month", "quarter", "year")

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_index(days: pd.Series | pd.DatetimeIndex, every: str) -> np.ndarray:
    """Return the ordinal of the period each day lies in.

    Parameters
    ----------
    days : Series or DatetimeIndex, shape (n,)
        Days; none may be missing.
    every : {"day", "week", "month", "quarter", "year"}
        Length of the periods.

    Returns
    -------
    ndarray of int64, shape (n,)
        Consecutive whole numbers: neighbouring periods differ by one.

    Examples
    --------
    >>> days = pd.DatetimeIndex(["2020-01-31", "2020-02-01"])
    >>> np.diff(period_index(days, "month"))
    array([1])
    """
    # Arithmetic on days is several times faster than `to_period` on millions of rows.
    return period_of_days(pd.DatetimeIndex(days).as_unit("s").asi8 // 86_400, every)


def period_of_days(days: np.ndarray, every: str) -> np.ndarray:
    """Return the ordinal of the period that each day number lies in.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
        Days since 1970.
    every : {"day", "week", "month", "quarter", "year"}
        Length of the periods.

    Returns
    -------
    ndarray of int64, shape (n,)
        As from `period_index`.

    Examples
    --------
    >>> period_of_days(np.array([0, 31, 366]), "year")
    array([0, 0, 1])
    """
    check_one_of(every, "every", EVERY)
    if every == "day":
        return np.asarray(days)
    if every == "week":
        # ISO weeks: day 0 is Thursday 1 January 1970; +3 makes weeks begin on Monday.
        return np.asarray((days + 3) // 7)
    low = int(days.min()) if len(days) else 0
    span = int(days.max()) - low + 1 if len(days) else 0
    if span < len(days):
        # Many days of few years: the calendar is asked once for each.
        return np.asarray(_months(np.arange(low, low + span), every)[days - low])
    return _months(days, every)


def _months(days: np.ndarray, every: str) -> np.ndarray:
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype("int64")
    return np.asarray(months // _MONTHS[every])


def period_starts(index: np.ndarray, every: str) -> pd.DatetimeIndex:
    """Return the first day of the periods with these ordinals.

    Parameters
    ----------
    index : ndarray of int64, shape (n,)
        Ordinals from `period_index`.
    every : str
        Length of the periods.

    Returns
    -------
    DatetimeIndex, shape (n,)
        First days.

    Examples
    --------
    >>> days = pd.DatetimeIndex(["2020-02-29"])
    >>> period_starts(period_index(days, "month"), "month")[0].strftime("%F")
    '2020-02-01'
    """
    check_one_of(every, "every", EVERY)
    whole = np.asarray(index, dtype="int64")
    if every == "day":
        days = whole.astype("datetime64[D]")
    elif every == "week":
        days = (whole * 7 - 3).astype("datetime64[D]")
    else:
        days = (whole * _MONTHS[every]).astype("datetime64[M]").astype("datetime64[D]")
    return pd.DatetimeIndex(days.astype("datetime64[us]"))


def period_ends(index: np.ndarray, every: str) -> pd.DatetimeIndex:
    """Return the last day, included, of the periods with these ordinals.

    Examples
    --------
    >>> days = pd.DatetimeIndex(["2020-02-03"])
    >>> period_ends(period_index(days, "month"), "month")[0].strftime("%F")
    '2020-02-29'
    """
    after = period_starts(np.asarray(index, dtype="int64") + 1, every)
    return after - pd.Timedelta(days=1)


def period_grid(start: pd.Timestamp, end: pd.Timestamp, every: str) -> np.ndarray:
    """Return the ordinals of all periods touched by the window, both ends included.

    Examples
    --------
    >>> len(
    ...     period_grid(pd.Timestamp("2020-01-15"), pd.Timestamp("2020-03-01"), "month")
    ... )
    3
    """
    first, last = period_index(pd.DatetimeIndex([start, end]), every)
    return np.arange(first, last + 1)


def day(value: object, name: str) -> pd.Timestamp:
    """Return a day given as text, date or Timestamp, without time of day.

    Parameters
    ----------
    value : str, date, datetime64 or Timestamp
        Text must be ISO 8601: 2020-03-04.
    name : str
        Name of the argument, for the message.

    Raises
    ------
    ArgumentError
        If it is not a day.

    Examples
    --------
    >>> day("2020-03-04", "start").strftime("%F")
    '2020-03-04'
    """
    try:
        if isinstance(value, str):
            stamp: Any = pd.to_datetime(value, format="ISO8601")
        else:
            stamp = pd.Timestamp(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        stamp = pd.NaT
    if pd.isna(stamp):
        message = f"`{name}` must be a day such as '2020-03-04'; got {value!r}."
        raise ArgumentError(message)
    return cast("pd.Timestamp", stamp.tz_localize(None).normalize().as_unit("us"))
