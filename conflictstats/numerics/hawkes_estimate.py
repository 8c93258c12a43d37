"""Maximum likelihood for Hawkes processes: bounds, many starts, Newton."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from conflictstats.numerics.bounded_newton import maximise_bounded
from conflictstats.numerics.hawkes_events import PointHistory
from conflictstats.numerics.hawkes_likelihood import HawkesObjective, HawkesShape
from conflictstats.numerics.hawkes_power_law import PowerLawBank, power_law_bank
from conflictstats.numerics.point_baselines import PointBaseline

Floats = NDArray[np.float64]

# The search for the decay runs on at most so many events; Newton then uses all.
SEARCH_EVENTS = 20_000
STARTS = 7
LARGEST_BRANCHING = 20.0
# Beyond p = 9 a power law is an exponential for every practical purpose.
LARGEST_EXCESS = 8.0


class HawkesEstimate(NamedTuple):
    """A maximum of the likelihood.

    Attributes
    ----------
    shape : HawkesShape
        What was estimated.
    theta : ndarray, shape (p,)
        Estimates in the order of the shape.
    log_likelihood : float
        The maximum.
    information : ndarray, shape (p, p)
        Negative Hessian by theta.
    free : ndarray of bool, shape (p,)
        Parameters that were estimated and do not rest on a bound.
    converged : bool
        Whether the optimum was reached.
    excited : bool
        Whether excitation was part of the model.
    """

    shape: HawkesShape
    theta: Floats
    log_likelihood: float
    information: Floats
    free: NDArray[np.bool_]
    converged: bool
    excited: bool

    @property
    def branching(self) -> Floats:
        """N, shape (K, K)."""
        return self.theta[self.shape.branching()]

    @property
    def n_parameters(self) -> int:
        """Parameters of the model, those on a bound and searched breaks included."""
        searched = self.shape.baseline.n_searched
        if self.excited:
            return self.shape.size + searched
        return self.shape.n_streams * self.shape.baseline.size + searched


def shortest_scale(history: PointHistory) -> float:
    """Least time scale the events can speak about: a fraction of the usual gap."""
    gaps = history.gap[history.gap > 0]
    if not gaps.size:
        return history.duration
    return float(max(np.quantile(gaps, 0.05) / 10.0, history.duration * 1e-10))


def parameter_bounds(
    shape: HawkesShape, history: PointHistory
) -> tuple[Floats, Floats, Floats]:
    """Lower and upper bounds and the longest step of each parameter, shape (p,).

    Branching is bounded on its natural scale, since its log goes singular at 0.
    """
    lower, upper, reach = np.full(shape.size, -50.0), np.full(shape.size, 50.0), None
    reach = np.full(shape.size, 2.0)
    rate = np.maximum(history.counts, 1) / history.duration
    for a in range(shape.n_streams):
        at = shape.background(a)
        level = at if shape.baseline.kind == "piecewise" else at[:1]
        lower[level] = np.log(rate[a]) - 14.0
        upper[level] = np.log(rate[a]) + 14.0
    places = shape.branching()
    lower[places], upper[places], reach[places] = 0.0, LARGEST_BRANCHING, 0.5
    gaps = history.gap[history.gap > 0]
    for group in range(shape.n_kernels):
        own = shape.kernel_places(group)
        if shape.kernel == "exponential":
            lower[own[0]] = -np.log(history.duration)
            upper[own[0]] = -np.log(gaps.min() if gaps.size else history.duration)
            upper[own[0]] = max(upper[own[0]], lower[own[0]])
        else:
            lower[own[0]] = np.log(shortest_scale(history))
            upper[own[0]] = np.log(history.duration) + 2.0
            lower[own[1]], upper[own[1]] = np.log(0.02), np.log(LARGEST_EXCESS)
    if shape.marked:
        lower[-1], upper[-1], reach[-1] = -5.0, 5.0, 0.5
    return lower, upper, reach


def first_guess(shape: HawkesShape, history: PointHistory, decay: float) -> Floats:
    """Start with half of the events set off, spread evenly over the sources."""
    theta = np.zeros(shape.size)
    rate = np.maximum(history.counts, 0.5) / history.duration
    for a in range(shape.n_streams):
        at = shape.background(a)
        theta[at if shape.baseline.kind == "piecewise" else at[:1]] = np.log(
            rate[a] / 2
        )
    shares = rate[:, None] / rate.sum()
    theta[shape.branching()] = 0.5 * shares
    for group in range(shape.n_kernels):
        own = shape.kernel_places(group)
        if shape.kernel == "exponential":
            theta[own[0]] = np.log(decay)
        else:
            theta[own[:2]] = [-np.log(decay), 0.0]
    return theta


def _sample(history: PointHistory) -> PointHistory:
    """Return a stretch from the middle, to look for the decay on fewer events."""
    n = history.times.size
    if n <= SEARCH_EVENTS:
        return history
    first = (n - SEARCH_EVENTS) // 2
    cut = slice(first, first + SEARCH_EVENTS)
    times = history.times[cut]
    gap = history.gap[cut].copy()
    gap[0] = 0.0
    return PointHistory(
        times, gap, history.code[cut], history.severity[cut], history.n_streams,
        max(float(times[0]), history.start), float(times[-1]),
    )  # fmt: skip


def decay_grid(history: PointHistory, starts: int = STARTS) -> Floats:
    """Decays at which the search begins, from 10 a window to the usual gap."""
    gaps = history.gap[history.gap > 0]
    if not gaps.size:
        return np.array([10.0 / history.duration])
    high = 1.0 / max(float(np.quantile(gaps, 0.1)), history.duration * 1e-9)
    low = min(10.0 / history.duration, high)
    return np.asarray(np.geomspace(low, high, starts))


def _search(shape: HawkesShape, history: PointHistory, pinned: Floats) -> Floats:
    """Return the best of several short climbs, each from another decay."""
    if history.times.size > SEARCH_EVENTS:
        return _search_sample(shape, history)
    objective = make_objective(shape, history)
    lower, upper, reach = _pin(parameter_bounds(shape, history), pinned)
    climbs = [
        maximise_bounded(
            objective, first_guess(shape, history, float(decay)), lower, upper,
            reach=reach, tolerance=1e-4, limit=40,
        )
        for decay in decay_grid(history)
    ]  # fmt: skip
    return max(climbs, key=lambda found: found.value).x


def _search_sample(shape: HawkesShape, history: PointHistory) -> Floats:
    """Search on a stretch, where the background is taken as constant."""
    part = _sample(history)
    flat = replace(shape, baseline=PointBaseline("constant", part.start, part.end))
    found = _search(flat, part, np.full(flat.size, np.nan))
    theta = first_guess(shape, history, 1.0)
    k, p = shape.n_streams, shape.baseline.size
    for a in range(k):
        at = shape.background(a)
        theta[at if shape.baseline.kind == "piecewise" else at[:1]] = found[a]
    theta[k * p :] = found[k:]
    return theta


def _bank(shape: HawkesShape, history: PointHistory) -> PowerLawBank | None:
    if shape.kernel == "exponential":
        return None
    return power_law_bank(history, shortest_scale(history))


def _pin(
    bounds: tuple[Floats, Floats, Floats], pinned: Floats
) -> tuple[Floats, Floats, Floats]:
    lower, upper, reach = bounds
    held = np.isfinite(pinned)
    return (
        np.where(held, pinned, lower),
        np.where(held, pinned, upper),
        reach,
    )


def make_objective(
    shape: HawkesShape, history: PointHistory, *, excited: bool = True
) -> HawkesObjective:
    """Log-likelihood of a history, with its bank where the kernel needs one."""
    bank = _bank(shape, history) if excited else None
    return HawkesObjective(shape, history, bank, excited=excited)


def estimate_hawkes(
    shape: HawkesShape,
    history: PointHistory,
    *,
    start: Floats | None = None,
    pinned: Mapping[int, float] | None = None,
    objective: HawkesObjective | None = None,
    tolerance: float = 1e-14,
) -> HawkesEstimate:
    """Maximum likelihood estimate of a Hawkes process.

    Parameters
    ----------
    shape : HawkesShape
        What is estimated.
    history : PointHistory
        The events.
    start : ndarray, shape (p,), optional
        Where to begin; without it the decay is searched for from several starts.
    pinned : mapping of int to float, optional
        Places of theta that are held fixed, and at what value.
    objective : HawkesObjective, optional
        The log-likelihood of `history`, if it is at hand.
    tolerance : float
        Newton decrement at which the climb ends.

    Returns
    -------
    HawkesEstimate
        The maximum.
    """
    held = np.full(shape.size, np.nan)
    for place, value in (pinned or {}).items():
        held[place] = value
    objective = objective or make_objective(shape, history)
    if start is None:
        start = _search(shape, history, held)
    lower, upper, reach = _pin(parameter_bounds(shape, history), held)
    found = maximise_bounded(
        objective, start, lower, upper, reach=reach, tolerance=tolerance
    )
    free = ~(found.bounded | (found.x <= lower) | (found.x >= upper))
    return HawkesEstimate(
        shape, found.x, found.value, -found.hessian, free, found.converged, True
    )


def estimate_poisson(shape: HawkesShape, history: PointHistory) -> HawkesEstimate:
    """Fit the same background without excitation.

    Parameters
    ----------
    shape : HawkesShape
        The background is taken from it; kernels and N are held where they mean
        nothing.
    history : PointHistory
        The events.

    Returns
    -------
    HawkesEstimate
        The inhomogeneous Poisson process; N is 0.
    """
    objective = HawkesObjective(shape, history, excited=False)
    start = first_guess(shape, history, 1.0 / history.duration)
    start[shape.branching()] = 0.0
    held = start.copy()
    held[: shape.n_streams * shape.baseline.size] = np.nan
    lower, upper, reach = _pin(parameter_bounds(shape, history), held)
    found = maximise_bounded(objective, start, lower, upper, reach=reach)
    free = np.isnan(held) & ~found.bounded
    return HawkesEstimate(
        shape, found.x, found.value, -found.hessian, free, found.converged, False
    )
