import numpy as np
import pytest

from conflictstats.numerics.hawkes_estimate import estimate_hawkes, make_objective
from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_inference import (
    boundary_test,
    estimate_covariance,
    profile_interval,
    radius_variance,
    spectral_radius,
)
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.hawkes_simulation import simulate_clusters
from conflictstats.numerics.point_baselines import PointBaseline


def fitted(theta, end, k=1, seed=1):
    shape = HawkesShape(
        k, PointBaseline("constant", 0.0, end), kernel_groups(k, "shared")
    )
    drawn = simulate_clusters(shape, np.asarray(theta), np.random.default_rng(seed))
    history = merge_history(drawn.times, drawn.code, (0.0, end), k)
    return estimate_hawkes(shape, history), make_objective(shape, history)


def test_radius_of_a_known_matrix_and_its_gradient():
    matrix = np.array([[0.4, 0.2], [0.3, 0.3]])
    radius, gradient = spectral_radius(matrix)
    assert np.isclose(radius, 0.6)
    for i in range(2):
        for j in range(2):
            step = np.zeros((2, 2))
            step[i, j] = 1e-6
            slope = (
                spectral_radius(matrix + step)[0] - spectral_radius(matrix - step)[0]
            )
            assert np.isclose(gradient[i, j], slope / 2e-6, atol=1e-6)
    assert spectral_radius(np.zeros((2, 2)))[0] == 0.0


def test_the_profile_drops_by_the_quantile_at_its_ends():
    found, objective = fitted([-0.7, 0.5, 0.0], 300.0)
    error = np.sqrt(estimate_covariance(found)[1, 1])
    low, high = profile_interval(found, objective, 1, error=error)
    for value in (low, high):
        held = estimate_hawkes(
            found.shape, objective.history, start=found.theta, pinned={1: value},
            objective=objective,
        )  # fmt: skip
        drop = 2 * (found.log_likelihood - held.log_likelihood)
        assert np.isclose(drop, 3.841459, atol=1e-3)
    rough = profile_interval(found, objective, 1, error=10 * error)
    assert np.allclose(rough, [low, high], atol=1e-3)


def test_a_profile_that_reaches_zero_ends_there():
    found, objective = fitted([-0.7, 0.05, 0.0], 60.0, seed=3)
    assert profile_interval(found, objective, 1, level=0.999)[0] == 0.0


def test_a_tiny_first_step_still_reaches_the_end():
    found, objective = fitted([-0.7, 0.5, 0.0], 300.0)
    usual = profile_interval(found, objective, 1, error=0.06)
    assert np.allclose(
        profile_interval(found, objective, 1, error=1e-4), usual, atol=1e-3
    )


def test_boundary_test_sees_excitation_and_its_absence():
    found, objective = fitted([-0.7, 0.5, 0.0], 300.0)
    statistic, p = boundary_test(found, objective, 1)
    assert statistic > 20
    assert p < 1e-4
    at_zero = found._replace(theta=np.array([-0.7, 0.0, 0.0]))
    assert boundary_test(at_zero, objective, 1) == (0.0, 1.0)


def test_variance_of_the_radius_of_one_stream_is_that_of_n():
    found, _ = fitted([-0.7, 0.5, 0.0], 300.0)
    covariance = estimate_covariance(found)
    assert np.isclose(radius_variance(found, covariance), covariance[1, 1])


def test_covariance_is_withheld_where_data_do_not_determine():
    found, _ = fitted([-0.7, 0.5, 0.0], 300.0)
    flat = found._replace(information=np.diag([1.0, 1.0, -1.0]))
    assert estimate_covariance(flat) is None
    pinned = found._replace(free=np.zeros(3, dtype=bool))
    assert not estimate_covariance(pinned).any()


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("end", [500.0, 1500.0])
def test_profile_interval_of_the_branching_ratio_covers(end):
    inside = 0
    for seed in range(1000):
        found, objective = fitted([-0.7, 0.5, 0.0], end, seed=seed)
        covariance = estimate_covariance(found)
        error = 0.1 if covariance is None else np.sqrt(max(covariance[1, 1], 1e-4))
        low, high = profile_interval(found, objective, 1, error=error)
        inside += low <= 0.5 <= high
    assert 930 <= inside <= 970
