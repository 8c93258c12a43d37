"""Bounds as bands, with the claims that bind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns, check_number
from conflictstats.errors import SchemaError
from conflictstats.plots.axes import (
    UPWARD,
    day_numbers,
    floats,
    format_counts,
    format_days,
    legend_above,
    write_label,
)
from conflictstats.plots.palette import Theme, current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import count_label, describe, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = ("measure", "group", "place", "victim_side", "event_id")


@in_own_style
def plot_bounds(
    bounds: pd.DataFrame, *, ax: Axes | None = None, most_named: int = 6
) -> Axes:
    """Draw the least and greatest count that claims allow.

    Bounds by period are bands over time; single sums are bars, one below another.
    Where nothing caps a count, an arrow stands on its lower end.

    Parameters
    ----------
    bounds : DataFrame
        low and high, and where known period_start, period_end, binding_low,
        measure, group, place, victim_side, event_id; as from `reconcile`.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    most_named : int
        Periods with the highest lower ends that are labelled with the claims binding
        them.

    Returns
    -------
    Axes

    Raises
    ------
    SchemaError
        If columns are missing or there is no row.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     {
    ...         "period_start": pd.to_datetime(["2020-02-27", "2020-02-28"]),
    ...         "period_end": pd.to_datetime(["2020-02-27", "2020-02-28"]),
    ...         "low": [34, 1],
    ...         "high": [36, None],
    ...     }
    ... )
    >>> plot_bounds(table).get_ylabel()
    'Reported count'
    """
    check_columns(bounds.columns, ["low", "high"], "The table of bounds")
    check_number(most_named, "most_named", low=0, integer=True)
    if bounds.empty:
        message = "The table of bounds has no row; nothing to draw."
        raise SchemaError(message)
    ax = axes_or_new(ax)
    theme = current_theme()
    names = _names(bounds)
    by_period = "period_start" in bounds and _varies(bounds["period_start"])
    if by_period:
        order = list(dict.fromkeys(names))
        for position, name in enumerate(order):
            rows = bounds[(names == name).to_numpy()]
            colour = theme.series[position % len(theme.series)]
            _draw_band(ax, rows, name, colour, position, len(order))
        if len(order) == 1:
            _name_claims(ax, bounds, most_named, theme)
        # Room above for the names of claims.
        room = 1.35 if len(order) == 1 and "binding_low" in bounds else 1.12
        ax.set_ylim(0, max(room * ax.get_ylim()[1], 1))
        format_counts(ax)
        format_days(ax)
        write_label(ax, _label(bounds, len(order)))
        legend_above(ax)
    else:
        _draw_bars(ax, bounds, names, theme)
    low, high = floats(bounds["low"]), floats(bounds["high"])
    describe(
        ax,
        f"Bounds of {len(bounds)} counts; lower ends sum to {number(np.nansum(low))}, "
        f"{int(np.isnan(high).sum())} have no upper end.",
    )
    return ax


def _names(bounds: pd.DataFrame) -> pd.Series:
    """Return the name of each row: what tells the rows apart."""
    told = [c for c in NAMES if c in bounds and _varies(bounds[c])]
    if not told:
        return pd.Series("", index=bounds.index)
    parts = bounds[told].astype("str").fillna("")
    return parts.apply(
        lambda row: ", ".join(v.replace("_", " ") for v in row if v), axis=1
    )


def _varies(column: pd.Series) -> bool:
    return len(column.dropna().unique()) > 1


def _label(bounds: pd.DataFrame, n: int) -> str:
    if "measure" not in bounds or _varies(bounds["measure"]):
        return "Reported count"
    one = "group" in bounds and n == 1 and not _varies(bounds["group"])
    group = str(bounds["group"].iloc[0]) if one else "all"
    return count_label(str(bounds["measure"].iloc[0]), group)


def _draw_band(
    ax: Axes, rows: pd.DataFrame, name: str, colour: str, position: int, n: int
) -> None:
    begin = day_numbers(rows["period_start"])[0]
    after = day_numbers(rows["period_end"])[0] + 1
    width = (after - begin) / n
    left = begin + position * width
    low, high = floats(rows["low"]), floats(rows["high"])
    capped = ~np.isnan(high)
    ax.bar(
        left[capped],
        (high - low)[capped],
        width[capped],
        bottom=low[capped],
        align="edge",
        color=colour,
        alpha=0.35,
        linewidth=0,
        label=(name or "Range the claims allow") if capped.any() else "_none",
    )
    for end, known in ((low, ~np.isnan(low)), (high, capped)):
        ax.hlines(
            end[known],
            left[known],
            (left + width)[known],
            color=colour,
            linewidth=1.1,
            zorder=3,
        )
    opened = ~capped
    if opened.any():
        ax.plot(
            (left + width / 2)[opened],
            low[opened],
            linestyle="none",
            marker=UPWARD,
            markersize=11,
            markerfacecolor="none",
            markeredgecolor=colour,
            label="At least" if position == n - 1 else "_open",
            zorder=3.1,
        )


def _name_claims(ax: Axes, bounds: pd.DataFrame, most: int, theme: Theme) -> None:
    """Write the claims that bind the highest lower ends beside them."""
    if "binding_low" not in bounds:
        return
    named = bounds[bounds["binding_low"].fillna("").ne("") & bounds["low"].gt(0)]
    for row in named.nlargest(most, "low").to_dict("records"):
        begin, after = (
            day_numbers(pd.Series([row[c]]))[0][0]
            for c in ("period_start", "period_end")
        )
        top = row["low"] if pd.isna(row["high"]) else row["high"]
        claims = str(row["binding_low"]).split("; ")
        text = "\n".join(claims[:3]) + ("\n…" if len(claims) > 3 else "")
        ax.annotate(
            text,
            ((begin + after + 1) / 2, float(top)),
            xytext=(0, 12 if pd.isna(row["high"]) else 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=6,
            color=theme.muted,
        )


def _draw_bars(ax: Axes, bounds: pd.DataFrame, names: pd.Series, theme: Theme) -> None:
    low, high = floats(bounds["low"]), floats(bounds["high"])
    y = np.arange(len(bounds))[::-1].astype("float64")
    colour = theme.series[0]
    capped = ~np.isnan(high)
    ax.hlines(
        y[capped], low[capped], high[capped], color=colour, linewidth=4, alpha=0.5
    )
    for end in (low, high):
        known = ~np.isnan(end)
        ax.plot(end[known], y[known], "|", color=colour, markersize=9)
    ax.plot(
        low[~capped],
        y[~capped],
        linestyle="none",
        marker=">",
        color=colour,
        markerfacecolor=theme.paper,
        label="At least" if (~capped).any() else "_none",
    )
    ax.set_yticks(
        y if names.ne("").any() else [],
        names.to_list() if len(names) and names.ne("").any() else [],
    )
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.7, len(bounds) - 0.3)
    ax.set_xlim(left=0)
    ax.set_xlabel(_label(bounds, len(bounds)))
