"""The result of an escalation model of counts by period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import stdtr

from conflictstats.errors import EstimationError
from conflictstats.models._escalation_forecast import (
    check_horizon,
    draw_parameters,
    forecast_frame,
    refuse_explosion,
)
from conflictstats.models._escalation_plan import EscalationPlan
from conflictstats.models._escalation_terms import (
    ALL,
    entry_interval,
    log_interval,
    quantile,
)
from conflictstats.models._event_streams import EventStreams
from conflictstats.models._result import FitResult
from conflictstats.numerics.hawkes_discrete import CountSeries, DiscreteObjective
from conflictstats.numerics.hawkes_discrete_fit import (
    LARGEST_MEAN,
    PooledCounts,
    discrete_bounds,
    simulate_counts,
    simulate_future,
)
from conflictstats.numerics.hawkes_inference import spectral_radius
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
    estimate : PooledCounts or None
        Pooled over draws of the dates or the data; None where nothing could be
        estimated.
    alternatives : DataFrame
        Backgrounds side by side.
    """

    streams: EventStreams
    plan: EscalationPlan
    series: CountSeries
    width: float
    estimate: PooledCounts | None
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
                   "conf_high", "p_value", "scale", "dating_share"]  # fmt: skip
        rows = [] if self.estimate is None else self._rows(self.estimate)
        frame = pd.DataFrame(rows, columns=columns)
        return frame.assign(conf_level=self.plan.level)

    def _rows(self, found: PooledCounts) -> list[dict[str, Any]]:
        covariance = found.covariance
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
                self._log_row(
                    "background_rate", names[a], float(mu[a].mean()), spread,
                    int(b[a, 0]), f"events a {self.period}",
                )
            )  # fmt: skip
        for a, c in np.ndindex(k, k):
            place = int(n_at[a, c])
            value, wide = float(found.theta[place]), float(error[place])
            df = float(found.df[place])
            low, high = entry_interval(value, wide, level, df)
            p = float(stdtr(df, -value / wide)) if wide > 0 else np.nan
            rows.append(
                {"term": "later_branching", "stream": names[a], "set_off_by": names[c],
                 "estimate": value, "std_error": wide, "conf_low": low,
                 "conf_high": high, "p_value": p, "dating_share": self._share(place),
                 "scale": f"events {self.later} per event"}
            )  # fmt: skip
        rows += self._lag_rows(found, error)
        for a in range(k if self.series.negative_binomial else 0):
            size, spread = np.exp(found.theta[size_at + a]), float(error[size_at + a])
            rows.append(
                self._log_row(
                    "size", names[a], float(size), spread, size_at + a, "NB2 size"
                )
            )
        return rows

    def _share(self, place: int) -> float:
        found = self.estimate
        several = found is not None and found.n_draws > 1
        return float(found.share[place]) if several and found is not None else np.nan

    def _mark_row(self, found: PooledCounts, error: np.ndarray) -> dict[str, Any]:
        """Row of the exponent of the marks, with a Wald test that it is zero."""
        place = self.series.places[3] - 1
        value, wide, df = found.theta[place], error[place], float(found.df[place])
        reach = quantile(self.plan.level, df) * wide
        p = 2.0 * float(stdtr(df, -abs(value) / wide)) if wide > 0 else np.nan
        return {
            "term": "mark_exponent", "stream": ALL, "set_off_by": "",
            "estimate": float(value), "std_error": float(wide),
            "conf_low": float(value - reach), "conf_high": float(value + reach),
            "p_value": p, "scale": "log productivity",
            "dating_share": self._share(place),
        }  # fmt: skip

    def _lag_rows(self, found: PooledCounts, error: np.ndarray) -> list[dict[str, Any]]:
        _, n_at, lag_at, _ = self.series.places
        marked = self.series.marks is not None
        rows = [self._mark_row(found, error)] if marked else []
        lags = slice(lag_at, lag_at + self.series.kernel_size)
        if found.theta[n_at].max() <= 0 or not found.free[lags].all():
            return rows
        first = float(np.exp(found.theta[lag_at]))
        if self.series.lags == "geometric":
            # Mean lag 1 / (1 - q) with q = exp(-b); its log moves by -b q / (1 - q).
            mean = -1.0 / np.expm1(-first)
            spread = float(error[lag_at]) * first * (mean - 1.0)
            row = self._log_row("mean_lag", ALL, mean, spread, lag_at, self.period)
            return [row, *rows]
        excess = float(np.exp(found.theta[lag_at + 1]))
        row = self._log_row(
            "lag_exponent", ALL, excess, error[lag_at + 1], lag_at + 1,
            "power of the lag",
        )  # fmt: skip
        for name in ("estimate", "conf_low", "conf_high"):
            row[name] += 1.0
        scale = self._log_row(
            "lag_scale", ALL, first, error[lag_at], lag_at, self.period
        )
        return [scale, row, *rows]

    def _log_row(
        self, term: str, stream: str, estimate: float, spread: float, place: int,
        scale: str,
    ) -> dict[str, Any]:  # fmt: skip
        """Row of a positive quantity; `spread` is the standard error of its log."""
        error = estimate * float(spread)
        df = np.inf if self.estimate is None else float(self.estimate.df[place])
        low, high = log_interval(estimate, error, self.plan.level, df)
        return {
            "term": term, "stream": stream,
            "set_off_by": ALL if stream == ALL else "", "estimate": estimate,
            "std_error": error, "conf_low": low, "conf_high": high, "p_value": np.nan,
            "scale": scale, "dating_share": self._share(place),
        }  # fmt: skip

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
        theta = self._estimated().theta
        return [
            {
                name: pd.Series(row, index=self._times())
                for name, row in zip(
                    self.streams.names,
                    simulate_counts(self.series, theta, child),
                    strict=True,
                )
            }
            for child in rng.spawn(n)
        ]

    def _estimated(self) -> PooledCounts:
        if self.estimate is None:
            message = f"Nothing was estimated: {self.findings[0].sentence}"
            raise EstimationError(message)
        return self.estimate

    def forecast(
        self,
        periods: int = 7,
        *,
        n: int = 1000,
        level: float | None = None,
        rng: np.random.Generator,
    ) -> pd.DataFrame:
        """Forecast counts after the last period.

        Parameters
        ----------
        periods : int
            How many periods.
        n : int
            Simulations; each draws its own parameters and, if events are marked, marks.
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
        found = self._estimated()
        bounds = discrete_bounds(self.series)[:2]
        counts = np.zeros((int(n), len(self.streams.names), int(periods)))
        for one, child in zip(counts, rng.spawn(int(n)), strict=True):
            theta = draw_parameters(found.theta, found.covariance, bounds, child)
            one[:] = simulate_future(self.series, theta, int(periods), child)
        refuse_explosion(int(np.sum(counts.max(axis=(1, 2)) >= LARGEST_MEAN)), n, width)
        edges = self.streams.end + self.width * np.arange(int(periods) + 1)
        return forecast_frame(self.streams, counts, edges, width)
