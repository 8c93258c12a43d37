"""Counts over time: what was reported, its range, what is unknown, what was fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns, check_number, check_type, listed
from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.plots.axes import (
    day_numbers,
    draw_open,
    floats,
    format_counts,
    format_days,
    hatch_unknown,
    legend_above,
    stamp,
    write_label,
)
from conflictstats.plots.dates import mark_events
from conflictstats.plots.palette import Theme, current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import count_label, day_words, describe, number
from conflictstats.tidy.panel import Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Beyond so many periods dots run together and a stepped line reads better.
MOST_DOTS = 80


@dataclass(frozen=True, eq=False)
class _Cells:
    """One unit's cells in order of time, as arrays of shape (n,).

    `starts` and `after` are matplotlib day numbers (or the user's numbers) where a
    period begins and where the next one does; counts are NaN where unknown.
    """

    starts: np.ndarray
    after: np.ndarray
    low: np.ndarray
    best: np.ndarray
    high: np.ndarray
    unknown: np.ndarray
    dated: bool

    @property
    def middle(self) -> np.ndarray:
        return np.asarray((self.starts + self.after) / 2)


@in_own_style
def plot_series(
    data: Panel | pd.DataFrame,
    *,
    ax: Axes | None = None,
    fitted: Any = None,
    unit: str | None = None,
    label: str | None = None,
    events: Mapping[str, Any] | pd.DataFrame | None = None,
    most_dots: int = MOST_DOTS,
) -> Axes:
    """Draw one unit's counts with their range, what is unknown, and a fitted line.

    A period's range from low to high is a pale bar, its best count a dot (a hollow one
    for a covered zero). Unknown periods are hatched, never drawn as zero. A count with
    no upper end ends in an arrow.

    Parameters
    ----------
    data : Panel or DataFrame
        Counts; a table needs period_start (or time, for plain numbers) and best (or
        observed), and may have period_end, low, high, state and unit_name.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    fitted : result or DataFrame, optional
        With fitted, and where known fitted_low and fitted_high, by period_start:
        what `result.to_frame("augment")` gives.
    unit : str, optional
        Which unit; may be left out if there is only one.
    label : str, optional
        Label of the count axis; by default it says that reported deaths are a minimum.
    events : mapping of name to day, or DataFrame with label and date, optional
        Dates to mark by a line and name above the data.
    most_dots : int
        With more periods than this a stepped line and a band replace the dots.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    ArgumentError
        If there are several units and none is named.
    SchemaError
        If columns are missing, or there are no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> import conflictstats as cs
    >>> table = pd.DataFrame(
    ...     {"period_start": ["2020-01-01", "2020-02-01"], "best": [3, None]}
    ... )
    >>> panel = cs.Panel.from_frame(table, every="month", measure="killed")
    >>> cs.plot_series(panel).get_ylabel()
    'Reported deaths (minimum)'
    """
    check_type(data, "data", (Panel, pd.DataFrame), "a Panel or a DataFrame")
    check_number(most_dots, "most_dots", low=0, integer=True)
    frame, name = one_unit(data, unit)
    cells = _cells(frame)
    ax = axes_or_new(ax)
    theme = current_theme()
    hatch_unknown(ax, cells.starts, cells.after, cells.unknown)
    if len(cells.best) > most_dots:
        _draw_line(ax, cells, theme)
    else:
        _draw_dots(ax, cells, theme)
    known = np.where(np.isnan(cells.best), cells.low, cells.best)
    is_open = np.isnan(cells.high) & (known > 0)
    draw_open(ax, cells.middle[is_open], known[is_open], theme.series[0])
    if fitted is not None:
        _draw_fitted(ax, fitted, frame, cells, theme)
    if label is None:
        label = (
            count_label(data.measure, data.group)
            if isinstance(data, Panel)
            else "Reported count"
        )
    write_label(ax, label)
    ax.set_ylim(bottom=0)
    format_counts(ax)
    _format_time(ax, cells)
    marked = mark_events(ax, events) if events is not None else None
    rows = legend_above(ax)
    if name:
        ax.set_title(name, pad=4 + 9 * rows)
    said = _in_words(cells, label, name, fitted is not None)
    if marked is not None and len(marked):
        said += f" Marked: {_marked_words(marked)}."
    describe(ax, said)
    return ax


def _marked_words(marked: pd.DataFrame) -> str:
    dated = not pd.api.types.is_numeric_dtype(marked["date"].dtype)
    when = [day_words(d) if dated else f"{d:g}" for d in marked["date"]]
    return ", ".join(f"{n} ({w})" for n, w in zip(marked["label"], when, strict=True))


def one_unit(data: Panel | pd.DataFrame, unit: str | None) -> tuple[pd.DataFrame, str]:
    """Return the rows of one unit and its name, or refuse to choose among several.

    Parameters
    ----------
    data : Panel or DataFrame
        As `plot_series` takes it.
    unit : str or None
        Which unit.

    Raises
    ------
    ArgumentError
        If there are several units and none is named, or it is not among them.
    SchemaError
        If columns are missing, or there are no rows.

    Examples
    --------
    >>> table = pd.DataFrame({"time": [1, 2], "observed": [3, 4]})
    >>> one_unit(table, None)[0]["best"].to_list()
    [3, 4]
    """
    frame = data.to_frame() if isinstance(data, Panel) else data
    if "best" not in frame and "observed" in frame:
        frame = frame.assign(best=frame["observed"])
    if "period_start" not in frame and "time" in frame:
        frame = frame.assign(period_start=frame["time"])
    check_columns(frame.columns, ["period_start", "best"], "The table")
    if frame.empty:
        message = "The table has no rows; there is nothing to draw."
        raise SchemaError(message)
    if "unit_name" not in frame:
        return frame, unit or ""
    names = list(dict.fromkeys(frame["unit_name"].astype("str")))
    if unit is None and len(names) > 1:
        message = f"`unit` must name one of {listed(names)}; got none."
        raise ArgumentError(message)
    if unit is not None and unit not in names:
        message = f"`unit` must be one of {listed(names)}; got {unit!r}."
        raise ArgumentError(message)
    chosen = unit if unit is not None else names[0]
    frame = frame[frame["unit_name"].astype("str") == chosen]
    return frame, "" if chosen == "all" else chosen


def _cells(frame: pd.DataFrame) -> _Cells:
    starts, dated = day_numbers(frame["period_start"])
    order = np.argsort(starts, kind="stable")
    starts, frame = starts[order], frame.iloc[order]
    if "period_end" in frame:
        after = day_numbers(frame["period_end"])[0] + 1
    else:
        step = float(np.min(np.diff(starts))) if len(starts) > 1 else 1.0
        after = np.append(starts[1:], starts[-1] + step)
        after = np.minimum(after, starts + 1.5 * step)
    best = floats(frame["best"])
    low = floats(frame["low"]) if "low" in frame else best
    high = floats(frame["high"]) if "high" in frame else best
    unknown = np.isnan(best)
    if "state" in frame:
        unknown = (frame["state"].astype("str") == "unknown").to_numpy()
    return _Cells(starts, after, low, best, high, unknown, dated)


def _draw_dots(ax: Axes, cells: _Cells, theme: Theme) -> None:
    colour = theme.series[0]
    x, width = cells.middle, cells.after - cells.starts
    spread = cells.high > cells.low
    if spread.any():
        ax.bar(
            x[spread],
            (cells.high - cells.low)[spread],
            width=0.62 * width[spread],
            bottom=cells.low[spread],
            color=colour,
            alpha=0.25,
            linewidth=0,
            label="Range",
        )
    some = cells.best > 0
    ax.plot(
        x[some],
        cells.best[some],
        linestyle="none",
        marker="o",
        color=colour,
        label="Reported",
        zorder=3,
    )
    zero = cells.best == 0
    if zero.any():
        ax.plot(
            x[zero],
            cells.best[zero],
            linestyle="none",
            marker="o",
            markerfacecolor=theme.paper,
            markeredgecolor=colour,
            markeredgewidth=0.8,
            label="None reported",
            clip_on=False,
            zorder=3,
        )


def _draw_line(ax: Axes, cells: _Cells, theme: Theme) -> None:
    colour = theme.series[0]
    best = np.where(cells.unknown, np.nan, cells.best)
    edges = np.append(cells.starts, cells.after[-1])

    def stepped(values: np.ndarray) -> np.ndarray:
        return np.append(values, values[-1])

    if (cells.high > cells.low).any():
        ax.fill_between(
            edges,
            stepped(np.where(cells.unknown, np.nan, cells.low)),
            stepped(np.where(cells.unknown, np.nan, cells.high)),
            step="post",
            color=colour,
            alpha=0.25,
            linewidth=0,
            label="Range",
        )
    ax.step(
        edges,
        stepped(best),
        where="post",
        color=colour,
        linewidth=0.8,
        label="Reported",
        zorder=2.5,
    )


def _draw_fitted(
    ax: Axes, fitted: Any, frame: pd.DataFrame, cells: _Cells, theme: Theme
) -> None:
    table = fitted if isinstance(fitted, pd.DataFrame) else fitted.to_frame("augment")
    if "period_start" not in table and "time" in table:
        table = table.assign(period_start=table["time"])
    check_columns(table.columns, ["period_start", "fitted"], "The fitted table")
    if "unit_name" in table and "unit_name" in frame:
        table = table[table["unit_name"] == frame["unit_name"].iloc[0]]
    if "exposure" in table:
        # Without exposure (no covered day) the expected count is 0 by definition:
        # that says nothing of the trend, and unknown is never drawn as zero.
        table = table[floats(table["exposure"]) > 0]
    starts = day_numbers(table["period_start"])[0]
    order = np.argsort(starts, kind="stable")
    # The fit stands in the middle of its period, as the dots do.
    place = np.searchsorted(cells.starts, starts[order])
    inside = place < len(cells.starts)
    place, order = place[inside], order[inside]
    x = cells.middle[place]
    if {"fitted_low", "fitted_high"} <= set(table.columns):
        ax.fill_between(
            x,
            floats(table["fitted_low"])[order],
            floats(table["fitted_high"])[order],
            color=theme.accent,
            alpha=0.22,
            linewidth=0,
            label="Interval of fit",
            zorder=2,
        )
    ax.plot(
        x,
        floats(table["fitted"])[order],
        color=theme.accent,
        linestyle="-",
        label="Fit",
        zorder=4,
    )


def _format_time(ax: Axes, cells: _Cells) -> None:
    ax.set_xlim(cells.starts[0], cells.after[-1])
    ax.set_xlabel("Date" if cells.dated else "Period")
    if cells.dated:
        format_days(ax)


def _in_words(cells: _Cells, label: str, name: str, is_fitted: bool) -> str:
    n, n_unknown = len(cells.best), int(cells.unknown.sum())
    where = f", {name}" if name else ""
    said = f"{label}{where}: {n:,} periods"
    if cells.dated:
        first, last = (
            day_words(stamp(d)) for d in (cells.starts[0], cells.after[-1] - 1)
        )
        said += f" from {first} to {last}"
    said += f", {n_unknown:,} of them unknown" if n_unknown else ", none unknown"
    if not np.isnan(cells.best).all():
        top = int(np.nanargmax(cells.best))
        bounds = ""
        if cells.high[top] > cells.low[top]:
            bounds = f" (range {number(cells.low[top])} to {number(cells.high[top])})"
        said += f"; the most is {number(cells.best[top])}{bounds}"
        if cells.dated:
            said += f" in the period from {day_words(stamp(cells.starts[top]))}"
    if is_fitted:
        said += "; a fitted line with its interval is drawn"
    return said + "."
