"""What a fitted escalation model says of its own estimates, by simulation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conflictstats.models._escalation_fit import (
    DRAW_TOLERANCE,
    EscalationFit,
    drawn,
)
from conflictstats.models._event_streams import EventStreams
from conflictstats.numerics.hawkes_draws import (
    RecordedEvents,
    draw_history,
    record_events,
)
from conflictstats.numerics.hawkes_estimate import estimate_hawkes, make_objective
from conflictstats.numerics.hawkes_events import PointHistory
from conflictstats.numerics.hawkes_inference import spectral_radius
from conflictstats.numerics.hawkes_likelihood import HawkesShape
from conflictstats.numerics.hawkes_residuals import compensators, residual_statistics
from conflictstats.numerics.hawkes_simulation import (
    MarkPool,
    mark_pool,
    simulate_clusters,
)


@dataclass(frozen=True, eq=False)
class Bootstrapped:
    """What the fitted process says of its own estimates.

    Parameters
    ----------
    theta : ndarray, shape (B, p)
        Estimates from simulated data.
    radius : ndarray, shape (B,)
        Their spectral radii.
    statistics : ndarray, shape (B, K, 2)
        KS distance and Ljung-Box statistic of each stream's residuals.
    observed : ndarray, shape (K, 2)
        The same of the data (first draw of the dates).
    """

    theta: np.ndarray
    radius: np.ndarray
    statistics: np.ndarray
    observed: np.ndarray

    @property
    def p_values(self) -> np.ndarray:
        """Share of simulations at least as far off, (1 + #) / (B + 1), shape (K, 2)."""
        beyond = np.sum(self.statistics >= self.observed, axis=0)
        return np.asarray((1.0 + beyond) / (1.0 + len(self.statistics)))


def observed_statistics(
    streams: EventStreams, shape: HawkesShape, seed: int, theta: np.ndarray
) -> np.ndarray:
    """KS distance and Ljung-Box statistic of the data's residuals, shape (K, 2)."""
    objective = make_objective(shape, drawn(streams.recorded(), seed))
    return residual_statistics(compensators(objective, theta))


def bootstrap_streams(
    streams: EventStreams,
    shape: HawkesShape,
    fit: EscalationFit,
    n: int,
    rng: np.random.Generator,
) -> Bootstrapped:
    """Simulate from the fit, record as coarsely as the data, draw, refit.

    Parameters
    ----------
    streams : EventStreams
        The data.
    shape : HawkesShape
        The model.
    fit : EscalationFit
        Its estimates.
    n : int
        Simulations.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Bootstrapped
    """
    recorded, theta = streams.recorded(), fit.pooled.theta
    history = drawn(recorded, fit.seeds[0])
    pool = mark_pool(history, float(theta[-1])) if shape.marked else None
    limit = 20 * max(int(history.counts.sum()), 50)
    thetas, radii, statistics = [], [], []
    for child in rng.spawn(n):
        again = simulated_history(shape, theta, recorded, child, pool, limit)
        refit = estimate_hawkes(shape, again, start=theta, tolerance=DRAW_TOLERANCE)
        parts = compensators(make_objective(shape, again), refit.theta)
        thetas.append(refit.theta)
        radii.append(spectral_radius(refit.branching)[0])
        statistics.append(residual_statistics(parts))
    first = fit.pooled.draws[0]
    return Bootstrapped(
        np.array(thetas),
        np.array(radii),
        np.array(statistics),
        observed_statistics(streams, shape, int(fit.seeds[0]), first),
    )


def simulated_history(
    shape: HawkesShape,
    theta: np.ndarray,
    recorded: RecordedEvents,
    rng: np.random.Generator,
    pool: MarkPool | None,
    limit: int,
) -> PointHistory:
    """Simulate one history with the data's dating, gaps and window."""
    draw = simulate_clusters(shape, theta, rng, pool=pool, limit=limit)
    watched = np.ones(draw.times.size, dtype=bool)
    for first, last in recorded.gaps:
        watched &= (draw.times < first) | (draw.times >= last)
    times, code = draw.times[watched], draw.code[watched]
    low, width = record_events(times, recorded, rng)
    marks = np.expm1(draw.severity[watched]) if recorded.marks is not None else None
    seen = recorded._replace(low=low, width=width, code=code, marks=marks, event=None)
    return draw_history(seen, rng)
