"""The day x delay regression: means, dispersion shared and own, what it refuses."""

import numpy as np
import pytest
import statsmodels.api as sm

from conflictstats.numerics.nowcast_regression import _design, fit_triangle
from conflictstats.numerics.reporting_triangle import from_delays, hide_future


def _triangle(rng, n=80, mean=30.0, alpha=0.0, delay=1.5, longest=5, weekly=False):
    frailty = rng.gamma(1 / alpha, alpha, n) if alpha else np.ones(n)
    event = np.repeat(np.arange(n), rng.poisson(mean * frailty))
    late = rng.poisson(np.broadcast_to(delay, n)[event])
    if weekly:
        late = late + ((event + late) % 7 == 6)
    late = np.minimum(late, longest)
    return from_delays(event, late, np.ones(event.size), n, longest)


def test_delays_are_found(rng):
    triangle = _triangle(rng, n=200)
    fit = fit_triangle(triangle, 200)
    share = np.exp(-1.5) * np.array([1, 1.5, 1.5**2 / 2, 1.5**3 / 6])
    newest = fit.mean[-1] / fit.mean[-1].sum()
    assert newest[:4] == pytest.approx(share, abs=0.04)
    assert fit.mean[-1].sum() == pytest.approx(30, rel=0.15)
    assert fit.shared < 0.05


def test_a_drift_of_the_delay_is_followed(rng):
    triangle = _triangle(rng, n=160, delay=np.linspace(0.5, 3.0, 160))
    fit = fit_triangle(triangle, 160)
    share = fit.mean / fit.mean.sum(axis=1, keepdims=True)
    assert share[10, 0] > 0.4
    assert share[-1, 0] < 0.15


def test_weekdays_of_reports_are_told(rng):
    triangle = _triangle(rng, n=140, weekly=True)
    fit = fit_triangle(triangle, 140, weekly=True)
    silent = (np.arange(140)[:, None] + np.arange(6)) % 7 == 6
    assert fit.mean[silent].mean() < 0.5 * fit.mean[~silent].mean()


def test_what_cells_of_a_period_share_is_told_from_their_own(rng):
    shared = fit_triangle(_triangle(rng, n=300, alpha=0.5), 300)
    assert shared.shared == pytest.approx(0.5, abs=0.2)
    own = hide_future(rng.negative_binomial(2, 0.2, (300, 6)).astype(float))
    fit = fit_triangle(own, 300)
    assert fit.own == pytest.approx(0.5, abs=0.15)
    assert fit.shared < 0.1


def test_without_its_priors_it_is_the_regression_of_statsmodels(rng, monkeypatch):
    module = "conflictstats.numerics.nowcast_regression."
    for name in ("_LEVEL", "_DRIFT", "_WEEKDAY"):
        monkeypatch.setattr(module + name, 1e4)
    _design.cache_clear()
    triangle = _triangle(rng, n=60, alpha=0.3)
    fit = fit_triangle(triangle, 60)
    _design.cache_clear()
    known = ~np.isnan(triangle)
    family = sm.families.NegativeBinomial(alpha=fit.shared + fit.own)
    glm = sm.GLM(triangle[known], fit.design[known], family=family)
    assert fit.shared + fit.own > 0.1
    assert fit.mean[known] == pytest.approx(glm.fit().mu, rel=1e-3)


def test_older_periods_than_the_window_do_not_matter(rng):
    triangle = _triangle(rng, n=90)
    whole, newest = fit_triangle(triangle, 40), fit_triangle(triangle[-40:], 40)
    assert np.array_equal(whole.mean, newest.mean)
    assert whole.mean.shape == (40, 6)


def test_it_refuses_what_a_logarithm_cannot_say():
    falling = hide_future(np.tile([5.0, -1.0], (20, 1)))
    assert fit_triangle(falling, 20) is None
    assert fit_triangle(hide_future(np.zeros((20, 3))), 20) is None
    late = np.full((20, 3), np.nan)
    late[:, 1:] = 3.0
    assert fit_triangle(hide_future(late), 20) is None


def test_a_delay_without_additions_has_next_to_none_to_come(rng):
    triangle = hide_future(np.column_stack([rng.poisson(9, 60), np.zeros(60)]))
    fit = fit_triangle(triangle, 60)
    assert fit.mean[-1, 1] < 0.1
