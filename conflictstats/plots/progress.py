"""Pictures of progress curves: escalation rate against the first gap, by place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from conflictstats.plots.style import axes_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RED = "#b2402c"
# Offsets in points a label may take: beside, above and below its point.
SPOTS = ((5, 3), (5, -9), (-5, 3), (-5, -9), (5, 12), (-5, 12), (5, -18), (-5, -18))


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
    """
    ax = axes_or_new(ax)
    squares = frame[frame["estimator"] == "least squares"]
    x, b = _points(squares)
    if null is not None:
        ax.fill_between(
            null["tau_1"], null["null_low"], null["null_high"], color="0.88", lw=0,
            label="Lines of constant tempos (95 %)", zorder=0,
        )  # fmt: skip
    ax.axhline(0, color="0.6", lw=0.8, zorder=1)
    low, high = (
        b[end].to_numpy(dtype=float, na_value=np.nan)
        for end in ("conf_low", "conf_high")
    )
    y = b["estimate"].to_numpy(dtype=float)
    ax.vlines(x, low, high, color=RED, alpha=0.35, lw=0.9, zorder=2)
    ax.plot(
        x, y, "o", color=RED, ms=4.5, zorder=4, label="Least squares, 95 % interval"
    )
    _line(squares, x, ax)
    other, power = _points(frame[frame["estimator"] == "power law"])
    if len(other):
        value = power["estimate"].to_numpy(dtype=float)
        ax.plot(
            other, value, "D", mfc="white", mec="0.35", ms=3.5, zorder=3,
            label="Power-law process",
        )  # fmt: skip
    _plain_log(ax)
    ax.set_xlabel("First gap of the fitted curve, τ₁")
    ax.set_ylabel("Escalation rate b (above 0: ever faster)")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(
        frameon=False, fontsize="small", loc="lower left", bbox_to_anchor=(0, 1.0),
        ncols=2,
    )  # fmt: skip
    _name(ax, list(b.index), x, y)
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
    ax.plot(at, slope * np.log10(at) + level, color=RED, lw=1.3, label=label)


def _plain_log(ax: Axes) -> None:
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.margins(x=0.12)


def _name(ax: Axes, names: list[str], x: np.ndarray, y: np.ndarray) -> None:
    """Write the places' names where they overlap least, the rightmost first."""
    span_x, span_y = np.log(ax.get_xlim()), ax.get_ylim()
    # Sizes in points of a usual single-figure axes: enough to keep names apart.
    across = (np.log(x) - span_x[0]) / (span_x[1] - span_x[0]) * 340
    up = (y - span_y[0]) / (span_y[1] - span_y[0]) * 230
    taken = [(a - 3, a + 3, u - 3, u + 3) for a, u in zip(across, up, strict=True)]
    for i in np.argsort(-across):
        width = 4.6 * len(str(names[i]))
        boxes = []
        for dx, dy in SPOTS:
            left = across[i] + dx - (width if dx < 0 else 0)
            boxes.append((left, left + width, up[i] + dy, up[i] + dy + 7))
        costs = [sum(_overlap(box, other) for other in taken) for box in boxes]
        # Past the right edge costs as much as a full overlap.
        costs = [
            c + 7 * max(box[1] - 345, 0) for c, box in zip(costs, boxes, strict=True)
        ]
        best = int(np.argmin(costs))
        taken.append(boxes[best])
        ax.annotate(
            str(names[i]), (x[i], y[i]), xytext=SPOTS[best], fontsize="x-small",
            textcoords="offset points", color="0.2", zorder=5,
            ha="left" if SPOTS[best][0] > 0 else "right",
        )  # fmt: skip


def _overlap(
    one: tuple[float, float, float, float], two: tuple[float, float, float, float]
) -> float:
    """Area that two boxes (left, right, low, high) share."""
    wide = min(one[1], two[1]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[2], two[2])
    return max(wide, 0.0) * max(high, 0.0)
