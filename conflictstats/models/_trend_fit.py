"""One series fitted with a log-linear trend: the plain function behind fit_trend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from conflictstats.checks.finding import CANNOT_TELL, Finding
from conflictstats.models._design import PERIODS_A_YEAR, Design
from conflictstats.models._door import UnitSeries
from conflictstats.numerics.count_regression import CountFit, fit_nb2, fit_poisson
from conflictstats.numerics.covariance import (
    Robust,
    automatic_lag,
    heteroscedastic,
    newey_west,
    residual_autocorrelation,
)

FAMILIES = ("quasi-poisson", "nb2", "poisson")
COVARIANCES = ("HAC", "HC0", "HC1", "HC3", "cluster", "model")


@dataclass(frozen=True, kw_only=True)
class TrendPlan:
    """How to fit: validated once, the same for every unit.

    Parameters
    ----------
    design : Design
        Right-hand side.
    family : str
        One of `FAMILIES`.
    cov : str
        One of `COVARIANCES`.
    lag : int or None
        Bartlett lag of "HAC"; automatic if None.
    level : float
        Nominal coverage.
    every : str or None
        Length of the periods.
    """

    design: Design
    family: str
    cov: str
    lag: int | None
    level: float
    every: str | None


@dataclass(frozen=True, eq=False, kw_only=True)
class SeriesFit:
    """What one series gave.

    Parameters
    ----------
    unit : str
        Name of the unit.
    terms : DataFrame
        Tidy rows.
    rows : DataFrame
        The data with fitted values.
    glance : dict
        Numbers about the fit.
    findings : tuple of Finding
        Why it could not be estimated, if so.
    beta, covariance : ndarray
        Coefficients in the order of the design, and their covariance.
    dispersion : float
        Variance over mean for quasi-Poisson (1 for Poisson), alpha for NB2.
    """

    unit: str
    terms: pd.DataFrame
    rows: pd.DataFrame
    glance: dict[str, Any]
    findings: tuple[Finding, ...] = ()
    beta: np.ndarray | None = None
    covariance: np.ndarray | None = None
    dispersion: float = 1.0

    @property
    def estimated(self) -> bool:
        """Whether there are estimates."""
        return self.beta is not None


def fit_series(series: UnitSeries, exposure: np.ndarray, plan: TrendPlan) -> SeriesFit:
    """Fit one series, or say in a Finding why it cannot be fitted.

    Parameters
    ----------
    series : UnitSeries
        Counts; NaN is unknown and skipped.
    exposure : ndarray, shape (n,)
        Positive; includes the covered share of each period.
    plan : TrendPlan
        How to fit.
    """
    frame = plan.design.build(series.index, plan.every)
    use = series.known & (exposure > 0)
    x, y = frame.to_numpy()[use], series.y[use]
    offset = np.log(exposure[use])
    problem = _why_not(x, y)
    if problem:
        rows = data_rows(series, exposure)
        return not_fitted(series.unit, rows, len(use), int(use.sum()), problem)
    fit = fit_nb2(x, y, offset) if plan.family == "nb2" else fit_poisson(x, y, offset)
    if not fit.converged:
        problem = (
            "The likelihood has no maximum: the counts are separated by the terms of "
            "the model (such as zero in all periods but the last)."
        )
        rows = data_rows(series, exposure)
        return not_fitted(series.unit, rows, len(use), int(use.sum()), problem)
    position = np.flatnonzero(use)
    robust = _covariance(x, y, fit, position, list(frame.columns), plan)
    dispersion = _dispersion(y, fit, x.shape[1], plan.family)
    terms = tidy_terms(series.unit, frame.columns, fit.beta, robust, plan)
    rows = _rows(series, exposure, frame.to_numpy(), fit, robust, plan, dispersion)
    glance = {
        "n_obs": len(y),
        "n_skipped": int((~use).sum()),
        "dispersion": dispersion,
        "lag": robust.lag,
        "converged": True,
        **_likelihood(fit, x.shape[1], len(y), plan.family),
    }
    return SeriesFit(
        unit=series.unit,
        terms=terms,
        rows=rows,
        glance=glance,
        beta=fit.beta,
        covariance=robust.covariance,
        dispersion=dispersion,
    )


def _why_not(x: np.ndarray, y: np.ndarray) -> str:
    n, p = x.shape
    if n < p + 2:
        return (
            f"{n} periods with a known count do not suffice for {p} coefficients; at "
            f"least {p + 2} are needed."
        )
    if (y > 0).sum() < 2:
        seen = "no period has" if not (y > 0).any() else "only one period has"
        return f"A change over time needs several periods with reports; {seen} any."
    if np.linalg.matrix_rank(x) < p:
        return (
            "The terms of the model cannot be told apart in the periods with a known "
            "count (such as a month that never occurs)."
        )
    return ""


def not_fitted(
    unit: str,
    rows: pd.DataFrame,
    n_rows: int,
    n_used: int,
    why: str,
    findings: tuple[Finding, ...] = (),
) -> SeriesFit:
    """Return a fit that says why there is none.

    Parameters
    ----------
    unit : str
        Name of the unit.
    rows : DataFrame
        The data.
    n_rows, n_used : int
        Periods, and those with a known count.
    why : str
        The reason, in a sentence.
    findings : tuple of Finding
        Others found before.
    """
    out = rows.copy()
    for name in ("fitted", "fitted_low", "fitted_high", "residual"):
        out[name] = pd.array([pd.NA] * len(out), dtype="Float64")
    named = "" if unit == "all" else unit
    finding = Finding("estimable", CANNOT_TELL, why, unit=named)
    return SeriesFit(
        unit=unit,
        terms=pd.DataFrame(),
        rows=out,
        glance={"n_obs": n_used, "n_skipped": n_rows - n_used, "converged": False},
        findings=(*findings, finding),
    )


def _working(x: np.ndarray, y: np.ndarray, fit: CountFit) -> tuple[np.ndarray, ...]:
    variance = fit.mu * (1 + fit.alpha * fit.mu)
    z = x * (fit.mu / np.sqrt(variance))[:, None]
    return z, (y - fit.mu) / np.sqrt(variance)


def _covariance(
    x: np.ndarray,
    y: np.ndarray,
    fit: CountFit,
    position: np.ndarray,
    columns: list[str],
    plan: TrendPlan,
) -> Robust:
    z, residual = _working(x, y, fit)
    n, p = x.shape
    if plan.cov == "HAC":
        lag = plan.lag
        if lag is None:
            # The lag serves the trend; without one, the first term.
            focus = columns.index("trend") if "trend" in columns else min(1, p - 1)
            lag = automatic_lag((z @ fit.bread)[:, focus] * residual)
        rho = residual_autocorrelation(residual, position)
        return newey_west(z, residual, fit.bread, position, lag, rho)
    df = np.full(p, float(n - p))
    if plan.cov == "model":
        scale = 1.0
        if plan.family == "quasi-poisson":
            scale = float(residual @ residual) / (n - p)
        return Robust(fit.bread * scale, df, 0)
    return Robust(heteroscedastic(z, residual, fit.bread, plan.cov), df, 0)


def _dispersion(y: np.ndarray, fit: CountFit, p: int, family: str) -> float:
    if family == "nb2":
        return fit.alpha
    if family == "poisson":
        return 1.0
    return float(((y - fit.mu) ** 2 / fit.mu).sum() / (len(y) - p))


def _likelihood(fit: CountFit, p: int, n: int, family: str) -> dict[str, Any]:
    k = p + (family == "nb2")
    if family == "quasi-poisson":
        # A quasi-likelihood has no likelihood, hence no information criteria.
        return {"df_model": k}
    return {
        "df_model": k,
        "log_likelihood": fit.log_likelihood,
        "aic": 2 * k - 2 * fit.log_likelihood,
        "bic": np.log(n) * k - 2 * fit.log_likelihood,
    }


def tidy_terms(
    unit: str, columns: pd.Index, beta: np.ndarray, robust: Robust, plan: TrendPlan
) -> pd.DataFrame:
    """Return the tidy rows of coefficients, rate ratios first."""
    se = np.sqrt(np.diag(robust.covariance))
    frame = pd.DataFrame(
        {
            "unit_name": unit,
            "term": columns,
            "estimate": beta,
            "std_error": se,
            "df": robust.df,
            "scale": "log rate",
        }
    )
    if "trend" in frame["term"].to_list():
        frame = pd.concat([_ratios(frame, plan.every), frame], ignore_index=True)
    return with_intervals(frame, plan.level)


def _ratios(frame: pd.DataFrame, every: str | None) -> pd.DataFrame:
    """Return the slope as log rate ratios a period and a year."""
    slope = frame[frame["term"] == "trend"]
    parts = [slope.assign(term="rate_ratio_per_period", scale="rate ratio")]
    if every is not None:
        year = PERIODS_A_YEAR[every]
        scaled = slope.assign(
            term="rate_ratio_per_year",
            estimate=slope["estimate"] * year,
            std_error=slope["std_error"] * year,
            scale="rate ratio",
        )
        parts.insert(0, scaled)
    return pd.concat(parts)


def with_intervals(frame: pd.DataFrame, level: float) -> pd.DataFrame:
    """Add t statistics, p-values and intervals; exponentiate rate ratios.

    Parameters
    ----------
    frame : DataFrame
        term, estimate and std_error on the log scale, df, scale.
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
        # A slope without information can be steep enough to overflow.
        values = np.exp(np.clip(out[name].to_numpy(), -700, 700))
        out[name] = np.where(ratio, values, out[name])
    out["std_error"] = np.where(
        ratio, out["std_error"] * out["estimate"], out["std_error"]
    )
    columns = ["unit_name", "term", "estimate", "std_error", "statistic", "p_value"]
    return out[[*columns, "conf_low", "conf_high", "conf_level", "df", "scale"]]


def data_rows(series: UnitSeries, exposure: np.ndarray) -> pd.DataFrame:
    """Return the rows of `augment` that come from the data: a row a period."""
    name = "period_start" if isinstance(series.index, pd.DatetimeIndex) else "time"
    frame = pd.DataFrame({"unit_name": series.unit, name: series.index})
    for column, values in (
        ("observed", series.y),
        ("low", series.low),
        ("high", series.high),
    ):
        frame[column] = pd.Series(values).astype("Float64").mask(np.isnan(values))
    frame["exposure"] = exposure
    return frame


def _rows(
    series: UnitSeries,
    exposure: np.ndarray,
    x: np.ndarray,
    fit: CountFit,
    robust: Robust,
    plan: TrendPlan,
    dispersion: float,
) -> pd.DataFrame:
    rows = data_rows(series, exposure)
    eta = x @ fit.beta
    se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", x, robust.covariance, x), 0))
    quantile = stdtrit(float(robust.df.min()), 0.5 + plan.level / 2)
    for name, shift in (("fitted", 0), ("fitted_low", -1), ("fitted_high", 1)):
        rate = np.exp(np.clip(eta + shift * quantile * se, -700, 700))
        rows[name] = rate * exposure
    mu = rows["fitted"].to_numpy()
    variance = mu * (1 + dispersion * mu) if plan.family == "nb2" else mu * dispersion
    # A perfect fit has dispersion 0 and residuals 0.
    spread = np.sqrt(np.where(variance > 0, variance, 1.0))
    residual = (series.y - mu) / spread
    rows["residual"] = pd.Series(residual).astype("Float64").mask(np.isnan(residual))
    return rows
