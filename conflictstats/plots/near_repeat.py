"""Pictures of near-repeat tables: the ratio in each band of distance and time."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.colors import Normalize

from conflictstats.plots.style import axes_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST = np.log2(4.0)
"""Ratios beyond four times, or a quarter, take the last colour."""


def plot_near_repeat(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    unit: str = "km",
    level: float = 0.05,
) -> Axes:
    """Draw the near-repeat ratio of each band, with its p-value.

    Parameters
    ----------
    frame : DataFrame
        The rows of `to_frame("tidy")` whose term is "near_repeat_ratio".
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    unit : str
        Unit of the distances.
    level : float
        Bands with `p_excess_any` up to this are set in bold.

    Returns
    -------
    Axes
        The given one.
    """
    ax = axes_or_new(ax)
    closed = frame[frame["distance_to"].notna() & frame["gap_to"].notna()]
    near = sorted(closed["distance_to"].unique())
    soon = sorted(closed["gap_to"].unique())
    scale = Normalize(-WIDEST, WIDEST)
    for row in closed.to_dict("records"):
        at = soon.index(row["gap_to"]), near.index(row["distance_to"])
        _cell(row, at, scale, level, ax)
    ax.set_xlim(-0.5, len(soon) - 0.5)
    ax.set_ylim(len(near) - 0.5, -0.5)
    ax.set_xticks(range(len(soon)), _labels(closed, "gap", soon))
    ax.set_yticks(range(len(near)), _labels(closed, "distance", near))
    ax.set_xlabel("Days between the two events")
    ax.set_ylabel(f"Distance between them ({unit})")
    ax.tick_params(length=0)
    ax.set_title("Pairs of events, observed ÷ expected", loc="left", fontsize="medium")
    return ax


def _cell(
    row: Mapping[Hashable, Any],
    at: tuple[int, int],
    scale: Normalize,
    level: float,
    ax: Axes,
) -> None:
    ratio, p = row["estimate"], row["p_excess_any"]
    if pd.isna(ratio):
        colour, words, strong = "0.92", "no pairs\nexpected", False
    else:
        tint = np.log2(ratio) if ratio > 0 else -WIDEST
        colour = mpl.colormaps["PuOr_r"](
            scale(np.clip(tint, -WIDEST, WIDEST)) * 0.7 + 0.15
        )
        strong = bool(p <= level)
        words = f"{ratio:.2f} ×\np = {p:.3f}"
    x, y = at
    ax.fill_between([x - 0.5, x + 0.5], y - 0.5, y + 0.5, color=colour, ec="white")
    ax.text(
        x, y, words, ha="center", va="center", weight="bold" if strong else "normal"
    )


def _labels(closed: pd.DataFrame, what: str, ends: list[float]) -> list[str]:
    """Write half-open bands as "0 to < 7", and a band of one point as "same place"."""
    begins = closed.set_index(f"{what}_to")[f"{what}_from"].to_dict()
    apart = "> " if 0.0 in begins else ""
    return [
        "same place"
        if end == 0
        else f"{apart if begins[end] == 0 else ''}{begins[end]:g} to < {end:g}"
        for end in ends
    ]
