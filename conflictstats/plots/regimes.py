"""Pictures of regimes: counts over time with the regime each period was in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from conflictstats.plots.style import axes_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    """
    ax = axes_or_new(ax)
    time = "period_start" if "period_start" in frame else "time"
    units = list(dict.fromkeys(frame["unit_name"]))
    n = int(frame["regime"].max()) if "regime" in frame else 0
    if len(units) == 1:
        _one_unit(frame, time, n, ax)
        ax.set_ylabel(label)
    else:
        _bands(frame, units, time, n, ax)
    handles: list[Any] = [
        Patch(color=_shade(j, n), label=f"Regime {j + 1}") for j in range(n)
    ]
    if n and len(units) == 1:
        handles.append(Line2D([], [], color="black", lw=1.4, label="Expected count"))
    if frame["observed"].isna().any():
        handles.append(Patch(fc="white", ec="0.6", hatch="////", label="Unknown"))
    ax.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=max(min(len(handles), 5), 1),
        frameon=False,
    )
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_xlabel("" if time == "period_start" else "Period")
    return ax


def _shade(j: int, n: int) -> Any:
    """Return a tint, palest for the calmest regime; counts stay readable on all."""
    return mpl.colormaps["OrRd"](0.06 + 0.38 * (j / max(n - 1, 1)))


def _steps(rows: pd.DataFrame, time: str) -> np.ndarray:
    """Return the edges of the periods: each ends where the next begins."""
    at = rows[time].to_numpy()
    one: Any = np.timedelta64(1, "D") if at.dtype.kind == "M" else 1
    return np.append(at, at[-1] + (at[-1] - at[-2] if len(at) > 1 else one))


def _one_unit(rows: pd.DataFrame, time: str, n: int, ax: Axes) -> None:
    edges = _steps(rows, time)
    middle = edges[:-1] + (edges[1:] - edges[:-1]) / 2
    for j, begin, end in _stretches(rows, n):
        ax.axvspan(edges[begin], edges[end], color=_shade(j, n), lw=0, zorder=0)
    observed = rows["observed"].to_numpy(dtype=float, na_value=np.nan)
    ax.vlines(middle, 0, np.nan_to_num(observed), color="0.25", lw=0.8, zorder=2)
    ax.plot(middle, observed, ".", color="0.25", ms=3, zorder=2)
    if n:
        fitted = rows["fitted"].to_numpy(dtype=float)
        ax.plot(middle, fitted, color="black", lw=1.4, zorder=3)
    top = 1.05 * max(np.nanmax(np.append(observed, 1.0)), 1.0)
    _hatch_unknown(observed, edges, (0, top), ax)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(0, top)


def _hatch_unknown(
    observed: np.ndarray, edges: np.ndarray, span: tuple[float, float], ax: Axes
) -> None:
    """Hatch unknown periods: not looked at is not the same as nothing found."""
    for i in np.flatnonzero(np.isnan(observed)):
        ax.fill_between(
            edges[i : i + 2], *span, fc="white", ec="0.6", hatch="////", lw=0, zorder=1
        )


def _stretches(rows: pd.DataFrame, n: int) -> list[tuple[int, int, int]]:
    """Return runs of equal regime as (regime from 0, first row, row after)."""
    if not n:
        return []
    regime = rows["regime"].to_numpy(dtype=int)
    cuts = np.flatnonzero(np.diff(regime)) + 1
    begins, ends = np.append(0, cuts), np.append(cuts, len(regime))
    return [
        (int(regime[b]) - 1, int(b), int(e)) for b, e in zip(begins, ends, strict=True)
    ]


def _bands(frame: pd.DataFrame, units: list[str], time: str, n: int, ax: Axes) -> None:
    for row, unit in enumerate(units):
        rows = frame[frame["unit_name"] == unit].reset_index(drop=True)
        edges = _steps(rows, time)
        known = rows[rows["regime"].notna()] if n else rows.head(0)
        for j, begin, end in _stretches(known, n) if len(known) else []:
            ax.fill_between(
                [edges[begin], edges[end]],
                row - 0.4,
                row + 0.4,
                color=_shade(j, n),
                lw=0,
                zorder=0,
            )
        observed = rows["observed"].to_numpy(dtype=float, na_value=np.nan)
        _hatch_unknown(observed, edges, (row - 0.4, row + 0.4), ax)
    ax.set_yticks(range(len(units)), units)
    ax.set_ylim(len(units) - 0.5, -0.5)
