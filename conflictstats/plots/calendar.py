"""Calendar heat maps: a square a day or month, unknown hatched, zero left empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.patches import Patch, Rectangle

from conflictstats.arguments import check_type
from conflictstats.errors import ArgumentError
from conflictstats.plots.axes import HATCH, floats, legend_above
from conflictstats.plots.classes import class_name, classes
from conflictstats.plots.palette import current_theme, shades
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.timeline import one_unit
from conflictstats.plots.words import MONTHS, count_label, day_words, describe, number
from conflictstats.tidy.panel import Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@in_own_style
def plot_calendar(
    data: Panel | pd.DataFrame,
    *,
    ax: Axes | None = None,
    unit: str | None = None,
    label: str | None = None,
) -> Axes:
    """Draw one unit's counts as a calendar: a row a weekday, or a row a year.

    Daily counts stand in weeks (Monday on top), a block a year; monthly counts in
    twelve columns, a row a year. Shades go by classes, named in the legend; a covered
    zero is an empty square, an unknown one is hatched.

    Parameters
    ----------
    data : Panel or DataFrame
        Counts by day or month; a table needs period_start, period_end and best.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    unit : str, optional
        Which unit; may be left out if there is only one.
    label : str, optional
        What the shades count.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    ArgumentError
        If periods are neither days nor months, or no unit is named among several.
    SchemaError
        If columns are missing, or there are no rows.

    Examples
    --------
    >>> import conflictstats as cs
    >>> events = cs.load_dataset("simulated_conflict")
    >>> ax = cs.plot_calendar(cs.count_events(events, every="day"))
    >>> [text.get_text() for text in ax.get_yticklabels()][:2]
    ['Mon', 'Thu']
    """
    check_type(data, "data", (Panel, pd.DataFrame), "a Panel or a DataFrame")
    frame, name = one_unit(data, unit)
    first = pd.DatetimeIndex(pd.to_datetime(frame["period_start"]))
    by_day = _is_daily(frame, first)
    best = floats(frame["best"])
    ax = axes_or_new(ax)
    column, row = (_days if by_day else _months)(ax, first)
    edges = classes(best)
    _squares(ax, column, row, best, edges)
    if label is None:
        label = (
            count_label(data.measure, data.group)
            if isinstance(data, Panel)
            else "Reported count"
        )
    ax.set_xlabel(label + (" a day" if by_day else " a month"))
    _finish(ax, edges, best)
    describe(ax, _in_words(first, best, label, name, by_day))
    return ax


def _is_daily(frame: pd.DataFrame, first: pd.DatetimeIndex) -> bool:
    last = pd.DatetimeIndex(pd.to_datetime(frame.get("period_end", first)))
    days = np.asarray((last - first).days) + 1
    if "period_end" in frame and (days == 1).all():
        return True
    if ((days >= 28) & (days <= 31) & (first.day == 1)).all():
        return False
    message = (
        "A calendar shows days or months; the periods of the table are neither.\n"
        'Hint: `count_events(..., every="day")` or `every="month"`.'
    )
    raise ArgumentError(message)


def _days(ax: Axes, days: pd.DatetimeIndex) -> tuple[np.ndarray, np.ndarray]:
    """Return column and row of each day; years are blocks from top to bottom."""
    years = np.asarray(days.year)
    first = pd.to_datetime(pd.Series(years).astype("str") + "-01-01")
    ahead = first.dt.day_of_week.to_numpy()
    column = (np.asarray(days.day_of_year) - 1 + ahead) // 7
    found = np.unique(years)
    block = np.searchsorted(found, years)
    row = np.asarray(days.day_of_week) + 8.5 * block
    # A short record needs no empty weeks beside it.
    if len(found) == 1:
        column = column - column.min()
    _month_ticks(ax, days, column, block)
    ticks = [8.5 * b + k for b in range(len(found)) for k in (0, 3, 6)]
    ax.set_yticks(ticks, [WEEKDAYS[k] for _ in found for k in (0, 3, 6)])
    for b, year in enumerate(found):
        ax.text(
            column.max() + 1.3, 8.5 * b + 3, str(year), rotation=-90, ha="center",
            va="center",
        )  # fmt: skip
    ax.set_ylim(8.5 * len(found) - 1.6, -0.7)
    ax.set_xlim(column.min() - 0.7, column.max() + 2.2)
    return column, row


def _month_ticks(
    ax: Axes, days: pd.DatetimeIndex, column: np.ndarray, block: np.ndarray
) -> None:
    """Name the months below the last block, in the middle of their weeks."""
    last = block == block.max()
    table = pd.DataFrame({"month": days.month[last], "column": column[last]})
    middle = table.groupby("month")["column"].agg(["min", "max", "size"])
    middle = middle[middle["size"] >= 15] if len(middle) > 2 else middle
    wide = column.max() - column.min() > 30
    names = [MONTHS[int(m) - 1][: 1 if wide else 3] for m in middle.index]
    ax.set_xticks((middle["min"] + middle["max"]).to_numpy() / 2, names)


def _months(ax: Axes, months: pd.DatetimeIndex) -> tuple[np.ndarray, np.ndarray]:
    """Return column and row of each month."""
    years = np.asarray(months.year)
    found = np.arange(years.min(), years.max() + 1)
    ax.set_xticks(range(12), [m[:3] for m in MONTHS])
    every = max(len(found) // 12, 1)
    ax.set_yticks(range(0, len(found), every), [str(y) for y in found[::every]])
    ax.set_xlim(-0.6, 11.6)
    ax.set_ylim(len(found) - 0.4, -0.6)
    return np.asarray(months.month) - 1, years - years.min()


def _squares(
    ax: Axes, column: np.ndarray, row: np.ndarray, best: np.ndarray, edges: np.ndarray
) -> None:
    theme = current_theme()
    colours = shades(len(edges))
    size = 0.86
    unknown = np.isnan(best)

    def patches(mask: np.ndarray) -> list[Rectangle]:
        return [
            Rectangle((x - size / 2, y - size / 2), size, size)
            for x, y in zip(column[mask], row[mask], strict=True)
        ]

    place = np.searchsorted(edges, np.nan_to_num(best), side="right") - 1
    for k, colour in enumerate(colours):
        mask = ~unknown & (best > 0) & (np.maximum(place, 0) == k)
        if mask.any():
            ax.add_collection(
                PatchCollection(patches(mask), facecolor=colour, edgecolor="none")
            )
    if (best == 0).any():
        ax.add_collection(
            PatchCollection(
                patches(best == 0), facecolor="none", edgecolor=theme.grid, lw=0.5
            )
        )
    if unknown.any():
        ax.add_collection(
            PatchCollection(
                patches(unknown), facecolor="none", edgecolor=theme.unknown,
                hatch=HATCH * 2, lw=0,
            )
        )  # fmt: skip


def _finish(ax: Axes, edges: np.ndarray, best: np.ndarray) -> None:
    theme = current_theme()
    ax.set_aspect("equal")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    colours = shades(len(edges))
    top = float(np.nanmax(best)) if (best > 0).any() else 1.0
    names = [class_name(edges, k, top) for k in range(len(edges))]
    keys = [
        Patch(facecolor=c, edgecolor="none", label=n)
        for c, n in zip(colours, names, strict=True)
    ]
    if not (best > 0).any():
        keys = []
    if (best == 0).any():
        keys.insert(0, Patch(facecolor="none", edgecolor=theme.grid, label="0"))
    if np.isnan(best).any():
        keys.append(Patch(facecolor="none", edgecolor=theme.unknown, label="Unknown"))
    legend_above(ax, keys, side="center")


def _in_words(
    first: pd.DatetimeIndex, best: np.ndarray, label: str, name: str, by_day: bool
) -> str:
    what = "day" if by_day else "month"
    where = f", {name}" if name else ""
    known = best[~np.isnan(best)]
    said = (
        f"Calendar of {label[0].lower()}{label[1:]}{where}: {len(best):,} {what}s from "
        f"{day_words(first.min())}; {int((known == 0).sum()):,} with none reported, "
        f"{int(np.isnan(best).sum()):,} unknown"
    )
    if known.size and known.max() > 0:
        top = int(np.nanargmax(best))
        when = day_words(first[top])
        if not by_day:
            when = f"{MONTHS[first[top].month - 1]} {first[top].year}"
        said += f"; the most is {number(best[top])}, {when}"
    return said + "."
