"""Pictures of nowcasts: what is reported so far, and what is still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.errors import SchemaError
from conflictstats.plots.axes import (
    day_numbers,
    floats,
    format_counts,
    format_days,
    hatch_unknown,
    legend_above,
    write_label,
)
from conflictstats.plots.palette import current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_nowcast(
    frame: pd.DataFrame, *, ax: Axes | None = None, label: str | None = None
) -> Axes:
    """Draw counts reported so far and the expected final counts with their interval.

    Parameters
    ----------
    frame : DataFrame
        One unit's rows with period_start (or time), observed, fitted, fitted_low,
        fitted_high and is_complete, as `to_frame("augment")` gives.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    label : str, optional
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
    >>> table = pd.DataFrame({"time": [1, 2], "observed": [5, 2], "fitted": [5, 4]})
    >>> table = table.assign(fitted_low=[5, 2], fitted_high=[5, 8])
    >>> plot_nowcast(table.assign(is_complete=[True, False])).get_ylabel()
    'Reported count'
    """
    time = "period_start" if "period_start" in frame else "time"
    wanted = [time, "observed", "fitted", "fitted_low", "fitted_high", "is_complete"]
    check_columns(frame.columns, wanted, "The table")
    if frame.empty:
        message = "The table has no rows; there is nothing to draw."
        raise SchemaError(message)
    ax = axes_or_new(ax)
    theme = current_theme()
    x, dated = day_numbers(frame[time])
    step = float(np.min(np.diff(x))) if len(x) > 1 else 1.0
    seen = floats(frame["observed"])
    hatch_unknown(ax, x, x + step, np.isnan(seen))
    ax.bar(
        x,
        np.nan_to_num(seen),
        width=0.8 * step,
        align="edge",
        color=theme.series[0],
        linewidth=0,
        label="Reported so far",
    )
    still = ~frame["is_complete"].to_numpy(dtype=bool) & frame["fitted"].notna()
    if still.any():
        mean, low, high = (
            floats(frame[c])[still] for c in ("fitted", "fitted_low", "fitted_high")
        )
        middle = x[still] + 0.4 * step
        ax.vlines(
            middle, low, high, color=theme.accent, linewidth=1.2, label="Interval"
        )
        ax.plot(
            middle,
            mean,
            linestyle="none",
            marker="o",
            color=theme.accent,
            label="Expected in the end",
            zorder=4,
        )
    ax.set_ylim(bottom=0)
    write_label(ax, label or "Reported count")
    format_counts(ax)
    if dated:
        format_days(ax)
    ax.set_xlabel("Date" if dated else "Period")
    legend_above(ax)
    rest = (
        float(np.nansum((floats(frame["fitted"]) - seen)[still])) if still.any() else 0
    )
    describe(
        ax,
        f"Counts reported so far; about {number(round(rest))} more expected in the "
        f"{int(still.sum())} latest periods.",
    )
    return ax
