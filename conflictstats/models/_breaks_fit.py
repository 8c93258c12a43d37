"""One series cut into segments: the plain function behind fit_breaks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.models._breaks_intervals import BreakInterval, break_intervals
from conflictstats.models._breaks_terms import (
    Labels,
    residual_variance,
    segment_rates,
    terms_table,
)
from conflictstats.models._door import UnitSeries
from conflictstats.models._series_fits import (
    UnitFit,
    counts_of,
    data_rows,
    not_estimated,
    nullable,
    unit_label,
)
from conflictstats.numerics.segment_dates import bootstrap_p_value
from conflictstats.numerics.segment_posterior import Posterior, RatePrior, posterior
from conflictstats.numerics.segment_rates import rate_moments, rate_quantiles
from conflictstats.numerics.segment_size import (
    Segmentation,
    Series,
    calibrated_penalty,
    paths,
    prepare,
    pruned_paths,
)
from conflictstats.numerics.segments import Family

CRITERIA = ("calibrated", "aic", "bic", "mbic")
# Up to so many periods every segmentation is searched; beyond, only those that some
# penalty favours, found by pruning.
LONGEST_WHOLE = 2_000
COLUMNS = ("fitted", "fitted_low", "fitted_high", "residual")


@dataclass(frozen=True, kw_only=True)
class BreaksPlan:
    """How to cut: validated once, the same for every unit.

    Parameters
    ----------
    family : {"nb", "poisson", "gaussian"}
        Cost.
    penalty : str or float
        One of `CRITERIA`, or the cost of a break.
    n_breaks : int or None
        A fixed number of breaks.
    min_length : int
        Shortest segment.
    max_breaks : int
        Most breaks that are tried.
    size : float or None
        A fixed negative-binomial size.
    posterior : bool
        Whether to compute the exact posterior.
    prior : (float, float) or None
        Gamma shape and rate of the rate; from the mean count if None.
    n_bootstrap : int
        Simulated series for p-values and date intervals.
    level : float
        Nominal coverage.
    """

    family: Family
    penalty: str | float
    n_breaks: int | None
    min_length: int
    max_breaks: int
    size: float | None
    posterior: bool
    prior: tuple[float, float] | None
    n_bootstrap: int
    level: float


@dataclass(frozen=True, eq=False, kw_only=True)
class BreaksState:
    """What a unit's fit keeps beyond its tables.

    Parameters
    ----------
    chosen : Segmentation
        The segmentation.
    path : DataFrame
        A row a number of breaks.
    number : ndarray or None
        Posterior probability of 0..m breaks.
    mean, exposure : ndarray, shape (n,)
        Fitted mean and exposure (mean one) of every period, unknown ones included.
    sigma : float
        Standard deviation of a period, Gaussian only.
    """

    chosen: Segmentation
    path: pd.DataFrame
    number: np.ndarray | None
    mean: np.ndarray
    exposure: np.ndarray
    sigma: float


def fit_one(
    series: UnitSeries,
    exposure: np.ndarray,
    plan: BreaksPlan,
    rng: np.random.Generator | None,
) -> UnitFit:
    """Cut one series, or say in a Finding why it cannot be cut.

    Parameters
    ----------
    series : UnitSeries
        Counts; NaN is unknown and skipped.
    exposure : ndarray, shape (n,)
        Includes the covered share of each period.
    plan : BreaksPlan
        How to cut.
    rng : numpy.random.Generator or None
        For p-values and calibrated date intervals; neither without.
    """
    use = series.known & (exposure > 0)
    y = series.y[use]
    why = _why_not(y, plan)
    if why:
        return not_estimated(series, exposure, why, COLUMNS)
    ready = prepare(y, exposure[use], plan.family, plan.min_length)
    found = _search(ready, plan)
    chosen = _choose(found, ready, plan)
    label = Labels(series, use)
    intervals = break_intervals(
        ready, chosen, np.flatnonzero(use), plan.level, plan.n_bootstrap, rng
    )
    test = _sup_test(ready, found[0], np.flatnonzero(use), plan, rng)
    # Periods of average exposure in one unit of the user's exposure.
    scale = float(ready.e[0] / exposure[use][0])
    terms = terms_table(
        ready, chosen, label, intervals, scale, test, plan.level, plan.family
    )
    rows, state = _rows(series, exposure, use, ready, chosen, intervals, plan)
    number = None
    if plan.posterior and plan.family != "gaussian":
        found_posterior, prior = _posterior(ready, chosen, scale, plan)
        number = found_posterior.number
        _add_posterior(rows, use, ready, (found_posterior, prior), scale, plan)
    path = _path_table(series.unit, found, chosen, label, plan)
    glance = counts_of(series) | _glance(chosen, plan)
    return UnitFit(
        unit=series.unit,
        terms=terms,
        rows=rows,
        glance=glance,
        findings=(
            *_findings(series.unit, chosen, found, number, test, plan),
            *_open_ends(series.unit, terms),
        ),
        state=BreaksState(chosen=chosen, path=path, number=number, **state),
    )


def _why_not(y: np.ndarray, plan: BreaksPlan) -> str:
    fewest = plan.min_length * (1 + max(1, plan.n_breaks or 1))
    if len(y) < fewest:
        return (
            f"{len(y)} periods with a known count do not suffice for segments of "
            f"{plan.min_length}; at least {fewest} are needed."
        )
    if not (y > 0).any():
        return "No period has any report: there is nothing to change."
    if plan.family == "gaussian" and np.ptp(y) == 0:
        return "All known counts are equal: a normal model has no variance."
    return ""


def _search(ready: Series, plan: BreaksPlan) -> list[Segmentation]:
    n = ready.y.size
    if n <= LONGEST_WHOLE or plan.n_breaks is not None:
        most = plan.max_breaks if plan.n_breaks is None else plan.n_breaks
        return paths(ready, most, plan.size)
    log_n = math.log(n)
    costs = {"aic": 4.0, "bic": 2 * log_n, "mbic": 3 * log_n}
    costs["calibrated"] = calibrated_penalty(n)
    penalty = costs.get(str(plan.penalty), 0.0) or float(plan.penalty)
    # Large enough for no break at all to be among them.
    high = max(penalty, 2 * float(ready.y.sum()) + n)
    return pruned_paths(ready, (min(penalty, 2 * log_n), penalty, high), plan.size)


def _choose(found: list[Segmentation], ready: Series, plan: BreaksPlan) -> Segmentation:
    if plan.n_breaks is not None:
        return found[-1]
    if plan.penalty == "calibrated":
        price = calibrated_penalty(ready.y.size)
    elif isinstance(plan.penalty, str):
        name = plan.penalty
        return min(found, key=lambda one: one.criteria(ready.family)[name])
    else:
        price = float(plan.penalty)
    return min(found, key=lambda one: one.neg2ll + price * len(one.breaks))


def _sup_test(
    ready: Series,
    whole: Segmentation,
    position: np.ndarray,
    plan: BreaksPlan,
    rng: np.random.Generator | None,
) -> tuple[float, float] | None:
    if rng is None:
        return None
    sigma = float(np.std(ready.y / ready.e))
    return bootstrap_p_value(ready, sigma, whole.size, plan.n_bootstrap, rng, position)


def _rows(
    series: UnitSeries,
    exposure: np.ndarray,
    use: np.ndarray,
    ready: Series,
    chosen: Segmentation,
    intervals: list[BreakInterval],
    plan: BreaksPlan,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    rows = data_rows(series, exposure)
    # An unknown period belongs to the segment of the known one before it.
    position = np.maximum(np.cumsum(use) - 1, 0)
    segment = np.searchsorted(np.array(chosen.breaks), position, side="right")
    rates = segment_rates(ready, chosen, plan.level, plan.family, intervals)
    share = exposure / exposure[use].mean()
    for name, key in (
        ("fitted", "rate"),
        ("fitted_low", "low"),
        ("fitted_high", "high"),
    ):
        ends = np.array([r[key] for r in rates])
        # What has no upper end has none in the table.
        ends[np.isinf(ends)] = np.nan
        rows[name] = ends[segment] * share
    mean = rows["fitted"].to_numpy(dtype="float64")
    sigma = 0.0
    if plan.family == "gaussian":
        edges = (0, *chosen.breaks, ready.y.size)
        sigma = math.sqrt(residual_variance(ready, edges))
        variance = sigma**2 * share
    else:
        extra = mean / (chosen.size * np.where(share > 0, share, 1.0))
        variance = mean * (1 + (extra if math.isfinite(chosen.size) else 0.0))
    spread = np.sqrt(np.where(variance > 0, variance, 1.0))
    residual = np.where(use, (series.y - mean) / spread, np.nan)
    rows["residual"] = nullable(residual)
    rows["segment"] = pd.array(segment + 1, dtype="Int64")
    return rows, {"mean": mean, "exposure": share, "sigma": sigma}


def _posterior(
    ready: Series, chosen: Segmentation, scale: float, plan: BreaksPlan
) -> tuple[Posterior, RatePrior]:
    shape, rate = 1.0, float(ready.e.sum() / ready.y.sum())
    if plan.prior is not None:
        shape, rate = plan.prior[0], plan.prior[1] * scale
    prior = RatePrior(shape=shape, rate=rate, size=chosen.size)
    # Each further break is half as likely as the one before.
    number = 0.5 ** np.arange(1.0, plan.max_breaks + 2)
    number /= number.sum()
    if plan.n_breaks is not None:
        number = np.zeros(plan.n_breaks + 1)
        number[-1] = 1.0
    return posterior(ready.y, ready.e, prior, number, plan.min_length), prior


def _add_posterior(
    rows: pd.DataFrame,
    use: np.ndarray,
    ready: Series,
    found: tuple[Posterior, RatePrior],
    scale: float,
    plan: BreaksPlan,
) -> None:
    at = np.concatenate([[np.nan], found[0].at])
    mean, _ = rate_moments(found[0], ready.y, ready.e, found[1])
    tail = (1 - plan.level) / 2
    levels = np.array([tail, 1 - tail])
    low, high = rate_quantiles(found[0], ready.y, ready.e, found[1], levels)
    for name, values in (
        ("break_probability", at),
        ("rate_mean", mean * scale),
        ("rate_low", low * scale),
        ("rate_high", high * scale),
    ):
        full = np.full(len(use), np.nan)
        full[use] = values
        rows[name] = nullable(full)


def _path_table(
    unit: str,
    found: list[Segmentation],
    chosen: Segmentation,
    label: Labels,
    plan: BreaksPlan,
) -> pd.DataFrame:
    rows = [
        {
            "unit_name": unit,
            "n_breaks": len(one.breaks),
            "log_likelihood": -one.neg2ll / 2,
            **one.criteria(plan.family),
            "size": one.size if math.isfinite(one.size) else math.nan,
            "changes": ", ".join(label.said(k) for k in one.breaks),
            "is_chosen": one is chosen,
        }
        for one in found
    ]
    return pd.DataFrame(rows)


def _glance(chosen: Segmentation, plan: BreaksPlan) -> dict[str, Any]:
    criteria = chosen.criteria(plan.family)
    out = {
        "n_breaks": len(chosen.breaks),
        "log_likelihood": -chosen.neg2ll / 2,
        "df_model": 2 * len(chosen.breaks) + 1 + (plan.family != "poisson"),
        **criteria,
    }
    if math.isfinite(chosen.size):
        out["size"] = chosen.size
    return out


def _findings(
    unit: str,
    chosen: Segmentation,
    found: list[Segmentation],
    number: np.ndarray | None,
    test: tuple[float, float] | None,
    plan: BreaksPlan,
) -> tuple[Finding, ...]:
    name = unit_label(unit)
    out = []
    if plan.n_breaks is None and 0 < plan.max_breaks == len(chosen.breaks):
        said = f"All {plan.max_breaks} breaks allowed were used; there may be more."
        out.append(Finding("max_breaks", DOES_NOT_HOLD, said, unit=name))
    if number is not None and plan.n_breaks is None:
        best, most = int(number.argmax()), len(chosen.breaks)
        said = (
            f"The posterior favours {best} breaks (probability {number[best]:.2f}) and "
            f"the criterion chose {most} ({number[min(most, len(number) - 1)]:.2f})."
        )
        verdict = HOLDS if best == most else CANNOT_TELL
        out.append(Finding("number_of_breaks", verdict, said, unit=name))
    if test is not None:
        verdict = DOES_NOT_HOLD if test[1] < 1 - plan.level else HOLDS
        said = (
            f"A single rate throughout has p = {test[1]:.3g} (bootstrap of the largest "
            f"likelihood ratio, {plan.n_bootstrap} series as autocorrelated as these)."
        )
        out.append(Finding("constant_rate", verdict, said, *test, unit=name))
    return tuple(out)


def _open_ends(unit: str, terms: pd.DataFrame) -> tuple[Finding, ...]:
    """Say which intervals have no end, or what has no error, and why."""
    said = terms["term"] != "any_break"
    bare = terms[said & (terms["std_error"].isna() | terms["conf_high"].isna())]
    if bare.empty:
        return ()
    names = ", ".join(bare["term"])
    why = (
        f"{names}: beside silence, or where the date is hardly known, the counts bound "
        "a rate or a ratio on one side only, and its error is not known."
    )
    return (Finding("open_interval", CANNOT_TELL, why, unit=unit_label(unit)),)
