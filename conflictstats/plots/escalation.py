"""Pictures of self-excitation: the rate with its events, and who sets off whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from conflictstats.arguments import check_columns
from conflictstats.plots.axes import (
    day_numbers,
    floats,
    format_days,
    legend_above,
)
from conflictstats.plots.palette import DASHES, current_theme, ink_on
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A tick an event reads well up to here; beyond it they are drawn as an image.
MOST_TICKS = 3000


def nothing_to_draw(ax: Axes, text: str) -> Axes:
    """Say in words, on the Axes and in the description, why there is no picture."""
    describe(ax, f"{text}: an empty picture.")
    ax.text(0.5, 0.5, text, ha="center", va="center", transform=ax.transAxes)
    ax.set_axis_off()
    return ax


@in_own_style
def plot_intensity(
    frame: pd.DataFrame,
    events: pd.DataFrame | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw the fitted rate of each stream over its background, a tick an event.

    Parameters
    ----------
    frame : DataFrame
        Columns stream, event_time, intensity and background_rate; and observed, where
        counts by period are to stand behind the rate.
    events : DataFrame, optional
        Columns stream and event_time: the events, drawn as ticks below the rate.
    ax : Axes, optional
        Where to draw; a new single-column figure if absent.

    Returns
    -------
    Axes
        The very one that was given.

    Examples
    --------
    >>> import pandas as pd
    >>> rate = pd.DataFrame(
    ...     {
    ...         "stream": "attacks",
    ...         "event_time": [0.0, 1.0, 2.0],
    ...         "intensity": [0.5, 0.9, 0.6],
    ...         "background_rate": 0.4,
    ...     }
    ... )
    >>> plot_intensity(rate).get_ylabel()
    'Events a unit of time'
    """
    ax = axes_or_new(ax)
    if frame.empty:
        return nothing_to_draw(ax, "Nothing could be estimated")
    needed = ("stream", "event_time", "intensity", "background_rate")
    check_columns(frame.columns, needed, "The table of rates")
    colours = current_theme().series
    streams = list(dict.fromkeys(frame["stream"]))
    top = float(np.nanmax(floats(frame["intensity"])))
    dated = False
    for k, stream in enumerate(streams):
        rows = frame[frame["stream"] == stream]
        x, dated = day_numbers(rows["event_time"])
        colour = colours[k % len(colours)]
        if "observed" in rows:
            y = floats(rows["observed"])
            top = max(top, float(np.nanmax(np.append(y, 0.0))))
            ax.vlines(x, 0, np.nan_to_num(y), color=colour, lw=0.6, alpha=0.35)
        ax.plot(x, floats(rows["intensity"]), color=colour, lw=0.9, label=stream)
        ax.plot(
            x,
            floats(rows["background_rate"]),
            color=colour,
            lw=0.9,
            linestyle=DASHES[1],
            label=f"_background {stream}",
        )
    rows_of_ticks = _ticks(ax, events, streams, top)
    ax.set_ylim(-0.07 * top * rows_of_ticks, 1.05 * top)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: number(value) if value >= 0 else "")
    )
    if dated:
        format_days(ax)
    ax.set_ylabel(f"Events a {'day' if dated else 'unit of time'}")
    ax.set_xlabel("Date" if dated else "Time")
    ax.margins(x=0)
    muted = current_theme().muted
    legend_above(
        ax, [Line2D([], [], color=muted, lw=0.9, linestyle="--", label="Background")]
    )
    describe(ax, _rate_in_words(frame, events, streams))
    return ax


def _rate_in_words(
    frame: pd.DataFrame, events: pd.DataFrame | None, streams: list[str]
) -> str:
    said = []
    for stream in streams:
        rows = frame[frame["stream"] == stream]
        rate = floats(rows["intensity"])
        base = float(np.nanmean(floats(rows["background_rate"])))
        n = 0 if events is None else int((events["stream"] == stream).sum())
        ticks = f", {n:,} events as ticks" if n else ""
        said.append(
            f"{stream} from {np.nanmin(rate):.3g} to {np.nanmax(rate):.3g} over a "
            f"background of {base:.3g}{ticks}"
        )
    return "Fitted rate of events over time: " + "; ".join(said) + "."


def _ticks(
    ax: Axes, events: pd.DataFrame | None, streams: list[str], top: float
) -> int:
    """Draw a row of ticks a stream below zero; return the number of rows."""
    if events is None or events.empty:
        return 0
    colours = current_theme().series
    for k, stream in enumerate(streams):
        x, _ = day_numbers(events.loc[events["stream"] == stream, "event_time"])
        ax.vlines(
            x,
            -0.07 * top * (k + 0.85),
            -0.07 * top * (k + 0.15),
            color=colours[k % len(colours)],
            lw=0.5,
            alpha=0.7,
            rasterized=x.size > MOST_TICKS,
        )
    return len(streams)


@in_own_style
def plot_branching(frame: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the branching matrix: events set off per event, with intervals.

    Parameters
    ----------
    frame : DataFrame
        Columns term, stream, set_off_by, estimate, conf_low, conf_high and p_value;
        the terms "branching" (or, for one stream, "branching_ratio") are drawn.
    ax : Axes, optional
        Where to draw; a new single-column figure if absent.

    Returns
    -------
    Axes
        The very one that was given. Bold figures are those whose p-value is below
        0.05.

    Examples
    --------
    >>> import pandas as pd
    >>> entries = pd.DataFrame(
    ...     {
    ...         "term": "branching",
    ...         "stream": ["A", "B"],
    ...         "set_off_by": ["A", "A"],
    ...         "estimate": [0.4, 0.1],
    ...         "conf_low": [0.3, 0.0],
    ...         "conf_high": [0.5, 0.2],
    ...         "p_value": [0.001, 0.2],
    ...     }
    ... )
    >>> len(plot_branching(entries).texts)
    2
    """
    ax = axes_or_new(ax)
    columns = ("term", "stream", "set_off_by", "estimate", "conf_low", "conf_high")
    check_columns(frame.columns, columns, "The table of terms")
    rows = branching_rows(frame)
    if rows.empty:
        return nothing_to_draw(ax, "Nothing could be estimated")
    targets = list(dict.fromkeys(rows["stream"]))
    sources = list(dict.fromkeys(rows["set_off_by"]))
    matrix = np.full((len(targets), len(sources)), np.nan)
    spot = [
        (targets.index(t), sources.index(s))
        for t, s in zip(rows["stream"], rows["set_off_by"], strict=True)
    ]
    for (i, j), value in zip(spot, floats(rows["estimate"]), strict=True):
        matrix[i, j] = value
    theme = current_theme()
    ramp = LinearSegmentedColormap.from_list("ramp", [theme.paper, theme.ramp[1]])
    # Half of the ramp is kept for branching near 1, where a process explodes.
    top = max(float(np.nanmax(matrix)), 1.0)
    ax.imshow(matrix, cmap=ramp, vmin=0.0, vmax=top, aspect="auto")
    for (i, j), row in zip(spot, rows.to_dict("records"), strict=True):
        sure = is_sure(row)
        ax.text(
            j, i, _cell(row), ha="center", va="center", linespacing=1.3,
            color=ink_on(to_hex(ramp(matrix[i, j] / top))),
            fontweight="bold" if sure else "normal",
        )  # fmt: skip
    ax.set_xticks(range(len(sources)), sources)
    ax.set_yticks(range(len(targets)), targets)
    ax.set_xlabel("per event of")
    ax.set_ylabel("Events set off of")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    # Thin lines of paper part the cells, empty ones too.
    for edge in np.arange(len(sources) - 1) + 0.5:
        ax.axvline(edge, color=theme.muted, lw=0.4)
    for edge in np.arange(len(targets) - 1) + 0.5:
        ax.axhline(edge, color=theme.muted, lw=0.4)
    said = "; ".join(
        f"{row['stream']} by {row['set_off_by']} {' '.join(_cell(row).split())}"
        for row in rows.to_dict("records")
    )
    describe(ax, f"Events set off per event, with intervals: {said}.")
    return ax


def branching_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the matrix: "branching" or, for one stream, its ratio."""
    rows = frame[frame["term"] == "branching"]
    return rows if len(rows) else frame[frame["term"] == "branching_ratio"]


def is_sure(row: Mapping[Any, Any]) -> bool:
    """Tell whether a row's p-value is below 0.05."""
    p = pd.to_numeric(pd.Series([row.get("p_value")])).fillna(1.0).iloc[0]
    return bool(p < 0.05)


def _cell(row: Mapping[Any, Any]) -> str:
    low, value, high = floats(
        pd.Series([row["conf_low"], row["estimate"], row["conf_high"]])
    )
    if np.isnan(low) or np.isnan(high):
        return f"{value:.2f}"
    return f"{value:.2f}\n({low:.2f} to {high:.2f})"
