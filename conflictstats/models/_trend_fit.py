"""One series fitted with a log-linear trend: the plain function behind fit_trend."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from conflictstats.checks.finding import CANNOT_TELL, Finding
from conflictstats.models._design import Design, time_in_periods
from conflictstats.models._door import UnitSeries
from conflictstats.models._series_fits import without_errors
from conflictstats.models._trend_tables import LOG_LIMIT
from conflictstats.numerics.bent_line import bent_design, fit_bent
from conflictstats.numerics.count_errors import (
    count_covariance,
    likelihood_facts,
    variance_ratio,
)
from conflictstats.numerics.count_regression import CountFit, fit_nb2, fit_poisson
from conflictstats.numerics.covariance import Robust

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

    @property
    def bends(self) -> bool:
        """Whether the trend bends at a time to be estimated."""
        return self.design.trend == "segmented" and self.design.formula is None

    def build(self, series: UnitSeries) -> tuple[np.ndarray, tuple[str, ...]]:
        """Return the design matrix of a unit, shape (n, p), and its terms."""
        frame = self.design.build(series.index, self.every)
        return frame.to_numpy(dtype="float64"), tuple(map(str, frame.columns))


@dataclass(frozen=True, eq=False, kw_only=True)
class SeriesFit:
    """What one series gave, or several fitted together.

    Parameters
    ----------
    unit : str
        Name of the unit.
    series : tuple of UnitSeries
        The data.
    exposures : tuple of ndarray
        Exposure of each of them.
    fitted, fitted_low, fitted_high, residual : ndarray, shape (n,)
        Of all periods of all series in order; NaN where there is none.
    n_obs, n_skipped : int
        Periods used, and those with an unknown count.
    facts : dict
        Numbers about the fit, for `glance`.
    findings : tuple of Finding
        Why it could not be estimated, if so.
    terms : tuple of str
        Names of the coefficients.
    beta : ndarray, shape (p,), or None
        Coefficients; None if not estimated.
    robust : Robust or None
        Their covariance and degrees of freedom.
    dispersion : float
        Variance over mean for quasi-Poisson (1 for Poisson), alpha for NB2.
    clock : ndarray, shape (n,), or None
        Of a trend that bends: time on the scale of its bend.
    """

    unit: str
    series: tuple[UnitSeries, ...]
    exposures: tuple[np.ndarray, ...]
    fitted: np.ndarray
    fitted_low: np.ndarray
    fitted_high: np.ndarray
    residual: np.ndarray
    n_obs: int
    n_skipped: int
    facts: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    terms: tuple[str, ...] = ()
    beta: np.ndarray | None = None
    robust: Robust | None = None
    dispersion: float = 1.0
    clock: np.ndarray | None = None

    def coefficients(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return estimates, standard errors and degrees of freedom, each shape (p,)."""
        if self.beta is None or self.robust is None:
            empty = np.empty(0)
            return empty, empty, empty
        return self.beta, np.sqrt(np.diag(self.robust.covariance)), self.robust.df


@dataclass(frozen=True, eq=False)
class _Model:
    """A design and its estimate; `beta` differs from the fit's if the line bends."""

    x: np.ndarray
    terms: tuple[str, ...]
    use: np.ndarray
    fit: CountFit | None = None
    beta: np.ndarray | None = None
    clock: np.ndarray | None = None


def fit_series(
    series: UnitSeries,
    exposure: np.ndarray,
    plan: TrendPlan,
    x: np.ndarray,
    terms: tuple[str, ...],
) -> SeriesFit:
    """Fit one series, or say in a Finding why it cannot be fitted.

    Parameters
    ----------
    series : UnitSeries
        Counts; NaN is unknown and skipped.
    exposure : ndarray, shape (n,)
        Positive where the period counts; includes its covered share.
    plan : TrendPlan
        How to fit.
    x : ndarray, shape (n, p)
        Design matrix, from `plan.build`.
    terms : tuple of str
        Its columns.
    """
    use = series.known & (exposure > 0)
    y, offset = series.y[use], np.log(exposure[use])
    problem = _why_not(x[use], y)
    model = None
    if not problem:
        model = _estimate(series, plan, _Model(x, terms, use), y, offset)
        if model.fit is None or not model.fit.converged:
            problem = (
                "The likelihood has no maximum: the counts are separated by the terms "
                "of the model (such as zero in all periods but the last)."
            )
            if plan.bends:
                problem = "No bend of the trend can be told from none."
    if model is None or model.fit is None or problem:
        return not_fitted(series.unit, (series,), (exposure,), problem)
    x, terms, fit = model.x, model.terms, model.fit
    p, n = x.shape[1], len(y)
    robust = count_covariance(
        x[use],
        y,
        fit,
        np.flatnonzero(use),
        kind=plan.cov,
        scaled=plan.family == "quasi-poisson",
        lag=plan.lag,
        # The lag serves the trend; without one, the first term.
        focus=terms.index("trend") if "trend" in terms else min(1, p - 1),
    )
    dispersion = _dispersion(y, fit, p, plan.family)
    fitted, low, high = _fitted(x, exposure, fit, robust, plan.level)
    return SeriesFit(
        unit=series.unit,
        series=(series,),
        exposures=(exposure,),
        fitted=fitted,
        fitted_low=low,
        fitted_high=high,
        residual=_residual(series.y, fitted, dispersion, plan.family),
        n_obs=n,
        n_skipped=len(use) - n,
        facts={
            "dispersion": dispersion,
            "lag": robust.lag,
            **_likelihood(fit, p, n, plan.family),
        },
        terms=terms,
        beta=fit.beta if model.beta is None else model.beta,
        robust=robust,
        dispersion=dispersion,
        clock=model.clock,
        findings=without_errors(series.unit, robust.covariance),
    )


def _estimate(
    series: UnitSeries,
    plan: TrendPlan,
    model: _Model,
    y: np.ndarray,
    offset: np.ndarray,
) -> _Model:
    estimate = fit_nb2 if plan.family == "nb2" else fit_poisson
    if not plan.bends:
        return replace(model, fit=estimate(model.x[model.use], y, offset))
    time = time_in_periods(series.index, plan.every)
    clock = time - time[0] if isinstance(series.index, pd.DatetimeIndex) else time
    at, use = model.terms.index("trend"), model.use
    bent = fit_bent(model.x[use], at, clock[use], y, offset, estimate)
    if bent is None:
        return model
    turn = bent.slopes[1] - bent.slopes[0]
    return _Model(
        bent_design(model.x, at, clock, bent.bend, turn),
        (*model.terms, "trend_after", "bend_at"),
        use,
        fit=bent.fit,
        beta=np.append(bent.fit.beta[:-1], bent.bend),
        clock=clock,
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
    series: tuple[UnitSeries, ...],
    exposures: tuple[np.ndarray, ...],
    why: str,
    findings: tuple[Finding, ...] = (),
) -> SeriesFit:
    """Return a fit that says why there is none.

    Parameters
    ----------
    unit : str
        Name of the unit.
    series : tuple of UnitSeries
        The data.
    exposures : tuple of ndarray
        Exposure of each of them.
    why : str
        The reason, in a sentence.
    findings : tuple of Finding
        Others found before.
    """
    nothing = np.full(sum(len(s.y) for s in series), np.nan)
    named = "" if unit == "all" else unit
    finding = Finding("estimable", CANNOT_TELL, why, unit=named)
    return SeriesFit(
        unit=unit,
        series=series,
        exposures=exposures,
        fitted=nothing,
        fitted_low=nothing,
        fitted_high=nothing,
        residual=nothing,
        n_obs=sum(int(s.known.sum()) for s in series),
        n_skipped=sum(s.n_skipped for s in series),
        findings=(*findings, finding),
    )


def _dispersion(y: np.ndarray, fit: CountFit, p: int, family: str) -> float:
    if family == "nb2":
        return fit.alpha
    return 1.0 if family == "poisson" else variance_ratio(y, fit.mu, p)


def _likelihood(fit: CountFit, p: int, n: int, family: str) -> dict[str, Any]:
    k = p + (family == "nb2")
    # A quasi-likelihood has no likelihood, hence no information criteria.
    known = {} if family == "quasi-poisson" else likelihood_facts(fit, k, n)
    return {"df_model": k, **known}


def _fitted(
    x: np.ndarray, exposure: np.ndarray, fit: CountFit, robust: Robust, level: float
) -> tuple[np.ndarray, ...]:
    eta = x @ fit.beta
    variance = ((x @ robust.covariance) * x).sum(axis=1)
    reach = stdtrit(float(robust.df.min()), 0.5 + level / 2)
    half = reach * np.sqrt(np.maximum(variance, 0))
    # Where nothing was covered, a fitted count of zero would say too much.
    scale = np.where(exposure > 0, exposure, np.nan)
    return tuple(
        np.exp(np.clip(eta + shift * half, -LOG_LIMIT, LOG_LIMIT)) * scale
        for shift in (0, -1, 1)
    )


def _residual(
    y: np.ndarray, mu: np.ndarray, dispersion: float, family: str
) -> np.ndarray:
    variance = mu * (1 + dispersion * mu) if family == "nb2" else mu * dispersion
    # A perfect fit has dispersion 0 and residuals 0.
    return np.asarray((y - mu) / np.sqrt(np.where(variance > 0, variance, 1.0)))
