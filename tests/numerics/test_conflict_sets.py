"""Minimal contradictory sets are contradictory, and minimal."""

import numpy as np

from conflictstats.numerics.conflict_sets import (
    find_conflict_sets,
    find_slack_rows,
    shrink_conflict,
)
from conflictstats.numerics.interval_systems import find_least_slack
from tests.numerics.test_interval_systems import enumerate_slack, make, random_system


def test_two_tolls_of_one_strike():
    rows = [
        ((0,), ">=", 36),
        ((0,), "<=", 34),
        ((0,), ">=", 34),
        ((0, 1), "<=", 90),
        ((1,), ">=", 7),
    ]
    system = make(rows, 2)
    least = find_least_slack(system)
    sets = find_conflict_sets(system, least, limit=10)
    assert [s.tolist() for s in sets] == [[0, 1]]
    # Either may give way: both are in conflict, nobody else is.
    assert find_slack_rows(system, least).tolist() == [True, True, False, False, False]


def test_the_limit_stops_the_search():
    rows = [((i,), sense, b) for i in range(4) for sense, b in [(">=", 5), ("<=", 2)]]
    system = make(rows, 4)
    least = find_least_slack(system)
    assert len(find_conflict_sets(system, least, limit=10)) == 4
    assert len(find_conflict_sets(system, least, limit=2)) == 2
    assert find_slack_rows(system, least).all()


def test_a_consistent_system_has_none():
    system = make([((0,), ">=", 2), ((0,), "<=", 2)], 1)
    least = find_least_slack(system)
    assert find_conflict_sets(system, least, limit=5) == ()
    assert not find_slack_rows(system, least).any()


def test_sets_are_minimal_and_name_every_contradiction():
    rng = np.random.default_rng(7)
    clashes = 0
    for _ in range(30):
        system = random_system(rng, n=3, m=7, top=5, kind="sets")
        least = find_least_slack(system)
        sets = find_conflict_sets(system, least, limit=20)
        assert bool(sets) == (least.total > 0)
        clashes += bool(sets)
        for rows in sets:
            assert find_least_slack(system.keep(rows)).total > 0
            for row in rows:
                rest = system.keep(np.setdiff1d(rows, [row]))
                assert find_least_slack(rest).total == 0
    assert clashes > 6


def test_shrinking_goes_on_inside_a_smaller_support():
    rows = [((0,), ">=", 9), ((0,), "<=", 1), ((1,), ">=", 9), ((1,), "<=", 1)]
    found = shrink_conflict(make(rows, 2), np.arange(4))
    assert found.tolist() in ([0, 1], [2, 3])


def test_rows_that_may_give_way_agree_with_enumeration():
    rng = np.random.default_rng(8)
    for _ in range(50):
        system = random_system(rng, n=2, m=5, top=5, kind="spans")
        grid, slack = enumerate_slack(system, top=9)
        sums = grid[slack == slack.min()] @ system.matrix.toarray().T
        sign = np.where(system.is_floor, 1, -1)
        expected = (sign * (system.bound - sums) > 0).any(axis=0)
        found = find_slack_rows(system, find_least_slack(system))
        assert (found == expected).all()
