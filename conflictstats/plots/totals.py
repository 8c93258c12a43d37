"""Totals as they were printed: who said how many by when, and how exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.errors import SchemaError
from conflictstats.plots.anchors import (
    DOWNWARD,
    anchors,
    assign_voices,
    key_of_words,
    marks_for,
)
from conflictstats.plots.axes import (
    UPWARD,
    day_numbers,
    floats,
    format_counts,
    format_days,
    format_log,
    legend_above,
    write_label,
)
from conflictstats.plots.palette import MARKERS, Theme, current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import count_label, day_words, describe, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_VOICES = 5


@in_own_style
def plot_totals(
    counts: pd.DataFrame,
    *,
    ax: Axes | None = None,
    by: str = "claimant",
    voices: Mapping[str, Sequence[str]] | Sequence[str] | None = None,
    label: str | None = None,
) -> Axes:
    """Draw running totals at the day they speak of, a mark a claim.

    The marks are not joined: differences of running totals of several voices, with
    other windows and other words, are not flows.

    Parameters
    ----------
    counts : DataFrame
        A row a claim: period_end (the day the total speaks of), low, best, high, and
        where known qualifier, measure and group, as in `Dataset.counts`.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    by : str
        Column that tells who says it.
    voices : mapping of name to values, or sequence of values, optional
        Whom to tell apart; by default the five who spoke most.
    label : str, optional
        Label of the count axis.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If columns are missing, or no claim has a number and a day.

    Examples
    --------
    >>> import conflictstats as cs
    >>> counts = cs.load_dataset("idlib_2020").counts
    >>> people = counts[(counts["measure"] == "displaced") & (counts["best"] > 1e5)]
    >>> cs.plot_totals(people).get_ylabel()
    'Reported displaced people'
    """
    check_columns(counts.columns, ["period_end", by], "The table of counts")
    table = anchors(counts[counts["period_end"].notna()])
    table = table.assign(voice=assign_voices(table[by], voices, MOST_VOICES))
    ax = axes_or_new(ax)
    theme = current_theme()
    for name, (colour, marker) in marks_for(table["voice"], theme, MARKERS).items():
        _draw_voice(ax, table[table["voice"] == name], name, colour, marker, theme)
    label = label or _label(table)
    write_label(ax, label)
    ax.set_xlabel("Day the count speaks of")
    ax.set_ylim(bottom=0)
    format_counts(ax)
    format_days(ax)
    legend_above(ax, key_of_words(table["said"].to_list(), theme))
    describe(ax, _in_words(table, label))
    return ax


def _label(table: pd.DataFrame) -> str:
    if "measure" not in table or len(table["measure"].unique()) != 1:
        return "Reported count"
    measures = table["measure"].unique()
    groups = table["group"].unique() if "group" in table else np.array(["all"])
    # Nearly all displaced people are coded as civilians: saying so adds nothing.
    plain = len(groups) != 1 or measures[0] == "displaced"
    return count_label(str(measures[0]), "all" if plain else str(groups[0]))


def _draw_voice(
    ax: Axes, rows: pd.DataFrame, name: str, colour: str, marker: str, theme: Theme
) -> None:
    x, y = day_numbers(rows["period_end"])[0], floats(rows["anchor"])
    said = rows["said"].to_numpy()
    about = said == "about"
    ax.plot(
        x[~about],
        y[~about],
        linestyle="none",
        marker=marker,
        color=colour,
        label=name,
        zorder=3,
    )
    ax.plot(
        x[about],
        y[about],
        linestyle="none",
        marker=marker,
        markerfacecolor=theme.paper,
        markeredgecolor=colour,
        markeredgewidth=0.8,
        label="_about",
        zorder=3,
    )
    for kind, arrow in (("up", UPWARD), ("down", DOWNWARD)):
        some = said == kind
        ax.plot(
            x[some],
            y[some],
            linestyle="none",
            marker=arrow,
            markersize=11,
            markerfacecolor="none",
            markeredgecolor=colour,
            markeredgewidth=0.8,
            label=f"_{kind}",
            zorder=2.9,
        )
    ranged = said == "range"
    ax.vlines(
        x[ranged],
        floats(rows["low"])[ranged],
        floats(rows["high"])[ranged],
        color=colour,
        linewidth=0.9,
    )


def _in_words(table: pd.DataFrame, label: str) -> str:
    last = table.sort_values("period_end").iloc[-1]
    top = table.loc[floats(table["anchor"]).argmax() == np.arange(len(table))].iloc[0]
    names = ", ".join(sorted(table["voice"].unique()))
    return (
        f"{label}: {len(table):,} totals as printed, by {names}; the last speaks of "
        f"{day_words(last['period_end'])} and says {number(last['anchor'])}; the "
        f"highest is {number(top['anchor'])}, for {day_words(top['period_end'])}."
    )


@in_own_style
def plot_windows(
    counts: pd.DataFrame,
    *,
    ax: Axes | None = None,
    by: str = "claimant",
    voices: Mapping[str, Sequence[str]] | Sequence[str] | None = None,
    label: str | None = None,
) -> Axes:
    """Draw counts over windows of time as lines from first to last day.

    Windows of one monitor nest and those of several overlap: they may be compared,
    never added. The count axis is logarithmic, because windows of a day and of months
    stand side by side.

    Parameters
    ----------
    counts : DataFrame
        A row a claim: period_start, period_end, low, best, high, and where known
        qualifier and measure.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    by : str
        Column that colours the lines.
    voices : mapping or sequence, optional
        As in `plot_totals`.
    label : str, optional
        Label of the count axis.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If columns are missing, or no claim has a number and a closed window.

    Examples
    --------
    >>> import conflictstats as cs
    >>> counts = cs.load_dataset("idlib_2020").counts
    >>> cs.plot_windows(counts[counts["measure"] == "strikes"]).get_yscale()
    'log'
    """
    check_columns(
        counts.columns, ["period_start", "period_end", by], "The table of counts"
    )
    closed = counts[counts["period_start"].notna() & counts["period_end"].notna()]
    table = anchors(closed)
    table = table[table["anchor"] > 0]
    if table.empty:
        message = "No count of the table is above zero; there is nothing to draw."
        raise SchemaError(message)
    table = table.assign(voice=assign_voices(table[by], voices, MOST_VOICES))
    ax = axes_or_new(ax)
    theme = current_theme()
    for name, (colour, marker) in marks_for(table["voice"], theme, MARKERS).items():
        rows = table[table["voice"] == name]
        begin = day_numbers(rows["period_start"])[0]
        after = day_numbers(rows["period_end"])[0] + 1
        y = floats(rows["anchor"])
        ax.hlines(y, begin, after, color=colour, linewidth=1.2, label="_windows")
        middle = (begin + after) / 2
        ax.plot(
            middle,
            y,
            linestyle="none",
            marker=marker,
            color=colour,
            label=name,
            zorder=3,
        )
        some = (rows["said"] == "up").to_numpy()
        ax.plot(
            middle[some],
            y[some],
            linestyle="none",
            marker=UPWARD,
            markersize=11,
            markerfacecolor="none",
            markeredgecolor=colour,
            label="_up",
        )
    label = label or _label(table)
    write_label(ax, f"{label}, log scale")
    ax.set_xlabel("Window counted, first to last day")
    ax.set_yscale("log")
    format_log(ax.yaxis)
    format_days(ax)
    said = [kind for kind in ("up",) if (table["said"] == kind).any()]
    legend_above(ax, key_of_words(said, theme))
    first, last = table["period_start"].min(), table["period_end"].max()
    names = ", ".join(sorted(table["voice"].unique()))
    describe(
        ax,
        f"{label}: {len(table):,} counts over windows between {day_words(first)} and "
        f"{day_words(last)}, by {names}; from {number(table['anchor'].min())} to "
        f"{number(table['anchor'].max())} a window. The windows overlap.",
    )
    return ax
