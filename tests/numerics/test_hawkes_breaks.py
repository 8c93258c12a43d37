import itertools

import numpy as np
from scipy.optimize import minimize_scalar

from conflictstats.numerics.hawkes_breaks import (
    best_partition,
    search_breaks,
    segment_gains,
)
from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.hawkes_simulation import simulate_clusters
from conflictstats.numerics.point_baselines import PointBaseline


def shape(end, k=1, breaks=(), **more):
    base = PointBaseline("piecewise", 0.0, end, breaks, **more)
    return HawkesShape(k, base, kernel_groups(k, "shared"))


def history(times, end, code=None, gaps=()):
    code = np.zeros(len(times), int) if code is None else code
    k = int(code.max()) + 1
    return merge_history(np.sort(times), code, (0.0, end), k, None, gaps)


def steps(rng):
    parts = [(0, 100, 30), (100, 140, 200), (140, 300, 60)]
    return np.concatenate([rng.uniform(a, b, n) for a, b, n in parts])


def test_without_excitation_a_stretch_is_its_poisson_likelihood():
    first, mass = np.array([0, 2, 2, 5]), np.array([0.0, 1.0, 3.0, 4.0])
    ones, zeros = np.ones(5), np.zeros(5)
    gains = segment_gains(first, ones, zeros, mass, np.array([1, 2, 3]))
    # n log(n / w) - n by hand.
    assert np.isclose(gains[0, 1], 2 * np.log(2.0) - 2)
    assert gains[1, 2] == 0.0
    assert np.isclose(gains[0, 3], 5 * np.log(5 / 4) - 5)
    assert np.isinf(gains[0, 0])


def test_with_excitation_the_level_is_the_maximiser():
    rng = np.random.default_rng(1)
    m, excited = rng.uniform(0.5, 2, 20), rng.uniform(0, 3, 20)
    gains = segment_gains(
        np.array([0, 20]), m, excited, np.array([0.0, 9.0]), np.array([1])
    )
    best = minimize_scalar(
        lambda r: -(np.sum(np.log(r * m + excited)) - 9 * r), bounds=(1e-9, 50),
        method="bounded", options={"xatol": 1e-10},
    )  # fmt: skip
    assert np.isclose(gains[0, 1], -best.fun, atol=1e-8)


def test_the_partition_is_the_best_of_all():
    rng = np.random.default_rng(2)
    gains = np.full((6, 7), -np.inf)
    for s, e in itertools.combinations(range(7), 2):
        gains[s, e] = rng.normal() + 0.8 * (e - s)
    best = max(
        (
            sum(gains[a, b] for a, b in itertools.pairwise((0, *cuts, 6))) - 0.5 * r
            , cuts
        )
        for r in range(6)
        for cuts in itertools.combinations(range(1, 6), r)
    )  # fmt: skip
    assert tuple(best_partition(gains, 0.5)) == best[1]


def test_steps_without_excitation_are_found_with_and_without_it():
    times = steps(np.random.default_rng(3))
    edges = np.linspace(0, 300, 101)
    for excited in (True, False):
        found = search_breaks(
            shape(300.0), history(times, 300.0), edges, 12.0, unit=1.0, excited=excited
        )
        assert np.allclose(found.breaks, [100, 140], atol=3)
        assert all(b == round(b) for b in found.breaks)
    assert found.estimate.branching[0, 0] == 0.0


def test_clusters_on_a_constant_background_have_no_break():
    flat = shape(600.0)
    theta = np.array([np.log(0.5), 0.5, np.log(0.5)])
    times = simulate_clusters(flat, theta, np.random.default_rng(4)).times
    found = search_breaks(flat, history(times, 600.0), np.linspace(0, 600, 61), 24.0)
    assert found.breaks == ()
    assert found.estimate.n_parameters == 3


def test_streams_share_breaks_and_gaps_and_seasons_are_kept():
    rng = np.random.default_rng(5)
    one, two = steps(rng), rng.uniform(0, 300, 90)
    keep = (one < 200) | (one > 220)
    one, two = one[keep], two[(two < 200) | (two > 220)]
    times, code = np.concatenate([one, two]), np.repeat([0, 1], [one.size, two.size])
    order = np.argsort(times)
    gaps = ((200.0, 220.0),)
    found = search_breaks(
        shape(300.0, 2, period=7.0, gaps=gaps),
        history(times[order], 300.0, code[order], gaps), np.linspace(0, 300, 61), 12.0,
    )  # fmt: skip
    assert np.allclose(found.breaks, [100, 140], atol=4)
    assert found.estimate.shape.baseline.period == 7.0
    assert found.estimate.shape.baseline.gaps == gaps
    assert found.estimate.n_parameters == found.estimate.theta.size + 2
