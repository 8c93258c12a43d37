"""Pairs within bands against the full distance matrix; distances on the earth."""

import numpy as np
import pytest

from conflictstats.numerics.near_pairs import (
    arc_to_chord,
    chord_to_arc,
    count_near,
    earth_coordinates,
    near_pairs,
    pair_distances,
)

EDGES = np.array([0.0, 1.0, 2.5, 4.0, np.inf])


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "geodesic"])
def test_every_pair_is_in_its_band(metric):
    rng = np.random.default_rng(3)
    points = rng.integers(0, 12, (80, 2)).astype(float)
    if metric == "geodesic":
        points = earth_coordinates(points[:, 0] / 50, points[:, 1] / 50)
    found = near_pairs(points, EDGES, metric)
    i, j = np.triu_indices(80, 1)
    distance = pair_distances(points, i, j, metric)
    for band in range(3):
        inside = (distance >= EDGES[band]) & (distance < EDGES[band + 1])
        part = slice(found.band_start[band], found.band_start[band + 1])
        got = set(zip(found.first[part], found.second[part], strict=True))
        assert got == set(zip(i[inside], j[inside], strict=True))
    assert found.n_all == 80 * 79 // 2
    assert count_near(points, EDGES, metric) >= len(found.first)


def test_bands_are_closed_on_the_left():
    line = np.array([[0.0, 0], [1.0, 0], [2.5, 0]])
    found = near_pairs(line, np.array([0.0, 1.0, 2.5]), "euclidean")
    np.testing.assert_array_equal(np.diff(found.band_start), [0, 2])


def test_a_first_edge_above_zero_leaves_close_pairs_out():
    line = np.array([[0.0, 0], [0.5, 0], [1.5, 0]])
    found = near_pairs(line, np.array([1.0, 2.0]), "euclidean")
    assert len(found.first) == 2


def test_geodesic_distances_against_vincentys_line():
    # Flinders Peak to Buninyon, Geocentric Datum of Australia technical manual:
    # 54,972.271 m (GRS80, which differs from WGS84 by a tenth of a millimetre).
    lat = -np.array([37 + 57 / 60 + 3.72030 / 3600, 37 + 39 / 60 + 10.15610 / 3600])
    lon = np.array([144 + 25 / 60 + 29.52440 / 3600, 143 + 55 / 60 + 35.38390 / 3600])
    points = earth_coordinates(lon, lat)
    distance = pair_distances(points, np.array([0]), np.array([1]), "geodesic")
    assert distance[0] == pytest.approx(54.972271, rel=1e-6)


def test_a_quarter_of_the_meridian():
    # From the equator to the pole along WGS84: 10,001.966 km.
    points = earth_coordinates(np.zeros(2), np.array([0.0, 90.0]))
    distance = pair_distances(points, np.array([0]), np.array([1]), "geodesic")
    assert distance[0] == pytest.approx(10001.966, rel=2e-3)


def test_chords_and_arcs_are_inverse():
    for arc in (0.001, 30.0, 9000.0):
        assert chord_to_arc(np.array([arc_to_chord(arc)]))[0] == pytest.approx(arc)
