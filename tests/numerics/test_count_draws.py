"""Draws are quantiles: right ends, right shapes, shared shocks."""

import numpy as np
import pytest
from scipy import stats

from conflictstats.numerics.count_draws import (
    draw_interval,
    draw_probabilities,
    draw_smooth,
)
from conflictstats.numerics.reported_value import describe_reported, reported_mean

NAN = np.nan


def interval(low, best, high, p, form="pert", tail=0.25):
    p = np.asarray(p, dtype=float)
    bounds = tuple(np.full(len(p), float(v)) for v in (low, best, high))
    return draw_interval(bounds, p, form, tail)


def test_a_shared_shock_correlates_all_counts():
    rng = np.random.default_rng(1)
    for rho in (0.0, 0.6, 1.0):
        p = np.array([draw_probabilities(2, rho, rng) for _ in range(4000)])
        z = stats.norm.ppf(p)
        assert np.corrcoef(z.T)[0, 1] == pytest.approx(rho, abs=0.05)
        assert stats.kstest(p[:, 0], "uniform").pvalue > 1e-3


def test_exact_counts_are_drawn_as_they_are():
    assert interval(7, 7, 7, [0.01, 0.5, 0.99]).tolist() == [7, 7, 7]


def test_uniform_reaches_both_ends_equally():
    p = (np.arange(3000) + 0.5) / 3000
    values, times = np.unique(interval(3, NAN, 5, p), return_counts=True)
    assert values.tolist() == [3, 4, 5]
    assert times.tolist() == [1000, 1000, 1000]
    same = interval(3, 4, 5, p, form="uniform")
    assert (same == interval(3, NAN, 5, p)).all()


def test_pert_has_its_mean():
    p = (np.arange(20_000) + 0.5) / 20_000
    drawn = interval(100, 130, 400, p)
    assert drawn.mean() == pytest.approx((100 + 4 * 130 + 400) / 6, rel=2e-3)
    assert drawn.min() >= 100
    assert drawn.max() <= 400


def test_open_ends_follow_the_stated_rule():
    p = (np.arange(50_000) + 0.5) / 50_000
    above = interval(11, 11, NAN, p, tail=0.5)
    assert above.min() == 11
    assert above.mean() - 11 == pytest.approx(5.5, rel=0.02)
    below = interval(NAN, 40, 40, p, tail=0.25)
    assert 30 <= below.min() < 33
    assert below.max() == 40
    only_high = interval(NAN, NAN, 40, p)
    assert (only_high.min(), only_high.max()) == (30, 40)
    # The words "about 50" alone: what is known is 50, and nothing caps it.
    assert interval(NAN, 50, NAN, p).min() == 50


def test_unknown_stays_unknown():
    assert np.isnan(interval(NAN, NAN, NAN, [0.3])).all()


def test_smooth_draws_are_whole_and_not_negative():
    f = np.repeat([0.0, 3.0, 24.0, 1000.0], 5000)
    shape = describe_reported(f, np.zeros(len(f), dtype=int), heaps=False)
    p = np.tile((np.arange(5000) + 0.5) / 5000, 4)
    drawn = draw_smooth(shape, p, np.zeros(len(f)), np.full(len(f), np.inf))
    assert (drawn >= 0).all()
    assert (drawn == np.round(drawn)).all()
    mean = reported_mean(shape)
    for value in (24.0, 1000.0):
        rows = f == value
        assert drawn[rows].mean() == pytest.approx(mean[rows][0], rel=0.01)
    # More reported, more drawn, probability by probability.
    assert (np.diff(drawn.reshape(4, 5000), axis=0) >= 0).all()


def test_smooth_draws_within_bounds():
    f = np.full(3000, 20.0)
    shape = describe_reported(f, np.ones(3000, dtype=int), heaps=False)
    p = (np.arange(3000) + 0.5) / 3000
    drawn = draw_smooth(shape, p, np.full(3000, 15.0), np.full(3000, 26.0))
    assert (drawn.min(), drawn.max()) == (15, 26) or drawn.min() > 15
    assert drawn.max() == 26
    assert 0.2 < (drawn == 20).mean() < 0.8
