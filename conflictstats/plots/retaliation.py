"""Pictures of reactions: what one more event of a side is followed by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from conflictstats.arguments import check_columns
from conflictstats.plots.axes import floats, legend_above
from conflictstats.plots.palette import MARKERS, current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_retaliation(
    frame: pd.DataFrame, *, ax: Axes | None = None, unit: str = "periods"
) -> Axes:
    """Draw impulse responses with their bands, both directions beside each other.

    Parameters
    ----------
    frame : DataFrame
        Columns stream, set_off_by, horizon, estimate, conf_low, conf_high: the rows
        where one side responds to the other.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    unit : str
        What a period is.

    Returns
    -------
    Axes
        The given one.

    Raises
    ------
    SchemaError
        If columns are missing.

    Examples
    --------
    >>> table = pd.DataFrame({"stream": "A", "set_off_by": "B", "horizon": [0, 1]})
    >>> table = table.assign(estimate=[0, 0.2], conf_low=[0, 0.1], conf_high=[0, 0.3])
    >>> plot_retaliation(table).get_xlabel()
    'Periods after one more event'
    """
    columns = ("stream", "set_off_by", "horizon", "estimate", "conf_low", "conf_high")
    check_columns(frame.columns, columns, "The table of responses")
    ax = axes_or_new(ax)
    theme = current_theme()
    across = frame[frame["stream"] != frame["set_off_by"]]
    pairs = list(across.groupby(["set_off_by", "stream"], sort=True))
    said = []
    for i, ((source, target), rows) in enumerate(pairs):
        # Side by side, so that neither direction hides the other.
        at = floats(rows["horizon"]) + 0.16 * (i - (len(pairs) - 1) / 2) * 2
        low, middle, high = (
            floats(rows[c]) for c in ("conf_low", "estimate", "conf_high")
        )
        colour = theme.series[i % len(theme.series)]
        name = f"{target} after {source}"
        ax.vlines(at, low, high, color=colour, lw=1.3, alpha=0.55)
        ax.plot(
            at, middle, linestyle="none", marker=MARKERS[i % len(MARKERS)],
            color=colour, label=name,
        )  # fmt: skip
        said.append(_largest(name, at, low, middle, high))
    ax.axhline(0, color=theme.muted, lw=0.8, zorder=0)
    ax.set_xlabel(f"{unit.capitalize()} after one more event")
    ax.set_ylabel("Change in expected events")
    if pairs:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_above(ax)
    describe(
        ax,
        "Change in expected events after one more event of the other side, by "
        f"{unit}: {'; '.join(said) or 'nothing could be estimated'}.",
    )
    return ax


def _largest(
    name: str, at: np.ndarray, low: np.ndarray, middle: np.ndarray, high: np.ndarray
) -> str:
    if np.isnan(middle).all():
        return f"{name} unknown"
    top = int(np.nanargmax(np.abs(middle)))
    return (
        f"{name} at most {middle[top]:.2f} ({low[top]:.2f} to {high[top]:.2f}), "
        f"{round(at[top])} later"
    )
