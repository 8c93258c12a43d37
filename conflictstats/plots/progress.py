"""Pictures of progress curves: escalation rate against the first gap, by place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns
from conflictstats.plots.axes import (
    floats,
    format_log,
    legend_above,
    likely_size,
    write_label,
)
from conflictstats.plots.palette import current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Offsets in points a label may take: beside, above and below its point.
SPOTS = ((5, 3), (5, -9), (-5, 3), (-5, -9), (5, 12), (-5, 12), (5, -18), (-5, -18))


@in_own_style
def plot_progress(
    frame: pd.DataFrame, *, ax: Axes | None = None, null: pd.DataFrame | None = None
) -> Axes:
    """Draw each place's b against its tau_1, the line, and what chance gives.

    Parameters
    ----------
    frame : DataFrame
        Rows of `to_frame("tidy")`: unit_name, term, estimator, estimate, conf_low,
        conf_high.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    null : DataFrame, optional
        Columns tau_1, null_low and null_high: where the lines of places with a
        constant tempo lie.

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
    Johnson, Carran, Botner, Fontaine, Laxague, Nuetzel, Turnley and Tivnan (2011),
    Pattern in Escalations in Insurgent and Terrorist Activity. Science 333.

    Examples
    --------
    >>> table = pd.DataFrame({"unit_name": "North", "term": ["tau_1", "b"]})
    >>> table = table.assign(estimator="least squares", estimate=[20.0, 0.6])
    >>> plot_progress(table.assign(conf_low=[9, 0.1], conf_high=[40, 1.1])).get_xscale()
    'log'
    """
    columns = ("unit_name", "term", "estimator", "estimate", "conf_low", "conf_high")
    check_columns(frame.columns, columns, "The table of terms")
    ax = axes_or_new(ax)
    theme = current_theme()
    colour = theme.series[0]
    squares = frame[frame["estimator"] == "least squares"]
    x, b = _points(squares)
    if null is not None:
        ax.fill_between(
            null["tau_1"], null["null_low"], null["null_high"], lw=0,
            color=theme.grid,
            label="Lines of constant tempos (95 %)", zorder=0,
        )  # fmt: skip
    ax.axhline(0, color=theme.muted, lw=0.8, zorder=1)
    low, y, high = (floats(b[c]) for c in ("conf_low", "estimate", "conf_high"))
    ax.vlines(x, low, high, color=colour, alpha=0.4, lw=0.9, zorder=2)
    ax.plot(x, y, "o", color=colour, zorder=4, label="Least squares, 95 % interval")
    _line(squares, x, ax)
    other, power = _points(frame[frame["estimator"] == "power law"])
    if len(other):
        value = power["estimate"].to_numpy(dtype=float)
        ax.plot(
            other, value, "D", mfc=theme.paper, mec=theme.muted, zorder=3,
            label="Power-law process",
        )  # fmt: skip
    _plain_log(ax)
    ax.set_xlabel("First gap of the fitted curve, τ₁")
    write_label(ax, "Escalation rate b (above 0: ever faster)")
    legend_above(ax)
    _name(ax, [str(name) for name in b.index], x, y)
    each = "; ".join(
        f"{n} b {v:.2f} ({a:.2f} to {z:.2f}) at a first gap of {t:.3g}"
        for n, v, a, z, t in list(zip(b.index, y, low, high, x, strict=True))[:8]
    )
    describe(ax, f"Escalation rate by first gap in {len(b)} places: {each}.")
    return ax


def _points(rows: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return tau_1 and the rows of b, a place each."""
    b = rows[rows["term"] == "b"].set_index("unit_name")
    tau = rows[rows["term"] == "tau_1"].set_index("unit_name").loc[b.index]
    return tau["estimate"].to_numpy(dtype=float), b


def _line(squares: pd.DataFrame, x: np.ndarray, ax: Axes) -> None:
    terms = squares[squares["unit_name"] == "all"].set_index("term")["estimate"]
    if "line_slope" not in terms:
        return
    slope, level = float(terms["line_slope"]), float(terms["line_intercept"])
    at = np.geomspace(x.min(), x.max(), 50)
    label = f"b = {slope:.2f} log₁₀ τ₁ {'−' if level < 0 else '+'} {abs(level):.2f}"
    ax.plot(
        at,
        slope * np.log10(at) + level,
        color=current_theme().accent,
        lw=1.3,
        label=label,
    )


def _plain_log(ax: Axes) -> None:
    ax.set_xscale("log")
    ax.margins(x=0.12)
    format_log(ax.xaxis)


def _name(ax: Axes, names: list[str], x: np.ndarray, y: np.ndarray) -> None:
    """Write the places' names where they overlap least, the rightmost first."""
    span_x, span_y = np.log(ax.get_xlim()), ax.get_ylim()
    wide, tall = likely_size(ax)
    across = (np.log(x) - span_x[0]) / (span_x[1] - span_x[0]) * wide
    up = (y - span_y[0]) / (span_y[1] - span_y[0]) * tall
    taken = [(a - 3, a + 3, u - 3, u + 3) for a, u in zip(across, up, strict=True)]
    for i in np.argsort(-across):
        width = 3.5 * len(names[i])
        boxes = []
        for dx, dy in SPOTS:
            left = across[i] + dx - (width if dx < 0 else 0)
            boxes.append((left, left + width, up[i] + dy, up[i] + dy + 7))
        costs = [sum(_overlap(box, other) for other in taken) for box in boxes]
        # Past the right edge costs as much as a full overlap.
        costs = [
            c + 7 * max(box[1] - wide, 0) for c, box in zip(costs, boxes, strict=True)
        ]
        best = int(np.argmin(costs))
        taken.append(boxes[best])
        ax.annotate(
            names[i], (x[i], y[i]), xytext=SPOTS[best], fontsize=6,
            textcoords="offset points", color=current_theme().ink, zorder=5,
            ha="left" if SPOTS[best][0] > 0 else "right",
        )  # fmt: skip


def _overlap(
    one: tuple[float, float, float, float], two: tuple[float, float, float, float]
) -> float:
    """Area that two boxes (left, right, low, high) share."""
    wide = min(one[1], two[1]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[2], two[2])
    return max(wide, 0.0) * max(high, 0.0)
