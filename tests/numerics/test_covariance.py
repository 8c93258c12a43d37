"""Against R's sandwich, and by hand."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conflictstats.numerics.count_regression import fit_nb2, fit_poisson
from conflictstats.numerics.covariance import (
    MAX_CORRECTED,
    automatic_lag,
    clustered,
    heteroscedastic,
    newey_west,
    residual_autocorrelation,
)
from conflictstats.numerics.fixed_effects import fit_fixed_effects

FOLDER = Path(__file__).parents[1] / "golden/trend"
R = json.loads((FOLDER / "r_covariance.json").read_text())
TABLE = pd.read_csv(FOLDER / "input.csv")


def design(table):
    return np.column_stack([np.ones(len(table)), table["t"]]).astype(float)


def working(x, y, fit):
    variance = fit.mu * (1 + fit.alpha * fit.mu)
    return x * (fit.mu / np.sqrt(variance))[:, None], (y - fit.mu) / np.sqrt(variance)


@pytest.fixture
def one():
    table = TABLE[TABLE["unit"] == 3]
    x, y = design(table), table["y"].to_numpy(float)
    fit = fit_poisson(x, y, np.zeros(len(y)))
    return fit, *working(x, y, fit)


def test_coefficients(one):
    np.testing.assert_allclose(one[0].beta, R["poisson_coef"], rtol=1e-8)


@pytest.mark.parametrize("kind", ["HC0", "HC1", "HC3"])
def test_heteroscedastic_errors_agree_with_sandwich(one, kind):
    fit, z, residual = one
    ours = heteroscedastic(z, residual, fit.bread, kind)
    np.testing.assert_allclose(ours.ravel(), R[kind], rtol=1e-6)


def test_hc3_is_not_hc0(one):
    # A widely used package returns HC0 under every one of these names.
    fit, z, residual = one
    assert not np.allclose(
        heteroscedastic(z, residual, fit.bread, "HC3"),
        heteroscedastic(z, residual, fit.bread, "HC0"),
        rtol=0.1,
    )


def test_nb_hc3_agrees_with_sandwich():
    x, y = design(TABLE), TABLE["y"].to_numpy(float)
    fit = fit_nb2(x, y, np.zeros(len(y)))
    np.testing.assert_allclose(fit.beta, R["nb_coef"], rtol=1e-7)
    assert 1 / fit.alpha == pytest.approx(R["nb_theta"][0], rel=1e-6)
    z, residual = working(x, y, fit)
    ours = heteroscedastic(z, residual, fit.bread, "HC3")
    np.testing.assert_allclose(ours.ravel(), R["nb_HC3"], rtol=1e-5)


def test_kernel_sum_agrees_with_newey_west_of_sandwich(one, monkeypatch):
    fit, z, residual = one
    n, p = z.shape
    monkeypatch.setattr("conflictstats.numerics.covariance.MAX_CORRECTED", 0)
    ours = newey_west(z, residual, fit.bread, np.arange(n), 3)
    plain = ours.covariance * (n - p) / n
    np.testing.assert_allclose(plain.ravel(), R["NW3"], rtol=1e-6)
    assert ours.df.tolist() == [n - p] * p


def test_correction_is_unbiased_under_its_working_model(one, rng):
    fit, z, _ = one
    n = len(z)
    position = np.arange(n)
    target = fit.bread[1, 1]
    estimates = []
    for _ in range(2_000):
        noise = rng.normal(size=n)
        noise = noise - z @ (fit.bread @ (z.T @ noise))
        robust = newey_west(z, noise, fit.bread, position, 3)
        estimates.append(robust.covariance[1, 1])
    assert np.mean(estimates) == pytest.approx(target, rel=0.03)
    # Satterthwaite: Var = 2 E^2 / df.
    df = 2 * np.mean(estimates) ** 2 / np.var(estimates)
    assert robust.df[1] == pytest.approx(df, rel=0.12)


def test_gaps_keep_their_distance(one):
    fit, z, residual = one
    near = newey_west(z, residual, fit.bread, np.arange(len(z)), 2)
    far = newey_west(z, residual, fit.bread, np.arange(len(z)) * 10, 2)
    alone = newey_west(z, residual, fit.bread, np.arange(len(z)), 0)
    np.testing.assert_allclose(far.covariance, alone.covariance)
    assert not np.allclose(near.covariance, alone.covariance)


def test_long_series_use_the_plain_factor(rng):
    n = MAX_CORRECTED + 1
    z = np.column_stack([np.ones(n), np.linspace(-1, 1, n)])
    robust = newey_west(z, rng.normal(size=n), np.linalg.inv(z.T @ z), np.arange(n), 3)
    assert robust.df.tolist() == [n - 2, n - 2]


def test_clustered_errors_agree_with_sandwich():
    x = TABLE[["t"]].to_numpy(float)
    y = TABLE["y"].to_numpy(float)
    unit = TABLE["unit"].to_numpy()
    fit = fit_fixed_effects(x, y, np.zeros(len(y)), unit)
    assert fit.beta[0] == pytest.approx(R["fe_slope"][0], rel=1e-6)
    z = fit.within * np.sqrt(fit.mu)[:, None]
    residual = (y - fit.mu) / np.sqrt(fit.mu)
    robust = clustered(z, residual, fit.bread, unit)
    n, groups = len(y), 6
    factor = groups / (groups - 1) * (n - 1) / (n - 1)
    plain = robust.covariance[0, 0] / factor
    assert plain == pytest.approx(R["fe_cluster"][0], rel=1e-6)
    assert robust.df.tolist() == [5]


def test_lag_grows_with_autocorrelation(rng):
    n = 400
    white = rng.normal(size=n)
    slow = np.zeros(n)
    for i in range(1, n):
        slow[i] = 0.95 * slow[i - 1] + white[i]
    assert automatic_lag(slow) > automatic_lag(white) == math.ceil(1.3 * n**0.5)
    assert automatic_lag(np.zeros(10)) == 5


def test_residual_autocorrelation_skips_gaps():
    alternating = np.array([1.0, -1, 1, -1, 1, -1])
    assert residual_autocorrelation(alternating, np.arange(6)) == 0
    same = np.ones(6)
    assert residual_autocorrelation(same, np.arange(6)) == 0.9
    assert residual_autocorrelation(same, np.arange(6) * 2) == 0
    assert residual_autocorrelation(np.zeros(6), np.arange(6)) == 0


def test_default_errors_by_two_routes(rng):
    # The correction written out with whole matrices, as Bell and McCaffrey have it.
    n, lag, rho = 14, 3, 0.3
    x = np.column_stack([np.ones(n), np.arange(n) - 6.5])
    z = x * rng.uniform(1, 3, n)[:, None]
    bread, residual = np.linalg.inv(z.T @ z), rng.normal(size=n)
    gap = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    kernel, working = np.clip(1 - gap / (lag + 1), 0, None), rho**gap
    maker = np.eye(n) - z @ bread @ z.T
    plain = bread @ z.T @ (kernel * np.outer(residual, residual)) @ z @ bread
    scale, df = np.empty(2), np.empty(2)
    for j in range(2):
        influence = (z @ bread)[:, j]
        form = maker.T @ (kernel * np.outer(influence, influence)) @ maker
        product = form @ working
        scale[j] = influence @ working @ influence / np.trace(product)
        df[j] = np.trace(product) ** 2 / np.trace(product @ product)
    got = newey_west(z, residual, bread, np.arange(n), lag, rho)
    want = plain * np.sqrt(np.outer(scale, scale))
    assert got.covariance == pytest.approx(want, rel=1e-9)
    assert got.df == pytest.approx(df, rel=1e-9)
