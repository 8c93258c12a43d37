import numpy as np
import pytest
import statsmodels.api as sm

from conflictstats.numerics.fixed_effects import fit_fixed_effects


def make(rng, groups=8, n=15):
    unit = np.repeat(np.arange(groups), n)
    x = np.column_stack([np.tile(np.arange(n), groups), rng.normal(size=groups * n)])
    mean = np.exp(0.5 + 0.3 * rng.normal(size=groups)[unit] + 0.03 * x[:, 0])
    return x, rng.poisson(mean).astype(float) + (x[:, 0] == 0), unit


def test_agrees_with_dummies(rng):
    x, y, unit = make(rng)
    offset = rng.normal(size=len(y)) * 0.1
    fit = fit_fixed_effects(x, y, offset, unit)
    dummies = (unit[:, None] == np.arange(8)).astype(float)
    whole = sm.GLM(
        y, np.column_stack([x, dummies]), family=sm.families.Poisson(), offset=offset
    ).fit(tol=1e-12)
    np.testing.assert_allclose(fit.beta, whole.params[:2], rtol=1e-7)
    np.testing.assert_allclose(fit.effect, whole.params[2:], rtol=1e-6)
    np.testing.assert_allclose(fit.bread, whole.cov_params()[:2, :2], rtol=1e-6)
    np.testing.assert_allclose(fit.mu, whole.fittedvalues, rtol=1e-7)
    assert fit.converged


def test_fitted_totals_are_the_observed_ones(rng):
    x, y, unit = make(rng)
    fit = fit_fixed_effects(x, y, np.zeros(len(y)), unit)
    np.testing.assert_allclose(np.bincount(unit, fit.mu), np.bincount(unit, y))


def test_separated_units_do_not_converge():
    unit = np.repeat([0, 1], 10)
    t = np.tile(np.arange(10.0), 2)
    y = (t == 9) * 50.0
    assert not fit_fixed_effects(t[:, None], y, np.zeros(20), unit).converged


def test_exposure_shifts_only_the_levels(rng):
    x, y, unit = make(rng)
    one = fit_fixed_effects(x, y, np.zeros(len(y)), unit)
    two = fit_fixed_effects(x, y, np.full(len(y), np.log(7.0)), unit)
    np.testing.assert_allclose(one.beta, two.beta)
    assert two.effect - one.effect == pytest.approx(np.full(8, -np.log(7)))
