"""One break whose date, ratio or rate is held: the likelihood that is left.

Costs are -2 log-likelihoods of a stretch with one break, up to a constant that no
choice of dates and rates changes. `kind` says what is held: 0 the ratio of the rates,
1 the rate before, 2 the rate after, 3 the date (a number of periods).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# A log rate farther than this from the estimate is as good as without end.
FARTHEST = 14.0


@njit(cache=True, inline="always")
def _xlogx(x: float) -> float:
    return x * math.log(x) if x > 0 else 0.0


@njit(cache=True, inline="always")
def _best_cost(s: float, e: float, r: float) -> float:
    """-2 log-likelihood of a segment at its own rate."""
    if np.isinf(r):
        return -2.0 * (s * math.log(s / e) - s) if s > 0 else 0.0
    k = r * e
    return 2.0 * (_xlogx(s + k) - _xlogx(s) - _xlogx(k))


@njit(cache=True, inline="always")
def _slopes(rate: float, r: float) -> tuple[float, float]:
    """Return what a count, and what a unit of exposure, cost at a rate."""
    if np.isinf(r):
        return -2.0 * math.log(rate), 2.0 * rate
    both = math.log(r + rate)
    return 2.0 * (both - math.log(rate)), 2.0 * r * (both - math.log(r))


@njit(cache=True)
def _rate_before(
    s1: float, e1: float, s2: float, e2: float, ratio: float, r: float
) -> float:
    """Most likely rate before a break whose rate ratio is held."""
    if s1 + s2 <= 0:
        return 0.0
    if np.isinf(r):
        return (s1 + s2) / (e1 + ratio * e2)
    # (s1 - e1 m)(1 + ratio m / r) + (s2 - e2 ratio m)(1 + m / r) = 0, multiplied out;
    # it has one positive root, written so that no digits cancel.
    a = -(e1 * ratio + e2 * ratio) / r
    b = (s1 * ratio + s2) / r - e1 - e2 * ratio
    root = math.sqrt(b * b - 4.0 * a * (s1 + s2))
    if b < 0:
        return 2.0 * (s1 + s2) / (root - b)
    return -(b + root) / (2.0 * a)


@njit(cache=True)
def held_cost(
    kind: int,
    value: float,
    total: Floats,
    expo: Floats,
    r: float,
    shortest: int,
) -> tuple[float, int, float, float]:
    """Least cost with one value held: the cost, the break and the rates beside it."""
    n = total.size - 1
    best, at, before, after = np.inf, shortest, 0.0, 0.0
    first, last = shortest, n - shortest
    if kind == 3:
        first = last = int(value)
    count, unit = np.inf, 0.0
    if kind in (1, 2) and value > 0:
        count, unit = _slopes(value, r)
    log_ratio = math.log(value) if kind == 0 else 0.0
    for k in range(first, last + 1):
        s1, e1 = total[k], expo[k]
        s2, e2 = total[n] - s1, expo[n] - e1
        m1, m2 = s1 / e1, s2 / e2
        if kind == 0:
            m1 = _rate_before(s1, e1, s2, e2, value, r)
            m2 = m1 * value
            cost = _cost_of_both(s1, e1, s2, e2, m1, m2, log_ratio, r)
        elif kind == 1:
            m1 = value
            cost = (s1 * count if s1 > 0 else 0.0) + e1 * unit + _best_cost(s2, e2, r)
        elif kind == 2:
            m2 = value
            cost = _best_cost(s1, e1, r) + (s2 * count if s2 > 0 else 0.0) + e2 * unit
        else:
            cost = _best_cost(s1, e1, r) + _best_cost(s2, e2, r)
        if cost < best:
            best, at, before, after = cost, k, m1, m2
    return best, at, before, after


@njit(cache=True, inline="always")
def _cost_of_both(
    s1: float, e1: float, s2: float, e2: float, m1: float, m2: float, log_ratio: float,
    r: float,
) -> float:  # fmt: skip
    """-2 log-likelihood at two rates whose log ratio is known."""
    if m1 <= 0:
        return 0.0
    log_rate = math.log(m1)
    if np.isinf(r):
        logs = s1 * log_rate + s2 * (log_rate + log_ratio)
        return 2.0 * (e1 * m1 + e2 * m2 - logs)
    log_r, one, two = math.log(r), math.log(r + m1), math.log(r + m2)
    value = s1 * (one - log_rate) + r * e1 * (one - log_r)
    value += s2 * (two - log_rate - log_ratio) + r * e2 * (two - log_r)
    return 2.0 * value


@njit(cache=True)
def free_cost(
    total: Floats, expo: Floats, square: Floats, r: float, shortest: int
) -> tuple[float, int, float]:
    """Least cost over all dates, the date, and Pearson's dispersion there."""
    n = total.size - 1
    best, at = np.inf, shortest
    for k in range(shortest, n - shortest + 1):
        cost = _best_cost(total[k], expo[k], r)
        cost += _best_cost(total[n] - total[k], expo[n] - expo[k], r)
        if cost < best:
            best, at = cost, k
    pearson = 0.0
    for j in range(2):
        s = total[at] if j == 0 else total[n] - total[at]
        e = expo[at] if j == 0 else expo[n] - expo[at]
        q = square[at] if j == 0 else square[n] - square[at]
        if s > 0:
            pearson += (q - s * s / e) / (s / e * (1 + s / e / r))
    # Poisson counts are not taken as less noisy than they can be by chance; counts
    # without any noise would make every ratio infinite.
    floor = 1.0 if np.isinf(r) else 1e-3
    return best, at, max(pearson / (n - 2), floor)


@njit(cache=True)
def held_statistic(
    kind: int, value: float, total: Floats, expo: Floats, square: Floats, r: float,
    shortest: int,
) -> float:  # fmt: skip
    """Likelihood ratio against a value, over the dispersion that the counts show."""
    free, _, dispersion = free_cost(total, expo, square, r, shortest)
    held = held_cost(kind, value, total, expo, r, shortest)[0]
    return (held - free) / dispersion


@njit(cache=True)
def outermost(
    kind: int,
    centre: float,
    sign: int,
    most: float,
    stretch: tuple[Floats, Floats, float, int],
) -> float:
    """Return how far from the centre the cost is last below `most`, on a log scale."""
    total, expo, r, shortest = stretch
    # Outwards in growing steps: far from the estimate nothing happens quickly.
    low, high = 0.0, 0.02
    inside = 0.0
    outside = -1.0
    while low < FARTHEST:
        value = math.exp(centre + sign * min(high, FARTHEST))
        below = held_cost(kind, value, total, expo, r, shortest)[0] <= most
        if below:
            inside, outside = min(high, FARTHEST), -1.0
        elif outside < 0:
            outside = high
        low, high = high, high * 1.25
    if outside < 0:
        return FARTHEST
    for _ in range(14):
        middle = (inside + outside) / 2
        value = math.exp(centre + sign * middle)
        if held_cost(kind, value, total, expo, r, shortest)[0] <= most:
            inside = middle
        else:
            outside = middle
    return inside
