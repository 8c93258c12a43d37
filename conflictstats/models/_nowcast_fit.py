"""One reporting triangle completed: the plain function behind fit_nowcast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from conflictstats.checks.finding import CANNOT_TELL, HOLDS, Finding
from conflictstats.errors import ArgumentError
from conflictstats.models._draw_pools import observed_over
from conflictstats.models._nowcast_plan import NowcastPlan, Reports
from conflictstats.models._nowcast_record import (
    FEWEST,
    findings_of,
    past_table,
    said_then,
)
from conflictstats.models._series_fits import UnitFit, nullable, unit_label
from conflictstats.numerics.nowcast import (
    FINAL,
    Nowcast,
    nowcast,
    predictive,
    record_of,
    regression_window,
    retrospective,
)
from conflictstats.numerics.nowcast_predictive import Predictive, mixed_quantile
from conflictstats.numerics.nowcast_regression import fit_triangle
from conflictstats.numerics.reporting_triangle import (
    from_delays,
    from_vintages,
    lawless,
    reported,
)
from conflictstats.tidy.periods import period_starts

_CANDIDATES = ("nb2", "credibility")
TERMS = ("unit_name", "term", "estimate", "std_error", "conf_low", "conf_high",
         "conf_level", "scale")  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class NowcastState:
    """What a unit's nowcast keeps beyond its tables.

    Parameters
    ----------
    predictive : Predictive
        What each period's final count may be.
    known : ndarray of bool, shape (n,)
        Whether anything can be said of the period.
    past : DataFrame
        Retrospective nowcasts.
    """

    predictive: Predictive
    known: np.ndarray
    past: pd.DataFrame


def fit_one(reports: Reports, plan: NowcastPlan) -> UnitFit:
    """Complete one triangle, or say in a Finding why it cannot be completed.

    Parameters
    ----------
    reports : Reports
        One unit's reports.
    plan : NowcastPlan
        How.
    """
    triangle = _triangle(reports, plan)
    n = len(triangle)
    starts = period_starts(np.arange(reports.start, plan.end + 1), plan.every)
    age = np.arange(n - 1, -1, -1)
    rows = pd.DataFrame({"unit_name": reports.unit, "period_start": starts})
    seen = reported(triangle)
    rows["observed"] = nullable(seen)
    rows["delay"] = age
    rows["is_complete"] = age >= plan.max_delay
    counts: dict[str, Any] = {"n_obs": int((~np.isnan(seen)).sum())}
    counts |= {"n_skipped": n - counts["n_obs"], "max_delay": plan.max_delay}
    counts["revised_down"] = int((np.nan_to_num(triangle) < 0).sum())
    why = _why_not(triangle)
    if why:
        for name in ("reported_share", "fitted", "fitted_low", "fitted_high"):
            rows[name] = pd.array([pd.NA] * n, dtype="Float64")
        label = unit_label(reports.unit)
        found = (Finding("estimable", CANNOT_TELL, why, unit=label),)
        return UnitFit(
            unit=reports.unit,
            terms=pd.DataFrame(),
            rows=rows,
            glance=counts,
            findings=found,
        )
    return _completed(reports, triangle, rows, counts, plan)


def _completed(
    reports: Reports,
    triangle: np.ndarray,
    rows: pd.DataFrame,
    counts: dict[str, Any],
    plan: NowcastPlan,
) -> UnitFit:
    falls = counts["revised_down"] > 0
    label = unit_label(reports.unit)
    method, why, past = _method(triangle, plan, falls, label)
    how: Any = {"method": method, "weekly": plan.every == "day"}
    made = nowcast(triangle, plan.window, **how)
    record = record_of(
        past, plan.max_delay + 1, falls=falls, published=method == "lawless"
    )
    age = np.minimum(rows["delay"].to_numpy(), plan.max_delay)
    row = np.where(np.isnan(made.observed), plan.max_delay + 1, age)
    ahead = predictive(
        made.observed, made.mean, made.variance, row, record, falls=falls
    )
    known = ~np.isnan(made.mean)
    rows["reported_share"] = nullable(np.where(known, made.share, np.nan))
    ends = {"fitted": ahead.base + ahead.rest}
    ends["fitted_low"], ends["fitted_high"] = ahead.interval(plan.level)
    for name, values in ends.items():
        rows[name] = nullable(np.where(known, values, np.nan))
    table = past_table(reports, past, record, plan, falls)
    return UnitFit(
        unit=reports.unit,
        terms=_terms(reports.unit, triangle, made, ahead, plan),
        rows=rows,
        glance=counts | {"method": method},
        findings=(*findings_of(label, table, counts, plan), *why),
        state=NowcastState(predictive=ahead, known=known, past=table),
    )


def mixed_nowcasts(results: Sequence[Any], level: float) -> pd.DataFrame | None:
    """Mix the predictive distributions of nowcasts of several draws.

    Parameters
    ----------
    results : sequence of NowcastResult
        Of the same units and options.
    level : float
        Nominal coverage.

    Returns
    -------
    DataFrame or None
        A row a period of each unit that every draw could complete: mean of the draws,
        and the interval of their mixture. None where there is no such unit.

    Raises
    ------
    ArgumentError
        If the draws do not have the same units and periods.
    """
    tail, parts = (1 - level) / 2, []
    units = {tuple((f.unit, len(f.rows)) for f in r.fits) for r in results}
    if len(units) > 1:
        message = (
            "Draws must have the same units and periods.\n"
            "Hint: keep events drawn as zero in the table, and give `now`."
        )
        raise ArgumentError(message)
    for fits in zip(*(r.fits for r in results), strict=True):
        if not all(f.estimated for f in fits):
            continue
        said = [f.state.predictive for f in fits]
        rows = observed_over([f.rows for f in fits])
        rows["is_complete"] = fits[0].rows["is_complete"]
        ends = {
            "fitted": np.mean([p.base + p.rest for p in said], axis=0),
            "fitted_low": mixed_quantile(said, tail),
            "fitted_high": mixed_quantile(said, 1 - tail),
        }
        known = np.all([f.state.known for f in fits], axis=0)
        for name, values in ends.items():
            rows[name] = nullable(np.where(known, values, np.nan))
        parts.append(rows)
    return pd.concat(parts, ignore_index=True) if parts else None


def _method(
    triangle: np.ndarray, plan: NowcastPlan, falls: bool, label: str
) -> tuple[str, list[Finding], np.ndarray]:
    """Return how to complete the triangle, why that way, and its past nowcasts."""
    weekly = plan.every == "day"

    def look_back(method: str) -> np.ndarray:
        return retrospective(triangle, plan.window, method=method, weekly=weekly)

    if plan.method in ("credibility", "lawless"):
        return plan.method, [], look_back(plan.method)
    window = regression_window(triangle, plan.window)
    if fit_triangle(triangle, window, weekly=weekly) is None:
        why = (
            "Additions of some delay are never known alone, or negative on the whole: "
            "the regression on period and delay cannot be fitted, and the count so far "
            "is weighed against the recent rate instead."
        )
        found = [Finding("regression", CANNOT_TELL, why, unit=label)]
        return "credibility", found, look_back("credibility")
    if plan.method == "nb2":
        return "nb2", [], look_back("nb2")
    scores: dict[str, float] = {}
    seen: dict[str, np.ndarray] = {}
    n = 0
    for method in _CANDIDATES:
        past = seen[method] = look_back(method)
        n = len(past)
        if n < FEWEST:
            return _CANDIDATES[0], [], seen[_CANDIDATES[0]]
        record = record_of(past, plan.max_delay + 1, falls=falls)
        said = said_then(past, record, plan, falls)
        scores[method] = float(said.crps(past[:, FINAL]).mean())
    best = min(scores, key=lambda m: scores[m])
    told = " and ".join(f"{m} {s:.3g}" for m, s in scores.items())
    sentence = f"{best} is used: scores (CRPS) of {n} earlier nowcasts are {told}."
    return best, [Finding("method", HOLDS, sentence, unit=label)], seen[best]


def _triangle(reports: Reports, plan: NowcastPlan) -> np.ndarray:
    n = plan.end - reports.start + 1
    inside = reports.period <= n - 1
    period, report = reports.period[inside], reports.report[inside]
    if reports.value is None:
        many = np.ones(len(period))
        if reports.count is not None:
            # A report without a number adds none to the known count.
            many = np.nan_to_num(reports.count[inside])
        return from_delays(period, report - period, many, n, plan.max_delay)
    value = reports.value[inside]
    told = ~np.isnan(value)
    return from_vintages(period[told], report[told], value[told], n, plan.max_delay)


def _why_not(triangle: np.ndarray) -> str:
    width = triangle.shape[1]
    full = ~np.isnan(triangle[:, -1])
    if full.sum() < 3:
        return (
            f"Only {int(full.sum())} periods are older than the longest delay of "
            f"{width - 1}; at least 3 are needed."
        )
    if np.nansum(triangle) <= 0:
        return "Nothing was reported: there is no delay to learn from."
    return ""


def _terms(
    unit: str,
    triangle: np.ndarray,
    made: Nowcast,
    ahead: Predictive,
    plan: NowcastPlan,
) -> pd.DataFrame:
    curve = lawless(triangle, plan.window)
    z = float(ndtri(0.5 + plan.level / 2))
    se = np.sqrt(curve.log_variance)
    # A share told by next to nothing may be anything: its end is only a large number.
    reach = np.minimum(z * se, 50.0)
    shares = pd.DataFrame(
        {
            "unit_name": unit,
            "term": [f"share_by_{d}" for d in range(len(curve.share))],
            "estimate": curve.share,
            "std_error": curve.share * se,
            "conf_low": curve.share * np.exp(-reach),
            "conf_high": curve.share * np.exp(reach),
            "conf_level": plan.level,
            "scale": "share",
        }
    )
    rest = float(ahead.rest.sum())
    # Periods err together as far as the delay distribution errs, else on their own.
    common = np.nan_to_num(made.common)
    own = np.maximum(ahead.variance - common**2, 0)
    total = float(np.sqrt(own.sum() + common.sum() ** 2))
    sums = pd.DataFrame(
        [
            {
                "unit_name": unit,
                "term": "still_to_come",
                "estimate": rest,
                "std_error": total,
                "conf_low": rest - z * total,
                "conf_high": rest + z * total,
                "conf_level": plan.level,
                "scale": "count",
            }
        ]
    )
    return pd.concat([sums, shares], ignore_index=True)[list(TERMS)]
