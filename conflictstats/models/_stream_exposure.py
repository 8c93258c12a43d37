"""The door for exposure: how much there was to be hit, or to be seen, over time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.models._event_streams import EventStreams


def with_exposure(streams: EventStreams, exposure: Any) -> EventStreams:
    """Give streams the exposure that their background is proportional to.

    Parameters
    ----------
    streams : EventStreams
        The events.
    exposure : Series or None
        People, patrols, reporters: each value holds from its date (or time) until the
        next.

    Returns
    -------
    EventStreams
        With steps of exposure, scaled to mean 1 over what was watched.

    Raises
    ------
    ArgumentError
        If it is not known and above zero throughout the window.
    ArgumentTypeError
        If it is not a Series indexed by dates or times.
    """
    if exposure is None:
        return streams
    since, level = _steps(exposure, streams)
    order = np.argsort(since, kind="stable")
    since, level = since[order], level[order]
    if not since.size or since[0] > streams.start or np.any(np.diff(since) <= 0):
        message = (
            "`exposure` must begin at or before the window's start, with each date "
            f"once; it has {since.size} values"
            + (f", the first at {since[0]:g}." if since.size else ".")
        )
        raise ArgumentError(message)
    if not np.all(np.isfinite(level) & (level > 0)):
        message = (
            "`exposure` must be known and above zero throughout.\n"
            "Hint: where nobody watched, leave the time out of the window, or give "
            "counts with missing values there."
        )
        raise ArgumentError(message)
    # Only the value in force at the start matters of those before it.
    first = int(np.searchsorted(since, streams.start, side="right")) - 1
    since, level = since[first:], level[first:]
    since[0] = streams.start
    inside = since < streams.end
    since, level = since[inside], level[inside]
    mean = float(np.average(level, weights=_watched(streams, since)))
    note = "Exposure is scaled to mean 1: background rates are those at its mean."
    steps = tuple(zip(since.tolist(), (level / mean).tolist(), strict=True))
    return replace(streams, exposure=steps, notes=(*streams.notes, note))


def _steps(exposure: Any, streams: EventStreams) -> tuple[np.ndarray, np.ndarray]:
    if not isinstance(exposure, pd.Series):
        message = (
            "`exposure` must be a Series indexed by dates or times; got "
            f"{type(exposure).__name__}."
        )
        raise ArgumentTypeError(message)
    index = exposure.index
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    dated = isinstance(index, pd.DatetimeIndex)
    if dated != (streams.origin is not None):
        message = "`exposure` must be indexed like the events: by dates, or by numbers."
        raise ArgumentTypeError(message)
    if streams.origin is not None and isinstance(index, pd.DatetimeIndex):
        days = (index.tz_localize(None) - streams.origin) / pd.Timedelta(days=1)
        since = days.to_numpy(dtype="float64")
    else:
        since = np.asarray(index, dtype="float64")
    return since.copy(), exposure.to_numpy(dtype="float64", na_value=np.nan)


def _watched(streams: EventStreams, since: np.ndarray) -> np.ndarray:
    """Length of each step without the gaps, shape (m,)."""
    edges = np.append(since, streams.end)
    lengths = np.diff(edges)
    for low, high in streams.gaps:
        cut = np.minimum(edges[1:], high) - np.maximum(edges[:-1], low)
        lengths -= np.maximum(cut, 0.0)
    return lengths
