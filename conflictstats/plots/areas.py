"""Counts on maps: PRIO-GRID cells and the user's own areas, shaded by classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.patches import Patch, PathPatch, Rectangle

from conflictstats.arguments import check_columns, check_type, listed
from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.plots.axes import HATCH, floats, legend_above
from conflictstats.plots.classes import class_name, classes
from conflictstats.plots.geometry import Outline, outlines
from conflictstats.plots.maps import (
    count_recent,
    disclaimer,
    draw_outlines,
    frame_map,
    write_foot,
)
from conflictstats.plots.palette import current_theme, shades
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe, number
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.places import priogrid_corner, priogrid_gid

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@in_own_style
def plot_grid(
    data: Dataset | Panel | pd.DataFrame,
    *,
    ax: Axes | None = None,
    polygons: Any = None,
    label: str = "Reported events",
    today: Any = None,
) -> Axes:
    """Draw counts by PRIO-GRID cell: half a degree square, shaded by classes.

    Parameters
    ----------
    data : Dataset, Panel or DataFrame
        Of a Dataset its events are counted; a Panel by priogrid_gid is summed over its
        periods; a table needs priogrid_gid and best, a row a cell. A missing count is
        unknown and hatched.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    polygons : GeoJSON-like, optional
        The user's own outlines.
    label : str
        What the shades count.
    today : day, optional
        Day against which events count as recent; by default the present one.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    SchemaError
        If columns are missing, or no cell is known.

    Warns
    -----
    UserWarning
        One line, if events are younger than seven days.

    References
    ----------
    Tollefsen, Strand and Buhaug (2012), PRIO-GRID: A unified spatial data structure.
    Journal of Peace Research 49(2).

    Examples
    --------
    >>> table = pd.DataFrame({"priogrid_gid": [181154, 181155], "best": [3, None]})
    >>> plot_grid(table).get_ylabel()
    'Latitude'
    """
    kinds = (Dataset, Panel, pd.DataFrame)
    check_type(data, "data", kinds, "a Dataset, a Panel or a DataFrame")
    cells = _cells(data)
    if cells.empty:
        message = "No cell of the table is known; there is nothing to draw."
        raise SchemaError(message)
    ax = axes_or_new(ax)
    west, south = priogrid_corner(floats(cells["priogrid_gid"]))
    squares = [Rectangle((a, b), 0.5, 0.5) for a, b in zip(west, south, strict=True)]
    counts = floats(cells["best"])
    edges = _shade(ax, squares, counts)
    drawn = draw_outlines(ax, polygons)
    frame_map(
        ax, (west.min(), west.max() + 0.5), (south.min(), south.max() + 0.5), drawn
    )
    recent = count_recent(data.events, today) if isinstance(data, Dataset) else 0
    write_foot(ax, drawn, recent)
    legend_above(ax, _keys(edges, counts), side="center", title=label)
    describe(ax, _counts_in_words("PRIO-GRID cells", counts, label, drawn))
    return ax


@in_own_style
def plot_areas(
    data: Panel | pd.DataFrame,
    *,
    polygons: Any,
    ax: Axes | None = None,
    key: str = "name",
    label: str = "Reported events",
) -> Axes:
    """Draw counts by unit, shaded by classes, on the user's own areas.

    Parameters
    ----------
    data : Panel or DataFrame
        A Panel is summed over its periods; a table needs unit_name and best.
    polygons : GeoJSON-like
        Features whose property `key` is the name of the unit. Areas without a count
        are hatched: nothing is known of them here.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    key : str
        Property that names the unit.
    label : str
        What the shades count.

    Returns
    -------
    Axes
        The very one that was given.

    Raises
    ------
    ArgumentError
        If units have no area, or no area has the property.
    SchemaError
        If columns are missing.

    Examples
    --------
    >>> ring = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    >>> area = {
    ...     "type": "Feature",
    ...     "properties": {"name": "North"},
    ...     "geometry": {"type": "Polygon", "coordinates": [ring]},
    ... }
    >>> table = pd.DataFrame({"unit_name": ["North"], "best": [3]})
    >>> plot_areas(table, polygons=[area]).get_xlabel()
    'Longitude'
    """
    check_type(data, "data", (Panel, pd.DataFrame), "a Panel or a DataFrame")
    table = _sums(data.to_frame(), "unit_name") if isinstance(data, Panel) else data
    check_columns(table.columns, ["unit_name", "best"], "The table")
    areas = [o for o in outlines(polygons) if o.is_area]
    names = [str(o.properties.get(key, "")) for o in areas]
    units = list(table["unit_name"].astype("str"))
    lost = [u for u in units if u not in names]
    if lost:
        message = (
            f"No area has the property {key!r} = {listed(lost, 5)}; areas are named "
            f"{listed(dict.fromkeys(names), 5)}.\nHint: `key=` names the property."
        )
        raise ArgumentError(message)
    ax = axes_or_new(ax)
    value = dict(zip(units, floats(table["best"]), strict=True))
    counts = np.array([value.get(name, np.nan) for name in names])
    patches = [PathPatch(o.path) for o in areas]
    edges = _shade(ax, patches, counts)
    drawn = draw_outlines(ax, polygons)
    box = np.concatenate([np.asarray(o.path.vertices) for o in areas])
    low, high = box.min(axis=0), box.max(axis=0)
    frame_map(ax, (low[0], high[0]), (low[1], high[1]), drawn)
    write_foot(ax, drawn, 0)
    legend_above(ax, _keys(edges, counts), side="center", title=label)
    describe(ax, _counts_in_words("areas", counts, label, drawn))
    return ax


def _cells(data: Dataset | Panel | pd.DataFrame) -> pd.DataFrame:
    if isinstance(data, Dataset):
        events = data.events
        gid = floats(events["priogrid_gid"])
        own = priogrid_gid(floats(events["latitude"]), floats(events["longitude"]))
        gid = np.where(np.isnan(gid), own, gid)
        cell, n = np.unique(gid[~np.isnan(gid)], return_counts=True)
        return pd.DataFrame({"priogrid_gid": cell, "best": n})
    if isinstance(data, Panel):
        frame = data.to_frame()
        check_columns(frame.columns, ["priogrid_gid"], "The panel")
        return _sums(frame, "priogrid_gid")
    check_columns(data.columns, ["priogrid_gid", "best"], "The table")
    return data[data["priogrid_gid"].notna()]


def _sums(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sum what is known; a unit of which nothing is known stays unknown."""
    best = pd.to_numeric(frame["best"]).astype("Float64")
    summed = best.groupby(frame[by]).sum(min_count=1)
    return summed.rename("best").rename_axis(by).reset_index()


def _shade(ax: Axes, patches: list[Any], counts: np.ndarray) -> np.ndarray:
    """Draw areas shaded by the class of their count; return the classes."""
    theme = current_theme()
    edges = classes(counts)
    place = np.searchsorted(edges, np.nan_to_num(counts), side="right") - 1
    styles: list[tuple[np.ndarray, dict[str, Any]]] = [
        (
            (counts > 0) & (np.maximum(place, 0) == k),
            {"facecolor": colour, "edgecolor": theme.paper, "lw": 0.3},
        )
        for k, colour in enumerate(shades(len(edges)))
    ]
    styles.append(
        (counts == 0, {"facecolor": "none", "edgecolor": theme.muted, "lw": 0.4})
    )
    unknown = {"facecolor": "none", "edgecolor": theme.unknown, "hatch": HATCH, "lw": 0}
    styles.append((np.isnan(counts), unknown))
    for mask, style in styles:
        some = [p for p, yes in zip(patches, mask, strict=True) if yes]
        if some:
            ax.add_collection(PatchCollection(some, zorder=1.5, **style))
    return edges


def _keys(edges: np.ndarray, counts: np.ndarray) -> list[Patch]:
    theme = current_theme()
    keys = []
    if (counts > 0).any():
        top = float(np.nanmax(counts))
        keys = [
            Patch(
                facecolor=colour,
                label=class_name(edges, k, top),
            )
            for k, colour in enumerate(shades(len(edges)))
        ]
    if (counts == 0).any():
        keys.insert(0, Patch(facecolor="none", edgecolor=theme.muted, label="0"))
    if np.isnan(counts).any():
        keys.append(Patch(facecolor="none", edgecolor=theme.unknown, label="Unknown"))
    return keys


def _counts_in_words(
    what: str, counts: np.ndarray, label: str, drawn: list[Outline]
) -> str:
    known = counts[~np.isnan(counts)]
    top = number(float(known.max())) if known.size else "unknown"
    return (
        f"Map of {label[0].lower()}{label[1:]} in {len(counts):,} {what}: "
        f"{number(round(float(known.sum()), 1))} in all, at most {top} in one; "
        f"{int((known == 0).sum())} with none, {int(np.isnan(counts).sum())} unknown. "
        f"{disclaimer(drawn)}"
    )
