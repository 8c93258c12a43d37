"""Flows between running totals that are known to intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from conflictstats.numerics.interval_systems import (
    Bools,
    Floats,
    RowSystem,
    describe_face,
    find_least_slack,
)

Ints = NDArray[np.int64]


def cumulative_system(lower: Floats, upper: Floats) -> tuple[RowSystem, Ints]:
    """Return the rows of running totals of one base: total i sums flows 0 to i.

    Parameters
    ----------
    lower, upper : float arrays of shape (n,)
        Bounds of each total; infinite where open.

    Returns
    -------
    system : RowSystem
        Over n flows.
    of_row : int array
        The total each row belongs to.
    """
    n = len(lower)
    floors = np.flatnonzero(np.isfinite(lower) & (lower > 0))
    ceilings = np.flatnonzero(np.isfinite(upper))
    of_row = np.concatenate([floors, ceilings])
    lengths = of_row + 1
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    indices = np.arange(indptr[-1]) - np.repeat(indptr[:-1], lengths)
    matrix = sparse.csr_array(
        (np.ones(len(indices)), indices, indptr), (len(of_row), n)
    )
    system = RowSystem(
        matrix,
        np.arange(len(of_row)) < len(floors),
        np.concatenate([lower[floors], upper[ceilings]]),
        np.ones(len(of_row)),
        np.zeros(n, dtype=np.int64),
    )
    return system, of_row


def bound_flows(lower: Floats, upper: Floats) -> tuple[Floats, Floats, Floats]:
    """Bound the flows between running totals of one base.

    A true running total never falls, so each total is at least every earlier one and at
    most every later one. Where the intervals contradict that (a printed fall), they
    give way by as little as possible in sum, and the flows are bounded over all ways to
    do so: neither the earlier nor the later figure is taken for the wrong one.

    Parameters
    ----------
    lower, upper : float arrays of shape (n,)
        Bounds of the totals in order of time; infinite where open.

    Returns
    -------
    low, high : float arrays of shape (n,)
        Bounds of flow i, from total i - 1 (0 for i = 0) to total i.
    slack : float array of shape (n,)
        By how much each total gave way in one optimum.
    """
    n = len(lower)
    floor = np.maximum.accumulate(np.maximum(lower, 0.0))
    roof = np.minimum.accumulate(upper[::-1])[::-1]
    slack = np.zeros(n)
    zero = np.zeros(n, dtype=bool)
    if (floor > roof).any():
        system, of_row = cumulative_system(lower, upper)
        least = find_least_slack(system)
        face = describe_face(system, least)
        np.add.at(slack, of_row, least.slack)
        lower, upper = np.zeros(n), np.full(n, np.inf)
        np.maximum.at(lower, of_row, face.lower)
        np.minimum.at(upper, of_row, face.upper)
        zero = face.zero
    return *_flows_of_consistent(lower, upper, zero), slack


def _flows_of_consistent(
    lower: Floats, upper: Floats, zero: Bools
) -> tuple[Floats, Floats]:
    """Bound flows of totals that can all hold; `zero` flows do not exist."""
    # Totals joined by a flow of zero are one total.
    group = np.cumsum(~zero) - 1
    if zero[0]:
        group += 1
    size = int(group[-1]) + 1
    low, high = np.zeros(size), np.full(size, np.inf)
    np.maximum.at(low, group, lower)
    np.minimum.at(high, group, upper)
    if zero[0]:
        high[0] = 0.0
    low = np.maximum.accumulate(low)
    high = np.minimum.accumulate(high[::-1])[::-1]
    before_low = np.concatenate([[0.0], low[group[:-1]]])
    before_high = np.concatenate([[0.0], high[group[:-1]]])
    # Adding zero turns a negative zero into a plain one.
    least = np.maximum(low[group] - before_high, 0.0) + 0.0
    most = np.where(zero, 0.0, high[group] - before_low)
    return np.where(zero, 0.0, least), most
