"""Sizes of events: how often a count is exceeded, on logarithmic axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from conflictstats.arguments import check_columns, check_number
from conflictstats.errors import SchemaError
from conflictstats.plots.axes import floats, format_log, legend_above
from conflictstats.plots.palette import DASHES, MARKERS, current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_ccdf(
    data: pd.Series | pd.DataFrame | Sequence[float] | np.ndarray,
    *,
    ax: Axes | None = None,
    fits: pd.DataFrame | None = None,
    level: float = 0.95,
    label: str = "Reported deaths in the event, at least",
) -> Axes:
    """Draw the share of events with at least so many, both axes logarithmic.

    Parameters
    ----------
    data : Series, array or DataFrame
        Sizes of events, one each; of a table its column best. Zero and unknown sizes
        take no part and are counted in the description.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    fits : DataFrame, optional
        Curves to lay over it: columns event_size, exceedance (share at least that size)
        and, where there are several, model.
    level : float
        Coverage of the interval of each share (Clopper and Pearson 1934).
    label : str
        Label of the axis of sizes.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If no size is above zero, or a column is missing.

    Notes
    -----
    A straight line is no proof of a power law: many distributions look straight over
    two decades (Clauset, Shalizi and Newman 2009). Compare fitted models.

    Examples
    --------
    >>> ax = plot_ccdf([1, 1, 2, 5, 40])
    >>> ax.get_xscale(), ax.get_yscale()
    ('log', 'log')
    """
    check_number(level, "level", low=0.5, high=0.9999)
    if isinstance(data, pd.DataFrame):
        check_columns(data.columns, ["best"], "The table")
        data = data["best"]
    sizes = floats(pd.Series(data))
    some = np.sort(sizes[sizes > 0])
    if not some.size:
        message = "No size is above zero; there is nothing to draw."
        raise SchemaError(message)
    size, share, low, high = exceedance(some, level)
    ax = axes_or_new(ax)
    theme = current_theme()
    colour = theme.series[0]
    ax.fill_between(
        size, low, high, step="pre", color=colour, alpha=0.2, linewidth=0,
        label=f"{100 * level:g} % interval",
    )  # fmt: skip
    ax.plot(
        size, share, linestyle="none", marker=MARKERS[0], markersize=2.5, color=colour,
        label="Events", zorder=3,
    )  # fmt: skip
    if fits is not None:
        _draw_fits(ax, fits, theme.series[1:])
    _log_axes(ax, size, share)
    ax.set_xlabel(label)
    ax.set_ylabel("Share of events")
    legend_above(ax)
    left = int((~(sizes > 0)).sum())
    out = f"; {left:,} of unknown size or none left out" if left else ""
    half = number(float(np.median(some)))
    describe(
        ax,
        f"Share of {some.size:,} events by their least size, both axes logarithmic: "
        f"half have at least {half}, a tenth at least "
        f"{number(float(np.quantile(some, 0.9, method='higher')))}, the largest "
        f"{number(float(some[-1]))}{out}.",
    )
    return ax


def exceedance(
    ordered: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return sizes, the share of events at least as large, and its interval.

    Parameters
    ----------
    ordered : ndarray, shape (n,)
        Sizes in ascending order.
    level : float
        Coverage of the interval.

    Returns
    -------
    tuple of ndarray, shape (m,) each
        Distinct sizes, shares, lower and upper ends (Clopper and Pearson 1934).

    Examples
    --------
    >>> size, share, low, high = exceedance(np.array([1.0, 1.0, 2.0, 5.0]), 0.95)
    >>> share.tolist()
    [1.0, 0.5, 0.25]
    """
    n = ordered.size
    size, first = np.unique(ordered, return_index=True)
    k = (n - first).astype("float64")
    tail = (1 - level) / 2
    low = special.betaincinv(k, n - k + 1, tail)
    high = np.where(
        k < n, special.betaincinv(k + 1, np.maximum(n - k, 1e-9), 1 - tail), 1.0
    )
    return size, k / n, low, high


def _draw_fits(ax: Axes, fits: pd.DataFrame, colours: Sequence[str]) -> None:
    check_columns(fits.columns, ["event_size", "exceedance"], "The table of fits")
    table = fits if "model" in fits else fits.assign(model="Fit")
    for i, (name, rows) in enumerate(table.groupby("model", sort=False)):
        rows = rows.sort_values("event_size")
        ax.plot(
            floats(rows["event_size"]),
            floats(rows["exceedance"]),
            color=colours[i % len(colours)],
            linestyle=DASHES[i % len(DASHES)],
            label=str(name).replace("_", " "),
            zorder=4,
        )


def _log_axes(ax: Axes, size: np.ndarray, share: np.ndarray) -> None:
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(size[0] / 1.15, size[-1] * 1.25)
    ax.set_ylim(share[-1] / 2.5, 1.25)
    format_log(ax.xaxis)
    format_log(ax.yaxis)
    ax.grid(visible=True, axis="both")
