"""Of many spans of days the few that reach furthest."""

from __future__ import annotations

import numpy as np
from numba import njit

_NEVER = np.iinfo(np.int64).min


@njit(cache=True, nogil=True)
def outermost(
    start: np.ndarray, end: np.ndarray, place: np.ndarray, n_places: int
) -> np.ndarray:
    """Return of each place the spans that begin and end first and last.

    Parameters
    ----------
    start, end : ndarray of int64, shape (n,)
        Days as ordinals; the smallest number where there is none.
    place : ndarray of int64, shape (n,)
        From 0.
    n_places : int
        Number of places.

    Returns
    -------
    ndarray of int64, shape (n_places, 4)
        Positions: first begin, first end, last begin, last end; among those that
        begin (or end) alike the shortest where they come first, the one that ends
        (or begins) later where they come last. -1 for a place without spans.
    """
    found = np.full((n_places, 4), -1, dtype="int64")
    for row in range(len(start)):
        at = found[place[row]]
        for k in range(4):
            one, other = (start, end) if k % 2 == 0 else (end, start)
            if at[k] < 0:
                at[k] = row
                continue
            a, b = one[row], one[at[k]]
            if k < 2:
                # A day that is not known comes behind all others.
                closer = a != _NEVER and (b == _NEVER or a < b)
                closer = closer or (a == b and other[row] < other[at[k]])
            else:
                closer = a > b or (a == b and other[row] > other[at[k]])
            if closer:
                at[k] = row
    return found


def longest(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the spans that no other one outlasts and outlives.

    Parameters
    ----------
    start, end : ndarray of int64, shape (n,)
        Days as ordinals, none missing.

    Returns
    -------
    ndarray of int64, shape (m,)
        Positions.
    """
    if not len(start):
        return np.zeros(0, dtype="int64")
    # Of spans of one day only those can be one that end last.
    some = np.flatnonzero((end > start) | (end == end.max()))
    start, end = start[some], end[some]
    days = end - start
    # Only the longest span of those that end on a day can be one.
    unlike, group = np.unique(end, return_inverse=True)
    most = np.full(len(unlike), -1, dtype="int64")
    np.maximum.at(most, group, days)
    later = np.maximum.accumulate(most[::-1])[::-1]
    ahead = most > np.append(later[1:], -1)
    row = np.flatnonzero((days == most[group]) & ahead[group])
    _, first = np.unique(group[row], return_index=True)
    return some[row[first]]
