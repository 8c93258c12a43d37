"""Fitting one place's progress curve, and the relation across places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri, stdtrit

from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.models._attack_times import AttackTimes
from conflictstats.numerics.progress import (
    Line,
    NullRelation,
    PowerLaw,
    least_squares,
    null_relation,
    power_law,
    power_law_fit_test,
    progress_line,
)

FIT_DRAWS = 999


@dataclass(frozen=True, eq=False)
class PlaceProgress:
    """One place.

    Parameters
    ----------
    name : str
        The place.
    times : ndarray, shape (n + 1,)
        Times of its attacks.
    line : Line
        log10(gap) on log10(number).
    process : PowerLaw or None
        None if all attacks fall together.
    lower, upper : ndarray
        Interval of each attack after the first, from the first one on.
    window : float
        Length watched after the first attack.
    fit_statistic, fit_p : float
        Cramer-von Mises test of the power law; NaN without a process.
    """

    name: str
    times: np.ndarray
    line: Line
    process: PowerLaw | None
    lower: np.ndarray
    upper: np.ndarray
    window: float
    fit_statistic: float
    fit_p: float

    @property
    def gaps(self) -> np.ndarray:
        """Times between successive attacks, shape (n,)."""
        return np.diff(self.times)

    def rows(self, level: float) -> list[dict[str, Any]]:
        """Return the rows of both estimators.

        Parameters
        ----------
        level : float
            Coverage of the intervals.

        Returns
        -------
        list of dict
            Terms b and tau_1 by each, and the power law's shape.
        """
        line, t = self.line, float(stdtrit(max(self.line.n - 2, 1), 0.5 + level / 2))
        base = {"unit_name": self.name, "conf_level": level}
        squares = base | {"estimator": "least squares"}
        log_tau, error = line.intercept, line.intercept_error
        rows = [
            squares
            | {"term": "b", "estimate": -line.slope, "std_error": line.slope_error}
            | {
                "conf_low": -line.slope - t * line.slope_error,
                "conf_high": -line.slope + t * line.slope_error,
            },
            squares
            | {
                "term": "tau_1",
                "estimate": 10**log_tau,
                "std_error": 10**log_tau * np.log(10) * error,
                "conf_low": 10 ** (log_tau - t * error),
                "conf_high": 10 ** (log_tau + t * error),
            },
        ]
        if self.process is not None:
            power = base | {"estimator": "power law"}
            rows += [power | row for row in self._process_rows(self.process, level)]
        return rows

    def _process_rows(self, found: PowerLaw, level: float) -> list[dict[str, Any]]:
        k, z, n = found.shape, float(ndtri(0.5 + level / 2)), len(self.gaps)
        # log tau_1 = log(window) - log(n) / k - log(k): the shape and the number of
        # attacks are independent given the window.
        slope = np.log(n) / k - 1
        error = np.sqrt((slope * found.log_shape_error) ** 2 + 1 / (k**2 * n))
        tau = found.scale / k
        return [
            {
                "term": "b",
                "estimate": 1 - 1 / k,
                "std_error": found.log_shape_error / k,
                "conf_low": 1 - 1 / found.low if found.low > 0 else np.nan,
                "conf_high": 1 - 1 / found.high,
                "p_value": found.p_value,
            },
            {
                "term": "tau_1",
                "estimate": tau,
                "std_error": tau * error,
                "conf_low": tau * np.exp(-z * error),
                "conf_high": tau * np.exp(z * error),
            },
            {
                "term": "shape",
                "estimate": k,
                "std_error": k * found.log_shape_error,
                "conf_low": found.low,
                "conf_high": found.high if np.isfinite(found.high) else np.nan,
                "p_value": found.p_value,
            },
            {
                "term": "fit",
                "conf_level": np.nan,
                "statistic": self.fit_statistic,
                "p_value": self.fit_p,
            },
        ]


def fit_place(
    name: str, found: AttackTimes, level: float, rng: np.random.Generator
) -> PlaceProgress | None:
    """Fit one place by both estimators.

    Parameters
    ----------
    name : str
        The place.
    found : AttackTimes
        All places' times.
    level : float
        Coverage of the intervals.
    rng : numpy.random.Generator
        For the test of fit.

    Returns
    -------
    PlaceProgress or None
        None if fewer than two gaps have a logarithm.
    """
    times = found.times[name]
    line = progress_line(np.diff(times))
    if line is None:
        return None
    since = times[1:] - times[0]
    half = 0.5 if found.dated else 0.0
    # Days are counted from the middle of the first attack's day.
    lower, upper = np.maximum(since - half, 0.0), since + half
    if found.end is None:
        window, informing = float(since[-1]), slice(0, -1)
    else:
        window, informing = float(found.end - times[0] - half), slice(None)
    process = power_law(
        lower[informing],
        upper[informing],
        window,
        level=level,
        n_events=len(since),
    )
    statistic, p = np.nan, np.nan
    if process is not None:
        top = np.minimum(upper[informing], window)
        low = np.minimum(lower[informing], top)
        shares = (low + rng.random(len(low)) * (top - low)) / window
        shares = np.clip(shares[top > 0], 1e-12, 1 - 1e-12)
        statistic, p = power_law_fit_test(shares, n_draws=FIT_DRAWS, rng=rng)
    return PlaceProgress(name, times, line, process, lower, upper, window, statistic, p)


@dataclass(frozen=True, eq=False)
class Relation:
    """The line of b on log10(tau_1) across places, and what constant tempos give.

    Parameters
    ----------
    line : Line
        By least squares, as published.
    null : NullRelation
        The same of simulated places with a constant tempo.
    """

    line: Line
    null: NullRelation

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for the line's slope, intercept and correlation."""
        line, null = self.line, self.null
        parts = (
            ("line_slope", line.slope, line.slope_error, null.slope),
            ("line_intercept", line.intercept, line.intercept_error, null.intercept),
            ("line_correlation", line.correlation, np.nan, null.correlation),
        )
        rows = []
        for term, value, error, drawn in parts:
            low, high = np.quantile(drawn, [0.025, 0.975])
            row = {
                "unit_name": "all",
                "term": term,
                "estimator": "least squares",
                "estimate": value,
                "std_error": error,
                "null_low": low,
                "null_high": high,
            }
            if term != "line_intercept":
                row["p_excess"] = self.p_value(value, drawn)
            rows.append(row)
        return rows

    @staticmethod
    def p_value(value: float, drawn: np.ndarray) -> float:
        """Return the share of constant tempos with as strong a relation."""
        return float((1 + (drawn >= value).sum()) / (1 + len(drawn)))


def relate(
    places: list[PlaceProgress], n_null: int, rng: np.random.Generator
) -> Relation | None:
    """Fit the line across places, and simulate it under constant tempos.

    Parameters
    ----------
    places : list of PlaceProgress
        The fitted places.
    n_null : int
        Simulated sets of places.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Relation or None
        None with under three places.
    """
    if len(places) < 3:
        return None
    level = np.array([place.line.intercept for place in places])
    b = np.array([-place.line.slope for place in places])
    line = least_squares(level, b)
    if line is None:
        return None
    null = null_relation(
        np.array([len(place.gaps) for place in places]),
        np.array([place.gaps.mean() for place in places]),
        n_draws=n_null,
        rng=rng,
    )
    return Relation(line, null)


def progress_findings(
    places: list[PlaceProgress], relation: Relation | None, short: list[str]
) -> tuple[Finding, ...]:
    """Return what was found.

    Parameters
    ----------
    places : list of PlaceProgress
        The fitted places.
    relation : Relation or None
        The line across them.
    short : list of str
        Places with too few attacks.

    Returns
    -------
    tuple of Finding
        One for each place that was left out, then for tempo, fit and relation.
    """
    found = [
        Finding("estimable", CANNOT_TELL, "Too few attacks to fit a curve.", unit=name)
        for name in short
    ]
    if not places:
        if not short:
            found.append(Finding("estimable", CANNOT_TELL, "There are no attacks."))
        return tuple(found)
    found += [_tempo(places), _fits(places), _zeros(places)]
    if relation is None:
        said = "Under three places were fitted: no relation across places to look at."
        found.append(Finding("relation", CANNOT_TELL, said))
    else:
        found.append(_relation(relation))
    return tuple(found)


def _tempo(places: list[PlaceProgress]) -> Finding:
    fitted = [p.process for p in places if p.process is not None]
    faster = sum(p.low > 1 for p in fitted)
    slower = sum(p.high < 1 for p in fitted)
    said = (
        f"By the power-law process attacks came faster over time in {faster} of "
        f"{len(places)} places and slower in {slower}; in the others the interval of b "
        "holds 0."
    )
    clear = faster + slower > 0
    return Finding("tempo changes", HOLDS if clear else CANNOT_TELL, said)


def _fits(places: list[PlaceProgress]) -> Finding:
    p = np.array([place.fit_p for place in places])
    p = p[np.isfinite(p)]
    bad = int((p < 0.05).sum())
    if not len(p):
        return Finding("power law", CANNOT_TELL, "No place has a fitted process.")
    said = (
        f"The power law is rejected at 5 % in {bad} of {len(p)} places: where it is, "
        "tempo did not change by one steady rule."
    )
    # More than chance alone would reject, by twice.
    verdict = DOES_NOT_HOLD if bad > max(0.1 * len(p), 1) else HOLDS
    return Finding("power law", verdict, said)


def _zeros(places: list[PlaceProgress]) -> Finding:
    zeros = sum(int((place.gaps == 0).sum()) for place in places)
    total = sum(len(place.gaps) for place in places)
    if zeros:
        said = (
            f"{zeros} of {total} gaps are zero and have no logarithm: least squares "
            "leaves them out, which biases it; the power-law process uses them."
        )
        return Finding("gaps above zero", DOES_NOT_HOLD, said, statistic=zeros / total)
    return Finding("gaps above zero", HOLDS, f"None of {total} gaps is zero.")


def _relation(relation: Relation) -> Finding:
    line, null = relation.line, relation.null
    if not np.isfinite(line.correlation):
        return Finding("relation", CANNOT_TELL, "b does not vary across places.")
    p = relation.p_value(line.correlation, null.correlation)
    low, high = np.quantile(null.correlation, [0.025, 0.975])
    built_in = (
        f"Places with a constant tempo give r = {null.correlation.mean():.2f} "
        f"({low:.2f} to {high:.2f}) by construction"
    )
    stronger = p < 0.05
    said = (
        f"b and log tau_1 go together across places with r = {line.correlation:.2f}. "
        f"{built_in}; what was observed is {'' if stronger else 'not '}stronger than "
        f"that (p = {p:.3g})."
    )
    verdict = HOLDS if stronger else DOES_NOT_HOLD
    return Finding("relation", verdict, said, statistic=line.correlation, p_value=p)
