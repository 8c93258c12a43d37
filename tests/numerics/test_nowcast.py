"""Nowcasts: chain ladder by hand, credibility, intervals that cover."""

import numpy as np
import pytest
from scipy import stats

from conflictstats.numerics.nowcast import (
    Nowcast,
    _count_quantile,
    inflation,
    nowcast,
    predictive_interval,
    retrospective,
)
from conflictstats.numerics.reporting_triangle import from_delays, lawless


def _simulated(rng, n=60, mean=20.0, size=5.0, delay=2.0, longest=8):
    totals = rng.poisson(rng.gamma(size, mean / size, n))
    event = np.repeat(np.arange(n), totals)
    late = np.minimum(rng.poisson(delay, event.size), longest)
    triangle = from_delays(event, late, np.ones(event.size), n, longest)
    return triangle, totals


def test_chain_ladder_divides_by_the_share():
    rng = np.random.default_rng(61)
    triangle, _ = _simulated(rng)
    made = nowcast(triangle, credible=False)
    curve = lawless(triangle)
    age = np.minimum(np.arange(59, -1, -1), 8)
    assert made.mean == pytest.approx(made.observed / curve.share[age])
    assert (made.variance[:52] == 0).all()


def test_nothing_reported_yet_is_not_nothing():
    triangle = np.array([[5.0, 5.0]] * 9 + [[0.0, np.nan]])
    assert nowcast(triangle, credible=False).mean[-1] == 0
    assert nowcast(triangle).mean[-1] > 1
    assert nowcast(np.zeros((5, 2))).mean.tolist() == pytest.approx(
        [0, 0, 0, 0, 0], abs=1
    )


def test_quantiles_are_those_of_the_negative_binomial():
    for mean, variance in ((3.0, 9.0), (40.0, 41.0), (0.2, 5.0), (500.0, 90_000.0)):
        size = mean**2 / (variance - mean)
        for level in (0.025, 0.5, 0.975):
            got = _count_quantile(level, np.array([mean]), np.array([variance]))[0]
            assert got == stats.nbinom.ppf(level, size, mean / variance)


def test_complete_counts_have_no_interval_and_falls_go_below():
    made = Nowcast(
        observed=np.array([10.0, 10.0]),
        mean=np.array([10.0, 9.0]),
        variance=np.array([0.0, 4.0]),
        share=np.array([1.0, 1.1]),
        common=np.zeros(2),
    )
    low, high = predictive_interval(made, np.ones(2), 0.95, falls=True)
    assert (low[0], high[0]) == (10, 10)
    assert low[1] < 9 < high[1]


@pytest.mark.parametrize("credible", [True, False])
def test_intervals_cover(credible):
    rng = np.random.default_rng(62)
    inside = total = 0
    for _ in range(120):
        triangle, totals = _simulated(rng)
        made = nowcast(triangle, credible=credible)
        low, high = predictive_interval(made, np.ones(60), 0.95, falls=False)
        recent = slice(53, 59) if credible else slice(53, 57)
        good = (totals[recent] >= low[recent]) & (totals[recent] <= high[recent])
        inside, total = inside + good.sum(), total + good.size
    # Discrete intervals hold at least their level; 720 dependent ones.
    assert 0.925 < inside / total <= 1.0


def test_looking_back_compares_only_what_is_complete_now():
    rng = np.random.default_rng(63)
    triangle, totals = _simulated(rng)
    past = retrospective(triangle)
    origin, period = past[:, 0].astype(int), past[:, 1].astype(int)
    assert (period <= origin).all()
    assert (origin - period < 8).all()
    assert period.max() <= 60 - 9
    assert past[:, 6].tolist() == totals[period].tolist()
    assert (past[:, 2] <= past[:, 6]).all()
    # What was known then is what the triangle held then.
    k = int(np.flatnonzero((origin == 40) & (period == 38))[0])
    assert past[k, 2] == triangle[38, :3].sum()
    assert retrospective(triangle[:8]).shape == (0, 7)


def test_inflation_sees_errors_beyond_the_model():
    past = np.zeros((20, 7))
    past[:, 0], past[:, 1] = 10, np.repeat([10, 9], 10)
    past[:, 3], past[:, 4] = 10, 4
    past[:10, 6], past[10:, 6] = 16, 10
    got = inflation(past, 3)
    assert got == pytest.approx([9, 1, 4.5])
    assert inflation(np.zeros((0, 7)), 2).tolist() == [1, 1]
