"""Rates from the exact posterior of segments."""

import numpy as np
import pytest
from scipy import special, stats

from conflictstats.numerics.segment_posterior import RatePrior, posterior
from conflictstats.numerics.segment_rates import (
    rate_moments,
    rate_quantiles,
)

Y = np.array([0.0, 3, 1, 7, 9, 2, 4])


def test_without_breaks_the_rate_is_conjugate():
    prior = RatePrior(shape=2.0, rate=0.5)
    found = posterior(Y, np.ones(7), prior, np.array([1.0]))
    mean, variance = rate_moments(found, Y, np.ones(7), prior)
    exact = stats.gamma(2 + Y.sum(), scale=1 / 7.5)
    assert mean == pytest.approx(np.full(7, exact.mean()))
    assert variance == pytest.approx(np.full(7, exact.var()))
    levels = np.array([0.025, 0.5, 0.975])
    got = rate_quantiles(found, Y, np.ones(7), prior, levels, points=2_000)
    assert got[:, 3] == pytest.approx(exact.ppf(levels), rel=1e-3)


def test_negative_binomial_rate_is_beta_prime():
    prior = RatePrior(shape=2.0, rate=0.5, size=3.0)
    found = posterior(Y, np.ones(7), prior, np.array([1.0]))
    mean, variance = rate_moments(found, Y, np.ones(7), prior)
    exact = stats.betaprime(2 + Y.sum(), 3 * 7.5 + 1, scale=3.0)
    assert mean[0] == pytest.approx(exact.mean())
    assert variance[0] == pytest.approx(exact.var())
    levels = np.array([0.05, 0.95])
    got = rate_quantiles(found, Y, np.ones(7), prior, levels, points=2_000)
    assert got[:, 0] == pytest.approx(exact.ppf(levels), rel=1e-3)


def test_mixture_against_enumeration_of_one_break():
    prior = RatePrior(shape=1.0, rate=0.3)
    found = posterior(Y, np.ones(7), prior, np.array([0.0, 1.0]), least=1e-14)
    weights, first = [], []
    for k in range(1, 7):
        a, b = 1 + Y[:k].sum(), 0.3 + k
        c, d = 1 + Y[k:].sum(), 0.3 + 7 - k
        weights.append(
            special.gammaln(a) - a * np.log(b) + special.gammaln(c) - c * np.log(d)
        )
        first.append(a / b)
    weights = np.exp(np.array(weights) - special.logsumexp(weights))
    mean, _ = rate_moments(found, Y, np.ones(7), prior)
    assert mean[0] == pytest.approx(weights @ np.array(first))


def test_a_variance_that_does_not_exist_is_infinite():
    y = np.array([0.0, 1.0, 0.0])
    prior = RatePrior(shape=1.0, rate=1.0, size=0.1)
    found = posterior(y, np.ones(3), prior, np.ones(2) / 2)
    mean, variance = rate_moments(found, y, np.ones(3), prior)
    assert np.isfinite(mean).all()
    assert np.isinf(variance).all()
