"""INGARCH: counts whose mean feeds on past counts and past means, identity link.

lambda_t = b_0 + sum_i b_i y_{t-p_i} + sum_j a_j lambda_{t-q_j} + eta'x_t, all
parameters not negative, sum b + sum a < 1. Before the first period counts and means
stand at the marginal mean b_0 / (1 - sum b - sum a). References: Ferland, Latour &
Oraichi (2006), Journal of Time Series Analysis 27, 923-942; Liboschik, Fokianos & Fried
(2017), Journal of Statistical Software 82(5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST_SIZE = 1e6
LARGEST_SUM = 1 - 1e-4
# Share of the mean that the past explains where a climb begins.
MEMORIES = (0.5, 0.95)


@njit(cache=True)
def _past(
    t: int, lag: int, values: Floats, slopes: Floats, start: float, slope: Floats
) -> tuple[float, Floats]:
    """Return a past value and its gradient, the marginal mean's before the start."""
    if t < lag:
        return start, slope
    return values[t - lag], slopes[t - lag]


@njit(cache=True)
def ingarch_means(
    theta: Floats, y: Floats, past: Ints, means: Ints, x: Floats
) -> tuple[Floats, Floats]:
    """Return the conditional means and their gradient.

    Parameters
    ----------
    theta : ndarray, shape (P,)
        b_0, b (a lag each of `past`), a (a lag each of `means`), eta.
    y : ndarray, shape (n,)
        Counts; NaN is unknown and enters later means as its own mean.
    past, means : ndarray of int
        Lags of the counts and of the means.
    x : ndarray, shape (n, r)
        Covariates.

    Returns
    -------
    mean : ndarray, shape (n,)
    gradient : ndarray, shape (n, P)
    """
    n, p, q = y.shape[0], past.shape[0], means.shape[0]
    size = theta.shape[0]
    rest = 1.0 - theta[1 : 1 + p + q].sum()
    start = theta[0] / rest
    start_slope = np.zeros(size)
    start_slope[0] = 1.0 / rest
    start_slope[1 : 1 + p + q] = theta[0] / rest**2
    level = np.empty(n)
    gradient = np.zeros((n, size))
    count = y.copy()
    count_slope = np.zeros((n, size))
    for t in range(n):
        level[t] = theta[0]
        gradient[t, 0] = 1.0
        for i in range(p):
            value, slope = _past(t, past[i], count, count_slope, start, start_slope)
            level[t] += theta[1 + i] * value
            gradient[t] += theta[1 + i] * slope
            gradient[t, 1 + i] += value
        for j in range(q):
            value, slope = _past(t, means[j], level, gradient, start, start_slope)
            level[t] += theta[1 + p + j] * value
            gradient[t] += theta[1 + p + j] * slope
            gradient[t, 1 + p + j] += value
        for k in range(x.shape[1]):
            level[t] += theta[1 + p + q + k] * x[t, k]
            gradient[t, 1 + p + q + k] += x[t, k]
        if np.isnan(y[t]):
            count[t] = level[t]
            count_slope[t] = gradient[t]
    return level, gradient


@dataclass(frozen=True, eq=False)
class Ingarch:
    """A fitted INGARCH model.

    Parameters
    ----------
    theta : ndarray, shape (P,)
        b_0, b, a, eta.
    size : float
        Negative-binomial size; inf is Poisson.
    covariance : ndarray, shape (P, P)
        Inverse of the expected information; not meant for parameters at zero.
    log_likelihood : float
        Over the known periods.
    mean : ndarray, shape (n,)
        Conditional means.
    converged : bool
        Whether the maximiser said so.
    """

    theta: Floats
    size: float
    covariance: Floats
    log_likelihood: float
    mean: Floats
    converged: bool


def log_likelihood(y: Floats, mean: Floats, size: float) -> float:
    """Return the log-likelihood of counts with given means, constants included.

    Parameters
    ----------
    y, mean : ndarray, shape (n,)
        Counts and means.
    size : float
        Negative-binomial size; inf is Poisson.
    """
    if np.isinf(size):
        return float((y * np.log(mean) - mean - gammaln(y + 1)).sum())
    total = gammaln(y + size) - gammaln(size) - gammaln(y + 1)
    total += y * np.log(mean / (size + mean)) - size * np.log1p(mean / size)
    return float(total.sum())


def fit_ingarch(
    y: Floats,
    *,
    past: Ints,
    means: Ints,
    x: Floats,
    use: NDArray[np.bool_],
    negative_binomial: bool,
    near: Ingarch | None = None,
) -> Ingarch:
    """Fit by maximum likelihood, from short and from long memory.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Counts; NaN is unknown.
    past, means : ndarray of int
        Lags of the counts and of the means.
    x : ndarray, shape (n, r)
        Covariates, not negative.
    use : ndarray of bool, shape (n,)
        Periods that enter the likelihood; their counts are known.
    negative_binomial : bool
        Whether a size is estimated; one that reaches a million is Poisson.
    near : Ingarch, optional
        A fit without the last columns of `x`, from which one climb begins: the
        likelihood is then never below it.

    Returns
    -------
    Ingarch
    """
    average = float(max(y[use].mean(), 1e-3))
    p, q = len(past), len(means)
    eta = 0.05 * average / (x[use].mean(axis=0) + average)
    starts = []
    for memory in MEMORIES:
        weights = np.full(p + q, memory / max(p + q, 1))
        if p and q:
            # Long memory mostly passes through the means.
            weights = np.repeat([0.2 * memory / p, 0.8 * memory / q], [p, q])
        level = average * (1 - weights.sum()) * 0.9
        starts.append(np.concatenate([[level], weights, eta]))
    if near is not None:
        starts.append(
            np.append(near.theta, np.zeros(len(eta) + 1 + p + q - near.theta.size))
        )
    climbs = []
    for start in starts:
        theta, value, done = _maximise(start, None, y, past, means, x, use)
        size = np.inf
        if negative_binomial:
            guess = _first_size(y[use], ingarch_means(theta, y, past, means, x)[0][use])
            both, value, done = _maximise(theta, np.log(guess), y, past, means, x, use)
            theta, size = both[:-1], float(np.exp(both[-1]))
            size = np.inf if size > 0.99 * LARGEST_SIZE else size
        climbs.append((value, theta, size, done))
    value, theta, size, done = max(climbs, key=lambda climb: climb[0])
    mean, gradient = ingarch_means(theta, y, past, means, x)
    variance = mean + (0 if np.isinf(size) else mean**2 / size)
    scaled = gradient[use] / np.sqrt(variance[use])[:, None]
    covariance = np.asarray(np.linalg.pinv(scaled.T @ scaled, hermitian=True), float)
    return Ingarch(theta, size, covariance, value, mean, done)


def choose_memory(
    y: Floats, x: Floats, use: NDArray[np.bool_], most: int, least: int = 1
) -> tuple[int, Ingarch]:
    """Choose by BIC how many past counts a mean feeds on, beside the mean before.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Counts; NaN is unknown.
    x : ndarray, shape (n, r)
        Covariates, not negative.
    use : ndarray of bool, shape (n,)
        Periods that enter the likelihood, the same for every number of lags.
    most, least : int
        Most and fewest lags tried.

    Returns
    -------
    n_lags : int
    fit : Ingarch
        The negative-binomial fit with lags 1 .. n_lags.
    """
    if most < least:
        message = f"`most` must be at least {least}; got {most}."
        raise ValueError(message)
    price = float(np.log(use.sum()))
    fits = {}
    for p in range(least, most + 1):
        past = np.arange(1, p + 1)
        fits[p] = fit_ingarch(
            y, past=past, means=past[:1], x=x, use=use, negative_binomial=True
        )
    best = min(fits, key=lambda p: price * p - 2.0 * fits[p].log_likelihood)
    return best, fits[best]


def _first_size(y: Floats, mean: Floats) -> float:
    """Negative-binomial size by moments, a place to begin."""
    spread = float(((y - mean) ** 2 - mean).sum())
    size = float((mean**2).sum() / max(spread, 1e-6 * float(mean.mean())))
    return float(np.clip(size, 0.05, 1e3))


def _maximise(
    theta: Floats,
    log_size: float | None,
    y: Floats,
    past: Ints,
    means: Ints,
    x: Floats,
    use: NDArray[np.bool_],
) -> tuple[Floats, float, bool]:
    """Run SLSQP with the exact gradient; `log_size` is appended where given."""
    n_memory = len(past) + len(means)
    seen = y[use]

    def cost(parameters: Floats) -> tuple[float, Floats]:
        own = parameters if log_size is None else parameters[:-1]
        mean, gradient = ingarch_means(own, y, past, means, x)
        lam = mean[use]
        if not np.all(lam > 0):
            return 1e300, np.zeros_like(parameters)
        if log_size is None:
            slope = (seen / lam - 1) @ gradient[use]
            return -log_likelihood(seen, lam, np.inf), -slope
        size = float(np.exp(parameters[-1]))
        slope = (seen / lam - (seen + size) / (size + lam)) @ gradient[use]
        by_size = size * (
            digamma(seen + size)
            - digamma(size)
            - np.log1p(lam / size)
            + (lam - seen) / (size + lam)
        )
        return -log_likelihood(seen, lam, size), -np.append(slope, by_size.sum())

    start = theta if log_size is None else np.append(theta, log_size)
    bounds: list[tuple[float, float | None]] = [(1e-8, None)]
    bounds += [(0.0, LARGEST_SUM)] * n_memory + [(0.0, None)] * x.shape[1]
    if log_size is not None:
        bounds.append((np.log(1e-3), np.log(LARGEST_SIZE)))
    limit = np.zeros(len(start))
    limit[1 : 1 + n_memory] = -1.0
    below_one: Any = {
        "type": "ineq",
        "fun": lambda parameters: LARGEST_SUM + limit @ parameters,
        "jac": lambda _: limit,
    }
    found = minimize(
        cost,
        start,
        jac=True,
        method="SLSQP",
        bounds=bounds,
        constraints=below_one,
        options={"ftol": 1e-11, "maxiter": 500},
    )
    return np.asarray(found.x), -float(found.fun), bool(found.success)
