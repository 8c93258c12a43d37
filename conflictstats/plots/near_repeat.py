"""Pictures of near-repeat tables: the ratio in each band of distance and time."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex

from conflictstats.arguments import check_columns
from conflictstats.plots.axes import HATCH
from conflictstats.plots.palette import current_theme, ink_on
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST = np.log2(4.0)
"""Ratios beyond four times, or a quarter, take the last colour."""


@in_own_style
def plot_near_repeat(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    unit: str = "km",
    level: float = 0.05,
) -> Axes:
    r"""Draw the near-repeat ratio of each band, with its p-value.

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

    Raises
    ------
    SchemaError
        If columns are missing.

    References
    ----------
    Knox (1964), The Detection of Space-Time Interactions. Applied Statistics 13(1).

    Examples
    --------
    >>> table = pd.DataFrame({"distance_from": [0.0], "distance_to": [1.0]})
    >>> table = table.assign(gap_from=0.0, gap_to=7.0, estimate=1.6, p_excess_any=0.01)
    >>> plot_near_repeat(table).texts[0].get_text()
    '1.60 ×\np = 0.010'
    """
    columns = ["distance_from", "distance_to", "gap_from", "gap_to", "estimate"]
    check_columns(frame.columns, [*columns, "p_excess_any"], "The table")
    ax = axes_or_new(ax)
    closed = frame[frame["distance_to"].notna() & frame["gap_to"].notna()]
    near = sorted(closed["distance_to"].unique())
    soon = sorted(closed["gap_to"].unique())
    for row in closed.to_dict("records"):
        at = soon.index(row["gap_to"]), near.index(row["distance_to"])
        _cell(row, at, level, ax)
    ax.set_xlim(-0.5, len(soon) - 0.5)
    ax.set_ylim(len(near) - 0.5, -0.5)
    ax.set_xticks(range(len(soon)), _labels(closed, "gap", soon))
    ax.set_yticks(range(len(near)), _labels(closed, "distance", near))
    ax.set_xlabel("Days between the two events")
    ax.set_ylabel(f"Distance between them ({unit})")
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.set_title("Observed ÷ expected pairs", fontweight="normal")
    known = closed[closed["estimate"].notna()]
    said = "; ".join(
        f"{r['distance_from']:g} to {r['distance_to']:g} {unit} and {r['gap_from']:g} "
        f"to {r['gap_to']:g} days {r['estimate']:.2f} (p {r['p_excess_any']:.3f})"
        for r in known.head(6).to_dict("records")
    )
    describe(
        ax,
        f"Observed over expected pairs of events in {len(closed)} bands: "
        f"{said or 'none could be expected'}.",
    )
    return ax


def _cell(
    row: Mapping[Hashable, Any],
    at: tuple[int, int],
    level: float,
    ax: Axes,
) -> None:
    ratio, p = row["estimate"], row["p_excess_any"]
    theme = current_theme()
    x, y = at
    style: dict[str, Any] = {"ec": theme.paper, "lw": 0.6}
    if pd.isna(ratio):
        colour, words, strong = theme.paper, "no pairs\nexpected", False
        style = {"ec": theme.unknown, "hatch": HATCH, "lw": 0}
    else:
        # Fewer pairs than expected towards blue, more towards red; none is paper.
        two_sided = LinearSegmentedColormap.from_list(
            "ratio", [theme.series[0], theme.paper, theme.accent]
        )
        tint = np.log2(ratio) if ratio > 0 else -WIDEST
        colour = to_hex(two_sided((np.clip(tint / WIDEST, -1, 1) + 1) / 2))
        strong = bool(p <= level)
        words = f"{ratio:.2f} ×\np = {p:.3f}"
    ax.fill_between([x - 0.5, x + 0.5], y - 0.5, y + 0.5, fc=colour, **style)
    # Words on hatching would not be read.
    back = {"facecolor": theme.paper, "edgecolor": "none", "pad": 1.0}
    ax.text(
        x, y, words, ha="center", va="center", weight="bold" if strong else "normal",
        color=ink_on(colour), bbox=back if pd.isna(ratio) else None,
    )  # fmt: skip


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
