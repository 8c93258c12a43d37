"""What a fitted escalation model can and cannot say, in sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from conflictstats.arguments import listed
from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.models._escalation_bootstrap import Bootstrapped
from conflictstats.models._escalation_fit import excitation_gain
from conflictstats.models._escalation_terms import Terms
from conflictstats.models._event_streams import EventStreams
from conflictstats.numerics.hawkes_inference import excitation_p_value
from conflictstats.numerics.hawkes_residuals import LAGS

MANY_TIES = 0.2
SMALL = 0.05
FEWEST_EVENTS = 10
# Difference of AIC from which a background counts as refuted.
SPEAKS_AGAINST = 10.0


def not_estimable(streams: EventStreams) -> Finding | None:
    """Why nothing can be estimated from these streams, or None."""
    counts = np.bincount(
        streams.code[streams.low >= streams.start], minlength=len(streams.names)
    )
    empty = [name for name, c in zip(streams.names, counts, strict=True) if c == 0]
    if counts.sum() < FEWEST_EVENTS:
        reason = (
            f"The window holds {int(counts.sum())} events; a self-exciting process "
            f"needs at least {FEWEST_EVENTS}."
        )
    elif empty:
        reason = f"No events of {listed(empty)} in the window: leave that stream out."
    else:
        return None
    return Finding("estimable", CANNOT_TELL, reason)


def stability(terms: Terms) -> Finding:
    """Whether an event sets off less than one other on average."""
    value, _, low, high = terms.radius()
    said = f"The branching ratio is {value:.2f}"
    if np.isfinite(low):
        said += f" ({terms.level:.0%} interval {low:.2f} to {high:.2f})"
    if value >= 1:
        return Finding(
            "stability", DOES_NOT_HOLD,
            f"{said}: as fitted, events multiply without end. A background that "
            "changes, taken for constant, often looks like this.", value,
        )  # fmt: skip
    if np.isfinite(high) and high >= 1:
        return Finding(
            "stability", CANNOT_TELL,
            f"{said}: the data do not rule out that events multiply without end.",
            value,
        )  # fmt: skip
    return Finding(
        "stability", HOLDS, f"{said}, below 1: chains of events die out.", value
    )


def excitation(terms: Terms, alternatives: pd.DataFrame) -> Finding:
    """Whether events set off others at all.

    Searched breaks that only one of both models has are charged as by BIC.
    """
    statistic = excitation_gain(alternatives, terms.shape)
    if terms.shape.n_streams > 1:
        return _links(terms, statistic)
    p = excitation_p_value(statistic, 1)
    if p < SMALL:
        said = "Events set off others: the model fits better than its background alone."
        return Finding("excitation", HOLDS, said, statistic, p)
    said = (
        "No self-excitation can be told from the background alone; the speed of its "
        "fading then means nothing."
    )
    return Finding("excitation", DOES_NOT_HOLD, said, statistic, p)


def established(terms: Terms) -> set[tuple[str, str]]:
    """Links (target, source) whose entry is above zero with p < 0.05."""
    found = set()
    for a, b in np.ndindex(terms.shape.n_streams, terms.shape.n_streams):
        if terms.entry(a, b)[4] < SMALL:
            found.add((terms.names[a], terms.names[b]))
    return found


def _links(terms: Terms, statistic: float) -> Finding:
    links = sorted(established(terms))
    p = excitation_p_value(statistic, terms.shape.n_streams)
    if p >= SMALL or not links:
        said = "No stream can be said to set off another or itself (p < 0.05)."
        return Finding("excitation", DOES_NOT_HOLD, said, statistic, p)
    words = "; ".join(f"{b} sets off {a}" for a, b in links)
    return Finding("excitation", HOLDS, f"{words} (p < 0.05).", statistic, p)


def boundaries(terms: Terms) -> list[Finding]:
    """Entries at zero, and decays at the edge of what can be searched."""
    shape, pooled = terms.shape, terms.pooled
    out = []
    at_zero = [
        f"{terms.names[b]} on {terms.names[a]}"
        for a, b in np.ndindex(shape.n_streams, shape.n_streams)
        if pooled.theta[shape.branching()[a, b]] <= 0
    ]
    if at_zero:
        said = f"The estimate rests at zero: {', '.join(at_zero)}."
        out.append(Finding("boundary", CANNOT_TELL, said))
    for group in range(shape.n_kernels):
        own = shape.kernel_places(group)[: shape.kernel_size]
        entries = pooled.theta[shape.branching()][shape.groups == group]
        if entries.max() > 0 and not pooled.free[own].all():
            said = (
                "The fading runs to the edge of what was searched "
                f"({_edge(shape.kernel)}); its speed is not reported."
            )
            out.append(Finding("decay", CANNOT_TELL, said))
    if pooled.covariance is None:
        said = "The information is singular: the data do not determine all parameters."
        out.append(Finding("uncertainty", CANNOT_TELL, said))
    if not pooled.converged:
        said = "The climb ended before it reached an optimum."
        out.append(Finding("convergence", DOES_NOT_HOLD, said))
    return out


def _edge(kernel: str) -> str:
    if kernel == "power_law":
        return "no tail beyond an exponential's, or one as long as the window"
    return "as fast as the least gap, or as slow as the window"


def ties(streams: EventStreams, terms: Terms) -> Finding | None:
    """Whether the dates are too coarse for the excitation they are asked about."""
    share = streams.tied_share
    if share <= MANY_TIES:
        return None
    lag = _mean_lag(terms)
    if streams.is_exact:
        return Finding(
            "ties", CANNOT_TELL,
            f"{share:.0%} of the events share their exact time with another; events at "
            "the same time do not excite each other here. If times are rounded, say so "
            "with `resolution`.", share,
        )  # fmt: skip
    width = float(np.median(streams.width[streams.width > 0]))
    if lag is None or lag >= width:
        return Finding(
            "ties", HOLDS,
            f"{share:.0%} of the events share their date, but effects last longer than "
            f"the interval of {width:g} {streams.unit}; dates were drawn within it.",
            share,
        )  # fmt: skip
    return Finding(
        "ties", CANNOT_TELL,
        f"{share:.0%} of the events share their date, and effects fade within the "
        f"interval of {width:g} {streams.unit}: what happens inside it is drawn, not "
        "observed, and the fading is the least certain part.", share,
    )  # fmt: skip


def _mean_lag(terms: Terms) -> float | None:
    lags = [
        row["estimate"]
        for row in terms.rows()
        if row["term"] in ("mean_lag", "median_lag")
    ]
    return min(lags) if lags else None


def survival(
    terms: Terms,
    others: tuple[tuple[str, Terms], ...],
    alternatives: pd.DataFrame,
    kind: str,
    *,
    told: bool,
) -> Finding | None:
    """Which conclusion survives another background; `told` if there is one."""
    if not others:
        return None
    fitted = alternatives[alternatives["model"] == "hawkes"]
    ratios = ", ".join(
        f"{row.baseline} {row.branching_ratio:.2f}" for row in fitted.itertuples()
    )
    best = str(fitted.iloc[int(np.argmin(fitted["bic"].to_numpy()))]["baseline"])
    value, error, _, _ = terms.radius()
    # Backgrounds that the data speak strongly against have no say.
    able = fitted[fitted["aic"] <= fitted["aic"].iloc[0] + SPEAKS_AGAINST]
    lowest = able.iloc[int(np.argmin(able["branching_ratio"].to_numpy()))]
    drop = value - float(lowest["branching_ratio"])
    falls = np.isfinite(error) and drop > 2.0 * error
    everywhere = established(terms) if told else set()
    anywhere = set(everywhere)
    for _, there in others:
        links = established(there)
        everywhere &= links
        anywhere |= links
    said = [f"Branching ratio by background: {ratios}; least BIC: {best}."]
    if falls:
        said.append(
            f"It falls by more than two standard errors from {kind} to "
            f"{lowest['baseline']}: much of the apparent excitation may be a change of "
            "tempo."
        )
    said.append(_surviving(everywhere, anywhere, len(terms.names)))
    verdict = DOES_NOT_HOLD if falls or everywhere != anywhere else HOLDS
    return Finding("background", verdict, " ".join(said), drop)


def _surviving(
    everywhere: set[tuple[str, str]], anywhere: set[tuple[str, str]], k: int
) -> str:
    def words(links: set[tuple[str, str]]) -> str:
        if k == 1:
            return "events set off others"
        return "; ".join(f"{b} sets off {a}" for a, b in sorted(links))

    if not anywhere:
        return "Under none of them is anything set off (p < 0.05)."
    if not everywhere:
        return f"Nothing survives every background; under some: {words(anywhere)}."
    text = f"Under every background: {words(everywhere)} (p < 0.05)."
    lost = anywhere - everywhere
    return f"{text} Only under some: {words(lost)}." if lost else text


def residuals(
    names: tuple[str, ...], statistics: np.ndarray, boot: Bootstrapped | None
) -> list[Finding]:
    """Whether rescaled times look like a unit Poisson process."""
    out = []
    p_values = boot.p_values if boot is not None else None
    for a, name in enumerate(names):
        distance, portmanteau = statistics[a]
        if p_values is None:
            said = (
                f"Rescaled gaps: Kolmogorov-Smirnov distance {distance:.3f}, Ljung-Box "
                f"{portmanteau:.1f}; without simulation no fair p-value (the plain one "
                "is too large once parameters are fitted). Ask for `bootstrap=199`."
            )
            out.append(
                Finding("residuals", CANNOT_TELL, said, float(distance), unit=name)
            )
            continue
        p = float(min(p_values[a]))
        said = (
            "Rescaled gaps against simulations of the fit: Kolmogorov-Smirnov p = "
            f"{p_values[a, 0]:.2g}, Ljung-Box over {LAGS} lags "
            f"p = {p_values[a, 1]:.2g}."
        )
        # Two looks at the same residuals: each is held to half of the level.
        verdict = HOLDS if p > SMALL / 2 else DOES_NOT_HOLD
        out.append(Finding("residuals", verdict, said, float(distance), p, name))
    return out
