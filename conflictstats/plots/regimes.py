"""Pictures of regimes: counts over time with the regime each period was in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from conflictstats.arguments import check_columns
from conflictstats.plots.axes import (
    HATCH,
    day_numbers,
    floats,
    format_counts,
    format_days,
    hatch_unknown,
    legend_above,
    stamp,
    write_label,
)
from conflictstats.plots.palette import DASHES, current_theme, shades
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import day_words, describe, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_regimes(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    label: str = "Reported count a period",
) -> Axes:
    """Draw counts with shaded regimes, or a band a unit where there are several.

    Parameters
    ----------
    frame : DataFrame
        Columns unit_name, period_start (or time), observed, fitted, regime and
        regime_probability, as `to_frame("augment")` gives them.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    label : str
        What is counted, for the axis.

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
    >>> table = pd.DataFrame({"unit_name": "North", "time": [1, 2], "observed": [1, 9]})
    >>> plot_regimes(table.assign(regime=[1, 2], fitted=[1.5, 8.0])).get_xlabel()
    'Period'
    """
    time = "period_start" if "period_start" in frame else "time"
    check_columns(frame.columns, ["unit_name", time, "observed"], "The table")
    ax = axes_or_new(ax)
    units = [str(u) for u in dict.fromkeys(frame["unit_name"])]
    most = frame["regime"].max() if "regime" in frame else 0
    n = int(most) if most == most and most is not pd.NA else 0
    one = len(units) == 1
    if one:
        _one_unit(frame, time, n, ax)
        write_label(ax, label)
    else:
        _bands(frame, units, time, n, ax)
    theme = current_theme()
    handles: list[Any] = [
        Patch(color=_shade(j, n), label=f"Regime {j + 1}") for j in range(n)
    ]
    if n and one:
        handles.append(
            Line2D([], [], color=theme.accent, lw=1.3, label="Expected count")
        )
    if one:
        handles.append(
            Line2D(
                [], [], color=theme.ink, lw=0.8, marker="o", ms=2.5, label="Reported"
            )
        )
    elif frame["observed"].isna().any():
        handles.append(Patch(hatch=HATCH, label="Unknown"))
    legend_above(ax, handles, side="left" if one else "right")
    _, dated = day_numbers(frame[time])
    if dated:
        format_days(ax)
    ax.set_xlabel("Date" if dated else "Period")
    describe(ax, _in_words(frame, units, time, n, dated))
    return ax


def _shade(j: int, n: int) -> str:
    """Return a tint, palest for the calmest regime; counts stay readable on all."""
    return shades(2 * n + 1)[j] if n > 1 else shades(5)[0]


def _steps(rows: pd.DataFrame, time: str) -> np.ndarray:
    """Return the edges of the periods: each ends where the next begins."""
    at, _ = day_numbers(rows[time])
    return np.append(at, at[-1] + (at[-1] - at[-2] if len(at) > 1 else 1.0))


def _one_unit(rows: pd.DataFrame, time: str, n: int, ax: Axes) -> None:
    theme = current_theme()
    edges = _steps(rows, time)
    middle = (edges[:-1] + edges[1:]) / 2
    for j, begin, end in _stretches(rows, n):
        ax.axvspan(edges[begin], edges[end], color=_shade(j, n), lw=0, zorder=0)
    observed = floats(rows["observed"])
    known = ~np.isnan(observed)
    ax.vlines(middle[known], 0, observed[known], color=theme.ink, lw=0.7, zorder=2)
    ax.plot(middle, observed, "o", color=theme.ink, ms=1.8, zorder=2.1)
    if n:
        fitted = floats(rows["fitted"])
        ax.plot(
            middle, fitted, color=theme.accent, lw=1.3, linestyle=DASHES[0], zorder=3
        )
    top = 1.05 * max(np.nanmax(np.append(observed, 1.0)), 1.0)
    hatch_unknown(ax, edges[:-1], edges[1:], ~known)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(0, top)
    format_counts(ax)


def _stretches(rows: pd.DataFrame, n: int) -> list[tuple[int, int, int]]:
    """Return runs of equal regime as (regime from 0, first row, row after)."""
    if not n:
        return []
    regime = np.nan_to_num(floats(rows["regime"])).astype(int)
    cuts = np.flatnonzero(np.diff(regime)) + 1
    begins, ends = np.append(0, cuts), np.append(cuts, len(regime))
    return [
        (int(regime[b]) - 1, int(b), int(e))
        for b, e in zip(begins, ends, strict=True)
        if regime[b] > 0
    ]


def _bands(frame: pd.DataFrame, units: list[str], time: str, n: int, ax: Axes) -> None:
    theme = current_theme()
    for row, unit in enumerate(units):
        rows = frame[frame["unit_name"].astype("str") == unit].reset_index(drop=True)
        edges = _steps(rows, time)
        for j, begin, end in _stretches(rows, n):
            ax.fill_between(
                [edges[begin], edges[end]],
                row - 0.4,
                row + 0.4,
                color=_shade(j, n),
                lw=0,
                zorder=1,
            )
        for i in np.flatnonzero(rows["observed"].isna()):
            ax.fill_between(
                edges[i : i + 2], row - 0.4, row + 0.4, fc=theme.paper, lw=0,
                ec=theme.unknown, hatch=HATCH, zorder=1.1,
            )  # fmt: skip
    ax.set_yticks(range(len(units)), units)
    ax.set_ylim(len(units) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")


def _in_words(
    frame: pd.DataFrame, units: list[str], time: str, n: int, dated: bool
) -> str:
    said = f"Counts of {len(units)} unit{'s' if len(units) > 1 else ''}"
    if dated:
        at, _ = day_numbers(frame[time])
        said += f" from {day_words(stamp(at.min()))} to {day_words(stamp(at.max()))}"
    if not n:
        return f"{said}; no regimes could be told apart."
    regime, observed = floats(frame["regime"]), floats(frame["observed"])
    each = []
    for j in range(1, n + 1):
        own = observed[(regime == j) & ~np.isnan(observed)]
        mean = number(round(float(own.mean()), 1)) if own.size else "none seen"
        each.append(f"{int((regime == j).sum()):,} periods in regime {j} (mean {mean})")
    gaps = int(np.isnan(observed).sum())
    return f"{said}: {', '.join(each)}; {gaps:,} periods are unknown."
