"""What pictures share on their axes: days, counts, runs of unknown, the legend."""

from __future__ import annotations

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
from matplotlib.ticker import Formatter, FuncFormatter, MaxNLocator

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
        ax.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
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


def format_days(ax: Axes) -> None:
    """Write the time axis as years, months and days, for the span it now shows."""
    first, last = ax.get_xlim()
    if last - first <= 14:
        locator: Any = mdates.DayLocator(interval=2)  # type: ignore[no-untyped-call]
    elif last - first <= 130:
        # The last days of a month would crowd the first of the next.
        days = [1, 8, 15, 22] if last - first <= 60 else [1, 15]
        locator = mdates.DayLocator(bymonthday=days)  # type: ignore[no-untyped-call]
    else:
        locator = mdates.AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
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


_ORDER = ("Reported", "Range", "None reported", "At least", "Unknown")


def _place(label: str) -> int:
    return _ORDER.index(label) if label in _ORDER else len(_ORDER)


def legend_above(ax: Axes, more: Sequence[Artist] = ()) -> int:
    """Put a legend above the axes, where it hides no data; return its rows.

    Parameters
    ----------
    ax : Axes
        Its labelled artists; a single one needs no legend.
    more : sequence of Artist
        Further entries, which are explained but not drawn.
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
    share = ax.get_position().width / 0.775 * 0.9  # 0.775: before any layout
    widest = max(len(text) for text in labels)
    # An entry takes its text (0.55 em a letter), a handle and a gap (3 em).
    letter = FontProperties(size=mpl.rcParams["legend.fontsize"]).get_size_in_points()
    columns = int(across * share * 72 // (letter * (0.55 * widest + 3)))
    columns = max(1, min(columns, len(labels)))
    ax.legend(
        shown,
        labels,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=columns,
        borderaxespad=0.2,
        columnspacing=1.2,
    )
    return -(-len(labels) // columns)
