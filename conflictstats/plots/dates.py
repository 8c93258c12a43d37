"""Dates that matter to a reader, marked and named on a time axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.font_manager import FontProperties

from conflictstats.arguments import check_columns
from conflictstats.errors import ArgumentTypeError
from conflictstats.plots.axes import day_numbers, likely_size
from conflictstats.plots.palette import current_theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def event_table(events: Any) -> pd.DataFrame:
    """Return events as a table with the columns label and date, in order of time.

    Parameters
    ----------
    events : mapping of name to day, or DataFrame
        A DataFrame needs the columns label and date.

    Raises
    ------
    ArgumentTypeError
        If it is neither.

    Examples
    --------
    >>> event_table({"Ceasefire": "2020-03-06"})["label"].to_list()
    ['Ceasefire']
    """
    if isinstance(events, Mapping):
        pairs = list(events.items())
        events = pd.DataFrame(pairs, columns=["label", "date"])
    if not isinstance(events, pd.DataFrame):
        message = (
            "`events` must be a mapping of name to day or a DataFrame with the columns "
            f"label and date; got {type(events).__name__}.\n"
            'Hint: `events={"Ceasefire": "2020-03-06"}`.'
        )
        raise ArgumentTypeError(message)
    check_columns(events.columns, ["label", "date"], "The table of events")
    table = events[["label", "date"]].copy()
    if not pd.api.types.is_numeric_dtype(table["date"].dtype):
        table["date"] = pd.to_datetime(table["date"])
    return table.sort_values("date", kind="stable").reset_index(drop=True)


def mark_events(ax: Axes, events: Any) -> pd.DataFrame:
    """Mark dates by lines, and name them in rows above the data.

    Parameters
    ----------
    ax : Axes
        Already drawn, its limits set; the upper one is raised to make room.
    events : mapping or DataFrame
        As in `event_table`; those outside the axis are left out.

    Returns
    -------
    DataFrame
        What is marked: label and date.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> _ = ax.set_xlim(0, 10)
    >>> mark_events(ax, {"A law": 4})["label"].to_list()
    ['A law']
    """
    table = event_table(events)
    x, _ = day_numbers(table["date"])
    first, last = ax.get_xlim()
    inside = (x >= first) & (x <= last)
    table, x = table[inside].reset_index(drop=True), x[inside]
    if table.empty:
        return table
    theme = current_theme()
    wide, tall = likely_size(ax)
    size = FontProperties(size=mpl.rcParams["xtick.labelsize"]).get_size_in_points()
    height, letter = 1.4 * size, 0.56 * size
    spots = _rows(
        (x - first) / (last - first) * wide, list(table["label"]), letter, wide
    )
    rows = max(row for row, _ in spots) + 1
    low, high = ax.get_ylim()
    share = min((height * rows + 3) / tall, 0.6)
    ax.set_ylim(low, low + (high - low) / (1 - share))
    for at, label, (row, side) in zip(x, table["label"], spots, strict=True):
        ax.axvline(at, color=theme.muted, linewidth=0.8, linestyle=":", zorder=1)
        ax.annotate(
            str(label),
            (at, 1),
            xycoords=("data", "axes fraction"),
            xytext=(2.5 * side, -height * row - 1),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="top",
            fontsize=size,
            color=theme.muted,
            gid="event",
            zorder=5,
            bbox={"facecolor": theme.paper, "edgecolor": "none", "pad": 0.6},
        )
    return table


def _rows(
    x: np.ndarray, labels: list[str], letter: float, wide: float
) -> list[tuple[int, int]]:
    """Return row and side (1 right of the line, -1 left) of each name, none hidden."""
    taken: list[list[tuple[float, float]]] = []
    spots = []
    for at, label in zip(x, labels, strict=True):
        length = letter * len(str(label)) + 5
        side = 1 if at + length <= wide or at < wide / 2 else -1
        span = (at, at + length) if side > 0 else (at - length, at)
        row = 0
        while row < len(taken) and any(
            a < span[1] + 3 and span[0] - 3 < b for a, b in taken[row]
        ):
            row += 1
        if row == len(taken):
            taken.append([])
        taken[row].append(span)
        spots.append((row, side))
    return spots
