import json
from pathlib import Path

import numpy as np
import pytest

from conflictstats.numerics.hawkes_discrete import CountSeries
from conflictstats.numerics.hawkes_discrete_fit import (
    _sum_of_draws,
    estimate_discrete,
    simulate_counts,
)
from conflictstats.numerics.hawkes_estimate import estimate_hawkes
from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.hawkes_simulation import simulate_clusters
from conflictstats.numerics.point_baselines import PointBaseline
from tests.shared import shared_path

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden/escalation/expected.json").read_text()
)


@pytest.mark.golden
@pytest.mark.parametrize("name", ["poisson", "nb"])
def test_golden_discrete(name):
    value = GOLDEN["hawkes_binned_bias"][f"golden_discrete_{name}"]
    counts = np.loadtxt(shared_path("data/hawkes/exp_daily_counts.txt"))[None]
    base = PointBaseline("constant", 0.0, 1000.0)
    found = estimate_discrete(CountSeries(counts, base, "geometric", name == "nb"))
    assert found.converged
    assert np.isclose(found.log_likelihood, value["loglik"], atol=1e-8)
    assert np.isclose(np.exp(found.theta[0]), value["mu"], atol=1e-5)
    assert np.isclose(found.theta[1], value["n"], atol=1e-5)
    assert np.isclose(np.exp(found.theta[2]), value["b"], atol=1e-5)
    if name == "nb":
        assert np.isclose(np.exp(found.theta[3]), value["size"], atol=1e-5)
    else:
        assert np.isclose(np.exp(-np.exp(found.theta[2])), value["q"], atol=1e-5)


def test_as_periods_shrink_the_discrete_form_becomes_the_continuous_one():
    base = PointBaseline("constant", 0.0, 400.0)
    shape = HawkesShape(1, base, kernel_groups(1, "shared"))
    truth = np.array([np.log(0.7), 0.5, np.log(0.5)])
    drawn = simulate_clusters(shape, truth, np.random.default_rng(5))
    exact = estimate_hawkes(
        shape, merge_history(drawn.times, drawn.code, (0.0, 400.0), 1)
    ).theta
    gaps = []
    for width in (2.0, 0.01):
        n = round(400 / width)
        counts = np.histogram(drawn.times, np.linspace(0, 400, n + 1))[0][None]
        found = estimate_discrete(
            CountSeries(
                counts.astype(float),
                PointBaseline("constant", 0.0, float(n)),
                "geometric",
                False,
            )
        ).theta
        scaled = found - [np.log(width), 0.0, np.log(width)]
        gaps.append(np.max(np.abs(scaled - exact)))
    assert gaps[1] < 0.02 < gaps[0]


@pytest.mark.parametrize("lags", ["geometric", "lomax"])
@pytest.mark.parametrize("negative_binomial", [True, False])
def test_simulated_counts_give_their_parameters_back(lags, negative_binomial):
    rng = np.random.default_rng(6)
    base = PointBaseline("constant", 0.0, 3000.0)
    empty = CountSeries(np.zeros((2, 3000)), base, lags, negative_binomial)
    empty.counts[1, 10] = np.nan
    theta = np.zeros(empty.size)
    theta[empty.places[1]] = [[0.3, 0.2], [0.1, 0.4]]
    theta[empty.places[2]] = -0.3
    counts = simulate_counts(empty, theta, rng)
    assert np.isnan(counts[1, 10])
    found = estimate_discrete(empty._replace(counts=counts))
    assert found.converged
    assert np.allclose(found.theta[empty.places[1]], theta[empty.places[1]], atol=0.12)


def test_the_background_alone_is_the_mean():
    counts = np.array([[1.0, 3.0, np.nan, 2.0]])
    data = CountSeries(counts, PointBaseline("constant", 0.0, 4.0), "geometric", False)
    found = estimate_discrete(data, excited=False)
    assert np.isclose(np.exp(found.theta[0]), 2.0)
    assert found.free.tolist() == [True, False, False]


@pytest.mark.parametrize("count", [0, 3, 4, 4000])
def test_sums_of_drawn_marks_have_the_pools_mean(count):
    pool = np.array([1.0, 2.0, 9.0])
    rng = np.random.default_rng(5)
    sums = [_sum_of_draws(pool, count, rng) for _ in range(4000)]
    error = pool.std() * np.sqrt(count / 4000)
    assert abs(np.mean(sums) - 4 * count) <= 4 * error
    assert np.std(sums) == pytest.approx(pool.std() * np.sqrt(count), rel=0.1)
