"""What pictures share on their axes: days, counts, runs of unknown, the legend."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.ticker import (
    FixedLocator,
    Formatter,
    FuncFormatter,
    MaxNLocator,
    NullLocator,
)

from conflictstats.plots.palette import current_theme
from conflictstats.plots.words import MONTHS, number

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

HATCH = "////"
# An arrow that stands on the value, for counts without an upper end.
UPWARD = Path(
    [(0, 0), (0, 1), (-0.22, 0.72), (0, 1), (0.22, 0.72)],
    [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.LINETO],
)


def floats(column: pd.Series) -> np.ndarray:
    """Return numbers as float64, NaN where missing.

    Examples
    --------
    >>> floats(pd.Series([1, None], dtype="Int64"))
    array([ 1., nan])
    """
    return pd.to_numeric(column).to_numpy(dtype="float64", na_value=np.nan)


def day_numbers(column: pd.Series) -> tuple[np.ndarray, bool]:
    """Return days as matplotlib's day numbers, and whether they were days.

    Examples
    --------
    >>> day_numbers(pd.Series(["1970-01-02"]))
    (array([1.]), True)
    """
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype="float64"), False
    days = pd.DatetimeIndex(pd.to_datetime(column)).as_unit("us")
    # Matplotlib's own day numbers, whatever epoch its settings name.
    numbers = mdates.date2num(days.to_numpy())  # type: ignore[no-untyped-call]
    return np.asarray(numbers, dtype="float64"), True


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Return first and last position of each run of True.

    Examples
    --------
    >>> runs(np.array([True, True, False, True]))
    [(0, 1), (3, 3)]
    """
    padded = np.concatenate([[False], mask, [False]]).astype("int8")
    steps = np.diff(padded)
    first, past = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return [(int(a), int(b) - 1) for a, b in zip(first, past, strict=True)]


def stamp(number_: float) -> pd.Timestamp:
    """Return the day of a matplotlib day number.

    Examples
    --------
    >>> stamp(1.0)
    Timestamp('1970-01-02 00:00:00')
    """
    day = mdates.num2date(number_)  # type: ignore[no-untyped-call]
    return pd.Timestamp(day.replace(tzinfo=None))


def format_counts(ax: Axes) -> None:
    """Write the count axis in whole numbers with thousands marked."""
    if ax.get_yscale() == "linear":
        steps = [1, 2, 2.5, 5, 10]
        ax.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=steps))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


class DayFormatter(Formatter):
    r"""Writes ticks as years, months or days; the year stands once, below.

    In English whatever the locale, so that the same data give the same picture.

    Examples
    --------
    >>> DayFormatter().format_ticks([18276.0, 18290.0])
    ['15 Jan\n2020', '29 Jan']
    """

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the label of a single tick."""
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the labels of all ticks."""
        days = [stamp(value) for value in values]
        if all(d.day == d.month == 1 for d in days):
            return [str(d.year) for d in days]
        monthly = all(d.day == 1 for d in days)
        said, year = [], None
        for d in days:
            month = MONTHS[d.month - 1][:3]
            text = month if monthly else f"{d.day} {month}"
            said.append(text if d.year == year else f"{text}\n{d.year}")
            year = d.year
        return said


def format_days(ax: Axes, *, most: int = 8) -> None:
    """Write the time axis as years, months and days, for the span it now shows.

    Parameters
    ----------
    ax : Axes
        Its x-axis counts days.
    most : int
        Ticks at most; few in a narrow pane.
    """
    first, last = ax.get_xlim()
    if most < 5:
        few = mdates.AutoDateLocator(minticks=2, maxticks=most)  # type: ignore[no-untyped-call]
        locator: Any = few
    elif last - first <= 14:
        locator = mdates.DayLocator(interval=2)  # type: ignore[no-untyped-call]
    elif last - first <= 130:
        # The last days of a month would crowd the first of the next.
        days = [1, 8, 15, 22] if last - first <= 60 else [1, 15]
        if last - first > 60 and likely_size(ax)[0] < 150:
            days = [1]
        locator = mdates.DayLocator(bymonthday=days)  # type: ignore[no-untyped-call]
    else:
        locator = mdates.AutoDateLocator(minticks=3, maxticks=most)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(DayFormatter())


def hatch_unknown(
    ax: Axes, begin: np.ndarray, after: np.ndarray, unknown: np.ndarray
) -> None:
    """Hatch runs of unknown periods over the whole height of the axes.

    Parameters
    ----------
    ax : Axes
        Where.
    begin, after : ndarray of float64, shape (n,)
        Day numbers where each period begins and where the next one does.
    unknown : ndarray of bool, shape (n,)
        Periods whose count is unknown.
    """
    for position, (first, last) in enumerate(runs(unknown)):
        ax.axvspan(
            begin[first],
            after[last],
            facecolor="none",
            edgecolor=current_theme().unknown,
            hatch=HATCH,
            linewidth=0,
            zorder=0.5,
            label="_unknown" if position else "Unknown",
        )


def draw_open(ax: Axes, x: np.ndarray, y: np.ndarray, colour: str) -> None:
    """Mark counts that are "at least" so many: an arrow up from what is known."""
    if len(x):
        ax.plot(
            x,
            y,
            linestyle="none",
            marker=UPWARD,
            markersize=13,
            markerfacecolor="none",
            markeredgecolor=colour,
            markeredgewidth=0.9,
            label="At least",
            zorder=3.1,
        )


# What was reported comes first, what is not known last; the rest keeps its order.
_FIRST = ("Reported", "Reported so far", "Range", "None reported", "At least")
_LAST = ("Interval", "Range of the sum", "Unknown")


def _place(label: str) -> int:
    if label in _FIRST:
        return _FIRST.index(label)
    return len(_FIRST) + (_LAST.index(label) + 1 if label in _LAST else 0)


def _columns(labels: Sequence[str], room: float) -> int:
    """Return the most columns of a legend that fit `room`, in widths of an em."""
    for columns in range(len(labels), 1, -1):
        # An entry takes its text (0.56 em a letter), a handle and gaps (3.3 em).
        parts = np.array_split(np.array([len(text) for text in labels]), columns)
        if sum(0.56 * float(part.max()) + 3.3 for part in parts) <= room:
            return columns
    return 1


def legend_above(
    ax: Axes, more: Sequence[Artist] = (), *, side: str = "left", title: str = ""
) -> int:
    """Put a legend above the axes, where it hides no data; return its rows.

    Parameters
    ----------
    ax : Axes
        Its labelled artists; a single one needs no legend.
    more : sequence of Artist
        Further entries, which are explained but not drawn.
    side : {"left", "center", "right"}
        Where it is flush with the axes: center for axes that their aspect makes
        narrower than their room, right where long names stand left of them.
    title : str
        Stands above the entries, as in what their shades count.
    """
    handles, labels = ax.get_legend_handles_labels()
    handles, labels = [*handles, *more], [*labels, *(str(a.get_label()) for a in more)]
    if len(labels) < 2:
        return 0
    swatch = Patch(
        facecolor="none",
        edgecolor=current_theme().unknown,
        hatch=HATCH * 2,
        linewidth=0.4,
    )
    order = sorted(range(len(labels)), key=lambda i: _place(labels[i]))
    handles, labels = [handles[i] for i in order], [labels[i] for i in order]
    # In a row of text a long arrow would run into the row above.
    arrow = Line2D(
        [],
        [],
        linestyle="none",
        marker=r"$\uparrow$",
        markersize=6,
        markeredgewidth=0.2,
        color=current_theme().series[0],
    )
    short = {"Unknown": swatch, "At least": arrow}
    shown = [short.get(text, h) for h, text in zip(handles, labels, strict=True)]
    figure = ax.get_figure(root=True)
    across = 6.7 if figure is None else float(figure.get_size_inches()[0])
    # 0.775: before any layout, and before an aspect narrows the axes.
    share = ax.get_position(original=True).width / 0.775 * 0.83
    letter = FontProperties(size=mpl.rcParams["legend.fontsize"]).get_size_in_points()
    place: Any = f"lower {side}"
    columns = _columns(labels, across * share * 72 / letter)
    ax.legend(
        shown,
        labels,
        loc=place,
        bbox_to_anchor=({"left": 0.0, "center": 0.5, "right": 1.0}[side], 1.0),
        ncols=columns,
        borderaxespad=0.2,
        title=title or None,
        columnspacing=1.2,
    )
    return -(-len(labels) // columns)


def likely_size(ax: Axes) -> tuple[float, float]:
    """Return the axes' width and height in points, before a layout has settled them.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> [round(side) for side in likely_size(Figure(figsize=(4, 3)).subplots())]
    [241, 141]
    """
    figure = ax.get_figure(root=True)
    wide, tall = (6.4, 4.8) if figure is None else figure.get_size_inches()
    box = ax.get_position(original=True)
    return float(wide) * 72 * box.width * 1.08, float(tall) * 72 * box.height * 0.85


def log_ticks(low: float, high: float, *, most: int = 7) -> list[float]:
    """Return round ticks of a logarithmic axis: decades, or finer where it is short.

    Parameters
    ----------
    low, high : float
        Its ends, above zero.
    most : int
        How many at most; three are sought.

    Examples
    --------
    >>> log_ticks(0.7, 1.4)
    [0.8, 1.0, 1.2, 1.4]
    >>> log_ticks(1, 30000)
    [1.0, 10.0, 100.0, 1000.0, 10000.0]
    """
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    for step in range(1, len(decades) + 1):
        for share in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
            ticks = np.outer(10.0 ** decades[::step], share).ravel()
            ticks = ticks[(ticks >= low * 0.999) & (ticks <= high * 1.001)]
            if 3 <= len(ticks) <= most:
                return [float(t) for t in ticks]
    even: Any = MaxNLocator(nbins=most - 2, steps=[1, 2, 5, 10])
    even = np.asarray(even.tick_values(low, high))
    some = even[(even >= low * 0.999) & (even <= high * 1.001) & (even > 0)]
    return [float(f"{t:.12g}") for t in some]


def format_log(axis: Any, *, most: int = 7) -> None:
    """Write a logarithmic axis in plain numbers at round ticks.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        Its scale and limits are set.
    most : int
        Ticks at most.
    """
    low, high = sorted(axis.get_view_interval())
    axis.set_major_locator(FixedLocator(log_ticks(low, high, most=most)))
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.6g}"))
    axis.set_minor_locator(NullLocator())


def write_label(ax: Axes, text: str, *, along: str = "y") -> None:
    r"""Write the label of an axis, in two or more lines where one would not fit.

    Parameters
    ----------
    ax : Axes
        Its likely size decides.
    text : str
        The label; line breaks of the caller's own are kept.
    along : {"y", "x"}
        Which axis.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(2.6, 1.6)).subplots()
    >>> write_label(ax, "Reported civilian deaths (minimum)")
    >>> ax.get_ylabel()
    'Reported civilian\ndeaths (minimum)'
    """
    wide, tall = likely_size(ax)
    size = FontProperties(size=mpl.rcParams["axes.labelsize"]).get_size_in_points()
    # Upwards a label may reach a little beyond its axis: the page goes on there.
    length = 1.15 * tall if along == "y" else 0.9 * wide
    room = max(int(length / (0.56 * size)), 8)
    if "\n" not in text and len(text) > room:
        lines = -(-len(text) // room)
        text = "\n".join(textwrap.wrap(text, max(len(text) // lines + 6, 8)))
    (ax.set_ylabel if along == "y" else ax.set_xlabel)(text)
