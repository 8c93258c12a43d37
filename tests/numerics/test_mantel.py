"""Mantel's moments by enumerating every permutation, and the test itself."""

import itertools

import numpy as np
import pytest
from scipy import stats

from conflictstats.numerics.mantel import mantel_moments, mantel_test
from conflictstats.numerics.near_pairs import earth_coordinates


def matrices(points, times, scales=None):
    d = np.hypot(*(points[:, None] - points).transpose(2, 0, 1))
    t = np.abs(times[:, None] - times)
    if scales:
        d, t = 1 / (scales[0] + d), 1 / (scales[1] + t)
        np.fill_diagonal(d, 0)
        np.fill_diagonal(t, 0)
    return d, t


def sums(matrix):
    rows = matrix.sum(axis=1)
    return matrix.sum(), (matrix**2).sum(), (rows**2).sum()


def test_moments_equal_those_of_all_permutations():
    rng = np.random.default_rng(2)
    d, t = matrices(rng.random((6, 2)), rng.random(6))
    products = [(d * t[np.ix_(p, p)]).sum() for p in itertools.permutations(range(6))]
    mean, variance = mantel_moments(sums(d), sums(t), 6)
    assert mean == pytest.approx(np.mean(products))
    assert variance == pytest.approx(np.var(products))


@pytest.mark.parametrize("scales", [None, (0.2, 0.5)])
def test_correlation_is_pearsons_over_the_pairs(scales):
    rng = np.random.default_rng(3)
    points, times = rng.random((30, 2)), rng.random(30)
    found = mantel_test(
        points, times, "euclidean", scales=scales, n_permutations=99, rng=rng
    )
    d, t = matrices(points, times, scales)
    upper = np.triu_indices(30, 1)
    expected = stats.pearsonr(d[upper], t[upper]).statistic
    assert found.correlation == pytest.approx(expected, rel=1e-9)
    assert found.permuted


def test_permutations_and_moments_agree():
    rng = np.random.default_rng(4)
    times = np.arange(40.0)
    points = np.column_stack([times + rng.normal(0, 25, 40), np.zeros(40)])
    found = mantel_test(
        points, times, "manhattan", scales=None, n_permutations=1999, rng=rng
    )
    assert found.p_value == pytest.approx(stats.norm.sf(found.statistic), abs=0.03)


def test_many_events_use_the_exact_moments():
    rng = np.random.default_rng(5)
    lon, lat, times = rng.random(1001), rng.random(1001), rng.random(1001)
    points = earth_coordinates(lon, lat)
    found = mantel_test(
        points, times, "geodesic", scales=(1.0, 0.1), n_permutations=9, rng=rng
    )
    assert not found.permuted
    assert 0.001 < found.p_value < 0.999


def test_constant_times_say_nothing():
    rng = np.random.default_rng(6)
    found = mantel_test(
        rng.random((10, 2)),
        np.ones(10),
        "euclidean",
        scales=None,
        n_permutations=9,
        rng=rng,
    )
    assert np.isnan(found.correlation)
    assert found.p_value == 1.0


def test_workers_do_not_change_the_bits():
    points = np.random.default_rng(7).random((50, 2))
    times = points[:, 0] + np.random.default_rng(8).random(50)
    p = [
        mantel_test(
            points,
            times,
            "euclidean",
            scales=None,
            n_permutations=199,
            rng=np.random.default_rng(9),
            n_jobs=jobs,
        ).p_value
        for jobs in (1, 3)
    ]
    assert p[0] == p[1]
