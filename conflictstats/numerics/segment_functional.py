"""Exact segmentation of counts under a penalty, pruned by functions of the rate.

For every start a segment may have, the cost is a function of the segment's rate. A
start whose function lies above another's at every rate can never win again, whatever
comes. Where nothing changes that leaves a few starts, where PELT must keep nearly all.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Pieces of the line of rates: lower and upper end, and the start that is best there.
Pieces = tuple[Floats, Floats, Ints]


@njit(cache=True, inline="always")
def _gap(x: float, c: float, s: float, e: float, r: float) -> float:
    """Cost at the log rate x of an older start over a newer one.

    It is ahead by c, and has s more counts in an exposure greater by e.
    """
    rate = math.exp(x)
    if np.isinf(r):
        return c + 2.0 * (e * rate - s * x)
    return c + 2.0 * (s * math.log1p(r / rate) + r * e * math.log1p(rate / r))


@njit(cache=True)
def _crossing(
    low: float, high: float, at_low: float, at_high: float, c: float, s: float,
    e: float, r: float,
) -> float:  # fmt: skip
    """Find where the gap changes sign, by the Illinois method."""
    for _ in range(80):
        x = low - at_low * (high - low) / (at_high - at_low)
        if not low < x < high:
            x = 0.5 * (low + high)
        value = _gap(x, c, s, e, r)
        if value == 0.0 or high - low < 1e-10:
            return x
        if (value > 0) == (at_low > 0):
            low, at_low = x, value
            at_high *= 0.5
        else:
            high, at_high = x, value
            at_low *= 0.5
    return 0.5 * (low + high)


@njit(cache=True, inline="always")
def _add(pieces: Pieces, k: int, low: float, high: float, start: int) -> int:
    if k > 0 and pieces[2][k - 1] == start:
        pieces[1][k - 1] = high
        return k
    pieces[0][k], pieces[1][k], pieces[2][k] = low, high, start
    return k + 1


@njit(cache=True)
def _enter(
    old: Pieces, k: int, out: Pieces, new: int, total: Floats, expo: Floats,
    best: Floats, r: float,
) -> int:  # fmt: skip
    """Let a new start take the rates at which it costs less."""
    j = 0
    for i in range(k):
        low, high, start = old[0][i], old[1][i], old[2][i]
        c = best[start] - best[new]
        s, e = total[new] - total[start], expo[new] - expo[start]
        # The gap falls up to the rate between the two starts and rises from there.
        turn = math.log(s / e) if s > 0 else low
        middle = turn if low < turn < high else low
        at_low = _gap(low, c, s, e, r)
        for part in range(2):
            left, right = (low, middle) if part == 0 else (middle, high)
            if left == right:
                continue
            at_right = _gap(right, c, s, e, r)
            first = start if at_low <= 0 else new
            if (at_low <= 0) == (at_right <= 0):
                j = _add(out, j, left, right, first)
            else:
                x = _crossing(left, right, at_low, at_right, c, s, e, r)
                j = _add(out, j, left, x, first)
                j = _add(out, j, x, right, new if at_low <= 0 else start)
            at_low = at_right
    return j


@njit(cache=True)
def _cost(s: float, e: float, r: float) -> float:
    if s <= 0:
        return 0.0
    if np.isinf(r):
        return -2.0 * (s * math.log(s / e) - s)
    k = r * e
    return 2.0 * (s * math.log1p(k / s) + k * math.log1p(s / k))


@njit(cache=True)
def prune(
    total: Floats, expo: Floats, r: float, shortest: int, penalty: float
) -> tuple[float, Ints]:
    """Segment counts exactly under a penalty a break.

    Parameters
    ----------
    total, expo : ndarray, shape (n + 1,)
        Sums of counts and exposures over the first t periods.
    r : float
        Negative-binomial size at an exposure of one; infinite is Poisson.
    shortest : int
        Shortest segment.
    penalty : float
        Added for each break, on the scale of -2 log-likelihood.

    Returns
    -------
    cost : float
        Of the best segmentation, penalties included.
    last : ndarray of int, shape (n + 1,)
        The last break of the best segmentation of the first t periods.

    References
    ----------
    Maidstone, Hocking, Rigaill and Fearnhead (2017), Statistics and Computing 27,
    519-533, section 4 (FPOP), with a shortest segment: a start enters once a segment
    from it may end.
    """
    n = total.size - 1
    best, last = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=np.int64)
    best[0] = -penalty
    highest = 0.0
    for i in range(n):
        highest = max(highest, (total[i + 1] - total[i]) / (expo[i + 1] - expo[i]))
    # No segment has a larger rate, and none but a silent one so small a rate.
    bottom, top = math.log(1e-9 / expo[n]), math.log(max(highest, 1e-6)) + 0.1
    here = (np.empty(2 * n + 8), np.empty(2 * n + 8), np.zeros(2 * n + 8, np.int64))
    there = (np.empty(2 * n + 8), np.empty(2 * n + 8), np.zeros(2 * n + 8, np.int64))
    tried = np.zeros(n + 1, dtype=np.int64)
    k = 0
    for t in range(shortest, n + 1):
        new = t - shortest
        if new == 0:
            k = _add(here, 0, bottom, top, 0)
        elif new >= shortest:
            k = _enter(here, k, there, new, total, expo, best, r)
            here, there = there, here
        for i in range(k):
            start = here[2][i]
            if tried[start] == t:
                continue
            tried[start] = t
            value = _cost(total[t] - total[start], expo[t] - expo[start], r)
            value += best[start] + penalty
            if value < best[t]:
                best[t], last[t] = value, start
    return best[n], last
