import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate

from conflictstats.numerics.hawkes_estimate import estimate_hawkes, make_objective
from conflictstats.numerics.hawkes_events import mark_weights, merge_history
from conflictstats.numerics.hawkes_likelihood import (
    HawkesObjective,
    HawkesShape,
    kernel_groups,
)
from conflictstats.numerics.hawkes_residuals import (
    compensators,
    kolmogorov_smirnov,
    ljung_box,
    rescaled_gaps,
    residual_statistics,
)
from conflictstats.numerics.hawkes_simulation import simulate_clusters
from conflictstats.numerics.point_baselines import PointBaseline, baseline_rate
from tests.shared import shared_path

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden/escalation/expected.json").read_text()
)


@pytest.mark.parametrize("kernel", ["exponential", "power_law"])
@pytest.mark.parametrize("marked", [True, False])
def test_compensator_is_the_integral_of_the_intensity(kernel, marked):
    rng = np.random.default_rng(7)
    history = merge_history(
        rng.uniform(0, 20, 20), rng.integers(2, size=20), (4.0, 20.0), 2,
        rng.gamma(1, 4, 20) if marked else None,
    )  # fmt: skip
    base = PointBaseline("trend", 4.0, 20.0)
    shape = HawkesShape(2, base, kernel_groups(2, "target"), kernel, marked)
    theta = rng.normal(size=shape.size) * 0.2
    theta[shape.branching()] = rng.uniform(0.1, 0.4, size=(2, 2))
    objective = make_objective(shape, history)
    kappa = mark_weights(history, theta[-1] if marked else 0.0)[0]

    def intensity(t, a):
        rate = baseline_rate(base, theta[shape.background(a)], np.array([t]))[0]
        own = np.exp(theta[shape.kernel_places(a)])
        for when, b, k in zip(history.times, history.code, kappa, strict=True):
            if when < t:
                x = t - when
                g = own[0] * np.exp(-own[0] * x)
                if kernel == "power_law":
                    g = own[1] / own[0] * (1 + x / own[0]) ** (-1 - own[1])
                rate += theta[shape.branching()][a, b] * k * g
        return rate

    for a, got in enumerate(compensators(objective, theta)):
        times = history.times[(history.code == a) & history.observed]
        cuts = np.unique(np.concatenate([[4.0], history.times[history.observed]]))
        pieces = [
            integrate.fixed_quad(
                lambda ts, a=a: np.array([intensity(t, a) for t in ts]), low, high, n=12
            )[0]
            for low, high in itertools.pairwise(cuts)
        ]
        whole = np.concatenate([[0.0], np.cumsum(pieces)])
        assert np.allclose(got, whole[np.searchsorted(cuts, times)], atol=1e-5)


@pytest.mark.golden
def test_golden_distances():
    value = GOLDEN["hawkes_exponential"]["value"]
    times = np.loadtxt(shared_path("data/hawkes/exp_mu0.5_n0.6_beta1.2_T1000.txt"))
    history = merge_history(times, np.zeros(times.size, int), (0.0, 1000.0), 1)
    shape = HawkesShape(
        1, PointBaseline("constant", 0.0, 1000.0), kernel_groups(1, "shared")
    )
    found = estimate_hawkes(shape, history)
    rescaled = compensators(make_objective(shape, history), found.theta)[0]
    distance, p = kolmogorov_smirnov(rescaled_gaps(rescaled))
    assert np.isclose(distance, value["ks_interarrival_D"], atol=1e-7)
    assert np.isclose(p, value["ks_interarrival_p"], atol=1e-3)
    ranks = kolmogorov_smirnov(rescaled / times.size)
    assert np.isclose(ranks[0], value["ks_uniform_D"], atol=2e-4)
    assert np.isclose(ranks[1], value["ks_uniform_p"], atol=2e-3)


def test_residuals_of_the_true_model_are_uniform_and_of_a_wrong_one_not():
    shape = HawkesShape(
        1, PointBaseline("constant", 0.0, 2000.0), kernel_groups(1, "shared")
    )
    truth = np.array([-0.7, 0.6, 0.0])
    rng, p_values = np.random.default_rng(8), []
    for _ in range(40):
        drawn = simulate_clusters(shape, truth, rng)
        history = merge_history(drawn.times, drawn.code, (0.0, 2000.0), 1)
        parts = compensators(HawkesObjective(shape, history), truth)
        p_values.append(kolmogorov_smirnov(rescaled_gaps(parts[0]))[1])
    assert kolmogorov_smirnov(np.array(p_values))[1] > 0.001
    wrong = HawkesObjective(shape, history, excited=False)
    level = np.array([np.log(history.times.size / 2000.0), 0.0, 0.0])
    uniforms = rescaled_gaps(compensators(wrong, level)[0])
    assert kolmogorov_smirnov(uniforms)[1] < 1e-4
    assert ljung_box(uniforms)[1] < 1e-4


def test_statistics_of_next_to_nothing():
    assert kolmogorov_smirnov(np.zeros(0)) == (0.0, 1.0)
    assert ljung_box(np.full(3, 0.5)) == (0.0, 1.0)
    assert ljung_box(np.full(30, 0.5)) == (0.0, 1.0)
    assert residual_statistics([np.arange(1.0, 9.0)]).shape == (1, 2)
