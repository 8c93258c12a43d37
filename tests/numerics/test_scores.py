"""Scores: by hand, identities, and that the truth scores best."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from conflictstats.numerics.scores import EDGES, crps, ignorance, interval_score


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_crps_of_a_point_is_the_absolute_error(point, observed):
    got = crps(np.full((1, 7), point), np.array([observed]))[0]
    assert got == pytest.approx(abs(point - observed), rel=1e-12, abs=1e-9)


def test_crps_of_one_sample_is_its_error_to_twelve_digits(rng):
    x, y = rng.normal(size=(50, 1)), rng.normal(size=50)
    assert np.abs(crps(x, y) - np.abs(x[:, 0] - y)).max() < 1e-12


def test_crps_is_half_the_mean_difference_less(rng):
    x, y = rng.gamma(2, 5, (4, 30)), rng.gamma(2, 5, 4)
    between = np.abs(x[:, :, None] - x[:, None, :])
    want = np.abs(x - y[:, None]).mean(axis=1) - between.mean(axis=(1, 2)) / 2
    assert crps(x, y) == pytest.approx(want)
    m = 30
    fair = np.abs(x - y[:, None]).mean(axis=1) - between.sum(axis=(1, 2)) / (
        2 * m * (m - 1)
    )
    assert crps(x, y, fair=True) == pytest.approx(fair)


def test_crps_of_quantiles_is_that_of_the_normal():
    levels = (np.arange(2000) + 0.5) / 2000
    x = stats.norm.ppf(levels)[None]
    # Gneiting and Raftery (2007), equation 5.
    want = 0.7 * (2 * stats.norm.cdf(0.7) - 1) + 2 * stats.norm.pdf(0.7) - np.pi**-0.5
    assert crps(x, np.array([0.7]))[0] == pytest.approx(want, abs=1e-3)


def test_ignorance_by_hand():
    draws = np.array([[-3.0, 0.0, 0.4, 1.0, 2000.0]])
    for observed, hits in ((0.0, 3), (1.0, 1), (900.0, 0), (5000.0, 1)):
        want = -np.log2((hits + 1) / 16)
        assert ignorance(draws, np.array([observed]))[0] == pytest.approx(want)
    assert len(EDGES) == 11


def test_interval_score_by_hand():
    low, high = np.array([2.0, 2.0, 2.0]), np.array([5.0, 5.0, 5.0])
    got = interval_score(low, high, np.array([3.0, 1.0, 6.0]), 0.9)
    assert got == pytest.approx([3, 23, 23])


@pytest.mark.parametrize("score", ["crps", "ignorance", "interval"])
def test_the_true_model_scores_best(score):
    best = 0
    levels = (np.arange(199) + 0.5) / 199
    rivals = [(8.0, 2.0), (4.0, 2.0), (16.0, 2.0), (8.0, 0.4), (8.0, 1e6)]
    said = [stats.nbinom.ppf(levels, k, k / (k + mu)) for mu, k in rivals]
    for repeat in range(200):
        y = np.random.default_rng(repeat).negative_binomial(2, 0.2, 400).astype(float)
        means = []
        for x in said:
            if score == "crps":
                each = crps(np.tile(x, (400, 1)), y)
            elif score == "ignorance":
                each = ignorance(np.tile(x, (400, 1)), y)
            else:
                low, high = np.quantile(x, [0.05, 0.95])
                each = interval_score(np.full(400, low), np.full(400, high), y, 0.9)
            means.append(each.mean())
        best += int(np.argmin(means) == 0)
    assert best >= 190
