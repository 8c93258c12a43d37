"""Rubin's rules: one estimate from fits to several plausible versions of the data.

References
----------
D. B. Rubin (1987). Multiple Imputation for Nonresponse in Surveys. Wiley, ch. 3.
J. Barnard, D. B. Rubin (1999). Small-sample degrees of freedom with multiple
imputation. Biometrika 86, 948-955.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PooledEstimates:
    """Pooled estimates of k terms.

    Parameters
    ----------
    estimate, std_error : float arrays of shape (k,)
        Mean of the m estimates, and the root of their total variance.
    within, between : float arrays of shape (k,)
        Mean of the m variances; variance of the m estimates (divisor m - 1).
    df : float array of shape (k,)
        Barnard and Rubin's degrees of freedom; infinite where nothing limits them.
    fraction_missing : float array of shape (k,)
        Share of the information that is lost to not knowing the counts.
    """

    estimate: Floats
    std_error: Floats
    within: Floats
    between: Floats
    df: Floats
    fraction_missing: Floats

    def half_width(self, level: float) -> Floats:
        """Return half the width of the t interval of this level, shape (k,)."""
        return np.asarray(stdtrit(self.df, (1 + level) / 2) * self.std_error)


def pool_estimates(
    estimates: Floats, variances: Floats, df_complete: float | Floats = np.inf
) -> PooledEstimates:
    """Pool m fits of k terms.

    Parameters
    ----------
    estimates, variances : float arrays of shape (m, k)
        Estimates and squared standard errors; m of at least 2.
    df_complete : float or float array of shape (k,)
        Degrees of freedom each fit would have if the counts were known.

    Returns
    -------
    PooledEstimates

    Notes
    -----
    With Q the mean estimate, W the mean variance and B the variance of the estimates,
    T = W + (1 + 1/m) B, λ = (1 + 1/m) B / T, ν_m = (m - 1) / λ²,
    ν_o = (ν + 1) / (ν + 3) · ν · (1 - λ) and 1/df = 1/ν_m + 1/ν_o.
    """
    m = estimates.shape[0]
    within = variances.mean(axis=0)
    between = estimates.var(axis=0, ddof=1)
    extra = (1 + 1 / m) * between
    total = within + extra
    share = np.divide(extra, total, out=np.zeros_like(total), where=total > 0)
    # 1/df, so that a term without any spread gets infinitely many.
    inverse = share**2 / (m - 1)
    complete = np.broadcast_to(np.asarray(df_complete, dtype=np.float64), share.shape)
    limited = np.isfinite(complete)
    known_df = np.where(limited, complete, 1.0)
    observed = (known_df + 1) / (known_df + 3) * known_df * (1 - share)
    # Where all variance lies between the fits, nothing is observed.
    floor = np.finfo(np.float64).tiny
    inverse = inverse + np.where(limited, 1 / np.maximum(observed, floor), 0.0)
    df = np.divide(1, inverse, out=np.full_like(inverse, np.inf), where=inverse > 0)
    ratio = np.divide(extra, within, out=np.full_like(extra, np.inf), where=within > 0)
    finite = np.isfinite(ratio)
    known = np.where(finite, ratio, 0.0)
    missing = np.where(finite, (known + 2 / (df + 3)) / (known + 1), 1.0)
    missing = np.where(between > 0, missing, 0.0)
    return PooledEstimates(
        estimates.mean(axis=0), np.sqrt(total), within, between, df, missing
    )
