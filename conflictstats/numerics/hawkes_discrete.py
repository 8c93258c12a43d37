"""Discrete-time self-excitation of counts: what follows in the next periods or later.

y_at | past ~ Poisson or NB2 with mean lambda_at = mu_at + sum_b N_ab sum_k g_k
y_{b,t-k}, k >= 1. Offspring of the same period are invisible to it, so N is the
"next period or later" ratio, not the branching ratio.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import special

from conflictstats.numerics.hawkes_events import productivity
from conflictstats.numerics.hawkes_power_law import (
    bank_decays,
    lomax_mass,
    lomax_weights,
)
from conflictstats.numerics.hawkes_sums import gram, mix_row, mix_rows, row_dots
from conflictstats.numerics.point_baselines import (
    PointBaseline,
    baseline_design,
    baseline_offset,
)

Floats = NDArray[np.float64]


class PeriodMarks(NamedTuple):
    """Marks of the single events behind the counts.

    Attributes
    ----------
    code : ndarray of int, shape (m,)
        Stream of each event.
    cell : ndarray of int, shape (m,)
        Its period.
    severity : ndarray, shape (m,)
        log(1 + mark).
    """

    code: NDArray[np.int64]
    cell: NDArray[np.int64]
    severity: Floats


class CountSeries(NamedTuple):
    """Counts of K streams in equal periods.

    Attributes
    ----------
    counts : ndarray, shape (K, n)
        Counts; NaN is unknown.
    baseline : PointBaseline
        Background per period, its window being [0, n].
    lags : str
        "geometric" (log b; g_k = (1 - q) q^(k-1), q = exp(-b)) or "lomax"
        (log c, log(p - 1); the Lomax law cut into periods).
    negative_binomial : bool
        NB2 with variance lambda + lambda^2 / size, one size a stream.
    marks : PeriodMarks, optional
        With them a period sets off sum_i (1 + m_i)^delta over its events, scaled so
        that an average event of its stream weighs 1, instead of their number.
    """

    counts: Floats
    baseline: PointBaseline
    lags: str
    negative_binomial: bool
    marks: PeriodMarks | None = None

    @property
    def kernel_size(self) -> int:
        """Parameters of the fading."""
        return 1 if self.lags == "geometric" else 2

    @property
    def lag_size(self) -> int:
        """Parameters of the fading, and the exponent of the marks after them."""
        return self.kernel_size + (self.marks is not None)

    @property
    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64], int, int]:
        """Places of b (K, P), N (K, K), first lag parameter, first log size."""
        k, p = self.counts.shape[0], self.baseline.size
        first = k * p + k * k
        b = np.arange(k * p).reshape(k, p)
        n = (k * p + np.arange(k * k)).reshape(k, k)
        return b, n, first, first + self.lag_size

    @property
    def size(self) -> int:
        """Length of theta."""
        return int(self.places[3] + self.counts.shape[0] * self.negative_binomial)


@njit(cache=True)
def _geometric(counts: Floats, q: float, out: Floats) -> None:
    """Recursion of A_t = q A_{t-1} + y_{t-1} and its derivatives by q."""
    for s in range(counts.shape[0]):
        a = d = e = 0.0
        for t in range(counts.shape[1]):
            out[0, s, t], out[1, s, t], out[2, s, t] = a, d, e
            e = q * e + 2.0 * d
            d = q * d + a
            a = q * a + counts[s, t]


def lagged_counts(
    counts: Floats, lags: str, own: Floats, bank: tuple[Floats, Floats] | None
) -> tuple[Floats, Floats, Floats]:
    """Weighted sums of earlier counts and their derivatives by the lag parameters.

    Parameters
    ----------
    counts : ndarray, shape (K, n)
        Counts, unknown ones as 0.
    lags : str
        "geometric" or "lomax".
    own : ndarray, shape (r,)
        log b, or log c and log(p - 1).
    bank : (decays (M,), sums (K, M, n)), optional
        From `lag_bank`, for the Lomax lags.

    Returns
    -------
    value (K, n), first (r, K, n), second (r, r, K, n) : ndarray
    """
    if bank is None:
        b = np.exp(own[0])
        q = np.exp(-b)
        sums = np.empty((3, *counts.shape))
        _geometric(counts, float(q), sums)
        # h = (1 - q) A(q); dq/dlog b = -b q.
        a, d, e = sums
        h_q = -a + (1.0 - q) * d
        h_qq = -2.0 * d + (1.0 - q) * e
        slope, curve = -b * q, -b * q + b * b * q
        return (
            (1.0 - q) * a,
            (slope * h_q)[None],
            (slope**2 * h_qq + curve * h_q)[None, None],
        )
    decays, sums = bank
    # A period's share of the mass between lags k - 1 and k, with the density's mixture.
    w = lomax_weights(own[0], own[1], decays) * (-np.expm1(-decays) / decays)
    six = np.stack([mix_rows(w, sums[s]) for s in range(counts.shape[0])], axis=1)
    second = np.stack([np.stack([six[3], six[4]]), np.stack([six[4], six[5]])])
    return six[0], six[1:3], second


def marked_counts(series: CountSeries, delta: float) -> Floats:
    """Sum the events' weights by period, with two derivatives by delta, (3, K, n)."""
    out = np.zeros((3, *series.counts.shape))
    if series.marks is None:
        out[0] = np.where(np.isfinite(series.counts), series.counts, 0.0)
        return out
    code, cell, severity = series.marks
    parts = productivity(severity, code, series.counts.shape[0], delta)
    for row, part in zip(out, parts, strict=True):
        np.add.at(row, (code, cell), part)
    return out


def marked_lags(
    series: CountSeries, own: Floats, filled: Floats, bank: tuple[Floats, Floats] | None
) -> tuple[Floats, Floats, Floats]:
    """As `lagged_counts`, of weights where events are marked; delta is last in `own`.

    Parameters
    ----------
    series : CountSeries
        The data.
    own : ndarray, shape (r,)
        Parameters of the fading, and delta.
    filled : ndarray, shape (K, n)
        Counts, unknown ones as 0.
    bank : (decays, sums), optional
        Of the counts, for Lomax lags without marks.

    Returns
    -------
    value (K, n), first (r, K, n), second (r, r, K, n) : ndarray
    """
    if series.marks is None:
        return lagged_counts(filled, series.lags, own, bank)
    lomax = series.lags == "lomax"
    plain, by, twice = (
        lagged_counts(part, series.lags, own, lag_bank(part) if lomax else None)
        for part in marked_counts(series, float(own[-1]))
    )
    r = series.lag_size
    first = np.concatenate([plain[1], by[0][None]])
    second = np.empty((r, r, *filled.shape))
    second[:-1, :-1] = plain[2]
    second[-1, :-1] = second[:-1, -1] = by[1]
    second[-1, -1] = twice[0]
    return plain[0], first, second


def lag_bank(counts: Floats) -> tuple[Floats, Floats]:
    """Sum earlier counts at fixed decays: sum_k exp(-d (k - 1)) y_{t-k}."""
    decays = bank_decays(float(counts.shape[1]), 0.01)
    sums = np.empty((counts.shape[0], decays.size, counts.shape[1]))
    scratch = np.empty((3, *counts.shape))
    for m, decay in enumerate(decays):
        _geometric(counts, float(np.exp(-decay)), scratch)
        sums[:, m] = scratch[0]
    return decays, sums


def lag_shares(lags: str, own: Floats, n: int) -> Floats:
    """Share g_k of the effect that comes k = 1 .. n periods later."""
    k = np.arange(n + 1, dtype=np.float64)
    if lags == "geometric":
        return np.asarray(np.diff(-np.expm1(-np.exp(own[0]) * k)))
    mass = [lomax_mass(np.array([x]), np.ones(1), own[0], own[1])[0] for x in k]
    return np.diff(mass)


class DiscreteObjective:
    """Log-likelihood of counts as a function of theta.

    Parameters
    ----------
    series : CountSeries
        The data and what is estimated.
    excited : bool
        False leaves the excitation out.
    """

    def __init__(self, series: CountSeries, *, excited: bool = True) -> None:
        self.series, self.excited = series, excited
        self.known = np.isfinite(series.counts)
        self.filled = np.where(self.known, series.counts, 0.0)
        middle = np.arange(series.counts.shape[1], dtype=np.float64) + 0.5
        self.design = baseline_design(series.baseline, middle)
        self.exposed = np.exp(baseline_offset(series.baseline, middle))
        lomax = excited and series.lags == "lomax" and series.marks is None
        self.bank = lag_bank(self.filled) if lomax else None

    def means(self, theta: Floats) -> tuple[Floats, Floats]:
        """Background and total mean of every count, each of shape (K, n)."""
        b, n, first, _ = self.series.places
        mu = self.exposed * np.exp(mix_rows(theta[b], self.design))
        if not self.excited:
            return mu, mu
        own = theta[first : first + self.series.lag_size]
        value = marked_lags(self.series, own, self.filled, self.bank)[0]
        return mu, mu + mix_rows(theta[n], value)

    def __call__(self, theta: Floats) -> tuple[float, Floats, Floats]:
        """Log-likelihood, gradient and Hessian."""
        series = self.series
        first = series.places[2]
        total = 0.0
        gradient = np.zeros(series.size)
        hessian = np.zeros((series.size, series.size))
        own = np.arange(first, first + series.lag_size)
        lagged = None
        if self.excited:
            lagged = marked_lags(series, theta[own], self.filled, self.bank)
        for a in range(series.counts.shape[0]):
            total += self._add_stream(a, theta, lagged, own, (gradient, hessian))
        return total, gradient, hessian

    def _add_stream(
        self,
        a: int,
        theta: Floats,
        lagged: tuple[Floats, Floats, Floats] | None,
        own: NDArray[np.int64],
        out: tuple[Floats, Floats],
    ) -> float:
        gradient, hessian = out
        b, n_at, _, size_at = self.series.places
        known, y = self.known[a], self.filled[a]
        mu = self.exposed * np.exp(mix_row(theta[b[a]], self.design))
        mean, weights = mu.copy(), theta[n_at[a]]
        columns = list(mu * self.design)
        places = list(b[a])
        if lagged is not None:
            value, first, second = lagged
            mean = mean + mix_row(weights, value)
            columns += list(value) + [mix_row(weights, row) for row in first]
            places += [*n_at[a], *own]
        log_size = theta[size_at + a] if self.series.negative_binomial else None
        value_, d1, d2, by_size = count_terms(y, mean, log_size)
        d1, d2 = np.where(known, d1, 0.0), np.where(known, d2, 0.0)
        z, at = np.stack(columns), np.array(places)
        gradient[at] += row_dots(z, d1)
        hessian[np.ix_(at, at)] += gram(z, d2)
        hessian[np.ix_(b[a], b[a])] += gram(self.design, mu * d1)
        if lagged is not None:
            for s, place in enumerate(n_at[a]):
                cross = row_dots(np.ascontiguousarray(first[:, s]), d1)
                hessian[place, own] += cross
                hessian[own, place] += cross
                r = own.size
                curved = np.ascontiguousarray(second[:, :, s]).reshape(r * r, -1)
                bend = row_dots(curved, d1).reshape(r, r)
                hessian[np.ix_(own, own)] += weights[s] * bend
        if by_size is not None:
            self._add_size(size_at + a, by_size, (z, at), known, out)
        return float(np.sum(np.where(known, value_, 0.0)))

    def _add_size(
        self,
        place: int,
        by_size: tuple[Floats, Floats, Floats],
        rows: tuple[Floats, NDArray[np.int64]],
        known: NDArray[np.bool_],
        out: tuple[Floats, Floats],
    ) -> None:
        first, second, cross = (np.where(known, part, 0.0) for part in by_size)
        z, at = rows
        out[0][place] += first.sum()
        out[1][place, place] += second.sum()
        mixed = row_dots(z, cross)
        out[1][place, at] += mixed
        out[1][at, place] += mixed


def count_terms(
    y: Floats, mean: Floats, log_size: float | None
) -> tuple[Floats, Floats, Floats, tuple[Floats, Floats, Floats] | None]:
    """Log-probability of counts with derivatives by the mean and the log size.

    Parameters
    ----------
    y, mean : ndarray, shape (n,)
        Counts and means.
    log_size : float or None
        Log of the NB2 size; None is Poisson.

    Returns
    -------
    value, first, second : ndarray, shape (n,)
        And derivatives by the mean.
    by_size : tuple of three ndarray, or None
        First and second derivative by log size, and the mixed one.
    """
    if log_size is None:
        value = y * np.log(mean) - mean - special.gammaln(y + 1.0)
        return value, y / mean - 1.0, -y / mean**2, None
    r = np.exp(log_size)
    both = r + mean
    value = (
        special.gammaln(y + r) - special.gammaln(r) - special.gammaln(y + 1.0)
        - r * np.log1p(mean / r) + y * (np.log(mean) - np.log(both))
    )  # fmt: skip
    first = y / mean - (y + r) / both
    second = -y / mean**2 + (y + r) / both**2
    d_r = (
        special.digamma(y + r) - special.digamma(r)
        - np.log1p(mean / r) + (mean - y) / both
    )  # fmt: skip
    d_rr = (
        special.polygamma(1, y + r) - special.polygamma(1, r)
        + mean / (r * both) - (mean - y) / both**2
    )  # fmt: skip
    mixed = r * (-1.0 / both + (y + r) / both**2)
    return value, first, second, (r * d_r, r * d_r + r * r * d_rr, mixed)
