import numpy as np
import pytest

from conflictstats.numerics.hawkes_draws import (
    RecordedEvents,
    draw_history,
    pool_estimates,
    record_events,
)
from conflictstats.numerics.hawkes_estimate import HawkesEstimate
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.point_baselines import PointBaseline

SHAPE = HawkesShape(1, PointBaseline("constant", 0.0, 9.0), kernel_groups(1, "shared"))
RECORDED = RecordedEvents(
    np.array([0.0, 0.0, 3.5, 2.0]),
    np.array([1.0, 7.0, 0.0, 1.0]),
    np.array([0, 0, 0, 1]),
    None,
    2,
    0.0,
    9.0,
)


def estimate(theta, variances, free=(True, True, True)):
    information = np.diag(1.0 / np.asarray(variances))
    return HawkesEstimate(
        SHAPE, np.asarray(theta), -10.0, information, np.array(free), True, True
    )


def test_draws_stay_within_the_intervals_and_exact_times_stay():
    rng = np.random.default_rng(1)
    for _ in range(50):
        history = draw_history(RECORDED, rng)
        times = np.empty(4)
        times[history.order] = history.times
        assert times[2] == 3.5
        assert np.all(times >= RECORDED.low)
        assert np.all(times <= RECORDED.low + RECORDED.width)


def test_an_event_in_two_streams_has_one_moment():
    twice = RECORDED._replace(
        low=np.zeros(4), width=np.full(4, 5.0), event=np.array([0, 1, 2, 0])
    )
    history = draw_history(twice, np.random.default_rng(1))
    times = np.empty(4)
    times[history.order] = history.times
    assert times[0] == times[3]
    assert np.unique(times).size == 3
    nobody = twice._replace(
        low=np.zeros(0),
        width=np.zeros(0),
        code=np.zeros(0, int),
        event=np.zeros(0, int),
    )
    assert draw_history(nobody, np.random.default_rng(1)).times.size == 0


def test_recording_is_as_coarse_as_the_data():
    rng = np.random.default_rng(2)
    daily = RECORDED._replace(width=np.ones(4))
    low, width = record_events(np.array([0.3, 4.99, 8.5]), daily, rng)
    assert low.tolist() == [0.0, 4.0, 8.0]
    assert width.tolist() == [1.0, 1.0, 1.0]
    exact = RECORDED._replace(width=np.zeros(4))
    assert record_events(np.array([0.3]), exact, rng)[0].tolist() == [0.3]


def test_rubin_by_hand():
    """Two draws 1 and 3 of variance 2: mean 2, W = 2, B = 2, T = 2 + 1.5 * 2 = 5."""
    pooled = pool_estimates(
        [estimate([1.0, 0.5, 0.0], [2.0, 1.0, 1.0]),
         estimate([3.0, 0.5, 0.0], [2.0, 1.0, 1.0])], 103
    )  # fmt: skip
    assert pooled.theta.tolist() == [2.0, 0.5, 0.0]
    assert np.isclose(pooled.covariance[0, 0], 5.0)
    assert np.isclose(pooled.dating_share[0], 0.6)
    old, seen = 1 / 0.36, 101 / 103 * 100 * 0.4
    assert np.isclose(pooled.df[0], old * seen / (old + seen))
    assert pooled.dating_share[1] == 0.0


def test_one_draw_passes_through_and_undetermined_ones_are_told():
    pooled = pool_estimates([estimate([1.0, 0.5, 0.0], [2.0, 1.0, 4.0])], 50)
    assert np.allclose(np.diag(pooled.covariance), [2.0, 1.0, 4.0])
    assert pooled.df[0] == 47
    bad = estimate([1.0, 0.5, 0.0], [2.0, 1.0, 4.0])._replace(information=-np.eye(3))
    assert pool_estimates([bad], 50).covariance is None


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_generator_gives_the_same_draw(seed):
    one = draw_history(RECORDED, np.random.default_rng(seed))
    other = draw_history(RECORDED, np.random.default_rng(seed))
    assert np.array_equal(one.times, other.times)
