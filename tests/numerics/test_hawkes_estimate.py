import json
from pathlib import Path

import numpy as np
import pytest

from conflictstats.numerics.hawkes_estimate import (
    decay_grid,
    estimate_hawkes,
    estimate_poisson,
    make_objective,
    parameter_bounds,
    shortest_scale,
)
from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_inference import estimate_covariance
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.hawkes_simulation import simulate_clusters
from conflictstats.numerics.point_baselines import PointBaseline
from tests.shared import shared_path

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden/escalation/expected.json").read_text()
)


def shape_of(end, k=1, kernel="exponential", kind="constant", **more):
    return HawkesShape(
        k, PointBaseline(kind, 0.0, end, **more), kernel_groups(k, "shared"), kernel
    )


def simulated(shape, theta, seed):
    drawn = simulate_clusters(shape, np.asarray(theta), np.random.default_rng(seed))
    window = shape.baseline.start, shape.baseline.end
    return merge_history(drawn.times, drawn.code, window, shape.n_streams)


@pytest.mark.golden
def test_golden_univariate():
    value = GOLDEN["hawkes_exponential"]["value"]
    times = np.loadtxt(shared_path("data/hawkes/exp_mu0.5_n0.6_beta1.2_T1000.txt"))
    history = merge_history(times, np.zeros(times.size, int), (0.0, value["T"]), 1)
    assert times.size == value["n_events"]
    shape = shape_of(1000.0)
    found = estimate_hawkes(shape, history)
    assert found.converged
    assert np.isclose(found.log_likelihood, value["loglik"], atol=1e-9)
    natural = np.array([np.exp(found.theta[0]), found.theta[1], np.exp(found.theta[2])])
    assert np.allclose(
        natural, [value["mu"], value["branching"], value["beta"]], atol=1e-8
    )
    jacobian = np.diag([natural[0], 1.0, natural[2]])
    covariance = jacobian @ estimate_covariance(found) @ jacobian
    assert np.allclose(covariance, value["cov"], atol=1e-9)
    assert np.allclose(np.sqrt(np.diag(covariance)), value["se"], atol=1e-6)
    plain = estimate_poisson(shape, history)
    assert np.isclose(plain.log_likelihood, value["poisson_loglik"], atol=1e-9)
    assert 2 * found.n_parameters - 2 * found.log_likelihood == pytest.approx(
        value["aic"]
    )


@pytest.mark.golden
def test_golden_bivariate():
    value = GOLDEN["hawkes_bivariate_shared_decay"]["value"]
    rows = np.loadtxt(
        shared_path("data/hawkes/biv_beta1_T1500.csv"), delimiter=",", skiprows=1
    )
    history = merge_history(rows[:, 0], rows[:, 1].astype(int), (0.0, value["T"]), 2)
    assert history.counts.tolist() == value["n"]
    found = estimate_hawkes(shape_of(1500.0, 2), history)
    assert np.isclose(found.log_likelihood, value["loglik"], atol=1e-8)
    assert np.allclose(np.exp(found.theta[:2]), value["mu"], atol=1e-6)
    assert np.allclose(found.branching, value["N"], atol=1e-6)
    assert np.isclose(np.exp(found.theta[-1]), value["beta"], atol=1e-6)
    scale = np.concatenate(
        [np.exp(found.theta[:2]), np.ones(4), np.exp(found.theta[6:])]
    )
    errors = np.sqrt(np.diag(estimate_covariance(found))) * scale
    assert np.allclose(errors, value["se"], atol=1e-6)
    truth = np.array([0.2, 0.1, 0.4, 0.2, 0.3, 0.3, 1.0])
    at_truth = np.concatenate([np.log(truth[:2]), truth[2:6], np.log(truth[6:])])
    likelihood = make_objective(found.shape, history)(at_truth)[0]
    assert likelihood <= found.log_likelihood
    assert value["spectral_radius"] == pytest.approx(
        np.max(np.linalg.eigvals(found.branching).real), abs=1e-6
    )


def test_scaling_time_scales_rates():
    shape = shape_of(500.0)
    history = simulated(shape, [-0.7, 0.5, 0.0], 1)
    wide = merge_history(history.times * 24, history.code, (0.0, 12000.0), 1)
    one, other = (
        estimate_hawkes(shape, history),
        estimate_hawkes(shape_of(12000.0), wide),
    )
    shift = np.array([np.log(24), 0.0, np.log(24)])
    assert np.allclose(one.theta - shift, other.theta, atol=1e-7)


def test_relabelling_streams_permutes_the_matrix():
    shape = shape_of(400.0, 2)
    theta = [-1.0, -1.5, 0.3, 0.2, 0.1, 0.4, 0.2]
    history = simulated(shape, theta, 2)
    swapped = merge_history(history.times, 1 - history.code, (0.0, 400.0), 2)
    one, other = estimate_hawkes(shape, history), estimate_hawkes(shape, swapped)
    assert np.isclose(one.log_likelihood, other.log_likelihood, atol=1e-9)
    assert np.allclose(one.branching, other.branching[::-1, ::-1], atol=1e-7)


def test_a_power_law_is_found_again():
    shape = shape_of(3000.0, kernel="power_law")
    history = simulated(shape, [-0.7, 0.5, np.log(0.5), np.log(1.0)], 3)
    found = estimate_hawkes(shape, history)
    errors = np.sqrt(np.diag(estimate_covariance(found)))
    gap = np.abs(found.theta - [-0.7, 0.5, np.log(0.5), 0.0])
    assert found.converged
    assert np.all(gap < 4 * errors)


def test_many_events_are_searched_on_a_stretch():
    shape = shape_of(30000.0, kind="piecewise", breaks=(10000.0,))
    history = simulated(shape, [-0.7, -0.9, 0.5, 0.0], 4)
    assert history.times.size > 20000
    found = estimate_hawkes(shape, history)
    assert found.converged
    assert np.allclose(found.theta, [-0.7, -0.9, 0.5, 0.0], atol=0.15)


def test_a_pinned_parameter_stays():
    shape = shape_of(300.0)
    history = simulated(shape, [-0.7, 0.5, 0.0], 5)
    found = estimate_hawkes(shape, history, pinned={1: 0.25})
    assert found.branching[0, 0] == 0.25
    assert found.free.tolist() == [True, False, True]


def test_a_stream_without_events_does_not_stop_the_others():
    shape = shape_of(300.0, 2)
    one = simulated(shape_of(300.0), [-0.7, 0.5, 0.0], 6)
    history = merge_history(one.times, one.code, (0.0, 300.0), 2)
    found = estimate_hawkes(shape, history)
    assert np.isfinite(found.log_likelihood)
    assert found.branching[1, 0] == 0.0


def test_bounds_and_starts_without_any_gap():
    history = merge_history(np.full(3, 1.0), np.zeros(3, int), (0.0, 10.0), 1)
    lower, upper, _ = parameter_bounds(shape_of(10.0), history)
    assert np.all(lower <= upper)
    assert decay_grid(history).tolist() == [1.0]
    assert shortest_scale(history) == 10.0
