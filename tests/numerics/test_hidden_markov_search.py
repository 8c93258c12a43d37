"""Many starts against the published maxima; standard errors against simulation."""

import json
from pathlib import Path

import numpy as np
import pytest

from conflictstats.numerics.hidden_markov import (
    HiddenMarkov,
    simulate_states,
    stationary_distribution,
)
from conflictstats.numerics.hidden_markov_emission import index_counts
from conflictstats.numerics.hidden_markov_fit import Shape
from conflictstats.numerics.hidden_markov_search import (
    search,
    starting_model,
    state_uncertainty,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "regimes"
EXPECTED = json.loads((GOLDEN / "expected.json").read_text())


def series(name):
    return np.loadtxt(GOLDEN / f"{name}.csv", delimiter=",", skiprows=1)[:, 1]


def free(m, nb=False, groups=1, stationary=True):
    return Shape(m, groups, np.full(m, nb), np.ones(m, dtype=bool), stationary)


CASES = [
    ("earthquakes", "hmm_earthquakes_poisson", "m2", 2, False),
    ("earthquakes", "hmm_earthquakes_poisson", "m3", 3, False),
    ("earthquakes", "hmm_earthquakes_poisson", "m4", 4, False),
    ("coal_annual", "hmm_coal_poisson_nb", "pois2", 2, False),
    ("coal_annual", "hmm_coal_poisson_nb", "pois3", 3, False),
    ("coal_annual", "hmm_coal_poisson_nb", "nb2", 2, True),
]


@pytest.mark.golden
@pytest.mark.parametrize(("name", "entry", "case", "m", "nb"), CASES)
def test_published_maxima(name, entry, case, m, nb):
    expected, tol = EXPECTED[entry]["value"][case], EXPECTED[entry]["tol"]
    data = index_counts([series(name)])
    found = search(data, free(m, nb), n_starts=15, rng=np.random.default_rng(1))
    model, order = found.best.model, np.argsort(expected["lambda"])
    assert -found.best.log_likelihood == pytest.approx(expected["negll"], abs=1e-4)
    np.testing.assert_allclose(model.rates, np.sort(expected["lambda"]), rtol=tol)
    gamma = np.array(expected["gamma"])[np.ix_(order, order)]
    np.testing.assert_allclose(model.gamma[0], gamma, atol=tol)
    delta = np.array(expected["delta"])[order]
    np.testing.assert_allclose(model.delta[0], delta, atol=tol)
    p = free(m, nb).n_parameters()
    aic = -2 * found.best.log_likelihood + 2 * p
    bic = -2 * found.best.log_likelihood + p * np.log(data.n_known)
    assert aic == pytest.approx(expected["AIC"], abs=1e-3)
    assert bic == pytest.approx(expected["BIC"], abs=1e-3)
    if nb:
        sizes = np.array(expected["size"])[order]
        assert model.sizes[0] == pytest.approx(sizes[0], rel=tol)
        assert np.isinf(model.sizes[1])
        assert sizes[1] > 1e6
    assert found.n_at_optimum >= 2
    assert found.log_joint <= found.best.log_likelihood


def test_the_same_rng_gives_the_same_search():
    data = index_counts([series("coal_annual")])
    runs = [
        search(data, free(2), n_starts=4, rng=np.random.default_rng(7)) for _ in "ab"
    ]
    np.testing.assert_array_equal(runs[0].best.model.gamma, runs[1].best.model.gamma)
    assert runs[0].n_starts == 4


def test_starts_have_distinct_rates_even_on_zeros():
    data = index_counts([np.zeros(30)])
    begin = starting_model(data, free(3), np.random.default_rng(1))
    assert np.all(np.diff(begin.rates) > 0)
    np.testing.assert_allclose(begin.gamma.sum(axis=2), 1)
    one = starting_model(data, free(1), None)
    np.testing.assert_array_equal(one.gamma, [[[1.0]]])


def test_a_single_odd_day_is_not_a_state():
    y = np.full(40, 5.0)
    y[20] = 400
    found = search(index_counts([y]), free(2), n_starts=5, rng=np.random.default_rng(1))
    assert found.best is None
    assert found.n_rejected == 5


def test_standard_errors_agree_with_the_spread_over_simulations():
    gamma = np.array([[[0.95, 0.05], [0.1, 0.9]]])
    truth = HiddenMarkov(
        np.array([2.0, 12.0]),
        np.array([np.inf, 4.0]),
        gamma,
        stationary_distribution(gamma),
    )
    rng = np.random.default_rng(10)
    form = Shape(2, 1, np.array([False, True]), np.ones(2, dtype=bool), True)
    logs, errors = [], []
    for _ in range(60):
        _, counts = simulate_states(truth, [np.ones(400)], np.array([0]), rng)
        data = index_counts(counts)
        model = search(data, form, n_starts=1, rng=rng).best.model
        said = state_uncertainty(data, model, stationary=True)
        assert said.covariance_found
        stay = model.gamma[0, 0, 0]
        logs.append([*np.log(model.rates), np.log(stay / (1 - stay))])
        errors.append([*said.log_rate, said.stay_logit[0, 0]])
        # With two states the logit of moving is minus the logit of staying.
        assert said.move_logit[0, 0, 1] == pytest.approx(said.stay_logit[0, 0])
    ratio = np.mean(errors, axis=0) / np.std(logs, axis=0, ddof=1)
    assert np.all((ratio > 0.7) & (ratio < 1.4))


def test_boundary_moves_and_poisson_sizes_have_no_standard_error():
    data = index_counts([series("earthquakes")])
    best = search(data, free(3), n_starts=10, rng=np.random.default_rng(1)).best
    said = state_uncertainty(data, best.model, stationary=True)
    assert np.isnan(said.move_logit[0, 2, 0])
    assert np.isfinite(said.move_logit[0, 2, 1])
    assert np.all(np.isnan(said.log_size))
    assert np.all(np.isfinite(said.log_rate))


def test_a_state_never_left_has_no_duration_interval():
    gamma = np.array([[[1 - 1e-11, 1e-11], [0.5, 0.5]]])
    stuck = HiddenMarkov(
        np.array([1.0, 50.0]), np.full(2, np.inf), gamma, stationary_distribution(gamma)
    )
    data = index_counts([np.ones(30)])
    said = state_uncertainty(data, stuck, stationary=False)
    assert np.isnan(said.stay_logit[0, 0])


def test_a_singular_information_is_said_not_raised(monkeypatch):
    module = "conflictstats.numerics.hidden_markov_search.observed_information"
    monkeypatch.setattr(
        module, lambda data, theta, shape: np.zeros((theta.size, theta.size))
    )
    data = index_counts([np.array([1.0, 2, 1, 9, 8, 9, 1, 1])])
    model = HiddenMarkov(
        np.array([1.0, 8.0]), np.full(2, np.inf),
        np.array([[[0.8, 0.2], [0.3, 0.7]]]), np.array([[0.6, 0.4]]),
    )  # fmt: skip
    found = state_uncertainty(data, model, stationary=True)
    assert not found.covariance_found
    assert np.isnan(found.log_rate).all()
