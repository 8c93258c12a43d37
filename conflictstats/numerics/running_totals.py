"""Flows between running totals that are known to intervals."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class BoundedTotals:
    """What figures of one running total leave of it.

    Parameters
    ----------
    low, high : float arrays of shape (k,)
        Bounds of the total at each date; neither ever falls.
    group : int array of shape (k,)
        Dates between which nothing can have been added share a number; -1 where the
        total is still zero.
    slack : float array of shape (n,)
        By how much each figure gave way in one optimum.
    """

    low: Floats
    high: Floats
    group: Ints
    slack: Floats

    def between(self, first: Ints, last: Ints) -> tuple[Floats, Floats]:
        """Bound what was added after date `first` (-1: from the start) up to `last`."""
        start = np.maximum(first, 0)
        before_low = np.where(first < 0, 0.0, self.low[start])
        before_high = np.where(first < 0, 0.0, self.high[start])
        none = np.where(first < 0, -1, self.group[start]) == self.group[last]
        # Adding zero turns a negative zero into a plain one.
        least = np.maximum(self.low[last] - before_high, 0.0) + 0.0
        most = self.high[last] - before_low
        return np.where(none, 0.0, least), np.where(none, 0.0, most)


def cumulative_system(
    lower: Floats, upper: Floats, date: Ints, k: int
) -> tuple[RowSystem, Ints]:
    """Return the rows of figures of a running total: date i sums flows 0 to i.

    Parameters
    ----------
    lower, upper : float arrays of shape (n,)
        Bounds of each figure; infinite where open.
    date : int array of shape (n,)
        Number of each figure's date.
    k : int
        Number of dates.

    Returns
    -------
    system : RowSystem
        Over k flows.
    of_row : int array
        The figure each row belongs to.
    """
    floors = np.flatnonzero(np.isfinite(lower) & (lower > 0))
    ceilings = np.flatnonzero(np.isfinite(upper))
    of_row = np.concatenate([floors, ceilings])
    lengths = date[of_row] + 1
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    indices = np.arange(indptr[-1]) - np.repeat(indptr[:-1], lengths)
    ones = np.ones(len(indices))
    system = RowSystem(
        sparse.csr_array((ones, indices, indptr), (len(of_row), k)),
        np.arange(len(of_row)) < len(floors),
        np.concatenate([lower[floors], upper[ceilings]]),
        np.ones(len(of_row)),
        np.zeros(k, dtype=np.int64),
    )
    return system, of_row


def bound_totals(lower: Floats, upper: Floats, date: Ints, k: int) -> BoundedTotals:
    """Bound a running total at each date by all figures printed of it.

    A true running total never falls, so it is at least every earlier one and at most
    every later one. Where the figures contradict that (a printed fall), they give way
    by as little as possible in sum, and the total is bounded over all ways to do so:
    neither the earlier nor the later figure is taken for the wrong one.

    Parameters
    ----------
    lower, upper : float arrays of shape (n,)
        Bounds of each figure; infinite where open.
    date : int array of shape (n,)
        Number of each figure's date, from 0 to k - 1; several may share one, and a
        date may have none.
    k : int
        Number of dates.

    Returns
    -------
    BoundedTotals
    """
    low, high = _at_dates(lower, upper, date, k)
    slack = np.zeros(len(lower))
    zero = np.zeros(k, dtype=bool)
    floor = np.maximum.accumulate(low)
    roof = np.minimum.accumulate(high[::-1])[::-1]
    if (floor > roof).any():
        system, of_row = cumulative_system(lower, upper, date, k)
        least = find_least_slack(system)
        face = describe_face(system, least)
        np.add.at(slack, of_row, least.slack)
        low, high = _at_dates(face.lower, face.upper, date[of_row], k)
        zero = face.zero
    return _join(low, high, zero, slack)


def _at_dates(
    lower: Floats, upper: Floats, date: Ints, k: int
) -> tuple[Floats, Floats]:
    low, high = np.zeros(k), np.full(k, np.inf)
    np.maximum.at(low, date, lower)
    np.minimum.at(high, date, upper)
    return low, high


def _join(low: Floats, high: Floats, zero: Bools, slack: Floats) -> BoundedTotals:
    """Carry bounds along time; a flow of zero makes two totals one."""
    group = np.cumsum(~zero) - 1
    size = int(group.max()) + 2
    # Place 0 stands for the total before anything was added.
    bottom, top = np.zeros(size), np.full(size, np.inf)
    top[0] = 0.0
    np.maximum.at(bottom, group + 1, low)
    np.minimum.at(top, group + 1, high)
    bottom = np.maximum.accumulate(bottom)
    top[1:] = np.minimum.accumulate(top[:0:-1])[::-1]
    return BoundedTotals(bottom[group + 1], top[group + 1], group, slack)
