"""Pictures of breaks: rates by segment, the dates' intervals, their posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.errors import SchemaError
from conflictstats.plots.axes import day_numbers, floats, format_days, legend_above
from conflictstats.plots.palette import current_theme
from conflictstats.plots.panes import add_pane
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.timeline import plot_series
from conflictstats.plots.words import day_words, describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A probability below this is hardly seen on an axis from 0 to 1.
SPECK = 0.02


@in_own_style
def plot_breaks(
    frame: pd.DataFrame,
    breaks: pd.DataFrame,
    *,
    ax: Axes | None = None,
    label: str | None = None,
    posterior: bool = True,
) -> Axes:
    """Draw counts with the rate of each segment and the intervals of the dates.

    Parameters
    ----------
    frame : DataFrame
        One unit's rows with observed, fitted and segment, as `to_frame("augment")`
        gives.
    breaks : DataFrame
        Rows with change_at, change_at_low and change_at_high; those without are
        passed over.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    label : str, optional
        Label of the count axis.
    posterior : bool
        Whether the probability of a break before each period stands above the counts,
        where `frame` has break_probability.

    Returns
    -------
    Axes
        The very one that was given.

    Examples
    --------
    >>> table = pd.DataFrame({"time": [1, 2, 3, 4], "observed": [1, 1, 8, 9]})
    >>> table = table.assign(fitted=[1, 1, 8.5, 8.5], segment=[1, 1, 2, 2])
    >>> dates = pd.DataFrame(
    ...     {"change_at": [3], "change_at_low": [3], "change_at_high": [4]}
    ... )
    >>> ax = plot_breaks(table, dates)
    >>> ax.get_xlabel()
    'Period'
    """
    ax = plot_series(frame, ax=ax, label=label)
    theme = current_theme()
    time = "period_start" if "period_start" in frame else "time"
    starts, _ = day_numbers(frame[time])
    if "segment" in frame:
        _draw_segments(ax, frame, starts)
    dates = ["change_at", "change_at_low", "change_at_high"]
    check_columns(breaks.columns, dates, "The table of breaks")
    shown = breaks[breaks["change_at"].notna()]
    for position, row in enumerate(shown[dates].itertuples(index=False)):
        at, low, high = (day_numbers(pd.Series([value]))[0][0] for value in row)
        # An interval of one date is still drawn as wide as its period.
        later = starts[starts > high]
        end = later[0] if later.size else high
        ax.axvspan(
            low,
            end,
            color=theme.muted,
            alpha=0.18,
            linewidth=0,
            zorder=0.4,
            label="_date" if position else "Interval of date",
        )
        ax.axvline(at, color=theme.muted, linewidth=0.8, linestyle="--", zorder=1)
    rates = _rates(frame) if "segment" in frame else ""
    probable = ""
    if posterior and "break_probability" in frame:
        probable = _strip(ax, frame, time)
    legend_above(ax)
    when = [
        _when(at, low, high)
        for at, low, high in shown[dates].itertuples(index=False, name=None)
    ]
    said = "; ".join(when) or "none"
    describe(ax, f"Counts over time with breaks before: {said}.{rates}{probable}")
    return ax


def _when(at: Any, low: Any, high: Any) -> str:
    """Return a date with its interval in words."""
    words = [
        day_words(v) if isinstance(v, pd.Timestamp) else str(v) for v in (at, low, high)
    ]
    return f"{words[0]} ({words[1]} to {words[2]})"


def _rates(frame: pd.DataFrame) -> str:
    fitted, segment = floats(frame["fitted"]), floats(frame["segment"])
    steps = np.unique(segment[~np.isnan(segment)])
    rates = [float(np.nanmean(fitted[segment == s])) for s in steps]
    return f" Rates of the segments: {', '.join(f'{r:.3g}' for r in rates)}."


def _strip(ax: Axes, frame: pd.DataFrame, time: str) -> str:
    """Draw the posterior in a pane at the top, and say where it is largest."""
    rows = frame[frame["break_probability"].notna()]
    if rows.empty:
        return ""
    theme = current_theme()
    low, high = ax.get_ylim()
    ticks = [float(t) for t in ax.get_yticks() if low <= t <= high]
    ax.set_ylim(low, low + (high - low) / 0.74)
    # No tick of the counts stands beside the pane above them.
    ax.set_yticks(ticks)
    pane = add_pane(ax, (0, 0.8, 1, 1))
    x, _ = day_numbers(rows[time])
    p = floats(rows["break_probability"])
    pane.vlines(x, 0, p, color=theme.series[0], linewidth=1.1)
    pane.axhline(0, color=theme.muted, linewidth=0.5)
    pane.set_xlim(*ax.get_xlim())
    pane.set_ylim(0, 1)
    pane.set_xticks([])
    pane.yaxis.tick_right()
    pane.set_yticks([0, 1])
    pane.grid(visible=False)
    pane.spines[:].set_visible(False)
    pane.spines["right"].set_visible(True)
    # Opaque: marks of the dates stay with the counts.
    pane.set_zorder(5)
    pane.set_gid("posterior")
    pane.text(
        0.01, 0.95, "Probability of a break", transform=pane.transAxes, va="top",
        fontsize=6, color=theme.muted,
    )  # fmt: skip
    at = rows[time].iloc[int(np.argmax(p))]
    where = day_words(at) if isinstance(at, pd.Timestamp) else str(at)
    return f" The probability of a break is largest before {where}: {p.max():.2f}."


def _draw_segments(ax: Axes, frame: pd.DataFrame, starts: np.ndarray) -> None:
    theme = current_theme()
    fitted, segment = floats(frame["fitted"]), floats(frame["segment"])
    step = float(np.min(np.diff(starts))) if len(starts) > 1 else 1.0
    ends = np.append(starts[1:], starts[-1] + step)
    banded = {"fitted_low", "fitted_high"} <= set(frame.columns)
    for position, number in enumerate(np.unique(segment[~np.isnan(segment)])):
        here = segment == number
        x = np.append(starts[here], ends[here][-1])
        level = np.append(fitted[here], fitted[here][-1])
        ax.plot(
            x,
            level,
            drawstyle="steps-post",
            color=theme.accent,
            linewidth=1.5,
            zorder=4,
            label="_fit" if position else "Rate of segment",
        )
        if banded:
            low, high = (
                floats(frame["fitted_low"])[here],
                floats(frame["fitted_high"])[here],
            )
            ax.fill_between(
                x,
                np.append(low, low[-1]),
                np.append(high, high[-1]),
                step="post",
                color=theme.accent,
                alpha=0.22,
                linewidth=0,
                zorder=2,
            )


@in_own_style
def plot_break_probability(frame: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the posterior probability of a break before each period.

    Parameters
    ----------
    frame : DataFrame
        One unit's rows with period_start (or time) and break_probability.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If there is no probability to draw.

    Examples
    --------
    >>> table = pd.DataFrame({"time": [1, 2, 3], "break_probability": [None, 0.1, 0.8]})
    >>> plot_break_probability(table).get_ylabel()
    'Probability of a break'
    """
    time = "period_start" if "period_start" in frame else "time"
    check_columns(frame.columns, [time, "break_probability"], "The table")
    rows = frame[frame["break_probability"].notna()]
    if rows.empty:
        message = "No period has a break probability; there is nothing to draw."
        raise SchemaError(message)
    ax = axes_or_new(ax)
    x, dated = day_numbers(rows[time])
    ax.vlines(x, 0, floats(rows["break_probability"]), color=current_theme().series[0])
    ax.set_ylim(0, 1)
    ax.set_ylabel("Probability of a break")
    if dated:
        format_days(ax)
    ax.set_xlabel("Date" if dated else "Period")
    p = floats(rows["break_probability"])
    best = rows[time].iloc[int(np.argmax(p))]
    where = day_words(best) if isinstance(best, pd.Timestamp) else str(best)
    if p.max() < SPECK:
        # An axis to 1 would look empty; what it shows is said.
        said = f"At most {p.max():.2g},\nbefore {where}"
        ax.text(0.5, 0.5, said, ha="center", transform=ax.transAxes)
    describe(
        ax,
        f"Probability of a break by period, largest before {where}: {p.max():.2f}; "
        f"{len(rows):,} periods.",
    )
    return ax
