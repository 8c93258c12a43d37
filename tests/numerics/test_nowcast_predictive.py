"""Predictive distributions: negative binomial, point masses, scores, mixtures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from conflictstats.numerics.nowcast_predictive import Predictive, mixed_quantile


def _one(rest, variance, base=0.0, same=0.0, falls=False):
    parts = (np.array([float(v)]) for v in (base, rest, variance, same))
    base, rest, variance, same = parts
    return Predictive(base=base, rest=rest, variance=variance, same=same, falls=falls)


def test_quantiles_are_those_of_the_negative_binomial():
    for mean, variance in ((3.0, 9.0), (40.0, 41.0), (0.2, 5.0), (500.0, 90_000.0)):
        size = mean**2 / (variance - mean)
        for level in (0.025, 0.5, 0.975):
            got = _one(mean, variance).quantile(level)[0]
            assert got == stats.nbinom.ppf(level, size, mean / variance)
    assert _one(3.0, 9.0, base=10).quantile(0.5) == 10 + _one(3.0, 9.0).quantile(0.5)


def test_what_is_held_exactly_is_the_nominal_coverage():
    said = _one(3.0, 9.0)
    k = np.arange(0.0, 200)
    many = Predictive(
        base=np.zeros(200), rest=np.full(200, 3.0), variance=np.full(200, 9.0),
        same=np.zeros(200), falls=False,
    )  # fmt: skip
    p = np.diff(said.cdf(k[None])[0], prepend=0)
    low, high = (end[0] for end in said.interval(0.95))
    held = many.held(k, 0.95)
    assert p @ held == pytest.approx(0.95)
    assert p[(low <= k) & (k <= high)].sum() > 0.95
    assert np.all(held[(k > low) & (k < high)] == 1)
    assert np.all(held[(k < low) | (k > high)] == 0)
    # A count that cannot change has all its probability in the middle.
    assert _one(0.0, 0.0, base=4).held(np.array([4.0]), 0.95) == pytest.approx(0.95)


def test_complete_counts_are_points_and_falls_go_below():
    still = _one(0.0, 0.0, base=10)
    assert still.interval(0.95) == (10, 10)
    assert still.crps(np.array([14.0])) == pytest.approx(4, abs=1e-12)
    low, high = _one(-1.0, 4.0, base=10, falls=True).interval(0.95)
    assert low < 9 < high
    assert _one(-5.0, 4.0, base=1, falls=True).quantile(0.01) == 0


def test_a_point_mass_keeps_mean_and_variance():
    said = _one(2.0, 10.0, base=5, same=0.6)
    k = np.arange(0.0, 400)
    p = np.diff(said.cdf(k[None])[0], prepend=0)
    assert p.sum() == pytest.approx(1)
    assert p[5] > 0.6
    assert p @ k == pytest.approx(7, rel=1e-3)
    assert p @ (k - 7) ** 2 == pytest.approx(10, rel=1e-2)


@given(st.floats(0.5, 40), st.floats(1.1, 5), st.integers(0, 60))
def test_score_equals_the_sum_over_whole_numbers(mean, over, final):
    variance = mean * over
    k = np.arange(0, 2000)
    below = stats.nbinom.cdf(k, mean**2 / (variance - mean), 1 / over)
    want = ((below - (k >= final)) ** 2).sum()
    got = _one(mean, variance).crps(np.array([float(final)]))[0]
    assert got == pytest.approx(want, rel=0.02, abs=2e-3)


def test_draws_follow_the_distribution(rng):
    n = 4000
    many = Predictive(
        base=np.full(n, 3.0),
        rest=np.full(n, 4.0),
        variance=np.full(n, 12.0),
        same=np.full(n, 0.2),
        falls=False,
    )
    drawn = many.draw(rng)
    assert drawn.mean() == pytest.approx(7, abs=0.25)
    assert drawn.var() == pytest.approx(12, rel=0.15)
    assert drawn.min() == 3


def test_a_mixture_lies_between_and_beyond_its_parts():
    low, high = _one(5.0, 6.0), _one(30.0, 36.0)
    parts = [low, high]
    assert mixed_quantile(parts, 0.025) <= low.quantile(0.05)
    assert mixed_quantile(parts, 0.975) >= high.quantile(0.95)
    assert mixed_quantile([low, low], 0.3) == low.quantile(0.3)
