import numpy as np

from conflictstats.numerics.hawkes_events import mark_weights, merge_history


def test_streams_are_merged_in_time_and_gaps_are_between_neighbours():
    history = merge_history(
        np.array([3.0, 1.0, 2.0, 2.0]), np.array([0, 1, 1, 0]), (0.0, 4.0), 2
    )
    assert history.times.tolist() == [1, 2, 2, 3]
    assert history.code.tolist() == [1, 0, 1, 0]
    assert history.gap.tolist() == [0, 1, 0, 1]
    assert history.counts.tolist() == [2, 2]
    assert history.duration == 4


def test_events_before_the_window_are_history_only():
    history = merge_history(np.array([-1.0, 0.5]), np.zeros(2, int), (0.0, 2.0), 1)
    assert history.counts.tolist() == [1]
    assert history.observed.tolist() == [False, True]
    assert history.first == -1.0
    nothing = merge_history(np.zeros(0), np.zeros(0, int), (2.0, 3.0), 1)
    assert nothing.first == 2.0


def test_mark_weights_have_mean_one_and_right_derivatives():
    rng = np.random.default_rng(3)
    history = merge_history(
        rng.uniform(size=30),
        rng.integers(2, size=30),
        (0.0, 1.0),
        3,
        rng.gamma(1, 9, 30),
    )
    weights, first, second = mark_weights(history, 0.7)
    for stream in (0, 1):
        assert np.isclose(weights[history.code == stream].mean(), 1.0)
    ahead, behind = mark_weights(history, 0.7 + 1e-5), mark_weights(history, 0.7 - 1e-5)
    assert np.allclose((ahead[0] - behind[0]) / 2e-5, first, atol=1e-8)
    assert np.allclose((ahead[1] - behind[1]) / 2e-5, second, atol=1e-8)
