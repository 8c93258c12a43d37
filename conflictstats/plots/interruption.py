"""Pictures of interruptions: fitted and counterfactual, and placebo dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.errors import SchemaError
from conflictstats.plots.axes import (
    day_numbers,
    floats,
    format_days,
    legend_above,
    write_label,
)
from conflictstats.plots.palette import current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.timeline import plot_series
from conflictstats.plots.words import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_interruption(
    frame: pd.DataFrame,
    dates: Sequence[Any] = (),
    *,
    ax: Axes | None = None,
    label: str | None = None,
) -> Axes:
    """Draw counts, what was fitted, and what was expected without the changes.

    Parameters
    ----------
    frame : DataFrame
        One unit's rows with observed, fitted and counterfactual (with their ends), as
        `to_frame("augment")` gives.
    dates : sequence
        First period after each date, marked by a line.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    label : str, optional
        Label of the count axis.

    Returns
    -------
    Axes
        The very one that was given.

    Examples
    --------
    >>> table = pd.DataFrame({"time": [1, 2, 3, 4], "observed": [5, 5, 9, 9]})
    >>> table = table.assign(fitted=[5, 5, 9, 9], counterfactual=[5, 5, 5, 5])
    >>> plot_interruption(table, [3]).get_ylabel()
    'Reported count'
    """
    check_columns(frame.columns, ["fitted", "counterfactual"], "The table")
    known = frame["fitted"].notna().any()
    ax = plot_series(frame, ax=ax, fitted=frame if known else None, label=label)
    theme = current_theme()
    time = "period_start" if "period_start" in frame else "time"
    starts, _ = day_numbers(frame[time])
    marks = [day_numbers(pd.Series([at]))[0][0] for at in dates]
    for position, x in enumerate(marks):
        ax.axvline(
            x,
            color=theme.muted,
            linewidth=0.8,
            linestyle="--",
            zorder=1,
            label="_date" if position else "Date",
        )
    if known:
        after = starts >= min(marks, default=starts[0])
        # The fitted line stands in the middle of its period; so does this one.
        step = starts[1] - starts[0] if len(starts) > 1 else 0.0
        x = starts[after] + step / 2
        if {"counterfactual_low", "counterfactual_high"} <= set(frame.columns):
            ax.fill_between(
                x,
                floats(frame["counterfactual_low"])[after],
                floats(frame["counterfactual_high"])[after],
                color=theme.series[3],
                alpha=0.25,
                linewidth=0,
                zorder=2,
            )
        ax.plot(
            x,
            floats(frame["counterfactual"])[after],
            color=theme.series[3],
            linestyle="-.",
            zorder=4,
            label="Without the change",
        )
        top = floats(frame["observed"])
        high = max(float(pd.Series(top).max()), float(floats(frame["fitted"]).max()))
        ax.set_ylim(0, 1.25 * high if high > 0 else 1)
    legend_above(ax)
    said = ", ".join(str(at) for at in dates) or "none"
    describe(ax, f"Counts, fit and counterfactual; changes from: {said}.")
    return ax


@in_own_style
def plot_placebo(frame: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw what the model gains at every admissible date, the real one marked.

    Parameters
    ----------
    frame : DataFrame
        Rows with placebo_at, statistic and is_real.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If there is no row.

    Examples
    --------
    >>> table = pd.DataFrame({"placebo_at": [1, 2], "statistic": [0.3, 9.0]})
    >>> plot_placebo(table.assign(is_real=[False, True])).get_xlabel()
    'Period'
    """
    check_columns(frame.columns, ["placebo_at", "statistic", "is_real"], "The table")
    if frame.empty:
        message = "There is no placebo date to draw."
        raise SchemaError(message)
    ax = axes_or_new(ax)
    theme = current_theme()
    x, dated = day_numbers(frame["placebo_at"])
    gain, real = floats(frame["statistic"]), frame["is_real"].to_numpy(dtype=bool)
    ax.plot(x, gain, color=theme.series[0], label="Other dates")
    ax.plot(
        x[real],
        gain[real],
        linestyle="none",
        marker="D",
        markersize=5,
        color=theme.accent,
        label="Real date",
        zorder=4,
    )
    ax.set_ylim(bottom=0)
    write_label(ax, "Gain in fit (likelihood ratio)")
    if dated:
        format_days(ax)
    ax.set_xlabel("Date" if dated else "Period")
    legend_above(ax)
    above = float((gain >= gain[real].max()).mean()) if real.any() else 0.0
    describe(ax, f"Gain in fit by date; {above:.0%} of dates reach the real one.")
    return ax
