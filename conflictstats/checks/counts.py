"""Checks of a fitted count series: dispersion, zeros, autocorrelation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from conflictstats.arguments import check_columns, check_number
from conflictstats.checks.finding import (
    CANNOT_TELL,
    DOES_NOT_HOLD,
    HOLDS,
    Finding,
)

_LEAST = 8
_LEVEL = 0.05


def _known(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[np.ndarray]:
    check_columns(frame.columns, columns, "The table")
    rows = frame.dropna(subset=list(columns))
    return [rows[c].to_numpy(dtype="float64") for c in columns]


def _too_short(check: str, n: int, unit: str) -> Finding:
    return Finding(
        check,
        CANNOT_TELL,
        f"Only {n} periods have a known count and a fitted mean; {_LEAST} are needed.",
        unit=unit,
    )


def check_dispersion(
    frame: pd.DataFrame, *, n_parameters: int = 2, unit: str = ""
) -> Finding:
    """Check whether counts vary about their fitted mean as Poisson counts do.

    Parameters
    ----------
    frame : DataFrame
        observed and fitted, a row a period, as `to_frame("augment")` gives.
    n_parameters : int
        Estimated coefficients.
    unit : str
        Name of the unit, for the finding.

    Returns
    -------
    Finding
        Holds if Pearson's X2 is no larger than chance makes it; if it does not
        hold, Poisson errors are too small and a dispersed family is needed.

    Examples
    --------
    >>> table = pd.DataFrame({"observed": [0, 40] * 6, "fitted": [20.0] * 12})
    >>> check_dispersion(table).verdict
    'does not hold'
    """
    check_number(n_parameters, "n_parameters", low=0, high=1e6, integer=True)
    y, mu = _known(frame, ("observed", "fitted"))
    df = len(y) - n_parameters
    if len(y) < _LEAST or df < 1 or not (mu > 0).all():
        return _too_short("dispersion", len(y), unit)
    statistic = float(((y - mu) ** 2 / mu).sum())
    p = float(chdtrc(df, statistic))
    ratio = statistic / df
    if p < _LEVEL:
        sentence = (
            f"The variance is {ratio:.2g} times the mean: Poisson errors would be "
            f"too small by a factor of {ratio**0.5:.2g}."
        )
        return Finding("dispersion", DOES_NOT_HOLD, sentence, statistic, p, unit)
    sentence = f"The variance is {ratio:.2g} times the mean, as Poisson counts allow."
    return Finding("dispersion", HOLDS, sentence, statistic, p, unit)


def check_zeros(
    frame: pd.DataFrame,
    *,
    dispersion: float = 0.0,
    variance_ratio: float = 1.0,
    unit: str = "",
) -> Finding:
    """Check whether there are as many zeros as the fitted model makes.

    Parameters
    ----------
    frame : DataFrame
        observed and fitted, a row a period.
    dispersion : float
        NB2 alpha; 0 for Poisson.
    variance_ratio : float
        Variance over mean of a quasi-Poisson fit; its zeros are those of the
        negative binomial with that ratio (NB1).
    unit : str
        Name of the unit, for the finding.

    Returns
    -------
    Finding
        Does not hold if the number of zeros is outside what the model makes in 95 of
        100 cases (normal approximation to a sum of independent indicators).

    Examples
    --------
    >>> table = pd.DataFrame({"observed": [0] * 6 + [10] * 6, "fitted": [5.0] * 12})
    >>> check_zeros(table).verdict
    'does not hold'
    """
    check_number(dispersion, "dispersion", low=0, high=1e12)
    check_number(variance_ratio, "variance_ratio", low=0, high=1e12)
    y, mu = _known(frame, ("observed", "fitted"))
    if len(y) < _LEAST:
        return _too_short("zeros", len(y), unit)
    if dispersion > 0:
        chance = np.exp(-np.log1p(dispersion * mu) / dispersion)
    elif variance_ratio > 1:
        chance = np.exp(-mu * np.log(variance_ratio) / (variance_ratio - 1))
    else:
        chance = np.exp(-mu)
    expected = float(chance.sum())
    spread = float(np.sqrt((chance * (1 - chance)).sum()))
    seen = int((y == 0).sum())
    # Half a count of continuity, and never a division by a vanishing spread.
    z = max(abs(seen - expected) - 0.5, 0.0) / max(spread, 1e-9)
    p = float(2 * ndtr(-z))
    verdict = DOES_NOT_HOLD if p < _LEVEL else HOLDS
    more = "more" if seen > expected else "fewer"
    tail = f", {more} than chance makes" if p < _LEVEL else ", within chance"
    sentence = f"{seen} periods are zero and the model makes {expected:.3g}{tail}."
    return Finding("zeros", verdict, sentence, z, p, unit)


def check_autocorrelation(
    frame: pd.DataFrame, *, lags: int | None = None, unit: str = ""
) -> Finding:
    """Check whether residuals of neighbouring periods are alike (Ljung-Box).

    Parameters
    ----------
    frame : DataFrame
        residual, a row a period in order of time; unknown periods are missing.
    lags : int, optional
        How many lags; min(10, n / 5) if absent.
    unit : str
        Name of the unit, for the finding.

    Returns
    -------
    Finding
        Does not hold if they are: model errors would then be wrong, and robust ones
        (HAC) are needed.

    References
    ----------
    Ljung and Box (1978), Biometrika 65(2); sums run over the pairs that are known.

    Examples
    --------
    >>> table = pd.DataFrame({"residual": [1.0] * 10 + [-1.0] * 10})
    >>> check_autocorrelation(table).verdict
    'does not hold'
    """
    check_columns(frame.columns, ("residual",), "The table")
    r = frame["residual"].to_numpy(dtype="float64", na_value=np.nan)
    known = ~np.isnan(r)
    n = int(known.sum())
    spread = float((r[known] ** 2).sum())
    if n < _LEAST or spread <= 0:
        return _too_short("autocorrelation", n, unit)
    most = max(1, min(10, n // 5)) if lags is None else lags
    check_number(most, "lags", low=1, high=len(r) - 1, integer=True)
    filled = np.where(known, r, 0.0)
    rho = np.array([filled[k:] @ filled[:-k] / spread for k in range(1, most + 1)])
    statistic = float(n * (n + 2) * (rho**2 / (n - np.arange(1, most + 1))).sum())
    p = float(chdtrc(most, statistic))
    if p < _LEVEL:
        sentence = (
            f"Neighbouring residuals are correlated (lag 1: {rho[0]:.2f}); intervals "
            "need robust errors (HAC), and remain somewhat too short in short series."
        )
        return Finding("autocorrelation", DOES_NOT_HOLD, sentence, statistic, p, unit)
    sentence = f"Residuals show no more correlation than chance (lag 1: {rho[0]:.2f})."
    return Finding("autocorrelation", HOLDS, sentence, statistic, p, unit)
