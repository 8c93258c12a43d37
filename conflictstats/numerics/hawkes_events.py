"""Events of several streams merged into one history, and what marks do to them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOWHERE = np.zeros(0, dtype=np.int64)


class PointHistory(NamedTuple):
    """All events of K streams in order of time.

    Attributes
    ----------
    times : ndarray of float, shape (n,)
        Event times, ascending; those before `start` are history only.
    gap : ndarray of float, shape (n,)
        Time since the event before; 0 for ties and for the first event.
    code : ndarray of int, shape (n,)
        Stream of each event, 0 .. K-1.
    severity : ndarray of float, shape (n,)
        log(1 + mark); zeros where there are no marks.
    n_streams : int
        K.
    start, end : float
        The design's window (start, end].
    gaps : tuple of (float, float)
        Stretches of the window in which nobody watched: no events are known there.
    order : ndarray of int, shape (n,)
        Row of the caller's events that each one was.
    """

    times: Floats
    gap: Floats
    code: Ints
    severity: Floats
    n_streams: int
    start: float
    end: float
    gaps: tuple[tuple[float, float], ...] = ()
    order: Ints = NOWHERE

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Whether each event lies in the window (the others are history), (n,)."""
        return self.times >= self.start

    @property
    def counts(self) -> Ints:
        """Events in the window of each stream, shape (K,)."""
        codes = self.code[self.observed]
        return np.bincount(codes, minlength=self.n_streams).astype(np.int64)

    @property
    def duration(self) -> float:
        """Length of the window without its gaps."""
        return self.end - self.start - sum(b - a for a, b in self.gaps)

    @property
    def first(self) -> float:
        """Start of the window or of the history before it, whichever is earlier."""
        return float(min([self.start, *self.times[:1]]))

    @property
    def windows(self) -> tuple[tuple[float, float], ...]:
        """Stretches in which events were watched, in order."""
        cuts = [self.start, *(t for gap in self.gaps for t in gap), self.end]
        pairs = zip(cuts[::2], cuts[1::2], strict=True)
        return tuple((a, b) for a, b in pairs if b > a)


def merge_history(
    times: Floats,
    code: Ints,
    window: tuple[float, float],
    n_streams: int,
    marks: Floats | None = None,
    gaps: tuple[tuple[float, float], ...] = (),
) -> PointHistory:
    """Sort events of all streams into one history.

    Parameters
    ----------
    times : ndarray, shape (n,)
        Event times in any order.
    code : ndarray of int, shape (n,)
        Stream of each event.
    window : (float, float)
        Start and end of the design.
    n_streams : int
        Number of streams, some of which may be empty.
    marks : ndarray, shape (n,), optional
        Non-negative severities.
    gaps : tuple of (float, float)
        Stretches of the window that nobody watched.

    Returns
    -------
    PointHistory
        Ties keep the order of their stream codes, so that the order of rows never
        matters.
    """
    weights = np.zeros(times.size) if marks is None else np.log1p(marks)
    order = np.arange(times.size)
    if times.size and (np.any(np.diff(times) < 0) or n_streams > 1):
        order = np.lexsort((weights, code, times))
        times, code, weights = times[order], code[order], weights[order]
    gap = np.zeros(times.size)
    gap[1:] = np.diff(times)
    return PointHistory(
        np.ascontiguousarray(times, dtype=np.float64),
        gap,
        np.ascontiguousarray(code, dtype=np.int64),
        weights,
        n_streams,
        float(window[0]),
        float(window[1]),
        gaps,
        order,
    )


def mark_weights(history: PointHistory, delta: float) -> tuple[Floats, Floats, Floats]:
    """Productivity (1 + m)^delta of each event, scaled to mean 1 in its stream.

    Parameters
    ----------
    history : PointHistory
        The events.
    delta : float
        Exponent of the mark.

    Returns
    -------
    kappa, first, second : ndarray, shape (n,)
        The weights and their first and second derivatives by `delta`. With mean 1 the
        branching matrix keeps its meaning: expected offspring of an average event.
    """
    return productivity(history.severity, history.code, history.n_streams, delta)


def productivity(
    severity: Floats, code: Ints, n_streams: int, delta: float
) -> tuple[Floats, Floats, Floats]:
    """As `mark_weights`, from log(1 + mark) and the stream of each event, (n,)."""
    kappa = np.empty(severity.size)
    first, second = np.empty_like(kappa), np.empty_like(kappa)
    for stream in range(n_streams):
        own = code == stream
        if not own.any():
            continue
        x = severity[own]
        raw = np.exp(delta * (x - x.max()))
        k = raw / raw.mean()
        centred = x - np.mean(k * x)
        kappa[own] = k
        first[own] = k * centred
        second[own] = k * (centred**2 - np.mean(k * centred**2))
    return kappa, first, second
