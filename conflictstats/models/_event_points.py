"""The door for events as points: a Dataset, table or array becomes places and days.

After the door nobody asks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

PRECISE = ("point", "near")
METRICS = ("geodesic", "euclidean", "manhattan")

EventData = Dataset | pd.DataFrame | np.ndarray


@dataclass(frozen=True, eq=False)
class EventPoints:
    """Events that have a place and a date, in order of time.

    Parameters
    ----------
    places : ndarray, shape (n, 2)
        Longitude and latitude in degrees, or plane coordinates.
    begin, end : ndarray, shape (n,)
        First and last possible day, as numbers; equal for a time known exactly.
    rows : DataFrame, shape (n, ...)
        What identifies each event in the user's data.
    n_left_out : int
        Events without a usable place or date, or dated too coarsely.
    dated : bool
        Whether the days are calendar days (counted from 1970-01-01).
    sources : tuple of Source
        What to cite.
    notes : tuple of str
        Why events were left out.
    """

    places: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    rows: pd.DataFrame
    n_left_out: int
    dated: bool
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()


def open_points(
    data: Any,
    *,
    metric: str,
    place: tuple[str, str] | None,
    time: str | None,
    longest_span: float,
) -> EventPoints:
    """Turn anything a point model accepts into places and days.

    Parameters
    ----------
    data : Dataset, DataFrame or array_like, shape (n, 3)
        An array has the columns x, y, time.
    metric : {"geodesic", "euclidean", "manhattan"}
        How distances will be measured; geodesic asks for degrees.
    place : (str, str), optional
        Columns with the coordinates; longitude and latitude by default.
    time : str, optional
        Column with the time; date_start (to date_end) by default.
    longest_span : float
        Events whose date spans more days are left out.

    Returns
    -------
    EventPoints
        Sorted by time, then by place.

    Raises
    ------
    ArgumentTypeError
        If `data` is none of these.
    ArgumentError
        If coordinates are not degrees where they must be.
    SchemaError
        If a column is missing.
    """
    sources: tuple[Source, ...] = ()
    precise = None
    if isinstance(data, Dataset):
        frame, sources = data.events, data.source_records
        precise = frame["place_precision"]
    elif isinstance(data, pd.DataFrame):
        frame = data
    else:
        frame, place, time = _from_array(data), ("x", "y"), "time"
    across, up = place or ("longitude", "latitude")
    moment = time or "date_start"
    check_columns(frame.columns, [across, up, moment], "the table of events")
    places = np.column_stack([_numbers(frame[across]), _numbers(frame[up])])
    begin, dated = as_days(frame[moment], moment)
    end = begin
    if time is None and "date_end" in frame:
        end = as_days(frame["date_end"], "date_end")[0]
        end = np.where(np.isnan(end), begin, end)
    if metric == "geodesic":
        _check_degrees(places)
    reasons = {
        "without coordinates": ~np.isfinite(places).all(axis=1),
        "without a date": ~np.isfinite(begin),
        # A day has length: an event of one day spans 0 to 1.
        f"dated over more than {longest_span:g} days": end - begin + 1 > longest_span,
        "ending before they begin": end < begin,
    }
    if precise is not None:
        coarse = precise.notna() & ~precise.isin(PRECISE)
        reasons["placed more coarsely than near a point"] = coarse.to_numpy(dtype=bool)
    return _sorted(frame, places, (begin, end), reasons, (across, up), dated, sources)


def _sorted(
    frame: pd.DataFrame,
    places: np.ndarray,
    days: tuple[np.ndarray, np.ndarray],
    reasons: dict[str, np.ndarray],
    names: tuple[str, str],
    dated: bool,
    sources: tuple[Source, ...],
) -> EventPoints:
    out = np.zeros(len(frame), dtype=bool)
    notes = []
    for reason, mask in reasons.items():
        new = mask & ~out
        if new.any():
            notes.append(f"{int(new.sum())} events {reason} were left out.")
        out |= mask
    begin, end = days
    order = np.lexsort((places[:, 1], places[:, 0], end, begin))
    kept = order[~out[order]]
    rows = {n: places[kept, i] for i, n in enumerate(_plain(names))}
    if "event_id" in frame:
        rows = {"event_id": frame["event_id"].to_numpy()[kept], **rows}
    if dated:
        stamp = pd.to_datetime(begin[kept], unit="D", origin="unix")
        rows["date_start"] = pd.DatetimeIndex(stamp).as_unit("us")
    else:
        rows["time"] = begin[kept]
    return EventPoints(
        places[kept],
        begin[kept],
        end[kept],
        pd.DataFrame(rows),
        int(out.sum()),
        dated,
        sources,
        tuple(notes),
    )


def _plain(names: tuple[str, str]) -> tuple[str, str]:
    """Name the coordinates as the glossary does, whatever the user's table says."""
    return names if names == ("longitude", "latitude") else ("x", "y")


def _from_array(data: Any) -> pd.DataFrame:
    try:
        table = np.asarray(data, dtype=float)
    except (TypeError, ValueError):
        table = np.empty(0)
    if table.ndim != 2 or table.shape[1] != 3:
        message = (
            "`data` must be a Dataset, a DataFrame of events, or an array of shape "
            f"(n, 3) with x, y and time; got {type(data).__name__}."
        )
        raise ArgumentTypeError(message)
    return pd.DataFrame(table, columns=["x", "y", "time"])


def _numbers(column: pd.Series) -> np.ndarray:
    return pd.to_numeric(column).to_numpy(dtype="float64", na_value=np.nan)


def as_days(column: pd.Series, name: str) -> tuple[np.ndarray, bool]:
    """Return times as numbers of days, and whether they are calendar dates."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return _numbers(column), False
    try:
        stamps = pd.to_datetime(column, format="ISO8601")
    except (TypeError, ValueError) as problem:
        message = (
            f"`{name}` must hold dates written year-month-day, or numbers; {problem}."
        )
        raise ArgumentError(message) from problem
    since = (stamps.dt.tz_localize(None) - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return since.to_numpy(dtype="float64", na_value=np.nan), True


def _check_degrees(places: np.ndarray) -> None:
    known = places[np.isfinite(places).all(axis=1)]
    if (np.abs(known) > np.array([360.0, 90.0])).any():
        message = (
            '`metric="geodesic"` needs longitude and latitude in degrees; got '
            f"coordinates up to {np.abs(known).max():g}.\n"
            'Hint: for a projected map use `metric="euclidean"`.'
        )
        raise ArgumentError(message)
