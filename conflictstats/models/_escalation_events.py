"""Event by event and moment by moment: what a fitted escalation model says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from conflictstats.models._escalation_fit import EscalationFit, drawn
from conflictstats.models._event_streams import EventStreams
from conflictstats.numerics.hawkes_draws import RecordedEvents
from conflictstats.numerics.hawkes_estimate import make_objective
from conflictstats.numerics.hawkes_events import PointHistory, mark_weights
from conflictstats.numerics.hawkes_likelihood import HawkesShape
from conflictstats.numerics.hawkes_residuals import compensators, rescaled_gaps
from conflictstats.numerics.hawkes_simulation import lag_distribution
from conflictstats.numerics.point_baselines import baseline_rate


def event_frame(
    streams: EventStreams, shape: HawkesShape, fit: EscalationFit | None
) -> pd.DataFrame:
    """Return a row an event: its rate, and how likely something set it off.

    Parameters
    ----------
    streams : EventStreams
        The events.
    shape : HawkesShape
        The model.
    fit : EscalationFit or None
        Its estimates.

    Returns
    -------
    DataFrame
        Probabilities are means over the draws of the dates (Zhuang, Ogata and
        Vere-Jones 2002); missing for events before the window.
    """
    frame = pd.DataFrame(
        {
            "stream": np.array(streams.names, dtype=object)[streams.code],
            "event_time": streams.label(streams.low),
            "interval_length": streams.width,
        }
    )
    frame["stream"] = frame["stream"].astype("str")
    if streams.event_ids is not None:
        frame.insert(0, "event_id", streams.event_ids)
    if fit is None:
        return frame
    shares, intensity = _probabilities(streams.recorded(), shape, fit)
    known = np.isfinite(intensity)
    triggered = 1.0 - shares[-1]
    likeliest = np.argmax(shares[:-1], axis=0)
    names = np.array(streams.names, dtype=object)[likeliest]
    frame["intensity"] = intensity
    frame["background_probability"] = shares[-1]
    frame["triggered_probability"] = triggered
    frame["likeliest_trigger"] = pd.Series(
        np.where(known & (triggered > 0), names, None), dtype="str"
    )
    return frame


def _probabilities(
    recorded: RecordedEvents, shape: HawkesShape, fit: EscalationFit
) -> tuple[np.ndarray, np.ndarray]:
    """Shares of sources (K) and background (last), (K + 1, n), and the rate (n,)."""
    k, n = shape.n_streams, recorded.low.size
    shares, rate = np.zeros((k + 1, n)), np.zeros(n)
    for seed, theta in zip(fit.seeds, fit.pooled.draws, strict=True):
        history = drawn(recorded, seed)
        objective = make_objective(shape, history)
        for rows, (mu, set_off) in zip(
            objective.rows, objective.intensities(theta), strict=True
        ):
            total = mu + set_off.sum(axis=0)
            place = history.order[rows]
            shares[:k, place] += set_off / total
            shares[k, place] += mu / total
            rate[place] += total
    unseen = rate == 0
    shares[:, unseen], rate[unseen] = np.nan, np.nan
    return shares / len(fit.seeds), rate / len(fit.seeds)


def rescaled_frame(
    streams: EventStreams, shape: HawkesShape, fit: EscalationFit
) -> pd.DataFrame:
    """Return a row a gap: what `rescaled_gaps` makes of the first draw of the dates."""
    history = drawn(streams.recorded(), int(fit.seeds[0]))
    parts = compensators(make_objective(shape, history), fit.pooled.draws[0])
    gaps = [rescaled_gaps(part) for part in parts]
    names = np.repeat(np.array(streams.names, dtype=object), [g.size for g in gaps])
    frame = pd.DataFrame({"stream": names, "rescaled_gap": np.concatenate(gaps)})
    return frame.astype({"stream": "str"})


def intensity_frame(
    streams: EventStreams, shape: HawkesShape, fit: EscalationFit, n: int
) -> pd.DataFrame:
    """Return fitted rate and background at n moments, a row a stream and moment."""
    recorded = streams.recorded()
    edges = np.linspace(streams.start, streams.end, n + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    # A few draws of the dates smooth the picture as well as all of them.
    chosen = list(zip(fit.seeds, fit.pooled.draws, strict=True))[:5]
    total = np.zeros((shape.n_streams, n))
    base = np.zeros((shape.n_streams, n))
    for seed, theta in chosen:
        history = drawn(recorded, seed)
        for a in range(shape.n_streams):
            mu = baseline_rate(shape.baseline, theta[shape.background(a)], middle)
            base[a] += mu / len(chosen)
            total[a] += (mu + _excited(shape, theta, history, a, middle)) / len(chosen)
    watched = np.ones(n, dtype=bool)
    for low, high in streams.gaps:
        watched &= (middle < low) | (middle > high)
    labels = streams.label(middle[watched])
    parts = [
        pd.DataFrame(
            {
                "stream": name,
                "event_time": labels,
                "intensity": total[a, watched],
                "background_rate": base[a, watched],
            }
        )
        for a, name in enumerate(streams.names)
    ]
    return pd.concat(parts, ignore_index=True)


def _excited(
    shape: HawkesShape,
    theta: np.ndarray,
    history: PointHistory,
    target: int,
    times: np.ndarray,
) -> np.ndarray:
    """Excitation of one stream at given times, O(n + m) memory in blocks."""
    delta = float(theta[-1]) if shape.marked else 0.0
    weight = mark_weights(history, delta)[0]
    first, second = lag_distribution(shape, theta)
    branching = theta[shape.branching()][target, history.code] * weight
    f, s = first[target, history.code], second[target, history.code]
    out = np.zeros(times.size)
    block = max(int(2e6 // max(times.size, 1)), 1)
    for i in range(0, history.times.size, block):
        cut = slice(i, i + block)
        lag = times - history.times[cut, None]
        past = lag > 0
        lag = np.where(past, lag, 0.0)
        rate, tail = f[cut, None], s[cut, None]
        lomax = tail / rate * (1 + lag / rate) ** (-1 - tail)
        fall = np.where(tail > 0, lomax, rate * np.exp(-rate * lag))
        out += (branching[cut, None] * np.where(past, fall, 0.0)).sum(axis=0)
    return out


def simulated_data(streams: EventStreams, history: PointHistory) -> dict[str, Any]:
    """Return simulated events as a mapping of stream to times, as recorded.

    Dated data come back as dates rounded down to the day if every event was dated to
    the day or coarser; numbers as numbers.
    """
    times = history.times
    if not streams.is_exact:
        # Interval starts were drawn over; the day is what a record would show.
        whole = np.median(streams.width[streams.width > 0])
        times = streams.start + whole * np.floor((times - streams.start) / whole)
    out: dict[str, Any] = {}
    for k, name in enumerate(streams.names):
        own = streams.label(times[history.code == k])
        out[name] = own if streams.origin is None else pd.Series(own, name=name)
    return out
