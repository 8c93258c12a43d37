"""The result of an escalation model of counts by period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from conflictstats.errors import EstimationError
from conflictstats.models._escalation_plan import EscalationPlan
from conflictstats.models._escalation_terms import entry_interval, log_interval
from conflictstats.models._event_streams import EventStreams
from conflictstats.models._result import FitResult
from conflictstats.numerics.hawkes_discrete import CountSeries, DiscreteObjective
from conflictstats.numerics.hawkes_discrete_fit import (
    DiscreteEstimate,
    simulate_counts,
)
from conflictstats.numerics.hawkes_inference import invert_information, spectral_radius
from conflictstats.plots.escalation import plot_intensity

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DiscreteEscalationResult(FitResult):
    """Self-excitation of counts by period.

    Parameters
    ----------
    streams : EventStreams
        The events as they came through the door.
    plan : EscalationPlan
        How they were fitted.
    series : CountSeries
        Counts by period, and where each parameter stands.
    width : float
        Length of a period in units of time.
    estimate : DiscreteEstimate or None
        None where nothing could be estimated.
    alternatives : DataFrame
        Backgrounds side by side.
    """

    streams: EventStreams
    plan: EscalationPlan
    series: CountSeries
    width: float
    estimate: DiscreteEstimate | None
    alternatives: pd.DataFrame

    @property
    def title(self) -> str:
        """One line: the model and what it was fitted to."""
        family = "negative-binomial" if self.series.negative_binomial else "Poisson"
        n = self.series.counts.shape[1]
        return (
            f"Self-exciting counts ({family}, {self.series.lags} lags, "
            f"{self.plan.baseline} background) of {', '.join(self.streams.names)}, "
            f"{n} periods of {self.width:g} {self.streams.unit}"
        )

    @property
    def later(self) -> str:
        """What the ratios are called: "next day or later"."""
        return f"next {self.period} or later"

    @property
    def period(self) -> str:
        """What a period is called."""
        if self.streams.origin is None:
            return "period"
        return {1.0: "day", 7.0: "week"}.get(self.width, "period")

    def _tidy(self) -> pd.DataFrame:
        columns = ["term", "stream", "set_off_by", "estimate", "std_error", "conf_low",
                   "conf_high", "p_value", "scale"]  # fmt: skip
        rows = [] if self.estimate is None else self._rows(self.estimate)
        frame = pd.DataFrame(rows, columns=columns)
        return frame.assign(conf_level=self.plan.level)

    def _rows(self, found: DiscreteEstimate) -> list[dict[str, Any]]:
        covariance = invert_information(found.information, found.free)
        b, n_at, _, size_at = self.series.places
        k, level = len(b), self.plan.level
        error = np.full(found.theta.size, np.nan)
        if covariance is not None:
            error = np.where(found.free, np.sqrt(np.diag(covariance)), np.nan)
        objective = DiscreteObjective(self.series)
        mu, _ = objective.means(found.theta)
        names = self.streams.names
        rows = []
        for a in range(k):
            shares = mu[a] / mu[a].sum()
            slope = objective.design @ shares
            spread = np.nan
            if covariance is not None:
                spread = float(slope @ covariance[np.ix_(b[a], b[a])] @ slope) ** 0.5
            rows.append(
                _log_row(
                    "background_rate", names[a], "", float(mu[a].mean()), spread, level,
                    f"events a {self.period}",
                )
            )  # fmt: skip
        for a, c in np.ndindex(k, k):
            place = n_at[a, c]
            value, wide = float(found.theta[place]), float(error[place])
            low, high = entry_interval(value, wide, level, np.inf)
            p = float(0.5 * chdtrc(1.0, (value / wide) ** 2)) if wide > 0 else np.nan
            rows.append(
                {"term": "later_branching", "stream": names[a], "set_off_by": names[c],
                 "estimate": value, "std_error": wide, "conf_low": low,
                 "conf_high": high, "p_value": p,
                 "scale": f"events {self.later} per event"}
            )  # fmt: skip
        rows += self._lag_rows(found, error)
        for a in range(k if self.series.negative_binomial else 0):
            size, spread = np.exp(found.theta[size_at + a]), float(error[size_at + a])
            rows.append(
                _log_row("size", names[a], "", float(size), spread, level, "NB2 size")
            )
        return rows

    def _lag_rows(
        self, found: DiscreteEstimate, error: np.ndarray
    ) -> list[dict[str, Any]]:
        _, n_at, lag_at, size_at = self.series.places
        if found.theta[n_at].max() <= 0 or not found.free[lag_at:size_at].all():
            return []
        level, first = self.plan.level, float(np.exp(found.theta[lag_at]))
        if self.series.lags == "geometric":
            # Mean lag 1 / (1 - q) with q = exp(-b); its log moves by -b q / (1 - q).
            mean = -1.0 / np.expm1(-first)
            spread = float(error[lag_at]) * first * (mean - 1.0)
            return [
                _log_row("mean_lag", "all", "all", mean, spread, level, self.period)
            ]
        excess = float(np.exp(found.theta[lag_at + 1]))
        row = _log_row("lag_exponent", "all", "all", excess, error[lag_at + 1], level,
                       "power of the lag")  # fmt: skip
        for name in ("estimate", "conf_low", "conf_high"):
            row[name] += 1.0
        scale = _log_row(
            "lag_scale", "all", "all", first, error[lag_at], level, self.period
        )
        return [scale, row]

    def _glance(self) -> dict[str, Any]:
        known = np.isfinite(self.series.counts)
        facts: dict[str, Any] = {
            "model": "discrete hawkes",
            "kernel": self.series.lags,
            "baseline": self.plan.baseline,
            "n_events": int(np.nansum(self.series.counts)),
            "n_streams": len(self.streams.names),
            "n_obs": int(known.all(axis=0).sum()),
            "n_skipped": int((~known).any(axis=0).sum()),
            "converged": False,
        }
        if self.estimate is None:
            return facts
        radius = spectral_radius(self.estimate.theta[self.series.places[1]])[0]
        own = self.alternatives.iloc[1]
        return {
            **facts,
            "converged": self.estimate.converged,
            "later_ratio": radius,
            "log_likelihood": self.estimate.log_likelihood,
            "df_model": self.series.size,
            "aic": own["aic"],
            "bic": own["bic"],
        }

    def _times(self) -> Any:
        n = self.series.counts.shape[1]
        return self.streams.label(self.streams.start + self.width * np.arange(n))

    def _augment(self) -> pd.DataFrame:
        parts = []
        means = None
        if self.estimate is not None:
            means = DiscreteObjective(self.series).means(self.estimate.theta)
        for a, name in enumerate(self.streams.names):
            y = self.series.counts[a]
            part = pd.DataFrame(
                {"stream": name, "event_time": self._times(), "observed": y}
            )
            if means is not None and self.estimate is not None:
                mean = means[1][a]
                variance = mean
                if self.series.negative_binomial:
                    size = np.exp(self.estimate.theta[self.series.places[3] + a])
                    variance = mean + mean**2 / size
                part["background_rate"] = means[0][a]
                part["fitted"] = mean
                part["residual"] = (y - mean) / np.sqrt(variance)
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def _draw(self, ax: Axes) -> None:
        frame = self._augment()
        if self.estimate is None:
            plot_intensity(pd.DataFrame(), ax=ax)
            return
        plot_intensity(frame.rename(columns={"fitted": "intensity"}), ax=ax)
        ax.set_ylabel(f"Events a {self.period}")

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        if self.estimate is None:
            message = f"Nothing was estimated: {self.findings[0].sentence}"
            raise EstimationError(message)
        return [
            {
                name: pd.Series(row, index=self._times())
                for name, row in zip(
                    self.streams.names,
                    simulate_counts(self.series, self.estimate.theta, child),
                    strict=True,
                )
            }
            for child in rng.spawn(n)
        ]


def _log_row(
    term: str,
    stream: str,
    by: str,
    estimate: float,
    spread: float,
    level: float,
    scale: str,
) -> dict[str, Any]:
    """Row of a positive quantity; `spread` is the standard error of its log."""
    error = estimate * float(spread)
    low, high = log_interval(estimate, error, level, np.inf)
    return {
        "term": term, "stream": stream, "set_off_by": by, "estimate": estimate,
        "std_error": error, "conf_low": low, "conf_high": high, "p_value": np.nan,
        "scale": scale,
    }  # fmt: skip
