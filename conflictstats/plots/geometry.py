"""The user's own outlines: GeoJSON-like coordinates as paths, with what they are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.path import Path

from conflictstats.errors import ArgumentError, ArgumentTypeError

KINDS = ("Polygon", "MultiPolygon", "LineString", "MultiLineString")
# How deep the coordinates of each kind are nested above its positions.
DEPTH = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}


class Outline(NamedTuple):
    """One outline: its path in degrees and the properties that came with it."""

    path: Path
    properties: Mapping[str, Any]
    is_area: bool


def outlines(polygons: Any) -> list[Outline]:
    """Return GeoJSON-like outlines as paths; holes stay holes.

    Parameters
    ----------
    polygons : mapping, object with __geo_interface__, or sequence of them
        A FeatureCollection, Features or geometries of polygons and lines (RFC 7946);
        or plain rings, each a sequence of (longitude, latitude).

    Returns
    -------
    list of Outline

    Raises
    ------
    ArgumentTypeError
        If it is none of these.
    ArgumentError
        If a geometry has another type, or lies outside the globe.

    Examples
    --------
    >>> ring = [(0, 0), (1, 0), (1, 1), (0, 0)]
    >>> [
    ...     len(o.path.vertices)
    ...     for o in outlines({"type": "Polygon", "coordinates": [ring]})
    ... ]
    [4]
    """
    found = _gathered(polygons, {})
    for one in found:
        xy = np.asarray(one.path.vertices)
        if not (np.abs(xy[:, 0]) <= 360).all() or not (np.abs(xy[:, 1]) <= 90).all():
            message = (
                "Outlines must be in degrees, longitude before latitude; got a point "
                f"at {tuple(float(v) for v in xy[np.argmax(np.abs(xy[:, 1]))])}.\n"
                "Hint: transform projected coordinates to WGS84 first."
            )
            raise ArgumentError(message)
    return found


def _gathered(thing: Any, properties: Mapping[str, Any]) -> list[Outline]:
    thing = getattr(thing, "__geo_interface__", thing)
    if isinstance(thing, Mapping):
        return _of_mapping(thing, properties)
    if isinstance(thing, str) or not isinstance(thing, Iterable):
        message = (
            "`polygons` must be GeoJSON-like mappings or rings of (longitude, "
            f"latitude); got {type(thing).__name__}.\nHint: "
            '`json.load(open("areas.geojson"))`.'
        )
        raise ArgumentTypeError(message)
    items = list(thing)
    if items and _is_ring(items):
        return [Outline(_path([items]), properties, True)]
    return [one for item in items for one in _gathered(item, properties)]


def _of_mapping(
    thing: Mapping[str, Any], properties: Mapping[str, Any]
) -> list[Outline]:
    kind = thing.get("type")
    if kind == "FeatureCollection":
        return [o for f in thing["features"] for o in _gathered(f, properties)]
    if kind == "Feature":
        own = thing.get("properties") or {}
        geometry = thing.get("geometry")
        return [] if geometry is None else _gathered(geometry, own)
    if kind == "GeometryCollection":
        return [o for g in thing["geometries"] for o in _gathered(g, properties)]
    if kind not in KINDS:
        message = f"A geometry must be one of {', '.join(KINDS)}; got {kind!r}."
        raise ArgumentError(message)
    rings = thing["coordinates"]
    for _ in range(2 - DEPTH[kind]):
        rings = [rings]
    is_area = "Polygon" in kind
    flat = [
        _turned(ring, ccw=not i) if is_area else ring
        for group in rings
        for i, ring in enumerate(group)
    ]
    return [Outline(_path(flat), properties, is_area)]


def _is_ring(items: list[Any]) -> bool:
    """Tell whether items are positions: pairs or triples of numbers."""
    first = items[0]
    if isinstance(first, Mapping | str) or not isinstance(first, Iterable):
        return False
    position = list(first)
    return len(position) >= 2 and all(
        isinstance(v, int | float | np.number) for v in position
    )


def _turned(ring: Any, *, ccw: bool) -> list[Any]:
    """Return a ring that runs the given way round: holes against their outline.

    Files do not all keep to RFC 7946; painted the same way round a hole would fill.
    """
    points = [tuple(p)[:2] for p in ring]
    x, y = np.asarray(points, dtype="float64").reshape(-1, 2).T
    area = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    return points if (area >= 0) == ccw else points[::-1]


def _path(rings: list[Any]) -> Path:
    """Return rings or lines as one compound path."""
    vertices, codes = [], []
    for ring in rings:
        xy = np.asarray([tuple(p)[:2] for p in ring], dtype="float64").reshape(-1, 2)
        vertices.append(xy)
        codes.append([Path.MOVETO, *[Path.LINETO] * (len(xy) - 1)])
    joined = np.concatenate(vertices) if vertices else np.zeros((0, 2))
    return Path(joined, [c for part in codes for c in part])
