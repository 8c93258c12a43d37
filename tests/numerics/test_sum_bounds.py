"""Bounds of sums, against enumeration over whole numbers."""

import numpy as np
import pytest
from scipy import sparse

from conflictstats.numerics.interval_systems import describe_face, find_least_slack
from conflictstats.numerics.sum_bounds import bound_sums
from tests.numerics.test_interval_systems import (
    enumerate_slack,
    make,
    random_system,
)


def bounds(system, queries):
    face = describe_face(system, find_least_slack(system))
    matrix = np.zeros((len(queries), system.matrix.shape[1]))
    for i, atoms in enumerate(queries):
        matrix[i, list(atoms)] = 1
    return bound_sums(face, sparse.csr_array(matrix))


def test_parts_and_a_total_by_hand():
    system = make([((0,), ">=", 8), ((1,), ">=", 5), ((0, 1, 2), "<=", 15)], 3)
    found = bounds(system, [(0, 1, 2), (2,), (0,)])
    assert found.low.tolist() == [13, 0, 8]
    assert found.high.tolist() == [15, 2, 10]
    assert [b.tolist() for b in found.binding_low] == [[0, 1], [], [0]]
    assert [b.tolist() for b in found.binding_high] == [[2], [0, 1, 2], [1, 2]]


def test_open_sums_have_no_upper_end():
    system = make([((0,), ">=", 8), ((0, 1), ">=", 9), ((1,), "<=", 3)], 2)
    found = bounds(system, [(0,), (1,), (0, 1)])
    assert found.low.tolist() == [8, 0, 9]
    assert found.high.tolist() == [np.inf, 3, np.inf]


def test_an_empty_sum_is_zero():
    system = make([((0,), ">=", 8)], 2)
    matrix = sparse.csr_array((1, 2))
    face = describe_face(system, find_least_slack(system))
    found = bound_sums(face, matrix)
    assert found.low.tolist() == [0]
    assert found.high.tolist() == [0]


def check(rng, kind, draws):
    """Compare with enumeration; return how many systems were contradictory."""
    clashes = 0
    for _ in range(draws):
        system = random_system(rng, n=3, m=int(rng.integers(1, 7)), top=4, kind=kind)
        queries = [(0,), (1, 2), (0, 1, 2), (0, 2)]
        found = bounds(system, queries)
        # 9 is beyond what any ceiling or flipped floor allows an atom to reach.
        grid, slack = enumerate_slack(system, top=9)
        best = slack == slack.min()
        clashes += slack.min() > 0
        whole = slack.min() <= find_least_slack(system).total + 1e-7
        for i, atoms in enumerate(queries):
            sums = grid[best][:, list(atoms)].sum(axis=1)
            high = sums.max() if np.isfinite(found.high[i]) else np.inf
            if kind == "spans":
                assert found.low[i] == sums.min()
                assert found.high[i] == high
            elif whole:
                assert found.low[i] <= sums.min()
                assert found.high[i] >= high
            if not np.isfinite(found.high[i]):
                assert sums.max() >= 9
    return clashes


@pytest.mark.parametrize("kind", ["spans", "sets"])
def test_bounds_agree_with_enumeration(kind):
    clashes = check(np.random.default_rng(4), kind, draws=60)
    assert 5 < clashes < 57


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["spans", "sets"])
def test_bounds_agree_with_enumeration_of_thousands(kind):
    assert check(np.random.default_rng(5), kind, draws=2000) > 200


def test_a_row_that_can_hold_never_widens():
    rng = np.random.default_rng(6)
    compared = 0
    for _ in range(50):
        system = random_system(rng, n=4, m=5, top=5, kind="sets")
        fewer = system.keep(np.arange(4))
        if find_least_slack(system).total > 0:
            continue
        compared += 1
        queries = [(0,), (1, 2), (0, 1, 2, 3)]
        wide, narrow = bounds(fewer, queries), bounds(system, queries)
        assert (narrow.low >= wide.low - 1e-7).all()
        assert (narrow.high <= wide.high + 1e-7).all()
    assert compared > 10
