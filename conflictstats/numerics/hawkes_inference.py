"""Uncertainty of a fitted Hawkes process: covariance, profiles, tests, stability."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from conflictstats.numerics.hawkes_estimate import HawkesEstimate, estimate_hawkes
from conflictstats.numerics.hawkes_likelihood import HawkesObjective

Floats = NDArray[np.float64]


def estimate_covariance(estimate: HawkesEstimate) -> Floats | None:
    """Inverse of the observed information, zero for parameters on a bound.

    Returns
    -------
    ndarray, shape (p, p), or None
        None where the information is not positive definite: then the data do not
        determine the parameters.
    """
    return invert_information(estimate.information, estimate.free)


def invert_information(information: Floats, free: NDArray[np.bool_]) -> Floats | None:
    """Invert the information of the free parameters; zero for the others.

    Returns
    -------
    ndarray, shape (p, p), or None
        None where it is not positive definite.
    """
    covariance = np.zeros_like(information)
    if not free.any():
        return covariance
    own = information[np.ix_(free, free)]
    scale = 1.0 / np.sqrt(np.maximum(np.diag(own), 1e-300))
    values, vectors = np.linalg.eigh(own * np.outer(scale, scale))
    if values.min() < 1e-10:
        return None
    inverse = (vectors / values) @ vectors.T * np.outer(scale, scale)
    covariance[np.ix_(free, free)] = inverse
    return covariance


def spectral_radius(branching: Floats) -> tuple[float, Floats]:
    """Spectral radius of N and its gradient.

    Parameters
    ----------
    branching : ndarray, shape (K, K)
        Non-negative matrix.

    Returns
    -------
    radius : float
        Largest eigenvalue: the branching ratio of the whole system.
    gradient : ndarray, shape (K, K)
        Derivatives by the entries, from the Perron vectors.
    """
    values, right = np.linalg.eig(branching)
    top = int(np.argmax(values.real))
    left_values, left = np.linalg.eig(branching.T)
    same = int(np.argmin(np.abs(left_values - values[top])))
    u, v = np.abs(left[:, same].real), np.abs(right[:, top].real)
    weight = float(u @ v)
    gradient = np.outer(u, v) / weight if weight > 1e-12 else np.eye(u.size)
    return float(values[top].real), gradient


def radius_variance(estimate: HawkesEstimate, covariance: Floats) -> float:
    """Delta-method variance of the spectral radius."""
    places = estimate.shape.branching().ravel()
    _, gradient = spectral_radius(estimate.branching)
    slope = gradient.ravel()
    return float(slope @ covariance[np.ix_(places, places)] @ slope)


def _profiled(
    estimate: HawkesEstimate, objective: HawkesObjective, place: int, value: float
) -> HawkesEstimate:
    return estimate_hawkes(
        estimate.shape,
        objective.history,
        start=estimate.theta,
        pinned={place: value},
        objective=objective,
        tolerance=1e-8,
    )


def profile_interval(
    estimate: HawkesEstimate,
    objective: HawkesObjective,
    place: int,
    level: float = 0.95,
    error: float | None = None,
) -> tuple[float, float]:
    """Interval of a branching entry by profile likelihood.

    Parameters
    ----------
    estimate : HawkesEstimate
        The maximum.
    objective : HawkesObjective
        The same log-likelihood.
    place : int
        Place of the entry in theta.
    level : float
        Nominal coverage.
    error : float, optional
        Standard error, the first step of the search.

    Returns
    -------
    (float, float)
        Where twice the drop of the profiled log-likelihood reaches the chi-square
        quantile; 0 where it never does on the way down.
    """
    quantile = float(special.chdtri(1.0, 1.0 - level))
    top, step = float(estimate.theta[place]), error or 0.1

    def drop(value: float, near: HawkesEstimate) -> tuple[float, HawkesEstimate]:
        found = _profiled(near, objective, place, value)
        return 2.0 * (estimate.log_likelihood - found.log_likelihood), found

    def edge(sign: float) -> float:
        inner, inner_root, near = top, 0.0, estimate
        target = float(np.sqrt(quantile))
        value = max(top + sign * target * step, 0.0)
        outer, outer_root = np.nan, np.nan
        stride = step
        for _ in range(40):
            found, there = drop(value, near)
            root = float(np.sqrt(max(found, 0.0)))
            if abs(root - target) < 1e-4:
                return value
            if root > target:
                outer, outer_root = value, root
            elif value <= 0.0 and sign < 0:
                return 0.0
            else:
                # Climbs begin at the last point inside: those far out may be stuck.
                inner, inner_root, near = value, root, there
                # The first step may have been far too small: outward it doubles.
                stride *= 2.0
            value = _next_point(
                inner, inner_root, outer, outer_root, target, sign, stride
            )
        return value

    return edge(-1.0), edge(1.0)


def _next_point(
    inner: float,
    inner_root: float,
    outer: float,
    outer_root: float,
    target: float,
    sign: float,
    step: float,
) -> float:
    """Interpolate the signed root of the deviance, or go further out."""
    if np.isfinite(outer):
        share = (target - inner_root) / (outer_root - inner_root)
        return inner + float(np.clip(share, 0.05, 0.95)) * (outer - inner)
    return max(inner + sign * step * max(target - inner_root, 0.5), 0.0)


def excitation_p_value(statistic: float, n_streams: int) -> float:
    """P-value that nothing sets off anything, from twice the gain in log-likelihood.

    The decay means nothing where nothing is set off, so for one stream the statistic is
    a maximum over decays: twice its chi-square tail is its p-value to a good
    approximation (simulated, 50 to 1,000 events). For K streams all K^2 entries and a
    decay at once, on the safe side, as zero is a boundary.
    """
    if n_streams == 1:
        return min(2.0 * float(special.chdtrc(1.0, max(statistic, 0.0))), 1.0)
    return float(special.chdtrc(n_streams**2 + 1.0, max(statistic, 0.0)))


def boundary_test(
    estimate: HawkesEstimate, objective: HawkesObjective, place: int
) -> tuple[float, float]:
    """Likelihood-ratio test that one entry of N is zero.

    Parameters
    ----------
    estimate : HawkesEstimate
        The maximum.
    objective : HawkesObjective
        The same log-likelihood.
    place : int
        Place of the entry in theta.

    Returns
    -------
    statistic, p_value : float
        Zero lies on the boundary, so the statistic is half a point mass at 0 and
        half chi-square(1) (Self and Liang 1987).
    """
    if estimate.theta[place] <= 0.0:
        return 0.0, 1.0
    held = _profiled(estimate, objective, place, 0.0)
    statistic = max(2.0 * (estimate.log_likelihood - held.log_likelihood), 0.0)
    return statistic, 0.5 * float(special.chdtrc(1.0, statistic))
