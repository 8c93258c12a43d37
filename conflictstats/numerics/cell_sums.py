"""Counts summed by cell in one pass."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def add_to_cells(
    cell: np.ndarray,
    values: tuple[np.ndarray, np.ndarray, np.ndarray],
    open_ended: np.ndarray,
    n: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of low, best and high by cell, and how many they are.

    Parameters
    ----------
    cell : ndarray of int64, shape (m,)
        From 0.
    values : three ndarrays of float64, shape (m,)
        low, best, high; NaN adds nothing.
    open_ended : ndarray of bool, shape (m,)
        Counts without an upper end.
    n : int
        Number of cells.

    Returns
    -------
    sums : ndarray of float64, shape (n, 3)
    numbers : ndarray of int64, shape (n, 3)
        Counts, those without a best, those without an upper end.
    """
    low, best, high = values
    sums = np.zeros((n, 3))
    numbers = np.zeros((n, 3), dtype="int64")
    for i in range(len(cell)):
        at = cell[i]
        sums[at, 0] += 0.0 if np.isnan(low[i]) else low[i]
        sums[at, 1] += 0.0 if np.isnan(best[i]) else best[i]
        sums[at, 2] += 0.0 if np.isnan(high[i]) else high[i]
        numbers[at, 0] += 1
        numbers[at, 1] += np.isnan(best[i])
        numbers[at, 2] += open_ended[i]
    return sums, numbers
