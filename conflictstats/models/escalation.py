"""Escalation as self-excitation: does violence set off violence, and between whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from conflictstats.arguments import check_number, check_one_of, check_rng
from conflictstats.checks.finding import HOLDS, Finding
from conflictstats.errors import ArgumentError
from conflictstats.models._draws import is_draws
from conflictstats.models._escalation_discrete import (
    FAMILIES,
    fit_discrete,
)
from conflictstats.models._escalation_findings import (
    boundaries,
    excitation,
    not_estimable,
    stability,
    survival,
    ties,
)
from conflictstats.models._escalation_fit import (
    EscalationFit,
    choose_breaks,
    draw_seeds,
    drawn,
    fit_streams,
)
from conflictstats.models._escalation_periods import DiscreteEscalationResult
from conflictstats.models._escalation_plan import EscalationPlan, make_shape
from conflictstats.models._escalation_result import EscalationResult
from conflictstats.models._escalation_terms import Terms
from conflictstats.models._event_streams import EventStreams
from conflictstats.models._streams import open_streams
from conflictstats.numerics.hawkes_break_profile import ODDS

# Up to so many events (times streams) the bootstrap is quick enough to be the default.
QUICK = 3_000
SIMULATIONS = 199
DEFAULT_STATE = 2020

_OVER_BREAKS = (
    "Intervals of branching hold all values that some breaks within odds of "
    f"{ODDS:g} to 1 of the best allow; standard errors and other intervals take the "
    "breaks as known."
)
_BREAKS_KNOWN = "Standard errors and intervals take the breaks found as known."


def fit_escalation(  # noqa: PLR0913 - the model's parts, all by keyword
    data: Any,
    *,
    window: tuple[Any, Any] | None = None,
    between: tuple[str, str] | None = None,
    streams: str | None = None,
    baseline: str = "constant",
    breaks: int | Sequence[Any] | None = None,
    season: float | None = None,
    exposure: Any = None,
    form: str = "continuous",
    family: str = "nb2",
    kernel: str = "exponential",
    decay: str = "shared",
    marks: Any = None,
    resolution: Any = None,
    n_draws: int = 20,
    draws: Sequence[Any] | None = None,
    compare: bool = True,
    bootstrap: int | None = None,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> EscalationResult | DiscreteEscalationResult:
    """Fit a self-exciting (Hawkes) process to events of one or several streams.

    Parameters
    ----------
    data : array_like of times, mapping of name to times, Series, Panel or Dataset
        Times are numbers or dates. A numeric Series (or a mapping of them) and a Panel
        hold counts of events by period; a missing count is unknown, not zero.
    window : (start, end), optional
        When watching began and ended; for dates both days belong to it. Only counts by
        period and a Dataset with a coverage may leave it out: it is never taken from
        the first and last event. Events before it count as history.
    between : (str, str), optional
        Two sides of a Dataset, as actor names or classes of actors. Where the source
        names perpetrators of both, each side's acts are a stream; else the events
        between them are one.
    streams : str, optional
        Another way to split a Dataset's events: "perpetrator", "losses" (by the side
        that lost people) or a column such as "event_class" or "admin1".
    baseline : {"constant", "piecewise", "trend", "spline"}
        Background rate: constant, steps, log-linear trend, or natural spline of the
        log rate. The others are fitted for comparison.
    breaks : int or sequence, optional
        Number of equal pieces (of a spline: inner knots), or where breaks stand. By
        default the breaks are searched for on the likelihood, by BIC (each break's
        place counts), and a spline has up to 3 knots.
    season : float, optional
        Length of a season in units of time, added to the background as a harmonic.
    exposure : Series, optional
        What the background is proportional to, as people at risk or reporters at
        work, by date (or time): each value holds until the next.
    form : {"continuous", "discrete"}
        Points in time, or counts by period: then what an event sets off within its
        own period is invisible, and the ratios are called "next day or later".
    family : {"nb2", "poisson"}
        Law of the counts of the discrete form.
    kernel : {"exponential", "power_law"}
        How the effect of an event fades: beta exp(-beta x), or Lomax
        (p-1)/c (1 + x/c)^-p as a sum of exponentials with a stated error. In the
        discrete form geometric or Lomax lags.
    decay : {"shared", "target", "pair"}
        Whether effects fade alike for all, by the stream they act on, or by pair.
    marks : array_like, mapping or str, optional
        Severity of each event; for a Dataset a measure such as "killed". An event then
        sets off (1 + mark)^delta times a constant, scaled so that an average event
        keeps the branching ratio.
    resolution : float, array_like or mapping, optional
        Length of the interval in which each event happened; times are its start. Dates
        without a time of day have a day, "2020-03" has its month; plain numbers are
        exact by default.
    n_draws : int
        Draws of imprecise dates, uniform within each event's own interval, pooled by
        Rubin's rules. Unused where times are exact.
    draws : sequence, optional
        Other plausible versions of the data (of uncertain counts or dates), each of the
        kind that `data` may be; each is fitted and the fits are pooled. `data` itself
        then only serves for pictures, probabilities and forecasts. A list of whole
        Series, Panels or Datasets given as `data` is taken as draws.
    compare : bool
        Whether the other backgrounds are fitted too.
    bootstrap : int, optional
        Simulations of the fit, refitted: fair p-values of the residual checks and the
        interval of a system's branching ratio. 199 by default for up to 3,000 events
        (times streams), else none; ``result.bootstrap(n, rng=rng)`` adds it later.
    level : float
        Nominal coverage of intervals.
    rng : numpy.random.Generator, optional
        For the draws of the dates and the bootstrap. Without one a fixed state is
        used, so that the same call gives the same numbers.

    Returns
    -------
    EscalationResult or DiscreteEscalationResult
        Background rates, the branching matrix (expected events of one stream set off
        directly by one event of another), how fast effects fade; findings on
        stability, excitation, ties, residuals, and which conclusion survives another
        background.

    Raises
    ------
    ArgumentError
        If the window is missing, or an argument is not among the allowed values.

    Notes
    -----
    The rate of stream a is

        lambda_a(t) = mu_a(t) + sum_{t_i < t} N[a, s_i] k(m_i) g(t - t_i),

    with int g = 1. Maximum likelihood by Newton's method with the exact Hessian in
    O(n). A branching ratio says what followed what in the reports; reporting effort
    and common causes act on it too.

    References
    ----------
    Hawkes, A. (1971). Spectra of some self-exciting and mutually exciting point
    processes. Biometrika 58, 83-90.
    Ogata, Y. (1988). Statistical models for earthquake occurrences and residual
    analysis for point processes. JASA 83, 9-27.

    Examples
    --------
    >>> import numpy as np
    >>> import conflictstats as cs
    >>> attacks = [1.2, 1.3, 1.9, 5.0, 9.1, 9.3, 9.4, 9.9, 14.2, 17.0, 17.3, 19.5]
    >>> fit = cs.fit_escalation(attacks, window=(0, 20), bootstrap=0)
    >>> fit.to_frame()["term"].head(2).to_list()
    ['background_rate', 'branching_ratio']
    """
    if is_draws(data) and draws is None:
        data, draws = data[0], data
    plan = EscalationPlan(
        kernel=kernel, decay=decay, baseline=baseline, breaks=breaks, season=season,
        n_draws=n_draws, level=level,
    )  # fmt: skip
    check_one_of(form, "form", ("continuous", "discrete"))
    check_one_of(family, "family", FAMILIES)
    if bootstrap is not None and bootstrap:
        check_number(bootstrap, "bootstrap", low=19, high=1e6, integer=True)
    rng = np.random.default_rng(DEFAULT_STATE) if rng is None else check_rng(rng)
    opened = open_streams(
        data, window=window, between=between, streams=streams, marks=marks,
        resolution=resolution, exposure=exposure,
    )  # fmt: skip
    if baseline == "piecewise" and breaks is None and not_estimable(opened) is None:
        seed = draw_seeds(opened, 1, rng)[0]
        found = choose_breaks(
            opened, make_shape(opened, plan), drawn(opened.recorded(), seed)
        )
        plan = replace(plan, found=found)
        opened = _told(opened, found)
    shape = make_shape(opened, plan)
    call = {
        "baseline": baseline, "kernel": kernel, "decay": decay, "level": level,
        "n_draws": n_draws, "breaks": breaks, "season": season, "streams": streams,
        "between": between,
    }  # fmt: skip
    missing = not_estimable(opened)
    versions = _versions(
        opened, draws, window=window, between=between, streams=streams, marks=marks,
        resolution=resolution, exposure=exposure,
    )  # fmt: skip
    if form == "discrete":
        if decay != "shared":
            message = (
                "`decay` is for `form='continuous'`; the discrete form has one law of "
                "lags for all pairs."
            )
            raise ArgumentError(message)
        return fit_discrete(
            opened, plan, family, rng, compare=compare, versions=versions
        )
    if missing is not None:
        return EscalationResult(
            streams=opened, plan=plan, shape=shape, fit=None, findings=(missing,),
            sources=opened.sources, notes=opened.notes, call=call,
        )  # fmt: skip
    fit = fit_streams(opened, shape, plan, rng, compare=compare, versions=versions)
    result = EscalationResult(
        streams=opened, plan=plan, shape=shape, fit=fit, sources=opened.sources,
        notes=_notes(opened, fit, len(versions)), call=call, findings=(),
    )  # fmt: skip
    result = result._replaced(
        findings=(*_findings(result), *result.residual_findings())
    )
    if bootstrap is None:
        small = opened.low.size * len(opened.names) <= QUICK
        bootstrap = SIMULATIONS if small else 0
    return result.bootstrap(int(bootstrap), rng=rng) if bootstrap else result


def _notes(
    opened: EventStreams, fit: EscalationFit, n_versions: int
) -> tuple[str, ...]:
    """Say what was approximated, pooled and drawn."""
    notes = opened.notes
    if fit.error_bound:
        notes = (
            *notes,
            "The power law is a sum of exponentials; the log-likelihood is within "
            f"{fit.error_bound:.1g} of the exact one.",
        )
    if fit.pooled.shape.baseline.searched:
        known = fit.other_breaks is None
        notes = (*notes, _BREAKS_KNOWN if known else _OVER_BREAKS)
    if n_versions:
        notes = (*notes, f"{n_versions} versions of the data were fitted and pooled.")
    if not opened.is_exact:
        notes = (
            *notes,
            f"Dates were drawn {len(fit.seeds)} times within each event's own interval "
            "and the fits pooled; log-likelihoods are means over the draws.",
        )
    return notes


def _told(opened: EventStreams, breaks: tuple[float, ...]) -> EventStreams:
    """Add a note that says where the background was found to step."""
    said = "No break of the background was found by BIC."
    if breaks:
        when = opened.label(np.array(breaks))
        places = ", ".join(
            f"{t:g}" if opened.origin is None else f"{t:%Y-%m-%d}" for t in when
        )
        said = f"Breaks of the background, searched for by BIC: {places}."
    return replace(opened, notes=(*opened.notes, said))


def _versions(
    opened: EventStreams, draws: Sequence[Any] | None, **options: Any
) -> list[EventStreams]:
    """Open every version of the data; all must have the same streams and window."""
    versions = [open_streams(one, **options) for one in draws or ()]
    if draws is not None and len(versions) < 2:
        message = f"`draws` must hold at least 2 versions; got {len(versions)}."
        raise ArgumentError(message)
    for number, one in enumerate(versions):
        same = one.names == opened.names and one.gaps == opened.gaps
        if not same or (one.start, one.end) != (opened.start, opened.end):
            message = (
                f"`draws[{number}]` has other streams or another window than `data`."
            )
            raise ArgumentError(message)
        missing = not_estimable(one)
        if missing is not None:
            message = f"`draws[{number}]` cannot be fitted: {missing.sentence}"
            raise ArgumentError(message)
    return versions


def _findings(result: EscalationResult) -> list[Finding]:
    """Everything that is checked without simulation."""
    fit, terms, plan = result.fit, result.terms(), result.plan
    if fit is None:
        return []
    others = tuple(
        (
            kind,
            Terms(pooled.shape, fit.under(pooled), terms.names, terms.unit, plan.level),
        )
        for kind, pooled in fit.others
    )
    excited = excitation(terms, fit.alternatives)
    found = [
        excited,
        stability(terms),
        survival(
            terms,
            others,
            fit.alternatives,
            plan.baseline,
            told=excited.verdict == HOLDS,
        ),
        ties(result.streams, terms),
    ]
    return [f for f in found if f is not None] + boundaries(terms)
