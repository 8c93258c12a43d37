"""Emissions of a count hidden Markov model: Poisson or negative binomial per state.

Everything works on the table of distinct (count, exposure) pairs. A period with an
unknown count is the pair (0, 0): its probability is one in every state, so it carries
no information, and the recursions need no special case for gaps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, digamma, gammaln, pdtr, polygamma, xlogy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

POISSON_SIZE = 1e4
"""A size beyond this is not told apart from infinity: the state is Poisson."""
SMALLEST_SIZE = 1e-3
"""Sizes below this would make a state a spike at zero."""


@dataclass(frozen=True)
class CountSequences:
    """Counts of one or several units, as an index into their distinct pairs.

    Parameters
    ----------
    count : ndarray, shape (K,)
        Distinct counts.
    exposure : ndarray, shape (K,)
        Their exposures; 0 (with count 0) for an unknown period.
    index : ndarray of int, shape (T,)
        Row of the pair of each period, sequences one after another.
    bounds : ndarray of int, shape (S + 1,)
        Where each sequence begins; the last entry is T.
    group : ndarray of int, shape (S,)
        Which transition matrix each sequence uses.
    """

    count: Floats
    exposure: Floats
    index: Ints
    bounds: Ints
    group: Ints

    @property
    def n_known(self) -> int:
        """Periods with a known count."""
        return int((self.exposure[self.index] > 0).sum())

    @property
    def n_groups(self) -> int:
        """Number of transition matrices."""
        return int(self.group.max()) + 1


def index_counts(
    counts: list[Floats],
    exposures: list[Floats] | None = None,
    group: Ints | None = None,
) -> CountSequences:
    """Gather sequences of counts into their distinct pairs.

    Parameters
    ----------
    counts : list of ndarray, shape (T_s,)
        One array a sequence, NaN where unknown.
    exposures : list of ndarray, optional
        Exposure of each period; 1 where not given.
    group : ndarray of int, shape (S,), optional
        Which transition matrix each sequence uses; one for all by default.

    Returns
    -------
    CountSequences
        The same data, indexed.
    """
    y = np.concatenate([np.asarray(part, dtype=float) for part in counts])
    e = np.ones_like(y) if exposures is None else np.concatenate(exposures)
    unknown = np.isnan(y) | np.isnan(e) | (e <= 0)
    pairs = np.column_stack([np.where(unknown, 0.0, y), np.where(unknown, 0.0, e)])
    distinct, index = np.unique(pairs, axis=0, return_inverse=True)
    lengths = [len(part) for part in counts]
    return CountSequences(
        count=np.ascontiguousarray(distinct[:, 0]),
        exposure=np.ascontiguousarray(distinct[:, 1]),
        index=index.reshape(-1).astype(np.int64),
        bounds=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        group=np.zeros(len(counts), np.int64) if group is None else group,
    )


def log_emission(data: CountSequences, rates: Floats, sizes: Floats) -> Floats:
    """Return the log-probability of each distinct pair in each state.

    Parameters
    ----------
    data : CountSequences
        The observations.
    rates : ndarray, shape (m,)
        Expected count a unit of exposure.
    sizes : ndarray, shape (m,)
        Negative-binomial sizes (variance = mean + mean^2 / size); inf is Poisson.

    Returns
    -------
    ndarray, shape (K, m)
        Natural logarithms; -inf where a zero-rate state meets a positive count.
    """
    y = data.count[:, None]
    mean = data.exposure[:, None] * rates
    table = xlogy(y, mean) - mean - gammaln(y + 1)
    for j in np.flatnonzero(np.isfinite(sizes)):
        r, mu, n = sizes[j], mean[:, j], data.count
        table[:, j] = (
            gammaln(n + r)
            - gammaln(r)
            - gammaln(n + 1)
            - r * np.log1p(mu / r)
            + xlogy(n, mu / (r + mu))
        )
    return np.asarray(table)


def emission_score(
    data: CountSequences, weight: Floats, rates: Floats, sizes: Floats
) -> tuple[Floats, Floats]:
    """Return the weighted score with respect to log rates and log sizes.

    Parameters
    ----------
    data : CountSequences
        The observations.
    weight : ndarray, shape (K, m)
        Expected number of periods with each pair in each state.
    rates, sizes : ndarray, shape (m,)
        As in `log_emission`.

    Returns
    -------
    by_log_rate, by_log_size : ndarray, shape (m,)
        The latter is 0 for Poisson states.
    """
    y = data.count[:, None]
    mean = data.exposure[:, None] * rates
    shrink = np.ones_like(mean)
    by_size = np.zeros_like(rates)
    finite = np.isfinite(sizes)
    if finite.any():
        r, mu = sizes[finite], mean[:, finite]
        shrink[:, finite] = r / (r + mu)
        slope = digamma(y + r) - digamma(r) - np.log1p(mu / r) + (mu - y) / (r + mu)
        by_size[finite] = r * (weight[:, finite] * slope).sum(axis=0)
    return (weight * (y - mean) * shrink).sum(axis=0), by_size


def fit_emission(
    data: CountSequences, weight: Floats, rates: Floats, sizes: Floats
) -> tuple[Floats, Floats]:
    """Improve rates and sizes for given weights (the M-step of the emissions).

    With equal exposures the rate is the exact maximum; the size takes safeguarded
    Newton steps on its logarithm, so the weighted likelihood is raised, not
    necessarily maximised, in one call.

    Parameters
    ----------
    data : CountSequences
        The observations.
    weight : ndarray, shape (K, m)
        Expected number of periods with each pair in each state.
    rates, sizes : ndarray, shape (m,)
        Where to start.

    Returns
    -------
    rates, sizes : ndarray, shape (m,)
        The improved values; sizes stay within [1e-3, 1e5], Poisson states Poisson.
    """
    finite = np.isfinite(sizes)
    at_risk = weight.copy()
    r = sizes[finite]
    at_risk[:, finite] *= r / (r + data.exposure[:, None] * rates[finite])
    risk = np.maximum(at_risk.T @ data.exposure, 1e-300)
    new_rates = np.where(rates > 0, np.maximum(at_risk.T @ data.count / risk, 1e-12), 0)
    new_sizes = sizes.copy()
    for j in np.flatnonzero(finite):
        new_sizes[j] = _newton_size(data, weight[:, j], new_rates[j], sizes[j])
    return new_rates, new_sizes


def _newton_size(
    data: CountSequences, weight: Floats, rate: float, size: float, steps: int = 4
) -> float:
    """Take safeguarded Newton steps in log(size) for one state."""
    mu, y = data.exposure * rate, data.count
    for _ in range(steps):
        slope = (
            digamma(y + size)
            - digamma(size)
            - np.log1p(mu / size)
            + (mu - y) / (size + mu)
        )
        bend = (
            polygamma(1, y + size)
            - polygamma(1, size)
            + mu / (size * (size + mu))
            - (mu - y) / (size + mu) ** 2
        )
        first = size * float(weight @ slope)
        second = size**2 * float(weight @ bend) + first
        step = -first / second if second < 0 else np.sign(first)
        size = float(
            np.clip(
                size * np.exp(np.clip(step, -1, 1)), SMALLEST_SIZE, 10 * POISSON_SIZE
            )
        )
        if abs(step) < 1e-6:
            break
    return size


def cumulative_emission(
    count: Floats, exposure: Floats, rates: Floats, sizes: Floats
) -> Floats:
    """Return P(Y <= count) in each state; 0 for a negative count.

    Parameters
    ----------
    count, exposure : ndarray, shape (T,)
        Where to evaluate.
    rates, sizes : ndarray, shape (m,)
        As in `log_emission`.

    Returns
    -------
    ndarray, shape (T, m)
        Probabilities.
    """
    mean = exposure[:, None] * rates
    at = np.maximum(count, 0.0)[:, None]
    table = np.empty_like(mean)
    for j, r in enumerate(sizes):
        if np.isfinite(r):
            table[:, j] = betainc(r, at[:, 0] + 1, r / (r + mean[:, j]))
        else:
            table[:, j] = pdtr(at[:, 0], mean[:, j])
    return np.where(count[:, None] < 0, 0.0, table)
