"""Log-linear count regression: Poisson and NB2 by iterated weighted least squares."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln, polygamma

MAX_ITERATIONS = 100
# Beyond this many e-folds between the smallest and largest mean, the likelihood has no
# maximum: the data are separated and the estimate runs off.
MAX_LOG_RANGE = 30.0
_TOLERANCE = 1e-11


class CountFit(NamedTuple):
    """A fitted log-linear count regression.

    Attributes
    ----------
    beta : ndarray, shape (p,)
        Coefficients on the log scale.
    mu : ndarray, shape (n,)
        Fitted means.
    bread : ndarray, shape (p, p)
        Inverse of the expected information, (X'WX)^-1, at dispersion 1.
    alpha : float
        NB2 dispersion, Var = mu + alpha mu^2; 0 for Poisson.
    alpha_se : float
        Standard error of alpha from its own information; 0 at the boundary.
    log_likelihood : float
        With all constants.
    converged : bool
        Whether the maximum was reached.
    """

    beta: np.ndarray
    mu: np.ndarray
    bread: np.ndarray
    alpha: float
    alpha_se: float
    log_likelihood: float
    converged: bool


def fit_poisson(x: np.ndarray, y: np.ndarray, offset: np.ndarray) -> CountFit:
    """Fit E[y] = exp(x beta + offset) by Poisson maximum likelihood.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Design of full column rank.
    y : ndarray, shape (n,)
        Counts, or any values not negative (quasi-likelihood).
    offset : ndarray, shape (n,)
        Log exposure.

    Returns
    -------
    CountFit
    """
    beta, mu, converged = _irls(x, y, offset, 0.0, _start(x, y, offset))
    return CountFit(
        beta, mu, _bread(x, mu, 0.0), 0.0, 0.0, poisson_loglik(y, mu), converged
    )


def fit_nb2(x: np.ndarray, y: np.ndarray, offset: np.ndarray) -> CountFit:
    """Fit the NB2 regression, Var = mu + alpha mu^2, by maximum likelihood.

    Parameters
    ----------
    x, y, offset : ndarray
        As for `fit_poisson`.

    Returns
    -------
    CountFit
        With alpha = 0 where the likelihood falls from there: such data are no more
        dispersed than Poisson.

    References
    ----------
    Lawless (1987), Negative binomial and mixed Poisson regression. Canadian Journal
    of Statistics 15(3).
    """
    start = fit_poisson(x, y, offset)
    if not start.converged or _alpha_score_at_zero(y, start.mu) <= 0:
        return start
    beta, mu = start.beta, start.mu
    alpha = _moment_alpha(y, mu)
    converged = False
    for _ in range(MAX_ITERATIONS):
        before = alpha
        alpha = maximise_alpha(y, mu, alpha)
        beta, mu, inner = _irls(x, y, offset, alpha, beta)
        if abs(alpha - before) <= 1e-9 * (alpha + 1e-9):
            converged = inner
            break
    information = -_alpha_derivatives(alpha, y, mu)[1]
    se = information**-0.5 if information > 0 else 0.0
    loglik = nb2_loglik(y, mu, alpha)
    if loglik < start.log_likelihood:
        return start
    return CountFit(beta, mu, _bread(x, mu, alpha), alpha, se, loglik, converged)


def _start(x: np.ndarray, y: np.ndarray, offset: np.ndarray) -> np.ndarray:
    target = np.log(np.maximum(y, 0.1) + 0.1) - offset
    beta: np.ndarray = np.linalg.lstsq(x, target, rcond=None)[0]
    return beta


def _irls(
    x: np.ndarray, y: np.ndarray, offset: np.ndarray, alpha: float, beta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Newton with expected information and step halving on the log-likelihood."""
    value, mu = _objective(x, y, offset, alpha, beta)
    for _ in range(MAX_ITERATIONS):
        weight = mu / (1 + alpha * mu)
        score = x.T @ ((y - mu) / (1 + alpha * mu))
        step = _solve((x * weight[:, None]).T @ x, score)
        for _halving in range(40):
            new_value, new_mu = _objective(x, y, offset, alpha, beta + step)
            if new_value >= value - 1e-12 * abs(value):
                break
            step = step / 2
        beta, mu = beta + step, new_mu
        # The decrement is twice what the quadratic model still promises to gain.
        decrement = float(score @ step)
        done = decrement <= _TOLERANCE * (abs(new_value) + 1)
        value = new_value
        if done:
            eta = x @ beta
            return beta, mu, bool(np.ptp(eta) < MAX_LOG_RANGE)
    return beta, mu, False


def _objective(
    x: np.ndarray, y: np.ndarray, offset: np.ndarray, alpha: float, beta: np.ndarray
) -> tuple[float, np.ndarray]:
    eta = np.clip(x @ beta + offset, -700, 700)
    mu = np.exp(eta)
    if alpha > 0:
        # log(alpha mu / (1 + alpha mu)) written so that it does not overflow.
        log1p = np.logaddexp(0.0, eta + np.log(alpha))
        return float(y @ (eta - log1p) - log1p.sum() / alpha), mu
    return float(y @ eta - mu.sum()), mu


def _solve(information: np.ndarray, score: np.ndarray) -> np.ndarray:
    try:
        return np.asarray(np.linalg.solve(information, score))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(information, score, rcond=None)[0])


def _bread(x: np.ndarray, mu: np.ndarray, alpha: float) -> np.ndarray:
    weight = mu / (1 + alpha * mu)
    return np.asarray(np.linalg.pinv((x * weight[:, None]).T @ x, hermitian=True))


def _alpha_score_at_zero(y: np.ndarray, mu: np.ndarray) -> float:
    return float(((y - mu) ** 2 - y).sum())


def _moment_alpha(y: np.ndarray, mu: np.ndarray) -> float:
    return max(float((((y - mu) ** 2 - mu) / mu**2).mean()), 1e-3)


def _alpha_derivatives(
    alpha: float, y: np.ndarray, mu: np.ndarray
) -> tuple[float, float]:
    """First and second derivative of the NB2 log-likelihood in alpha, mu fixed."""
    size = 1 / alpha
    am = alpha * mu
    first_in_size = (
        digamma(y + size) - digamma(size) - np.log1p(am) + (mu - y) / (mu + size)
    ).sum()
    second_in_size = (
        polygamma(1, y + size)
        - polygamma(1, size)
        + mu / (size * (mu + size))
        - (mu - y) / (mu + size) ** 2
    ).sum()
    first = -first_in_size * size**2
    second = second_in_size * size**4 + 2 * first_in_size * size**3
    return float(first), float(second)


def maximise_alpha(y: np.ndarray, mu: np.ndarray, start: float) -> float:
    """Return the alpha that maximises the NB2 likelihood with the means fixed.

    Parameters
    ----------
    y, mu : ndarray, shape (n,)
        Counts and their means.
    start : float
        A first guess, positive.

    Returns
    -------
    float
        Between 1e-8 and 1e6.
    """
    low, high = np.log(1e-8), np.log(1e6)
    at = float(np.clip(np.log(start), low, high))
    for _ in range(MAX_ITERATIONS):
        alpha = float(np.exp(at))
        first, second = _alpha_derivatives(alpha, y, mu)
        # In log alpha the likelihood is close to quadratic near its top.
        slope, curve = first * alpha, second * alpha**2 + first * alpha
        if slope > 0:
            low = at
        else:
            high = at
        step = -slope / curve if curve < 0 else 0.0
        new = at + step
        if curve >= 0 or not low < new < high:
            new = (low + high) / 2
        if abs(new - at) < 1e-12 * (1 + abs(at)):
            break
        at = new
    return float(np.exp(at))


def poisson_loglik(y: np.ndarray, mu: np.ndarray) -> float:
    """Return the Poisson log-likelihood, constants included.

    Parameters
    ----------
    y, mu : ndarray, shape (n,)
        Counts and their means; a mean of zero fits a count of zero only.
    """
    log_mu = np.log(np.where(mu > 0, mu, 1.0))
    return float((y * log_mu - mu - gammaln(y + 1)).sum())


def nb2_loglik(y: np.ndarray, mu: np.ndarray, alpha: float) -> float:
    """Return the NB2 log-likelihood, constants included.

    Parameters
    ----------
    y, mu : ndarray, shape (n,)
        Counts and their means.
    alpha : float
        Dispersion, Var = mu + alpha mu^2; 0 gives the Poisson.
    """
    if alpha <= 0:
        return poisson_loglik(y, mu)
    size = 1 / alpha
    # gammaln differences lose all digits for a huge size; the product does not.
    ratio = gammaln(y + size) - gammaln(size) if size < 1e7 else y * np.log(size)
    log_odds = np.log(np.where(mu > 0, mu, 1.0)) - np.log(size + mu)
    return float(
        (ratio - gammaln(y + 1) - size * np.log1p(alpha * mu) + y * log_odds).sum()
    )
