"""Counts by period as streams: every event lies somewhere within its period."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.errors import ArgumentError
from conflictstats.models._door import open_series
from conflictstats.models._event_streams import EventStreams
from conflictstats.tidy.periods import period_ends, period_index


def count_streams(data: Any, window: tuple[Any, Any] | None) -> EventStreams:
    """Turn counts by period into event streams.

    Parameters
    ----------
    data : Series, mapping of name to Series, or Panel
        Whole numbers of events; a missing value is an unknown count.
    window : None
        Counts carry their own window.

    Returns
    -------
    EventStreams
        Each event with its period as the interval it lies in; periods with an unknown
        count are gaps.

    Raises
    ------
    ArgumentError
        If counts are fractions, or the streams cover different periods.
    """
    opened = open_series(data)
    if window is not None:
        message = (
            "Counts by period carry their own window; `window` is for times.\n"
            "Hint: cut the series or panel itself."
        )
        raise ArgumentError(message)
    every, first = opened.every, opened.series[0].index
    origin, edges = _edges(first, every)
    lows, widths, codes, names = [], [], [], []
    unknown = np.zeros(edges.size - 1, dtype=bool)
    for k, one in enumerate(opened.series):
        own = _edges(one.index, every)[1] if k else edges
        if not np.array_equal(own, edges) or _edges(one.index, every)[0] != origin:
            message = "All streams must cover the same periods."
            raise ArgumentError(message)
        y = np.where(one.known, one.y, 0.0)
        if np.any(y != np.round(y)):
            message = (
                f"Stream {one.unit!r} must hold whole numbers of events.\n"
                "Hint: count events, not deaths; deaths can be the marks."
            )
            raise ArgumentError(message)
        # A bin unknown in one stream is unknown for all: it may have set off others.
        unknown |= ~one.known
        times = y.astype("int64")
        lows.append(np.repeat(edges[:-1], times))
        widths.append(np.repeat(np.diff(edges), times))
        codes.append(np.full(int(times.sum()), k, dtype="int64"))
        names.append(one.unit if len(opened.series) > 1 else "events")
    low, code = np.concatenate(lows), np.concatenate(codes)
    width = np.concatenate(widths)
    gaps = _stretches(unknown, edges)
    seen = ~unknown[np.clip(np.searchsorted(edges, low, side="right") - 1, 0, None)]
    notes = list(opened.notes)
    if gaps:
        notes.append(
            f"{int(unknown.sum())} periods with unknown counts are left out: neither "
            "zero, nor able to set off what follows."
        )
    return EventStreams(
        tuple(names), low[seen], width[seen], code[seen], None, float(edges[0]),
        float(edges[-1]), gaps, origin, None, opened.sources, tuple(notes),
    )  # fmt: skip


def _edges(
    index: pd.Index, every: str | None
) -> tuple[pd.Timestamp | None, np.ndarray]:
    if isinstance(index, pd.DatetimeIndex):
        step = every or "day"
        after = period_ends(period_index(index, step), step) + pd.Timedelta(days=1)
        origin = index[0]
        starts = (index - origin).days.to_numpy(dtype="float64")
        last = float((after[-1] - origin).days)
        return origin, np.append(starts, last)
    starts = np.asarray(index, dtype="float64")
    gap = float(np.diff(starts).min()) if starts.size > 1 else 1.0
    if starts.size > 1 and not np.allclose(np.diff(starts), gap):
        message = "A series of counts with numbers as index must have equal steps."
        raise ArgumentError(message)
    return None, np.append(starts, starts[-1] + gap)


def _stretches(
    unknown: np.ndarray, edges: np.ndarray
) -> tuple[tuple[float, float], ...]:
    """Join neighbouring unknown bins."""
    edge = np.diff(np.concatenate([[False], unknown, [False]]).astype("int8"))
    first, after = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    return tuple(
        (float(edges[a]), float(edges[b])) for a, b in zip(first, after, strict=True)
    )
