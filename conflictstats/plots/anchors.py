"""Printed figures as marks: where a claim's number stands and which way it is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.path import Path

from conflictstats.arguments import check_columns
from conflictstats.errors import SchemaError
from conflictstats.plots.axes import UPWARD, floats
from conflictstats.plots.palette import Theme

DOWNWARD = Path(
    [(0, 0), (0, -1), (-0.22, -0.72), (0, -1), (0.22, -0.72)],
    [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.LINETO],
)
OTHERS = "Others"
_UP = ("at_least", "more_than", "vague")
_DOWN = ("nearly", "at_most", "less_than")
_SAID = {
    "exact": "as a number",
    "about": "'about'",
    "up": "'at least'",
    "down": "'up to'",
    "range": "as a range",
}


def anchors(counts: pd.DataFrame) -> pd.DataFrame:
    """Return where each claim's number stands and how it is open.

    Parameters
    ----------
    counts : DataFrame
        Columns low, best, high, and qualifier where known.

    Returns
    -------
    DataFrame
        The claims that have a number, with `anchor` (float64) and `said`: exact,
        about, up, down or range.

    Raises
    ------
    SchemaError
        If columns are missing, or no claim has a number.

    Examples
    --------
    >>> table = pd.DataFrame({"low": [51], "best": [None], "high": [None]})
    >>> anchors(table.assign(qualifier="more_than"))[["anchor", "said"]].values.tolist()
    [[51.0, 'up']]
    """
    check_columns(counts.columns, ["low", "best", "high"], "The table of counts")
    low, best, high = (floats(counts[c]) for c in ("low", "best", "high"))
    middle = np.where(np.isnan(low) | np.isnan(high), np.nan, (low + high) / 2)
    anchor = np.where(np.isnan(best), middle, best)
    anchor = np.where(np.isnan(anchor), np.where(np.isnan(low), high, low), anchor)
    said = np.where(np.isnan(high) & ~np.isnan(low), "up", "exact")
    said = np.where(np.isnan(low) & ~np.isnan(high), "down", said)
    said = np.where(~np.isnan(low) & (low < high), "range", said)
    if "qualifier" in counts:
        given = counts["qualifier"].astype("str")
        for words, kind in ((_UP, "up"), (_DOWN, "down"), (("about",), "about")):
            said = np.where(given.isin(words), kind, said)
    out = counts.assign(anchor=anchor, said=said)[~np.isnan(anchor)]
    if out.empty:
        message = "No count of the table has a number; there is nothing to draw."
        raise SchemaError(message)
    return out


def assign_voices(
    values: pd.Series,
    voices: Mapping[str, Sequence[str]] | Sequence[str] | None,
    most: int,
) -> pd.Series:
    """Return the name each row is drawn under; the rest are "Others".

    Parameters
    ----------
    values : Series of str
        As in a column claimant.
    voices : mapping of name to values, sequence of values, optional
        Who is drawn under which name; by default the `most` frequent.
    most : int
        How many names at most.

    Examples
    --------
    >>> who = pd.Series(["OCHA", "WHO", "SOHR"])
    >>> assign_voices(who, {"United Nations": ["OCHA", "WHO"]}, 5).to_list()
    ['United Nations', 'United Nations', 'Others']
    """
    text = values.astype("str").fillna("not stated").str.replace("_", " ")
    if isinstance(voices, Mapping):
        names = {
            value.replace("_", " "): name
            for name, some in voices.items()
            for value in some
        }
    else:
        kept = voices
        if kept is None:
            often = text.value_counts()
            # Ties go by name, so that the same rows give the same picture.
            order = sorted(often.index, key=lambda v: (-often[v], v))
            kept = order[:most] if len(order) > most else order
        names = {value.replace("_", " "): value.replace("_", " ") for value in kept}
    return text.map(names).fillna(OTHERS)


def marks_for(
    voices: pd.Series, theme: Theme, markers: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Return colour and marker of each voice: the most frequent first, others grey."""
    often = voices.value_counts()
    order = sorted(often.index, key=lambda v: (v == OTHERS, -often[v], v))
    return {
        name: (
            theme.muted if name == OTHERS else theme.series[i % len(theme.series)],
            "o" if name == OTHERS else markers[i % len(markers)],
        )
        for i, name in enumerate(order)
    }


def key_of_words(said: Sequence[str], theme: Theme) -> list[Line2D]:
    """Return legend entries that explain the marks for the words in use."""
    styles = {
        "exact": {"marker": "o", "markerfacecolor": theme.ink},
        "about": {"marker": "o", "markerfacecolor": theme.paper},
        "up": {"marker": UPWARD, "markersize": 9, "markerfacecolor": "none"},
        "down": {"marker": DOWNWARD, "markersize": 9, "markerfacecolor": "none"},
        "range": {"marker": "|", "markersize": 7},
    }
    return [
        Line2D(
            [],
            [],
            linestyle="none",
            markeredgecolor=theme.ink,
            label=f"Printed {_SAID[kind]}",
            **styles[kind],  # type: ignore[arg-type]
        )
        for kind in _SAID
        if kind in said
    ]
