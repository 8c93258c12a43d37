import numpy as np
import pytest

from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.plots.geometry import outlines

SQUARE = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
HOLE = [(1, 1), (2, 1), (2, 2), (1, 2), (1, 1)]


def geometry(kind, coordinates):
    return {"type": kind, "coordinates": coordinates}


def feature(shape, **properties):
    return {"type": "Feature", "properties": properties, "geometry": shape}


def test_features_keep_their_properties():
    collection = {
        "type": "FeatureCollection",
        "features": [
            feature(geometry("Polygon", [SQUARE]), name="North"),
            feature(None, name="Nowhere"),
            feature(geometry("MultiPolygon", [[SQUARE], [HOLE]]), name="South"),
        ],
    }
    found = outlines(collection)
    assert [o.properties["name"] for o in found] == ["North", "South"]
    assert [len(o.path.vertices) for o in found] == [5, 10]
    assert all(o.is_area for o in found)


@pytest.mark.parametrize("hole", [HOLE, HOLE[::-1]])
@pytest.mark.parametrize("ring", [SQUARE, SQUARE[::-1]])
def test_holes_stay_open_whichever_way_round_they_are_written(ring, hole):
    [one] = outlines(geometry("Polygon", [ring, hole]))
    areas = []
    for part in (one.path.vertices[:5], one.path.vertices[5:]):
        x, y = part.T
        areas.append(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    assert areas[0] > 0 > areas[1]


def test_lines_rings_and_collections():
    lines = geometry("MultiLineString", [[(0, 0), (1, 1)], [(2, 2), (3, 3)]])
    both = {
        "type": "GeometryCollection",
        "geometries": [lines, geometry("LineString", [(0, 0), (1, 0)])],
    }
    assert [o.is_area for o in outlines(both)] == [False, False]
    assert len(outlines([SQUARE, HOLE])) == 2
    assert len(outlines(SQUARE)) == 1


def test_objects_with_a_geo_interface_are_read():
    class Shape:
        __geo_interface__ = geometry("Polygon", [[(*p, 7.0) for p in SQUARE]])

    [one] = outlines(Shape())
    assert one.path.vertices.shape == (5, 2)


def test_what_cannot_be_placed_is_refused():
    with pytest.raises(ArgumentError, match="got 'Point'"):
        outlines(geometry("Point", [0, 0]))
    with pytest.raises(ArgumentTypeError, match=r"json\.load"):
        outlines("areas.geojson")
    with pytest.raises(ArgumentTypeError, match="got int"):
        outlines(3)
    far = [(500_000, 4_000_000), (500_100, 4_000_000), (500_100, 4_000_100)]
    with pytest.raises(ArgumentError, match="in degrees"):
        outlines([far])
