"""Variances by maximum likelihood: never below statsmodels, zeros where free."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.statespace.structural import UnobservedComponents

from conflictstats.numerics.structural_filter import score
from conflictstats.numerics.structural_fit import fit_structure


def _theirs(y, kind, season, begin):
    model = UnobservedComponents(y, level=kind, seasonal=season, use_exact_diffuse=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(begin, disp=False, maxiter=500, method="lbfgs").llf


@pytest.mark.parametrize(
    ("slope", "season"), [(False, None), (True, None), (False, 4), (True, 12)]
)
def test_the_maximum_is_no_lower_than_statsmodels(slope, season, rng):
    kind = "local linear trend" if slope else "local level"
    k = 2 + slope + (season is not None)
    for _ in range(2):
        mean = np.exp(1 + 0.1 * np.cumsum(rng.normal(size=96)))
        y = np.log1p(rng.negative_binomial(1.5, 1.5 / (1.5 + mean)).astype(float))
        y[rng.random(96) < 0.1] = np.nan
        y /= np.nanstd(y)
        got = fit_structure(y, slope=slope, season=season)
        for share in (0.1, 0.9):
            begin = np.full(k, 1e-3)
            begin[0], begin[1] = 1 - share, share
            assert got.log_likelihood >= _theirs(y, kind, season, begin) - 1e-5
        value, derivative, _ = score(y, got.variances, got.states, got.slope)
        assert value == pytest.approx(got.log_likelihood)
        # Inside the derivative vanishes; at a variance of zero it points outwards.
        inner = got.variances > 0
        assert got.variances[inner] * derivative[inner] == pytest.approx(0, abs=2e-2)
        assert (derivative[~inner] < 1).all()


@given(st.lists(st.integers(0, 9), min_size=12, max_size=30), st.booleans())
@settings(max_examples=25, deadline=None)
def test_any_series_has_finite_variances(counts, slope):
    y = np.array(counts, dtype=float)
    if np.ptp(y) == 0:
        return
    got = fit_structure(y / y.std(), slope=slope, season=None)
    assert np.isfinite(got.log_likelihood)
    assert (got.variances >= 0).all()
    assert got.variances.any()


def test_alternating_values_have_no_wandering_level():
    y = np.array([0.0, 2.0, 0.1, 1.9, 0.0, 2.1, 0.1, 1.8])
    got = fit_structure(y, slope=False, season=None)
    assert got.variances[1] == 0


def test_a_month_that_is_never_known_cannot_be_told(rng):
    y = rng.normal(size=60)
    y[5::12] = np.nan
    assert fit_structure(y, slope=False, season=12) is None
