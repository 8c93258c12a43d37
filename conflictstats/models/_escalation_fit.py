"""Fitting event streams: draws of the dates, other backgrounds, the bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from conflictstats.models._escalation_plan import (
    EscalationPlan,
    break_grid,
    other_baselines,
)
from conflictstats.models._event_streams import EventStreams
from conflictstats.numerics.hawkes_break_profile import BreakProfile
from conflictstats.numerics.hawkes_breaks import (
    BreakSearch,
    SearchedBreaks,
    search_breaks,
)
from conflictstats.numerics.hawkes_draws import (
    PooledEstimate,
    RecordedEvents,
    draw_history,
    pool_estimates,
)
from conflictstats.numerics.hawkes_estimate import (
    HawkesEstimate,
    estimate_hawkes,
    estimate_poisson,
    make_objective,
)
from conflictstats.numerics.hawkes_events import PointHistory
from conflictstats.numerics.hawkes_inference import (
    boundary_test,
    excitation_p_value,
    profile_interval,
    radius_variance,
    spectral_radius,
)
from conflictstats.numerics.hawkes_likelihood import HawkesShape

# Draws on which other backgrounds are compared.
COMPARED_DRAWS = 5
# Profiles and likelihood-ratio tests of every entry cost refits: up to this size
# (events times entries) they are the default, beyond it Wald intervals.
PROFILED = 12_000
# The same where each refit searches for breaks anew.
PROFILED_OVER_BREAKS = 3_000
# A draw's optimum need only be close compared with the spread between draws.
DRAW_TOLERANCE = 1e-8


@dataclass(frozen=True, eq=False)
class EscalationFit:
    """Everything estimated from one set of streams.

    Parameters
    ----------
    pooled : PooledEstimate
        Estimates pooled over the draws of the dates.
    seeds : ndarray of int64, shape (R,)
        What each draw of the dates began with.
    log_likelihood : float
        Mean over the draws.
    profile : ndarray, shape (K, K, 2), or None
        Profile intervals of the branching entries.
    p_values : ndarray, shape (K, K), or None
        Likelihood-ratio tests of the entries.
    alternatives : DataFrame
        Backgrounds side by side.
    others : tuple of (str, PooledEstimate)
        The same model under the other backgrounds.
    error_bound : float
        Largest error of the log-likelihood by approximating a power law; else 0.
    mark_p_value : float
        Likelihood-ratio test that marks do not matter; NaN without marks.
    other_breaks : tuple of HawkesEstimate, or None
        Fits with the other breaks that the profile goes over as well; None where it
        takes the breaks as known.
    """

    pooled: PooledEstimate
    seeds: np.ndarray
    log_likelihood: float
    profile: np.ndarray | None
    p_values: np.ndarray | None
    alternatives: pd.DataFrame
    others: tuple[tuple[str, PooledEstimate], ...]
    error_bound: float = 0.0
    mark_p_value: float = np.nan
    other_breaks: tuple[HawkesEstimate, ...] | None = None

    def under(self, pooled: PooledEstimate) -> EscalationFit:
        """Return the fit with another background's estimates, without profiles."""
        return replace(
            self, pooled=pooled, profile=None, p_values=None, other_breaks=None
        )


def draw_seeds(streams: EventStreams, n: int, rng: np.random.Generator) -> np.ndarray:
    """Seeds of the draws of the dates: one suffices where all times are exact."""
    size = 1 if streams.is_exact else n
    return rng.integers(2**62, size=size)


def drawn(recorded: RecordedEvents, seed: int) -> PointHistory:
    """Return the history of one draw of the dates; the same seed gives the same."""
    return draw_history(recorded, np.random.default_rng(int(seed)))


def fit_draws(
    shape: HawkesShape, histories: list[PointHistory]
) -> list[HawkesEstimate]:
    """Fit each draw, each climb beginning where the one before ended."""
    tolerance = 1e-14 if len(histories) == 1 else DRAW_TOLERANCE
    found: list[HawkesEstimate] = []
    for history in histories:
        start = found[-1].theta if found else None
        found.append(estimate_hawkes(shape, history, start=start, tolerance=tolerance))
    return found


def choose_breaks(
    streams: EventStreams, shape: HawkesShape, history: PointHistory
) -> tuple[float, ...]:
    """Return the breaks of a stepwise background with the least BIC."""
    return _search(streams, shape, history, excited=True).breaks


def _search(
    streams: EventStreams, shape: HawkesShape, history: PointHistory, *, excited: bool
) -> SearchedBreaks:
    edges, least = break_grid(streams)
    return search_breaks(
        shape, history, edges, least, unit=streams.grain, excited=excited
    )


def _over_breaks(
    streams: EventStreams,
    shape: HawkesShape,
    history: PointHistory,
    estimate: HawkesEstimate,
    plain: HawkesEstimate,
    level: float,
) -> BreakProfile:
    """Return the way to intervals that do not take breaks as known."""
    search = BreakSearch.of(shape, history, *break_grid(streams), streams.grain)
    best = SearchedBreaks(shape.baseline.breaks, estimate)
    return BreakProfile(search, best, plain.shape.baseline.breaks, level)


def without_excitation(
    streams: EventStreams, shape: HawkesShape, histories: list[PointHistory]
) -> list[HawkesEstimate]:
    """Fit the background alone, a fit a draw.

    Where breaks are searched for it has its own: steps and excitation explain the same
    events, and each gets its best chance.
    """
    if shape.baseline.searched:
        shape = _search(streams, shape, histories[0], excited=False).estimate.shape
    return [estimate_poisson(shape, history) for history in histories]


def excitation_gain(alternatives: pd.DataFrame, shape: HawkesShape) -> float:
    """Twice the log-likelihood that excitation adds to the first row's background.

    Breaks that only one of both has are charged as BIC does; with the same breaks it
    is the likelihood-ratio statistic.
    """
    value, size, bic = (
        alternatives[name].iloc[:2].to_numpy(dtype="float64")
        for name in ("log_likelihood", "df_model", "bic")
    )
    excited = shape.size - shape.n_streams * shape.baseline.size
    log_n = (bic[0] + 2.0 * value[0]) / size[0]
    extra = size[1] - size[0] - excited
    return float(max(2.0 * (value[1] - value[0]) - log_n * extra, 0.0))


def fit_streams(
    streams: EventStreams,
    shape: HawkesShape,
    plan: EscalationPlan,
    rng: np.random.Generator,
    *,
    compare: bool,
    versions: Sequence[EventStreams] = (),
) -> EscalationFit:
    """Fit the model, its alternatives and the intervals that need refits.

    Parameters
    ----------
    streams : EventStreams
        The events.
    shape : HawkesShape
        What is estimated.
    plan : EscalationPlan
        How.
    rng : numpy.random.Generator
        For the draws of the dates.
    compare : bool
        Whether other backgrounds are fitted.
    versions : sequence of EventStreams
        Other plausible versions of the data, fitted in turn with the draws of dates.

    Returns
    -------
    EscalationFit
    """
    seeds = draw_seeds(streams, plan.n_draws, rng)
    if len(versions) > len(seeds):
        seeds = rng.integers(2**62, size=len(versions))
    taken = [one.recorded() for one in versions or (streams,)]
    histories = [drawn(taken[i % len(taken)], s) for i, s in enumerate(seeds)]
    n = int(histories[0].counts.sum())
    estimates = fit_draws(shape, histories)
    pooled = pool_estimates(estimates, n)
    few = histories[:COMPARED_DRAWS]
    plain = without_excitation(streams, shape, few)
    profile = p_values = wide = None
    size = n * shape.n_streams**2
    if size <= PROFILED:
        if shape.baseline.searched and size <= PROFILED_OVER_BREAKS:
            wide = _over_breaks(
                streams, shape, histories[0], estimates[0], plain[0], plan.level
            )
        profile, p_values = _profiles(
            shape, histories[0], estimates[0], pooled, plan, wide
        )
    rows = [_compared(plan.baseline, estimates[: len(few)], plain, n, reported=True)]
    others = []
    breaks: tuple[float, ...] = ()
    if compare and plan.baseline != "piecewise":
        breaks = choose_breaks(streams, shape, histories[0])
    for kind, baseline in other_baselines(streams, plan, breaks) if compare else ():
        shape_there = replace(shape, baseline=baseline)
        there = fit_draws(shape_there, few)
        plain = without_excitation(streams, shape_there, few)
        rows.append(_compared(kind, there, plain, n, reported=False))
        others.append((kind, pool_estimates(there, n)))
    table = pd.DataFrame([row for pair in rows for row in pair])
    if p_values is not None and shape.n_streams == 1:
        gain = excitation_gain(table, shape)
        p_values = np.maximum(p_values, excitation_p_value(gain, 1))
    return EscalationFit(
        pooled,
        seeds,
        pooled.log_likelihood,
        profile,
        p_values,
        table,
        tuple(others),
        _error_bound(shape, histories[0], pooled),
        _mark_test(shape, histories[0], estimates[0], pooled),
        None if wide is None else tuple(wide.others()),
    )


def _mark_test(
    shape: HawkesShape,
    history: PointHistory,
    estimate: HawkesEstimate,
    pooled: PooledEstimate,
) -> float:
    """Likelihood-ratio test that the exponent of the marks is zero."""
    if not shape.marked:
        return np.nan
    place = shape.size - 1
    start = estimate.theta.copy()
    start[place] = 0.0
    held = estimate_hawkes(
        shape, history, start=start, pinned={place: 0.0}, tolerance=DRAW_TOLERANCE
    )
    statistic = 2.0 * (estimate.log_likelihood - held.log_likelihood)
    alone = _error(pool_estimates([estimate], int(history.counts.sum())), place)
    # With drawn dates the statistic shrinks as the variance grows.
    stretch = max(_error(pooled, place) / alone, 1.0) if alone > 0 else 1.0
    return float(chdtrc(1.0, max(statistic, 0.0) / stretch**2))


def _profiles(
    shape: HawkesShape,
    history: PointHistory,
    estimate: HawkesEstimate,
    pooled: PooledEstimate,
    plan: EscalationPlan,
    wide: BreakProfile | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Profile interval (`wide`, if given) and likelihood-ratio test of each entry of N.

    With several draws the profile of the first one gives the shape; its distances
    are stretched by the ratio of the pooled to the draw's own standard error.
    """
    objective = make_objective(shape, history)
    alone = pool_estimates([estimate], int(history.counts.sum()))
    k = shape.n_streams
    intervals, p_values = np.full((k, k, 2), np.nan), np.ones((k, k))
    for a, b in np.ndindex(k, k):
        place = int(shape.branching()[a, b])
        error = _error(alone, place)
        step = error if error > 0 else 0.05
        if wide is not None:
            low, high = wide.interval(a, b, step)
        else:
            low, high = profile_interval(
                estimate, objective, place, plan.level, error=step
            )
        stretch = 1.0
        if len(pooled.draws) > 1 and error > 0:
            stretch = max(_error(pooled, place) / error, 1.0)
        here, mean = estimate.theta[place], pooled.theta[place]
        intervals[a, b] = (
            max(mean - stretch * (here - low), 0.0) if low > 0 else 0.0,
            mean + stretch * (high - here),
        )
        statistic = boundary_test(estimate, objective, place)[0]
        if wide is not None:
            statistic = min(statistic, wide.drop_at_zero(a, b))
        statistic /= stretch**2
        # Without excitation the decay is free to chase noise: see `excitation`.
        halves = 4.0 if k == 1 else 1.0
        p_values[a, b] = min(halves * 0.5 * float(chdtrc(1.0, statistic)), 1.0)
    return intervals, p_values


def _error(pooled: PooledEstimate, place: int) -> float:
    if pooled.covariance is None:
        return 0.0
    return float(np.sqrt(pooled.covariance[place, place]))


def _compared(
    kind: str,
    found: list[HawkesEstimate],
    plain: list[HawkesEstimate],
    n: int,
    *,
    reported: bool,
) -> list[dict[str, object]]:
    """Rows of one background: without excitation, and with it."""
    rows: list[dict[str, object]] = []
    for name, fits in (("poisson", plain), ("hawkes", found)):
        value = float(np.mean([f.log_likelihood for f in fits]))
        size = fits[0].n_parameters
        pooled = pool_estimates(fits, n)
        ratio = spectral_radius(fits[0]._replace(theta=pooled.theta).branching)[0]
        error = np.nan
        if name == "hawkes" and pooled.covariance is not None:
            whole = fits[0]._replace(theta=pooled.theta)
            error = float(np.sqrt(max(radius_variance(whole, pooled.covariance), 0.0)))
        rows.append(
            {
                "baseline": kind,
                "model": name,
                "log_likelihood": value,
                "df_model": size,
                "aic": 2.0 * size - 2.0 * value,
                "bic": np.log(max(n, 1)) * size - 2.0 * value,
                "branching_ratio": ratio if name == "hawkes" else np.nan,
                "std_error": error,
                "is_reported": reported and name == "hawkes",
            }
        )
    return rows


def _error_bound(
    shape: HawkesShape, history: PointHistory, pooled: PooledEstimate
) -> float:
    if shape.kernel == "exponential":
        return 0.0
    objective = make_objective(shape, history)
    return objective.error_bound(pooled.theta)
