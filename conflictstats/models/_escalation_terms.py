"""The terms of a fitted escalation model, on the scales that readers use."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from conflictstats.models._escalation_fit import EscalationFit
from conflictstats.numerics.hawkes_draws import PooledEstimate
from conflictstats.numerics.hawkes_estimate import HawkesEstimate
from conflictstats.numerics.hawkes_inference import (
    estimate_covariance,
    radius_variance,
    spectral_radius,
)
from conflictstats.numerics.hawkes_likelihood import HawkesShape
from conflictstats.numerics.point_baselines import baseline_quadrature

ALL = "all"


def quantile(level: float, df: float) -> float:
    """Two-sided quantile of Student's t."""
    tail = 0.5 + level / 2
    return float(ndtri(tail) if df > 1e6 else stdtrit(df, tail))


def log_interval(
    estimate: float, error: float, level: float, df: float
) -> tuple[float, float]:
    """Interval of a positive quantity, symmetric on its log."""
    if estimate <= 0 or not np.isfinite(error):
        return np.nan, np.nan
    reach = quantile(level, df) * error / estimate
    return estimate * np.exp(-reach), estimate * np.exp(min(reach, 700.0))


def entry_interval(
    estimate: float, error: float, level: float, df: float
) -> tuple[float, float]:
    """Interval of a branching entry without a profile.

    On the log scale where the entry is well away from zero; near zero the log scale
    would exclude zero whatever the data say, so the natural one is cut there.
    """
    if not np.isfinite(error):
        return np.nan, np.nan
    if estimate > 2.0 * error > 0:
        return log_interval(estimate, error, level, df)
    reach = quantile(level, df) * error
    return max(estimate - reach, 0.0), estimate + reach


def _row(term: str, stream: str, set_off_by: str, **values: Any) -> dict[str, Any]:
    blank = dict.fromkeys(
        ("estimate", "std_error", "conf_low", "conf_high", "p_value", "dating_share"),
        np.nan,
    )
    return {"term": term, "stream": stream, "set_off_by": set_off_by, **blank, **values}


class Terms:
    """Writes the rows of the tidy table.

    Parameters
    ----------
    shape : HawkesShape
        What was estimated.
    fit : EscalationFit
        The estimates.
    names : tuple of str
        Streams.
    unit : str
        Unit of time.
    level : float
        Nominal coverage.
    """

    def __init__(
        self,
        shape: HawkesShape,
        fit: EscalationFit,
        names: tuple[str, ...],
        unit: str,
        level: float,
    ) -> None:
        self.shape, self.fit, self.names = shape, fit, names
        self.unit, self.level = unit, level
        self.pooled: PooledEstimate = fit.pooled

    def rows(self) -> list[dict[str, Any]]:
        """All rows: rates, branching, the whole system, fading, marks, background."""
        k = self.shape.n_streams
        rows = [self._rate(a) for a in range(k)]
        rows += [self._entry(a, b) for a, b in np.ndindex(k, k)]
        if k > 1:
            rows.append(self._radius())
        for group in range(self.shape.n_kernels):
            rows += self._kernel(group)
        if self.shape.marked:
            row = self._plain("mark_exponent", self.shape.size - 1, "log productivity")
            rows.append({**row, "p_value": self.fit.mark_p_value})
        return rows + self._background()

    def variance(self, gradient: np.ndarray) -> float:
        """Delta-method variance; NaN where the data determine nothing."""
        if self.pooled.covariance is None:
            return np.nan
        return max(float(gradient @ self.pooled.covariance @ gradient), 0.0)

    def _share(self, place: int) -> float:
        return float(self.pooled.dating_share[place]) if self._drawn else np.nan

    @property
    def _drawn(self) -> bool:
        return len(self.pooled.draws) > 1

    def _rate(self, a: int) -> dict[str, Any]:
        """Mean background rate over the watched window."""
        at = self.shape.background(a)
        design, weights = baseline_quadrature(self.shape.baseline)
        rate = weights * np.exp(self.pooled.theta[at] @ design)
        mean = float(rate.sum() / weights.sum())
        gradient = np.zeros(self.shape.size)
        gradient[at] = design @ rate / weights.sum()
        error = float(np.sqrt(self.variance(gradient)))
        low, high = log_interval(mean, error, self.level, self.pooled.df[at[0]])
        return _row(
            "background_rate", self.names[a], "", estimate=mean, std_error=error,
            conf_low=low, conf_high=high, scale=f"events a {self.unit}",
            dating_share=self._share(at[0]),
        )  # fmt: skip

    def entry(self, a: int, b: int) -> tuple[float, float, float, float, float]:
        """Estimate, standard error, interval and p-value of one branching entry."""
        place = int(self.shape.branching()[a, b])
        estimate, df = float(self.pooled.theta[place]), float(self.pooled.df[place])
        unit = np.zeros(self.shape.size)
        unit[place] = 1.0
        error = float(np.sqrt(self.variance(unit)))
        error = error if self.pooled.free[place] else np.nan
        if self.fit.profile is not None and self.fit.p_values is not None:
            low, high = self.fit.profile[a, b]
            return estimate, error, float(low), float(high), self.fit.p_values[a, b]
        low, high = entry_interval(estimate, error, self.level, df)
        p = np.nan
        if np.isfinite(error) and error > 0:
            p = float(
                ndtr(-estimate / error) if df > 1e6 else stdtr(df, -estimate / error)
            )
        return estimate, error, low, high, p

    def _entry(self, a: int, b: int) -> dict[str, Any]:
        estimate, error, low, high, p = self.entry(a, b)
        one = self.shape.n_streams == 1
        return _row(
            "branching_ratio" if one else "branching", self.names[a], self.names[b],
            estimate=estimate, std_error=error, conf_low=low, conf_high=high,
            p_value=p, scale="events set off per event",
            dating_share=self._share(int(self.shape.branching()[a, b])),
        )  # fmt: skip

    def radius(self) -> tuple[float, float, float, float]:
        """Branching ratio of the whole system, standard error and interval."""
        places = self.shape.branching().ravel()
        value, slope = spectral_radius(self.pooled.theta[self.shape.branching()])
        gradient = np.zeros(self.shape.size)
        gradient[places] = slope.ravel()
        error = float(np.sqrt(self.variance(gradient)))
        if self.shape.n_streams == 1 and self.fit.profile is not None:
            low, high = (float(v) for v in self.fit.profile[0, 0])
        else:
            df = float(self.pooled.df[places].min())
            low, high = entry_interval(value, error, self.level, df)
            for other in self.fit.other_breaks or ():
                ends = self._radius_with(other, df)
                low, high = float(np.fmin(low, ends[0])), float(np.fmax(high, ends[1]))
        return value, error, low, high

    def _radius_with(self, other: HawkesEstimate, df: float) -> tuple[float, float]:
        """Return the system's ratio under breaks that do nearly as well."""
        covariance = estimate_covariance(other)
        if covariance is None:
            return np.nan, np.nan
        error = float(np.sqrt(max(radius_variance(other, covariance), 0.0)))
        value = spectral_radius(other.branching)[0]
        return entry_interval(value, error, self.level, df)

    def _radius(self) -> dict[str, Any]:
        value, error, low, high = self.radius()
        return _row(
            "branching_ratio", ALL, ALL, estimate=value, std_error=error, conf_low=low,
            conf_high=high, scale="events set off per event",
        )  # fmt: skip

    def _pair(self, group: int) -> tuple[str, str]:
        """Which streams a kernel serves, in words."""
        places = np.argwhere(self.shape.groups == group)
        targets, sources = np.unique(places[:, 0]), np.unique(places[:, 1])
        stream = self.names[targets[0]] if targets.size == 1 else ALL
        return stream, self.names[sources[0]] if sources.size == 1 else ALL

    def _kernel(self, group: int) -> list[dict[str, Any]]:
        own = self.shape.kernel_places(group)[: self.shape.kernel_size]
        stream, by = self._pair(group)
        if not self.pooled.free[own].all() or not self._excites(group):
            return []
        first = float(np.exp(self.pooled.theta[own[0]]))
        if self.shape.kernel == "exponential":
            mean = self._power(own[0], "mean_lag", 1.0 / first, self.unit)
            rows = [mean, self._power(own[0], "decay", first, f"1/{self.unit}")]
        else:
            excess = float(np.exp(self.pooled.theta[own[1]]))
            rows = [
                self._median_lag(own, first, excess),
                self._power(own[0], "lag_scale", first, self.unit),
                self._exponent(own[1], excess),
            ]
        return [{**row, "stream": stream, "set_off_by": by} for row in rows]

    def _excites(self, group: int) -> bool:
        entries = self.pooled.theta[self.shape.branching()]
        return bool(entries[self.shape.groups == group].max() > 0)

    def _power(self, place: int, term: str, value: float, scale: str) -> dict[str, Any]:
        unit = np.zeros(self.shape.size)
        unit[place] = 1.0
        error = value * float(np.sqrt(self.variance(unit)))
        low, high = log_interval(value, error, self.level, self.pooled.df[place])
        return _row(
            term, "", "", estimate=value, std_error=error, conf_low=low, conf_high=high,
            scale=scale, dating_share=self._share(place),
        )  # fmt: skip

    def _median_lag(self, own: np.ndarray, c: float, excess: float) -> dict[str, Any]:
        value = c * np.expm1(np.log(2.0) / excess)
        gradient = np.zeros(self.shape.size)
        gradient[own[0]] = value
        gradient[own[1]] = -c * np.exp(np.log(2.0) / excess) * np.log(2.0) / excess
        error = float(np.sqrt(self.variance(gradient)))
        low, high = log_interval(value, error, self.level, self.pooled.df[own[0]])
        return _row(
            "median_lag", "", "", estimate=value, std_error=error, conf_low=low,
            conf_high=high, scale=self.unit, dating_share=self._share(own[0]),
        )  # fmt: skip

    def _exponent(self, place: int, excess: float) -> dict[str, Any]:
        row = self._power(place, "lag_exponent", excess, "power of the lag")
        for name in ("estimate", "conf_low", "conf_high"):
            row[name] += 1.0
        return row

    def _plain(
        self, term: str, place: int, scale: str, stream: str = ALL
    ) -> dict[str, Any]:
        unit = np.zeros(self.shape.size)
        unit[place] = 1.0
        value, error = (
            float(self.pooled.theta[place]),
            float(np.sqrt(self.variance(unit))),
        )
        df = float(self.pooled.df[place])
        reach = quantile(self.level, df) * error
        p = (
            2.0 * float(stdtr(min(df, 1e6), -abs(value) / error))
            if error > 0
            else np.nan
        )
        return _row(
            term, stream, "", estimate=value, std_error=error, conf_low=value - reach,
            conf_high=value + reach, p_value=p, scale=scale,
            dating_share=self._share(place),
        )  # fmt: skip

    def _background(self) -> list[dict[str, Any]]:
        """Coefficients of a background that varies."""
        names = self.shape.baseline.names
        if len(names) == 1:
            return []
        rows = []
        for a in range(self.shape.n_streams):
            at = self.shape.background(a)
            rows += [
                self._plain(name, int(p), "log rate", self.names[a])
                if self.pooled.free[p]
                else _row(name, self.names[a], "", scale="log rate")
                for name, p in zip(names, at, strict=True)
            ]
        return rows
