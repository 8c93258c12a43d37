"""Fitting escalation by periods: what follows in the next period or later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

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
from conflictstats.models._escalation_findings import SMALL, not_estimable
from conflictstats.models._escalation_fit import choose_breaks, draw_seeds, drawn
from conflictstats.models._escalation_periods import DiscreteEscalationResult
from conflictstats.models._escalation_plan import (
    EscalationPlan,
    make_baseline,
    make_shape,
    other_baselines,
)
from conflictstats.models._event_streams import EventStreams
from conflictstats.numerics.hawkes_discrete import CountSeries, PeriodMarks
from conflictstats.numerics.hawkes_discrete_fit import (
    DiscreteEstimate,
    PooledCounts,
    estimate_discrete,
    pool_counts,
)
from conflictstats.numerics.hawkes_inference import spectral_radius
from conflictstats.numerics.point_baselines import PointBaseline

FAMILIES = ("poisson", "nb2")
LATER = (
    "Counts by period cannot show what an event sets off within its own period: the "
    "ratios are 'next {unit} or later', and lie below the branching ratio."
)


class PeriodCounts(NamedTuple):
    """Events counted in equal periods.

    Attributes
    ----------
    counts : ndarray, shape (K, n)
        NaN where a period lies in a gap.
    marks : PeriodMarks or None
        What is known of the single events.
    width : float
        Length of a period: the commonest interval, or a day, or one unit.
    n_placed : int
        Events dated more coarsely than a period, placed at random within their own
        interval.
    """

    counts: np.ndarray
    marks: PeriodMarks | None
    width: float
    n_placed: int


def count_periods(streams: EventStreams, rng: np.random.Generator) -> PeriodCounts:
    """Count events in equal periods.

    Parameters
    ----------
    streams : EventStreams
        Events, each with its interval.
    rng : numpy.random.Generator
        Places events dated more coarsely than a period within their interval.

    Returns
    -------
    PeriodCounts

    Raises
    ------
    ArgumentError
        If the window is not a whole number of periods.
    """
    width = streams.grain or 1.0
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
    cell, code = np.minimum(cell, n - 1), streams.code[inside]
    counts = np.zeros((len(streams.names), n))
    np.add.at(counts, (code, cell), 1.0)
    middle = streams.start + (np.arange(n) + 0.5) * width
    for first, last in streams.gaps:
        counts[:, (middle > first) & (middle < last)] = np.nan
    marks = None
    if streams.marks is not None:
        marks = PeriodMarks(code, cell, np.log1p(streams.marks[inside]))
    return PeriodCounts(counts, marks, width, int(coarse.sum()))


def fit_discrete(
    streams: EventStreams,
    plan: EscalationPlan,
    family: str,
    rng: np.random.Generator,
    *,
    compare: bool,
    versions: Sequence[EventStreams] = (),
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
    versions : sequence of EventStreams
        Other plausible versions of the data, fitted and pooled.

    Returns
    -------
    DiscreteEscalationResult
    """
    missing = not_estimable(streams)
    counted = _draw_counts(streams, versions, plan, rng)
    first = counted[0]
    width, n = first.width, first.counts.shape[1]
    base, scaled = _baseline(streams, plan, width, n)
    lags = "geometric" if plan.kernel == "exponential" else "lomax"
    series = CountSeries(first.counts, base, lags, family == "nb2", first.marks)
    notes = (*streams.notes, *_draw_notes(first.n_placed, len(counted), len(versions)))
    own: dict[str, Any] = {
        "streams": streams, "plan": plan, "series": series, "width": width,
        "sources": streams.sources,
    }  # fmt: skip
    if missing is not None:
        return DiscreteEscalationResult(
            **own, estimate=None, alternatives=pd.DataFrame(), notes=notes,
            findings=(missing,),
        )  # fmt: skip
    found = [estimate_discrete(series)]
    for one in counted[1:]:
        there = series._replace(counts=one.counts, marks=one.marks)
        found.append(estimate_discrete(there, start=found[-1].theta))
    pooled = pool_counts(found, int(np.isfinite(first.counts).sum()))
    rows = _compared(series, plan.baseline, found[0], reported=True)
    for kind, other in _others(streams, scaled, plan, width, rng) if compare else ():
        there = series._replace(baseline=other)
        rows += _compared(there, kind, estimate_discrete(there), reported=False)
    table = pd.DataFrame(rows)
    result = DiscreteEscalationResult(
        **own, estimate=pooled, alternatives=table, findings=(), notes=notes
    )
    findings = (_excitation(table, len(streams.names)), *_limits(pooled, table, result))
    return DiscreteEscalationResult(
        **own, estimate=pooled, alternatives=table, findings=findings,
        notes=(*notes, LATER.format(unit=result.period)),
    )  # fmt: skip


def _draw_counts(
    streams: EventStreams,
    versions: Sequence[EventStreams],
    plan: EscalationPlan,
    rng: np.random.Generator,
) -> list[PeriodCounts]:
    """Count once, or several times where dates or data are drawn."""
    taken = versions or (streams,)
    first = count_periods(taken[0], rng)
    again = plan.n_draws if first.n_placed else 1
    total = max(len(taken), again)
    rest = [count_periods(taken[i % len(taken)], rng) for i in range(1, total)]
    return [first, *rest]


def _draw_notes(placed: int, draws: int, versions: int) -> tuple[str, ...]:
    notes = []
    if placed:
        notes.append(
            f"{placed} events dated more coarsely than a period were placed at random "
            f"within their interval, {draws} times, and the fits pooled."
        )
    if versions:
        notes.append(f"{versions} versions of the data were fitted and pooled.")
    return tuple(notes)


def _baseline(
    streams: EventStreams, plan: EscalationPlan, width: float, n: int
) -> tuple[PointBaseline, EventStreams]:
    """Return the background by period, and the streams on the scale of periods."""
    scaled = replace(
        streams, start=0.0, end=float(n), gaps=(), origin=None,
        exposure=tuple(((t - streams.start) / width, e) for t, e in streams.exposure),
    )  # fmt: skip
    own = make_shape(streams, plan).baseline
    season = None if plan.season is None else plan.season / width
    base = make_baseline(scaled, plan.baseline, None, season)
    breaks = tuple((t - streams.start) / width for t in own.breaks)
    return replace(base, breaks=breaks, searched=own.searched), scaled


def _others(
    streams: EventStreams,
    scaled: EventStreams,
    plan: EscalationPlan,
    width: float,
    rng: np.random.Generator,
) -> list[tuple[str, PointBaseline]]:
    """Return other backgrounds on the scale of periods."""
    breaks: tuple[float, ...] = ()
    if plan.baseline != "piecewise":
        history = drawn(streams.recorded(), draw_seeds(streams, 1, rng)[0])
        found = choose_breaks(streams, make_shape(streams, plan), history)
        breaks = tuple((t - streams.start) / width for t in found)
    season = None if plan.season is None else plan.season / width
    return other_baselines(scaled, replace(plan, season=season), breaks)


def _compared(
    series: CountSeries, kind: str, found: DiscreteEstimate, *, reported: bool
) -> list[dict[str, Any]]:
    plain = estimate_discrete(series, excited=False)
    k = series.counts.shape[0]
    searched = series.baseline.n_searched
    less = k * k + series.lag_size
    n = int(np.isfinite(series.counts).sum())
    rows = []
    for model, fit, size in (
        ("background", plain, series.size - less + searched),
        ("discrete hawkes", found, series.size + searched),
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
    found: PooledCounts, table: pd.DataFrame, result: DiscreteEscalationResult
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
    if found.covariance is None:
        said = "The information is singular: the data do not determine all parameters."
        out.append(Finding("uncertainty", CANNOT_TELL, said))
    return out
