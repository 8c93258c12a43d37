"""The diffuse filter and smoother: statsmodels' state space, and cases by hand."""

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from conflictstats.numerics.structural_filter import score, smooth

CASES = [
    ("local level", None, [0.7, 0.2]),
    ("local level", None, [0.0, 0.5]),
    ("local linear trend", None, [0.7, 0.2, 0.05]),
    ("local linear trend", None, [0.6, 0.0, 0.01]),
    ("local level", 4, [0.7, 0.2, 0.03]),
    ("local linear trend", 12, [0.7, 0.2, 0.05, 0.03]),
]


def _series(rng, n=70):
    y = 0.3 * np.cumsum(rng.normal(size=n)) + rng.normal(size=n)
    y[[2, 4, 30, 31]] = np.nan
    return y


def _states(kind, season):
    slope = int(kind != "local level")
    return slope, 1 + slope + (season - 1 if season else 0)


@pytest.mark.parametrize(("kind", "season", "variances"), CASES)
def test_equals_statsmodels_state_space(kind, season, variances, rng):
    y, variances = _series(rng), np.array(variances)
    slope, m = _states(kind, season)
    model = UnobservedComponents(y, level=kind, seasonal=season, use_exact_diffuse=True)
    want = model.smooth(variances)
    value, _, _ = score(y, variances, m, slope)
    assert value == pytest.approx(want.llf, abs=1e-7)
    got = smooth(y, variances, m, slope, horizon=5)
    assert got.level == pytest.approx(want.smoothed_state[0], abs=1e-7)
    if slope:
        assert got.slope == pytest.approx(want.smoothed_state[1], abs=1e-7)
    z = np.zeros(m)
    z[0] = 1
    if season:
        z[1 + slope] = 1
        assert got.season == pytest.approx(want.smoothed_state[1 + slope], abs=1e-7)
    spread = np.einsum("i,ijt,j->t", z, want.smoothed_state_cov, z)
    assert got.signal == pytest.approx(z @ want.smoothed_state, abs=1e-7)
    assert got.signal_variance == pytest.approx(spread, abs=1e-7)
    ahead = want.get_forecast(5)
    assert got.ahead == pytest.approx(ahead.predicted_mean, abs=1e-7)
    assert got.ahead_variance == pytest.approx(ahead.var_pred_mean, abs=1e-7)
    theirs = want.filter_results.standardized_forecasts_error[0]
    late = slice(m + 5, None)
    known = ~np.isnan(y[late])
    assert got.residual[late][known] == pytest.approx(theirs[late][known], abs=1e-7)


@pytest.mark.parametrize(("kind", "season", "variances"), CASES)
def test_the_score_is_the_slope_of_the_likelihood(kind, season, variances, rng):
    y, at = _series(rng), np.array(variances) + 1e-3
    slope, m = _states(kind, season)
    _, derivative, _ = score(y, at, m, slope)
    step = 1e-6
    for j in range(len(at)):
        move = np.zeros(len(at))
        move[j] = step
        up, down = (score(y, at + d, m, slope)[0] for d in (move, -move))
        assert derivative[j] == pytest.approx((up - down) / (2 * step), abs=1e-5)


def test_a_still_level_is_the_mean():
    y = np.array([1.0, 4.0, np.nan, 7.0])
    got = smooth(y, np.array([2.0, 0.0]), 1, 0, horizon=1)
    assert got.level == pytest.approx([4.0] * 4)
    assert got.signal_variance == pytest.approx([2 / 3] * 4)
    assert got.ahead_variance == pytest.approx([2 / 3 + 2])
    # Two innovations, each given the mean of what came before.
    assert got.residual[[1, 3]] == pytest.approx([3 / 2, 4.5 / 3**0.5])
    assert np.isnan(got.residual[[0, 2]]).all()


def test_a_scale_that_is_best_is_one(rng):
    y = _series(rng)
    variances = np.array([0.5, 0.1])
    _, _, scale = score(y, variances, 1, 0)
    value, derivative, again = score(y, variances * scale, 1, 0)
    assert again == pytest.approx(1)
    assert derivative @ variances == pytest.approx(0, abs=1e-8)
    assert value >= score(y, variances, 1, 0)[0]


def test_a_month_that_is_never_known_is_no_likelihood(rng):
    y = rng.normal(size=48)
    y[3::4] = np.nan
    assert score(y, np.ones(3), 4, 0)[0] == -np.inf
