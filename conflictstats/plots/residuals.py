"""Residuals against what the model promises: quantiles, and rescaled times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from conflictstats.arguments import check_columns, check_number
from conflictstats.errors import SchemaError
from conflictstats.plots.axes import (
    floats,
    legend_above,
    write_label,
)
from conflictstats.plots.palette import MARKERS, Theme, current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_residual_quantiles(
    data: pd.DataFrame | pd.Series | Sequence[float] | np.ndarray,
    *,
    ax: Axes | None = None,
    level: float = 0.95,
) -> Axes:
    """Draw ordered residuals against normal quantiles, with a band a point.

    Parameters
    ----------
    data : DataFrame, Series or array
        Residuals; of a table its column residual, as in `to_frame("augment")`.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    level : float
        Coverage of the band at each point: about so many points lie within it if the
        residuals are independent draws of the reference law.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If there are fewer than three residuals.

    Notes
    -----
    The i-th of n ordered uniforms is Beta(i, n + 1 - i); the band is its quantiles on
    the normal scale. Pearson residuals of small counts are skew: points above the band
    at the right then say little. Randomised quantile residuals are free of this.

    Examples
    --------
    >>> plot_residual_quantiles([-1.2, -0.3, 0.1, 0.5, 2.0]).get_xlabel()
    'Quantile of the normal law'
    """
    y = np.sort(_residuals(data, level))
    low, high = _band(y.size, level)
    expected = special.ndtri((np.arange(1, y.size + 1) - 0.5) / y.size)
    low, high = special.ndtri(low), special.ndtri(high)
    ax = axes_or_new(ax)
    theme = current_theme()
    _draw(ax, (expected, y), (low, high), level, theme)
    edge = max(float(np.abs(expected).max()), float(np.abs(y).max())) * 1.08
    ax.plot([-edge, edge], [-edge, edge], color=theme.muted, lw=0.8, label="_equal")
    wide = float(np.abs(expected).max()) * 1.08
    ax.set_xlim(-wide, wide)
    ax.set_ylim(min(float(y.min()), -wide) * 1.05, max(float(y.max()), wide) * 1.05)
    ax.set_xlabel("Quantile of the normal law")
    write_label(ax, "Residual (standard deviations)")
    outside = int(((y < low) | (y > high)).sum())
    describe(
        ax,
        f"{y.size:,} residuals from {y.min():.2f} to {y.max():.2f} against normal "
        f"quantiles; {outside:,} lie outside the {100 * level:g} % band of each.",
    )
    return ax


@in_own_style
def plot_rescaled(
    data: pd.DataFrame | pd.Series | Sequence[float] | np.ndarray,
    *,
    ax: Axes | None = None,
    level: float = 0.95,
) -> Axes:
    """Draw rescaled gaps between events against the uniform law they should follow.

    Parameters
    ----------
    data : DataFrame, Series or array
        Uniform residuals of a point process in (0, 1): of a table its column
        rescaled_gap, a curve for each stream where there is a column stream.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    level : float
        Coverage of the band: the whole curve stays within it with this probability if
        the model is true and its parameters are known.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If there are fewer than three gaps, or one lies outside 0 to 1.

    Notes
    -----
    With the true compensator, 1 - exp(-(L(t_i) - L(t_{i-1}))) are independent uniforms
    (Ogata 1988; Brown et al. 2002). The band is that of Kolmogorov and Smirnov, drawn
    for the shortest stream; estimated parameters make the curve keep closer to the
    line than the band allows for.

    Examples
    --------
    >>> plot_rescaled([0.1, 0.35, 0.6, 0.9]).get_ylabel()
    'Share of gaps up to this'
    """
    table = (
        data if isinstance(data, pd.DataFrame) else pd.DataFrame({"rescaled_gap": data})
    )
    check_columns(table.columns, ["rescaled_gap"], "The table")
    check_number(level, "level", low=0.5, high=0.9999)
    table = table[table["rescaled_gap"].notna()]
    streams = table["stream"].astype("str") if "stream" in table else None
    groups = (
        {"Rescaled gaps": table}
        if streams is None
        else {str(n): table[streams == n] for n in dict.fromkeys(streams)}
    )
    ordered = {name: np.sort(floats(t["rescaled_gap"])) for name, t in groups.items()}
    least = min((u.size for u in ordered.values()), default=0)
    values = np.concatenate([*ordered.values(), np.zeros(0)])
    if least < 3 or values.min() < 0 or values.max() > 1:
        message = (
            "Rescaled gaps must be at least three numbers from 0 to 1 a stream; got "
            f"{least} in the shortest.\nHint: `result.to_frame('augment')`."
        )
        raise SchemaError(message)
    half = special.kolmogi(1 - level) / (np.sqrt(least) + 0.12 + 0.11 / np.sqrt(least))
    ax = axes_or_new(ax)
    theme = current_theme()
    line = np.array([0.0, 1.0])
    ax.fill_between(
        line, line - half, line + half, color=theme.muted, alpha=0.18, lw=0,
        label=f"{100 * level:g} % band of the whole curve",
    )  # fmt: skip
    ax.plot(line, line, color=theme.muted, lw=0.8, label="_equal")
    far = []
    for i, (name, u) in enumerate(ordered.items()):
        share = np.arange(1, u.size + 1) / u.size
        far.append(float(max((share - u).max(), (u - share + 1 / u.size).max())))
        ax.step(
            np.concatenate([[0], u, [1]]), np.concatenate([[0], share, [1]]),
            where="post", color=theme.series[i % len(theme.series)], label=name,
        )  # fmt: skip
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_aspect("equal")
    ax.set_xlabel("Rescaled gap (uniform if the model is true)")
    ax.set_ylabel("Share of gaps up to this")
    legend_above(ax, side="center")
    said = ", ".join(
        f"{n} {u.size:,} gaps, {d:.3f} away at most"
        for (n, u), d in zip(ordered.items(), far, strict=True)
    )
    describe(ax, f"Rescaled gaps against the uniform law: {said}; band ± {half:.3f}.")
    return ax


def _residuals(
    data: pd.DataFrame | pd.Series | Sequence[float] | np.ndarray, level: float
) -> np.ndarray:
    check_number(level, "level", low=0.5, high=0.9999)
    if isinstance(data, pd.DataFrame):
        check_columns(data.columns, ["residual"], "The table")
        data = data["residual"]
    y: np.ndarray = floats(pd.Series(data))
    y = y[np.isfinite(y)]
    if y.size < 3:
        message = f"At least three residuals are needed; got {y.size}."
        raise SchemaError(message)
    return y


def _band(n: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return lower and upper quantiles of each of n ordered uniforms."""
    i = np.arange(1, n + 1)
    tail = (1 - level) / 2
    return (
        np.asarray(special.betaincinv(i, n + 1 - i, tail), dtype="float64"),
        np.asarray(special.betaincinv(i, n + 1 - i, 1 - tail)),
    )


def _draw(
    ax: Axes,
    points: tuple[np.ndarray, np.ndarray],
    band: tuple[np.ndarray, np.ndarray],
    level: float,
    theme: Theme,
) -> None:
    ax.fill_between(
        points[0], *band, color=theme.muted, alpha=0.18, linewidth=0,
        label=f"{100 * level:g} % band of each point",
    )  # fmt: skip
    ax.plot(
        *points, linestyle="none", marker=MARKERS[0], markersize=2.5,
        color=theme.series[0], label="Residuals", zorder=3,
    )  # fmt: skip
    legend_above(ax)
