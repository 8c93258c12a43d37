"""Tempo: do attacks come ever faster, place by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_rng
from conflictstats.errors import EstimationError
from conflictstats.models._attack_times import AttackData, AttackTimes, open_attacks
from conflictstats.models._draws import takes_draws
from conflictstats.models._progress_fit import (
    PlaceProgress,
    Relation,
    fit_place,
    progress_findings,
    relate,
)
from conflictstats.models._result import FitResult
from conflictstats.plots.progress import plot_progress

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ProgressResult(FitResult):
    """What `fit_progress` found.

    Parameters
    ----------
    attacks : AttackTimes
        The times by place.
    places : tuple of PlaceProgress
        The places with enough attacks.
    relation : Relation or None
        b against log tau_1 across places, with its null.
    level : float
        Coverage of the intervals.
    """

    attacks: AttackTimes
    places: tuple[PlaceProgress, ...]
    relation: Relation | None
    level: float

    @property
    def title(self) -> str:
        """One line: the model and what it was fitted to."""
        total = sum(len(place.times) for place in self.places)
        return f"Progress curves of {total:,} attacks in {len(self.places)} places"

    def _tidy(self) -> pd.DataFrame:
        columns = [
            "unit_name", "term", "estimator", "estimate", "std_error", "conf_low",
            "conf_high", "conf_level", "statistic", "p_value", "null_low", "null_high",
            "p_excess",
        ]  # fmt: skip
        rows = [row for place in self.places for row in place.rows(self.level)]
        if self.relation is not None:
            rows += self.relation.rows()
        frame = pd.DataFrame(rows, columns=columns)
        return frame.astype(dict.fromkeys(columns[3:], "float64"))

    def _glance(self) -> dict[str, Any]:
        gaps = [place.gaps for place in self.places]
        fitted = [p.process for p in self.places if p.process is not None]
        return {
            "model": "progress curve",
            "n_places": len(self.places),
            "n_gaps": sum(len(g) for g in gaps),
            "n_zero_gaps": sum(int((g == 0).sum()) for g in gaps),
            "n_left_out": self.attacks.n_left_out,
            "log_likelihood": float(sum(p.log_likelihood for p in fitted)),
            "df_model": len(fitted),
        }

    def _augment(self) -> pd.DataFrame:
        parts = [_gap_rows(place, self.attacks.dated) for place in self.places]
        if not parts:
            return pd.DataFrame({"unit_name": [], "attack_number": [], "gap_days": []})
        return pd.concat(parts, ignore_index=True)

    def _draw(self, ax: Axes) -> None:
        null = None
        if self.relation is not None:
            tau = np.array([10**place.line.intercept for place in self.places])
            at = np.geomspace(tau.min(), tau.max(), 60)
            drawn = self.relation.null
            lines = np.outer(drawn.slope, np.log10(at)) + drawn.intercept[:, None]
            low, high = np.quantile(lines, [0.025, 0.975], axis=0)
            null = pd.DataFrame({"tau_1": at, "null_low": low, "null_high": high})
        plot_progress(self.to_frame("tidy"), ax=ax, null=null)

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        """Return times by place, drawn from the fitted power-law processes."""
        if not self.places or any(p.process is None for p in self.places):
            message = "Some places have no process; see `diagnostics()`."
            raise EstimationError(message)
        return [
            {p.name: _draw_times(p, self.attacks, rng) for p in self.places}
            for _ in range(n)
        ]


def _gap_rows(place: PlaceProgress, dated: bool) -> pd.DataFrame:
    number = np.arange(1, len(place.gaps) + 1)
    columns: dict[str, Any] = {"unit_name": place.name, "attack_number": number}
    if dated:
        columns["date_start"] = _dates(place.times[1:])
    else:
        columns["time"] = place.times[1:]
    columns["gap_days"] = place.gaps
    columns["gap_fitted"] = 10**place.line.intercept * number**place.line.slope
    if place.process is not None:
        k, a = place.process.shape, place.process.scale
        since = place.times[1:] - place.times[0]
        middle = np.maximum(since - place.gaps / 2, 0.25)
        columns["gap_expected"] = a / k * (middle / a) ** (1 - k)
    return pd.DataFrame(columns)


def _dates(days: np.ndarray) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(days, unit="D", origin="unix")).as_unit("us")


def _draw_times(
    place: PlaceProgress, attacks: AttackTimes, rng: np.random.Generator
) -> pd.Series:
    """Draw times on the same window: as many as seen if watched to the last attack."""
    if place.process is None:
        return pd.Series(dtype="float64")
    n, power = len(place.gaps), 1 / place.process.shape
    if attacks.end is None:
        since = np.append(place.window * rng.random(n - 1) ** power, place.window)
    else:
        since = place.window * rng.random(rng.poisson(n)) ** power
    half = 0.5 if attacks.dated else 0.0
    times = np.sort(np.append(0.0, since)) + place.times[0] + half
    if attacks.dated:
        return pd.Series(_dates(np.floor(times)))
    return pd.Series(times)


@takes_draws
def fit_progress(
    data: AttackData,
    *,
    rng: np.random.Generator,
    by: str | None = None,
    time: str = "date_start",
    end: Any = None,
    least: int = 10,
    n_null: int = 2000,
    level: float = 0.95,
) -> ProgressResult:
    """Fit progress curves of attacks by place, and ask what of them is built in.

    The published curve says that the n-th gap between attacks is tau_1 n^(-b), fitted
    by least squares on logarithms; b > 0 is escalation. Beside it stands the estimator
    that uses the times as they are, the power-law process, by maximum likelihood.
    Across places b rises with log tau_1, largely because both come from one noisy line:
    the result simulates how much of that relation places with a constant tempo show.

    Parameters
    ----------
    data : Dataset, DataFrame, mapping of place to times, or array_like of times
        Times of attacks, as dates (known to the day) or numbers. A list of Datasets
        with drawn dates is fitted one by one and pooled.
    rng : numpy.random.Generator
        For the simulations.
    by : str, optional
        Column with the place, as in "admin1".
    time : str
        Column with the time.
    end : date or number, optional
        Last day of watching. Without it the process is taken to be watched until each
        place's last attack.
    least : int
        Places with fewer gaps are left out, with a Finding.
    n_null : int
        Simulated sets of places with constant tempo.
    level : float
        Coverage of the intervals.

    Returns
    -------
    ProgressResult
        "tidy" has b and tau_1 by both estimators, the power law's shape and its fit,
        and the line across places with its range under constant tempo; "augment" a row
        a gap.

    Notes
    -----
    Power-law process: expected attacks Lambda(t) = (t / a)^k since the first attack,
    b = 1 - 1/k and tau_1 = a / k. Given their number the times are independent with
    distribution (t / T)^k, so the shape has a likelihood of its own, here that of the
    day each attack was dated to: ties and gaps of zero need no special case. Its
    interval and p-value (of k = 1) are likelihood-ratio ones. The fit is tested by
    Cramer-von Mises with simulated p-values.

    References
    ----------
    Johnson et al. (2011), Science 333, 81-84. Crow (1974), in Reliability and Biometry,
    SIAM, 379-410.

    Examples
    --------
    >>> days = [0, 40, 71, 90, 104, 118, 127, 137, 144, 150, 157, 162]
    >>> found = fit_progress(days, rng=np.random.default_rng(1))
    >>> tidy = found.to_frame().set_index(["estimator", "term"])
    >>> tidy["estimate"].round(2).loc["power law"].loc["b"].item()
    0.58
    """
    check_rng(rng)
    check_number(least, "least", low=3, high=1e9, integer=True)
    check_number(n_null, "n_null", low=99, high=1e6, integer=True)
    check_number(level, "level", low=0.5, high=0.999)
    attacks = open_attacks(data, by=by, time=time, end=end)
    places: list[PlaceProgress] = []
    short: list[str] = []
    for name, times in attacks.times.items():
        enough = len(times) - 1 >= least
        place = fit_place(name, attacks, level, rng) if enough else None
        if place is None:
            short.append(name)
        else:
            places.append(place)
    relation = relate(places, int(n_null), rng)
    return ProgressResult(
        attacks=attacks,
        places=tuple(places),
        relation=relation,
        level=level,
        findings=progress_findings(places, relation, short),
        sources=attacks.sources,
        call={
            "by": by, "time": time, "end": end, "least": int(least),
            "n_null": int(n_null), "level": level,
        },
    )  # fmt: skip
