"""Counts to come: simulated from the past, with the parameters' own uncertainty."""

from __future__ import annotations

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_rng
from conflictstats.errors import EstimationError
from conflictstats.models._escalation_fit import EscalationFit, drawn
from conflictstats.models._event_streams import EventStreams
from conflictstats.numerics.hawkes_estimate import parameter_bounds
from conflictstats.numerics.hawkes_likelihood import HawkesShape
from conflictstats.numerics.hawkes_simulation import mark_pool, simulate_clusters


def check_horizon(
    periods: int, n: int, level: float | None, own: float, rng: np.random.Generator
) -> float:
    """Check what a forecast is asked for; return its level, `own` if none is given."""
    check_rng(rng)
    check_number(periods, "periods", low=1, high=1e5, integer=True)
    check_number(n, "n", low=20, high=1e6, integer=True)
    if level is None:
        return own
    return float(check_number(level, "level", low=0.5, high=0.9999))


def draw_parameters(
    theta: np.ndarray,
    covariance: np.ndarray | None,
    bounds: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw theta from its normal approximation, within the bounds, shape (p,)."""
    if covariance is None:
        return theta
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    theta = theta + root @ rng.standard_normal(theta.size)
    return np.asarray(np.clip(theta, *bounds))


def forecast_counts(
    streams: EventStreams,
    shape: HawkesShape,
    fit: EscalationFit,
    edges: np.ndarray,
    n: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, int]:
    """Simulate what follows the window.

    Parameters
    ----------
    streams : EventStreams
        The past.
    shape : HawkesShape
        The model.
    fit : EscalationFit
        Its estimates.
    edges : ndarray, shape (h + 1,)
        Borders of the periods to count in, from the window's end on.
    n : int
        Simulations.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    counts : ndarray of int64, shape (n, K, h)
        Counts; every simulation has its own draw of the dates and of the parameters.
    cut : int
        Simulations that exploded and were cut off.
    """
    recorded = streams.recorded()
    k, h = shape.n_streams, edges.size - 1
    counts = np.zeros((n, k, h), dtype="int64")
    histories = [drawn(recorded, s) for s in fit.seeds]
    lower, upper, _ = parameter_bounds(shape, histories[0])
    limit = 50 * max(streams.low.size, 200)
    cut = 0
    for i, child in enumerate(rng.spawn(n)):
        past = histories[i % len(histories)]
        pooled = fit.pooled
        theta = draw_parameters(pooled.theta, pooled.covariance, (lower, upper), child)
        pool = mark_pool(past, float(theta[-1])) if shape.marked else None
        drawn_events = simulate_clusters(
            shape, theta, child, window=(float(edges[0]), float(edges[-1])),
            past=past, pool=pool, limit=limit,
        )  # fmt: skip
        cut += not drawn_events.complete
        for a in range(k):
            own = drawn_events.times[drawn_events.code == a]
            counts[i, a] = np.histogram(own, edges)[0]
    return counts, cut


def refuse_explosion(cut: int, n: int, level: float) -> None:
    """Raise where more simulated futures were cut off than an interval can bear."""
    if cut > n * (1 - level) / 2:
        message = (
            f"{cut} of {n} simulated futures multiply without end: the process is "
            "too close to critical for a forecast over this horizon.\n"
            "Hint: forecast fewer periods, or let the background vary."
        )
        raise EstimationError(message)


def forecast_frame(
    streams: EventStreams, counts: np.ndarray, edges: np.ndarray, level: float
) -> pd.DataFrame:
    """Return a row a stream and period with mean, median and interval."""
    tail = (1.0 - level) / 2
    low, middle, high = np.quantile(
        counts, [tail, 0.5, 1 - tail], axis=0, method="inverted_cdf"
    )
    labels = streams.label(edges)
    rows = [
        {
            "stream": name,
            "horizon_start": labels[j],
            "horizon_end": labels[j + 1],
            "forecast": float(counts[:, a, j].mean()),
            "forecast_median": float(middle[a, j]),
            "forecast_low": float(low[a, j]),
            "forecast_high": float(high[a, j]),
            "conf_level": level,
        }
        for a, name in enumerate(streams.names)
        for j in range(edges.size - 1)
    ]
    return pd.DataFrame(rows)
