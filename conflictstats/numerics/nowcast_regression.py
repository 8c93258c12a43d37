"""The day x delay regression of a reporting triangle: NB2 with delays that change.

log E n[t, d] = level(t) + delay(d) + drift of the delay + weekday of the report. The
level is a line between knots, held together by a weak prior; the same holds for drift
and weekdays, which vanish where the data do not show them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Prior standard deviations on the log scale: of the level's step from a period to the
# next, of the delay's drift over the window, of a weekday.
_LEVEL, _DRIFT, _WEEKDAY = 0.15, 1.0, 0.3
_ROUNDS = 60


@dataclass(frozen=True, kw_only=True)
class TriangleFit:
    """A fitted day x delay regression.

    Parameters
    ----------
    mean : ndarray, shape (n, D + 1)
        Expected additions; NaN before the window.
    design : ndarray, shape (n, D + 1, p)
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
    n, width = triangle.shape
    first = max(n - window, 0)
    known = _single_cells(triangle)
    known[:first] = False
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
    mean[:first] = np.nan
    mu = mean[known]
    rest = seen - mu
    row = np.nonzero(known)[0]
    shared = _shared(rest, mu, row, n)
    shared = min(shared, alpha) if alpha > 0 else 0.0
    weight = x * (rest / (1 + alpha * mu))[:, None]
    scores = np.zeros((n, x.shape[1]))
    np.add.at(scores, row, weight)
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


def _design(n: int, width: int, window: int, weekly: bool) -> tuple[Floats, Floats]:
    t, d = np.meshgrid(np.arange(n), np.arange(width), indexing="ij")
    step = min(max(width, 7), 14)
    knots = np.arange(n - 1, max(n - 1 - window, 0) - step, -step)[::-1]
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


def _climb(x: Floats, y: Floats, penalty: Floats) -> tuple[Floats, float]:
    """Fisher scoring with the dispersion renewed at each step."""
    beta = np.linalg.solve(x.T @ x + penalty, x.T @ np.log(np.maximum(y, 0.0) + 0.5))
    alpha = 0.0
    for _ in range(_ROUNDS):
        mu = np.exp(np.clip(x @ beta, -30, 30))
        weight = mu / (1 + alpha * mu)
        score = x.T @ ((y - mu) / (1 + alpha * mu)) - penalty @ beta
        step = np.linalg.solve((x * weight[:, None]).T @ x + penalty, score)
        # A long step from a poor start would overshoot.
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        beta = beta + step
        alpha = _pearson(y, np.exp(np.clip(x @ beta, -30, 30)), x.shape[1])
        if np.abs(step).max() < 1e-7:
            break
    return np.asarray(beta, dtype=np.float64), alpha


def _pearson(y: Floats, mu: Floats, p: int) -> float:
    """Return the NB2 dispersion at which Pearson's statistic is its expectation."""
    df = max(y.size - p, 1)
    low, high = 0.0, 1.0

    def excess(alpha: float) -> float:
        return float(((y - mu) ** 2 / (mu + alpha * mu**2)).sum()) - df

    if excess(0.0) <= 0:
        return 0.0
    while excess(high) > 0 and high < 1e4:
        high *= 4
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return 0.5 * (low + high)


def _shared(rest: Floats, mu: Floats, row: NDArray[np.int64], n: int) -> float:
    """Return the variance of a period's common factor, by products of its cells."""

    def pairs(values: Floats) -> float:
        whole = np.bincount(row, values, n) ** 2
        return float((whole - np.bincount(row, values**2, n)).sum())

    below = pairs(mu)
    return max(pairs(rest) / below, 0.0) if below > 0 else 0.0
