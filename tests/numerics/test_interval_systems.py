"""Least slack and its face, against enumeration over whole numbers."""

import itertools

import numpy as np
import pytest
from scipy import sparse

from conflictstats.errors import EstimationError
from conflictstats.numerics.interval_systems import (
    RowSystem,
    describe_face,
    find_least_slack,
    find_relevant_rows,
    group_columns,
    solve_rows,
)


def make(rows, n, *, weight=None, chain=None):
    """Build a system from (atoms, sense, bound) triples."""
    matrix = np.zeros((len(rows), n))
    for i, (atoms, _, _) in enumerate(rows):
        matrix[i, list(atoms)] = 1
    return RowSystem(
        sparse.csr_array(matrix),
        np.array([sense == ">=" for _, sense, _ in rows]),
        np.array([bound for _, _, bound in rows], dtype=float),
        np.ones(len(rows)) if weight is None else np.asarray(weight, dtype=float),
        np.full(n, -1) if chain is None else np.asarray(chain),
    )


def random_system(rng, *, n, m, top, kind):
    """Draw a small system; `kind` says whether rows are spans of one time line."""
    rows = []
    for _ in range(m):
        if kind == "spans":
            a, b = sorted(rng.choice(n + 1, 2, replace=False))
            atoms = range(a, b)
        else:
            atoms = np.flatnonzero(rng.random(n) < 0.5)
            atoms = atoms if len(atoms) else [int(rng.integers(n))]
        rows.append((atoms, rng.choice([">=", "<="]), int(rng.integers(top))))
    chain = np.zeros(n, dtype=int) if kind == "spans" else None
    return make(rows, n, chain=chain)


def enumerate_slack(system, top):
    """Return all points of a grid and the total slack at each."""
    n = system.matrix.shape[1]
    grid = np.array(list(itertools.product(range(top + 1), repeat=n)))
    sums = grid @ system.matrix.toarray().T
    sign = np.where(system.is_floor, 1, -1)
    gap = np.maximum(sign * (system.bound - sums), 0)
    return grid, gap @ system.weight


def test_a_span_system_by_hand():
    # Days 1-3: at least 5 in all, day 1 at most 1, day 2-3 at most 3: one too few.
    system = make([((0, 1, 2), ">=", 5), ((0,), "<=", 1), ((1, 2), "<=", 3)], 3)
    least = find_least_slack(system)
    assert least.total == pytest.approx(1)
    assert least.slack.sum() == pytest.approx(1)
    assert least.multiplier == pytest.approx([1, 1, 1])


def test_weights_choose_who_gives_way():
    rows = [((0,), ">=", 36), ((0,), "<=", 34)]
    least = find_least_slack(make(rows, 1, weight=[1, 3]))
    assert least.total == pytest.approx(2)
    assert least.slack == pytest.approx([2, 0])


def test_a_floor_with_an_open_atom_costs_nothing():
    system = make([((0, 1), ">=", 50), ((0,), "<=", 3)], 2)
    least = find_least_slack(system)
    assert least.total == 0
    face = describe_face(system, least)
    assert face.lower.tolist() == [50, -np.inf]
    assert face.upper.tolist() == [np.inf, 3]


@pytest.mark.parametrize("kind", ["spans", "sets"])
def test_least_slack_agrees_with_enumeration(kind):
    rng = np.random.default_rng(1)
    for _ in range(150):
        system = random_system(rng, n=3, m=int(rng.integers(1, 6)), top=4, kind=kind)
        _, slack = enumerate_slack(system, top=4)
        total = find_least_slack(system).total
        if kind == "spans":
            assert total == pytest.approx(slack.min(), abs=1e-7)
        else:
            assert total <= slack.min() + 1e-7
            # Whole numbers may cost more, but nothing possible is called impossible.
            assert (slack.min() > 0) or total == 0


def test_the_face_is_the_set_of_optima():
    rng = np.random.default_rng(2)
    for _ in range(80):
        system = random_system(rng, n=3, m=5, top=4, kind="spans")
        grid, slack = enumerate_slack(system, top=4)
        face = describe_face(system, find_least_slack(system))
        sums = grid @ face.matrix.toarray().T
        inside = ((sums >= face.lower) & (sums <= face.upper)).all(axis=1)
        inside &= (grid[:, face.zero] == 0).all(axis=1)
        assert (inside == (slack == slack.min())).all()


def test_running_totals_change_nothing():
    rng = np.random.default_rng(3)
    n = 40
    rows = []
    for _ in range(25):
        a, b = sorted(rng.choice(n + 1, 2, replace=False))
        rows.append((range(a, b), rng.choice([">=", "<="]), int(rng.integers(90))))
    plain, chained = make(rows, n), make(rows, n, chain=np.zeros(n, dtype=int))
    one, two = find_least_slack(plain), find_least_slack(chained)
    assert one.total > 0
    assert two.total == pytest.approx(one.total)
    for least, system in [(one, plain), (two, chained)]:
        # Strong duality, from the multipliers alone.
        sign = np.where(system.is_floor, 1, -1)
        dual = (sign * least.multiplier) @ system.bound
        assert dual == pytest.approx(least.total)
        assert (least.reduced > -1e-7).all()


def test_contradictory_rows_have_no_optimum():
    matrix = sparse.csr_array(np.ones((2, 1)))
    with pytest.raises(EstimationError, match="no optimum"):
        solve_rows(
            np.ones(1),
            matrix,
            np.array([3.0, -np.inf]),
            np.array([np.inf, 2.0]),
            np.array([-1]),
        )


def test_rows_that_cannot_touch_a_sum_are_told():
    rows = [
        ((0,), ">=", 2),
        ((0, 1), "<=", 5),
        ((2,), "<=", 4),
        ((2, 3), ">=", 9),
        ((3,), ">=", 1),
    ]
    system = make(rows, 4)

    def near(*atoms):
        mask = np.zeros(4, dtype=bool)
        mask[list(atoms)] = True
        return find_relevant_rows(system, mask).tolist()

    assert near(0) == [True, True, False, False, False]
    # Atom 3 has no ceiling: it meets row 3 at no cost, so only its own sums care.
    assert near(2) == [False, False, True, True, False]
    assert near(3) == [False, False, True, True, True]


def test_equal_columns_are_found():
    matrix = sparse.csr_array(np.array([[1.0, 1, 0, 1, 0], [0, 0, 1, 1, 0]]))
    first, group = group_columns(matrix)
    assert sorted(first.tolist()) == [0, 2, 3]
    assert group[0] == group[1]
    assert group[4] == -1
    assert len(set(group.tolist())) == 4
