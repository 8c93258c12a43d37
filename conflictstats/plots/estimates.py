"""Estimates and ranges side by side: a row each, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from conflictstats.arguments import check_columns
from conflictstats.errors import SchemaError
from conflictstats.plots.axes import (
    floats,
    format_log,
    write_label,
)
from conflictstats.plots.palette import current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_estimates(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    label: str | None = None,
    reference: float | None = None,
) -> Axes:
    """Draw estimates with their intervals, a row each, the first on top.

    Parameters
    ----------
    frame : DataFrame
        Columns estimate, conf_low, conf_high, and a name: label, unit_name or term.
        What `result.to_frame()` gives; a column scale tells ratios.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    label : str, optional
        Label of the estimate axis.
    reference : float, optional
        Value of no effect; 1 for ratios, which stand on a logarithmic axis, else 0.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If columns are missing or no row has an estimate.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"term": ["a year"], "estimate": [1.2], "conf_low": [0.9], "conf_high": 1.6}
    ... )
    >>> plot_estimates(table.assign(scale="rate ratio")).get_xscale()
    'log'
    """
    check_columns(frame.columns, ["estimate", "conf_low", "conf_high"], "The table")
    rows = frame[frame["estimate"].notna()]
    if rows.empty:
        message = "No row of the table has an estimate; there is nothing to draw."
        raise SchemaError(message)
    names = _names(rows)
    ratio = "scale" in rows and rows["scale"].astype("str").str.contains("ratio").all()
    none = reference if reference is not None else (1.0 if ratio else 0.0)
    ax = axes_or_new(ax)
    theme = current_theme()
    place = np.arange(len(rows))[::-1]
    middle, low, high = (floats(rows[c]) for c in ("estimate", "conf_low", "conf_high"))
    ax.axvline(none, color=theme.muted, linewidth=0.8, linestyle="--", zorder=1)
    colour = theme.series[0]
    ax.hlines(place, low, high, color=colour, linewidth=1.2, label="Interval")
    ax.plot(middle, place, linestyle="none", marker="s", color=colour, label="Estimate")
    if ratio:
        ax.set_xscale("log")
        format_log(ax.xaxis)
    default = "Rate ratio (log scale)" if ratio else "Estimate"
    write_label(ax, f"{label or default}, with {_level(rows)}interval", along="x")
    _rows_axis(ax, place, names)
    said = "; ".join(
        f"{n} {m:.3g} ({a:.3g} to {b:.3g})"
        for n, m, a, b in zip(names, middle, low, high, strict=True)
    )
    describe(ax, f"{label or default}: {said}.")
    return ax


def _level(rows: pd.DataFrame) -> str:
    given = rows.get("conf_level", pd.Series(dtype="float64"))
    levels = given.dropna().unique()
    return f"{100 * float(levels[0]):g} % " if len(levels) == 1 else ""


def _names(rows: pd.DataFrame) -> list[str]:
    if "label" in rows:
        return rows["label"].astype("str").to_list()
    parts = []
    if "unit_name" in rows and len(rows["unit_name"].unique()) > 1:
        parts.append(rows["unit_name"].astype("str"))
    if "term" in rows and (len(rows["term"].unique()) > 1 or not parts):
        parts.append(rows["term"].astype("str").str.replace("_", " "))
    if not parts:
        check_columns(rows.columns, ["term"], "The table")
    names = parts[0] if len(parts) == 1 else parts[0] + ": " + parts[1]
    return names.to_list()


def _rows_axis(ax: Axes, place: np.ndarray, names: Sequence[str]) -> None:
    ax.set_yticks(place, names)
    ax.set_ylim(-0.7, len(place) - 0.3)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")


@in_own_style
def plot_ranges(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    names: str | Sequence[str] = "label",
    label: str = "Reported count",
) -> Axes:
    """Draw what is claimed or possible, a row each: low to high, open ends as arrows.

    Parameters
    ----------
    frame : DataFrame
        Columns low and high (missing where open), the names, and best where known.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    names : str or sequence of str
        Column with the name of each row; the first row stands on top. Rows of one
        name are told apart by further columns.
    label : str
        Label of the count axis.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If columns are missing, or there are no rows.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Balyun"], "low": [33], "high": [None]})
    >>> plot_ranges(table, label="Reported deaths").get_xlabel()
    'Reported deaths'
    """
    columns = [names] if isinstance(names, str) else list(names)
    check_columns(frame.columns, [*columns, "low", "high"], "The table")
    if frame.empty:
        message = "The table has no rows; there is nothing to draw."
        raise SchemaError(message)
    ax = axes_or_new(ax)
    theme = current_theme()
    colour = theme.series[0]
    low, high = np.nan_to_num(floats(frame["low"])), floats(frame["high"])
    place = np.arange(len(frame))[::-1].astype("float64")
    top = float(np.nanmax(np.concatenate([low, high[~np.isnan(high)], [1.0]])))
    closed = ~np.isnan(high)
    ax.hlines(place[closed], low[closed], high[closed], color=colour, linewidth=2.4)
    exact = closed & (low == high)
    ax.plot(low[exact], place[exact], "o", color=colour, label="One number")
    if (~closed).any():
        # An open end runs on for a fixed length: how far it goes is not known.
        ax.hlines(
            place[~closed],
            low[~closed],
            low[~closed] + 0.08 * top,
            color=colour,
            linewidth=1.0,
            linestyle=(0, (2, 1)),
        )
        ax.plot(
            low[~closed] + 0.08 * top,
            place[~closed],
            linestyle="none",
            marker=">",
            color=colour,
            label="No upper end",
        )
        ax.plot(low[~closed], place[~closed], "|", color=colour, label="_low")
    if "best" in frame:
        ax.plot(
            floats(frame["best"]),
            place,
            linestyle="none",
            marker="o",
            markerfacecolor=theme.paper,
            markeredgecolor=colour,
            label="Best",
        )
    ax.set_xlim(left=0)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: number(v)))
    ax.set_xlabel(label)
    called = _told_apart(frame, columns)
    _rows_axis(ax, place, called)
    said = "; ".join(
        f"{n} {number(a)} to {number(b) if b == b else 'open'}"
        for n, a, b in zip(called, low, high, strict=True)
    )
    describe(ax, f"{label}, from the least to the greatest possible: {said}.")
    return ax


def _told_apart(frame: pd.DataFrame, columns: list[str]) -> list[str]:
    """Return a name a row, longer only where the shorter one is shared."""
    name = frame[columns[0]].astype("str")
    for column in columns[1:]:
        longer = name + ": " + frame[column].astype("str")
        name = name.where(~name.duplicated(keep=False), longer)
    return [str(n) for n in name]
