"""INGARCH means, likelihood and maximum."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import approx_fprime

from conflictstats.numerics.ingarch import (
    choose_memory,
    fit_ingarch,
    ingarch_means,
    log_likelihood,
)
from tests.shared import shared_path

GOLDEN = Path(__file__).parents[1] / "golden" / "retaliation" / "expected.json"
ONE = np.array([1])


def simulate(rng, n=800, size=np.inf, x=None, theta=(1.0, 0.3, 0.4, 0.5)):
    x = np.zeros(n) if x is None else x
    y, level = np.zeros(n), theta[0] / (1 - theta[1] - theta[2])
    last = level
    for t in range(n):
        level = theta[0] + theta[1] * last + theta[2] * level + theta[3] * x[t]
        mean = level * (rng.gamma(size) / size if np.isfinite(size) else 1)
        last = y[t] = rng.poisson(mean)
    return y


@pytest.mark.golden
def test_tscounts_campylobacterosis():
    expected = json.loads(GOLDEN.read_text())["tsglm_campy_poisson"]["value"]
    y = pd.read_csv(shared_path("data/series/campy.csv"))["y"].to_numpy(float)
    t = np.arange(1, len(y) + 1)
    x = np.column_stack([t >= 84, t == 100]).astype(float)
    lags = {"past": ONE, "means": np.array([13])}
    theirs = np.array(expected["coef"])
    mean, _ = ingarch_means(theirs, y, *lags.values(), x)
    value = log_likelihood(y, mean, np.inf)
    assert value == pytest.approx(expected["logLik"], abs=1e-9)
    found = fit_ingarch(
        y, **lags, x=x, use=np.ones(len(y), bool), negative_binomial=False
    )
    # The reference stops short of its own maximum; see the golden folder's README.
    assert 0 < found.log_likelihood - value < 0.02
    error = np.sqrt(np.diag(found.covariance))
    assert np.all(np.abs(found.theta - theirs) < 0.1 * np.array(expected["se"]))
    np.testing.assert_allclose(error, expected["se"], rtol=0.01)
    aic = 10 - 2 * value
    assert aic == pytest.approx(expected["AIC"], abs=1e-8)
    assert 5 * np.log(len(y)) - 2 * value == pytest.approx(expected["BIC"], abs=1e-8)
    mean_score = -value / len(y)
    assert mean_score == pytest.approx(expected["scoring"]["logarithmic"], abs=1e-8)
    assert expected["sigmasq"] == 0
    assert expected["size"] is None
    # The other scores of Czado, Gneiting & Held (2009) at the reference's coefficients.
    k = np.arange(1000)
    law = stats.poisson.pmf(k, mean[:, None])
    seen = stats.poisson.pmf(y, mean)
    norm = (law**2).sum(axis=1)
    gap = y - mean
    above = (k >= y[:, None]).astype(float)
    ranked = ((stats.poisson.cdf(k, mean[:, None]) - above) ** 2).sum(axis=1)
    for name, score in (
        ("quadratic", -2 * seen + norm),
        ("spherical", -seen / np.sqrt(norm)),
        ("rankprob", ranked),
        ("dawseb", gap**2 / mean + np.log(mean)),
        ("normsq", gap**2 / mean),
        ("sqerror", gap**2),
    ):
        said = expected["scoring"][name]
        assert score.mean() == pytest.approx(said, rel=1e-7), name


def test_means_by_hand_and_their_gradient():
    y = np.array([2.0, 0.0, np.nan, 5.0, 1.0])
    x = np.array([[0.0], [1.0], [0.0], [2.0], [0.0]])
    theta = np.array([1.0, 0.2, 0.3, 0.7])
    mean, gradient = ingarch_means(theta, y, ONE, ONE, x)
    first = 1 + 0.2 * 2 + 0.3 * 2
    assert mean[0] == pytest.approx(first)
    second = 1 + 0.2 * 2 + 0.3 * first + 0.7
    assert mean[1] == pytest.approx(second)
    third = 1 + 0.3 * second
    assert mean[2] == pytest.approx(third)
    # The unknown count is followed by its own mean.
    assert mean[3] == pytest.approx(1 + 0.2 * third + 0.3 * third + 1.4)
    for t in range(5):
        slope = approx_fprime(
            theta,
            lambda p, t=t: ingarch_means(p, y, ONE, ONE, x)[0][t],
            1e-7,
        )
        np.testing.assert_allclose(gradient[t], slope, rtol=1e-5, atol=1e-6)


def test_likelihood_is_scipys():
    y, mean = np.array([0.0, 3, 9]), np.array([1.0, 2.5, 7])
    assert log_likelihood(y, mean, np.inf) == pytest.approx(
        stats.poisson(mean).logpmf(y).sum()
    )
    assert log_likelihood(y, mean, 2.5) == pytest.approx(
        stats.nbinom(2.5, 2.5 / (2.5 + mean)).logpmf(y).sum()
    )


@pytest.mark.parametrize("size", [np.inf, 3.0])
def test_the_truth_is_recovered(size):
    rng = np.random.default_rng(9)
    x = rng.poisson(2, 1500).astype(float)
    y = simulate(rng, 1500, size, x)
    y[40:43] = np.nan
    found = fit_ingarch(
        y,
        past=ONE,
        means=ONE,
        x=x[:, None],
        use=~np.isnan(y),
        negative_binomial=True,
    )
    error = np.sqrt(np.diag(found.covariance))
    assert np.all(np.abs(found.theta - [1, 0.3, 0.4, 0.5]) < 3.5 * error)
    assert found.converged
    if np.isinf(size):
        assert found.size > 30
    else:
        assert found.size == pytest.approx(3, rel=0.3)


def test_underdispersed_counts_are_poisson():
    y = np.tile([3.0, 4.0, 3.0, 4.0, 4.0], 40)
    found = fit_ingarch(
        y,
        past=ONE,
        means=ONE,
        x=np.zeros((200, 0)),
        use=np.ones(200, bool),
        negative_binomial=True,
    )
    assert np.isinf(found.size) or found.size > 1e3
    assert found.theta[1:].sum() < 1


def test_a_column_more_never_fits_worse():
    rng = np.random.default_rng(0)
    level = np.linspace(8, 0.5, 300)
    y, x = rng.poisson(level).astype(float), rng.poisson(level).astype(float)
    column = np.append(x.mean(), x[:-1])[:, None]
    options = {
        "past": np.array([1]), "means": np.array([1]), "use": np.arange(300) > 0,
        "negative_binomial": True,
    }  # fmt: skip
    less = fit_ingarch(y, x=np.zeros((300, 0)), **options)
    more = fit_ingarch(y, x=column, near=less, **options)
    assert more.log_likelihood > less.log_likelihood - 0.01


def test_memory_is_chosen_by_bic(rng):
    n = 700
    y = np.ones(n)
    for t in range(3, n):
        y[t] = rng.poisson(0.5 + 0.1 * y[t - 1] + 0.7 * y[t - 3])
    use, none = np.ones(n, dtype=bool), np.zeros((n, 0))
    p, found = choose_memory(y, none, use, 5)
    assert p == 3
    worth = [
        2 * fit_ingarch(
            y, past=np.arange(1, k + 1), means=ONE, x=none, use=use,
            negative_binomial=True,
        ).log_likelihood - k * np.log(n)
        for k in range(1, 6)
    ]  # fmt: skip
    assert int(np.argmax(worth)) + 1 == p
    assert found.theta.size == 5
    with pytest.raises(ValueError, match="at least 1"):
        choose_memory(y, none, use, 0)
