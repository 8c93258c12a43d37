import numpy as np
import pytest

from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.hawkes_simulation import (
    background_steps,
    lag_quantile,
    lag_share,
    mark_pool,
    simulate_clusters,
    simulate_thinning,
)
from conflictstats.numerics.point_baselines import PointBaseline


def process(kernel, kind="spline", marked=False):
    breaks = (100.0,) if kind == "spline" else ()
    base = PointBaseline(kind, 0.0, 200.0, breaks)
    shape = HawkesShape(2, base, kernel_groups(2, "pair"), kernel, marked)
    theta = np.zeros(shape.size)
    theta[shape.background(0)[0]] = theta[shape.background(1)[0]] = -1.0
    theta[shape.branching()] = [[0.3, 0.2], [0.1, 0.4]]
    return shape, theta


@pytest.mark.parametrize("kernel", ["exponential", "power_law"])
def test_clusters_and_thinning_agree(kernel):
    shape, theta = process(kernel)
    rng = np.random.default_rng(1)
    sides = []
    for way in (simulate_clusters, simulate_thinning):
        draws = [way(shape, theta, rng) for _ in range(200)]
        counts = np.array([np.bincount(d.code, minlength=2) for d in draws])
        gaps = [np.median(np.diff(d.times)) for d in draws]
        sides.append(
            (counts.mean(axis=0), counts.std(axis=0) / np.sqrt(200), np.mean(gaps))
        )
    (one, error, gap), (other, _, other_gap) = sides
    assert np.all(np.abs(one - other) < 4 * np.sqrt(2) * error)
    assert np.isclose(gap, other_gap, rtol=0.1)


def test_the_mean_count_is_that_of_theory():
    """With T long, events per time tend to (I - N)^-1 mu."""
    shape, theta = process("exponential", "constant")
    rng = np.random.default_rng(2)
    counts = [
        np.bincount(simulate_clusters(shape, theta, rng).code) for _ in range(300)
    ]
    rate = np.linalg.solve(np.eye(2) - theta[shape.branching()], np.exp(theta[:2]))
    # Offspring beyond the end are lost: about two decay times of the window.
    assert np.allclose(np.mean(counts, axis=0), 200 * rate, rtol=0.04)


def test_past_events_have_offspring_in_a_forecast():
    shape, theta = process("exponential", "constant")
    theta[:2] = -30.0
    past = merge_history(np.full(500, 199.9), np.zeros(500, int), (0.0, 200.0), 2)
    drawn = simulate_clusters(
        shape, theta, np.random.default_rng(3), window=(200.0, 260.0), past=past
    )
    assert drawn.times.min() >= 200.0
    total = np.linalg.solve(np.eye(2) - theta[shape.branching()], [1.0, 0.0]) - [1, 0]
    assert np.allclose(np.bincount(drawn.code) / 500, total * np.exp(-0.1), rtol=0.25)


def test_marks_come_from_the_pool_and_raise_offspring():
    shape, theta = process("exponential", "constant", marked=True)
    theta[-1] = 1.0
    rng = np.random.default_rng(4)
    seen = merge_history(
        rng.uniform(0, 200, 50), rng.integers(2, size=50), (0.0, 200.0), 2,
        rng.gamma(1, 3, 50),
    )  # fmt: skip
    pool = mark_pool(seen, 1.0)
    drawn = simulate_clusters(shape, theta, rng, pool=pool)
    assert set(drawn.severity[drawn.code == 0]) <= set(pool.severity[0])
    later = simulate_clusters(
        shape, theta, rng, window=(200.0, 210.0), past=seen, pool=pool
    )
    assert later.complete
    nobody = mark_pool(merge_history(np.zeros(0), np.zeros(0, int), (0.0, 1.0), 2), 1.0)
    assert nobody.weight[1].tolist() == [1.0]


def test_an_explosion_is_cut_off_and_told():
    shape, theta = process("exponential", "constant")
    theta[shape.branching()] = 1.5
    drawn = simulate_clusters(shape, theta, np.random.default_rng(5), limit=2000)
    assert not drawn.complete


def test_nothing_happens_without_background():
    shape, theta = process("exponential", "constant")
    theta[:2] = -50.0
    assert simulate_clusters(shape, theta, np.random.default_rng(6)).times.size == 0


def test_lag_quantile_inverts_lag_share():
    u = np.linspace(0.01, 0.99, 9)
    for first, second in ((2.0, 0.0), (2.0, 0.7)):
        f, s = np.full(9, first), np.full(9, second)
        assert np.allclose(lag_share(lag_quantile(u, f, s), f, s), u)


def test_background_steps_keep_the_breaks_and_the_season():
    base = PointBaseline("piecewise", 0.0, 10.0, (4.0,))
    edges, rates = background_steps(base, np.log([1.0, 2.0]), 0.0, 10.0)
    assert edges.tolist() == [0, 4, 10]
    assert np.allclose(rates, [1.0, 2.0])
    season = PointBaseline("constant", 0.0, 10.0, period=0.1)
    assert background_steps(season, np.zeros(3), 0.0, 10.0)[0].size > 6000
