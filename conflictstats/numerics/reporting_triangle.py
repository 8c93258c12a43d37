"""Reporting triangles: who was reported by which delay, and what is still to come.

A triangle n[t, d] holds what was added to period t in the d-th period after it; NaN
where that lies in the future. Additions may be negative: a downward revision is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class DelayCurve:
    """Distribution of the reporting delay.

    Parameters
    ----------
    share : ndarray, shape (D + 1,)
        Share of the final count reported by delay 0..D; the last is 1. Above 1 where
        counts tend to be revised downwards.
    log_variance : ndarray, shape (D + 1,)
        Variance of log share.
    """

    share: Floats
    log_variance: Floats


def from_delays(
    event: NDArray[np.int64],
    delay: NDArray[np.int64],
    count: Floats,
    n: int,
    longest: int,
) -> Floats:
    """Build a triangle from single reports.

    Parameters
    ----------
    event : ndarray of int, shape (k,)
        Period of each event, 0..n-1; period n - 1 is now.
    delay : ndarray of int, shape (k,)
        Periods until its report, not negative.
    count : ndarray, shape (k,)
        How many it counts for.
    n : int
        Periods.
    longest : int
        Delays beyond are counted as this one.

    Returns
    -------
    ndarray, shape (n, longest + 1)
        NaN where the report would lie after now; such reports are left out.

    Examples
    --------
    >>> from_delays(np.array([0, 0, 1]), np.array([0, 1, 0]), np.ones(3), 2, 1)
    array([[ 1.,  1.],
           [ 1., nan]])
    """
    known = event + delay <= n - 1
    out = np.zeros((n, longest + 1))
    columns = np.minimum(delay[known], longest)
    np.add.at(out, (event[known], columns), count[known])
    return hide_future(out)


def from_vintages(
    period: NDArray[np.int64],
    vintage: NDArray[np.int64],
    value: Floats,
    n: int,
    longest: int,
) -> Floats:
    """Build a triangle from the values that successive vintages gave.

    Parameters
    ----------
    period : ndarray of int, shape (k,)
        Period each value is about, 0..n-1; period n - 1 is now.
    vintage : ndarray of int, shape (k,)
        Period in which it was published; at most n - 1.
    value : ndarray, shape (k,)
        The period's count as published then, replacing earlier ones.
    n, longest : int
        Periods, and the longest delay; later revisions are counted as that one.

    Returns
    -------
    ndarray, shape (n, longest + 1)
        Additions by delay; negative where a count was lowered. Delays before the first
        value are NaN, and the first known cell holds all that came until then; a
        period that no vintage speaks of is NaN throughout.

    Examples
    --------
    >>> from_vintages(np.array([0, 0]), np.array([0, 1]), np.array([5.0, 4.0]), 2, 1)
    array([[ 5., -1.],
           [nan, nan]])
    """
    level = np.full((n, longest + 1), np.nan)
    for i in np.argsort(vintage, kind="stable"):
        if vintage[i] <= n - 1:
            # A value holds from its vintage on, until the next replaces it.
            column = min(max(vintage[i] - period[i], 0), longest)
            level[period[i], column:] = value[i]
    # Before the first value the count was unknown, not zero: its first known cell
    # holds all that came until then.
    out = np.diff(np.nan_to_num(level), axis=1, prepend=0.0)
    out[np.isnan(level)] = np.nan
    return hide_future(out)


def hide_future(triangle: Floats) -> Floats:
    """Blank the cells of a triangle, shape (n, D + 1), after its last period."""
    n, width = triangle.shape
    future = np.arange(n)[:, None] + np.arange(width)[None, :] > n - 1
    return np.where(future, np.nan, triangle)


def reported(triangle: Floats) -> Floats:
    """Sum what is reported of each period so far.

    Parameters
    ----------
    triangle : ndarray, shape (n, D + 1)
        From `from_delays` or `from_vintages`.

    Returns
    -------
    ndarray, shape (n,)
        NaN for a period nobody spoke of.
    """
    empty = np.isnan(triangle).all(axis=1)
    return np.where(empty, np.nan, np.nansum(triangle, axis=1))


def lawless(triangle: Floats, window: int | None = None) -> DelayCurve:
    """Estimate the delay distribution by reversed hazards (Lawless 1994).

    Parameters
    ----------
    triangle : ndarray, shape (n, D + 1)
        From `from_delays` or `from_vintages`.
    window : int or None
        Use only the newest cells of so many periods for each delay, so that the delay
        may change over time; all if None.

    Returns
    -------
    DelayCurve
        Share(d) is the product over x > d of 1 - g(x), with g(x) the number reported
        at delay x over those reported by x, among periods old enough to tell.

    References
    ----------
    Lawless (1994), Canadian Journal of Statistics 22, 15-31.

    Examples
    --------
    >>> lawless(np.array([[1.0, 1.0], [2.0, np.nan]])).share
    array([0.5, 1. ])
    """
    width = triangle.shape[1]
    by_then = np.nancumsum(triangle, axis=1)
    share, variance = np.ones(width), np.zeros(width)
    for d in range(width - 1, 0, -1):
        # A first known cell after unknown ones is a sum over delays.
        alone = ~np.isnan(triangle[:, d]) & ~np.isnan(triangle[:, d - 1])
        rows = np.flatnonzero(alone)
        if window is not None:
            rows = rows[-window:]
        at, total = triangle[rows, d].sum(), by_then[rows, d].sum()
        hazard = at / total if total > 0 else 0.0
        # A hazard of one leaves nothing reported earlier: no share can be told.
        keep = max(1 - hazard, 1e-9)
        share[d - 1] = share[d] * keep
        step = abs(hazard) / (total * keep) if total > 0 else 0.0
        variance[d - 1] = variance[d] + step
    return DelayCurve(share=share, log_variance=variance)
