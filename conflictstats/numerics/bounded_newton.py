"""Maximise a smooth function within bounds, with its exact Hessian."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats, Floats]]


class Optimum(NamedTuple):
    """Where the climb ended.

    Attributes
    ----------
    x : ndarray, shape (p,)
        The maximiser.
    value : float
        The function there.
    gradient : ndarray, shape (p,)
        First derivatives.
    hessian : ndarray, shape (p, p)
        Second derivatives.
    bounded : ndarray of bool, shape (p,)
        Whether a parameter rests on a bound that it would cross.
    converged : bool
        Whether the Newton decrement fell below the tolerance.
    iterations : int
        Evaluations used.
    """

    x: Floats
    value: float
    gradient: Floats
    hessian: Floats
    bounded: NDArray[np.bool_]
    converged: bool
    iterations: int


def _step(gradient: Floats, hessian: Floats, damping: float) -> tuple[Floats, float]:
    """Ascent step of the modified Newton method, and its predicted gain."""
    scale = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(hessian)), 1e-12))
    values, vectors = np.linalg.eigh(-hessian * np.outer(scale, scale))
    # Directions of wrong curvature are walked uphill with their absolute curvature.
    values = np.maximum(np.abs(values), 1e-9) + damping
    along = vectors.T @ (gradient * scale)
    step = scale * (vectors @ (along / values))
    return step, float(np.sum(along**2 / values))


def maximise_bounded(
    objective: Objective,
    start: Floats,
    lower: Floats,
    upper: Floats,
    *,
    reach: Floats | float = np.inf,
    tolerance: float = 1e-14,
    limit: int = 100,
) -> Optimum:
    """Climb to a maximum by projected, damped Newton steps.

    Parameters
    ----------
    objective : callable
        x (p,) -> value, gradient (p,), Hessian (p, p). A value that is not finite
        means "outside".
    start, lower, upper : ndarray, shape (p,)
        First point and bounds.
    reach : float or ndarray, shape (p,)
        Longest step of each parameter.
    tolerance : float
        Newton decrement (twice the expected gain) at which the climb ends: the
        parameters then are within its root of their standard errors.
    limit : int
        Most evaluations.

    Returns
    -------
    Optimum
        The best point found.
    """
    x = np.clip(start, lower, upper)
    value, gradient, hessian = objective(x)
    damping, used, converged = 0.0, 1, False
    while True:
        resting = ((x <= lower) & (gradient <= 0)) | ((x >= upper) & (gradient >= 0))
        free = ~resting
        if not free.any():
            converged = True
            break
        step = np.zeros_like(x)
        step[free], gain = _step(gradient[free], hessian[np.ix_(free, free)], damping)
        if gain <= tolerance and damping < 1e-3:
            converged = True
            break
        if used >= limit or damping > 1e12:
            break
        shrink = min(1.0, float(np.min(reach / np.maximum(np.abs(step), 1e-300))))
        trial = np.clip(x + shrink * step, lower, upper)
        new, new_gradient, new_hessian = objective(trial)
        used += 1
        if np.isfinite(new) and new >= value - 1e-12 * abs(value):
            x, value, gradient, hessian = trial, new, new_gradient, new_hessian
            damping = 0.0 if damping < 1e-3 else damping / 10.0
        else:
            damping = max(10.0 * damping, 1e-2)
    return Optimum(x, value, gradient, hessian, resting, converged, used)
