"""One reporting triangle completed: the plain function behind fit_nowcast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.models._series_fits import UnitFit, nullable, unit_label
from conflictstats.numerics.nowcast import (
    Nowcast,
    inflation,
    nowcast,
    predictive_interval,
    retrospective,
)
from conflictstats.numerics.reporting_triangle import (
    from_delays,
    from_vintages,
    lawless,
)
from conflictstats.tidy.periods import period_starts

METHODS = ("credibility", "lawless")
TERMS = ("unit_name", "term", "estimate", "std_error", "conf_low", "conf_high",
         "conf_level", "scale")  # fmt: skip
_PAST = ["unit_name", "nowcast_origin", "period_start", "observed", "reported_share",
         "fitted", "fitted_low", "fitted_high", "final", "is_covered"]  # fmt: skip
# Fewest retrospective nowcasts from which coverage is told.
_FEWEST = 20


@dataclass(frozen=True, eq=False, kw_only=True)
class Reports:
    """Reports of one unit, periods numbered from the first of all units.

    Parameters
    ----------
    unit : str
        Name of the unit.
    start : int
        Number of the first period.
    period, report : ndarray of int, shape (k,)
        Periods of the event and of its report.
    value : ndarray, shape (k,), or None
        Counts by vintage; None for single reports.
    """

    unit: str
    start: int
    period: np.ndarray
    report: np.ndarray
    value: np.ndarray | None


@dataclass(frozen=True, kw_only=True)
class NowcastPlan:
    """How to complete a triangle: validated once, the same for every unit.

    Parameters
    ----------
    max_delay : int
        Longest delay.
    method : str
        One of `METHODS`.
    window : int or None
        Periods behind the delay distribution.
    level : float
        Nominal coverage.
    end : int
        Number of the period that is now.
    every : str
        Length of the periods.
    """

    max_delay: int
    method: str
    window: int | None
    level: float
    end: int
    every: str


@dataclass(frozen=True, eq=False, kw_only=True)
class NowcastState:
    """What a unit's nowcast keeps beyond its tables.

    Parameters
    ----------
    seen, mean, variance : ndarray, shape (n,)
        Reported so far; final count.
    falls : bool
        Whether counts are revised downwards.
    past : DataFrame
        Retrospective nowcasts.
    """

    seen: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    falls: bool
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
    width, n = plan.max_delay + 1, len(triangle)
    starts = period_starts(np.arange(reports.start, plan.end + 1), plan.every)
    age = np.arange(n - 1, -1, -1)
    rows = pd.DataFrame({"unit_name": reports.unit, "period_start": starts})
    credible = plan.method == "credibility"
    made = nowcast(triangle, plan.window, credible=credible)
    rows["observed"] = nullable(made.observed)
    rows["delay"] = age
    rows["is_complete"] = age >= plan.max_delay
    why = _why_not(triangle)
    counts = {"n_obs": int((~np.isnan(made.observed)).sum())}
    counts |= {"n_skipped": n - counts["n_obs"], "max_delay": plan.max_delay}
    counts["revised_down"] = int((np.nan_to_num(triangle) < 0).sum())
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
    falls = counts["revised_down"] > 0
    past = retrospective(triangle, plan.window, credible=credible)
    wider = inflation(past, width)
    factor = wider[np.minimum(age, plan.max_delay)]
    low, high = predictive_interval(made, factor, plan.level, falls=falls)
    rows["reported_share"] = made.share
    for name, values in (
        ("fitted", made.mean),
        ("fitted_low", low),
        ("fitted_high", high),
    ):
        rows[name] = nullable(values)
    table = _past_table(reports, past, wider, plan, falls)
    return UnitFit(
        unit=reports.unit,
        terms=_terms(reports.unit, triangle, made, factor, plan),
        rows=rows,
        glance=counts,
        findings=_findings(reports.unit, table, counts["revised_down"], plan),
        state=NowcastState(
            seen=np.nan_to_num(made.observed),
            mean=np.nan_to_num(made.mean),
            variance=np.nan_to_num(made.variance * factor),
            falls=falls,
            past=table,
        ),
    )


def _triangle(reports: Reports, plan: NowcastPlan) -> np.ndarray:
    n = plan.end - reports.start + 1
    inside = reports.period <= n - 1
    period, report = reports.period[inside], reports.report[inside]
    if reports.value is None:
        ones = np.ones(len(period))
        return from_delays(period, report - period, ones, n, plan.max_delay)
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
    factor: np.ndarray,
    plan: NowcastPlan,
) -> pd.DataFrame:
    curve = lawless(triangle, plan.window)
    z = float(ndtri(0.5 + plan.level / 2))
    se = np.sqrt(curve.log_variance)
    shares = pd.DataFrame(
        {
            "unit_name": unit,
            "term": [f"share_by_{d}" for d in range(len(curve.share))],
            "estimate": curve.share,
            "std_error": curve.share * se,
            "conf_low": curve.share * np.exp(-z * se),
            "conf_high": curve.share * np.exp(z * se),
            "conf_level": plan.level,
            "scale": "share",
        }
    )
    rest = float(np.nansum(made.mean - made.observed))
    # Periods err together as far as the delay distribution errs, else on their own.
    common = np.nan_to_num(made.common)
    own = np.nan_to_num(made.variance * factor) - common**2
    total = float(np.sqrt(np.maximum(own, 0).sum() + common.sum() ** 2))
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


def _past_table(
    reports: Reports,
    past: np.ndarray,
    wider: np.ndarray,
    plan: NowcastPlan,
    falls: bool,
) -> pd.DataFrame:
    if len(past) == 0:
        return pd.DataFrame(columns=_PAST)
    origin, period = past[:, 0].astype("int64"), past[:, 1].astype("int64")
    made = Nowcast(
        observed=past[:, 2],
        mean=past[:, 3],
        variance=past[:, 4],
        share=past[:, 5],
        common=np.zeros(len(past)),
    )
    low, high = predictive_interval(
        made, wider[origin - period], plan.level, falls=falls
    )
    final = past[:, 6]
    return pd.DataFrame(
        {
            "unit_name": reports.unit,
            "nowcast_origin": period_starts(origin + reports.start, plan.every),
            "period_start": period_starts(period + reports.start, plan.every),
            "observed": made.observed,
            "reported_share": made.share,
            "fitted": made.mean,
            "fitted_low": low,
            "fitted_high": high,
            "final": final,
            "is_covered": (final >= low) & (final <= high),
        }
    )


def _findings(
    unit: str, past: pd.DataFrame, lowered: int, plan: NowcastPlan
) -> tuple[Finding, ...]:
    label, found = unit_label(unit), []
    if len(past) < _FEWEST:
        why = f"Only {len(past)} earlier nowcasts can be compared with what came later."
        found.append(Finding("past_nowcasts", CANNOT_TELL, why, unit=label))
    else:
        share = float(past["is_covered"].mean())
        error = float((past["fitted"] - past["final"]).abs().mean())
        naive = float((past["observed"] - past["final"]).abs().mean())
        # Nominal, less two standard errors of a share from dependent nowcasts.
        good = share >= plan.level - 0.05 and error <= naive
        said = (
            f"{share:.0%} of {len(past)} earlier nowcasts hold the later count "
            f"(nominal {plan.level:.0%}); their mean error is {error:.3g}, that of the "
            f"counts as reported then {naive:.3g}."
        )
        verdict = HOLDS if good else DOES_NOT_HOLD
        found.append(Finding("past_nowcasts", verdict, said, unit=label))
    if lowered:
        said = (
            f"{lowered} revisions lowered an earlier count; they are kept, and final "
            "counts may lie below those so far."
        )
        found.append(Finding("only_upward", DOES_NOT_HOLD, said, unit=label))
    return tuple(found)
