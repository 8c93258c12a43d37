"""Simulate Hawkes processes: as clusters, and by thinning."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from conflictstats.numerics.hawkes_events import PointHistory, mark_weights
from conflictstats.numerics.hawkes_likelihood import HawkesShape
from conflictstats.numerics.point_baselines import PointBaseline, baseline_rate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Steps in which a varying background is drawn; its own breaks are added to them.
GRID = 1024


class SimulatedEvents(NamedTuple):
    """Simulated events of all streams in order of time.

    Attributes
    ----------
    times : ndarray, shape (n,)
        Times within the window.
    code : ndarray of int, shape (n,)
        Stream of each event.
    severity : ndarray, shape (n,)
        log(1 + mark), drawn from the marks given.
    complete : bool
        False where a supercritical process was cut off at the limit of events.
    """

    times: Floats
    code: Ints
    severity: Floats
    complete: bool


class MarkPool(NamedTuple):
    """Marks to draw from, stream by stream.

    Attributes
    ----------
    severity : tuple of ndarray
        log(1 + mark) of each stream.
    weight : tuple of ndarray
        The weight each of them gives.
    """

    severity: tuple[Floats, ...]
    weight: tuple[Floats, ...]


def mark_pool(history: PointHistory, delta: float) -> MarkPool:
    """Observed marks with their weights at an exponent delta."""
    weight = mark_weights(history, delta)[0]
    own = [history.code == s for s in range(history.n_streams)]
    return MarkPool(
        tuple(history.severity[o] if o.any() else np.zeros(1) for o in own),
        tuple(weight[o] if o.any() else np.ones(1) for o in own),
    )


def lag_distribution(shape: HawkesShape, theta: Floats) -> tuple[Floats, Floats]:
    """Kernel parameters by pair, each of shape (K, K).

    Returns
    -------
    first, second : ndarray
        (beta, 0) of the exponential or (c, p - 1) of the power law.
    """
    k = shape.n_streams
    first, second = np.zeros((k, k)), np.zeros((k, k))
    for group in range(shape.n_kernels):
        own = np.exp(theta[shape.kernel_places(group)[: shape.kernel_size]])
        first[shape.groups == group] = own[0]
        second[shape.groups == group] = own[1] if own.size > 1 else 0.0
    return first, second


def lag_share(x: Floats, first: Floats, second: Floats) -> Floats:
    """Share G(x) of offspring within x: exponential where `second` is 0."""
    lomax = -np.expm1(-second * np.log1p(x / first))
    return np.where(second > 0, lomax, -np.expm1(-first * x))


def lag_quantile(u: Floats, first: Floats, second: Floats) -> Floats:
    """Lag by which a share u of the offspring has come."""
    power = np.where(second > 0, second, 1.0)
    with np.errstate(over="ignore"):
        lomax = first * np.expm1(-np.log1p(-u) / power)
    return np.where(second > 0, lomax, -np.log1p(-u) / first)


def background_steps(
    baseline: PointBaseline, coefficients: Floats, start: float, end: float
) -> tuple[Floats, Floats]:
    """Background as steps: edges (m + 1,) and rates (m,); exact for pieces."""
    edges = np.array([start, end])
    steps = (*baseline.breaks, *baseline.exposure_from)
    inner = np.array([t for t in steps if start < t < end])
    if baseline.kind not in ("constant", "piecewise") or baseline.period:
        waves = baseline.period and (end - start) / baseline.period
        cells = int(max(GRID, 64 * waves * baseline.harmonics))
        edges = np.linspace(start, end, cells + 1)
    edges = np.union1d(edges, inner)
    rates = baseline_rate(baseline, coefficients, (edges[1:] + edges[:-1]) / 2)
    return edges, rates


def _background(
    shape: HawkesShape,
    theta: Floats,
    start: float,
    end: float,
    rng: np.random.Generator,
) -> tuple[Floats, Ints]:
    times, codes = [], []
    for a in range(shape.n_streams):
        at = theta[shape.background(a)]
        edges, rates = background_steps(shape.baseline, at, start, end)
        counts = rng.poisson(rates * np.diff(edges))
        low, high = np.repeat(edges[:-1], counts), np.repeat(edges[1:], counts)
        times.append(rng.uniform(low, high))
        codes.append(np.full(low.size, a, dtype=np.int64))
    return np.concatenate(times), np.concatenate(codes)


def _offspring(
    parents: tuple[Floats, Ints, Floats],
    shape: HawkesShape,
    theta: Floats,
    window: tuple[float, float],
    rng: np.random.Generator,
) -> tuple[Floats, Ints]:
    """Direct offspring within the window of events at any time before its end."""
    times, code, weight = parents
    first, second = lag_distribution(shape, theta)
    branching = theta[shape.branching()]
    born, stream = [], []
    for a in range(shape.n_streams):
        f, s = first[a, code], second[a, code]
        low = lag_share(np.maximum(window[0] - times, 0.0), f, s)
        high = lag_share(window[1] - times, f, s)
        counts = rng.poisson(branching[a, code] * weight * (high - low))
        parent = np.repeat(np.arange(times.size), counts)
        u = rng.uniform(low[parent], high[parent])
        born.append(times[parent] + lag_quantile(u, f[parent], s[parent]))
        stream.append(np.full(parent.size, a, dtype=np.int64))
    return np.concatenate(born), np.concatenate(stream)


def simulate_clusters(
    shape: HawkesShape,
    theta: Floats,
    rng: np.random.Generator,
    *,
    window: tuple[float, float] | None = None,
    past: PointHistory | None = None,
    pool: MarkPool | None = None,
    limit: int = 5_000_000,
) -> SimulatedEvents:
    """Simulate generation by generation (Hawkes and Oakes 1974), exactly.

    Parameters
    ----------
    shape : HawkesShape
        The process.
    theta : ndarray, shape (p,)
        Its parameters.
    rng : numpy.random.Generator
        Source of randomness.
    window : (float, float), optional
        Start and end; the baseline's own window by default.
    past : PointHistory, optional
        Events before the window whose offspring may fall into it (a forecast).
    pool : MarkPool, optional
        Marks to draw from; without it every event weighs 1.
    limit : int
        Most events; a supercritical process is cut off there.

    Returns
    -------
    SimulatedEvents
        Events within the window.
    """
    start, end = window or (shape.baseline.start, shape.baseline.end)

    def marked(code: Ints) -> tuple[Floats, Floats]:
        if pool is None:
            return np.zeros(code.size), np.ones(code.size)
        severity, weight = np.zeros(code.size), np.ones(code.size)
        for s in range(shape.n_streams):
            own = code == s
            pick = rng.integers(pool.severity[s].size, size=int(own.sum()))
            severity[own], weight[own] = pool.severity[s][pick], pool.weight[s][pick]
        return severity, weight

    times, code = _background(shape, theta, start, end, rng)
    if past is not None:
        delta = float(theta[-1]) if shape.marked else 0.0
        parents = past.times, past.code, mark_weights(past, delta)[0]
        born = _offspring(parents, shape, theta, (start, end), rng)
        times, code = np.concatenate([times, born[0]]), np.concatenate([code, born[1]])
    generations, total, complete = [], 0, True
    while times.size:
        severity, weight = marked(code)
        generations.append((times, code, severity))
        total += times.size
        if total > limit:
            complete = False
            break
        parents = times, code, weight
        times, code = _offspring(parents, shape, theta, (start, end), rng)
    if not generations:
        none = np.zeros(0)
        return SimulatedEvents(none, none.astype(np.int64), none, complete)
    when = np.concatenate([part[0] for part in generations])
    who = np.concatenate([part[1] for part in generations])
    what = np.concatenate([part[2] for part in generations])
    order = np.argsort(when, kind="stable")
    return SimulatedEvents(when[order], who[order], what[order], complete)


@njit(cache=True)
def _density(x: float, first: float, second: float) -> float:
    if second > 0.0:
        return float(second / first * (1.0 + x / first) ** (-1.0 - second))
    return float(first * np.exp(-first * x))


@njit(cache=True)
def _intensity(
    t: float,
    base: Floats,
    past: tuple[Floats, Ints],
    branching: Floats,
    first: Floats,
    second: Floats,
    out: Floats,
) -> float:
    """Fill the streams' intensities at t and return their sum."""
    times, code = past
    for a in range(base.size):
        out[a] = base[a]
        for j in range(times.size):
            b = code[j]
            lag = t - times[j]
            out[a] += branching[a, b] * _density(lag, first[a, b], second[a, b])
    return float(out.sum())


@njit(cache=True)
def _thin(
    edges: Floats,
    rates: Floats,
    branching: Floats,
    first: Floats,
    second: Floats,
    limit: int,
    rng: np.random.Generator,
) -> tuple[Floats, Ints]:
    """Ogata's thinning; every past event is summed over, so it is slow and simple."""
    k = branching.shape[0]
    times, code = np.empty(limit), np.empty(limit, dtype=np.int64)
    n, t, cell = 0, edges[0], 0
    highest, parts = np.zeros(k), np.empty(k)
    for a in range(k):
        highest[a] = rates[a].max()
    while n < limit:
        past = times[:n], code[:n]
        # Kernels only fall, so the intensity just after now bounds what follows.
        bound = _intensity(t, highest, past, branching, first, second, parts)
        t += rng.exponential(1.0 / bound)
        if t >= edges[-1]:
            break
        while edges[cell + 1] <= t:
            cell += 1
        base = rates[:, cell].copy()
        total = _intensity(t, base, past, branching, first, second, parts)
        pick = rng.random() * bound
        if pick < total:
            times[n] = t
            code[n] = min(np.searchsorted(np.cumsum(parts), pick, side="right"), k - 1)
            n += 1
    return times[:n].copy(), code[:n].copy()


def simulate_thinning(
    shape: HawkesShape,
    theta: Floats,
    rng: np.random.Generator,
    *,
    limit: int = 100_000,
) -> SimulatedEvents:
    """Simulate unmarked events by thinning (Ogata 1981), O(n^2).

    A second, independent route to the law of `simulate_clusters`.

    Parameters
    ----------
    shape : HawkesShape
        The process, without marks.
    theta : ndarray, shape (p,)
        Its parameters.
    rng : numpy.random.Generator
        Source of randomness.
    limit : int
        Most events.

    Returns
    -------
    SimulatedEvents
        Events within the baseline's window.
    """
    base = shape.baseline
    steps = [
        background_steps(base, theta[shape.background(a)], base.start, base.end)
        for a in range(shape.n_streams)
    ]
    rates = np.stack([rate for _, rate in steps])
    first, second = lag_distribution(shape, theta)
    times, code = _thin(
        steps[0][0], rates, theta[shape.branching()], first, second, limit, rng
    )
    return SimulatedEvents(times, code, np.zeros(times.size), times.size < limit)
