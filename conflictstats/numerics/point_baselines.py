"""Background rates e(t) exp(x(t)'b): constant, steps, trend with season, spline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conflictstats.numerics.hawkes_sums import mix_row, mix_rows

Floats = NDArray[np.float64]

# Gauss-Legendre nodes a cell: exact to rounding for the smooth baselines here.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(6)
CELLS = 64


@dataclass(frozen=True)
class PointBaseline:
    """Shape of a log-linear background rate on a window.

    Attributes
    ----------
    kind : str
        "constant", "piecewise", "trend" or "spline".
    start, end : float
        The window.
    breaks : tuple of float
        Inner edges of the pieces, or inner knots of the spline.
    period : float
        Length of the season in time units; 0 for none.
    harmonics : int
        Pairs of sine and cosine of the season.
    gaps : tuple of (float, float)
        Stretches of the window that nobody watched; nothing is integrated there.
    exposure_from : tuple of float
        When each level of a known exposure begins, ascending; empty without one.
    log_exposure : tuple of float
        Log of those levels; the first also holds before it, the last goes on.
    searched : bool
        Whether the breaks were searched for on the same events: then their places
        count as parameters.
    """

    kind: str
    start: float
    end: float
    breaks: tuple[float, ...] = ()
    period: float = 0.0
    harmonics: int = 1
    gaps: tuple[tuple[float, float], ...] = ()
    exposure_from: tuple[float, ...] = ()
    log_exposure: tuple[float, ...] = ()
    searched: bool = False

    @property
    def n_searched(self) -> int:
        """Number of breaks whose places were estimated."""
        return len(self.breaks) if self.searched else 0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients; the first is the log rate."""
        if self.kind == "piecewise":
            shape = [f"log_rate_{q + 1}" for q in range(len(self.breaks) + 1)]
        else:
            size = {"constant": 0, "trend": 1}.get(self.kind, len(self.breaks) + 1)
            shape = ["log_rate"] + [f"{self.kind}_{q + 1}" for q in range(size)]
        if not self.period:
            return tuple(shape)
        waves = [
            f"{f}_{k}" for k in range(1, self.harmonics + 1) for f in ("sin", "cos")
        ]
        return (*shape, *waves)

    @property
    def size(self) -> int:
        """Number of coefficients."""
        return len(self.names)


def _cubed(x: Floats) -> Floats:
    return np.asarray(np.maximum(x, 0.0) ** 3)


def _natural_columns(x: Floats, breaks: Floats) -> Floats:
    """Natural cubic spline on [0, 1]: linear beyond the edges (truncated powers)."""
    knots = np.concatenate([[0.0], breaks, [1.0]])

    def term(k: int) -> Floats:
        rise = _cubed(x - knots[k]) - _cubed(x - knots[-1])
        return np.asarray(rise / (knots[-1] - knots[k]))

    last = term(knots.size - 2)
    return np.stack([x] + [term(k) - last for k in range(knots.size - 2)])


def _spline_columns(x: Floats, breaks: Floats) -> Floats:
    """Return the natural spline's columns, made orthonormal over the window."""
    grid = np.linspace(0.0, 1.0, 257)
    on_grid = _natural_columns(grid, breaks)
    middle = on_grid.mean(axis=1, keepdims=True)
    # Truncated powers are nearly collinear; Newton's steps then are badly scaled.
    triangle = np.linalg.qr((on_grid - middle).T / np.sqrt(grid.size), mode="r")
    turn = np.linalg.inv(triangle * np.sign(np.diag(triangle))[:, None]).T
    return mix_rows(np.ascontiguousarray(turn), _natural_columns(x, breaks) - middle)


def baseline_design(baseline: PointBaseline, times: Floats) -> Floats:
    """Columns of the background at given times.

    Parameters
    ----------
    baseline : PointBaseline
        The shape.
    times : ndarray, shape (n,)
        Times; outside the window a trend goes on, pieces and splines stay level.

    Returns
    -------
    ndarray, shape (P, n)
        x(t), a row a coefficient.
    """
    if baseline.kind == "piecewise":
        piece = np.searchsorted(np.asarray(baseline.breaks), times, side="right")
        rows = [
            (piece == q).astype(np.float64) for q in range(len(baseline.breaks) + 1)
        ]
    else:
        rows = [np.ones_like(times)]
    length = baseline.end - baseline.start
    if baseline.kind in ("trend", "spline"):
        x = (times - baseline.start) / length
        x = x if baseline.kind == "trend" else np.clip(x, 0.0, 1.0)
        inner = (
            np.asarray(baseline.breaks, dtype=np.float64) - baseline.start
        ) / length
        rows += (
            [x - 0.5] if baseline.kind == "trend" else list(_spline_columns(x, inner))
        )
    if baseline.period:
        angle = 2.0 * np.pi * (times - baseline.start) / baseline.period
        for k in range(1, baseline.harmonics + 1):
            rows += [np.sin(k * angle), np.cos(k * angle)]
    return np.stack(rows)


def baseline_offset(baseline: PointBaseline, times: Floats) -> Floats:
    """Log of the known exposure at given times, shape (n,); zeros without one."""
    if not baseline.log_exposure:
        return np.zeros(times.shape)
    begins = np.asarray(baseline.exposure_from)
    step = np.searchsorted(begins, times, side="right") - 1
    return np.asarray(baseline.log_exposure)[np.maximum(step, 0)]


def _edges(baseline: PointBaseline) -> Floats:
    borders = [*baseline.breaks, *(t for gap in baseline.gaps for t in gap)]
    borders += baseline.exposure_from
    inner = {t for t in borders if baseline.start < t < baseline.end}
    edges = np.array([baseline.start, *sorted(inner), baseline.end])
    if baseline.kind in ("constant", "piecewise") and not baseline.period:
        return edges
    waves = baseline.period and (baseline.end - baseline.start) / baseline.period
    cells = int(max(CELLS, 8 * baseline.harmonics * waves))
    return np.union1d(edges, np.linspace(baseline.start, baseline.end, cells + 1))


def _watched(baseline: PointBaseline, edges: Floats) -> Floats:
    """1 for cells between edges that were watched, 0 for those in a gap."""
    middle = (edges[1:] + edges[:-1]) / 2
    seen = np.ones(middle.size)
    for low, high in baseline.gaps:
        seen[(middle > low) & (middle < high)] = 0.0
    return seen


def baseline_quadrature(baseline: PointBaseline) -> tuple[Floats, Floats]:
    """Nodes with which the background is integrated over the window.

    Returns
    -------
    design : ndarray, shape (P, m)
        x(t) at the nodes.
    weights : ndarray, shape (m,)
        Weights, the exposure in them; the integral is ``weights @ exp(b @ design)``,
        exact for steps.
    """
    edges = _edges(baseline)
    middle = (edges[1:] + edges[:-1]) / 2
    half = np.diff(edges) / 2 * _watched(baseline, edges)
    # Exposure changes only at edges, so each cell has one.
    half *= np.exp(baseline_offset(baseline, middle))
    if baseline.kind in ("constant", "piecewise") and not baseline.period:
        return baseline_design(baseline, middle), 2 * half
    nodes = (middle[:, None] + np.diff(edges)[:, None] / 2 * NODES).ravel()
    return baseline_design(baseline, nodes), (half[:, None] * WEIGHTS).ravel()


def baseline_integral(
    baseline: PointBaseline, coefficients: Floats, times: Floats
) -> Floats:
    """Integral of the background from the window's start to each time.

    Parameters
    ----------
    baseline : PointBaseline
        The shape.
    coefficients : ndarray, shape (P,)
        b.
    times : ndarray, shape (n,)
        Upper limits within the window.

    Returns
    -------
    ndarray, shape (n,)
        Expected background events up to each time.
    """
    edges = _edges(baseline)

    def between(low: Floats, high: Floats) -> Floats:
        half, middle = (high - low) / 2, (high + low) / 2
        nodes = middle[:, None] + half[:, None] * NODES
        design = baseline_design(baseline, nodes.ravel())
        rate = np.exp(mix_row(coefficients, design)).reshape(nodes.shape)
        rate *= np.exp(baseline_offset(baseline, middle))[:, None]
        return np.asarray((rate @ WEIGHTS) * half)

    seen = _watched(baseline, edges)
    cells = seen * between(edges[:-1], edges[1:])
    whole = np.concatenate([[0.0], np.cumsum(cells)])
    cell = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, edges.size - 2)
    return np.asarray(whole[cell] + seen[cell] * between(edges[cell], times))


def baseline_rate(
    baseline: PointBaseline, coefficients: Floats, times: Floats
) -> Floats:
    """Background rate at given times, shape (n,)."""
    log_rate = mix_row(coefficients, baseline_design(baseline, times))
    return np.asarray(np.exp(log_rate + baseline_offset(baseline, times)))
