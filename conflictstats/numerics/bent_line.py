"""A log-linear trend that bends once, at a time estimated with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import optimize

from conflictstats.numerics.count_regression import CountFit

Estimate = Callable[[np.ndarray, np.ndarray, np.ndarray], CountFit]

# Fewest periods with a known count on each side of the bend.
FEWEST_ASIDE = 3


class Bent(NamedTuple):
    """A regression with a bend.

    Attributes
    ----------
    bend : float
        Where, on the scale of `time`.
    slopes : (float, float)
        Change of the log mean a unit of time, before and after.
    fit : CountFit
        Coefficients in the order of `x`; that of the last column, the bend's own
        direction, is zero at the estimate.
    """

    bend: float
    slopes: tuple[float, float]
    fit: CountFit


def bent_design(
    x: np.ndarray, column: int, time: np.ndarray, bend: float, turn: float
) -> np.ndarray:
    """Return a design whose line in time bends.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        A design whose column `column` is `time`, shifted.
    column : int
        Which.
    time : ndarray, shape (n,)
        Time.
    bend : float
        Where it bends.
    turn : float
        Slope after minus slope before: the last column is the derivative of the log
        mean in the time of the bend, -turn where time is past it.

    Returns
    -------
    ndarray, shape (n, p + 2)
        Time up to the bend in the place of time; then time since the bend, and the
        derivative.

    References
    ----------
    Muggeo (2003), Estimating regression models with unknown break-points. Statistics
    in Medicine 22, section 2.
    """
    since = np.maximum(time - bend, 0.0)
    out = x.copy()
    out[:, column] -= since
    return np.column_stack([out, since, np.where(time > bend, -turn, 0.0)])


def fit_bent(
    x: np.ndarray,
    column: int,
    time: np.ndarray,
    y: np.ndarray,
    offset: np.ndarray,
    estimate: Estimate,
) -> Bent | None:
    """Fit the bend of largest likelihood.

    Parameters
    ----------
    x, column, time
        As for `bent_design`; times are not decreasing.
    y, offset : ndarray, shape (n,)
        Counts and log exposures.
    estimate : callable
        `fit_poisson` or `fit_nb2`.

    Returns
    -------
    Bent or None
        None if no admissible bend has a likelihood with a maximum.

    Notes
    -----
    The likelihood has a kink at every observed time and may have several maxima, so it
    is computed at all of them and then maximised on both sides of the best.
    """
    places = np.unique(time)[FEWEST_ASIDE - 1 : -FEWEST_ASIDE + 1]

    def loss(bend: float) -> float:
        fit = estimate(bent_design(x, column, time, bend, 0.0)[:, :-1], y, offset)
        return -fit.log_likelihood if fit.converged else np.inf

    losses = np.array([loss(place) for place in places])
    if not np.isfinite(losses).any():
        return None
    best = int(losses.argmin())
    bend, least = float(places[best]), float(losses[best])
    for left in (best - 1, best):
        if 0 <= left < len(places) - 1:
            found = optimize.minimize_scalar(
                loss,
                bounds=(places[left], places[left + 1]),
                method="bounded",
                options={"xatol": 1e-6 * (places[left + 1] - places[left])},
            )
            if found.fun < least:
                bend, least = float(found.x), float(found.fun)
    return _with_direction(x, column, time, bend, (y, offset), estimate)


def _with_direction(
    x: np.ndarray,
    column: int,
    time: np.ndarray,
    bend: float,
    counts: tuple[np.ndarray, np.ndarray],
    estimate: Estimate,
) -> Bent | None:
    flat = bent_design(x, column, time, bend, 0.0)[:, :-1]
    fit = estimate(flat, *counts)
    before, after = float(fit.beta[column]), float(fit.beta[-1])
    full = bent_design(x, column, time, bend, after - before)
    weight = fit.mu / (1 + fit.alpha * fit.mu)
    information = full.T @ (weight[:, None] * full)
    scale = np.sqrt(np.diag(information))
    straight = abs(after - before) * float(np.ptp(time)) < 1e-9
    if (
        straight
        or scale.min() == 0
        or np.linalg.cond(information / np.outer(scale, scale)) > 1e10
    ):
        # Of a straight line, or beside silence, the place of a bend cannot be told.
        return None
    return Bent(
        bend,
        (before, after),
        fit._replace(beta=np.append(fit.beta, 0.0), bread=np.linalg.inv(information)),
    )
