import numpy as np
import pytest

from conflictstats.numerics.count_errors import (
    count_covariance,
    likelihood_facts,
    variance_ratio,
    working,
)
from conflictstats.numerics.count_regression import fit_nb2, fit_poisson


@pytest.fixture
def case(rng):
    n = 40
    x = np.column_stack([np.ones(n), np.linspace(-1, 1, n)])
    y = rng.negative_binomial(2, 0.2, n).astype(float)
    return x, y, fit_poisson(x, y, np.zeros(n))


def errors(case, kind, scaled=False, lag=None):
    x, y, fit = case
    position = np.arange(len(y))
    return count_covariance(
        x, y, fit, position, kind=kind, scaled=scaled, lag=lag, focus=1
    )


def test_bread_is_the_inverse_of_the_weighted_design(case):
    x, y, fit = case
    z, residual = working(x, y, fit)
    np.testing.assert_allclose(np.linalg.inv(z.T @ z), fit.bread)
    assert residual @ residual == pytest.approx(((y - fit.mu) ** 2 / fit.mu).sum())


def test_each_name_is_another_estimate(case):
    plain = errors(case, "model").covariance
    scaled = errors(case, "model", scaled=True).covariance
    ratio = variance_ratio(case[1], case[2].mu, 2)
    np.testing.assert_allclose(scaled, plain * ratio)
    np.testing.assert_allclose(plain, case[2].bread)
    found = {k: errors(case, k).covariance[1, 1] for k in ("HAC", "HC0", "HC1", "HC3")}
    assert len({round(v, 12) for v in found.values()}) == 4
    assert errors(case, "HAC", lag=5).lag == 5


def test_criteria(case):
    x, y, _ = case
    fit = fit_nb2(x, y, np.zeros(len(y)))
    facts = likelihood_facts(fit, 3, len(y))
    assert facts["aic"] == pytest.approx(6 - 2 * fit.log_likelihood)
    assert facts["bic"] - facts["aic"] == pytest.approx(3 * (np.log(40) - 2))
