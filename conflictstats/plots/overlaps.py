"""Overlaps of sources or sets: sizes of intersections over a matrix of dots (UpSet)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FuncFormatter, MaxNLocator

from conflictstats.arguments import check_number, check_type
from conflictstats.errors import ArgumentTypeError, SchemaError
from conflictstats.plots.palette import current_theme
from conflictstats.plots.panes import Pads, add_pane, clear_frame
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_overlaps(
    data: Mapping[str, Iterable[object]] | pd.DataFrame,
    *,
    ax: Axes | None = None,
    most: int = 12,
    label: str = "Events",
) -> Axes:
    """Draw how many members each combination of sets has, and none of the others.

    Each member is in one column only: that of all the sets it belongs to.

    Parameters
    ----------
    data : mapping of name to members, or DataFrame
        As in ``{"UCDP": events_of_ucdp, "ACLED": events_of_acled}``, with the same
        name for the same member; or a table with a row a member and a true-or-false
        column a set.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    most : int
        Combinations to show, the largest; the description counts the rest.
    label : str
        What the members are.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    ArgumentTypeError
        If it is neither a mapping nor a table of true and false.
    SchemaError
        If there are fewer than two sets, or no members.

    References
    ----------
    Lex, Gehlenborg, Strobelt, Vuillemot and Pfister (2014), UpSet: Visualization of
    Intersecting Sets. IEEE TVCG 20(12).

    Examples
    --------
    >>> ax = plot_overlaps({"A": [1, 2, 3], "B": [2, 3, 4, 5]})
    >>> [int(bar.get_height()) for bar in ax.child_axes[0].patches]
    [2, 2, 1]
    """
    check_number(most, "most", low=1, integer=True)
    table = _members(data)
    names = sorted(
        table.columns, key=lambda n: (-int(table[n].to_numpy().sum()), str(n))
    )
    sizes = {name: int(table[name].to_numpy().sum()) for name in names}
    keys, counts = np.unique(table[names].to_numpy(), axis=0, return_counts=True)
    combos = [
        (tuple(bool(v) for v in key), int(n))
        for key, n in zip(keys, counts, strict=True)
    ]
    combos.sort(key=lambda c: (-c[1], sum(c[0]), [not x for x in c[0]]))
    shown = combos[:most]
    ax = axes_or_new(ax)
    clear_frame(ax)
    top, below, left = _panes(ax, names)
    _bars(top, [n for _, n in shown], label)
    _dots(below, [key for key, _ in shown], names)
    _sizes(left, list(sizes.values()), label)
    describe(ax, _in_words(table, combos, shown, names, label))
    return ax


def _members(data: Mapping[str, Iterable[object]] | pd.DataFrame) -> pd.DataFrame:
    """Return a row a member, a boolean column a set."""
    if isinstance(data, pd.DataFrame):
        bad = [c for c in data if not pd.api.types.is_bool_dtype(data[c].dtype)]
        if bad:
            message = (
                "The table must hold true-or-false columns, one a set; "
                f"{bad[0]!r} is {data[bad[0]].dtype}."
            )
            raise ArgumentTypeError(message)
        table = data.fillna(False).astype(bool)
    else:
        check_type(data, "data", Mapping, "a mapping of name to members or a DataFrame")
        sets = {str(name): set(members) for name, members in data.items()}
        everyone = list(dict.fromkeys(m for s in sets.values() for m in s))
        table = pd.DataFrame(
            {name: [m in own for m in everyone] for name, own in sets.items()},
            dtype=bool,
        )
    table = table[table.any(axis=1)]
    if table.shape[1] < 2 or table.empty:
        message = "Overlaps need at least two sets and one member; nothing to draw."
        raise SchemaError(message)
    return table


def _panes(ax: Axes, names: list[str]) -> tuple[Axes, Axes, Axes]:
    """Return the panes of the bars, of the dots and of the sizes of sets."""
    size = FontProperties(size=mpl.rcParams["ytick.labelsize"]).get_size_in_points()
    letter = 0.6 * size
    room = letter * max(len(str(n)) for n in names) + 8
    figure = ax.get_figure(root=True)
    tall = 260.0 if figure is None else float(figure.get_size_inches()[1]) * 72
    share = float(np.clip((11 * len(names) + 16) / (0.85 * tall), 0.2, 0.6))
    # The set names stand between their sizes and the dots.
    top = add_pane(ax, (0.24, share, 1, 1), Pads(left=room, bottom=4, top=9))
    below = add_pane(ax, (0.24, 0, 1, share), Pads(left=room, bottom=2, top=2))
    left = add_pane(ax, (0, 0, 0.24, share), Pads(right=room, bottom=2, top=2))
    for pane in (top, below, left):
        pane.grid(visible=False)
    return top, below, left


def _bars(pane: Axes, heights: list[int], label: str) -> None:
    theme = current_theme()
    x = np.arange(len(heights))
    pane.bar(x, heights, width=0.62, color=theme.series[0], linewidth=0)
    for at, n in zip(x, heights, strict=True):
        pane.text(float(at), n, number(n), ha="center", va="bottom", fontsize=6)
    pane.set_xlim(-0.6, len(heights) - 0.4)
    pane.set_ylim(0, 1.12 * max(heights))
    pane.set_xticks([])
    pane.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    pane.yaxis.set_major_formatter(FuncFormatter(lambda v, _: number(v)))
    pane.set_ylabel(f"{label}\nin just these sets")
    pane.spines["bottom"].set_visible(False)
    pane.set_gid("intersections")


def _dots(pane: Axes, keys: list[tuple[bool, ...]], names: list[str]) -> None:
    theme = current_theme()
    n = len(names)
    for at, key in enumerate(keys):
        rows = np.array([n - 1 - i for i, inside in enumerate(key) if inside])
        pane.plot([at, at], [rows.min(), rows.max()], color=theme.series[0], lw=1.1)
        pane.plot([at] * len(rows), rows, "o", color=theme.series[0], markersize=4.5)
        out = [n - 1 - i for i, inside in enumerate(key) if not inside]
        pane.plot([at] * len(out), out, "o", color=theme.grid, markersize=4.5, zorder=1)
    pane.set_xlim(-0.6, len(keys) - 0.4)
    pane.set_ylim(-0.6, n - 0.4)
    pane.set_xticks([])
    pane.set_yticks(range(n - 1, -1, -1), [str(name) for name in names])
    pane.tick_params(axis="y", length=0)
    pane.spines[:].set_visible(False)
    pane.set_gid("members")


def _sizes(pane: Axes, sizes: list[int], label: str) -> None:
    theme = current_theme()
    rows = np.arange(len(sizes))[::-1]
    pane.barh(rows, sizes, height=0.6, color=theme.muted, linewidth=0)
    pane.set_ylim(-0.6, len(sizes) - 0.4)
    # Bars grow towards the left, away from the names.
    pane.set_xlim(1.9 * max(sizes), 0)
    for row, n in zip(rows, sizes, strict=True):
        pane.text(
            n, row, f"{number(n)} ", ha="right", va="center", fontsize=6,
            color=theme.ink,
        )  # fmt: skip
    pane.set_xticks([])
    pane.set_yticks([])
    pane.spines[:].set_visible(False)
    pane.set_title(
        f"All {label.lower()}", fontsize=6, fontweight="normal", loc="right", pad=2
    )
    pane.set_gid("sets")


def _in_words(
    table: pd.DataFrame,
    combos: list[tuple[tuple[bool, ...], int]],
    shown: list[tuple[tuple[bool, ...], int]],
    names: list[str],
    label: str,
) -> str:
    said = []
    for key, n in shown[:6]:
        inside = [str(name) for name, yes in zip(names, key, strict=True) if yes]
        which = "only " + inside[0] if len(inside) == 1 else " and ".join(inside)
        said.append(f"{number(n)} in {which}")
    rest = len(combos) - len(shown)
    more = f"; {rest} smaller combinations are not shown" if rest else ""
    return (
        f"Overlaps of {len(names)} sets with {len(table):,} {label.lower()}: "
        + ", ".join(said)
        + more
        + "."
    )
