"""One trend for many units: a level for each unit, errors clustered by unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from conflictstats.checks.finding import CANNOT_TELL, Finding
from conflictstats.models._door import UnitSeries
from conflictstats.models._trend_fit import (
    SeriesFit,
    TrendPlan,
    data_rows,
    not_fitted,
    tidy_terms,
)
from conflictstats.numerics.covariance import Robust, clustered, heteroscedastic
from conflictstats.numerics.fixed_effects import FixedFit, fit_fixed_effects

TOGETHER = "all units"
FEW = 10


def fit_together(
    series: tuple[UnitSeries, ...], exposures: list[np.ndarray], plan: TrendPlan
) -> SeriesFit:
    """Fit one trend with unit fixed effects, or say why not.

    Parameters
    ----------
    series : tuple of UnitSeries
        The units; those without any report carry no information and are left out.
    exposures : list of ndarray
        Exposure of each unit's periods.
    plan : TrendPlan
        Quasi-Poisson or Poisson.

    Returns
    -------
    SeriesFit
        With the rows of all units.
    """
    blocks, findings = _blocks(series, exposures, plan)
    rows = pd.concat(
        [data_rows(s, e) for s, e in zip(series, exposures, strict=True)],
        ignore_index=True,
    )
    problem = _why_not(blocks)
    if problem:
        return not_fitted(TOGETHER, rows, len(rows), 0, problem, tuple(findings))
    x, y, offset, unit = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    columns = _columns(series[0], plan)
    fit = fit_fixed_effects(x, y, offset, unit)
    if not fit.converged:
        why = "The likelihood has no maximum: the counts are separated by the terms."
        return not_fitted(TOGETHER, rows, len(rows), 0, why, tuple(findings))
    robust = _covariance(fit, y, unit, plan)
    n, p, groups = len(y), x.shape[1], int(unit.max()) + 1
    pearson = float(((y - fit.mu) ** 2 / fit.mu).sum())
    dispersion = 1.0 if plan.family == "poisson" else pearson / (n - p - groups)
    if groups < FEW and plan.cov == "cluster":
        few = (
            f"Errors clustered over {groups} units are unreliable; {FEW} or more are "
            "wanted."
        )
        findings.append(Finding("clusters", CANNOT_TELL, few))
    fitted = _fitted_rows(rows, fit, robust, unit, plan, dispersion)
    return SeriesFit(
        unit=TOGETHER,
        terms=tidy_terms(TOGETHER, pd.Index(columns), fit.beta, robust, plan),
        rows=fitted,
        glance={
            "n_obs": n,
            "n_skipped": int(rows["observed"].isna().sum()),
            "dispersion": dispersion,
            "lag": 0,
            "converged": True,
            "df_model": p + groups,
        },
        findings=tuple(findings),
        beta=fit.beta,
        covariance=robust.covariance,
        dispersion=dispersion,
    )


Block = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _columns(series: UnitSeries, plan: TrendPlan) -> list[str]:
    frame = plan.design.build(series.index, plan.every)
    return [c for c in frame.columns if c != "intercept"]


def _blocks(
    series: tuple[UnitSeries, ...], exposures: list[np.ndarray], plan: TrendPlan
) -> tuple[list[Block], list[Finding]]:
    blocks: list[Block] = []
    findings = []
    for one, exposure in zip(series, exposures, strict=True):
        use = one.known & (exposure > 0)
        if not (one.y[use] > 0).any():
            why = "No report in any period: the unit says nothing of a common trend."
            findings.append(Finding("estimable", CANNOT_TELL, why, unit=one.unit))
            continue
        frame = plan.design.build(one.index, plan.every)
        x = frame.drop(columns="intercept", errors="ignore").to_numpy()[use]
        unit = np.full(int(use.sum()), len(blocks))
        blocks.append((x, one.y[use], np.log(exposure[use]), unit))
    return blocks, findings


def _why_not(blocks: list[Block]) -> str:
    if len(blocks) < 2:
        return (
            f"A common trend with errors clustered by unit needs at least two units "
            f"with reports; there are {len(blocks)}."
        )
    x = np.concatenate([b[0] - b[0].mean(axis=0) for b in blocks])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return (
            "The terms of the model do not vary enough within units to be told apart."
        )
    return ""


def _covariance(
    fit: FixedFit, y: np.ndarray, unit: np.ndarray, plan: TrendPlan
) -> Robust:
    z = fit.within * np.sqrt(fit.mu)[:, None]
    residual = (y - fit.mu) / np.sqrt(fit.mu)
    if plan.cov == "cluster":
        return clustered(z, residual, fit.bread, unit)
    n, p = fit.within.shape
    df = n - p - int(unit.max()) - 1
    if plan.cov == "model":
        scale = 1.0
        if plan.family == "quasi-poisson":
            scale = float(residual @ residual) / df
        return Robust(fit.bread * scale, np.full(p, float(df)), 0)
    covariance = heteroscedastic(z, residual, fit.bread, plan.cov)
    return Robust(covariance, np.full(p, float(df)), 0)


def _fitted_rows(
    rows: pd.DataFrame,
    fit: FixedFit,
    robust: Robust,
    unit: np.ndarray,
    plan: TrendPlan,
    dispersion: float,
) -> pd.DataFrame:
    """Attach fitted means to the rows that entered; the others have none."""
    out = rows.copy()
    has = rows.groupby("unit_name")["observed"].transform(lambda v: (v > 0).any())
    entered = (rows["observed"].notna() & (rows["exposure"] > 0) & has).to_numpy(bool)
    variance = np.einsum("ij,jk,ik->i", fit.within, robust.covariance, fit.within)
    # The unit's own level is known as well as its total is.
    level = dispersion / np.bincount(unit, fit.mu)[unit]
    se = np.sqrt(np.maximum(variance, 0) + level)
    quantile = float(stdtrit(robust.df.min(), 0.5 + plan.level / 2))
    for name, shift in (("fitted", 0), ("fitted_low", -1), ("fitted_high", 1)):
        values = pd.array([pd.NA] * len(out), dtype="Float64")
        values[entered] = fit.mu * np.exp(shift * quantile * se)
        out[name] = values
    observed = out.loc[entered, "observed"].to_numpy(dtype="float64")
    residual = pd.array([pd.NA] * len(out), dtype="Float64")
    spread = np.sqrt(np.maximum(fit.mu * dispersion, 1e-300))
    residual[entered] = (observed - fit.mu) / spread
    out["residual"] = residual
    return out
