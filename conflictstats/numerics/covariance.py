"""Sandwich covariances of estimating equations, with small-sample corrections."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Beyond this many periods the correction below is close to 1 and costs n^2 memory.
MAX_CORRECTED = 1_000


class Robust(NamedTuple):
    """A robust covariance and the degrees of freedom of each coefficient.

    Attributes
    ----------
    covariance : ndarray, shape (p, p)
        Of the coefficients.
    df : ndarray, shape (p,)
        Degrees of freedom for t intervals.
    lag : int
        Lag of the kernel; 0 where there is none.
    """

    covariance: np.ndarray
    df: np.ndarray
    lag: int


def heteroscedastic(
    z: np.ndarray, residual: np.ndarray, bread: np.ndarray, kind: str
) -> np.ndarray:
    """Return HC0, HC1 or HC3 of a generalised linear model.

    Parameters
    ----------
    z : ndarray, shape (n, p)
        Design times the square root of the working weights.
    residual : ndarray, shape (n,)
        Pearson residuals at dispersion 1.
    bread : ndarray, shape (p, p)
        (z'z)^-1.
    kind : {"HC0", "HC1", "HC3"}
        HC3 divides each residual by one minus its leverage.

    References
    ----------
    Zeileis (2006), Object-oriented computation of sandwich estimators. Journal of
    Statistical Software 16(9).
    """
    n, p = z.shape
    r = residual
    if kind == "HC3":
        r = residual / np.maximum(1 - leverage(z, bread), 1e-10)
    # As a square, so that no variance can come out negative by rounding.
    influence = (z * r[:, None]) @ bread
    factor = n / (n - p) if kind == "HC1" else 1.0
    return np.asarray(factor * influence.T @ influence)


def leverage(z: np.ndarray, bread: np.ndarray) -> np.ndarray:
    """Return the diagonal of z bread z', shape (n,)."""
    return np.asarray(np.einsum("ij,jk,ik->i", z, bread, z))


def automatic_lag(scores: np.ndarray) -> int:
    """Return the Bartlett lag by Andrews' (1991) AR(1) plug-in rule, or 1.3 sqrt(n).

    The longer of the two. In short series the plug-in often sees no autocorrelation
    where there is some. The floor is the longer lag of Lazarus and others, who show
    that, with critical values that allow for it, a test then keeps its size at little
    loss of power.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        Score contributions of the coefficient of interest, in order of time.

    Returns
    -------
    int
        Between 0 and n // 2.

    References
    ----------
    Andrews (1991), Heteroskedasticity and autocorrelation consistent covariance
    matrix estimation. Econometrica 59(3), equations 6.2 and 6.4. Lazarus, Lewis, Stock
    and Watson (2018), HAR inference: recommendations for practice. Journal of Business
    & Economic Statistics 36(4), equation 3.
    """
    n = len(scores)
    before, after = scores[:-1], scores[1:]
    spread = float(before @ before)
    rho = float(before @ after) / spread if spread > 0 else 0.0
    # The estimate is biased towards zero by about (1 + 3 rho) / n.
    rho = float(np.clip(rho + (1 + 3 * rho) / n, -0.97, 0.97))
    alpha = 4 * rho**2 / ((1 - rho) ** 2 * (1 + rho) ** 2)
    lag = max(np.floor(1.1447 * (alpha * n) ** (1 / 3)), np.ceil(1.3 * n**0.5))
    return int(min(lag, n // 2))


def residual_autocorrelation(residual: np.ndarray, position: np.ndarray) -> float:
    """Return the lag-one autocorrelation of residuals, bias-corrected, within [0, 0.9].

    Parameters
    ----------
    residual : ndarray, shape (n,)
        In order of time.
    position : ndarray of int64, shape (n,)
        Period of each; only neighbouring periods count as a pair.
    """
    n = len(residual)
    neighbours = np.diff(position) == 1
    spread = float(residual @ residual)
    if spread <= 0 or not neighbours.any():
        return 0.0
    rho = float((residual[1:] * residual[:-1])[neighbours].sum()) / spread
    # Kendall's correction for the bias of an autocorrelation about a fitted trend.
    return float(np.clip(rho + (1 + 4 * rho) / n, 0.0, 0.9))


def newey_west(
    z: np.ndarray,
    residual: np.ndarray,
    bread: np.ndarray,
    position: np.ndarray,
    lag: int,
    rho: float = 0.0,
) -> Robust:
    """Return the Newey-West covariance with a small-sample correction.

    Parameters
    ----------
    z, residual, bread : ndarray
        As for `heteroscedastic`.
    position : ndarray of int64, shape (n,)
        Period of each row: rows that are d periods apart get the kernel's weight at
        d, so unknown periods between them keep their distance.
    lag : int
        Bartlett weights 1 - d / (lag + 1).
    rho : float
        Autocorrelation of the working model behind the correction.

    Returns
    -------
    Robust
        Each coefficient's variance is scaled so that it is unbiased if the errors
        are AR(1) with `rho`, and comes with Satterthwaite degrees of freedom.

    References
    ----------
    Newey and West (1987), Econometrica 55(3). Bell and McCaffrey (2002), Bias
    reduction in standard errors for linear regression with multi-stage samples,
    Survey Methodology 28(2): their correction, with the kernel in place of clusters.
    """
    n, p = z.shape
    scores = z * residual[:, None]
    if n > MAX_CORRECTED:
        meat = _kernel_sum(scores, position, lag)
        covariance = np.asarray(bread @ meat @ bread)
        return Robust(covariance * n / (n - p), np.full(p, float(n - p)), lag)
    influence = z @ bread
    gap = position - position[0]
    distance = np.abs(gap[:, None] - gap[None, :])
    steps = np.arange(int(gap[-1]) + 1)
    errors = (rho**steps)[distance]
    kernel = np.maximum(1 - steps / (lag + 1), 0.0)[distance]
    covariance = np.asarray(bread @ (scores.T @ (kernel @ scores)) @ bread)
    # What the working covariance of the errors becomes in the residuals.
    seen = _seen_covariance(z, influence, errors)
    scale, df = np.ones(p), np.full(p, float(n - p))
    for j in range(p):
        # The variance estimate is the quadratic form e'Ge in errors e of the working
        # model W, with expectation tr(GW) and variance 2 tr(GWGW).
        product = (kernel * np.outer(influence[:, j], influence[:, j])) @ seen
        trace = float(np.trace(product))
        if trace > 0:
            target = float(influence[:, j] @ errors @ influence[:, j])
            scale[j] = np.sqrt(target / trace)
            df[j] = max(trace**2 / float((product * product.T).sum()), 1.0)
    return Robust(covariance * np.outer(scale, scale), df, lag)


def _seen_covariance(z: np.ndarray, influence: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return M w M: the covariance of residuals, M making them from errors."""
    wz = w @ z
    left = wz @ influence.T
    return np.asarray(w - left - left.T + influence @ (z.T @ wz) @ influence.T)


def _kernel_sum(scores: np.ndarray, position: np.ndarray, lag: int) -> np.ndarray:
    meat = scores.T @ scores
    if lag == 0:
        return np.asarray(meat)
    width = int(position.max() - position.min()) + 1
    full = np.zeros((width, scores.shape[1]))
    full[position - position.min()] = scores
    for d in range(1, min(lag, width - 1) + 1):
        cross = full[d:].T @ full[:-d]
        meat = meat + (1 - d / (lag + 1)) * (cross + cross.T)
    return np.asarray(meat)


def clustered(
    z: np.ndarray, residual: np.ndarray, bread: np.ndarray, cluster: np.ndarray
) -> Robust:
    """Return the covariance clustered by unit, with the CR1 correction.

    Parameters
    ----------
    z, residual, bread : ndarray
        As for `heteroscedastic`.
    cluster : ndarray of int64, shape (n,)
        Unit of each row, 0 to G - 1.

    Returns
    -------
    Robust
        With G - 1 degrees of freedom.

    References
    ----------
    Cameron and Miller (2015), A practitioner's guide to cluster-robust inference.
    Journal of Human Resources 50(2), equation 12.
    """
    n, p = z.shape
    scores = z * residual[:, None]
    groups = int(cluster.max()) + 1
    summed = np.zeros((groups, p))
    np.add.at(summed, cluster, scores)
    factor = groups / (groups - 1) * (n - 1) / (n - p)
    covariance = factor * bread @ (summed.T @ summed) @ bread
    return Robust(np.asarray(covariance), np.full(p, float(groups - 1)), 0)
