"""Flows of running totals, by hand and against enumeration."""

import itertools

import numpy as np
import pytest

from conflictstats.numerics.running_totals import bound_totals


def bound_flows(lower, upper):
    """Bound the flow up to each of n totals, one figure each."""
    date = np.arange(len(lower))
    totals = bound_totals(lower, upper, date, len(lower))
    return *totals.between(date - 1, date), totals.slack


def test_exact_totals_give_their_differences():
    low, high, slack = bound_flows(np.array([5.0, 9, 9]), np.array([5.0, 9, 9]))
    assert low.tolist() == [5, 4, 0]
    assert high.tolist() == [5, 4, 0]
    assert not slack.any()


def test_rounding_widens_and_neighbours_narrow():
    # 900 +- 50 between 875 and 880: the neighbours say more than the rounding.
    low, high, _ = bound_flows(np.array([875.0, 850, 880]), np.array([875.0, 950, 880]))
    assert low.tolist() == [875, 0, 0]
    assert high.tolist() == [875, 5, 5]


def test_open_ends_borrow_from_what_comes_later():
    low, high, _ = bound_flows(np.array([3.0, 10, 15]), np.array([np.inf, 20, np.inf]))
    assert low.tolist() == [3, 0, 0]
    assert high.tolist() == [20, 17, np.inf]


def test_a_fall_blames_neither_side():
    low, high, slack = bound_flows(np.array([10.0, 8]), np.array([10.0, 8]))
    # The total may have been 8, 9 or 10 all along; nothing came after it.
    assert low.tolist() == [8, 0]
    assert high.tolist() == [10, 0]
    assert slack.sum() == pytest.approx(2)


def test_flows_agree_with_enumeration():
    rng = np.random.default_rng(11)
    falls = 0
    for _ in range(80):
        n = int(rng.integers(1, 5))
        lower = rng.integers(0, 6, n).astype(float)
        upper = lower + rng.integers(0, 3, n)
        lower[rng.random(n) < 0.15] = -np.inf
        upper[rng.random(n) < 0.15] = np.inf
        low, high, slack = bound_flows(lower, upper)
        totals = np.array(
            [t for t in itertools.product(range(13), repeat=n) if sorted(t) == list(t)]
        )
        gap = np.maximum(lower - totals, 0) + np.maximum(totals - upper, 0)
        cost = gap.sum(axis=1)
        best = totals[cost == cost.min()]
        falls += cost.min() > 0
        assert slack.sum() == pytest.approx(cost.min())
        flows = np.diff(best, axis=1, prepend=0)
        assert low == pytest.approx(flows.min(axis=0))
        capped = np.isfinite(high)
        assert high[capped] == pytest.approx(flows.max(axis=0)[capped])
        assert (flows.max(axis=0)[~capped] >= 7).all()
    assert falls > 12


def test_a_first_total_of_nothing():
    low, high, _ = bound_flows(np.array([3.0, 0]), np.array([3.0, 0]))
    assert low.tolist() == [0, 0]
    assert high.tolist() == [3, 0]
    low, high, _ = bound_flows(np.array([2.0, 0, 0]), np.array([2.0, 0, 0]))
    assert high.tolist() == [0, 0, 0]


def test_dates_may_have_several_figures_or_none():
    # 10 and "at least 12" on the first date, nothing on the second, 20 on the third.
    totals = bound_totals(
        np.array([10.0, 12, 20]), np.array([14.0, np.inf, 20]), np.array([0, 0, 2]), 3
    )
    assert totals.low.tolist() == [12, 12, 20]
    assert totals.high.tolist() == [14, 20, 20]
    low, high = totals.between(np.array([-1, 0]), np.array([2, 1]))
    assert low.tolist() == [20, 0]
    assert high.tolist() == [20, 8]


def test_two_figures_of_one_date_may_contradict():
    totals = bound_totals(
        np.array([875.0, 900]), np.array([875.0, 900]), np.array([0, 0]), 1
    )
    assert (totals.low[0], totals.high[0]) == (875, 900)
    assert totals.slack.sum() == pytest.approx(25)
