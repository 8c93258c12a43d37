"""One trend for many units: a level for each unit, errors clustered by unit."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from conflictstats.checks.finding import CANNOT_TELL, Finding
from conflictstats.models._door import UnitSeries
from conflictstats.models._trend_fit import SeriesFit, TrendPlan, not_fitted
from conflictstats.numerics.covariance import Robust, clustered, heteroscedastic
from conflictstats.numerics.fixed_effects import FixedFit, fit_fixed_effects

TOGETHER = "all units"
FEW = 10

# Design, counts, log exposure, unit and place among all rows of the data.
Block = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def fit_together(
    series: tuple[UnitSeries, ...], exposures: tuple[np.ndarray, ...], plan: TrendPlan
) -> SeriesFit:
    """Fit one trend with unit fixed effects, or say why not.

    Parameters
    ----------
    series : tuple of UnitSeries
        The units; those without any report carry no information and are left out.
    exposures : tuple of ndarray
        Exposure of each unit's periods.
    plan : TrendPlan
        Quasi-Poisson or Poisson.

    Returns
    -------
    SeriesFit
        With the periods of all units.
    """
    blocks, terms, found = _blocks(series, exposures, plan)
    problem = _why_not(blocks)
    fit = None
    if not problem:
        joined = [np.concatenate(b) for b in zip(*blocks, strict=True)]
        x, y, offset, unit, place = joined
        fit = fit_fixed_effects(x, y, offset, unit)
        if not fit.converged:
            problem = "The likelihood has no maximum: the terms separate the counts."
    if fit is None or problem:
        return not_fitted(TOGETHER, series, exposures, problem, tuple(found))
    n, p, groups = len(y), x.shape[1], len(blocks)
    pearson = float(((y - fit.mu) ** 2 / fit.mu).sum())
    dispersion = 1.0 if plan.family == "poisson" else pearson / (n - p - groups)
    robust = _covariance(fit, y, unit, plan, dispersion)
    if groups < FEW and plan.cov == "cluster":
        few = (
            f"Errors clustered over {groups} units are unreliable; {FEW} or more are "
            "wanted."
        )
        found.append(Finding("clusters", CANNOT_TELL, few))
    rows = _rows(fit, y, unit, robust, dispersion, plan.level)
    length = sum(len(s.y) for s in series)
    return SeriesFit(
        unit=TOGETHER,
        series=series,
        exposures=exposures,
        fitted=_placed(rows["fitted"], place, length),
        fitted_low=_placed(rows["fitted_low"], place, length),
        fitted_high=_placed(rows["fitted_high"], place, length),
        residual=_placed(rows["residual"], place, length),
        n_obs=n,
        n_skipped=sum(s.n_skipped for s in series),
        facts={"dispersion": dispersion, "lag": 0, "df_model": p + groups},
        findings=tuple(found),
        terms=terms,
        beta=fit.beta,
        robust=robust,
        dispersion=dispersion,
    )


def _blocks(
    series: tuple[UnitSeries, ...], exposures: tuple[np.ndarray, ...], plan: TrendPlan
) -> tuple[list[Block], tuple[str, ...], list[Finding]]:
    blocks: list[Block] = []
    found, begin = [], 0
    terms: tuple[str, ...] = ()
    for one, exposure in zip(series, exposures, strict=True):
        use = one.known & (exposure > 0)
        place = begin + np.flatnonzero(use)
        begin += len(use)
        if not (one.y[use] > 0).any():
            why = "No report in any period: the unit says nothing of a common trend."
            found.append(Finding("estimable", CANNOT_TELL, why, unit=one.unit))
            continue
        x, columns = plan.build(one)
        keep = [i for i, name in enumerate(columns) if name != "intercept"]
        terms = tuple(columns[i] for i in keep)
        unit = np.full(len(place), len(blocks))
        blocks.append((x[use][:, keep], one.y[use], np.log(exposure[use]), unit, place))
    return blocks, terms, found


def _why_not(blocks: list[Block]) -> str:
    if len(blocks) < 2:
        return (
            f"A common trend with errors clustered by unit needs at least two units "
            f"with reports; there are {len(blocks)}."
        )
    x = np.concatenate([b[0] - b[0].mean(axis=0) for b in blocks])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return "The terms of the model do not vary enough within units."
    return ""


def _covariance(
    fit: FixedFit, y: np.ndarray, unit: np.ndarray, plan: TrendPlan, dispersion: float
) -> Robust:
    n, p = fit.within.shape
    df = np.full(p, float(n - p - int(unit.max()) - 1))
    if plan.cov == "model":
        return Robust(fit.bread * dispersion, df, 0)
    z = fit.within * np.sqrt(fit.mu)[:, None]
    residual = (y - fit.mu) / np.sqrt(fit.mu)
    if plan.cov == "cluster":
        return clustered(z, residual, fit.bread, unit)
    return Robust(heteroscedastic(z, residual, fit.bread, plan.cov), df, 0)


def _rows(
    fit: FixedFit,
    y: np.ndarray,
    unit: np.ndarray,
    robust: Robust,
    dispersion: float,
    level: float,
) -> dict[str, np.ndarray]:
    variance = ((fit.within @ robust.covariance) * fit.within).sum(axis=1)
    # The unit's own level is known as well as its total is.
    variance = variance + dispersion / np.bincount(unit, fit.mu)[unit]
    reach = float(stdtrit(robust.df.min(), 0.5 + level / 2))
    half = reach * np.sqrt(np.maximum(variance, 0))
    spread = np.sqrt(np.maximum(fit.mu * dispersion, 1e-300))
    return {
        "fitted": fit.mu,
        "fitted_low": fit.mu * np.exp(-half),
        "fitted_high": fit.mu * np.exp(half),
        "residual": (y - fit.mu) / spread,
    }


def _placed(values: np.ndarray, place: np.ndarray, length: int) -> np.ndarray:
    out = np.full(length, np.nan)
    out[place] = values
    return out
