"""Rubin's rules against a case worked by hand, and their limits."""

import numpy as np
import pytest
from scipy import stats

from conflictstats.numerics.rubin import pool_estimates


def test_worked_by_hand():
    # Three fits: estimates 1, 2, 3 with variances 0.5, 0.5, 0.2; 20 complete df.
    # Q = 2; W = 0.4; B = ((-1)^2 + 0 + 1^2) / 2 = 1; T = 0.4 + 4/3 = 26/15.
    # lambda = (4/3) / (26/15) = 10/13; nu_m = 2 / (10/13)^2 = 3.38.
    # nu_o = 21/23 * 20 * 3/13 = 4.21404682...; df = 1 / (1/3.38 + 1/4.21404682).
    found = pool_estimates(
        np.array([[1.0], [2.0], [3.0]]), np.array([[0.5], [0.5], [0.2]]), 20
    )
    assert found.estimate[0] == pytest.approx(2)
    assert found.within[0] == pytest.approx(0.4)
    assert found.between[0] == pytest.approx(1)
    assert found.std_error[0] == pytest.approx((26 / 15) ** 0.5)
    observed = 21 / 23 * 20 * 3 / 13
    df = 1 / (1 / 3.38 + 1 / observed)
    assert found.df[0] == pytest.approx(df)
    assert df == pytest.approx(1.875625, abs=1e-4)
    # r = (4/3) / 0.4 = 10/3; fraction = (r + 2 / (df + 3)) / (r + 1).
    assert found.fraction_missing[0] == pytest.approx(
        (10 / 3 + 2 / (df + 3)) / (13 / 3)
    )
    expected = stats.t(df).ppf(0.975) * (26 / 15) ** 0.5
    assert found.half_width(0.95)[0] == pytest.approx(expected)


def test_large_samples_give_rubins_degrees_of_freedom():
    found = pool_estimates(np.array([[1.0], [2.0], [3.0]]), np.full((3, 1), 0.4))
    assert found.df[0] == pytest.approx(2 / (10 / 13) ** 2)


def test_equal_fits_are_one_fit():
    found = pool_estimates(np.full((5, 2), 3.0), np.full((5, 2), 0.25))
    assert found.std_error.tolist() == [0.5, 0.5]
    assert found.df.tolist() == [np.inf, np.inf]
    assert found.fraction_missing.tolist() == [0, 0]
    assert found.half_width(0.95)[0] == pytest.approx(1.959964 * 0.5, abs=1e-6)


def test_fits_without_sampling_error_are_all_missing():
    found = pool_estimates(np.array([[1.0], [3.0]]), np.zeros((2, 1)), 10)
    assert found.std_error[0] == pytest.approx(3**0.5)
    assert found.fraction_missing[0] == 1


def test_the_between_variance_is_not_divided_by_the_number_of_terms():
    rng = np.random.default_rng(3)
    estimates = rng.normal(size=(50, 2))
    found = pool_estimates(estimates, np.full((50, 2), 1e-9))
    expected = estimates.var(axis=0, ddof=1) * (1 + 1 / 50) + 1e-9
    assert found.std_error**2 == pytest.approx(expected)
