"""Pruning by functions loses nothing: against dynamic programming, at hard cases."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from conflictstats.numerics.segment_functional import prune
from conflictstats.numerics.segments import cumulate, optimal_paths


def breaks_of(last):
    out, t = [], int(last[-1])
    while t > 0:
        out.append(t)
        t = int(last[t])
    return tuple(reversed(out))


def by_programming(y, e, r, shortest, penalty):
    sums = cumulate(y, e, "nb")
    found, costs = optimal_paths(sums, "nb", r, shortest, len(y))
    prices = [cost + penalty * m for m, cost in enumerate(costs)]
    return found[int(np.argmin(prices))], min(prices)


@given(
    hnp.arrays(float, st.integers(4, 30), elements=st.integers(0, 40).map(float)),
    st.sampled_from([math.inf, 0.3, 5.0, 1e6]),
    st.integers(1, 4),
    st.floats(0.5, 30),
    st.booleans(),
)
def test_equals_dynamic_programming(y, r, shortest, penalty, even):
    if len(y) < 2 * shortest:
        y = np.tile(y, 2 * shortest)
    e = np.ones(len(y)) if even else np.linspace(0.3, 1.7, len(y))
    sums = cumulate(y, e, "nb")
    cost, last = prune(sums.total, sums.exposure, r, shortest, penalty)
    _, least = by_programming(y, e, r, shortest, penalty)
    assert cost == pytest.approx(least, abs=1e-6)
    # The breaks are those that cost so much.
    edges = [0, *breaks_of(last), len(y)]
    assert np.diff(edges).min() >= shortest


def test_silence_and_a_single_count():
    for y in (np.zeros(20), np.eye(1, 20, 7).ravel(), np.repeat([0.0, 900.0], 10)):
        sums = cumulate(y, None, "poisson")
        cost, last = prune(sums.total, sums.exposure, math.inf, 2, 5.0)
        _, least = by_programming(y, np.ones(20), math.inf, 2, 5.0)
        assert cost == pytest.approx(least, abs=1e-9)
    assert breaks_of(last) == (10,)


def test_few_starts_are_left_where_nothing_changes():
    # Ten thousand periods without a break: all starts against all would be 5 * 10^7.
    y = np.random.default_rng(1).poisson(5.0, 10_000).astype(float)
    sums = cumulate(y, None, "poisson")
    cost, last = prune(sums.total, sums.exposure, math.inf, 2, 2 * math.log(10_000))
    assert breaks_of(last) == ()
    assert cost == pytest.approx(-2 * y.sum() * (math.log(y.mean()) - 1))
