"""Pooled estimates beside the fits they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from conflictstats.plots.axes import legend_above
from conflictstats.plots.palette import current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_pooled(
    pooled: pd.DataFrame, fits: pd.DataFrame, *, ax: Axes | None = None
) -> Axes:
    """Draw pooled estimates with their intervals over the estimates of each fit.

    Parameters
    ----------
    pooled : DataFrame
        term, estimate, conf_low, conf_high; a row a term.
    fits : DataFrame
        term and estimate of each fit.
    ax : Axes, optional
        Where to draw; a new figure if absent.

    Returns
    -------
    Axes

    Examples
    --------
    >>> import pandas as pd
    >>> pooled = pd.DataFrame(
    ...     {"term": ["a"], "estimate": [1.0], "conf_low": [0.5], "conf_high": [1.5]}
    ... )
    >>> fits = pd.DataFrame({"term": ["a", "a"], "estimate": [0.9, 1.1]})
    >>> plot_pooled(pooled, fits).get_xlabel()
    'Estimate'
    """
    ax = axes_or_new(ax)
    keys = [k for k in ("unit_name", "term") if k in pooled]
    if "unit_name" in keys and len(set(pooled["unit_name"])) == 1:
        keys.remove("unit_name")
    names = _names(pooled, keys)
    place = {name: len(names) - 1 - i for i, name in enumerate(names)}
    own = _names(fits, keys)
    ax.plot(
        fits["estimate"].to_numpy("float64", na_value=np.nan),
        [place[name] for name in own],
        "|",
        color=current_theme().muted,
        markersize=12,
        label="Each set of counts",
    )
    low, middle, high = (
        pooled[c].to_numpy("float64", na_value=np.nan)
        for c in ("conf_low", "estimate", "conf_high")
    )
    ax.errorbar(
        middle,
        [place[name] for name in names],
        xerr=[middle - low, high - middle],
        fmt="o",
        color=current_theme().accent,
        capsize=3,
        label="Pooled",
    )
    ax.set_yticks([place[name] for name in names], names)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.set_xlabel("Estimate")
    legend_above(ax, side="right")
    said = ", ".join(
        f"{name} {value:.3g}" for name, value in zip(names, middle, strict=True)
    )
    describe(ax, f"Pooled estimates with intervals over those of each fit: {said}.")
    return ax


def _names(table: pd.DataFrame, keys: list[str]) -> list[str]:
    rows = table[keys].astype("str").to_numpy()
    return [": ".join(row).replace("_", " ") for row in rows]
