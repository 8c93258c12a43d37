"""Sharp bounds of many sums over the points a system of rows leaves possible."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from conflictstats.numerics.interval_systems import (
    TOLERANCE,
    Bools,
    Face,
    Floats,
    Ints,
    group_columns,
    label_rows,
)
from conflictstats.numerics.repeated_programs import RepeatedProgram


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


@dataclass(frozen=True)
class _Program:
    """A part's program, with the tightest floor and ceiling behind each row."""

    program: RepeatedProgram
    floor_row: Ints
    ceiling_row: Ints
    place: Ints


def _tightest(bound: Floats, rows: Ints, same: Ints, k: int) -> Ints:
    """Return of each of k sets of equal rows the one with the greatest bound."""
    order = np.lexsort((bound[rows], same))
    last = np.searchsorted(same[order], np.arange(k), side="right") - 1
    return rows[order][last]


class FaceSums:
    """The rows of a face in their connected parts, each prepared once."""

    def __init__(self, face: Face, *, keep_basis: bool = True) -> None:
        self.face = face
        self.keep_basis = keep_basis
        has_ceiling = np.isfinite(face.upper)
        self.has_floor = np.isfinite(face.lower)
        ceilings = face.matrix[has_ceiling]
        self.capped: Bools = (ceilings.sum(axis=0) > 0) | face.zero
        self.n_open = np.diff(face.matrix[:, ~self.capped].indptr)
        self.part = label_rows(face.matrix)
        # Atoms that no row tells apart are one unknown of the program.
        self.first, self.group = group_columns(face.matrix)
        self.group[face.zero] = -1
        self.members = np.bincount(self.group + 1, minlength=len(self.first) + 1)[1:]
        row_of_entry = np.repeat(
            np.arange(face.matrix.shape[0]), np.diff(face.matrix.indptr)
        )
        part_of_atom = np.empty(face.matrix.shape[1], dtype=np.int64)
        part_of_atom[face.matrix.indices] = self.part[row_of_entry]
        self.part_of_group = part_of_atom[self.first]
        self.programs: dict[int, _Program] = {}

    def _program(self, part: int) -> _Program:
        """Return a part's program, made once; equal rows are one row of it."""
        if part not in self.programs:
            face = self.face
            rows = np.flatnonzero(self.part == part)
            groups = np.flatnonzero((self.part_of_group == part) & (self.members > 0))
            place = np.full(len(self.first), -1)
            place[groups] = np.arange(len(groups))
            matrix = sparse.csr_array(face.matrix[rows][:, self.first[groups]])
            first, same = group_columns(sparse.csr_array(matrix.T))
            # Rows without an atom left bind nothing.
            alive = same >= 0
            floor_row = _tightest(face.lower, rows[alive], same[alive], len(first))
            ceiling_row = _tightest(-face.upper, rows[alive], same[alive], len(first))
            program = RepeatedProgram(
                sparse.csr_array(matrix[first]),
                face.lower[floor_row],
                face.upper[ceiling_row],
                keep_basis=self.keep_basis,
            )
            self.programs[part] = _Program(program, floor_row, ceiling_row, place)
        return self.programs[part]

    def _groups_of(self, query: Ints, lowest: bool) -> Ints:
        """Return the unknowns a sum counts.

        Of atoms that no row tells apart a least sum can put all on those outside it,
        a greatest sum all on those inside.
        """
        group = self.group[query]
        found, counts = np.unique(group[group >= 0], return_counts=True)
        return found[counts == self.members[found]] if lowest else found

    def _is_pushed(self, query: Ints) -> bool:
        """Tell whether any floor can push a sum above zero.

        A floor with an atom that has no ceiling and is not asked about is met there.
        """
        atoms = np.zeros(self.face.matrix.shape[1])
        atoms[query] = 1.0
        counted = self.face.matrix @ atoms > 0
        atoms[self.capped] = 0.0
        inside = self.face.matrix @ atoms
        return bool((counted & self.has_floor & (self.n_open == inside)).any())

    def solve(self, query: Ints, lowest: bool) -> tuple[float, Ints]:
        """Return one end of a sum and the rows that bind it."""
        if not lowest and not self.capped[query].all():
            return np.inf, np.empty(0, dtype=np.int64)
        if lowest and not self._is_pushed(query):
            return 0.0, np.empty(0, dtype=np.int64)
        total = 0.0
        binding = []
        groups = self._groups_of(query, lowest)
        parts = self.part_of_group[groups]
        for part in np.unique(parts):
            made = self._program(int(part))
            atoms = made.place[groups[parts == part]]
            value, multiplier = made.program.end(atoms, lowest)
            total += value
            binding.append(made.floor_row[multiplier > TOLERANCE])
            binding.append(made.ceiling_row[multiplier < -TOLERANCE])
        bind = np.concatenate([*binding, np.empty(0, dtype=np.int64)])
        return total, np.unique(bind)

    def solve_all(
        self, queries: sparse.csr_array, lowest: bool
    ) -> list[tuple[float, Ints]]:
        """Return one end of each sum; equal sums are solved once."""
        known: dict[bytes, tuple[float, Ints]] = {}
        answers = []
        indices = queries.indices.astype(np.int64)
        for start, end in pairwise(queries.indptr):
            query = indices[start:end]
            query = np.sort(query[~self.face.zero[query]])
            key = query.tobytes()
            if key not in known:
                known[key] = self.solve(query, lowest)
            answers.append(known[key])
        return answers


def bound_sums(
    face: Face,
    lowest: sparse.csr_array,
    highest: sparse.csr_array | None = None,
    *,
    keep_basis: bool = True,
) -> SumBounds:
    """Bound sums of atoms over a face, two linear programs a sum.

    Parameters
    ----------
    face : Face
        Rows over n atoms.
    lowest : csr_array of shape (k, n)
        1 where sum `i` counts atom `a`.
    highest : csr_array of shape (k, n), optional
        The atoms each sum may count at most, where membership is uncertain; those of
        `lowest` if absent.
    keep_basis : bool
        Let each program go on from the last one's optimum.

    Returns
    -------
    SumBounds
        Ends (k,) and the rows that bind each. A whole number within the tolerance is
        returned as that number.
    """
    rows = FaceSums(face, keep_basis=keep_basis)
    lows = rows.solve_all(lowest, lowest=True)
    highs = rows.solve_all(lowest if highest is None else highest, lowest=False)
    return SumBounds(
        np.array([_whole(value) for value, _ in lows]),
        np.array([_whole(value) for value, _ in highs]),
        tuple(bind for _, bind in lows),
        tuple(bind for _, bind in highs),
    )


def _whole(value: float) -> float:
    if not np.isfinite(value):
        return value
    nearest = float(np.round(value))
    return nearest if abs(value - nearest) < TOLERANCE else value
