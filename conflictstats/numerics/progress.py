"""Progress curves of attacks: gaps that shrink as a power of their number.

tau_n = tau_1 n^(-b) by least squares on logarithms (Johnson et al. 2011), the
power-law process Lambda(t) = (t / a)^k with k = 1 / (1 - b) by maximum likelihood (Crow
1974), and what the relation of b and log tau_1 looks like where nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOG_SHAPE = 12.0
"""Shapes are sought within exp(-12) to exp(12)."""


@dataclass(frozen=True)
class Line:
    """A least-squares line.

    Parameters
    ----------
    slope, intercept : float
        Of y on x.
    slope_error : float
        Standard error of the slope; NaN with two points.
    intercept_error : float
        Standard error of the intercept.
    correlation : float
        Of x and y; NaN if y does not vary.
    n : int
        Points.
    """

    slope: float
    intercept: float
    slope_error: float
    intercept_error: float
    correlation: float
    n: int


def least_squares(x: Floats, y: Floats) -> Line | None:
    """Fit a line.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Points.

    Returns
    -------
    Line or None
        None with under two distinct x.
    """
    n = len(x)
    dx, dy = x - x.mean() if n else x, y - y.mean() if n else y
    sxx, syy, sxy = float(dx @ dx), float(dy @ dy), float(dx @ dy)
    # Differences that are only rounding do not make a line.
    if n < 2 or sxx <= 1e-24 * float(x @ x):
        return None
    slope = sxy / sxx
    rest = max(syy - slope * sxy, 0.0)
    error = np.sqrt(rest / (n - 2) / sxx) if n > 2 else np.nan
    level = np.sqrt(1 / n + x.mean() ** 2 / sxx) * np.sqrt(sxx)
    varies = syy > 1e-24 * float(y @ y)
    correlation = sxy / np.sqrt(sxx * syy) if varies else np.nan
    return Line(
        slope,
        float(y.mean() - slope * x.mean()),
        float(error),
        float(error * level),
        float(correlation),
        n,
    )


def progress_line(gaps: Floats) -> Line | None:
    """Fit log10(tau_n) on log10(n); gaps of zero keep their number but have no log.

    Parameters
    ----------
    gaps : ndarray, shape (n,)
        Times between successive attacks, the first gap is n = 1.

    Returns
    -------
    Line or None
        b is minus the slope, log10(tau_1) the intercept.
    """
    number = np.arange(1, len(gaps) + 1)
    use = gaps > 0
    return least_squares(np.log10(number[use]), np.log10(gaps[use]))


@dataclass(frozen=True)
class PowerLaw:
    """A power-law process fitted by maximum likelihood.

    Parameters
    ----------
    shape, low, high : float
        k with its likelihood-ratio interval; k > 1 is an ever faster tempo.
    scale : float
        a: expected one event by time a.
    log_shape_error : float
        Standard error of log k.
    p_value : float
        Likelihood-ratio test of a constant tempo, k = 1.
    log_likelihood : float
        Of the times given their number.
    n : int
        Events that inform the shape.
    """

    shape: float
    low: float
    high: float
    scale: float
    log_shape_error: float
    p_value: float
    log_likelihood: float
    n: int


def _logs(upper: Floats, lower: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return log u, log u - log v (0 where v is 0), and which start at the origin."""
    begun = np.where(lower > 0, lower, upper)
    return np.log(upper), np.log(upper) - np.log(begun), lower <= 0


def _score(log_k: float, upper: Floats, lower: Floats) -> float:
    """Return the derivative of the log-likelihood by k, at k = exp(log_k).

    With r = (v / u)^k the probability of an interval is u^k (1 - r).
    """
    k = np.exp(log_k)
    log_u, gap, origin = _logs(upper, lower)
    exact = upper == lower
    wide = ~exact & ~origin
    r, rest = np.exp(-k * gap[wide]), -np.expm1(-k * gap[wide])
    total = log_u.sum() + exact.sum() / k + (r * gap[wide] / rest).sum()
    return float(total)


def _log_likelihood(log_k: float, upper: Floats, lower: Floats) -> float:
    """Log-likelihood of times known to lie in (lower, upper], as shares of the window.

    Parameters
    ----------
    log_k : float
        Logarithm of the shape.
    upper, lower : ndarray, shape (n,)
        Ends of each event's interval over the window's length; equal if exact.
    """
    k = np.exp(log_k)
    log_u, gap, origin = _logs(upper, lower)
    exact = upper == lower
    wide = ~exact & ~origin
    total = k * log_u.sum() + np.log(-np.expm1(-k * gap[wide])).sum()
    return float(total + (log_k - log_u[exact]).sum())


def power_law(
    lower: Floats, upper: Floats, end: float, *, level: float, n_events: int
) -> PowerLaw | None:
    """Fit Lambda(t) = (t / a)^k to times known to an interval.

    Given their number, the times are independent with distribution (t / end)^k, so the
    shape has a likelihood of its own; the scale follows from the number.

    Parameters
    ----------
    lower, upper : ndarray, shape (n,)
        Ends of the interval in which each event happened; equal if exact. For a
        process watched until its last event, that event is left out here.
    end : float
        Length of the window, or the time of the last event.
    level : float
        Coverage of the interval.
    n_events : int
        Events in the window, the last one included.

    Returns
    -------
    PowerLaw or None
        None with under two events, or where all happened at the very end or start.
    """
    keep = np.minimum(upper, end) > 0
    u, v = np.minimum(upper[keep], end) / end, np.minimum(lower[keep], end) / end
    if len(u) < 2:
        return None
    bounds = (-LOG_SHAPE, LOG_SHAPE)
    if _score(bounds[0], u, v) <= 0 or _score(bounds[1], u, v) >= 0:
        return None
    best = float(brentq(_score, *bounds, args=(u, v), xtol=1e-12))
    top = _log_likelihood(best, u, v)
    drop = float(chdtri(1, 1 - level)) / 2

    def below(log_k: float) -> float:
        return _log_likelihood(log_k, u, v) - top + drop

    low, high = (
        float(np.exp(brentq(below, edge, best))) if below(edge) < 0 else open_end
        for edge, open_end in ((bounds[0], 0.0), (bounds[1], np.inf))
    )
    step = 1e-4
    k = np.exp(best)
    bend = (
        _score(best + step, u, v) * np.exp(best + step)
        - _score(best - step, u, v) * np.exp(best - step)
    ) / (2 * step)
    ratio = 2 * (top - _log_likelihood(0.0, u, v))
    return PowerLaw(
        shape=float(k),
        low=low,
        high=high,
        scale=float(end / n_events ** (1 / k)),
        log_shape_error=float(1 / np.sqrt(-bend)),
        p_value=float(chdtrc(1, max(ratio, 0.0))),
        log_likelihood=top,
        n=len(u),
    )


def power_law_fit_test(
    shares: Floats, *, n_draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Test whether event times follow a power law (Cramer-von Mises, simulated).

    With the shape estimated, the statistic's law depends on the number of events only
    (the logs of the shares are exponential), so it is drawn exactly.

    Parameters
    ----------
    shares : ndarray, shape (n,)
        Times over the window's length, within (0, 1).
    n_draws : int
        Draws under the power law.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    statistic, p_value : float
        Large statistics speak against the power law.
    """
    observed = float(_cramer_von_mises(-np.log(np.sort(shares))[None])[0])
    drawn = _cramer_von_mises(rng.exponential(size=(n_draws, len(shares))))
    return observed, float((1 + (drawn >= observed).sum()) / (1 + n_draws))


def _cramer_von_mises(logs: Floats) -> Floats:
    """Statistic of each row of minus log shares, with the shape estimated."""
    n = logs.shape[1]
    u = np.sort(np.exp(-logs / logs.mean(axis=1, keepdims=True)), axis=1)
    middle = (2 * np.arange(1, n + 1) - 1) / (2 * n)
    return np.asarray(1 / (12 * n) + ((u - middle) ** 2).sum(axis=1))


@dataclass(frozen=True, eq=False)
class NullRelation:
    """The relation of b and log10 tau_1 across places where the tempo is constant.

    Parameters
    ----------
    slope, intercept, correlation, mean_b : ndarray, shape (S,)
        Of each simulated set of places.
    """

    slope: Floats
    intercept: Floats
    correlation: Floats
    mean_b: Floats


def null_relation(
    n_gaps: Ints, mean_gap: Floats, *, n_draws: int, rng: np.random.Generator
) -> NullRelation:
    """Simulate places with constant tempo and fit their progress curves.

    Parameters
    ----------
    n_gaps : ndarray of int, shape (P,)
        Gaps of each place, at least two.
    mean_gap : ndarray, shape (P,)
        Their mean length in days.
    n_draws : int
        Simulated sets of places.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    NullRelation
        Gaps are exponential with the place's mean, rounded up to whole days.
    """
    b, level = np.empty((2, n_draws, len(n_gaps)))
    for place, (n, mean) in enumerate(zip(n_gaps, mean_gap, strict=True)):
        gaps = np.ceil(rng.exponential(mean, (n_draws, n)))
        y = np.log10(np.maximum(gaps, 1.0))
        x = np.log10(np.arange(1, n + 1))
        dx = x - x.mean()
        slope = y @ dx / (dx @ dx)
        b[:, place] = -slope
        level[:, place] = y.mean(axis=1) - slope * x.mean()
    dl = level - level.mean(axis=1, keepdims=True)
    db = b - b.mean(axis=1, keepdims=True)
    sll, sbb, slb = (dl**2).sum(axis=1), (db**2).sum(axis=1), (dl * db).sum(axis=1)
    slope = slb / sll
    return NullRelation(
        slope,
        b.mean(axis=1) - slope * level.mean(axis=1),
        slb / np.sqrt(sll * sbb),
        b.mean(axis=1),
    )
