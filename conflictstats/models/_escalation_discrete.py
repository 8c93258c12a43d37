"""Fitting escalation by periods: what follows in the next period or later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from conflictstats.checks.finding import (
    CANNOT_TELL,
    DOES_NOT_HOLD,
    HOLDS,
    Finding,
)
from conflictstats.errors import ArgumentError
from conflictstats.models._escalation_findings import SMALL
from conflictstats.models._escalation_periods import DiscreteEscalationResult
from conflictstats.models._escalation_plan import (
    EscalationPlan,
    make_baseline,
    other_baselines,
)
from conflictstats.models._event_streams import EventStreams
from conflictstats.numerics.hawkes_discrete import (
    CountSeries,
)
from conflictstats.numerics.hawkes_discrete_fit import (
    DiscreteEstimate,
    estimate_discrete,
)
from conflictstats.numerics.hawkes_inference import invert_information, spectral_radius

FAMILIES = ("poisson", "nb2")
LATER = (
    "Counts by period cannot show what an event sets off within its own period: the "
    "ratios are 'next {unit} or later', and lie below the branching ratio."
)


def count_periods(
    streams: EventStreams, rng: np.random.Generator
) -> tuple[np.ndarray, float, tuple[str, ...]]:
    """Count events in equal periods.

    Parameters
    ----------
    streams : EventStreams
        Events, each with its interval.
    rng : numpy.random.Generator
        Places events dated more coarsely than a period within their interval.

    Returns
    -------
    counts : ndarray, shape (K, n)
        NaN where a period lies in a gap.
    width : float
        Length of a period: the commonest interval, or a day, or one unit.
    notes : tuple of str
        What was decided.

    Raises
    ------
    ArgumentError
        If the window is not a whole number of periods.
    """
    widths = streams.width[streams.width > 0]
    width = 1.0
    if widths.size:
        values, often = np.unique(np.round(widths, 9), return_counts=True)
        width = float(values[np.argmax(often)])
    n = round((streams.end - streams.start) / width)
    if n < 2 or not np.isclose(n * width, streams.end - streams.start):
        message = (
            f"The window of {streams.end - streams.start:g} is not a whole number of "
            f"periods of {width:g} {streams.unit}.\n"
            "Hint: `form='discrete'` needs equal periods; months are not."
        )
        raise ArgumentError(message)
    coarse = streams.width > width * (1 + 1e-9)
    low = streams.low + coarse * streams.width * rng.uniform(size=streams.low.size)
    inside = low >= streams.start
    cell = np.floor((low[inside] - streams.start) / width + 1e-9).astype("int64")
    counts = np.zeros((len(streams.names), n))
    np.add.at(counts, (streams.code[inside], np.minimum(cell, n - 1)), 1.0)
    middle = streams.start + (np.arange(n) + 0.5) * width
    for first, last in streams.gaps:
        counts[:, (middle > first) & (middle < last)] = np.nan
    notes: tuple[str, ...] = ()
    if coarse.any():
        notes = (
            f"{int(coarse.sum())} events dated more coarsely than a period were placed "
            "once at random within their interval.",
        )
    return counts, width, notes


def fit_discrete(
    streams: EventStreams,
    plan: EscalationPlan,
    family: str,
    rng: np.random.Generator,
    *,
    compare: bool,
    missing: Finding | None,
) -> DiscreteEscalationResult:
    """Fit counts by period and, to compare, other backgrounds.

    Parameters
    ----------
    streams : EventStreams
        The events.
    plan : EscalationPlan
        Kernel "exponential" means geometric lags, "power_law" Lomax lags.
    family : {"poisson", "nb2"}
        Law of the counts.
    rng : numpy.random.Generator
        For events dated more coarsely than a period.
    compare : bool
        Whether other backgrounds are fitted.
    missing : Finding or None
        Why nothing can be estimated.

    Returns
    -------
    DiscreteEscalationResult
    """
    counts, width, notes = count_periods(streams, rng)
    n = counts.shape[1]
    scaled = replace(streams, start=0.0, end=float(n), gaps=(), origin=None)
    season = None if plan.season is None else plan.season / width
    lags = "geometric" if plan.kernel == "exponential" else "lomax"
    inner = make_baseline(streams, plan.baseline, plan.breaks, plan.season)
    base = replace(
        make_baseline(scaled, plan.baseline, None, season),
        breaks=tuple((t - streams.start) / width for t in inner.breaks),
    )
    series = CountSeries(counts, base, lags, family == "nb2")
    result = DiscreteEscalationResult(
        streams=streams, plan=plan, series=series, width=width, estimate=None,
        alternatives=pd.DataFrame(), sources=streams.sources,
        notes=(*streams.notes, *notes), findings=(missing,) if missing else (),
    )  # fmt: skip
    if missing is not None:
        return result
    found = estimate_discrete(series)
    rows = _compared(series, plan.baseline, found, reported=True)
    bases = other_baselines(scaled, replace(plan, season=season), 4) if compare else []
    for kind, other in bases:
        there = series._replace(baseline=other)
        rows += _compared(there, kind, estimate_discrete(there), reported=False)
    table = pd.DataFrame(rows)
    findings = (_excitation(table, len(streams.names)), *_limits(found, table, result))
    return DiscreteEscalationResult(
        streams=streams, plan=plan, series=series, width=width, estimate=found,
        alternatives=table, sources=streams.sources, findings=findings,
        notes=(*streams.notes, *notes, LATER.format(unit=result.period)),
    )  # fmt: skip


def _compared(
    series: CountSeries, kind: str, found: DiscreteEstimate, *, reported: bool
) -> list[dict[str, Any]]:
    plain = estimate_discrete(series, excited=False)
    k = series.counts.shape[0]
    less = k * k + series.lag_size
    n = int(np.isfinite(series.counts).sum())
    rows = []
    for model, fit, size in (
        ("background", plain, series.size - less),
        ("discrete hawkes", found, series.size),
    ):
        value = fit.log_likelihood
        excited = model != "background"
        radius = spectral_radius(fit.theta[series.places[1]])[0]
        rows.append(
            {
                "baseline": kind,
                "model": model,
                "log_likelihood": value,
                "df_model": size,
                "aic": 2.0 * size - 2.0 * value,
                "bic": np.log(n) * size - 2.0 * value,
                "later_ratio": radius if excited else np.nan,
                "is_reported": reported and excited,
            }
        )
    return rows


def _excitation(table: pd.DataFrame, k: int) -> Finding:
    value = table["log_likelihood"].to_numpy()
    statistic = max(2.0 * float(value[1] - value[0]), 0.0)
    df = float(table["df_model"].iloc[1] - table["df_model"].iloc[0]) - 1.0
    # Lags mean nothing where nothing is set off; for one stream see `excitation`.
    p = min((2.0 if k == 1 else 1.0) * float(chdtrc(df, statistic)), 1.0)
    if p < SMALL:
        said = "Counts follow earlier counts beyond their background."
        return Finding("excitation", HOLDS, said, statistic, p)
    said = "No excitation from one period to later ones can be told."
    return Finding("excitation", DOES_NOT_HOLD, said, statistic, p)


def _limits(
    found: DiscreteEstimate, table: pd.DataFrame, result: DiscreteEscalationResult
) -> list[Finding]:
    """Say what the background decides, and what did not work."""
    out = []
    fitted = table[table["model"] != "background"]
    if len(fitted) > 1:
        best = fitted.iloc[int(np.argmin(fitted["bic"].to_numpy()))]
        ratios = ", ".join(
            f"{b} {r:.2f}"
            for b, r in zip(fitted["baseline"], fitted["later_ratio"], strict=True)
        )
        own = float(fitted["later_ratio"].iloc[0])
        agrees = abs(own - float(best["later_ratio"])) <= 0.1
        said = (
            f"Ratio ({result.later}) by background: {ratios}; least BIC: "
            f"{best['baseline']}."
        )
        out.append(Finding("background", HOLDS if agrees else DOES_NOT_HOLD, said))
    if not found.converged:
        said = "The climb ended before it reached an optimum."
        out.append(Finding("convergence", DOES_NOT_HOLD, said))
    if invert_information(found.information, found.free) is None:
        said = "The information is singular: the data do not determine all parameters."
        out.append(Finding("uncertainty", CANNOT_TELL, said))
    return out
