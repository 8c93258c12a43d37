"""Minimal sets of rows that cannot all hold.

A set is minimal when dropping any one of its rows lets the others hold: the smallest
statement of a contradiction. Found from the multipliers of the least-slack program
(which already name an impossible subset) and a deletion filter (Chinneck 2008, ch. 6).

References
----------
J. W. Chinneck (2008). Feasibility and Infeasibility in Optimization. Springer.
"""

from __future__ import annotations

import numpy as np

from conflictstats.numerics.interval_systems import (
    TOLERANCE,
    Bools,
    Face,
    Ints,
    LeastSlack,
    RowSystem,
    describe_face,
    find_least_slack,
)
from conflictstats.numerics.sum_bounds import bound_sums


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

    After each set the rows of it that gave way (those with slack) are put aside, so
    that the next set is another contradiction.

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
    found: list[Ints] = []
    while least.total > TOLERANCE and len(found) < limit:
        support = least.multiplier > TOLERANCE
        # Keep the rows that gave way longest: they are what a reader doubts.
        order = np.argsort(least.slack[support] > 0, kind="stable")
        conflict = shrink_conflict(system, alive[support][order])
        found.append(conflict)
        gave_way = np.isin(alive, conflict) & (least.slack > 0)
        alive = alive[~gave_way]
        least = find_least_slack(system.keep(alive))
    return tuple(found)


def find_slack_rows(system: RowSystem, least: LeastSlack) -> Bools:
    """Tell which rows give way in some optimum of the least slack.

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
    face: Face = describe_face(system, least)
    missed = least.multiplier >= system.weight - TOLERANCE
    doubtful = np.flatnonzero(missed & ~gives_way)
    if not len(doubtful):
        return gives_way
    ends = bound_sums(face, system.matrix[doubtful])
    floor = system.is_floor[doubtful]
    bound = system.bound[doubtful]
    moved = np.where(floor, ends.low < bound - TOLERANCE, ends.high > bound + TOLERANCE)
    gives_way[doubtful] |= moved
    return gives_way
