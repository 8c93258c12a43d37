"""Does the fitted process explain the events: compensators and rescaled times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from conflictstats.numerics.hawkes_events import mark_weights
from conflictstats.numerics.hawkes_likelihood import HawkesObjective
from conflictstats.numerics.hawkes_power_law import lomax_mass, lomax_weights
from conflictstats.numerics.hawkes_sums import mix_row
from conflictstats.numerics.point_baselines import baseline_integral

Floats = NDArray[np.float64]
LAGS = 10


def _earlier(objective: HawkesObjective, kappa: Floats) -> Floats:
    """Weight of all strictly earlier events of each stream, shape (K, n)."""
    history = objective.history
    n = history.times.size
    first = np.searchsorted(history.times, history.times, side="left")
    out = np.zeros((history.n_streams, n))
    for stream in range(history.n_streams):
        so_far = np.cumsum(np.where(history.code == stream, kappa, 0.0))
        out[stream] = np.concatenate([[0.0], so_far])[first]
    return out


def _still_to_come(
    objective: HawkesObjective, theta: Floats, kappa: Floats
) -> dict[tuple[int, int], Floats]:
    """Sum over past events of k_j (1 - G(t_i - t_j)) by kernel and source, (n,)."""
    shape, left = objective.shape, {}
    for group, (sources, part) in objective.excitations(theta).items():
        own = theta[shape.kernel_places(group)[: shape.kernel_size]]
        for s, b in enumerate(sources):
            if objective.bank is None:
                left[group, int(b)] = part.value[s] / np.exp(own[0])
            else:
                survival = lomax_weights(own[0], own[1], objective.bank.decays)[0]
                left[group, int(b)] = _mixture(
                    objective, survival / objective.bank.decays, int(b), kappa
                )
    return left


def _mixture(
    objective: HawkesObjective, weights: Floats, source: int, kappa: Floats
) -> Floats:
    bank = objective.bank
    if bank is None:
        raise TypeError
    if not objective.shape.marked:
        return mix_row(weights, bank.sums[source])
    return mix_row(weights, objective.marked_sums(kappa)[source])


def _unwatched(
    objective: HawkesObjective, theta: Floats, kappa: Floats, group: int, source: int
) -> Floats:
    """Mass used up before the window and within gaps, up to each event, (n,)."""
    history, shape = objective.history, objective.shape
    own = theta[shape.kernel_places(group)[: shape.kernel_size]]
    mine = history.code == source
    times, weight = history.times[mine], kappa[mine]

    def spent(edge: float) -> float:
        before = times < edge
        age, k = edge - times[before], weight[before]
        if objective.bank is None:
            return float(np.sum(-k * np.expm1(-np.exp(own[0]) * age)))
        return float(lomax_mass(age, k, own[0], own[1])[0])

    out = np.full(history.times.size, spent(history.start))
    for low, high in history.gaps:
        out[history.times >= high] += spent(high) - spent(low)
    return out


def compensators(objective: HawkesObjective, theta: Floats) -> list[Floats]:
    """Count the events expected of each stream up to each of its own events.

    Parameters
    ----------
    objective : HawkesObjective
        Likelihood of the history.
    theta : ndarray, shape (p,)
        Parameters.

    Returns
    -------
    list of ndarray, shape (n_a,)
        Lambda_a(t_i); under the true process a unit Poisson process (Ogata 1988).
    """
    shape, history = objective.shape, objective.history
    delta = float(theta[-1]) if shape.marked else 0.0
    kappa = mark_weights(history, delta)[0]
    excited = objective.excited
    earlier = _earlier(objective, kappa) if excited else np.zeros((0, 0))
    left = _still_to_come(objective, theta, kappa) if excited else {}
    branching = theta[shape.branching()]
    out = []
    for a, rows in enumerate(objective.rows):
        times = history.times[rows]
        total = baseline_integral(shape.baseline, theta[shape.background(a)], times)
        for b in range(shape.n_streams) if excited else ():
            group = int(shape.groups[a, b])
            used = _unwatched(objective, theta, kappa, group, b)
            mass = (earlier[b] - left[group, b] - used)[rows]
            total = total + branching[a, b] * mass
        out.append(total)
    return out


def rescaled_gaps(compensator: Floats) -> Floats:
    """Gaps of rescaled times turned into uniforms, shape (n,)."""
    return np.asarray(-np.expm1(-np.diff(compensator, prepend=0.0)))


def kolmogorov_smirnov(uniforms: Floats) -> tuple[float, float]:
    """Distance from the uniform law and its plain (optimistic) p-value."""
    n = uniforms.size
    if not n:
        return 0.0, 1.0
    ordered = np.sort(uniforms)
    grid = np.arange(1, n + 1) / n
    distance = max(np.max(grid - ordered), np.max(ordered - grid + 1.0 / n))
    # Stephens' correction makes the limit law accurate for small n.
    root = np.sqrt(n)
    p = special.kolmogorov((root + 0.12 + 0.11 / root) * distance)
    return float(distance), float(p)


def ljung_box(uniforms: Floats, lags: int = LAGS) -> tuple[float, float]:
    """Ljung-Box statistic of the rescaled gaps and its plain p-value."""
    x = special.ndtri(np.clip(uniforms, 1e-12, 1 - 1e-12))
    n = x.size
    lags = min(lags, n // 5)
    if lags < 1:
        return 0.0, 1.0
    x = x - x.mean()
    variance = float(x @ x)
    if variance <= 0.0:
        return 0.0, 1.0
    rho = np.array([x[k:] @ x[:-k] for k in range(1, lags + 1)]) / variance
    statistic = n * (n + 2) * np.sum(rho**2 / (n - np.arange(1, lags + 1)))
    return float(statistic), float(special.chdtrc(lags, statistic))


def residual_statistics(parts: Sequence[Floats]) -> Floats:
    """KS distance and Ljung-Box statistic of each stream, shape (K, 2)."""
    rows = []
    for part in parts:
        uniforms = rescaled_gaps(part)
        rows.append([kolmogorov_smirnov(uniforms)[0], ljung_box(uniforms)[0]])
    return np.array(rows)
