"""Forecasts of counts scored against what came: by sample, and by interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number
from conflictstats.errors import ArgumentError
from conflictstats.numerics.scores import crps, ignorance, interval_score


def score_counts(draws: Any, observed: Any, *, level: float = 0.9) -> pd.DataFrame:
    """Score samples of future counts.

    Parameters
    ----------
    draws : array_like, shape (n, m)
        m samples for each of n counts; (n,) for point forecasts.
    observed : array_like, shape (n,)
        What came; missing where it is unknown, and then left out.
    level : float
        Nominal coverage of the interval score.

    Returns
    -------
    DataFrame
        A row a known count: crps, ignorance (bits), interval_score, is_covered,
        absolute_error (of the median). Smaller is better. Means over rows compare
        forecasts of the same counts.

    Raises
    ------
    ArgumentError
        If shapes do not fit, samples are missing or infinite, or nothing is known.

    Notes
    -----
    CRPS of the samples as an empirical distribution, the log score in the eleven bins
    of the VIEWS prediction challenge, and the interval score with sample quantiles;
    there 1,000 samples were given, and the ignorance of other numbers is not
    comparable with it.

    References
    ----------
    Gneiting and Raftery (2007), JASA 102. Hegre et al. (2025), Journal of Peace
    Research.

    Examples
    --------
    >>> score_counts([[2, 4], [0, 0]], [3, 0])["crps"].tolist()
    [0.5, 0.0]
    """
    check_number(level, "level", low=0.01, high=0.999)
    x = np.asarray(draws, dtype="float64")
    x = x[:, None] if x.ndim == 1 else x
    y = _known(observed)
    if x.ndim != 2 or len(x) != len(y) or x.shape[1] == 0:
        message = (
            "`draws` must have a row of samples for each count in `observed`; got "
            f"{x.shape} for {len(y)} counts."
        )
        raise ArgumentError(message)
    if not np.isfinite(x).all():
        message = "`draws` must be finite numbers; some are missing or infinite."
        raise ArgumentError(message)
    told = ~np.isnan(y)
    if not told.any():
        message = "No count in `observed` is known; there is nothing to score."
        raise ArgumentError(message)
    x, y = x[told], y[told]
    low, middle, high = np.quantile(x, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=1)
    return pd.DataFrame(
        {
            "observed": y,
            "crps": crps(x, y),
            "ignorance": ignorance(x, y),
            "interval_score": interval_score(low, high, y, level),
            "is_covered": (low <= y) & (y <= high),
            "absolute_error": np.abs(middle - y),
        }
    )


def score_interval(
    low: Any, high: Any, observed: Any, *, level: float = 0.95
) -> pd.DataFrame:
    """Score intervals of future counts.

    Parameters
    ----------
    low, high : array_like, shape (n,)
        Ends of the central intervals.
    observed : array_like, shape (n,)
        What came; missing where it is unknown, and then left out.
    level : float
        Nominal coverage.

    Returns
    -------
    DataFrame
        A row a known count: interval_score and is_covered.

    Raises
    ------
    ArgumentError
        If lengths differ, an interval is reversed or missing, or nothing is known.

    References
    ----------
    Gneiting and Raftery (2007), JASA 102, equation 43.

    Examples
    --------
    >>> score_interval([2], [5], [6], level=0.9)["interval_score"].round(6).tolist()
    [23.0]
    """
    check_number(level, "level", low=0.01, high=0.999)
    a, b, y = (np.asarray(v, dtype="float64") for v in (low, high, _known(observed)))
    if not a.shape == b.shape == y.shape or a.ndim != 1:
        message = (
            "`low`, `high` and `observed` must be of the same length; got "
            f"{a.shape}, {b.shape} and {y.shape}."
        )
        raise ArgumentError(message)
    told = ~np.isnan(y)
    a, b, y = a[told], b[told], y[told]
    if not len(y):
        message = "No count in `observed` is known; there is nothing to score."
        raise ArgumentError(message)
    if not (a <= b).all():
        message = "Every interval needs `low` no larger than `high`, neither missing."
        raise ArgumentError(message)
    return pd.DataFrame(
        {
            "observed": y,
            "interval_score": interval_score(a, b, y, level),
            "is_covered": (a <= y) & (y <= b),
        }
    )


def _known(observed: Any) -> np.ndarray:
    """Return counts as numbers, NaN where they are missing."""
    return pd.Series(observed).to_numpy(dtype="float64", na_value=np.nan)
