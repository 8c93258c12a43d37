"""Models side by side on the same data: information criteria and held-out counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import xlogy

from conflictstats.arguments import check_number, check_type
from conflictstats.errors import ArgumentError, ConflictStatsError
from conflictstats.models._prediction import predictive_quantiles
from conflictstats.models._refitting import data_of, refit
from conflictstats.models._result import FitResult, _clean
from conflictstats.numerics.scores import crps, ignorance, interval_score

# Single counts are predicted by so many evenly spaced quantiles.
_LEVELS = (np.arange(99) + 0.5) / 99
_LEVEL = 0.9
_SCORES = ("mean_crps", "mean_ignorance", "mean_interval_score", "share_covered",
           "mean_absolute_error", "mean_deviance")  # fmt: skip
_CRITERIA = ("df_model", "log_likelihood", "aic", "bic")


def compare(
    fits: Mapping[str, FitResult] | Sequence[FitResult],
    *,
    horizon: int | None = None,
    origins: int = 3,
) -> pd.DataFrame:
    """Compare models of the same counts, within the sample and beyond it.

    Parameters
    ----------
    fits : mapping of name to result, or sequence of results
        From `fit_trend`, `fit_breaks`, `fit_interruption`, `fit_levels` or
        `fit_monotone_trend`, all on the same data.
    horizon : int, optional
        Periods ahead that are predicted; a tenth of the series by default.
    origins : int
        From how many earlier dates; 0 for information criteria only.

    Returns
    -------
    DataFrame
        A row a fit: information criteria and their distance from the least; and for
        counts that were set unknown and predicted the mean CRPS, binned log score,
        interval score and coverage of the 90 % interval, absolute error and Poisson
        deviance. The least mean CRPS stands on top. What a model does not have is
        missing.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If there are fewer than two fits or they are of different data.

    Notes
    -----
    Information criteria compare likelihoods of the same counts; a quasi-likelihood has
    none, and `fit_levels` on log(1 + count) is not comparable, so both stay empty. For
    held-out counts each model is fitted again with all periods after an origin
    unknown, and predicts the next ones, as distributions of single counts (its
    estimates taken as known). The scores are those of `score_counts`.

    Examples
    --------
    >>> from conflictstats.models.breaks import fit_breaks
    >>> from conflictstats.models.trend import fit_trend
    >>> counts = [3, 5, 4, 8, 9, 8, 14, 13, 20, 18, 30, 28]
    >>> table = compare(
    ...     {"trend": fit_trend(counts, family="nb2"), "breaks": fit_breaks(counts)}
    ... )
    >>> table["candidate"].tolist()
    ['trend', 'breaks']
    """
    named = _named(fits)
    data = {name: data_of(fit) for name, fit in named.items()}
    _check_same(data)
    check_number(origins, "origins", low=0, high=1000, integer=True)
    periods = int(next(iter(data.values())).groupby("unit_name").size().max())
    ahead = max(1, periods // 10) if horizon is None else horizon
    check_number(ahead, "horizon", low=1, high=max(1, periods - 1), integer=True)
    rows = []
    for name, fit in named.items():
        row = {"candidate": name} | _in_sample(fit)
        row |= _held_out(fit, data[name], int(ahead), int(origins))
        rows.append(row)
    table = pd.DataFrame(rows)
    for criterion in ("aic", "bic"):
        table[f"delta_{criterion}"] = table[criterion] - table[criterion].min()
    best = "mean_crps" if table["mean_crps"].notna().any() else "bic"
    table = table.sort_values(best, kind="stable", na_position="last")
    return _clean(table)


def _named(fits: Any) -> dict[str, FitResult]:
    if isinstance(fits, Mapping):
        named = {str(k): v for k, v in fits.items()}
    else:
        named = {f"fit {k}": v for k, v in enumerate(fits, start=1)}
    for fit in named.values():
        check_type(fit, "fits", FitResult, "results of fit_* functions")
    if len(named) < 2:
        message = "`fits` must hold at least two results."
        raise ArgumentError(message)
    return named


def _check_same(data: dict[str, pd.DataFrame]) -> None:
    first, *others = data.items()
    for name, rows in others:
        one, two = first[1], rows
        same = (
            len(one) == len(two)
            and list(one.columns) == list(two.columns)
            and one["unit_name"].tolist() == two["unit_name"].tolist()
            and one.iloc[:, 1].tolist() == two.iloc[:, 1].tolist()
            and one["observed"].equals(two["observed"])
        )
        if not same:
            message = (
                f"`fits` must be of the same data; {first[0]!r} and {name!r} differ in "
                "their periods or counts."
            )
            raise ArgumentError(message)


def _in_sample(fit: FitResult) -> dict[str, Any]:
    glance = fit.to_frame("glance").iloc[0]
    out: dict[str, Any] = {"model": glance["model"], "n_obs": int(glance["n_obs"])}
    # A density of log(1 + count) is not one of the count.
    comparable = glance.get("transform", "none") == "none"
    for name in _CRITERIA:
        value = glance.get(name, np.nan)
        out[name] = float(value) if comparable and not pd.isna(value) else np.nan
    return out


def _held_out(
    fit: FitResult, rows: pd.DataFrame, ahead: int, origins: int
) -> dict[str, Any]:
    seen, predicted, said = [], [], []
    order = rows.groupby("unit_name").cumcount()
    size = rows.groupby("unit_name")["unit_name"].transform("size")
    for k in range(1, origins + 1):
        begin = size - k * ahead
        later = (order >= begin).to_numpy()
        scored = later & (order < begin + ahead).to_numpy()
        hidden = rows.copy()
        hidden["observed"] = hidden["observed"].mask(later)
        try:
            again = refit(fit, hidden)
        except ConflictStatsError:
            continue
        frame = again.to_frame("augment")
        mean = frame["fitted"].to_numpy(dtype="float64", na_value=np.nan)
        y = rows["observed"].to_numpy(dtype="float64", na_value=np.nan)
        use = scored & ~np.isnan(y) & ~np.isnan(mean)
        if use.any():
            seen.append(y[use])
            predicted.append(mean[use])
            said.append(predictive_quantiles(again, _LEVELS)[use])
    if not seen:
        return {"n_scored": 0} | dict.fromkeys(_SCORES, np.nan)
    y, mean = np.concatenate(seen), np.concatenate(predicted)
    quantiles = np.concatenate(said)
    # A prediction of exactly none would make one report infinitely surprising.
    mu = np.maximum(mean, 1e-3)
    deviance = 2 * (xlogy(y, np.where(y > 0, y, 1.0) / mu) - (y - mu))
    low, high = np.quantile(quantiles, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2], axis=1)
    values = (
        crps(quantiles, y),
        ignorance(quantiles, y),
        interval_score(low, high, y, _LEVEL),
        ((low <= y) & (y <= high)).astype("float64"),
        np.abs(y - mean),
        deviance,
    )
    return {"n_scored": len(y)} | {
        name: float(v.mean()) for name, v in zip(_SCORES, values, strict=True)
    }
