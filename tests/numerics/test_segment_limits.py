"""The limit law of a break's date: published, by simulation, at its edges."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from conflictstats.numerics.segment_limits import bai_interval, limit_critical

HERE = Path(__file__).resolve().parents[1] / "golden" / "breaks"
EXPECTED = json.loads((HERE / "expected.json").read_text())
NILE = np.loadtxt(HERE.parent / "monotone" / "nile.csv", delimiter=",", skiprows=1)


@pytest.mark.golden
def test_nile_interval_equals_strucchange():
    low, at, high = EXPECTED["bp_Nile"]["value"]["ci"][0]
    assert bai_interval(NILE[:, 1], (0, at, 100), 0.95) == (low, high)


def test_limit_law_agrees_with_simulation():
    rng = np.random.default_rng(21)
    # Two-sided random walks with small steps: drift -d^2/2, noise d * sd each side.
    d, sd = 0.25, np.array([1.0, 1.6])
    noise = rng.normal(size=(2, 4_000, 1_200)) * sd[:, None, None]
    walks = d * noise - d**2 / 2
    path = np.cumsum(walks, axis=2)
    best, where = path.max(axis=2), path.argmax(axis=2) + 1
    side = np.where(
        np.maximum(best[0], best[1]) <= 0, 0, np.where(best[0] > best[1], -1, 1)
    )
    at = np.where(side < 0, -where[0], np.where(side > 0, where[1], 0))
    y = np.concatenate(
        [np.tile([-sd[0], sd[0]], 500), d + np.tile([-sd[1], sd[1]], 500)]
    )
    low, high = bai_interval(y, (0, 1000, 2000), 0.90)
    inside = np.mean((at >= 1000 - high) & (at <= 1000 - low))
    assert inside == pytest.approx(0.90, abs=0.03)
    assert np.mean(at > 1000 - low) == pytest.approx(0.05, abs=0.02)


def test_limit_at_the_edges():
    assert bai_interval(np.array([1.0, 1, 1, 5, 5, 5]), (0, 3, 6), 0.95) == (3, 3)
    same = np.array([1.0, 2, 1, 2])
    assert bai_interval(same, (0, 2, 4), 0.95) == (0, 4)
    one_sided = bai_interval(np.array([2.0, 2, 2, 2, 5, 9, 4, 8]), (0, 4, 8), 0.95)
    assert one_sided[0] <= 4 <= one_sided[1]


def test_critical_value_of_two_suprema():
    # P(max of two standard exponentials <= c / 2) = (1 - e^(-c/2))^2.
    for level in (0.8, 0.95):
        c = limit_critical(level)
        assert stats.expon.cdf(c / 2) ** 2 == pytest.approx(level)


def test_autocorrelated_residuals_widen_the_interval():
    rng = np.random.default_rng(22)
    noise = np.zeros(120)
    for t in range(1, 120):
        noise[t] = 0.6 * noise[t - 1] + rng.normal()
    y, place = noise + np.repeat([0.0, 2.0], 60), (0, 60, 120)
    plain = bai_interval(y, place, 0.95)
    longer = bai_interval(y, place, 0.95, np.arange(120))
    assert longer[0] < plain[0]
    assert longer[1] > plain[1]
    # Every second period known: no neighbours, nothing to tell.
    assert bai_interval(y, place, 0.95, 2 * np.arange(120)) == plain
    white = rng.normal(size=120) + np.repeat([0.0, 2.0], 60)
    assert bai_interval(white, place, 0.95, np.arange(120)) == bai_interval(
        white, place, 0.95
    )
