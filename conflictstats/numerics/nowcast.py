"""Nowcasts: completed triangles, what past ones were worth, predictive intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from conflictstats.numerics.reporting_triangle import hide_future, lawless, reported

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Nowcast:
    """Expected final counts and their predictive variance.

    Parameters
    ----------
    observed : ndarray, shape (n,)
        Reported so far.
    mean, variance : ndarray, shape (n,)
        Of the final count.
    share : ndarray, shape (n,)
        Share reported by now.
    common : ndarray, shape (n,)
        The part of the standard deviation that all periods share: the error of the
        delay distribution.
    """

    observed: Floats
    mean: Floats
    variance: Floats
    share: Floats
    common: Floats


def nowcast(
    triangle: Floats, window: int | None = None, *, credible: bool = True
) -> Nowcast:
    """Complete a triangle.

    Parameters
    ----------
    triangle : ndarray, shape (n, D + 1)
        From `from_delays` or `from_vintages`.
    window : int or None
        Periods behind the delay distribution and the recent rate.
    credible : bool
        Weigh the count so far against the recent rate (Poisson counts with a Gamma
        rate): nothing reported yet is then not zero for sure. Otherwise the count so
        far is divided by its share.

    Returns
    -------
    Nowcast
        The variance holds what is still to come and the delay distribution's error.

    Notes
    -----
    With share F, count so far n and a Gamma(a, b) rate from the recent past, what is
    to come is negative binomial with mean (n + a)(1 - F)/(F + b) and size n + a; with
    a = b = 0 the mean of the final count is n / F (the chain ladder).

    References
    ----------
    Lawless (1994). Mack (2000), Credible claims reserves: the Benktander method. ASTIN
    Bulletin 30(2).

    Examples
    --------
    >>> nowcast(np.array([[1.0, 1.0], [2.0, np.nan]]), credible=False).mean
    array([2., 4.])
    """
    n, width = triangle.shape
    curve = lawless(triangle, window)
    age = np.minimum(np.arange(n - 1, -1, -1), width - 1)
    share, spread = curve.share[age], curve.log_variance[age]
    seen = reported(triangle)
    a, b = _recent(seen, share, width, window) if credible else (0.0, 0.0)
    to_come = (seen + a) * (1 - share) / (share + b)
    size = np.maximum(seen + a, 1e-12)
    mean = seen + to_come
    # Given F the rest is negative binomial; the last part is the error of F itself.
    variance = np.abs(to_come) + to_come**2 / size + (mean**2) * spread
    complete = np.arange(n) <= n - width
    return Nowcast(
        observed=seen,
        mean=mean,
        variance=np.where(complete, 0.0, variance),
        share=share,
        common=np.where(complete, 0.0, mean * np.sqrt(spread)),
    )


def _recent(
    seen: Floats, share: Floats, width: int, window: int | None
) -> tuple[float, float]:
    """Gamma rate of the recent past, by moments of what is mostly reported."""
    span = max(window or 0, 2 * width, 10)
    recent = np.arange(seen.size) >= seen.size - span
    use = recent & ~np.isnan(seen) & (share > 0.5)
    exposed = recent & ~np.isnan(seen)
    exposure = float(share[exposed].sum())
    rate = float(seen[exposed].sum()) / exposure if exposure > 0 else 0.0
    if rate <= 0:
        return 0.5, 1.0
    full = seen[use] / share[use]
    excess = float(np.var(full)) - rate if full.size > 2 else rate
    a = min(max(rate**2 / excess if excess > 0 else 100.0, 0.2), 100.0)
    return a, a / rate


def retrospective(
    triangle: Floats,
    window: int | None = None,
    *,
    credible: bool = True,
    least: int = 5,
) -> Floats:
    """Nowcast as it would have been made at every earlier period.

    Parameters
    ----------
    triangle : ndarray, shape (n, D + 1)
        From `from_delays` or `from_vintages`.
    window, credible
        As for `nowcast`.
    least : int
        Complete periods that must lie before an origin.

    Returns
    -------
    ndarray, shape (k, 7)
        Columns origin, period, observed, mean, variance, share, final; only periods
        that are complete by now and were not at the origin.
    """
    n, width = triangle.shape
    final = np.nansum(triangle, axis=1)
    complete = (np.arange(n) <= n - width) & ~np.isnan(triangle[:, 0])
    rows = []
    for origin in range(width + least - 1, n - 1):
        then = hide_future(triangle[: origin + 1])
        made = nowcast(then, window, credible=credible)
        about = np.arange(max(origin - width + 2, 0), origin + 1)
        about = about[complete[about]]
        columns = (made.observed, made.mean, made.variance, made.share, final)
        said = [column[about] for column in columns]
        rows.append(np.column_stack([np.full(about.size, origin), about, *said]))
    return np.concatenate(rows) if rows else np.zeros((0, 7))


def inflation(past: Floats, width: int, fewest: int = 8) -> Floats:
    """How much larger past errors were than the variance said, by age.

    Parameters
    ----------
    past : ndarray, shape (k, 7)
        From `retrospective`.
    width : int
        Number of delays, D + 1.
    fewest : int
        Ages with fewer past nowcasts take the factor of all ages.

    Returns
    -------
    ndarray, shape (width,)
        At least 1.
    """
    out = np.ones(width)
    if len(past) == 0:
        return out
    age = (past[:, 0] - past[:, 1]).astype(np.int64)
    ratio = (past[:, 6] - past[:, 3]) ** 2 / np.maximum(past[:, 4], 0.25)
    whole = max(float(ratio.mean()), 1.0)
    for d in range(width):
        own = ratio[age == d]
        out[d] = max(float(own.mean()), 1.0) if own.size >= fewest else whole
    return out


def predictive_interval(
    made: Nowcast, factor: Floats, level: float, *, falls: bool
) -> tuple[Floats, Floats]:
    """Interval of the final counts.

    Parameters
    ----------
    made : Nowcast
        Means and variances.
    factor : ndarray, shape (n,)
        Inflation of each period's variance.
    level : float
        Nominal coverage.
    falls : bool
        Whether counts are revised downwards: then the final count may lie below the
        one so far (normal interval); else what is to come is negative binomial.

    Returns
    -------
    low, high : ndarray, shape (n,)
        Whole numbers; equal to the count where it is complete.
    """
    variance = made.variance * factor
    tail = (1 - level) / 2
    rest = made.mean - made.observed
    if falls:
        reach = -special.ndtri(tail) * np.sqrt(variance)
        low, high = np.floor(made.mean - reach), np.ceil(made.mean + reach)
        low = np.maximum(low, 0.0)
    else:
        low = made.observed + _count_quantile(tail, rest, variance)
        high = made.observed + _count_quantile(1 - tail, rest, variance)
    still = variance <= 0
    return np.where(still, made.mean, low), np.where(still, made.mean, high)


def _count_quantile(level: float, mean: Floats, variance: Floats) -> Floats:
    """Quantile of counts with a mean and a variance at least as large."""
    mu = np.maximum(np.nan_to_num(mean), 1e-12)
    v = np.maximum(np.nan_to_num(variance), mu * (1 + 1e-6))
    size, p = mu**2 / (v - mu), mu / v
    guess = np.maximum(np.floor(mu + special.ndtri(level) * np.sqrt(v)), 0.0)
    # For any size, P(X <= k) = I_p(size, k + 1).
    low, high = np.zeros_like(mu), np.maximum(2 * guess + 50, 100.0)
    while np.any(short := special.betainc(size, high + 1, p) < level):
        high = np.where(short, high * 2, high)
    while np.any(high - low > 0):
        middle = np.floor((low + high) / 2)
        enough = special.betainc(size, middle + 1, p) >= level
        high = np.where(enough, middle, high)
        low = np.where(enough, low, np.minimum(middle + 1, high))
    return np.asarray(high)
