"""A two-sided conflict as a branching process: events that call forth events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Kilometres between an event and one it calls forth (standard deviation), and of a
# degree of latitude.
_STEP_KM = 5.0
_KM_A_DEGREE = 111.2


@dataclass(frozen=True, eq=False)
class Clusters:
    """Events in order of time.

    Parameters
    ----------
    times : ndarray of float64, shape (n,)
        Days since the start.
    sides : ndarray of int64, shape (n,)
        Which side acted.
    parents : ndarray of int64, shape (n,)
        Position of the event that called this one forth; -1 if none did.
    generations : ndarray of int64, shape (n,)
        0 for events of the baseline, then one more a step.
    places : ndarray of float64, shape (n, 2)
        Latitude and longitude in degrees.
    """

    times: np.ndarray
    sides: np.ndarray
    parents: np.ndarray
    generations: np.ndarray
    places: np.ndarray


def simulate_clusters(
    rng: np.random.Generator,
    days: int,
    baseline: np.ndarray,
    branching: np.ndarray,
    decay: float,
    width: float,
) -> Clusters:
    """Simulate a mutually exciting process generation by generation.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    days : int
        Length of the window.
    baseline : ndarray, shape (K,)
        Events a day of each side that nothing called forth.
    branching : ndarray, shape (K, K)
        Entry [a, b]: expected events of side a that an event of side b calls forth.
    decay : float
        Rate a day at which an event's echo fades; the mean delay is its inverse.
    width : float
        Degrees of the square, from the origin north and east, where baseline events
        fall.

    Returns
    -------
    Clusters
        The process starts empty and is cut at the end of the window.

    References
    ----------
    Hawkes and Oakes (1974), A cluster process representation of a self-exciting
    process. Journal of Applied Probability 11(3).
    """
    counts = rng.poisson(baseline * days)
    sides = np.repeat(np.arange(len(baseline)), counts)
    times = rng.uniform(0.0, days, len(sides))
    places = rng.uniform(0.0, width, (len(sides), 2))
    parents = np.full(len(sides), -1)
    layers = [(times, sides, parents, np.zeros(len(sides), dtype="int64"), places)]
    first, generation = 0, 0
    while len(layers[-1][0]):
        times, sides, _, _, places = layers[-1]
        generation += 1
        offspring = rng.poisson(branching[:, sides].T)
        parent, side = (np.repeat(axis, offspring.ravel()) for axis in _grid(offspring))
        born = times[parent] + rng.exponential(1.0 / decay, len(parent))
        step = rng.normal(0.0, _STEP_KM / _KM_A_DEGREE, (len(parent), 2))
        inside = born < days
        layers.append(
            (
                born[inside],
                side[inside],
                first + parent[inside],
                np.full(int(inside.sum()), generation),
                (places[parent] + step)[inside],
            )
        )
        first += len(times)
    times, sides, parents, generations, places = (
        np.concatenate(column) for column in zip(*layers, strict=True)
    )
    order = np.argsort(times, kind="stable")
    rank = np.empty(len(order) + 1, dtype="int64")
    rank[order] = np.arange(len(order))
    # The last entry serves position -1: no parent stays no parent.
    rank[-1] = -1
    return Clusters(
        times[order],
        sides[order],
        rank[parents[order]],
        generations[order],
        places[order],
    )


def _grid(offspring: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Parent and side of each cell of a table of offspring, row by row."""
    parent, side = np.indices(offspring.shape)
    return parent.ravel(), side.ravel()
