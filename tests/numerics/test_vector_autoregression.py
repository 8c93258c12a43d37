"""Vector autoregressions against R, statsmodels and hand-made cases."""

import json
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.tsa.api import VAR

from conflictstats.numerics.vector_autoregression import (
    bandwidth,
    bic,
    bootstrap_responses,
    choose_lags,
    fit_autoregression,
    granger_test,
    hac_covariance,
    impulse_responses,
    lagged_design,
    leave_out_residual,
    wald_test,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "retaliation"


def simulated(n=400, seed=1):
    rng = np.random.default_rng(seed)
    y = np.zeros((n, 2))
    for t in range(2, n):
        y[t, 0] = 1 + 0.4 * y[t - 1, 0] + rng.normal()
        y[t, 1] = 0.5 + 0.3 * y[t - 1, 0] + 0.2 * y[t - 2, 1] + rng.normal()
    return y


def nothing(y):
    return np.zeros((len(y), 0))


@pytest.mark.golden
def test_the_chicken_and_the_egg():
    expected = json.loads((GOLDEN / "expected.json").read_text())["granger_ChickEgg"]
    y = np.loadtxt(GOLDEN / "chickens_eggs.csv", delimiter=",", skiprows=1)[:, 1:]
    design = lagged_design(y, 3, nothing(y))
    for source, target, name in (
        (0, 1, "chicken_causes_egg"),
        (1, 0, "egg_causes_chicken"),
    ):
        found, said = granger_test(design, source, target), expected["value"][name]
        assert found.statistic == pytest.approx(said["F"], rel=1e-6)
        assert found.p_value == pytest.approx(said["p"], rel=1e-6)
        assert (found.df, found.df_rest) == (3, 54 - 3 - 7)


def test_coefficients_responses_and_bic_equal_statsmodels():
    y = simulated()
    fit = fit_autoregression(lagged_design(y, 2, nothing(y)))
    theirs = VAR(y).fit(2)
    np.testing.assert_allclose(fit.coef, theirs.params, rtol=1e-8)
    np.testing.assert_allclose(
        impulse_responses(fit.coef, 2, 10), theirs.irf(10).irfs, atol=1e-12
    )
    assert bic(fit) == pytest.approx(theirs.bic, rel=1e-10)


def test_hac_equals_statsmodels():
    y = simulated()
    fit = fit_autoregression(lagged_design(y, 2, nothing(y)))
    design = fit.design
    lag = bandwidth(len(design.y))
    scores = design.x * fit.residual[:, [1]]
    ours = hac_covariance(scores, design.position, fit.bread, lag, design.x.shape[1])
    theirs = sm.OLS(design.y[:, 1], design.x).fit(
        cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": True}
    )
    np.testing.assert_allclose(ours, theirs.cov_params(), rtol=1e-8)
    at = design.columns(0)
    found = wald_test(
        fit.coef[at, 1], ours[np.ix_(at, at)], len(scores) - design.x.shape[1]
    )
    restrictions = np.eye(design.x.shape[1])[at]
    said = theirs.f_test(restrictions)
    assert found.statistic == pytest.approx(float(said.fvalue), rel=1e-8)
    both = np.hstack([design.x * fit.residual[:, [k]] for k in range(2)])
    joint = hac_covariance(both, design.position, fit.bread, lag, design.x.shape[1])
    m = design.x.shape[1]
    np.testing.assert_allclose(joint[m:, m:], ours, rtol=1e-10)


def test_leave_out_residuals_are_those_of_fits_without_the_row():
    y = simulated(30)
    fit = fit_autoregression(lagged_design(y, 1, nothing(y)))
    x, left = fit.design.x, fit.design.y[:, 0]
    ours = leave_out_residual(x, fit.residual, fit.bread)
    for row in (0, 7):
        rest = np.arange(len(x)) != row
        coef = np.linalg.lstsq(x[rest], left[rest], rcond=None)[0]
        assert ours[row, 0] == pytest.approx(left[row] - x[row] @ coef)
    single = leave_out_residual(x, fit.residual[:, 0], fit.bread)
    np.testing.assert_array_equal(single, ours[:, 0])


def test_gaps_keep_their_distance():
    y = simulated(60)
    y[30] = np.nan
    design = lagged_design(y, 2, nothing(y))
    assert set(range(2, 60)) - set(design.position) == {30, 31, 32}
    fit = fit_autoregression(design)
    scores = design.x * fit.residual[:, [0]]
    whole = np.zeros((58, scores.shape[1]))
    whole[design.position - 2] = scores
    meat = whole.T @ whole
    for d in (1, 2, 3):
        part = whole[d:].T @ whole[:-d]
        meat += (1 - d / 4) * (part + part.T)
    n, m = scores.shape
    np.testing.assert_allclose(
        hac_covariance(scores, design.position, fit.bread, 3, m),
        n / (n - m) * fit.bread @ meat @ fit.bread,
    )


def test_lags_are_chosen_on_the_same_rows():
    assert choose_lags(simulated(800), 6, nothing(simulated(800))) == 2
    assert choose_lags(np.ones((50, 2)), 3, nothing(np.ones(50))) == 1


def test_what_cannot_be_fitted_is_none_or_nan():
    y = np.ones((40, 2))
    design = lagged_design(y, 1, nothing(y))
    assert fit_autoregression(design) is None
    assert np.isnan(granger_test(design, 0, 1).p_value)
    assert np.isnan(wald_test(np.ones(2), np.ones((2, 2)), 10).p_value)
    short = simulated(6)
    assert fit_autoregression(lagged_design(short, 2, nothing(short))) is None
    twin = simulated(40)[:, [0, 0]]
    twin[:, 1] = -twin[:, 0]
    assert fit_autoregression(lagged_design(twin, 1, nothing(twin))) is None


def test_bands_cover_the_truth_of_a_response():
    truth = 0.3
    inside = 0
    for seed in range(40):
        y = simulated(200, seed)
        fit = fit_autoregression(lagged_design(y, 2, nothing(y)))
        drawn = bootstrap_responses(
            fit, nothing(y), 3, n_draws=99, rng=np.random.default_rng(seed)
        )
        low, high = np.quantile(drawn[:, 1, 1, 0], [0.025, 0.975])
        inside += low < truth < high
    assert drawn.shape == (99, 4, 2, 2)
    assert inside >= 33


def test_covariates_go_through_the_bootstrap():
    y = simulated(150)
    trend = np.arange(150.0)[:, None] / 150
    fit = fit_autoregression(lagged_design(y + 5 * trend, 1, trend))
    drawn = bootstrap_responses(fit, trend, 2, n_draws=9, rng=np.random.default_rng(1))
    assert np.isfinite(drawn).all()
    np.testing.assert_array_equal(drawn[:, 0], np.broadcast_to(np.eye(2), (9, 2, 2)))
