"""One set of rows, many objectives: linear programs that go on from the last optimum.

SciPy's `linprog` starts every program anew. Bounding hundreds of sums over the same
rows, that is most of the work, so where SciPy's own HiGHS can be reached its basis is
kept between solves; otherwise each sum is one `linprog`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from conflictstats.errors import EstimationError
from conflictstats.numerics.interval_systems import Floats, Ints, solve_rows

try:
    # Not a public module of SciPy: absent or changed, the plain way is taken.
    from scipy.optimize._highspy import _core as _highs  # type: ignore[import-not-found]
except ImportError:  # pragma: no cover - depends on SciPy's build
    _highs = None

_PRIMAL_SIMPLEX = 4


class RepeatedProgram:
    """Rows ``lower <= matrix @ x <= upper`` over x >= 0, for many objectives.

    Parameters
    ----------
    matrix : csr_array of shape (m, n)
        Rows.
    lower, upper : float arrays of shape (m,)
        Bounds of the rows, infinite where open.
    keep_basis : bool
        Go on from the last optimum where the solver can.
    """

    def __init__(
        self,
        matrix: sparse.csr_array,
        lower: Floats,
        upper: Floats,
        *,
        keep_basis: bool = True,
    ) -> None:
        self.matrix, self.lower, self.upper = matrix, lower, upper
        self.size = matrix.shape[1]
        self._last = np.empty(0, dtype=np.int64)
        self._solver = None
        if keep_basis and _highs is not None:
            self._solver = self._start(_highs)

    def _start(self, highs: Any) -> Any:
        by_column = sparse.csc_array(self.matrix)
        m, n = self.matrix.shape
        program = highs.HighsLp()
        program.num_col_ = program.a_matrix_.num_col_ = n
        program.num_row_ = program.a_matrix_.num_row_ = m
        program.a_matrix_.format_ = highs.MatrixFormat.kColwise
        program.col_cost_ = np.zeros(n)
        program.col_lower_, program.col_upper_ = np.zeros(n), np.full(n, np.inf)
        program.row_lower_, program.row_upper_ = self.lower, self.upper
        program.a_matrix_.start_ = by_column.indptr.astype(np.int32)
        program.a_matrix_.index_ = by_column.indices.astype(np.int32)
        program.a_matrix_.value_ = by_column.data
        solver = highs._Highs()
        solver.setOptionValue("output_flag", False)
        solver.passModel(program)
        solver.run()
        # A changed objective leaves the point feasible: the primal method goes on.
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("simplex_strategy", _PRIMAL_SIMPLEX)
        return solver

    def end(self, atoms: Ints, lowest: bool) -> tuple[float, Floats]:
        """Return the least or greatest sum of some atoms, and the row multipliers.

        Parameters
        ----------
        atoms : int array
            Columns of the sum.
        lowest : bool
            Whether to minimise.

        Returns
        -------
        value : float
            The end of the sum.
        multiplier : float array of shape (m,)
            Dual value of each row: positive where its floor binds, negative where
            its ceiling does.

        Raises
        ------
        EstimationError
            If there is no optimum.
        """
        sign = 1.0 if lowest else -1.0
        if self._solver is None:
            cost = np.zeros(self.size)
            cost[atoms] = sign
            alone = np.full(self.size, -1)
            solved = solve_rows(cost, self.matrix, self.lower, self.upper, alone)
            return sign * solved.value, solved.multiplier
        return self._go_on(atoms, sign)

    def _go_on(self, atoms: Ints, sign: float) -> tuple[float, Floats]:
        solver: Any = self._solver
        changed = np.union1d(self._last, atoms)
        cost = np.where(np.isin(changed, atoms), sign, 0.0)
        solver.changeColsCost(len(changed), changed.astype(np.int32), cost)
        self._last = atoms
        solver.run()
        status = solver.getModelStatus()
        if status != _highs.HighsModelStatus.kOptimal:
            # A hard start is given up once for a fresh one before anything is said.
            solver.clearSolver()
            solver.run()
            status = solver.getModelStatus()
        if status != _highs.HighsModelStatus.kOptimal:
            said = solver.modelStatusToString(status)
            message = f"The linear program has no optimum: {said}."
            raise EstimationError(message)
        value = sign * solver.getInfo().objective_function_value
        return value, np.array(solver.getSolution().row_dual)
