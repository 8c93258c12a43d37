"""Exponential self-excitation in O(n): Ozaki's recursion with its derivatives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from conflictstats.numerics.hawkes_events import PointHistory

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Beyond 40 decay times an event's remaining effect is below 1e-17 of the whole.
SPENT = 40.0


class Excitation(NamedTuple):
    """What past events of S source streams add at each event, and in total.

    Attributes
    ----------
    value : ndarray, shape (S, n)
        sum over past events j of a source of k_j g(t_i - t_j), per unit branching.
    first : ndarray, shape (r, S, n)
        Derivatives by the r kernel parameters.
    second : ndarray, shape (r, r, S, n)
        Second derivatives.
    total, total_first, total_second : ndarray, shapes (S,), (r, S), (r, r, S)
        The same of the compensator sum_j k_j G(end - t_j).
    """

    value: Floats
    first: Floats
    second: Floats
    total: Floats
    total_first: Floats
    total_second: Floats


@njit(cache=True)
def _decayed_one(
    x: Floats, decay: Floats, kappa: Floats, beta: float, out: Floats, order: int
) -> None:
    """One stream exciting itself: the recursion in registers."""
    u = v = w = waiting = 0.0
    for i in range(x.size):
        if x[i] > 0.0:
            base = u + waiting
            e = decay[i]
            if order > 1:
                w = e * (w - 2.0 * x[i] * v + x[i] * x[i] * base)
            v = e * (v - x[i] * base)
            u = e * base
            waiting = 0.0
        out[0, 0, i] = u
        if order > 0:
            out[1, 0, i] = u + v
        if order > 1:
            out[2, 0, i] = u + 3.0 * v + w
        waiting += beta * kappa[i]


@njit(cache=True)
def _decayed_many(
    x: Floats,
    decay: Floats,
    kappa: Floats,
    place: Ints,
    beta: float,
    out: Floats,
    order: int,
) -> None:
    """S sources at once; `place` is an event's source, or -1."""
    n_sources = out.shape[1]
    u, v, w = np.zeros(n_sources), np.zeros(n_sources), np.zeros(n_sources)
    waiting = np.zeros(n_sources)
    for i in range(x.size):
        if x[i] > 0.0:
            e = decay[i]
            for s in range(n_sources):
                base = u[s] + waiting[s]
                if order > 1:
                    w[s] = e * (w[s] - 2.0 * x[i] * v[s] + x[i] * x[i] * base)
                v[s] = e * (v[s] - x[i] * base)
                u[s] = e * base
                waiting[s] = 0.0
        for s in range(n_sources):
            out[0, s, i] = u[s]
            if order > 0:
                out[1, s, i] = u[s] + v[s]
            if order > 1:
                out[2, s, i] = u[s] + 3.0 * v[s] + w[s]
        if place[i] >= 0:
            waiting[place[i]] += beta * kappa[i]


def decayed_sums(
    gap: Floats,
    kappa: Floats,
    place: Ints,
    n_sources: int,
    beta: float,
    order: int = 2,
) -> Floats:
    """Exponentially weighted sums of past events at every event.

    Parameters
    ----------
    gap : ndarray, shape (n,)
        Time since the event before. Events at the same time do not excite each other.
    kappa : ndarray, shape (n,)
        Weight of each event.
    place : ndarray of int, shape (n,)
        Source (0 .. S-1) an event belongs to, -1 for none.
    n_sources : int
        S.
    beta : float
        Decay per unit of time.
    order : int
        Highest derivative by log(beta) to compute, 0 to 2.

    Returns
    -------
    ndarray, shape (order + 1, S, n)
        h_i = sum_{t_j < t_i} k_j beta exp(-beta (t_i - t_j)) and its derivatives by
        log(beta).

    References
    ----------
    Ozaki, T. (1979). Maximum likelihood estimation of Hawkes' self-exciting point
    processes. Annals of the Institute of Statistical Mathematics 31, 145-155.
    """
    x = beta * gap
    decay = np.exp(-x)
    out = np.empty((order + 1, n_sources, gap.size))
    if n_sources == 1 and (place.size == 0 or place.min() == 0):
        _decayed_one(x, decay, kappa, beta, out, order)
    else:
        _decayed_many(x, decay, kappa, place, beta, out, order)
    return out


def spent_mass(age: Floats, kappa: Floats, beta: float) -> Floats:
    """Sum of k_j (1 - exp(-beta age_j)) and its two derivatives by log(beta).

    Parameters
    ----------
    age : ndarray, shape (n,)
        Time from each event to the end, descending (events ascend).
    kappa : ndarray, shape (n,)
        Weight of each event.
    beta : float
        Decay per unit of time.

    Returns
    -------
    ndarray, shape (3,)
        Value, first and second derivative.
    """
    recent = int(np.searchsorted(-age, -SPENT / beta))
    z = beta * age[recent:]
    left = kappa[recent:] * np.exp(-z)
    return np.array(
        [kappa.sum() - left.sum(), (left * z).sum(), (left * (z - z**2)).sum()]
    )


def compensator_mass(
    history: PointHistory, kappa: Floats, source: int, beta: float
) -> Floats:
    """Mass of a stream's offspring kernel that falls into the window.

    Returns
    -------
    ndarray, shape (3,)
        sum_j k_j [G(end - t_j) - G(start - t_j)+] over the watched stretches, and its
        derivatives by log(beta).
    """
    own = history.code == source if history.n_streams > 1 else slice(None)
    times, weight = history.times[own], kappa[own]
    mass = np.zeros(3)
    for start, end in history.windows:
        for edge, sign in ((end, 1.0), (start, -1.0)):
            before = int(np.searchsorted(times, edge))
            if before:
                age = edge - times[:before]
                mass = mass + sign * spent_mass(age, weight[:before], beta)
    return mass


def exponential_excitation(
    history: PointHistory,
    sources: Ints,
    beta: float,
    weights: tuple[Floats, Floats, Floats] | None,
) -> Excitation:
    """Excitation of the exponential kernel g(x) = beta exp(-beta x).

    Parameters
    ----------
    history : PointHistory
        All events.
    sources : ndarray of int, shape (S,)
        The streams that excite with this decay.
    beta : float
        Decay per unit of time.
    weights : tuple of ndarray, shape (n,), optional
        Mark weights and two derivatives; without them every event weighs 1.

    Returns
    -------
    Excitation
        By (log beta) or, with marks, (log beta, delta).
    """
    place = np.full(history.n_streams, -1, dtype=np.int64)
    place[sources] = np.arange(sources.size)
    where = place[history.code]
    sets = [np.ones(history.times.size)] if weights is None else list(weights)
    r = len(sets[:2])
    sums = [
        decayed_sums(history.gap, k, where, sources.size, beta, order)
        for k, order in zip(sets, (2, 1, 0), strict=False)
    ]
    mass = [
        np.array([compensator_mass(history, k, int(s), beta) for s in sources]).T
        for k in sets
    ]
    if r == 1:
        value, first, second = sums[0]
        return Excitation(
            value, first[None], second[None, None], mass[0][0], mass[0][1:2],
            mass[0][2][None, None],
        )  # fmt: skip
    return Excitation(
        sums[0][0],
        np.stack([sums[0][1], sums[1][0]]),
        np.stack([[sums[0][2], sums[1][1]], [sums[1][1], sums[2][0]]]),
        mass[0][0],
        np.stack([mass[0][1], mass[1][0]]),
        np.stack([[mass[0][2], mass[1][1]], [mass[1][1], mass[2][0]]]),
    )
