"""The dispersion by moments: by hand, with exposure, and at its ends."""

import numpy as np
import pytest

from conflictstats.numerics.moment_dispersion import moment_dispersion


def test_pearson_dispersion_by_hand():
    mu = np.full(4, 2.0)
    y = np.array([0.0, 4.0, 0.0, 4.0])
    # 16 / (2 + 4 alpha) = 4 - 1.
    assert moment_dispersion(y, mu, mu, 3.0) == pytest.approx(
        (16 / 3 - 2) / 4, abs=1e-6
    )
    assert moment_dispersion(mu, mu, mu, 3.0) == 0


def test_the_statistic_is_its_degrees_of_freedom(rng):
    mean, exposure = rng.uniform(0.2, 30, 200), rng.uniform(0.1, 3, 200)
    growth = mean / exposure
    y = rng.poisson(mean * rng.gamma(0.5, 2.0, 200)).astype(float)
    alpha = moment_dispersion(y, mean, growth, 190.0)
    statistic = ((y - mean) ** 2 / (mean * (1 + alpha * growth))).sum()
    assert statistic == pytest.approx(190.0, rel=1e-10)


def test_it_has_an_end():
    mean = np.full(3, 1e-3)
    assert moment_dispersion(np.full(3, 1e6), mean, mean, 1.0) == 4194.304
