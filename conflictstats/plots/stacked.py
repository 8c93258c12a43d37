"""Disjoint parts stacked to their sum; parts that may overlap are refused."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.patheffects import withStroke

from conflictstats.arguments import check_number, check_type
from conflictstats.errors import ArgumentError, ArgumentTypeError, SumError
from conflictstats.plots.axes import (
    day_numbers,
    draw_open,
    floats,
    format_counts,
    format_days,
    hatch_unknown,
    legend_above,
    stamp,
    write_label,
)
from conflictstats.plots.palette import HATCHES, Theme, current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import count_label, day_words, describe, number
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.vocabulary import may_overlap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OTHERS = "Others"


@in_own_style
def plot_stacked(
    data: Panel | Mapping[str, Panel],
    *,
    ax: Axes | None = None,
    most: int = 5,
    label: str | None = None,
) -> Axes:
    """Draw disjoint parts of a count on top of each other, period by period.

    Only what may be added is stacked. A period in which any part is unknown has no
    sum: it is hatched, and nothing is stacked there. The line on a column is the
    range of the sum, from all lower to all upper ends.

    Parameters
    ----------
    data : Panel, or mapping of name to Panel
        A panel of several units that share no event, or panels of groups that share no
        people, of the same measure and periods.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    most : int
        Parts to tell apart; the smaller ones are added up as "Others".
    label : str, optional
        Label of the count axis.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SumError
        If parts may overlap: groups one of which holds the other, or units by actor,
        where an event counts for each of its actors; or if measures or periods differ.
    ArgumentError
        If a panel of the mapping has several units.
    ArgumentTypeError
        If it is no panel and no mapping of panels.

    Examples
    --------
    >>> import conflictstats as cs
    >>> events = cs.load_dataset("simulated_conflict")
    >>> panel = cs.count_events(events, measure="events", by="admin1")
    >>> cs.plot_stacked(panel).get_ylabel()
    'Reported events'
    """
    check_number(most, "most", low=1, high=6, integer=True)
    parts, measure, group = _parts(data)
    names = list(dict.fromkeys(parts["unit_name"]))
    frame = _by_period(parts)
    ax = axes_or_new(ax)
    theme = current_theme()
    x, _ = day_numbers(frame["period_start"])
    after = day_numbers(frame["period_end"])[0] + 1
    unknown = frame["unknown"].to_numpy(dtype=bool)
    hatch_unknown(ax, x, after, unknown)
    layers = _layers(parts, frame, names, most)
    _draw(ax, x, after, layers, unknown, theme)
    _range(ax, (x + after) / 2, frame, theme)
    ax.set_xlim(x[0], after[-1])
    ax.set_ylim(bottom=0)
    label = label or count_label(measure, group)
    write_label(ax, label)
    ax.set_xlabel("Date")
    format_counts(ax)
    format_days(ax)
    legend_above(ax)
    sums = {name: float(np.nansum(y)) for name, y in layers.items()}
    said = ", ".join(f"{n} {number(round(v, 1))}" for n, v in sums.items())
    first, last = day_words(stamp(x[0])), day_words(stamp(after[-1] - 1))
    describe(
        ax,
        f"{label}, stacked by part, {first} to {last}; sums where all parts are known: "
        f"{said}; {int(unknown.sum())} of {len(frame)} periods are unknown.",
    )
    return ax


def _parts(data: Panel | Mapping[str, Panel]) -> tuple[pd.DataFrame, str, str]:
    """Return the cells of all parts, their measure, and whom they are about."""
    if isinstance(data, Panel):
        if "actor" in data.by:
            message = (
                "Units by actor overlap: an event counts for each of its actors, so "
                "their counts must not be stacked.\nHint: `plot_multiples` draws them "
                "side by side."
            )
            raise SumError(message)
        return data.to_frame(), data.measure, data.group
    if not data or not isinstance(data, Mapping):
        message = (
            "`data` must be a Panel or a mapping of name to Panel; got "
            f"{type(data).__name__}."
        )
        raise ArgumentTypeError(message)
    for name, panel in data.items():
        check_type(panel, f"data[{name!r}]", Panel, "a Panel")
        if len(panel.units) > 1:
            message = (
                f"`data[{name!r}]` has {len(panel.units)} units; a part is one series."
                "\nHint: count without `by=`, or pick a unit with `panel.select()`."
            )
            raise ArgumentError(message)
    _check_disjoint(data)
    frames = [panel.to_frame().assign(unit_name=name) for name, panel in data.items()]
    first = next(iter(data.values()))
    return pd.concat(frames, ignore_index=True), first.measure, "all"


def _check_disjoint(data: Mapping[str, Panel]) -> None:
    for (one, a), (two, b) in combinations(data.items(), 2):
        if a.measure != b.measure or a.every != b.every:
            message = (
                f"{one!r} counts {a.measure} by {a.every} and {two!r} {b.measure} by "
                f"{b.every}; only counts of the same kind are stacked."
            )
            raise SumError(message)
        if may_overlap(a.group, b.group):
            message = (
                f"{one!r} ({a.group}) and {two!r} ({b.group}) may hold the same "
                "people, so they must not be stacked.\nHint: use groups that are "
                "known to be disjoint, such as side_a, side_b, civilians and unknown; "
                "or `plot_multiples` for panels of several units."
            )
            raise SumError(message)


def _by_period(parts: pd.DataFrame) -> pd.DataFrame:
    """Return a row a period: low and high of the sum, and whether it is unknown."""
    rows = []
    n = parts["unit_name"].nunique()
    for (start, end), some in parts.groupby(["period_start", "period_end"], sort=True):
        low, best, high = (floats(some[c]) for c in ("low", "best", "high"))
        rows.append(
            {
                "period_start": start,
                "period_end": end,
                "low": low.sum(),
                "high": high.sum(),
                "unknown": bool(np.isnan(best).any() or len(some) < n),
            }
        )
    return pd.DataFrame(rows)


def _layers(
    parts: pd.DataFrame, frame: pd.DataFrame, names: list[str], most: int
) -> dict[str, np.ndarray]:
    """Return the heights of each part by period, the greatest first; the rest added."""
    start = frame["period_start"]
    heights = {}
    for name in names:
        own = parts[parts["unit_name"] == name].set_index("period_start")["best"]
        y = floats(own.reindex(start))
        heights[name] = np.where(frame["unknown"], np.nan, y)
    order = sorted(names, key=lambda n: (-np.nansum(heights[n]), n))
    shown = order if len(order) <= most else order[: most - 1]
    layers = {name: heights[name] for name in shown}
    if len(shown) < len(order):
        rest = [heights[n] for n in order[len(shown) :]]
        layers[OTHERS] = np.sum(rest, axis=0)
    return layers


def _draw(
    ax: Axes,
    x: np.ndarray,
    after: np.ndarray,
    layers: Mapping[str, np.ndarray],
    unknown: np.ndarray,
    theme: Theme,
) -> None:
    bottom = np.zeros(len(x))
    known = ~unknown
    for i, (name, y) in enumerate(layers.items()):
        ax.bar(
            x[known],
            y[known],
            width=(after - x)[known],
            bottom=bottom[known],
            align="edge",
            color=theme.muted if name == OTHERS else theme.series[i],
            # A thin line of paper parts neighbours; the texture survives a grey print.
            edgecolor=theme.paper,
            linewidth=0.3,
            hatch=HATCHES[i % len(HATCHES)],
            label=name,
        )
        bottom = bottom + np.nan_to_num(y)


def _range(ax: Axes, x: np.ndarray, frame: pd.DataFrame, theme: Theme) -> None:
    low, high = floats(frame["low"]), floats(frame["high"])
    known = ~frame["unknown"].to_numpy(dtype=bool)
    draw_open(ax, x[known & np.isnan(high)], low[known & np.isnan(high)], theme.ink)
    shown = known & (high > low)
    if shown.any():
        ax.vlines(
            x[shown],
            low[shown],
            high[shown],
            color=theme.ink,
            linewidth=0.8,
            label="Range of the sum",
            zorder=4,
            # A rim of paper keeps the line readable on dark columns.
            path_effects=[withStroke(linewidth=2.2, foreground=theme.paper)],
        )
