"""Levels, slopes and seasons seen through noise: exact diffuse filter and smoother.

y_t = level_t + season_t + noise_t. The level takes random steps, with a slope that does
so too where asked; the season sums to a random step over a year. Every state begins
diffuse: the filter starts at zero with a covariance of one and carries, as columns
beside it, how everything depends on the first state (de Jong 1991). Nothing is then
singular, unknown values need no special case, and the diffuse part is integrated out
in closed form at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Smoothed:
    """Smoothed parts of a structural series, and what follows it.

    Parameters
    ----------
    level, slope, season : ndarray, shape (n,)
        Smoothed states; zero where the model has no such state.
    signal, signal_variance : ndarray, shape (n,)
        Level plus season, and its variance.
    residual : ndarray, shape (n,)
        Innovations over their standard deviation; NaN where unknown or where the
        states were still being found.
    ahead, ahead_variance : ndarray, shape (horizon,)
        Values to come, noise included.
    """

    level: Floats
    slope: Floats
    season: Floats
    signal: Floats
    signal_variance: Floats
    residual: Floats
    ahead: Floats
    ahead_variance: Floats


@njit(cache=True)
def _forward(x: Floats, slope: int) -> Floats:
    """Return T x: the states of the next period."""
    m = x.size
    out = np.empty(m)
    out[0] = x[0] + x[1] if slope else x[0]
    if slope:
        out[1] = x[1]
    first = 1 + slope
    if m > first:
        total = 0.0
        for j in range(first, m):
            total += x[j]
        for j in range(m - 1, first, -1):
            out[j] = x[j - 1]
        out[first] = -total
    return out


@njit(cache=True)
def _backward(x: Floats, slope: int) -> Floats:
    """Return T' x."""
    m = x.size
    out = np.empty(m)
    out[0] = x[0]
    if slope:
        out[1] = x[0] + x[1]
    first = 1 + slope
    for j in range(first, m):
        out[j] = -x[first] + (x[j + 1] if j + 1 < m else 0.0)
    return out


@njit(cache=True)
def _both_sides(p: Floats, slope: int, ahead: bool) -> Floats:
    """Return T P T' (ahead) or T' P T, for P symmetric."""
    m = p.shape[0]
    half = np.empty((m, m))
    for j in range(m):
        half[j] = _forward(p[j], slope) if ahead else _backward(p[j], slope)
    out = np.empty((m, m))
    for j in range(m):
        column = half[:, j].copy()
        out[:, j] = _forward(column, slope) if ahead else _backward(column, slope)
    return out


@njit(cache=True)
def _seen(x: Floats, slope: int) -> float:
    """Return z'x: level plus the season's first state."""
    level = float(x[0])
    return level + float(x[1 + slope]) if x.size > 1 + slope else level


@njit(cache=True)
def _gain(p: Floats, slope: int) -> Floats:
    """Return P z."""
    out = p[:, 0].copy()
    if p.shape[0] > 1 + slope:
        out += p[:, 1 + slope]
    return out


@njit(cache=True)
def _step(p: Floats, variances: Floats, slope: int) -> Floats:
    """Return the covariance of the next period's states."""
    out = _both_sides(p, slope, True)
    out[0, 0] += variances[1]
    if slope:
        out[1, 1] += variances[2]
    if p.shape[0] > 1 + slope:
        out[1 + slope, 1 + slope] += variances[2 + slope]
    return out


@njit(cache=True)
def _filter(y: Floats, variances: Floats, m: int, slope: int) -> tuple[Floats, ...]:
    """Run the filter; gains, innovations and states of every period."""
    n = y.size
    a, a_all = np.zeros(m), np.zeros((n + 1, m))
    dep, dep_all = np.eye(m), np.zeros((n + 1, m, m))
    p, p_all = np.eye(m), np.zeros((n + 1, m, m))
    gain = np.zeros((n, m))
    v, f, x = np.zeros(n), np.ones(n), np.zeros((n, m))
    for t in range(n):
        a_all[t], dep_all[t], p_all[t] = a, dep, p
        x[t] = dep[0]
        if m > 1 + slope:
            x[t] += dep[1 + slope]
        a = _forward(a, slope)
        for j in range(m):
            dep[:, j] = _forward(dep[:, j].copy(), slope)
        if not np.isnan(y[t]):
            pz = _gain(p, slope)
            # A series that a line fits exactly would leave nothing to divide by.
            f[t] = max(_seen(pz, slope) + variances[0], 1e-12)
            v[t] = y[t] - _seen(a_all[t], slope)
            k = _forward(pz, slope) / f[t]
            gain[t] = k
            a = a + k * v[t]
            for i in range(m):
                for j in range(m):
                    dep[i, j] -= k[i] * x[t, j]
            p = _step(p, variances, slope)
            for i in range(m):
                for j in range(m):
                    p[i, j] -= k[i] * k[j] * f[t]
        else:
            p = _step(p, variances, slope)
    a_all[n], dep_all[n], p_all[n] = a, dep, p
    return v, f, x, gain, a_all, dep_all, p_all


@njit(cache=True)
def _first_state(
    y: Floats, v: Floats, f: Floats, x: Floats
) -> tuple[Floats, Floats, float, bool]:
    """Estimate the diffuse first state by least squares of the innovations."""
    m = x.shape[1]
    s, b = np.zeros((m, m)), np.zeros(m)
    for t in range(y.size):
        if not np.isnan(y[t]):
            for i in range(m):
                b[i] += x[t, i] * v[t] / f[t]
                for j in range(m):
                    s[i, j] += x[t, i] * x[t, j] / f[t]
    values, vectors = np.linalg.eigh(s)
    # Some state was never seen: nothing can be said.
    if values[0] <= 1e-10 * max(values[m - 1], 1e-300):
        return b, s, 0.0, False
    cover = np.ascontiguousarray(vectors / values) @ np.ascontiguousarray(vectors.T)
    return cover @ b, cover, np.log(values).sum(), True


@njit(cache=True)
def score(
    y: Floats, variances: Floats, m: int, slope: int
) -> tuple[float, Floats, float]:
    """Diffuse log-likelihood and its derivatives by the variances.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The series; NaN is unknown.
    variances : ndarray, shape (2 to 4,)
        Of the noise, the level's steps, and if present the slope's and the season's.
    m : int
        Number of states.
    slope : int
        1 if there is a slope, else 0.

    Returns
    -------
    log_likelihood : float
        Minus infinity where some state is never seen.
    derivative : ndarray
        By each variance (Koopman and Shephard 1992).
    scale : float
        Factor of all variances that is best with their ratios as they are.
    """
    derivative = np.zeros(variances.size)
    v, f, x, gain, _, _, _ = _filter(y, variances, m, slope)
    first, cover, log_det, fine = _first_state(y, v, f, x)
    if not fine:
        return -np.inf, derivative, 1.0
    squares, logs, n = 0.0, log_det, 0
    for t in range(y.size):
        if not np.isnan(y[t]):
            e = v[t] - (x[t] * first).sum()
            squares += e * v[t] / f[t]
            logs += np.log(f[t])
            n += 1
    value = -0.5 * (n * np.log(2 * np.pi) + logs + squares)
    r, big_r, big_n = np.zeros(m), np.zeros((m, m)), np.zeros((m, m))
    for t in range(y.size - 1, -1, -1):
        # r, R and N speak of the steps from this period to the next.
        full = r + big_r @ first
        for j in range(variances.size - 1):
            at = j if j < 1 + slope else 1 + slope
            row = big_r[at]
            spread = big_n[at, at] - (row * (cover @ row)).sum()
            derivative[j + 1] += 0.5 * (full[at] ** 2 - spread)
        if not np.isnan(y[t]):
            k = gain[t]
            u = v[t] / f[t] - (k * r).sum()
            dep = -x[t] / f[t] - k @ big_r
            nk = big_n @ k
            d = 1 / f[t] + (k * nk).sum()
            whole = u + (dep * first).sum()
            derivative[0] += 0.5 * (whole**2 - d + (dep * (cover @ dep)).sum())
            r, big_r, big_n = _back(r, big_r, big_n, u, dep, nk, d, slope)
        else:
            r = _backward(r, slope)
            for j in range(m):
                big_r[:, j] = _backward(big_r[:, j].copy(), slope)
            big_n = _both_sides(big_n, slope, False)
    return value, derivative, squares / max(n - m, 1)


@njit(cache=True)
def _back(
    r: Floats,
    big_r: Floats,
    big_n: Floats,
    u: float,
    dep: Floats,
    nk: Floats,
    d: float,
    slope: int,
) -> tuple[Floats, Floats, Floats]:
    """Take r, R and N one known period back."""
    m = r.size
    r = _backward(r, slope)
    big_r = big_r.copy()
    for j in range(m):
        big_r[:, j] = _backward(big_r[:, j].copy(), slope)
    big_n = _both_sides(big_n, slope, False)
    g = _backward(nk, slope)
    # z has a one at the level and at the season's first state.
    for i in range(m):
        if i not in (0, 1 + slope):
            continue
        r[i] += u
        big_r[i] += dep
        for j in range(m):
            big_n[i, j] -= g[j]
            big_n[j, i] -= g[j]
        for j in range(m):
            if j in (0, 1 + slope):
                big_n[i, j] += d
    return r, big_r, big_n


@njit(cache=True)
def _smooth(
    y: Floats, variances: Floats, m: int, slope: int, horizon: int
) -> tuple[Floats, ...]:
    n = y.size
    v, f, x, gain, a_all, dep_all, p_all = _filter(y, variances, m, slope)
    first, cover, _, _ = _first_state(y, v, f, x)
    states, spread = np.zeros((n, m)), np.zeros(n)
    r, big_r, big_n = np.zeros(m), np.zeros((m, m)), np.zeros((m, m))
    for t in range(n - 1, -1, -1):
        if not np.isnan(y[t]):
            k = gain[t]
            nk = big_n @ k
            u = v[t] / f[t] - (k * r).sum()
            dep = -x[t] / f[t] - k @ big_r
            d = 1 / f[t] + (k * nk).sum()
            r, big_r, big_n = _back(r, big_r, big_n, u, dep, nk, d, slope)
        else:
            r = _backward(r, slope)
            for j in range(m):
                big_r[:, j] = _backward(big_r[:, j].copy(), slope)
            big_n = _both_sides(big_n, slope, False)
        p = p_all[t]
        dependence = dep_all[t] + p @ big_r
        states[t] = a_all[t] + p @ r + dependence @ first
        pz = _gain(p, slope)
        on_first = np.zeros(m)
        for j in range(m):
            on_first[j] = _seen(dependence[:, j].copy(), slope)
        spread[t] = (
            _seen(pz, slope)
            - (pz * (big_n @ pz)).sum()
            + (on_first * (cover @ on_first)).sum()
        )
    ahead, ahead_spread = np.zeros(horizon), np.zeros(horizon)
    a = a_all[n] + dep_all[n] @ first
    dep, p = dep_all[n].copy(), p_all[n] + dep_all[n] @ cover @ dep_all[n].T
    for h in range(horizon):
        ahead[h] = _seen(a, slope)
        ahead_spread[h] = _seen(_gain(p, slope), slope) + variances[0]
        a = _forward(a, slope)
        p = _step(p, variances, slope)
    return states, spread, v, f, x, dep, ahead, ahead_spread


@njit(cache=True)
def _innovations(y: Floats, v: Floats, f: Floats, x: Floats) -> Floats:
    """Return innovations given only what came before, over their spread."""
    n, m = x.shape
    out = np.full(n, np.nan)
    s, b = np.zeros((m, m)), np.zeros(m)
    found = False
    for t in range(n):
        if np.isnan(y[t]):
            continue
        if found:
            cover = np.linalg.inv(s)
            e = v[t] - (x[t] * (cover @ b)).sum()
            out[t] = e / np.sqrt(f[t] + (x[t] * (cover @ x[t])).sum())
        for i in range(m):
            b[i] += x[t, i] * v[t] / f[t]
            for j in range(m):
                s[i, j] += x[t, i] * x[t, j] / f[t]
        if not found:
            values = np.linalg.eigvalsh(s)
            found = values[0] > 1e-10 * max(values[m - 1], 1e-300)
    return out


def smooth(
    y: Floats, variances: Floats, m: int, slope: int, horizon: int = 0
) -> Smoothed:
    """Smooth a series and look ahead, its variances taken as known.

    Parameters
    ----------
    y, variances, m, slope
        As for `score`.
    horizon : int
        Periods ahead.

    Returns
    -------
    Smoothed

    References
    ----------
    de Jong (1991), Annals of Statistics 19(2). Durbin and Koopman (2012), Time Series
    Analysis by State Space Methods, chapters 4 and 5.

    Examples
    --------
    >>> smooth(np.array([1.0, 3.0]), np.array([1.0, 0.0]), 1, 0).level
    array([2., 2.])
    """
    states, spread, v, f, x, _, ahead, ahead_spread = _smooth(
        y, variances, m, slope, horizon
    )
    zero = np.zeros(y.size)
    season = states[:, 1 + slope] if m > 1 + slope else zero
    return Smoothed(
        level=states[:, 0],
        slope=states[:, 1] if slope else zero,
        season=season,
        signal=states[:, 0] + season,
        signal_variance=np.maximum(spread, 0.0),
        residual=_innovations(y, v, f, x),
        ahead=ahead,
        ahead_variance=ahead_spread,
    )
