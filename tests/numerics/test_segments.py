"""Exact segmentation: against published optima, brute force and by property."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from conflictstats.numerics import segments
from conflictstats.numerics.segments import (
    cumulate,
    offset_cost,
    optimal_paths,
    pelt,
    penalty_paths,
)

HERE = Path(__file__).resolve().parents[1] / "golden" / "breaks"
EXPECTED = json.loads((HERE / "expected.json").read_text())
COAL = np.loadtxt(HERE / "coal.csv", delimiter=",", skiprows=1)[:, 1]


@pytest.mark.golden
def test_exact_poisson_segmentation_of_coal():
    want = EXPECTED["segmentation_exact_coal"]["value"]["poisson"]
    breaks, costs = optimal_paths(
        cumulate(COAL, None, "poisson"), "poisson", np.inf, 5, 5
    )
    constant = offset_cost(COAL, None, "poisson", np.inf)
    for row in want:
        m = row["m"]
        assert list(breaks[m]) == row["breaks"]
        assert [1850 + b for b in breaks[m]] == row["years"]
        assert costs[m] == pytest.approx(row["neg2ll_noconst"], rel=1e-9)
        assert costs[m] + constant == pytest.approx(row["neg2ll"], rel=1e-9)


@pytest.mark.golden
def test_exact_negative_binomial_segmentation_of_coal():
    want = EXPECTED["segmentation_exact_coal"]["value"]["negbin_common_size_grid"]
    sums = cumulate(COAL, None, "nb")
    for row in want:
        size, m = row["size"], row["m"]
        breaks, costs = optimal_paths(sums, "nb", size, 5, m)
        assert list(breaks[m]) == row["breaks"]
        total = costs[m] + offset_cost(COAL, None, "nb", size)
        assert total == pytest.approx(row["neg2ll"], rel=1e-7)


@pytest.mark.golden
def test_pelt_equals_r_on_coal():
    want = EXPECTED["cpt_coal_pelt"]["value"]
    sums = cumulate(COAL, None, "poisson")
    for name in ("BIC", "AIC", "manual5"):
        breaks, _ = pelt(sums, "poisson", np.inf, 2, want[name]["pen"])
        given_breaks = want[name]["cpts"]
        assert list(breaks) == (
            given_breaks if isinstance(given_breaks, list) else [given_breaks]
        )
        edges = [0, *breaks, COAL.size]
        means = [COAL[a:b].mean() for a, b in itertools.pairwise(edges)]
        assert means == pytest.approx(want[name]["lambda"])


@pytest.mark.golden
def test_nile_gaussian_path_equals_strucchange():
    nile = np.loadtxt(HERE.parent / "monotone" / "nile.csv", delimiter=",", skiprows=1)
    want = EXPECTED["bp_Nile"]["value"]
    breaks, rss = optimal_paths(
        cumulate(nile[:, 1], None, "gaussian"), "gaussian", 0.0, 15, 5
    )
    assert rss == pytest.approx(np.array(want["RSS"]), rel=1e-9)
    assert breaks[1] == (want["breakpoints"],)
    for m in range(1, 6):
        column = [row[m - 1] for row in want["all"] if row[m - 1] is not None]
        assert list(breaks[m]) == column


def _negative_log_likelihood(y, e, family, size):
    """-2 max log-likelihood of one segment, by optimisation over its rate."""

    def loss(log_rate):
        mean = np.exp(log_rate) * e
        if family == "poisson":
            return -2 * stats.poisson.logpmf(y, mean).sum()
        n = size * e
        return -2 * stats.nbinom.logpmf(y, n, n / (n + mean)).sum()

    if y.sum() == 0:
        return loss(-40.0)
    return optimize.minimize_scalar(loss, bounds=(-8, 8), method="bounded").fun


@pytest.mark.parametrize("family", ["poisson", "nb"])
def test_costs_are_likelihoods(family):
    rng = np.random.default_rng(2)
    y, e, size = rng.poisson(3, 9).astype(float), rng.uniform(0.4, 2, 9), 1.7
    y[:3] = 0
    breaks, costs = optimal_paths(cumulate(y, e, family), family, size, 3, 2)
    constant = offset_cost(y, e, family, size)
    for cut, cost in zip(breaks, costs, strict=True):
        edges = [0, *cut, 9]
        by_hand = sum(
            _negative_log_likelihood(y[a:b], e[a:b], family, size)
            for a, b in itertools.pairwise(edges)
        )
        assert cost + constant == pytest.approx(by_hand, abs=1e-5)


counts = st.lists(st.integers(0, 9), min_size=6, max_size=13)


@given(counts, st.sampled_from(["poisson", "nb", "gaussian"]), st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_dynamic_programming_beats_every_segmentation(values, family, shortest):
    y = np.array(values, dtype=float)
    sums = cumulate(y, None, family)
    most = min(2, y.size // shortest - 1)
    breaks, costs = optimal_paths(sums, family, 2.0, shortest, most)
    for m in range(most + 1):
        best = np.inf
        for cut in itertools.combinations(range(1, y.size), m):
            edges = np.array([0, *cut, y.size])
            if np.diff(edges).min() < shortest:
                continue
            best = min(best, _cost_of(sums, family, cut))
        assert costs[m] == pytest.approx(best, abs=1e-8)
        assert np.diff([0, *breaks[m], y.size]).min() >= shortest


def _cost_of(sums, family, cut):
    edges = np.array([0, *cut, sums.total.size - 1])
    s, e, q = (np.diff(x[edges]) for x in (sums.total, sums.exposure, sums.square))
    if family == "gaussian":
        return float(np.sum(q - s**2 / e))
    s, e = s[s > 0], e[s > 0]
    if family == "poisson":
        return float(-2 * np.sum(s * np.log(s / e) - s))
    k = 2.0 * e
    return float(-2 * np.sum(s * np.log(s / (s + k)) + k * np.log(k / (s + k))))


@given(
    st.lists(st.integers(0, 30), min_size=8, max_size=60),
    st.sampled_from(["poisson", "nb", "gaussian"]),
    st.integers(1, 5),
    st.floats(0.5, 30),
)
@settings(max_examples=120, deadline=None)
def test_pruning_loses_nothing(values, family, shortest, penalty):
    y = np.array(values, dtype=float)
    sums = cumulate(y, None, family)
    breaks, cost = pelt(sums, family, 1.5, shortest, penalty)
    _, costs = optimal_paths(sums, family, 1.5, shortest, y.size)
    best = np.min(costs + penalty * np.arange(costs.size))
    assert cost + penalty * len(breaks) == pytest.approx(best, abs=1e-7)
    assert np.diff([0, *breaks, y.size]).min() >= min(shortest, y.size)


@given(st.lists(st.integers(0, 20), min_size=10, max_size=50))
@settings(max_examples=40, deadline=None)
def test_penalty_paths_are_the_corners_of_the_whole_path(values):
    y = np.array(values, dtype=float)
    sums = cumulate(y, None, "poisson")
    found = penalty_paths(sums, "poisson", np.inf, 2, (1.0, 200.0))
    _, costs = optimal_paths(sums, "poisson", np.inf, 2, y.size)
    for m, (breaks, cost) in found.items():
        assert len(breaks) == m
        assert cost == pytest.approx(costs[m], abs=1e-7)


def test_tables_of_logarithms_change_nothing(monkeypatch):
    rng = np.random.default_rng(3)
    y = rng.poisson(4, 200).astype(float)
    fast = pelt(cumulate(y, None, "poisson"), "poisson", np.inf, 2, 6.0)
    monkeypatch.setattr(segments, "_TABLE", 0)
    plain = cumulate(y, None, "poisson")
    assert plain.logs.size == 0
    slow = pelt(plain, "poisson", np.inf, 2, 6.0)
    assert fast[0] == slow[0]
    assert fast[1] == pytest.approx(slow[1])


def test_an_infinite_size_is_poisson():
    sums = cumulate(COAL, None, "nb")
    there = optimal_paths(sums, "nb", np.inf, 3, 3)
    here = optimal_paths(sums, "poisson", np.inf, 3, 3)
    assert there[0] == here[0]
    assert there[1] == pytest.approx(here[1])


def test_no_event_costs_nothing():
    sums = cumulate(np.zeros(12), None, "nb")
    breaks, costs = optimal_paths(sums, "nb", 2.0, 2, 3)
    assert costs == pytest.approx(np.zeros(4))
    assert len(breaks) == 4
    assert pelt(sums, "poisson", np.inf, 2, 1.0) == ((), 0.0)
