"""Against hand-computed cases, statsmodels, and R's MASS::glm.nb."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from conflictstats.numerics.count_regression import (
    fit_nb2,
    fit_poisson,
    maximise_alpha,
    nb2_loglik,
    poisson_loglik,
)
from tests.shared import shared_path

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden/trend/expected.json").read_text()
)


@pytest.fixture
def data(rng):
    n = 120
    t = np.arange(n) - (n - 1) / 2
    x = np.column_stack([np.ones(n), t])
    mean = np.exp(2 + 0.005 * t)
    return x, rng.negative_binomial(2, 2 / (2 + mean)).astype(float), np.zeros(n)


def test_constant_rate_by_hand():
    y = np.array([1.0, 2, 3, 6])
    exposure = np.array([1.0, 1, 2, 2])
    fit = fit_poisson(np.ones((4, 1)), y, np.log(exposure))
    assert fit.beta[0] == pytest.approx(np.log(12 / 6))
    assert fit.bread[0, 0] == pytest.approx(1 / 12)
    expected = stats.poisson.logpmf(y, 2 * exposure).sum()
    assert fit.log_likelihood == pytest.approx(expected)


def test_poisson_agrees_with_statsmodels(data):
    x, y, offset = data
    ours = fit_poisson(x, y, offset)
    theirs = sm.GLM(y, x, family=sm.families.Poisson()).fit(tol=1e-12)
    np.testing.assert_allclose(ours.beta, theirs.params, rtol=1e-9)
    np.testing.assert_allclose(ours.bread, theirs.cov_params(), rtol=1e-9)
    assert ours.log_likelihood == pytest.approx(theirs.llf, rel=1e-12)


def test_nb2_agrees_with_statsmodels(data):
    x, y, offset = data
    ours = fit_nb2(x, y, offset)
    theirs = sm.NegativeBinomial(y, x).fit(disp=0, warn_convergence=False)
    np.testing.assert_allclose([*ours.beta, ours.alpha], theirs.params, rtol=1e-4)
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)
    assert ours.log_likelihood >= theirs.llf - 1e-9
    assert ours.alpha_se == pytest.approx(theirs.bse[-1], rel=0.01)


@pytest.mark.golden
def test_seat_belts_agree_with_glm_nb():
    table = pd.read_csv(shared_path("data/series/Seatbelts.csv"))
    k = np.arange(1, 193)
    x = np.column_stack(
        [np.ones(192), table["law"], k, np.sin(np.pi * k / 6), np.cos(np.pi * k / 6)]
    )
    fit = fit_nb2(x, table["DriversKilled"].to_numpy(float), np.zeros(192))
    want = GOLDEN["its_seatbelts_nb"]
    np.testing.assert_allclose(fit.beta, want["coef"], rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.bread)), want["se"], rtol=1e-5)
    assert 1 / fit.alpha == pytest.approx(want["theta"], rel=1e-6)
    assert fit.alpha_se / fit.alpha**2 == pytest.approx(want["se_theta"], rel=1e-5)
    assert 2 * fit.log_likelihood == pytest.approx(want["twologlik"], rel=1e-8)


def test_underdispersed_counts_have_no_extra_variance():
    y = np.tile([5.0, 6.0], 20)
    fit = fit_nb2(np.ones((40, 1)), y, np.zeros(40))
    assert fit.alpha == 0
    assert fit.converged


def test_separated_counts_do_not_converge():
    n = 12
    x = np.column_stack([np.ones(n), np.arange(n) - (n - 1) / 2])
    y = np.zeros(n)
    y[-1] = 40
    assert not fit_poisson(x, y, np.zeros(n)).converged
    assert not fit_nb2(x, y, np.zeros(n)).converged


def test_a_column_without_information_is_survived():
    x = np.column_stack([np.ones(9), np.ones(9)])
    fit = fit_poisson(x, np.arange(9.0), np.zeros(9))
    assert fit.mu == pytest.approx(np.full(9, 4.0))


def test_alpha_maximises_the_likelihood(data):
    _, y, _ = data
    mu = np.full(len(y), y.mean())
    best = maximise_alpha(y, mu, 0.5)
    top = nb2_loglik(y, mu, best)
    assert top > nb2_loglik(y, mu, best * 1.01)
    assert top > nb2_loglik(y, mu, best / 1.01)
    assert maximise_alpha(y, mu, 1e5) == pytest.approx(best, rel=1e-8)


@pytest.mark.parametrize("alpha", [1e-9, 0.1, 3.0])
def test_likelihoods_agree_with_scipy(alpha):
    y, mu = np.array([0.0, 3, 70]), np.array([0.5, 4, 60])
    p = 1 / (1 + alpha * mu)
    expected = (
        stats.poisson.logpmf(y, mu).sum()
        if alpha < 1e-8
        else stats.nbinom.logpmf(y, 1 / alpha, p).sum()
    )
    assert nb2_loglik(y, mu, alpha) == pytest.approx(expected, rel=1e-6)
    assert nb2_loglik(y, mu, 0) == poisson_loglik(y, mu)
