"""Who sets off whom as a graph: arrows as wide as the estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch

from conflictstats.arguments import check_columns, check_number
from conflictstats.plots.axes import floats, legend_above
from conflictstats.plots.escalation import branching_rows, is_sure, nothing_to_draw
from conflictstats.plots.palette import current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RADIUS = 0.27
WIDEST = 4.0
"""Line width, in points, of an arrow that stands for one event set off per event."""


@in_own_style
def plot_branching_graph(
    frame: pd.DataFrame, *, ax: Axes | None = None, least: float = 0.01
) -> Axes:
    """Draw streams as circles, and an arrow from each to what its events set off.

    Parameters
    ----------
    frame : DataFrame
        Columns term, stream, set_off_by, estimate, conf_low, conf_high and, where
        known, p_value; as for `plot_branching`.
    ax : Axes, optional
        Where to draw; a new single-column figure if absent.
    least : float
        Estimates below this get no arrow; the description counts them.

    Returns
    -------
    Axes
        The very one that was given. The figure on an arrow is the estimate with its
        interval; a dashed arrow is one whose p-value is 0.05 or more.

    Examples
    --------
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
    >>> len(plot_branching_graph(entries).texts)
    4
    """
    check_number(least, "least", low=0)
    columns = ("term", "stream", "set_off_by", "estimate", "conf_low", "conf_high")
    check_columns(frame.columns, columns, "The table of terms")
    rows = branching_rows(frame)
    ax = axes_or_new(ax)
    if rows.empty:
        return nothing_to_draw(ax, "Nothing could be estimated")
    names = list(dict.fromkeys([*rows["set_off_by"], *rows["stream"]]))
    spots = _spots(len(names))
    theme = current_theme()
    drawn = rows[floats(rows["estimate"]) >= least]
    for row in drawn.to_dict("records"):
        source, target = names.index(row["set_off_by"]), names.index(row["stream"])
        _arrow(ax, spots[source], spots[target], row)
    for name, (x, y) in zip(names, spots, strict=True):
        ax.add_patch(
            Circle((x, y), RADIUS, facecolor=theme.paper, edgecolor=theme.ink, lw=0.9)
        )
        ax.text(x, y, _wrapped(str(name)), ha="center", va="center", zorder=5)
    _frame(ax, spots)
    keys = [Line2D([], [], color=theme.series[0], lw=1.6, label="Set off per event")]
    if not all(is_sure(row) for row in drawn.to_dict("records")):
        label = "Not told from none (p ≥ 0.05)"
        keys.append(Line2D([], [], color=theme.muted, lw=1.2, ls="--", label=label))
    legend_above(ax, keys, side="center")
    _describe(ax, rows, len(rows) - len(drawn))
    return ax


def _spots(n: int) -> np.ndarray:
    """Return the centres of n circles, shape (n, 2): a row for two, else a ring."""
    if n == 1:
        return np.zeros((1, 2))
    if n == 2:
        return np.array([[-0.8, 0.0], [0.8, 0.0]])
    angle = np.pi / 2 - 2 * np.pi * np.arange(n) / n
    ring = max(0.95, 0.42 * n / np.pi * 1.3)
    return ring * np.column_stack([np.cos(angle), np.sin(angle)])


def _arrow(ax: Axes, begin: np.ndarray, end: np.ndarray, row: dict[Any, Any]) -> None:
    theme = current_theme()
    sure = is_sure(row)
    value = float(row["estimate"])
    style: dict[str, Any] = {
        "arrowstyle": "-|>",
        "mutation_scale": 7 + 2 * min(value, 1.5),
        "linewidth": float(np.clip(WIDEST * value, 0.6, 1.6 * WIDEST)),
        "color": theme.series[0] if sure else theme.muted,
        "linestyle": "-" if sure else "--",
        "shrinkA": 0,
        "shrinkB": 0,
        "zorder": 2,
    }
    if np.allclose(begin, end):
        spot = _loop(ax, begin, style)
    else:
        along = (end - begin) / np.linalg.norm(end - begin)
        # To the left of its own direction, so that there and back lie apart.
        aside = np.array([-along[1], along[0]])
        tilt = RADIUS * (0.87 * along + 0.5 * aside)
        back = RADIUS * (-0.87 * along + 0.5 * aside)
        patch = FancyArrowPatch(
            tuple(begin + tilt), tuple(end + back), connectionstyle="arc3,rad=-0.22",
            **style,
        )  # fmt: skip
        ax.add_patch(patch)
        reach = float(np.linalg.norm(end + back - begin - tilt))
        spot = (begin + end) / 2 + aside * (0.5 * RADIUS + 0.11 * reach + 0.13)
    ax.text(
        spot[0], spot[1], _said(row), ha="center", va="center", fontsize=6,
        zorder=6, color=theme.ink if sure else theme.muted, linespacing=1.1,
        bbox={"facecolor": theme.paper, "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
    )  # fmt: skip


def _loop(ax: Axes, centre: np.ndarray, style: dict[str, Any]) -> np.ndarray:
    """Draw an arrow from a circle to itself, outwards; return where its text goes."""
    away = centre / np.linalg.norm(centre) if np.any(centre) else np.array([0.0, 1.0])
    # For circles side by side a loop on top takes less room than one at the side.
    away = np.array([0.0, 1.0]) if abs(centre[1]) < 1e-9 else away
    aside = np.array([-away[1], away[0]])
    one = centre + RADIUS * (0.82 * away + 0.57 * aside)
    two = centre + RADIUS * (0.82 * away - 0.57 * aside)
    ax.add_patch(
        FancyArrowPatch(
            tuple(one), tuple(two), connectionstyle="arc3,rad=-1.6", **style
        )
    )
    return np.asarray(centre + away * (RADIUS + 0.34))


def _said(row: dict[Any, Any]) -> str:
    low, value, high = floats(
        pd.Series([row["conf_low"], row["estimate"], row["conf_high"]])
    )
    if np.isnan(low) or np.isnan(high):
        return f"{value:.2f}"
    return f"{value:.2f}\n({low:.2f}, {high:.2f})"


def _wrapped(name: str) -> str:
    words = name.replace("_", " ").split(" ")
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) < 9:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def _frame(ax: Axes, spots: np.ndarray) -> None:
    """Leave room for the loops outside the ring and the words on them."""
    low, high = spots.min(axis=0), spots.max(axis=0)
    flat = bool(np.ptp(spots[:, 1]) < 1e-9)
    side = RADIUS + (0.15 if flat else 0.75)
    ax.set_xlim(low[0] - side, high[0] + side)
    ax.set_ylim(low[1] - (RADIUS + 0.3 if flat else 0.75), high[1] + RADIUS + 0.7)
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.set_xlabel("Events set off per event")


def _describe(ax: Axes, rows: pd.DataFrame, left_out: int) -> None:
    order = rows.assign(e=floats(rows["estimate"])).sort_values("e", ascending=False)
    said = "; ".join(
        f"an event of {row['set_off_by']} sets off {row['e']:.2f} of {row['stream']}"
        for row in order.head(6).to_dict("records")
    )
    rest = f"; {left_out} too small to draw" if left_out else ""
    describe(ax, f"Graph of who sets off whom: {said}{rest}.")
