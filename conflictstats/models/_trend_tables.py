"""The tables of a trend, made once from the arrays of all units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from conflictstats.models._design import PERIODS_A_YEAR

if TYPE_CHECKING:
    from conflictstats.models._trend_fit import SeriesFit

# Slopes that are told as rate ratios too; the last of them stands first.
_SLOPES = (("trend_after", "rate_ratio_after"), ("trend", "rate_ratio"))
LOG_LIMIT = 700  # exp of more overflows; a slope without information gets there


def tidy_table(
    fits: Sequence[SeriesFit], level: float, every: str | None
) -> pd.DataFrame:
    """Return a row a term of every estimated unit, rate ratios first.

    Parameters
    ----------
    fits : sequence of SeriesFit
        Those without estimates are passed over.
    level : float
        Nominal coverage.
    every : str or None
        Length of the periods; None for a plain index, which has no year.
    """
    parts = [f for f in fits if f.beta is not None]
    columns: dict[str, list[Any]] = {
        c: [] for c in ("unit_name", "term", "estimate", "std_error", "df", "scale")
    }
    for fit in parts:
        beta, se, df = fit.coefficients()
        terms, scale = list(fit.terms), ["log rate"] * len(beta)
        for slope, stem in _SLOPES:
            if slope not in fit.terms:
                continue
            at = terms.index(slope)
            factors = {f"{stem}_per_period": 1.0}
            if every is not None:
                factors = {f"{stem}_per_year": PERIODS_A_YEAR[every], **factors}
            k = np.array(list(factors.values()))
            beta, se = np.r_[beta[at] * k, beta], np.r_[se[at] * k, se]
            df = np.r_[np.full(len(k), df[at]), df]
            terms, scale = [*factors, *terms], ["rate ratio"] * len(k) + scale
        row = ([fit.unit] * len(beta), terms, beta, se, df, scale)
        for name, values in zip(columns, row, strict=True):
            columns[name].append(values)
    if not parts:
        return pd.DataFrame(
            {c: [] for c in (*columns, "conf_low", "conf_high", "conf_level")}
        ).drop(columns="df")
    frame = pd.DataFrame({c: np.concatenate(v) for c, v in columns.items()})
    text = {"unit_name": "str", "term": "str", "scale": "str"}
    return _with_bends(with_intervals(frame.astype(text), level), parts)


def _with_bends(frame: pd.DataFrame, fits: Sequence[SeriesFit]) -> pd.DataFrame:
    """Name the periods of bends; whether there is one at all, no t test can say."""
    bends = np.flatnonzero(frame["term"] == "bend_at")
    if not len(bends):
        return frame
    out = frame.copy()
    out.loc[bends, "scale"] = "periods"
    out.loc[bends, ["statistic", "p_value"]] = np.nan
    clocks = {f.unit: (f.clock, f.series[0].index) for f in fits if f.clock is not None}
    for stem, name in (("", "estimate"), ("_low", "conf_low"), ("_high", "conf_high")):
        labels: list[Any] = [None] * len(out)
        for row in bends:
            clock, index = clocks[out["unit_name"].iloc[row]]
            first = int(np.searchsorted(clock, out[name].iloc[row]))
            labels[row] = index[min(first, len(index) - 1)]
        out[f"change_at{stem}"] = pd.Series(labels, index=out.index, dtype="object")
    return out


def with_intervals(frame: pd.DataFrame, level: float) -> pd.DataFrame:
    """Add t statistics, p-values and intervals; exponentiate rate ratios.

    Parameters
    ----------
    frame : DataFrame
        unit_name, term, estimate and std_error on the log scale, df, scale.
    level : float
        Nominal coverage.

    Returns
    -------
    DataFrame
        On the scale named in `scale`; the standard error of a rate ratio is that of
        its logarithm times the ratio (delta method).
    """
    out = frame.copy()
    df = out["df"].to_numpy()
    quantile = stdtrit(df, 0.5 + level / 2)
    out["statistic"] = out["estimate"] / out["std_error"]
    out["p_value"] = 2 * stdtr(df, -np.abs(out["statistic"].to_numpy()))
    out["conf_low"] = out["estimate"] - quantile * out["std_error"]
    out["conf_high"] = out["estimate"] + quantile * out["std_error"]
    out["conf_level"] = level
    ratio = (out["scale"] == "rate ratio").to_numpy()
    for name in ("estimate", "conf_low", "conf_high"):
        values = np.exp(np.clip(out[name].to_numpy(), -LOG_LIMIT, LOG_LIMIT))
        out[name] = np.where(ratio, values, out[name])
    out["std_error"] *= np.where(ratio, out["estimate"], 1.0)
    columns = ["unit_name", "term", "estimate", "std_error", "statistic", "p_value"]
    return out[[*columns, "conf_low", "conf_high", "conf_level", "df", "scale"]]


def augment_table(fits: Sequence[SeriesFit]) -> pd.DataFrame:
    """Return the data of all units with what the model says about each period."""
    series = [s for f in fits for s in f.series]
    dated = isinstance(series[0].index, pd.DatetimeIndex)
    lengths = [len(s.y) for s in series]
    time = np.concatenate([s.index.to_numpy() for s in series])
    out: dict[str, object] = {
        "unit_name": np.repeat([s.unit for s in series], lengths),
        "period_start" if dated else "time": time,
    }
    for name, of in (("observed", "y"), ("low", "low"), ("high", "high")):
        out[name] = _nullable(np.concatenate([getattr(s, of) for s in series]))
    out["exposure"] = np.concatenate([e for f in fits for e in f.exposures])
    for name in ("fitted", "fitted_low", "fitted_high", "residual"):
        out[name] = _nullable(np.concatenate([getattr(f, name) for f in fits]))
    return pd.DataFrame(out).astype({"unit_name": "str"})


def _nullable(values: np.ndarray) -> pd.Series:
    return pd.Series(values).astype("Float64").mask(np.isnan(values))
