"""Who covers what: the windows sources look into, and the days they report of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns, check_number
from conflictstats.errors import ArgumentTypeError, SchemaError
from conflictstats.plots.axes import (
    HATCH,
    day_numbers,
    format_days,
    legend_above,
    runs,
)
from conflictstats.plots.palette import current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import day_words, describe
from conflictstats.tidy.coverage import Coverage
from conflictstats.tidy.dataset import Dataset

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = ["name", "period_start", "period_end", "kind"]
MOST_TICKS = 3000


@in_own_style
def plot_coverage(
    data: Mapping[str, Dataset | Coverage] | Dataset | pd.DataFrame,
    *,
    ax: Axes | None = None,
    by: str = "name",
    most: int = 20,
) -> Axes:
    """Draw which days each source looked into, and which days it reports of.

    A bar is a window in which silence means zero; a tick is a day reported of. A row
    of ticks without a bar is a source whose silence says nothing; hatched is what no
    source covers.

    Parameters
    ----------
    data : mapping of name to Dataset or Coverage, Dataset, or DataFrame
        The sources. A table has a row a window with period_start, period_end and the
        column `by`.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    by : str
        Column of a table whose values are the rows.
    most : int
        Rows to show; those that begin first.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If columns are missing, or no source has a day.
    ArgumentTypeError
        If `data` is something else.

    Examples
    --------
    >>> import conflictstats as cs
    >>> windows = {
    ...     "A": cs.Coverage.of("2019-01-01", "2020-12-31"),
    ...     "B": cs.Coverage.of("2020-03-01", "2021-06-30"),
    ... }
    >>> [t.get_text() for t in cs.plot_coverage(windows).get_yticklabels()]
    ['A', 'B']
    """
    check_number(most, "most", low=1, integer=True)
    table, order = _table(data, by)
    if table.empty:
        message = "No source has a window or a dated event; there is nothing to draw."
        raise SchemaError(message)
    begins = table.groupby("name")["period_start"].min()
    names = sorted(begins.index, key=lambda n: (begins[n], order.index(n)))
    dropped = len(names) - most
    names = names[:most]
    table = table[table["name"].isin(names)]
    ax = axes_or_new(ax)
    theme = current_theme()
    height = {name: len(names) - 1 - i for i, name in enumerate(names)}
    windows = table[table["kind"] != "event"]
    begin = day_numbers(windows["period_start"])[0]
    after = day_numbers(windows["period_end"])[0] + 1
    ax.barh(
        [height[name] for name in windows["name"]], after - begin, left=begin,
        height=0.56, facecolor=theme.series[3], alpha=0.45, linewidth=0,
        label="Covered" if len(windows) else "_none",
    )  # fmt: skip
    _ticks(ax, table[table["kind"] == "event"], height)
    _gaps(ax, windows)
    ax.set_yticks([height[n] for n in names], names)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    first, last = table["period_start"].min(), table["period_end"].max()
    ends, _ = day_numbers(pd.Series([first, last]))
    ax.set_xlim(ends[0], ends[1] + 1)
    ax.set_xlabel("Date")
    format_days(ax)
    legend_above(ax, side="right")
    more = f"; {dropped} more are not shown" if dropped > 0 else ""
    describe(ax, _in_words(table, names) + more + ".")
    return ax


def _table(data: Any, by: str) -> tuple[pd.DataFrame, list[str]]:
    """Return windows and events as rows, and the names in the order given."""
    if isinstance(data, Dataset):
        data = {_name(data): data}
    if isinstance(data, pd.DataFrame):
        check_columns(data.columns, [by, "period_start", "period_end"], "The table")
        table = data[[by, "period_start", "period_end"]].rename(columns={by: "name"})
        table = table.dropna().assign(kind="window")
        table["name"] = table["name"].astype("str")
        for name in ("period_start", "period_end"):
            table[name] = pd.to_datetime(table[name])
        return table[COLUMNS], list(dict.fromkeys(table["name"]))
    if not isinstance(data, Mapping):
        message = (
            "`data` must be a mapping of name to Dataset or Coverage, a Dataset or a "
            f"DataFrame; got {type(data).__name__}."
        )
        raise ArgumentTypeError(message)
    parts = [pd.DataFrame(columns=COLUMNS)]
    for name, one in data.items():
        if not isinstance(one, Dataset | Coverage):
            message = (
                f"`data[{name!r}]` must be a Dataset or a Coverage; "
                f"got {type(one).__name__}."
            )
            raise ArgumentTypeError(message)
        coverage = one if isinstance(one, Coverage) else one.coverage
        windows = coverage.windows[["period_start", "period_end"]].drop_duplicates()
        parts.append(windows.assign(name=name, kind="window"))
        if isinstance(one, Dataset):
            days = pd.to_datetime(one.events["date_start"]).dropna().drop_duplicates()
            parts.append(
                pd.DataFrame({"period_start": days, "period_end": days}).assign(
                    name=name, kind="event"
                )
            )
    table = pd.concat([p for p in parts if len(p)] or parts, ignore_index=True)
    return table[COLUMNS], list(data)


def _name(dataset: Dataset) -> str:
    records = dataset.source_records
    return records[0].name if records else "Data set"


def _ticks(ax: Axes, events: pd.DataFrame, height: Mapping[str, int]) -> None:
    for position, (name, rows) in enumerate(events.groupby("name", sort=False)):
        x, _ = day_numbers(rows["period_start"])
        y = height[str(name)]
        ax.vlines(
            x + 0.5, y - 0.28, y + 0.28, color=current_theme().series[0], lw=0.5,
            alpha=0.8, rasterized=x.size > MOST_TICKS,
            label="_events" if position else "Day with a report",
        )  # fmt: skip


def _gaps(ax: Axes, windows: pd.DataFrame) -> None:
    """Hatch the days between first and last window that none of them covers."""
    if windows.empty:
        return
    begin, _ = day_numbers(windows["period_start"])
    after = day_numbers(windows["period_end"])[0] + 1
    edges = np.unique(np.concatenate([begin, after]))
    middle = (edges[1:] + edges[:-1]) / 2
    covered = ((begin <= middle[:, None]) & (middle[:, None] < after)).any(axis=1)
    for position, (one, other) in enumerate(runs(~covered)):
        ax.axvspan(
            edges[one], edges[other + 1], facecolor="none", hatch=HATCH, linewidth=0,
            edgecolor=current_theme().unknown, zorder=0.5,
            label="_gap" if position else "Unknown",
        )  # fmt: skip


def _in_words(table: pd.DataFrame, names: list[str]) -> str:
    said = []
    for name in names[:8]:
        own = table[table["name"] == name]
        windows, events = own[own["kind"] != "event"], own[own["kind"] == "event"]
        if len(windows):
            first, last = windows["period_start"].min(), windows["period_end"].max()
            said.append(f"{name} covers {day_words(first)} to {day_words(last)}")
        else:
            said.append(f"{name} states no coverage")
        if len(events):
            said[-1] += f" and reports of {len(events):,} days"
    return f"Coverage of {len(names)} sources over time: " + "; ".join(said)
