"""Sharp bounds of many sums over the points a system of rows leaves possible."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from conflictstats.numerics.interval_systems import (
    TOLERANCE,
    Bools,
    Face,
    Floats,
    Ints,
    solve_rows,
)


@dataclass(frozen=True)
class SumBounds:
    """Bounds of several sums and the rows that bind them.

    Parameters
    ----------
    low, high : float arrays of shape (k,)
        Least and greatest value of each sum; `high` is infinite where open.
    binding_low, binding_high : tuple of int arrays
        For each sum, the rows with a multiplier in the program of that end.
    """

    low: Floats
    high: Floats
    binding_low: tuple[Ints, ...]
    binding_high: tuple[Ints, ...]


class _Rows:
    """The rows of a face, prepared once for many sums."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self.has_ceiling = np.isfinite(face.upper)
        self.has_floor = np.isfinite(face.lower)
        ceilings = face.matrix[self.has_ceiling]
        self.capped: Bools = (ceilings.sum(axis=0) > 0) | face.zero
        open_part = face.matrix[:, ~self.capped]
        self.n_open = np.diff(open_part.indptr)

    def rows_for(self, query: Ints, lowest: bool) -> Ints:
        """Return the rows that can matter to one end of a sum."""
        face = self.face
        counts = np.zeros(face.matrix.shape[1])
        counts[query[~self.capped[query]]] = 1.0
        inside = face.matrix @ counts if lowest else np.zeros(len(self.n_open))
        useful_floor = self.has_floor & (self.n_open == inside)
        useful = np.flatnonzero(useful_floor | self.has_ceiling)
        part = face.matrix[useful]
        m, n = part.shape
        ends = np.append(part.indptr, np.full(n, part.nnz))
        graph = sparse.csr_array(
            (np.ones(part.nnz), part.indices + m, ends), shape=(m + n, m + n)
        )
        _, label = connected_components(graph, directed=False)
        near = np.isin(label[:m], label[m + query])
        rows = useful[near]
        # A ceiling is a floor's business only where some floor is left to push at it.
        if lowest and not useful_floor[rows].any():
            return rows[:0]
        return rows

    def solve(self, query: Ints, lowest: bool) -> tuple[float, Ints]:
        """Return one end of a sum and the rows that bind it."""
        face = self.face
        if not lowest and not self.capped[query].all():
            return np.inf, np.empty(0, dtype=np.int64)
        rows = self.rows_for(query, lowest)
        if not len(rows):
            return 0.0, rows
        part = face.matrix[rows]
        used = np.zeros(part.shape[1], dtype=bool)
        used[part.indices] = True
        used &= ~face.zero
        cost = np.zeros(part.shape[1])
        cost[query] = 1.0 if lowest else -1.0
        columns = np.flatnonzero(used)
        # A floor outside its open atoms' reach was dropped, so the rest is the face.
        solved = solve_rows(
            cost[columns],
            sparse.csr_array(part[:, columns]),
            face.lower[rows],
            face.upper[rows],
            face.chain[columns],
        )
        value = solved.value if lowest else -solved.value
        return value, rows[solved.multiplier > TOLERANCE]


def bound_sums(face: Face, queries: sparse.csr_array) -> SumBounds:
    """Bound sums of atoms over a face, two linear programs a sum.

    Parameters
    ----------
    face : Face
        Rows over n atoms.
    queries : csr_array of shape (k, n)
        1 where sum `i` counts atom `a`.

    Returns
    -------
    SumBounds
        Ends (k,) and the rows that bind each. A whole number within the tolerance is
        returned as that number.
    """
    rows = _Rows(face)
    known: dict[bytes, tuple[float, float, Ints, Ints]] = {}
    answers = []
    indices = queries.indices.astype(np.int64)
    for start, end in pairwise(queries.indptr):
        query = indices[start:end]
        query = np.sort(query[~face.zero[query]])
        key = query.tobytes()
        if key not in known:
            low, bind_low = rows.solve(query, lowest=True)
            high, bind_high = rows.solve(query, lowest=False)
            known[key] = (_whole(low), _whole(high), bind_low, bind_high)
        answers.append(known[key])
    return SumBounds(
        np.array([a[0] for a in answers]),
        np.array([a[1] for a in answers]),
        tuple(a[2] for a in answers),
        tuple(a[3] for a in answers),
    )


def _whole(value: float) -> float:
    if not np.isfinite(value):
        return value
    nearest = float(np.round(value))
    return nearest if abs(value - nearest) < TOLERANCE else value
