"""Small dense sums over long rows, in one pass and one thread.

BLAS splits such thin products over all cores, which costs more than it saves and
slows everything else on the machine; these loops vectorise and stay where they are.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BLOCK = 2048


# Only the order of additions is left free: NaN and infinity keep their meaning.
@njit(cache=True, fastmath={"reassoc", "contract"})
def row_dots(rows: Floats, weights: Floats) -> Floats:
    """Dot product of each row (q, n) with the weights (n,), shape (q,)."""
    q, n = rows.shape
    out = np.zeros(q)
    for i in range(q):
        total = 0.0
        for t in range(n):
            total += rows[i, t] * weights[t]
        out[i] = total
    return out


@njit(cache=True, fastmath={"reassoc", "contract"})
def gram(rows: Floats, weights: Floats) -> Floats:
    """Weighted products of all pairs of rows (q, n), shape (q, q)."""
    q, n = rows.shape
    out = np.zeros((q, q))
    scaled = np.empty(min(BLOCK, n))
    for first in range(0, n, BLOCK):
        last = min(first + BLOCK, n)
        for i in range(q):
            for t in range(first, last):
                scaled[t - first] = rows[i, t] * weights[t]
            for j in range(i, q):
                total = 0.0
                for t in range(first, last):
                    total += scaled[t - first] * rows[j, t]
                out[i, j] += total
    for i in range(q):
        for j in range(i):
            out[i, j] = out[j, i]
    return out


@njit(cache=True)
def mix_rows(coefficients: Floats, rows: Floats) -> Floats:
    """Combine rows (m, n) with coefficients (r, m), shape (r, n)."""
    r, m = coefficients.shape
    n = rows.shape[1]
    out = np.zeros((r, n))
    for first in range(0, n, BLOCK):
        last = min(first + BLOCK, n)
        for j in range(m):
            for i in range(r):
                c = coefficients[i, j]
                if c != 0.0:
                    for t in range(first, last):
                        out[i, t] += c * rows[j, t]
    return out


def mix_row(coefficients: Floats, rows: Floats) -> Floats:
    """Combine rows (m, n) with coefficients (m,), shape (n,)."""
    return np.asarray(mix_rows(coefficients[None], rows)[0])
