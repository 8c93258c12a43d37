"""One series with changes at known dates: the function behind fit_interruption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.checks.counts import check_autocorrelation, check_dispersion
from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.models._design import PERIODS_A_YEAR
from conflictstats.models._door import UnitSeries
from conflictstats.models._interruption_model import (
    InterruptionPlan,
    Model,
    build_model,
    covariance_of,
    dispersion_of,
    likelihood_of,
    positions,
    regress,
    transition,
    why_not,
)
from conflictstats.models._interruption_paths import Paths, paths_of
from conflictstats.models._series_fits import (
    UnitFit,
    counts_of,
    data_rows,
    not_estimated,
    nullable,
    unit_label,
    without_errors,
)
from conflictstats.models._trend_tables import with_intervals
from conflictstats.numerics.count_regression import CountFit
from conflictstats.numerics.covariance import Robust

COLUMNS = ("fitted", "fitted_low", "fitted_high", "counterfactual",
           "counterfactual_low", "counterfactual_high", "added", "added_low",
           "added_high", "residual")  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class InterruptionState:
    """What a unit's fit keeps beyond its tables.

    Parameters
    ----------
    dispersion : float
        Variance over mean (quasi-Poisson), or the NB2 alpha.
    placebo : DataFrame
        A row an admissible date; empty if none were fitted.
    dates : tuple
        First periods after each date.
    """

    dispersion: float
    placebo: pd.DataFrame
    dates: tuple[Any, ...] = field(default=())


def fit_one(
    series: UnitSeries,
    exposure: np.ndarray,
    dates: Sequence[Any],
    plan: InterruptionPlan,
    rng: np.random.Generator | None,
) -> UnitFit:
    """Fit one series, or say in a Finding why it cannot be fitted.

    Parameters
    ----------
    series : UnitSeries
        Counts; NaN is unknown and skipped.
    exposure : ndarray, shape (n,)
        Positive; includes the covered share of each period.
    dates : sequence
        Dates of the changes.
    plan : InterruptionPlan
        How to fit.
    rng : numpy.random.Generator or None
        Simulates the intervals of paths and sums; without it the delta method.
    """
    found = positions(series.index, dates)
    starts = [first for first, _ in found]
    out = transition(len(series.y), found, plan.transition)
    model = build_model(series, exposure, starts, out, plan)
    why = why_not(model, starts)
    if not why:
        fit = regress(model, plan.family)
        if not fit.converged:
            why = (
                "The likelihood has no maximum: the counts are separated by the dates "
                "(such as no report at all after one)."
            )
    if why:
        bare = not_estimated(series, exposure, why, COLUMNS)
        bare.rows["is_transition"] = out
        return bare
    robust = covariance_of(model, fit, plan)
    dispersion = dispersion_of(model, fit, plan.family)
    paths = paths_of(model, fit, robust, starts[0], exposure, plan, rng)
    rows = _rows(series, exposure, out, model, fit, dispersion, paths, plan)
    placebo = pd.DataFrame()
    if plan.placebo and len(starts) == 1:
        placebo = _placebo(series, exposure, starts[0], out, plan)
    return UnitFit(
        unit=series.unit,
        terms=_terms(series.unit, model, fit, robust, paths, plan),
        rows=rows,
        glance=counts_of(series)
        | {"n_obs": int(model.use.sum()), "dispersion": dispersion, "lag": robust.lag}
        | likelihood_of(model, fit, plan.family),
        findings=(
            *without_errors(series.unit, robust.covariance),
            *_findings(series, rows, model, placebo, plan),
        ),
        state=InterruptionState(
            dispersion=dispersion,
            placebo=placebo,
            dates=tuple(series.index[s] for s in starts),
        ),
    )


def _terms(
    unit: str,
    model: Model,
    fit: CountFit,
    robust: Robust,
    paths: Paths,
    plan: InterruptionPlan,
) -> pd.DataFrame:
    se = np.sqrt(np.maximum(np.diag(robust.covariance), 0))
    frame = pd.DataFrame(
        {"unit_name": unit, "term": model.names, "estimate": fit.beta,
         "std_error": se, "df": robust.df, "scale": "log rate"}
    )  # fmt: skip
    changes = frame.iloc[model.changes].assign(scale="rate ratio")
    slopes = changes[changes["term"].str.startswith("slope")]
    if plan.every is not None and plan.every != "year" and len(slopes):
        year = PERIODS_A_YEAR[plan.every]
        slopes = slopes.assign(
            term=slopes["term"] + "_per_year",
            estimate=slopes["estimate"] * year,
            std_error=slopes["std_error"] * year,
        )
        changes = pd.concat([changes, slopes])
    rest = frame.drop(index=frame.index[model.changes])
    out = with_intervals(pd.concat([changes, rest], ignore_index=True), plan.level)
    ratio = np.exp(np.clip(paths.log_ratio, -700, 700))
    sums = pd.DataFrame(
        [
            {"term": "added_total", "estimate": paths.total[0],
             "std_error": paths.total[1], "conf_low": paths.total[2],
             "conf_high": paths.total[3], "scale": "count"},
            {"term": "ratio_total", "estimate": ratio[0],
             "std_error": ratio[0] * paths.log_ratio[1], "conf_low": ratio[2],
             "conf_high": ratio[3], "scale": "rate ratio"},
        ]
    ).assign(unit_name=unit, conf_level=plan.level)  # fmt: skip
    sums = sums.reindex(columns=out.columns)
    head = len(changes)
    sums = sums.astype(dict.fromkeys(("statistic", "p_value", "df"), "float64"))
    return pd.concat([out[:head], sums, out[head:]], ignore_index=True)


def _rows(
    series: UnitSeries,
    exposure: np.ndarray,
    out: np.ndarray,
    model: Model,
    fit: CountFit,
    dispersion: float,
    paths: Paths,
    plan: InterruptionPlan,
) -> pd.DataFrame:
    rows = data_rows(series, exposure)
    for stem, band in (
        ("fitted", paths.fitted),
        ("counterfactual", paths.without),
        ("added", paths.added),
    ):
        for name, values in zip(("", "_low", "_high"), band, strict=True):
            rows[stem + name] = values
    variance = fit.mu * (1 + dispersion * fit.mu)
    if plan.family == "quasi-poisson":
        variance = fit.mu * dispersion
    residual = np.full(len(out), np.nan)
    spread = np.sqrt(np.where(variance > 0, variance, 1.0))
    residual[model.use] = (model.y - fit.mu) / spread
    rows["residual"] = nullable(residual)
    rows["is_transition"] = out
    return rows


def _placebo(
    series: UnitSeries,
    exposure: np.ndarray,
    real: int,
    out: np.ndarray,
    plan: InterruptionPlan,
) -> pd.DataFrame:
    """Fit the same model at every admissible date; how much each gains over none."""
    n = len(series.y)
    margin = max(8, n // 10)
    base = plan.design.build(series.index, plan.every).to_numpy()
    rows = []
    for first in sorted({*range(margin, n - margin + 1), real}):
        window = (
            out if first == real else transition(n, [(first, False)], plan.transition)
        )
        model = build_model(series, exposure, [first], window, plan)
        if why_not(model, [first]):
            continue
        with_ = regress(model, plan.family)
        none = Model(base, model.changes, model.names, model.use, model.y, model.offset)
        without = regress(none, plan.family)
        if not (with_.converged and without.converged):
            continue
        gain = 2 * (with_.log_likelihood - without.log_likelihood)
        if plan.family == "quasi-poisson":
            gain /= max(dispersion_of(model, with_, plan.family), 1e-12)
        row = {"unit_name": series.unit, "placebo_at": series.index[first],
               "statistic": max(gain, 0.0), "is_real": first == real}  # fmt: skip
        if plan.change != "slope":
            row["estimate"] = float(
                np.exp(np.clip(with_.beta[model.changes[0]], -700, 700))
            )
        rows.append(row)
    return pd.DataFrame(rows)


def placebo_p_value(placebo: pd.DataFrame) -> float | None:
    """Return the share of dates at which the model gains as much as at the real one."""
    if placebo.empty or not placebo["is_real"].any() or len(placebo) < 5:
        return None
    real = placebo.loc[placebo["is_real"], "statistic"].iloc[0]
    return float((placebo["statistic"] >= real - 1e-9).mean())


def _findings(
    series: UnitSeries,
    rows: pd.DataFrame,
    model: Model,
    placebo: pd.DataFrame,
    plan: InterruptionPlan,
) -> tuple[Finding, ...]:
    name = unit_label(series.unit)
    used = rows.loc[model.use]
    found = [
        check_dispersion(used, n_parameters=model.x.shape[1], unit=name),
        check_autocorrelation(rows, unit=name),
    ]
    if not plan.placebo:
        return tuple(found)
    p = placebo_p_value(placebo)
    if p is None:
        why = "Too few other dates are admissible, or there are several real ones."
        found.append(Finding("placebo_dates", CANNOT_TELL, why, unit=name))
        return tuple(found)
    few = p <= 1 - plan.level
    said = (
        f"The model gains as much as at the real date at {p:.0%} of the "
        f"{len(placebo)} admissible dates (dates close to it share its gain)."
    )
    verdict = HOLDS if few else DOES_NOT_HOLD
    found.append(Finding("placebo_dates", verdict, said, p_value=p, unit=name))
    return tuple(found)
