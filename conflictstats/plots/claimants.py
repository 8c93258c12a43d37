"""Who said something when: a row a claimant, a mark a day of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from conflictstats.arguments import check_columns, check_number
from conflictstats.errors import SchemaError
from conflictstats.plots.axes import day_numbers, format_days, likely_size
from conflictstats.plots.palette import current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import day_words, describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_claimants(
    counts: pd.DataFrame,
    *,
    ax: Axes | None = None,
    by: str = "claimant",
    time: str = "as_of",
    most: int = 12,
) -> Axes:
    """Draw on which days each claimant was reported, the area a count of claims.

    Parameters
    ----------
    counts : DataFrame
        A row a claim, with the columns `by` and `time`.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    by : str
        Column whose values are the rows, as in claimant or publisher.
    time : str
        Column with the day of the report; claims without one are left out.
    most : int
        Rows to show: the most frequent first, the rest together at the foot.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If columns are missing, or no claim has a day.

    Examples
    --------
    >>> import conflictstats as cs
    >>> ax = cs.plot_claimants(cs.load_dataset("idlib_2020").counts, most=3)
    >>> [text.get_text() for text in ax.get_yticklabels()][:2]
    ['SOHR', 'Turkish Ministry of Defence']
    """
    check_columns(counts.columns, [by, time], "The table of counts")
    check_number(most, "most", low=1, integer=True)
    dated = counts[counts[time].notna()]
    if dated.empty:
        message = f"No count of the table has a day in `{time}`; nothing to draw."
        raise SchemaError(message)
    who = dated[by].astype("str").fillna("not stated")
    often = who.value_counts()
    order = sorted(often.index, key=lambda v: (-often[v], v))[:most]
    rest = f"{len(often) - most} others"
    rows = [*order, rest] if len(often) > most else order
    table = pd.DataFrame(
        {"who": who.where(who.isin(order), rest), "day": dated[time]}
    ).value_counts(sort=False)
    spots = table.reset_index(name="n")
    ax = axes_or_new(ax)
    theme = current_theme()
    height = {name: len(rows) - 1 - i for i, name in enumerate(rows)}
    # Areas count claims; the largest dot is 12 points wide, and none is a speck.
    each = min(12.0, 144.0 / int(spots["n"].max()))
    for name in rows:
        some = spots[spots["who"] == name]
        ax.scatter(
            day_numbers(some["day"])[0],
            [height[name]] * len(some),
            s=np.maximum(each * some["n"].to_numpy(), 3.0),
            color=theme.muted if name == rest else theme.series[0],
            alpha=0.6,
            linewidths=0,
            zorder=3,
        )
    totals = [int((table.index.get_level_values("who") == name).sum()) for name in rows]
    ax.set_yticks([height[name] for name in rows], rows)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.tick_params(axis="y", length=0)
    ax.set_ylabel(by.capitalize())
    ax.set_xlabel("Day of the report (area: number of claims)")
    # Long names leave less room for the days.
    room = likely_size(ax)[0] - 3.6 * max(len(name) for name in rows)
    format_days(ax, most=4 if room < 170 else 8)
    first, last = dated[time].min(), dated[time].max()
    describe(
        ax,
        f"{len(dated):,} claims by {len(often):,} {by}s, reported from "
        f"{day_words(first)} to {day_words(last)}; most by "
        + ", ".join(f"{name} ({often[name]:,} claims)" for name in order[:4])
        + f". The busiest row has reports on {max(totals)} days.",
    )
    return ax
