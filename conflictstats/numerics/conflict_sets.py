"""Minimal sets of rows that cannot all hold.

A set is minimal when dropping any one of its rows lets the others hold: the smallest
statement of a contradiction. Found from the multipliers of a program without solution
(which already name an impossible subset) and a deletion filter (Chinneck 2008, ch. 6).

References
----------
J. W. Chinneck (2008). Feasibility and Infeasibility in Optimization. Springer.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from conflictstats.numerics.interval_systems import (
    TOLERANCE,
    Bools,
    Face,
    Ints,
    LeastSlack,
    RowSystem,
    describe_face,
    find_least_slack,
    group_columns,
    label_rows,
    solve_rows,
)
from conflictstats.numerics.sum_bounds import FaceSums

# Far below a person, far above the solver's tolerance.
A_LITTLE = 1e-3


def _slim(system: RowSystem, rows: Ints) -> RowSystem:
    """Return the system over the atoms that some rows tell apart."""
    columns, _ = group_columns(system.matrix[rows])
    columns = np.sort(columns)
    return RowSystem(
        sparse.csr_array(system.matrix[:, columns]),
        system.is_floor,
        system.bound,
        system.weight,
        system.chain[columns],
    )


def shrink_conflict(system: RowSystem, rows: Ints) -> Ints:
    """Reduce a contradictory set of rows to a minimal one.

    Parameters
    ----------
    system : RowSystem
        m rows over n atoms.
    rows : int array of shape (k,)
        Rows that cannot all hold; the first are tried for deletion first.

    Returns
    -------
    int array of shape (j,)
        A subset that cannot hold, each proper subset of which can.
    """
    system = _slim(system, np.sort(rows))
    needed: list[int] = []
    left = list(rows)
    while left:
        tried = left.pop(0)
        rest = np.array(needed + left, dtype=np.int64)
        least = find_least_slack(system.keep(rest))
        if least.total <= TOLERANCE:
            needed.append(tried)
            continue
        # The multipliers name a still smaller impossible subset: go on inside it.
        inside = set(rest[least.multiplier > TOLERANCE].tolist())
        needed = [row for row in needed if row in inside]
        left = [row for row in left if row in inside]
    return np.sort(np.array(needed, dtype=np.int64))


def find_conflict_sets(
    system: RowSystem, least: LeastSlack, limit: int
) -> tuple[Ints, ...]:
    """Find a minimal contradictory set for each row that gave way.

    The rows without slack can hold together. Each row with slack is put to them: where
    the sum it speaks of cannot reach its bound, the multipliers of that program name
    the rows it contradicts [1]_; where it can, it joins them.

    Parameters
    ----------
    system : RowSystem
        m rows over n atoms.
    least : LeastSlack
        Its least slack.
    limit : int
        Stop after so many sets.

    Returns
    -------
    tuple of int arrays
        Row numbers of each set, the greatest slack first.

    References
    ----------
    .. [1] J. Gleeson, J. Ryan (1990). Identifying minimally infeasible subsystems of
       inequalities. ORSA Journal on Computing 2, 61-63.
    """
    holds = least.slack <= 0
    doubted = np.flatnonzero(~holds)
    order = np.argsort(-least.slack[doubted], kind="stable")
    system = _slim(system, np.arange(len(system.bound)))
    found: list[Ints] = []
    sums: FaceSums | None = None
    alive = np.flatnonzero(holds)
    for row in doubted[order]:
        if len(found) >= limit:
            break
        if sums is None:
            alive = np.flatnonzero(holds)
            sums = FaceSums(_as_face(system.keep(alive)))
        start, end = system.matrix.indptr[row : row + 2]
        atoms = np.sort(system.matrix.indices[start:end].astype(np.int64))
        floor = bool(system.is_floor[row])
        value, against = sums.solve(atoms, lowest=not floor)
        gap = system.bound[row] - value if floor else value - system.bound[row]
        if gap <= TOLERANCE:
            holds[row] = True
            sums = None
            continue
        found.append(shrink_conflict(system, np.append(alive[against], row)))
    return tuple(found)


def _as_face(system: RowSystem) -> Face:
    """Return rows that can hold as they stand."""
    return Face(
        system.matrix,
        np.where(system.is_floor, system.bound, -np.inf),
        np.where(system.is_floor, np.inf, system.bound),
        np.zeros(system.matrix.shape[1], dtype=bool),
        system.chain,
    )


def find_slack_rows(system: RowSystem, least: LeastSlack) -> Bools:
    """Tell which rows give way in some optimum of the least slack.

    Optima form a convex set, so one point of it has all the slacks that can be
    positive at once: it maximises the sum of min(slack, a little).

    Parameters
    ----------
    system : RowSystem
        m rows over n atoms.
    least : LeastSlack
        Its least slack.

    Returns
    -------
    bool array of shape (m,)
        True where the slack is positive in at least one optimum.
    """
    gives_way = least.slack > 0
    columns, _ = group_columns(system.matrix)
    system = _slim(system, np.arange(len(system.bound)))
    least = replace(least, reduced=least.reduced[np.sort(columns)])
    missed = least.multiplier >= system.weight - TOLERANCE
    doubtful = np.flatnonzero(missed & ~gives_way)
    if not len(doubtful):
        return gives_way
    face = describe_face(system, least)
    part = label_rows(face.matrix)
    rows = np.flatnonzero(np.isin(part, part[doubtful]))
    used = (face.matrix[rows].sum(axis=0) > 0) & ~face.zero
    columns = np.flatnonzero(used)
    k = len(doubtful)
    sign = np.where(system.is_floor[doubtful], 1.0, -1.0)
    place = np.searchsorted(rows, doubtful)
    share = sparse.csr_array((sign, (place, np.arange(k))), shape=(len(rows), k))
    block = sparse.hstack([face.matrix[rows][:, columns], share])
    little = sparse.hstack([sparse.csr_array((k, len(columns))), sparse.eye_array(k)])
    solved = solve_rows(
        np.concatenate([np.zeros(len(columns)), -np.ones(k)]),
        sparse.csr_array(sparse.vstack([block, little])),
        np.concatenate([face.lower[rows], np.full(k, -np.inf)]),
        np.concatenate([face.upper[rows], np.full(k, A_LITTLE)]),
        np.concatenate([face.chain[columns], np.full(k, -1)]),
    )
    gives_way[doubtful] = solved.point[len(columns) :] > 10 * TOLERANCE
    return gives_way
