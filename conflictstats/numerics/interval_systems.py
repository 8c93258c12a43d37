"""What a set of bounded sums allows: least contradiction first, then sharp bounds.

A system says of unknown non-negative counts `x` (atoms) that certain sums are at least,
or at most, a number. Where all rows can hold, the bounds of any other sum are two
linear programs. Where they cannot, every row gets a slack, the weighted total slack is
made as small as it can be, and the sum is bounded over all `x` that reach it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from conflictstats.errors import EstimationError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

TOLERANCE = 1e-6


@dataclass(frozen=True)
class RowSystem:
    """Sums of non-negative unknowns, each with a floor or a ceiling.

    Parameters
    ----------
    matrix : csr_array of shape (m, n)
        1 where row `i` counts atom `a`.
    is_floor : bool array of shape (m,)
        True where the sum is at least `bound`, False where it is at most that.
    bound : float array of shape (m,)
        The floor or ceiling, not negative.
    weight : float array of shape (m,)
        Cost of one unit of slack, positive.
    chain : int array of shape (n,)
        Atoms that follow one another in one chain stand for successive times of one
        cell; rows over whole spans then cost two numbers, whatever their length.
    """

    matrix: sparse.csr_array
    is_floor: Bools
    bound: Floats
    weight: Floats
    chain: Ints

    def keep(self, rows: NDArray[np.bool_] | Ints) -> RowSystem:
        """Return the system of some of the rows."""
        return RowSystem(
            self.matrix[rows],
            self.is_floor[rows],
            self.bound[rows],
            self.weight[rows],
            self.chain,
        )


@dataclass(frozen=True)
class Face:
    """The points of least total slack, as ordinary rows without slacks.

    Parameters
    ----------
    matrix : csr_array of shape (m, n)
        As in the system.
    lower, upper : float arrays of shape (m,)
        Bounds of each row's sum on the face; infinite where open.
    zero : bool array of shape (n,)
        Atoms that are zero all over the face.
    chain : int array of shape (n,)
        As in the system.
    """

    matrix: sparse.csr_array
    lower: Floats
    upper: Floats
    zero: Bools
    chain: Ints


@dataclass(frozen=True)
class LeastSlack:
    """The least total slack, one way to reach it, and its multipliers.

    Parameters
    ----------
    total : float
        Weighted sum of slacks; 0 where the system can hold.
    slack : float array of shape (m,)
        Slack of each row in one optimum, in counts.
    multiplier : float array of shape (m,)
        Dual value of each row, between 0 and its weight.
    reduced : float array of shape (n,)
        Reduced cost of each atom; positive where it must be zero.
    """

    total: float
    slack: Floats
    multiplier: Floats
    reduced: Floats


@dataclass(frozen=True)
class Solution:
    """Optimum of one linear program."""

    value: float
    point: Floats
    multiplier: Floats


def _prefix_basis(chain: Ints) -> sparse.csr_array:
    """Return T with x = T y, where y are running totals along each chain."""
    n = len(chain)
    follows = np.flatnonzero((chain[1:] == chain[:-1]) & (chain[1:] >= 0)) + 1
    rows = np.concatenate([np.arange(n), follows])
    columns = np.concatenate([np.arange(n), follows - 1])
    values = np.concatenate([np.ones(n), -np.ones(len(follows))])
    return sparse.csr_array((values, (rows, columns)), shape=(n, n))


def solve_rows(
    cost: Floats,
    matrix: sparse.csr_array,
    lower: Floats,
    upper: Floats,
    chain: Ints,
) -> Solution:
    """Minimise `cost @ x` subject to ``lower <= matrix @ x <= upper`` and x >= 0.

    Parameters
    ----------
    cost : float array of shape (n,)
        Objective.
    matrix : csr_array of shape (m, n)
        Rows.
    lower, upper : float arrays of shape (m,)
        Bounds of the rows, infinite where open.
    chain : int array of shape (n,)
        See `RowSystem`; -1 for a column in no chain.

    Returns
    -------
    Solution
        Optimal value, point (n,), and row multipliers (m,): positive where the floor
        binds, negative where the ceiling does.

    Raises
    ------
    EstimationError
        If there is no optimum: the rows contradict each other, or the sum is open.
    """
    n = len(cost)
    basis = _prefix_basis(chain)
    moved = sparse.csr_array(matrix @ basis)
    moved.eliminate_zeros()
    with_chains = moved.nnz + basis.nnz < matrix.nnz
    if not with_chains:
        basis, moved = sparse.csr_array((n, n)), matrix
    same = lower == upper
    floors = np.flatnonzero(np.isfinite(lower) & ~same)
    ceilings = np.flatnonzero(np.isfinite(upper) & ~same)
    equal = np.flatnonzero(same)
    starts = np.ones(n, dtype=bool)
    blocks = [-moved[floors], moved[ceilings]]
    sides = [-lower[floors], upper[ceilings]]
    if with_chains:
        starts[1:] = (chain[1:] != chain[:-1]) | (chain[1:] < 0)
        blocks.append(-basis[~starts])
        sides.append(np.zeros(int((~starts).sum())))
        cost = basis.T @ cost
    bounds = np.column_stack([np.where(starts, 0.0, -np.inf), np.full(n, np.inf)])
    stacked = sparse.vstack(blocks, format="csr")
    # The stubs know dense arrays only; HiGHS takes sparse ones.
    answer = linprog(  # type: ignore[call-overload]
        cost,
        A_ub=stacked if stacked.shape[0] else None,
        b_ub=np.concatenate(sides) if stacked.shape[0] else None,
        A_eq=moved[equal] if len(equal) else None,
        b_eq=lower[equal] if len(equal) else None,
        bounds=bounds,
        method="highs",
    )
    if answer.status != 0:
        message = f"The linear program has no optimum: {answer.message}"
        raise EstimationError(message)
    multiplier = np.zeros(len(lower))
    marginal = np.abs(answer.ineqlin.marginals)
    multiplier[floors] += marginal[: len(floors)]
    multiplier[ceilings] -= marginal[len(floors) : len(floors) + len(ceilings)]
    multiplier[equal] += answer.eqlin.marginals
    point = basis @ answer.x if with_chains else answer.x
    return Solution(float(answer.fun), point, multiplier)


def _touching(matrix: sparse.csr_array, atoms: Bools) -> Bools:
    """Return which rows of the matrix count any of the atoms."""
    touched: Bools = (matrix @ atoms.astype(np.float64)) > 0
    return touched


def find_relevant_rows(system: RowSystem, atoms: Bools) -> Bools:
    """Tell which rows can matter to sums of some atoms.

    A floor that counts an atom without any ceiling is met at no cost, so it matters
    only to sums of its own atoms; the others matter through shared atoms.

    Parameters
    ----------
    system : RowSystem
        m rows over n atoms.
    atoms : bool array of shape (n,)
        The atoms asked about.

    Returns
    -------
    bool array of shape (m,)
    """
    matrix = system.matrix
    capped = matrix[~system.is_floor].sum(axis=0) > 0
    ties = ~system.is_floor | ~_touching(matrix, ~capped)
    touched = _touching(matrix, atoms)
    linking = np.flatnonzero(ties | touched)
    label = label_rows(matrix[linking])
    near = np.isin(label, label[touched[linking]])
    relevant = np.zeros(len(system.bound), dtype=bool)
    relevant[linking[near]] = True
    return relevant


def group_columns(matrix: sparse.csr_array) -> tuple[Ints, Ints]:
    """Find equal columns: sums of non-negative unknowns need only one of each.

    Parameters
    ----------
    matrix : csr_array of shape (m, n)
        Rows of zeros and ones.

    Returns
    -------
    first : int array of shape (k,)
        One column of each set of equal ones, empty columns left out.
    group : int array of shape (n,)
        The set each column is in; -1 for an empty one.
    """
    # Two fixed irrational sums a column: equal columns agree to the last bit, and
    # different ones differ but for a chance of about one in 10^15.
    place = np.arange(1, matrix.shape[0] + 1)
    marks = np.column_stack([np.sqrt(2) * place, np.sqrt(3) * place**1.5]) % 1.0
    used = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]))
    sums = (matrix.T @ marks)[used]
    _, first, inverse = np.unique(sums, axis=0, return_index=True, return_inverse=True)
    group = np.full(matrix.shape[1], -1)
    group[used] = inverse.ravel()
    return used[first], group


def label_rows(matrix: sparse.csr_array) -> Ints:
    """Return the number of the connected part each row lies in, shape (m,)."""
    m, n = matrix.shape
    ends = np.append(matrix.indptr, np.full(n, matrix.nnz))
    graph = sparse.csr_array(
        (np.ones(matrix.nnz), matrix.indices + m, ends), shape=(m + n, m + n)
    )
    _, label = connected_components(graph, directed=False)
    return np.asarray(label[:m], dtype=np.int64)


def find_least_slack(system: RowSystem) -> LeastSlack:
    """Find the least weighted total slack under which all rows can hold.

    A floor that counts an atom without any ceiling costs nothing and is left out of
    the program, as are ceilings that share no atom with a remaining floor.

    Parameters
    ----------
    system : RowSystem
        m rows over n atoms.

    Returns
    -------
    LeastSlack
        Total, slacks (m,), multipliers (m,) and reduced costs (n,).
    """
    m, n = system.matrix.shape
    empty = LeastSlack(0.0, np.zeros(m), np.zeros(m), np.zeros(n))
    capped = system.matrix[~system.is_floor].sum(axis=0) > 0
    tied = system.is_floor & ~_touching(system.matrix, ~capped)
    floored = system.matrix[tied].sum(axis=0) > 0
    rows = np.flatnonzero(tied | (~system.is_floor & _touching(system.matrix, floored)))
    if not tied.any():
        return empty
    part = system.keep(rows)
    columns, _ = group_columns(part.matrix)
    columns = np.sort(columns[floored[columns]])
    k = len(rows)
    sign = np.where(part.is_floor, 1.0, -1.0)
    matrix = sparse.hstack(
        [
            part.matrix[:, columns],
            sparse.diags_array(sign),
        ],
        format="csr",
    )
    solved = solve_rows(
        np.concatenate([np.zeros(len(columns)), part.weight]),
        matrix,
        np.where(part.is_floor, part.bound, -np.inf),
        np.where(part.is_floor, np.inf, part.bound),
        np.concatenate([system.chain[columns], np.full(k, -1)]),
    )
    slack, multiplier = np.zeros(m), np.zeros(m)
    slack[rows] = np.maximum(solved.point[len(columns) :], 0.0)
    multiplier[rows] = np.minimum(np.abs(solved.multiplier), part.weight)
    slack[slack < TOLERANCE] = 0.0
    # Atoms left out of the program have reduced costs too: those of their ceilings.
    reduced = system.matrix.T @ np.where(system.is_floor, -multiplier, multiplier)
    return LeastSlack(float(system.weight @ slack), slack, multiplier, reduced)


def describe_face(system: RowSystem, least: LeastSlack) -> Face:
    """Write the points of least slack as rows without slacks.

    By complementary slackness with any one optimal dual, a row whose multiplier is 0
    holds as it stands, one strictly between 0 and its weight holds with equality, and
    one at its weight is met or missed: its inequality turns round.

    Parameters
    ----------
    system : RowSystem
        The rows.
    least : LeastSlack
        Their least slack.

    Returns
    -------
    Face
        The same rows with lower and upper bounds (m,) each.
    """
    missed = least.multiplier >= system.weight - TOLERANCE
    tight = (least.multiplier > TOLERANCE) & ~missed
    has_floor = tight | (system.is_floor ^ missed)
    has_ceiling = tight | (~system.is_floor ^ missed)
    return Face(
        system.matrix,
        np.where(has_floor, system.bound, -np.inf),
        np.where(has_ceiling, system.bound, np.inf),
        least.reduced > TOLERANCE,
        system.chain,
    )
