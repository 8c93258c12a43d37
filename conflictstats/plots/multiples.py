"""Small multiples: one pane a unit, on common scales, so that units compare."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.legend import Legend
from matplotlib.ticker import MaxNLocator

from conflictstats.arguments import check_columns, check_number, check_type, listed
from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.plots.axes import (
    format_days,
    legend_above,
    stamp,
    write_label,
)
from conflictstats.plots.panes import Pads, add_grid
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.timeline import plot_series
from conflictstats.plots.words import count_label, day_words, describe, number
from conflictstats.tidy.panel import Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_PANES = 24


@in_own_style
def plot_multiples(
    data: Panel | pd.DataFrame,
    *,
    ax: Axes | None = None,
    fitted: Any = None,
    units: Sequence[str] | None = None,
    columns: int | None = None,
    same_scale: bool = True,
    label: str | None = None,
) -> Axes:
    """Draw each unit's counts in a pane of its own, as `plot_series` does.

    Parameters
    ----------
    data : Panel or DataFrame
        Counts of several units; a table needs unit_name, period_start (or time) and
        best (or observed).
    ax : Axes, optional
        Where to draw; the panes lie inside it. A new figure of its own if absent.
    fitted : result or DataFrame, optional
        With fitted by unit_name and period_start.
    units : sequence of str, optional
        Which units, in this order; by default all, those with most reported first.
    columns : int, optional
        Panes side by side.
    same_scale : bool
        Whether all panes have the same count axis; if not, each says its own numbers.
    label : str, optional
        Label of the count axis.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    ArgumentError
        If a unit is not in the data, or there are more than 24 and none are named.
    SchemaError
        If columns are missing, or there are no rows.

    Examples
    --------
    >>> import conflictstats as cs
    >>> events = cs.load_dataset("simulated_conflict")
    >>> panel = cs.count_events(events, measure="events", by="admin1")
    >>> len(cs.plot_multiples(panel).child_axes) == len(panel.units)
    True
    """
    check_type(data, "data", (Panel, pd.DataFrame), "a Panel or a DataFrame")
    frame = data.to_frame() if isinstance(data, Panel) else data
    check_columns(frame.columns, ["unit_name"], "The table")
    if frame.empty:
        message = "The table has no rows; there is nothing to draw."
        raise SchemaError(message)
    names = _units(frame, units)
    ax = axes_or_new(ax)
    if label is None:
        label = (
            count_label(data.measure, data.group)
            if isinstance(data, Panel)
            else "Reported count"
        )
    panes = _draw(ax, frame, names, fitted, columns, same_scale)
    write_label(ax, label)
    describe(ax, _in_words(frame, names, label, panes[0]))
    return ax


def _units(frame: pd.DataFrame, units: Sequence[str] | None) -> list[str]:
    have = list(dict.fromkeys(frame["unit_name"].astype("str")))
    if units is not None:
        strange = [u for u in units if u not in have]
        if strange or not len(units):
            message = f"`units` must be among {listed(have)}; got {listed(strange)}."
            raise ArgumentError(message)
        return list(units)
    if len(have) > MOST_PANES:
        message = (
            f"{len(have)} units do not fit a figure; `units` must name at most "
            f"{MOST_PANES}.\nHint: `units=panel.units[:12]`."
        )
        raise ArgumentError(message)
    size = _sums(frame)
    return sorted(have, key=lambda name: (-size[name], have.index(name)))


def _sums(frame: pd.DataFrame) -> pd.Series:
    value = "best" if "best" in frame else "observed"
    counted = pd.to_numeric(frame[value]).astype("Float64").fillna(0.0)
    sums: pd.Series = counted.groupby(frame["unit_name"].astype("str")).sum()
    return sums


def _draw(
    ax: Axes,
    frame: pd.DataFrame,
    names: list[str],
    fitted: Any,
    columns: int | None,
    same_scale: bool,
) -> list[Axes]:
    figure = ax.get_figure(root=True)
    across = 90.0 if figure is None else 25.4 * float(figure.get_size_inches()[0])
    # A pane narrower than about 28 mm shows no more than a smudge.
    fits = max(int(across * ax.get_position().width // 27), 1)
    if columns is not None:
        fits = int(check_number(columns, "columns", low=1, high=12, integer=True))
    columns = min(len(names), fits)
    rows = math.ceil(len(names) / columns)
    tick = 0.62 * mpl.rcParams["font.size"]
    value = "best" if "best" in frame else "observed"
    most = pd.to_numeric(frame[value]).max()
    digits = len(number(float(most))) if most == most else 1
    pads = Pads(
        left=tick * (digits + 1), right=6, bottom=18, top=11,
        across=20 if same_scale else 20 + tick * digits, down=17,
    )  # fmt: skip
    grid = add_grid(ax, rows, columns, pads)
    panes = [pane for row in grid for pane in row]
    for pane, name in zip(panes, names, strict=False):
        plot_series(frame, ax=pane, unit=name, fitted=_of(fitted, name))
        pane.set_ylabel("")
        pane.set_xlabel("")
        pane.set_title(name, pad=2, fontsize=mpl.rcParams["font.size"])
        if _dated(frame):
            format_days(pane, most=4)
    for spare in panes[len(names) :]:
        spare.set_visible(False)
    used = panes[: len(names)]
    _legend(ax, used)
    _share(used, columns, same_scale)
    return used


def _of(fitted: Any, name: str) -> pd.DataFrame | None:
    if fitted is None:
        return None
    table = fitted if isinstance(fitted, pd.DataFrame) else fitted.to_frame("augment")
    if "unit_name" in table:
        table = table[table["unit_name"].astype("str") == name]
    return table if len(table) else None


def _dated(frame: pd.DataFrame) -> bool:
    return "period_start" in frame and not pd.api.types.is_numeric_dtype(
        frame["period_start"].dtype
    )


def _share(panes: list[Axes], columns: int, same_scale: bool) -> None:
    top = max(pane.get_ylim()[1] for pane in panes)
    spans = [pane.get_xlim() for pane in panes]
    span = min(a for a, _ in spans), max(b for _, b in spans)
    for position, pane in enumerate(panes):
        pane.set_xlim(*span)
        pane.yaxis.set_major_locator(
            MaxNLocator(nbins=4, integer=True, steps=[1, 2, 5, 10])
        )
        if same_scale:
            pane.set_ylim(0, top)
            if position % columns:
                pane.tick_params(labelleft=False)
        if position + columns < len(panes):
            pane.tick_params(labelbottom=False)


def _legend(ax: Axes, panes: list[Axes]) -> None:
    """Gather what the panes show into one legend above them all."""
    seen: dict[str, Any] = {}
    for pane in panes:
        handles, labels = pane.get_legend_handles_labels()
        seen.update(
            {t: h for h, t in zip(handles, labels, strict=True) if t not in seen}
        )
        legend = pane.get_legend()
        if isinstance(legend, Legend):
            legend.remove()
    legend_above(ax, [_named(handle, text) for text, handle in seen.items()])


def _named(handle: Any, text: str) -> Any:
    handle.set_label(text)
    return handle


def _in_words(frame: pd.DataFrame, names: list[str], label: str, pane: Axes) -> str:
    sums = _sums(frame)
    said = f"{label} of {len(names)} units, a pane each"
    if _dated(frame):
        first, last = pane.get_xlim()
        said += f", from {day_words(stamp(first))} to {day_words(stamp(last - 1))}"
    each = ", ".join(f"{n} {number(round(float(sums[n]), 1))}" for n in names[:6])
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    value = frame["best"] if "best" in frame else frame["observed"]
    unknown = int(value[frame["unit_name"].astype("str").isin(names)].isna().sum())
    gaps = f"; {unknown:,} periods are unknown" if unknown else ""
    return f"{said}; sums reported: {each}{more}{gaps}."
