"""The door for two sides: a Dataset, times or counts become two series side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of, listed
from conflictstats.errors import ArgumentError
from conflictstats.models._door import open_series
from conflictstats.models._event_streams import EventStreams
from conflictstats.models._streams import open_streams
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.provenance import Source

STEPS = {"day": 1.0, "week": 7.0}


@dataclass(frozen=True, eq=False)
class Sides:
    """Counts of two sides on the same periods.

    Parameters
    ----------
    names : tuple of str
        The two sides.
    y : ndarray, shape (T, 2)
        Counts; NaN is unknown.
    index : Index, shape (T,)
        Periods: their first day, or the user's numbers.
    events : dict
        How to call `fit_escalation` on the same events.
    sources : tuple of Source
        What to cite.
    notes : tuple of str
        What the door decided.
    """

    names: tuple[str, str]
    y: np.ndarray
    index: pd.Index
    events: dict[str, Any]
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether the periods are dates."""
        return isinstance(self.index, pd.DatetimeIndex)


def open_sides(
    data: Any,
    *,
    between: tuple[str, str] | None,
    streams: str | None = None,
    window: tuple[Any, Any] | None,
    every: str | float,
    value: str,
) -> Sides:
    """Turn anything `fit_retaliation` accepts into two series of counts.

    Parameters
    ----------
    data : Dataset, Panel, mapping of name to counts, or mapping of name to times
        Times if `window` is given or `data` is a Dataset; else counts by period.
    between : (str, str), optional
        Two sides of a Dataset.
    streams : str, optional
        How a Dataset's events are split, as "losses".
    window : (start, end), optional
        When watching began and ended, for times.
    every : {"day", "week"} or float
        Length of the periods that times are counted in.
    value : {"low", "best", "high"}
        Which count of a Panel.

    Returns
    -------
    Sides

    Raises
    ------
    ArgumentError
        If there are not two sides on the same periods.
    """
    if isinstance(data, Dataset) or window is not None:
        opened_streams = open_streams(
            data, window=window, between=between, streams=streams
        )
        call = {"data": data, "window": window, "between": between, "streams": streams}
        return _from_events(opened_streams, every, call)
    opened = open_series(data, value=value)
    names = [one.unit for one in opened.series]
    _check_two(names)
    first, second = opened.series
    if not first.index.equals(second.index):
        message = "Both sides must be counted on the same periods."
        raise ArgumentError(message)
    y = np.column_stack([first.y, second.y])
    series = {n: pd.Series(y[:, i], first.index) for i, n in enumerate(names)}
    return Sides(
        (names[0], names[1]), y, first.index, {"data": series}, opened.sources,
        opened.notes,
    )  # fmt: skip


def _check_two(names: list[str]) -> None:
    if len(names) != 2:
        message = (
            f"`data` must have two sides; got {len(names)}: {listed(names)}.\n"
            "Hint: name them with `between`, or give a mapping of two."
        )
        raise ArgumentError(message)


def _from_events(
    streams: EventStreams, every: str | float, call: dict[str, Any]
) -> Sides:
    _check_two(list(streams.names))
    if streams.origin is None:
        step = check_number(1.0 if every == "day" else every, "every", low=1e-9)
    else:
        step = STEPS[check_one_of(every, "every", list(STEPS))]
    n = int(np.floor((streams.end - streams.start) / step + 1e-9))
    if n < 1:
        message = f"`window` must hold at least one period of {every!r}."
        raise ArgumentError(message)
    number = np.floor((streams.low - streams.start) / step + 1e-9).astype("int64")
    coarse = streams.width > step
    use = ~coarse & (number >= 0) & (number < n)
    y = np.zeros((n, 2))
    np.add.at(y, (number[use], streams.code[use]), 1)
    for low, high in streams.gaps:
        from_, to = ((edge - streams.start) / step for edge in (low, high))
        y[int(np.floor(from_ + 1e-9)) : int(np.ceil(to - 1e-9))] = np.nan
    notes = list(streams.notes)
    if coarse.any():
        notes.append(
            f"{int(coarse.sum())} events dated over more than one period are left out "
            "of the counts (the point process draws their dates)."
        )
    starts = streams.start + step * np.arange(n)
    index = pd.Index(streams.label(starts))
    names = (streams.names[0], streams.names[1])
    return Sides(names, y, index, call, streams.sources, tuple(notes))
