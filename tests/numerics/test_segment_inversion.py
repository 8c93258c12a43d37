"""Intervals by inversion: in the limit, open ends, dependence, fixed scores."""

import math

import numpy as np
import pytest
from scipy import stats

from conflictstats.numerics.segment_inversion import (
    Inversion,
    noise_of,
    stretch_of,
)
from conflictstats.numerics.segment_size import prepare


def inversion(y, size=math.inf, draws=199, rng=None, exposure=None, shortest=3):
    series = prepare(np.asarray(y, dtype=float), exposure, "nb", shortest)
    n = len(series.y)
    stretch = stretch_of(series, 0, n, size)
    return Inversion(stretch, np.arange(n), noise_of(stretch.y, draws, 0.95, rng))


def test_a_plain_break_has_the_interval_of_a_known_date():
    y = np.random.default_rng(3).poisson(np.repeat([20.0, 60.0], 60))
    found = inversion(y, draws=999)
    assert found.dates() == (60, 60)
    low, high = found.interval("ratio")
    half = stats.norm.ppf(0.975) * math.sqrt(1 / y[:60].sum() + 1 / y[60:].sum())
    ratio = y[60:].sum() / y[:60].sum()
    assert math.log(ratio / low) == pytest.approx(half, rel=0.12)
    assert math.log(high / ratio) == pytest.approx(half, rel=0.12)
    low, high = found.interval("before")
    assert low < 20 < high
    assert math.log(high / low) == pytest.approx(
        2 * stats.norm.ppf(0.975) / math.sqrt(y[:60].sum()), rel=0.15
    )


def test_a_weak_break_says_that_it_knows_little():
    y = np.random.default_rng(4).poisson(np.repeat([8.0, 7.0], 20))
    found = inversion(y)
    low, high = found.dates()
    assert high - low > 20
    low, high = found.interval("ratio")
    assert low < 7 / 8 < high
    given = math.exp(
        1.96 * math.sqrt(1 / y[: found.at].sum() + 1 / y[found.at :].sum())
    )
    assert high / low > given**2


def test_ends_are_open_where_nothing_is_rejected():
    y = [4, 5, 3, 6, 5, 4, 7, 3, 5, 4, 0, 0, 0]
    found = inversion(y)
    assert found.after == 0
    low, high = found.interval("after")
    assert low == 0
    assert 0 < high < 5
    # Silence at both ends: the ratio may be nothing, or beyond any bound.
    low, high = inversion([0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 0, 0]).interval("ratio")
    assert low == 0
    assert math.isinf(high)


def test_same_scores_without_rng_and_fresh_ones_with_it():
    y = np.random.default_rng(5).negative_binomial(2, 0.2, 40)
    first, second = (inversion(y, 2.0).interval("ratio") for _ in range(2))
    assert first == second
    fresh = inversion(y, 2.0, rng=np.random.default_rng(1)).interval("ratio")
    assert fresh != first
    assert math.log(fresh[1] / first[1]) == pytest.approx(0, abs=0.7)


def test_autocorrelation_widens_the_interval():
    y = np.repeat(np.random.default_rng(7).negative_binomial(2, 0.2, 20), 3)
    series = prepare(y.astype(float), None, "nb", 3)
    stretch = stretch_of(series, 0, 60, 2.0)
    noise = noise_of(stretch.y, 199, 0.95, None)
    alike = Inversion(stretch, np.arange(60), noise)
    apart = Inversion(stretch, 2 * np.arange(60), noise)
    assert alike.critical("date", alike.at) > 1.3 * apart.critical("date", apart.at)


def test_simulated_counts_have_the_law_they_are_meant_to():
    # Against the exact law of the loss at a known date without any noise but Poisson's:
    # the loss of a rate held at the truth is chi-squared with one degree of freedom.
    y = np.random.default_rng(8).poisson(np.repeat([100.0, 300.0], 40))
    found = inversion(y, draws=1_999)
    assert found.critical("after", found.after) == pytest.approx(3.84, rel=0.15)
    small = inversion(np.repeat([20, 60], 40), draws=1_999)
    assert small.critical("after", small.after) == pytest.approx(3.84, rel=0.15)


def test_exposures_have_their_own_frailties():
    exposure = np.linspace(0.2, 1.8, 40)
    rng = np.random.default_rng(9)
    y = rng.poisson(rng.gamma(2 * exposure, 4.0))
    got = inversion(y, 2.0, exposure=exposure)
    low, high = got.interval("ratio")
    assert low < 1 < high
