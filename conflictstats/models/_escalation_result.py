"""The result of an escalation model in continuous time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_rng
from conflictstats.checks.finding import Finding
from conflictstats.errors import EstimationError
from conflictstats.models._escalation_bootstrap import (
    Bootstrapped,
    bootstrap_streams,
    observed_statistics,
    simulated_history,
)
from conflictstats.models._escalation_events import (
    event_frame,
    intensity_frame,
    rescaled_frame,
    simulated_data,
)
from conflictstats.models._escalation_findings import residuals
from conflictstats.models._escalation_fit import EscalationFit, drawn
from conflictstats.models._escalation_forecast import (
    check_horizon,
    forecast_counts,
    forecast_frame,
    refuse_explosion,
)
from conflictstats.models._escalation_plan import EscalationPlan
from conflictstats.models._escalation_terms import Terms
from conflictstats.models._event_streams import EventStreams
from conflictstats.models._result import FitResult
from conflictstats.numerics.hawkes_likelihood import HawkesShape
from conflictstats.numerics.hawkes_simulation import mark_pool
from conflictstats.plots.escalation import (
    plot_branching,
    plot_intensity,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TERMS = (
    "term",
    "stream",
    "set_off_by",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "p_value",
    "scale",
    "dating_share",
    "conf_level",
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EscalationResult(FitResult):
    """A self-exciting process fitted to streams of events.

    Parameters
    ----------
    streams : EventStreams
        The events as they came through the door.
    plan : EscalationPlan
        How they were fitted.
    shape : HawkesShape
        Where each parameter stands.
    fit : EscalationFit or None
        Estimates; None where nothing could be estimated (a Finding says why).
    bootstrapped : Bootstrapped or None
        Simulations of the fit, refitted.
    """

    streams: EventStreams
    plan: EscalationPlan
    shape: HawkesShape
    fit: EscalationFit | None
    bootstrapped: Bootstrapped | None = None

    @property
    def title(self) -> str:
        """One line: the model and what it was fitted to."""
        s = self.streams
        first, last = s.label(np.array([s.start, s.end - (s.origin is not None)]))
        if s.origin is not None:
            first, last = f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"
        names = ", ".join(s.names)
        return (
            f"Self-exciting process ({self.plan.kernel.replace('_', ' ')} fading, "
            f"{self.plan.baseline} background) of {s.low.size:,} events of {names}, "
            f"{first} to {last}"
        )

    @property
    def branching_matrix(self) -> pd.DataFrame:
        """Events of the row's stream set off per event of the column's stream.

        Raises
        ------
        EstimationError
            If the model could not be estimated.
        """
        theta = self._estimated().pooled.theta
        names = list(self.streams.names)
        return pd.DataFrame(theta[self.shape.branching()], names, names)

    @property
    def alternatives(self) -> pd.DataFrame:
        """Backgrounds with and without excitation: log-likelihood, AIC, BIC, ratio."""
        return self._estimated().alternatives.copy()

    def _estimated(self) -> EscalationFit:
        if self.fit is None:
            message = f"Nothing was estimated: {self.findings[0].sentence}"
            raise EstimationError(message)
        return self.fit

    def terms(self) -> Terms:
        """Return the writer of the tidy rows."""
        return Terms(
            self.shape, self._estimated(), self.streams.names, self.streams.unit,
            self.plan.level,
        )  # fmt: skip

    def _tidy(self) -> pd.DataFrame:
        rows = [] if self.fit is None else self.terms().rows()
        if self.bootstrapped is not None:
            rows = [self._with_bootstrap(row) for row in rows]
        frame = pd.DataFrame(rows, columns=list(TERMS))
        return frame.assign(conf_level=self.plan.level)

    def _with_bootstrap(self, row: dict[str, Any]) -> dict[str, Any]:
        """Take the interval of a system's branching ratio from the simulations."""
        boot = self.bootstrapped
        whole = row["term"] == "branching_ratio" and row["stream"] == "all"
        if boot is None or not whole:
            return row
        tail = (1.0 - self.plan.level) / 2
        value = row["estimate"]
        low, high = np.quantile(boot.radius, [tail, 1.0 - tail])
        # Basic bootstrap on the log scale; near zero the log runs away, so there on
        # the natural one.
        if low > 0.2 * value > 0:
            ends = value**2 / high, value**2 / low
        else:
            ends = max(2.0 * value - high, 0.0), max(2.0 * value - low, high)
        if self.fit is not None and self.fit.other_breaks:
            # Simulations take the breaks as known; the row's own interval does not.
            ends = min(ends[0], row["conf_low"]), max(ends[1], row["conf_high"])
        return {**row, "conf_low": ends[0], "conf_high": ends[1]}

    def _glance(self) -> dict[str, Any]:
        s = self.streams
        lost = sum(b - a for a, b in s.gaps)
        facts: dict[str, Any] = {
            "model": "hawkes",
            "kernel": self.plan.kernel,
            "baseline": self.plan.baseline,
            "n_events": int(np.sum(s.low >= s.start)),
            "n_streams": len(s.names),
            "duration": s.end - s.start - lost,
            "time_unit": s.unit,
            "tied_share": s.tied_share,
            "n_draws": 0,
            "converged": False,
        }
        if self.fit is None:
            return facts
        pooled, chosen = self.fit.pooled, self.fit.alternatives.iloc[1]
        return {
            **facts,
            "n_draws": len(pooled.draws),
            "converged": pooled.converged,
            "branching_ratio": self.terms().radius()[0],
            "triggered_share": self._triggered_share(),
            "log_likelihood": pooled.log_likelihood,
            "df_model": int(chosen["df_model"]),
            "aic": 2.0 * chosen["df_model"] - 2.0 * pooled.log_likelihood,
            "bic": chosen["bic"]
            + 2.0 * (chosen["log_likelihood"] - pooled.log_likelihood),
        }

    def _triggered_share(self) -> float:
        """Share of the events in the window that the background does not explain."""
        rates = [r for r in self.terms().rows() if r["term"] == "background_rate"]
        facts = self.streams
        lost = sum(b - a for a, b in facts.gaps)
        expected = sum(r["estimate"] for r in rates) * (facts.end - facts.start - lost)
        return float(max(1.0 - expected / np.sum(facts.low >= facts.start), 0.0))

    def _augment(self) -> pd.DataFrame:
        return event_frame(self.streams, self.shape, self.fit)

    def _draw(self, ax: Axes) -> None:
        if self.fit is None:
            plot_intensity(pd.DataFrame(), ax=ax)
            return
        plot_intensity(self.intensity(), self.to_frame("augment"), ax=ax)

    def plot_branching(self, *, ax: Axes | None = None) -> Axes:
        """Draw the branching matrix: who sets off whom.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw.

        Returns
        -------
        Axes
        """
        return plot_branching(self.to_frame("tidy"), ax=ax)

    def rescaled_gaps(self) -> pd.DataFrame:
        """Return the gaps between events as the model's clock sees them.

        Returns
        -------
        DataFrame
            Columns stream and rescaled_gap, in order of time, for one draw of the
            dates: independent uniforms if the model is true (Ogata 1988). Drawn by
            `plot_rescaled`.

        Raises
        ------
        EstimationError
            If the model could not be estimated.
        """
        return rescaled_frame(self.streams, self.shape, self._estimated())

    def intensity(self, n: int = 1000) -> pd.DataFrame:
        """Return the fitted rate and its background over time.

        Parameters
        ----------
        n : int
            Points in time.

        Returns
        -------
        DataFrame
            Columns stream, event_time, intensity and background_rate (the mean over
            the draws of the dates).

        Raises
        ------
        EstimationError
            If the model could not be estimated.
        """
        check_number(n, "n", low=2, high=1e6, integer=True)
        return intensity_frame(self.streams, self.shape, self._estimated(), int(n))

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        fit = self._estimated()
        recorded = self.streams.recorded()
        history = drawn(recorded, fit.seeds[0])
        delta = float(fit.pooled.theta[-1])
        pool = mark_pool(history, delta) if self.shape.marked else None
        limit = 50 * max(self.streams.low.size, 200)
        return [
            simulated_data(
                self.streams,
                simulated_history(
                    self.shape, fit.pooled.theta, recorded, child, pool, limit
                ),
            )
            for child in rng.spawn(n)
        ]

    def forecast(
        self,
        periods: int = 7,
        *,
        every: float = 1.0,
        n: int = 1000,
        level: float | None = None,
        rng: np.random.Generator,
    ) -> pd.DataFrame:
        """Forecast counts after the window.

        Parameters
        ----------
        periods : int
            How many periods.
        every : float
            Length of a period in units of time (days for dated data).
        n : int
            Simulations; each draws its own dates and parameters.
        level : float, optional
            Nominal coverage; the fit's own by default.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        DataFrame
            A row a stream and period: mean, median and interval of the count.

        Raises
        ------
        EstimationError
            If the model could not be estimated, or its simulations explode.

        Notes
        -----
        A trend goes on, steps, splines and exposure stay at their last level, no break
        is foreseen. The interval holds the uncertainty of the parameters and of chance.
        """
        width = check_horizon(periods, n, level, self.plan.level, rng)
        check_number(every, "every", low=1e-9)
        edges = self.streams.end + every * np.arange(int(periods) + 1)
        counts, cut = forecast_counts(
            self.streams, self.shape, self._estimated(), edges, int(n), rng
        )
        refuse_explosion(cut, int(n), width)
        return forecast_frame(self.streams, counts, edges, width)

    def bootstrap(self, n: int = 199, *, rng: np.random.Generator) -> EscalationResult:
        """Return the result with a parametric bootstrap.

        Simulates the fitted process, records it as coarsely as the data, refits. It
        gives fair p-values to the residual checks and an interval to the branching
        ratio of several streams.

        Parameters
        ----------
        n : int
            Simulations.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        EscalationResult

        Raises
        ------
        EstimationError
            If the model could not be estimated.
        """
        check_rng(rng)
        check_number(n, "n", low=19, high=1e6, integer=True)
        boot = bootstrap_streams(
            self.streams, self.shape, self._estimated(), int(n), rng
        )
        kept = tuple(f for f in self.findings if f.check != "residuals")
        checked = residuals(self.streams.names, boot.observed, boot)
        return self._replaced(findings=(*kept, *checked), bootstrapped=boot)

    def _replaced(self, **changes: Any) -> EscalationResult:
        own = {
            name: getattr(self, name)
            for name in (
                "streams", "plan", "shape", "fit", "bootstrapped", "findings",
                "sources", "notes", "call",
            )
        }  # fmt: skip
        return EscalationResult(**{**own, **changes})

    def residual_findings(self) -> list[Finding]:
        """Residual statistics of the fit without simulation."""
        fit = self._estimated()
        first = fit.pooled.draws[0]
        seen = observed_statistics(self.streams, self.shape, int(fit.seeds[0]), first)
        return residuals(self.streams.names, seen, None)
