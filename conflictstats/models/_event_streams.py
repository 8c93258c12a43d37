"""Events of several streams on one window, as every point process takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from conflictstats.numerics.hawkes_draws import RecordedEvents
from conflictstats.tidy.provenance import Source


@dataclass(frozen=True, eq=False)
class EventStreams:
    """Events of K streams on one window.

    Parameters
    ----------
    names : tuple of str
        Streams, in order.
    low : ndarray of float64, shape (n,)
        Start of the interval in which each event happened, or its exact time.
    width : ndarray of float64, shape (n,)
        Length of that interval; 0 is exact.
    code : ndarray of int64, shape (n,)
        Stream of each event.
    marks : ndarray of float64, shape (n,), or None
        Severity of each event.
    start, end : float
        The design's window.
    gaps : tuple of (float, float)
        Stretches of the window in which nobody knows what happened.
    origin : Timestamp or None
        What time 0 is, for dated data.
    event_ids : ndarray of str or None
        Ids of a Dataset's events.
    sources : tuple of Source
        What to cite.
    notes : tuple of str
        What the door decided.
    exposure : tuple of (float, float)
        From when on, and how much is exposed to events, scaled to mean 1 over what
        was watched; empty where none is known.
    """

    names: tuple[str, ...]
    low: np.ndarray
    width: np.ndarray
    code: np.ndarray
    marks: np.ndarray | None
    start: float
    end: float
    gaps: tuple[tuple[float, float], ...] = ()
    origin: pd.Timestamp | None = None
    event_ids: np.ndarray | None = None
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    exposure: tuple[tuple[float, float], ...] = ()

    @property
    def unit(self) -> str:
        """Unit of time: "day", or "unit" for plain numbers."""
        return "unit" if self.origin is None else "day"

    @property
    def is_exact(self) -> bool:
        """Whether every event has an exact time."""
        return not bool(np.any(self.width > 0))

    @property
    def grain(self) -> float:
        """Length of the commonest interval in which events are dated; 0 if exact."""
        wide = np.round(self.width[self.width > 0], 9)
        if not wide.size:
            return 0.0
        values, often = np.unique(wide, return_counts=True)
        return float(values[np.argmax(often)])

    @property
    def tied_share(self) -> float:
        """Share of events whose recorded time is shared with another event."""
        if not self.low.size:
            return 0.0
        _, inverse, counts = np.unique(
            np.column_stack([self.low, self.width]),
            axis=0, return_inverse=True, return_counts=True,
        )  # fmt: skip
        return float(np.mean(counts[inverse.ravel()] > 1))

    def label(self, times: np.ndarray) -> np.ndarray | pd.DatetimeIndex:
        """Return times as the user wrote them: dates or numbers."""
        if self.origin is None:
            return times
        micros = np.round(times * 86_400e6).astype("int64").astype("timedelta64[us]")
        return pd.DatetimeIndex(self.origin.to_datetime64() + micros)

    def recorded(self) -> RecordedEvents:
        """Return the arrays that the numerics work on."""
        event = None
        if self.event_ids is not None:
            event = np.unique(self.event_ids.astype("str"), return_inverse=True)[1]
        return RecordedEvents(
            self.low, self.width, self.code, self.marks, len(self.names), self.start,
            self.end, self.gaps, event,
        )  # fmt: skip
