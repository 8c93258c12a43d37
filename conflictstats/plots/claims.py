"""Claims as they were made, and the bounds they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from conflictstats.arguments import check_columns
from conflictstats.errors import SchemaError
from conflictstats.plots.anchors import assign_voices, marks_for
from conflictstats.plots.axes import (
    UPWARD,
    day_numbers,
    floats,
    format_counts,
    format_days,
    legend_above,
    write_label,
)
from conflictstats.plots.palette import MARKERS, Theme, current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import count_label, describe, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_VOICES = 5
# What a claims table may lack: nothing is then superseded or in conflict.
LACKING: dict[str, str | bool] = {
    "status": "used",
    "in_conflict": False,
    "superseded_by": "",
}


@in_own_style
def plot_claims(
    claims: pd.DataFrame, *, ax: Axes | None = None, most: int = MOST_VOICES
) -> Axes:
    """Draw claims on one quantity as intervals, at the day they were reported.

    A filled mark is a claim in use, a hollow one was superseded, set aside or
    overruled; a cross marks those that cannot all be true. Claims of one day stand side
    by side in the order of the table; undated ones at the right.

    Parameters
    ----------
    claims : DataFrame
        A row a claim: as_of, low, best, high, claimant, and where known status and
        in_conflict, as in ``reconcile(...).to_frame("claims")``.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    most : int
        Claimants to tell apart; the rest are "Others".

    Returns
    -------
    Axes

    Raises
    ------
    SchemaError
        If columns are missing or no claim has a number.

    Examples
    --------
    >>> import conflictstats as cs
    >>> ds = cs.load_dataset("idlib_2020")
    >>> strike = ds.counts[ds.counts["event_id"] == "idlib_2020:E10"]
    >>> dead = strike[strike["measure"] == "killed"]
    >>> plot_claims(dead).get_ylabel()
    'Reported deaths (minimum)'
    """
    table = _ready(claims)
    ax = axes_or_new(ax)
    theme = current_theme()
    table["voice"] = assign_voices(table["claimant"], None, most)
    marks = marks_for(table["voice"], theme, MARKERS)
    for voice, (colour, marker) in marks.items():
        _draw_voice(ax, table[table["voice"] == voice], voice, colour, marker)
    _finish(ax, table, theme)
    return ax


@in_own_style
def plot_toll(
    claims: pd.DataFrame, *, ax: Axes | None = None, most: int = MOST_VOICES
) -> Axes:
    """Draw how one event's toll was revised: a step line for each source.

    Parameters
    ----------
    claims : DataFrame
        Claims about one event and measure; see `plot_claims`. A claim with
        superseded_by is joined to the one that replaced it.
    ax : Axes, optional
        Where to draw; a new figure if absent.
    most : int
        Claimants to tell apart.

    Returns
    -------
    Axes

    Examples
    --------
    >>> import conflictstats as cs
    >>> ds = cs.load_dataset("idlib_2020")
    >>> found = cs.reconcile(ds, measure="killed", where={"event": "E10"})
    >>> ax = plot_toll(found.to_frame("claims").query("event_id.str.endswith('E10')"))
    >>> len(ax.lines) > 0
    True
    """
    table = _ready(claims)
    if "part_of" in table:
        # Seven of the dead are no toll of the event.
        table = table[~table["part_of"].isin(table["claim_id"])]
        table = table.reset_index(drop=True)
    ax = axes_or_new(ax)
    theme = current_theme()
    table["voice"] = assign_voices(table["claimant"], None, most)
    marks = marks_for(table["voice"], theme, MARKERS)
    place = {claim: i for i, claim in enumerate(table["claim_id"])}
    middle, x = _middle(table), table["x"].to_numpy()
    for i, later in enumerate(table["superseded_by"]):
        if later in place:
            j = place[later]
            colour = marks[table["voice"].iloc[j]][0]
            step = [middle[i], middle[i], middle[j]]
            ax.plot([x[i], x[j], x[j]], step, color=colour, linewidth=1, zorder=2)
    for voice, (colour, marker) in marks.items():
        _draw_voice(ax, table[table["voice"] == voice], voice, colour, marker)
    _finish(ax, table, theme)
    return ax


def _ready(claims: pd.DataFrame) -> pd.DataFrame:
    """Return claims that have a number, each with its place on the time axis."""
    have = "count_id" if "claim_id" not in claims else "claim_id"
    check_columns(
        claims.columns, [have, "claimant", "as_of", "low", "high"], "The table"
    )
    table = claims.rename(columns={have: "claim_id"}).copy()
    for name, value in LACKING.items():
        if name not in table:
            table[name] = value
    table["superseded_by"] = table["superseded_by"].fillna("")
    if "best" not in table:
        table["best"] = pd.NA
    table = table[table[["low", "best", "high"]].notna().any(axis=1)]
    if table.empty:
        message = "No claim of the table has a number; nothing to draw."
        raise SchemaError(message)
    days = pd.to_datetime(table["as_of"])
    table["undated"] = days.isna()
    if days.isna().all():
        # Any day will do: the axis then shows none.
        days = pd.Series(pd.Timestamp("2000-01-01"), index=table.index)
    days = days.fillna(days.max() + pd.Timedelta(days=1))
    table["day"] = days
    order = table.groupby("day").cumcount()
    size = table.groupby("day")["day"].transform("size")
    # Reports of one day, spread over it in the order of the table.
    table["x"] = day_numbers(days)[0] + 0.1 + 0.8 * order / np.maximum(size, 2)
    return table.sort_values("x", kind="stable").reset_index(drop=True)


def _middle(table: pd.DataFrame) -> np.ndarray:
    """Return where each claim's mark stands."""
    low, best, high = (floats(table[c]) for c in ("low", "best", "high"))
    between = np.where(
        np.isnan(high), low, np.where(np.isnan(low), high, (low + high) / 2)
    )
    return np.where(np.isnan(best), between, best)


def _draw_voice(
    ax: Axes, rows: pd.DataFrame, voice: str, colour: str, marker: str
) -> None:
    theme = current_theme()
    x, y = rows["x"].to_numpy(), _middle(rows)
    low, high = floats(rows["low"]), floats(rows["high"])
    both = ~np.isnan(low) & ~np.isnan(high) & (low < high)
    ax.vlines(x[both], low[both], high[both], color=colour, linewidth=1.6, zorder=2.5)
    opened = np.isnan(high) & ~np.isnan(low)
    ax.plot(
        x[opened],
        y[opened],
        linestyle="none",
        marker=UPWARD,
        markersize=13,
        markerfacecolor="none",
        markeredgecolor=colour,
        zorder=2.6,
    )
    used = rows["status"].eq("used").to_numpy()
    for mask, face, label in (
        (used, colour, voice),
        (~used, theme.paper, "_hollow" if used.any() else voice),
    ):
        ax.plot(
            x[mask],
            y[mask],
            linestyle="none",
            marker=marker,
            markersize=5.5,
            markerfacecolor=face,
            markeredgecolor=colour,
            label=label if mask.any() else "_none",
            zorder=3,
        )
    clash = rows["in_conflict"].fillna(False).to_numpy(dtype=bool)
    ax.plot(
        x[clash],
        y[clash],
        linestyle="none",
        marker="x",
        markersize=10,
        markeredgecolor=theme.ink,
        zorder=4,
    )


def _key(marker: Any, label: str, theme: Theme) -> Line2D:
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=marker,
        color=theme.ink,
        markerfacecolor=theme.paper,
        label=label,
    )


def _finish(ax: Axes, table: pd.DataFrame, theme: Theme) -> None:
    keys = []
    if table["status"].ne("used").any():
        keys.append(_key("o", "Replaced or set aside", theme))
    if table["in_conflict"].fillna(False).any():
        keys.append(_key("x", "In conflict", theme))
    if (table["high"].isna() & table["low"].notna()).any():
        keys.append(_key(UPWARD, "At least", theme))
    if "measure" in table:
        write_label(ax, count_label(str(table["measure"].iloc[0])))
    ax.set_xlabel("Day of the report")
    ax.set_ylim(bottom=0)
    format_counts(ax)
    format_days(ax)
    if table["undated"].all():
        ax.set_xticks([])
        ax.set_xlabel("Reports without a day")
    elif table["undated"].any():
        left = day_numbers(table["day"])[0].max()
        ax.axvline(left, color=theme.muted, linewidth=0.6, linestyle=":")
        ax.annotate(
            "undated",
            (left, 0.01),
            xycoords=("data", "axes fraction"),
            xytext=(3, 0),
            textcoords="offset points",
            color=theme.muted,
            fontsize="small",
        )
    legend_above(ax, keys)
    middle = _middle(table)
    describe(
        ax,
        f"{len(table)} claims by {table['claimant'].nunique()} claimants, from "
        f"{number(np.nanmin(middle))} to {number(np.nanmax(middle))}; "
        f"{int(table['status'].ne('used').sum())} no longer used, "
        f"{int(table['in_conflict'].fillna(False).sum())} in conflict.",
    )
