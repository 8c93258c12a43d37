"""The day x delay regression of a reporting triangle: NB2 with delays that change.

log E n[t, d] = level(t) + delay(d) + drift of the delay + weekday of the report. The
level is a line between knots, held together by a weak prior; the same holds for drift
and weekdays, which vanish where the data do not show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from conflictstats.numerics.moment_dispersion import moment_dispersion

Floats = NDArray[np.float64]

# Prior standard deviations on the log scale: of the level's step from a period to the
# next, of the delay's drift over the window, of a weekday.
_LEVEL, _DRIFT, _WEEKDAY = 0.15, 1.0, 0.3
_ROUNDS = 60
_STILL = 1e-7


@dataclass(frozen=True, kw_only=True)
class TriangleFit:
    """A fitted day x delay regression.

    Parameters
    ----------
    mean : ndarray, shape (w, D + 1)
        Expected additions in the periods of the window, the newest last.
    design : ndarray, shape (w, D + 1, p)
        What stands behind each cell.
    covariance : ndarray, shape (p, p)
        Of the coefficients, clustered by period.
    shared, own : float
        Variance of the factor that all cells of a period share, and of that of a
        single cell: a cell has variance mu + (shared + own) mu^2.
    """

    mean: Floats
    design: Floats
    covariance: Floats
    shared: float
    own: float


def fit_triangle(
    triangle: Floats, window: int, *, weekly: bool = False
) -> TriangleFit | None:
    """Fit the regression to the newest periods of a triangle.

    Parameters
    ----------
    triangle : ndarray, shape (n, D + 1)
        Additions by delay, NaN in the future and where unknown.
    window : int
        Newest periods that are used.
    weekly : bool
        Whether reports may follow the days of the week.

    Returns
    -------
    TriangleFit or None
        None where revisions make the additions of some delay negative on the whole, or
        nothing was added: a logarithm cannot speak of that.

    Notes
    -----
    Penalised quasi-likelihood with NB2 variance. The shared dispersion is told by the
    products of different cells of a period, the whole by Pearson's statistic.

    References
    ----------
    Renshaw and Verrall (1998), British Actuarial Journal 4(4), for the chain ladder as
    a regression. Höhle and an der Heiden (2014), Biometrics 70(4), for delays that
    change.
    """
    triangle = triangle[-window:]
    n, width = triangle.shape
    known = _single_cells(triangle)
    sums = np.where(known, triangle, 0.0).sum(axis=0)
    if (sums < 0).any() or sums.sum() <= 0 or not known.any(axis=0).all():
        return None
    design, penalty = _design(n, width, window, weekly)
    # A delay without additions has none to come; half of one keeps the logarithm.
    y = triangle.copy()
    for d in np.flatnonzero(sums == 0):
        y[known[:, d], d] = 0.5 / known[:, d].sum()
    x, seen = design[known], y[known]
    beta, alpha = _climb(x, seen, penalty)
    mean = np.exp(np.clip(design @ beta, -30, 30))
    mu = mean[known]
    rest = seen - mu
    row = np.nonzero(known)[0]
    shared = _shared(rest, mu, row, n)
    shared = min(shared, alpha) if alpha > 0 else 0.0
    parts = np.zeros_like(design)
    parts[known] = x * (rest / (1 + alpha * mu))[:, None]
    scores = parts.sum(axis=1)
    bread = np.linalg.inv((x * (mu / (1 + alpha * mu))[:, None]).T @ x + penalty)
    meat = scores.T @ scores + penalty
    return TriangleFit(
        mean=mean,
        design=design,
        covariance=bread @ meat @ bread,
        shared=shared,
        own=max(alpha - shared, 0.0),
    )


def _single_cells(triangle: Floats) -> NDArray[np.bool_]:
    """Cells that hold the additions of one delay, not of all up to it."""
    known = ~np.isnan(triangle)
    before = np.ones_like(known)
    before[:, 1:] = known[:, :-1]
    return np.asarray(known & before)


@lru_cache(maxsize=8)
def _design(n: int, width: int, window: int, weekly: bool) -> tuple[Floats, Floats]:
    t, d = np.meshgrid(np.arange(n), np.arange(width), indexing="ij")
    step = min(max(width, 7), 14)
    knots = np.arange(n - 1, -step, -step)[::-1]
    level = np.maximum(1 - np.abs(t[..., None] - knots) / step, 0.0)
    delay = (d[..., None] == np.arange(1, width)).astype("float64")
    # Before the last period the delay was another, by a little for each delay.
    drift = ((n - 1 - t) / window * (d / max(width - 1, 1) - 0.5))[..., None]
    parts = [level, delay, drift]
    k = len(knots)
    difference = np.diff(np.eye(k), axis=0)
    penalty = np.zeros((k + width, k + width))
    penalty[:k, :k] = difference.T @ difference / (_LEVEL**2 * step)
    penalty[-1, -1] = 1 / _DRIFT**2
    if weekly:
        parts.append((((t + d) % 7)[..., None] == np.arange(7)).astype("float64"))
        whole = np.zeros((k + width + 7, k + width + 7))
        whole[: k + width, : k + width] = penalty
        whole[k + width :, k + width :] = np.eye(7) / _WEEKDAY**2
        penalty = whole
    # Directions that no data speak of stay where they are.
    return np.concatenate(parts, axis=2), penalty + 1e-6 * np.eye(len(penalty))


@njit(cache=True)
def _climb(x: Floats, y: Floats, penalty: Floats) -> tuple[Floats, float]:
    """Fisher scoring with the dispersion renewed at each step.

    A row of the design has a handful of entries that are not zero: only those are gone
    through.
    """
    m, p = x.shape
    place = np.zeros((m, p), dtype=np.int64)
    many = np.zeros(m, dtype=np.int64)
    for i in range(m):
        for j in range(p):
            if x[i, j] != 0.0:
                place[i, many[i]] = j
                many[i] += 1
    weight, rest = np.ones(m), np.log(np.maximum(y, 0.0) + 0.5)
    gram, score = _normal_equations(x, place, many, weight, rest, penalty)
    beta = np.zeros(p)
    beta += np.linalg.solve(gram, score)
    alpha = 0.0
    mu = _means(x, place, many, beta)
    for _ in range(_ROUNDS):
        weight, rest = mu / (1.0 + alpha * mu), (y - mu) / (1.0 + alpha * mu)
        gram, score = _normal_equations(x, place, many, weight, rest, penalty)
        step = np.linalg.solve(gram, score - penalty @ beta)
        # A long step from a poor start would overshoot.
        longest = np.max(np.abs(step))
        step *= min(1.0, 2.0 / max(longest, 1e-12))
        beta += step
        mu = _means(x, place, many, beta)
        alpha = moment_dispersion(y, mu, mu, float(max(m - p, 1)))
        if min(longest, 2.0) < _STILL:
            break
    return beta, alpha


@njit(cache=True)
def _normal_equations(
    x: Floats,
    place: NDArray[np.int64],
    many: NDArray[np.int64],
    weight: Floats,
    rest: Floats,
    penalty: Floats,
) -> tuple[Floats, Floats]:
    """Return X'WX plus the penalty, and X'r."""
    gram, score = penalty.copy(), np.zeros(x.shape[1])
    for i in range(x.shape[0]):
        for a in range(many[i]):
            j = place[i, a]
            score[j] += x[i, j] * rest[i]
            own = x[i, j] * weight[i]
            for b in range(many[i]):
                k = place[i, b]
                gram[j, k] += own * x[i, k]
    return gram, score


@njit(cache=True)
def _means(
    x: Floats, place: NDArray[np.int64], many: NDArray[np.int64], beta: Floats
) -> Floats:
    mu = np.empty(x.shape[0])
    for i in range(x.shape[0]):
        eta = 0.0
        for a in range(many[i]):
            eta += x[i, place[i, a]] * beta[place[i, a]]
        mu[i] = np.exp(min(max(eta, -30.0), 30.0))
    return mu


def _shared(rest: Floats, mu: Floats, row: NDArray[np.int64], n: int) -> float:
    """Return the variance of a period's common factor, by products of its cells."""

    def pairs(values: Floats) -> float:
        whole = np.bincount(row, values, n) ** 2
        return float((whole - np.bincount(row, values**2, n)).sum())

    below = pairs(mu)
    return max(pairs(rest) / below, 0.0) if below > 0 else 0.0
