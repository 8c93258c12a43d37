"""Reporting triangles: how much of each period was reported, and how late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from conflictstats.arguments import check_columns, check_number, check_one_of
from conflictstats.errors import SchemaError
from conflictstats.numerics.reporting_triangle import from_delays, from_vintages
from conflictstats.plots.axes import HATCH, floats, legend_above
from conflictstats.plots.classes import class_name, classes
from conflictstats.plots.palette import current_theme, ink_on, shades
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import MONTHS, day_words, describe, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FREQUENCIES = {"day": "D", "week": "W-SUN", "month": "M"}
# Numbers fit into the squares up to so many columns and rows.
MOST_NUMBERED = (12, 16)


@in_own_style
def plot_triangle(  # noqa: PLR0913 - a triangle has many shapes
    data: pd.DataFrame,
    *,
    ax: Axes | None = None,
    event: str = "event_date",
    reported: str = "report_date",
    value: str | None = None,
    max_delay: int,
    every: str = "day",
    now: Any = None,
    most: int = 30,
) -> Axes:
    """Draw what was added to each period by delay: a row a period, the latest below.

    Squares that lie in the future are hatched: not yet known, not zero. A lowered
    count is a negative number, framed.

    Parameters
    ----------
    data : DataFrame
        As for `fit_nowcast`: a row an event with its date and the date of its report;
        or, with `value`, a row a period and vintage with the count as it was then.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    event, reported : str
        Columns with the day of the event and the day of the report (the vintage).
    value : str, optional
        Column with the count; each row is one event if absent.
    max_delay : int
        Longest delay shown; later reports are counted with it.
    every : {"day", "week", "month"}
        Length of the periods.
    now : day, optional
        The last period; by default that of the last report.
    most : int
        Periods to show, the latest.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If columns are missing, or there is no report by then.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "event_date": ["2020-01-01", "2020-01-01", "2020-01-02"],
    ...         "report_date": ["2020-01-01", "2020-01-02", "2020-01-02"],
    ...     }
    ... )
    >>> plot_triangle(table, max_delay=1).get_xlabel()
    'Days until the report'
    """
    check_one_of(every, "every", FREQUENCIES)
    longest = int(check_number(max_delay, "max_delay", low=1, high=400, integer=True))
    check_number(most, "most", low=2, integer=True)
    columns = [event, reported, *([value] if value else [])]
    check_columns(data.columns, columns, "The table of reports")
    periods, triangle = _triangle(data, columns, longest, every, now)
    periods, triangle = periods[-most:], triangle[-most:]
    ax = axes_or_new(ax)
    edges = classes(triangle)
    _squares(ax, triangle, edges)
    _axes(ax, periods, longest, every)
    _key(ax, triangle, edges)
    known = triangle[~np.isnan(triangle)]
    at_once = np.nansum(triangle[:, 0]) / max(np.nansum(triangle), 1e-12)
    describe(
        ax,
        f"Reports by {every} of the event and delay, {day_words(periods[0])} to "
        f"{day_words(periods[-1])}: {number(float(known.sum()))} reported so far, "
        f"{at_once:.0%} of them without delay; {int(np.isnan(triangle).sum())} squares "
        f"lie in the future; {int((known < 0).sum())} are downward revisions.",
    )
    return ax


def _triangle(
    data: pd.DataFrame, columns: list[str], longest: int, every: str, now: Any
) -> tuple[pd.DatetimeIndex, np.ndarray]:
    code = FREQUENCIES[every]
    known = data[data[columns].notna().all(axis=1)]
    about, seen = (
        pd.PeriodIndex(pd.to_datetime(known[c]), freq=code) for c in columns[:2]
    )
    if not len(known):
        message = "No row of the table has both dates; there is nothing to draw."
        raise SchemaError(message)
    end = pd.Period(pd.Timestamp(now), code) if now is not None else seen.max()
    if not (seen <= end).any():
        message = f"No report of the table is as early as {end}; nothing to draw."
        raise SchemaError(message)
    span = pd.period_range(about.min(), end, freq=code)
    start = span[0].ordinal
    period = about.asi8 - start
    late = np.maximum(seen.asi8 - about.asi8, 0)
    inside = np.asarray(seen <= end)
    given = floats(known[columns[2]]) if len(columns) > 2 else np.ones(len(known))
    if len(columns) > 2:
        vintage = np.maximum(seen.asi8 - start, 0)
        made = from_vintages(
            period[inside], vintage[inside], given[inside], len(span), longest
        )
    else:
        made = from_delays(
            period[inside], late[inside], given[inside], len(span), longest
        )
    return pd.DatetimeIndex(span.start_time), made


def _squares(ax: Axes, triangle: np.ndarray, edges: np.ndarray) -> None:
    theme = current_theme()
    n, width = triangle.shape
    numbered = width <= MOST_NUMBERED[0] + 1 and n <= MOST_NUMBERED[1]
    place = np.searchsorted(edges, np.nan_to_num(triangle), side="right") - 1
    styles: list[tuple[np.ndarray, dict[str, Any]]] = [
        (
            (triangle > 0) & (np.maximum(place, 0) == k),
            {"facecolor": colour, "edgecolor": "none"},
        )
        for k, colour in enumerate(shades(len(edges)))
    ]
    lowered = {"facecolor": theme.paper, "edgecolor": theme.accent, "lw": 1.0}
    styles.append((triangle < 0, lowered))
    unknown = {"facecolor": "none", "edgecolor": theme.unknown, "hatch": HATCH, "lw": 0}
    styles.append((np.isnan(triangle), unknown))
    for mask, style in styles:
        spots = np.argwhere(mask)
        if len(spots):
            squares = [Rectangle((c - 0.46, r - 0.44), 0.92, 0.88) for r, c in spots]
            ax.add_collection(PatchCollection(squares, **style))
        for row, column in spots if numbered and style is not unknown else ():
            ink = theme.ink if style is lowered else ink_on(style["facecolor"])
            said = number(float(triangle[row, column])).replace("-", "−")
            ax.text(column, row, said, ha="center", va="center", color=ink, fontsize=6)


def _axes(ax: Axes, periods: pd.DatetimeIndex, longest: int, every: str) -> None:
    n = len(periods)
    ax.set_xlim(-0.6, longest + 0.6)
    ax.set_ylim(n - 0.4, -0.6)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    last = FuncFormatter(lambda d, _: f"{d:g} +" if round(d) == longest else f"{d:g}")
    ax.xaxis.set_major_formatter(last)
    ax.set_xlabel(f"{every.capitalize()}s until the report")
    step = max(n // 8, 1)
    rows = list(range(n - 1, -1, -step))[::-1]
    ax.set_yticks(rows, _written([periods[r] for r in rows], every))
    ax.set_ylabel(f"{every.capitalize()} of the event")


def _written(days: list[pd.Timestamp], every: str) -> list[str]:
    """Return the days in words; the year stands where it begins."""
    said, year = [], None
    for day in days:
        month = MONTHS[day.month - 1][:3]
        text = month if every == "month" else f"{day.day} {month}"
        said.append(text if day.year == year else f"{text} {day.year}")
        year = day.year
    return said


def _key(ax: Axes, triangle: np.ndarray, edges: np.ndarray) -> None:
    theme = current_theme()
    keys = []
    numbered = bool(ax.texts)
    if not numbered:
        top = float(np.nanmax(triangle))
        keys = [
            Patch(facecolor=colour, label=class_name(edges, k, top))
            for k, colour in enumerate(shades(len(edges)))
        ]
    if np.isnan(triangle).any():
        keys.append(Patch(facecolor="none", edgecolor=theme.unknown, label="Unknown"))
    if (triangle < 0).any():
        keys.append(Patch(facecolor="none", edgecolor=theme.accent, label="Lowered"))
    if numbered:
        # The numbers speak for themselves; one shade tells what they count.
        keys.insert(0, Patch(facecolor=shades(3)[1], label="Added by the report"))
    legend_above(ax, keys, side="right")
