"""Pictures of reactions: what one more event of a side is followed by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from conflictstats.plots.style import axes_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#b2402c", "#2c6fa6")
MARKS = ("o", "s")


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
    """
    ax = axes_or_new(ax)
    across = frame[frame["stream"] != frame["set_off_by"]]
    pairs = list(across.groupby(["set_off_by", "stream"], sort=True))
    for i, ((source, target), rows) in enumerate(pairs):
        # Side by side, so that neither direction hides the other.
        at = rows["horizon"].to_numpy(dtype=float) + 0.16 * (i - 0.5) * 2
        low, middle, high = (
            rows[c].to_numpy(dtype=float, na_value=np.nan)
            for c in ("conf_low", "estimate", "conf_high")
        )
        colour = COLOURS[i % 2]
        ax.vlines(at, low, high, color=colour, lw=1.4, alpha=0.55)
        ax.plot(
            at,
            middle,
            MARKS[i % 2],
            ms=4,
            color=colour,
            label=f"{target} after {source}",
        )
    ax.axhline(0, color="0.4", lw=0.8, zorder=0)
    ax.set_xlabel(f"{unit.capitalize()} after one more event")
    ax.set_ylabel("Change in expected events")
    ax.spines[["top", "right"]].set_visible(False)
    if pairs:
        ax.legend(frameon=False, loc="upper right")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax
