"""Minimal sets of rows that cannot all hold.

A set is minimal when dropping any one of its rows lets the others hold: the smallest
statement of a contradiction. Found from the multipliers of the least-slack program
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
    Ints,
    LeastSlack,
    RowSystem,
    describe_face,
    find_least_slack,
    group_columns,
    label_rows,
    solve_rows,
)

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
    """Find minimal contradictory sets until the rest of the rows can hold.

    The multipliers of the least slack fall into separate contradictions; each is made
    minimal. Then the rows that gave way in it (those with slack) are put aside, and
    what is left is searched again.

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
        Row numbers of each set, in the order found.
    """
    alive = np.arange(len(system.bound))
    system = _slim(system, alive)
    found: list[Ints] = []
    while least.total > TOLERANCE and len(found) < limit:
        support = np.flatnonzero(least.multiplier > TOLERANCE)
        part = label_rows(system.matrix[alive[support]])
        gave_way = np.zeros(len(alive), dtype=bool)
        for label in np.unique(part):
            rows = support[part == label]
            if not least.slack[rows].any() or len(found) >= limit:
                continue
            # Keep the rows that gave way longest: they are what a reader doubts.
            order = np.argsort(least.slack[rows] > 0, kind="stable")
            conflict = shrink_conflict(system, alive[rows][order])
            found.append(conflict)
            gave_way |= np.isin(alive, conflict) & (least.slack > 0)
        alive = alive[~gave_way]
        least = find_least_slack(system.keep(alive))
    return tuple(found)


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
