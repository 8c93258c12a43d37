"""The door for points in time: arrays, mappings, counts or a Dataset become streams.

After the door nobody asks again: times are numbers (days since the window's start for
dated data), every event knows the interval in which it happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, listed
from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.models._event_streams import EventStreams
from conflictstats.models._stream_exposure import with_exposure
from conflictstats.models._stream_times import Points, read_times
from conflictstats.models._streams_counts import count_streams
from conflictstats.models._streams_dataset import dataset_points
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.periods import day


def open_streams(
    data: Any,
    *,
    window: tuple[Any, Any] | None = None,
    between: tuple[str, str] | None = None,
    streams: str | None = None,
    marks: Any = None,
    resolution: Any = None,
    exposure: Any = None,
) -> EventStreams:
    """Turn anything a point-process model accepts into event streams.

    Parameters
    ----------
    data : array_like of times, mapping of name to times, Series, Panel or Dataset
        Times are numbers or dates; a numeric Series and a Panel hold counts by period.
    window : (start, end), optional
        The design's window. For dates both days belong to it. It may be left out where
        the data state it: counts by period, or a Dataset with a coverage.
    between : (str, str), optional
        Two sides of a Dataset: actor names or actor classes.
    streams : str, optional
        How a Dataset's events are split: a column of its events, "perpetrator" or
        "losses".
    marks : array_like, mapping or str, optional
        Severity of each event; the name of a measure for a Dataset.
    resolution : float, array_like or mapping, optional
        Length of the interval in which an event happened, from its time on; 0 is
        exact. Dates without a time of day have a day by default, "2020-03", "2020" and
        pandas Periods the month, year or period they name.
    exposure : Series, optional
        What the background is proportional to, by date or time.

    Returns
    -------
    EventStreams

    Raises
    ------
    ArgumentError
        If the window is missing or events lie after its end.
    ArgumentTypeError
        If it is none of these.

    Examples
    --------
    >>> found = open_streams({"A": [0.5, 2.0], "B": [1.0]}, window=(0, 3))
    >>> found.names, found.code.tolist(), found.is_exact
    (('A', 'B'), [0, 1, 0], True)
    """
    options = {"between": between, "streams": streams, "marks": marks}
    opened = _opened(data, window=window, resolution=resolution, **options)
    return with_exposure(opened, exposure)


def _opened(
    data: Any,
    *,
    window: tuple[Any, Any] | None,
    between: tuple[str, str] | None,
    streams: str | None,
    marks: Any,
    resolution: Any,
) -> EventStreams:
    """Open data of any kind."""
    if isinstance(data, Dataset):
        table = dataset_points(data, between=between, streams=streams, marks=marks)
        return _from_dataset(table, data, window)
    if between is not None or streams is not None:
        message = (
            "`between` and `streams` name parts of a Dataset; "
            f"`data` is a {type(data).__name__}.\n"
            "Hint: give a mapping of stream names to times."
        )
        raise ArgumentError(message)
    if _holds_counts(data):
        for name, value in (("marks", marks), ("resolution", resolution)):
            if value is not None:
                message = (
                    f"`{name}` belongs to single events; `data` are counts by period.\n"
                    "Hint: give the times themselves, or a Dataset."
                )
                raise ArgumentError(message)
        return count_streams(data, window)
    parts = _plain_parts(data)
    return _from_points(parts, window, marks, resolution)


def _holds_counts(data: Any) -> bool:
    if isinstance(data, Panel):
        return True
    values = data.values() if isinstance(data, Mapping) else [data]
    return any(
        isinstance(v, pd.Series) and pd.api.types.is_numeric_dtype(v.dtype)
        for v in values
    )


def _plain_parts(data: Any) -> dict[str, Points]:
    if isinstance(data, Mapping):
        return {str(name): read_times(values) for name, values in sorted(data.items())}
    return {"events": read_times(data)}


def _from_points(
    parts: dict[str, Points],
    window: tuple[Any, Any] | None,
    marks: Any,
    resolution: Any,
) -> EventStreams:
    filled = [p for p in parts.values() if p.low.size]
    kinds = {p.dated for p in filled}
    if len(kinds) > 1:
        message = "All streams must have the same kind of times: numbers, or dates."
        raise ArgumentError(message)
    dated = kinds == {True}
    start, end, origin = _window(window, dated)
    lows, widths, codes = [], [], []
    for k, part in enumerate(parts.values()):
        low = part.low
        if origin is not None:
            low = (low - pd.DatetimeIndex([origin]).as_unit("us").asi8[0]) / 86_400e6
        lows.append(low)
        widths.append(np.zeros(low.size) if part.width is None else part.width)
        codes.append(np.full(low.size, k, dtype="int64"))
    low, code = np.concatenate(lows), np.concatenate(codes)
    sizes = {name: part.low.size for name, part in parts.items()}
    if resolution is None:
        width = np.concatenate(widths)
    else:
        width = _beside(resolution, sizes, "resolution")
    return _checked(
        EventStreams(
            tuple(parts), low, width, code,
            None if marks is None else _beside(marks, sizes, "marks"),
            start, end, origin=origin,
        )
    )  # fmt: skip


def _beside(values: Any, sizes: dict[str, int], name: str) -> np.ndarray:
    """Values that stand beside the events: one number, an array, or a mapping."""
    total = sum(sizes.values())
    if isinstance(values, int | float | np.number):
        return np.full(total, check_number(values, name, low=0))
    parts = [values[k] for k in sizes] if isinstance(values, Mapping) else [values]
    try:
        flat = [np.asarray(p, dtype="float64").ravel() for p in parts]
    except (TypeError, ValueError) as problem:
        message = f"`{name}` must hold numbers; {problem}."
        raise ArgumentTypeError(message) from problem
    out = np.concatenate(flat) if flat else np.zeros(0)
    fits = [f.size for f in flat] == list(sizes.values()) or (
        len(flat) == 1 and len(sizes) == 1
    )
    if not fits or out.size != total:
        message = (
            f"`{name}` must have one value an event ({total}), in a mapping like "
            f"`data` where there are several streams; got {out.size}."
        )
        raise ArgumentError(message)
    if not np.all(np.isfinite(out) & (out >= 0)):
        message = (
            f"`{name}` must be known and not negative for every event.\n"
            "Hint: an unknown severity is not zero; leave the marks out, or draw them."
        )
        raise ArgumentError(message)
    return out


def _pair(window: tuple[Any, Any] | None) -> tuple[Any, Any]:
    if window is None or len(window) != 2:
        message = (
            "`window` must be given as (start, end): when watching began and ended. "
            f"Taking it from the first and last event biases the fit; got {window!r}."
        )
        raise ArgumentError(message)
    return window


def _ordered(window: tuple[Any, Any], length: float) -> None:
    if length <= 0:
        message = f"`window` must end after it begins; got {window!r}."
        raise ArgumentError(message)


def _day_window(window: tuple[Any, Any] | None) -> tuple[float, pd.Timestamp]:
    """Length in days, both ends included, and the first day."""
    pair = _pair(window)
    first, last = day(pair[0], "window"), day(pair[1], "window")
    length = (last - first).days + 1
    _ordered(pair, length)
    return float(length), first


def _window(
    window: tuple[Any, Any] | None, dated: bool
) -> tuple[float, float, pd.Timestamp | None]:
    if dated:
        length, first = _day_window(window)
        return 0.0, length, first
    pair = _pair(window)
    start, end = check_number(pair[0], "window"), check_number(pair[1], "window")
    _ordered(pair, end - start)
    return start, end, None


def _checked(found: EventStreams) -> EventStreams:
    """Refuse events after the window; those before it are history."""
    late = found.low >= found.end if found.origin is not None else found.low > found.end
    if late.any():
        when = found.label(found.low[late][:3])
        message = (
            f"{int(late.sum())} events lie after the window's end "
            f"({found.label(np.array([found.end]))[0]}), as {listed(map(str, when))}.\n"
            "Hint: widen `window`, or cut the data to it."
        )
        raise ArgumentError(message)
    # An interval that crosses the edge is cut: the event was seen in the window.
    width = np.minimum(found.width, found.end - found.low)
    across = (found.low < found.start) & (found.low + width > found.start)
    low = np.where(across, found.start, found.low)
    width = np.where(across, width - (found.start - found.low), width)
    early = int(np.sum(low < found.start))
    notes = found.notes
    if early:
        notes = (*notes, f"{early} events before the window count as history only.")
    # One order whatever the order of the rows: the draws of the dates follow it.
    keys = [found.marks, found.event_ids, width, found.code, low]
    order = np.lexsort([k.astype("str") if k.dtype == "O" else k
                        for k in keys if k is not None])  # fmt: skip
    marks = None if found.marks is None else found.marks[order]
    if marks is not None and marks.size and np.ptp(marks) == 0.0:
        marks = None
        notes = (*notes, "All marks are alike: they say nothing and were left out.")
    return EventStreams(
        found.names, low[order], width[order], found.code[order],
        marks, found.start, found.end,
        found.gaps, found.origin,
        None if found.event_ids is None else found.event_ids[order],
        found.sources, notes,
    )  # fmt: skip


def _from_dataset(
    table: Any, data: Dataset, window: tuple[Any, Any] | None
) -> EventStreams:
    if window is None and data.coverage.start is not None:
        window = data.coverage.start, data.coverage.end
    end, origin = _day_window(window)
    low = _days_since(origin, table.date_start)
    width = _days_since(origin, table.date_end) - low + 1.0
    inside = low < end
    notes = list(table.notes)
    if not inside.all():
        notes.append(f"{int((~inside).sum())} events after the window are left out.")
    gaps = _uncovered(data, origin, end)
    lost = np.zeros(low.size, dtype=bool)
    for first, after in gaps:
        lost |= inside & (low + width > first) & (low < after)
    if gaps:
        notes.append(
            f"{sum(b - a for a, b in gaps):g} days inside the window are not covered: "
            f"nothing is known of them, and {int(lost.sum())} events that touch them "
            "are left out."
        )
    inside &= ~lost
    return _checked(
        EventStreams(
            table.names, low[inside], width[inside], table.code[inside],
            None if table.marks is None else table.marks[inside],
            0.0, end, gaps,
            origin, table.event_ids[inside], data.source_records, tuple(notes),
        )
    )  # fmt: skip


def _uncovered(
    data: Dataset, origin: pd.Timestamp, end: float
) -> tuple[tuple[float, float], ...]:
    """Stretches between the windows of the coverage that no window reaches."""
    windows = data.coverage.windows
    if windows.empty:
        return ()
    begins = _days_since(origin, windows["period_start"])
    ends = _days_since(origin, windows["period_end"]) + 1.0
    order = np.argsort(begins, kind="stable")
    reached = np.maximum.accumulate(ends[order])
    gaps = []
    for covered, begin in zip(reached[:-1], begins[order][1:], strict=True):
        low, high = max(covered, 0.0), min(begin, end)
        if high > low:
            gaps.append((float(low), float(high)))
    return tuple(gaps)


def _days_since(origin: pd.Timestamp, dates: pd.Series) -> np.ndarray:
    return (pd.DatetimeIndex(dates) - origin).days.to_numpy(dtype="float64")
