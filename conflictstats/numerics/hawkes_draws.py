"""Imprecise dates: repeated draws within each event's interval, pooled by Rubin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from conflictstats.numerics.hawkes_estimate import HawkesEstimate
from conflictstats.numerics.hawkes_events import PointHistory, merge_history
from conflictstats.numerics.hawkes_inference import estimate_covariance
from conflictstats.numerics.hawkes_likelihood import HawkesShape

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class RecordedEvents(NamedTuple):
    """Events as recorded: each within an interval.

    Attributes
    ----------
    low, width : ndarray, shape (n,)
        Start and length of each event's interval; a width of 0 is an exact time.
    code : ndarray of int, shape (n,)
        Stream of each event.
    marks : ndarray, shape (n,), or None
        Severities.
    n_streams : int
        K.
    start, end : float
        The window.
    gaps : tuple of (float, float)
        Stretches that nobody watched.
    event : ndarray of int, shape (n,), or None
        The event each row is about, where one event stands in several streams: its
        rows then share one moment, and do not excite each other.
    """

    low: Floats
    width: Floats
    code: Ints
    marks: Floats | None
    n_streams: int
    start: float
    end: float
    gaps: tuple[tuple[float, float], ...] = ()
    event: Ints | None = None


def draw_history(recorded: RecordedEvents, rng: np.random.Generator) -> PointHistory:
    """Place each event uniformly within its own interval.

    Nothing is ever added to ties to tell them apart: an event of a day may have
    happened at any moment of that day.
    """
    if recorded.event is None:
        share = rng.uniform(size=recorded.low.size)
    else:
        last = int(recorded.event.max()) if recorded.event.size else -1
        share = rng.uniform(size=last + 1)[recorded.event]
    times = recorded.low + recorded.width * share
    window = recorded.start, recorded.end
    return merge_history(
        times, recorded.code, window, recorded.n_streams, recorded.marks, recorded.gaps
    )


def record_events(
    times: Floats, recorded: RecordedEvents, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Record exact times as coarsely as the data were.

    Parameters
    ----------
    times : ndarray, shape (m,)
        Simulated exact times.
    recorded : RecordedEvents
        Whose interval lengths are drawn from, and whose start the grid begins at.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    low, width : ndarray, shape (m,)
        Interval of each event.
    """
    if not recorded.low.size or not recorded.width.any():
        return times, np.zeros(times.size)
    width = recorded.width[rng.integers(recorded.width.size, size=times.size)]
    step = np.where(width > 0, width, 1.0)
    cell = recorded.start + step * np.floor((times - recorded.start) / step)
    low = np.where(width > 0, cell, times)
    return low, np.minimum(width, recorded.end - low)


class PooledEstimate(NamedTuple):
    """Estimates pooled over draws of the dates.

    Attributes
    ----------
    shape : HawkesShape
        What was estimated.
    theta : ndarray, shape (p,)
        Mean over the draws.
    covariance : ndarray, shape (p, p), or None
        W + (1 + 1/R) B; None where no draw determines the parameters.
    dating_share : ndarray, shape (p,)
        Share of the variance that comes from not knowing the dates.
    df : ndarray, shape (p,)
        Degrees of freedom of the t intervals (Barnard and Rubin 1999).
    log_likelihood : float
        Mean over the draws.
    free : ndarray of bool, shape (p,)
        Parameters inside their bounds in at least one draw.
    converged : bool
        Whether every draw reached its optimum.
    draws : ndarray, shape (R, p)
        Estimates of each draw.
    """

    shape: HawkesShape
    theta: Floats
    covariance: Floats | None
    dating_share: Floats
    df: Floats
    log_likelihood: float
    free: NDArray[np.bool_]
    converged: bool
    draws: Floats


def pool_estimates(
    estimates: Sequence[HawkesEstimate], n_events: int
) -> PooledEstimate:
    """Pool estimates of several draws of the dates.

    Parameters
    ----------
    estimates : sequence of HawkesEstimate
        One a draw; a single one is passed through.
    n_events : int
        Events, for the complete-data degrees of freedom.

    Returns
    -------
    PooledEstimate
        Rubin's mean and variance.

    References
    ----------
    Rubin, D. (1987). Multiple Imputation for Nonresponse in Surveys, ch. 3.
    Barnard, J., Rubin, D. (1999). Small-sample degrees of freedom with multiple
    imputation. Biometrika 86, 948-955.
    """
    draws = np.stack([e.theta for e in estimates])
    free = np.any([e.free for e in estimates], axis=0)
    complete = max(float(n_events - free.sum()), 1.0)
    within = [estimate_covariance(e) for e in estimates]
    covariance, share, df = pool_covariance(draws, within, complete)
    return PooledEstimate(
        estimates[0].shape,
        draws.mean(axis=0),
        covariance,
        share,
        df,
        float(np.mean([e.log_likelihood for e in estimates])),
        free,
        all(e.converged for e in estimates),
        draws,
    )


def pool_covariance(
    draws: Floats, within: Sequence[Floats | None], complete: float
) -> tuple[Floats | None, Floats, Floats]:
    """Pool the covariance of several fits.

    Parameters
    ----------
    draws : ndarray, shape (R, p)
        Estimates of each draw.
    within : sequence of (ndarray (p, p) or None)
        Their covariances; None where a draw does not determine the parameters.
    complete : float
        Degrees of freedom with complete data.

    Returns
    -------
    covariance : ndarray, shape (p, p), or None
        W + (1 + 1/R) B.
    share : ndarray, shape (p,)
        Share of the variance that lies between the draws.
    df : ndarray, shape (p,)
        Degrees of freedom.
    """
    r, p = draws.shape
    found = [c for c in within if c is not None]
    share, df = np.zeros(p), np.full(p, complete)
    if not found:
        return None, share, df
    covariance: Floats = np.mean(found, axis=0)
    if r > 1:
        between = np.cov(draws, rowvar=False).reshape(p, p) * (1.0 + 1.0 / r)
        covariance = covariance + between
        total = np.diag(covariance)
        share = np.divide(np.diag(between), total, out=np.zeros(p), where=total > 0)
        df = _degrees(share, r, complete)
    return covariance, share, df


def _degrees(share: Floats, r: int, complete: float) -> Floats:
    old = (r - 1) / np.maximum(share, 1e-9) ** 2
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    return np.asarray(np.maximum(old * observed / (old + observed), 1.0))
