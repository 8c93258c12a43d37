"""Contagion in space and time: are events close to each other soon after each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conflictstats.arguments import check_number, check_one_of, check_rng
from conflictstats.checks.finding import Finding
from conflictstats.errors import ArgumentError, EstimationError
from conflictstats.models._draws import takes_draws
from conflictstats.models._event_points import (
    METRICS,
    EventData,
    EventPoints,
    open_points,
)
from conflictstats.models._near_repeat_test import (
    SAME_PLACE,
    NearRepeatTest,
    near_repeat_findings,
    run_test,
)
from conflictstats.models._result import FitResult
from conflictstats.plots.near_repeat import plot_near_repeat

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class NearRepeatResult(FitResult):
    """What `fit_near_repeat` found.

    Parameters
    ----------
    events : EventPoints
        The events used.
    test : NearRepeatTest or None
        Tables and p-values; None if there is nothing to test.
    distances, gaps : ndarray
        Edges of the bands, closed on the left; the open last bands are added.
    """

    events: EventPoints
    test: NearRepeatTest | None
    distances: np.ndarray
    gaps: np.ndarray

    @property
    def title(self) -> str:
        """One line: the test and what it was applied to."""
        n = len(self.events.begin)
        return f"Near repeats among {n:,} events: Knox and Mantel, event times permuted"

    def _tidy(self) -> pd.DataFrame:
        columns = [
            "term", "distance_from", "distance_to", "gap_from", "gap_to", "estimate",
            "null_low", "null_high", "statistic", "p_excess", "p_excess_any",
            "observed_pairs", "expected_pairs", "margin_pairs",
        ]  # fmt: skip
        rows = self.test.rows(self.distances, self.gaps) if self.test else []
        frame = pd.DataFrame(rows, columns=columns)
        return frame.astype(dict.fromkeys(columns[1:], "float64"))

    def _glance(self) -> dict[str, Any]:
        test = self.test
        return {
            "model": "Knox",
            "n_points": len(self.events.begin),
            "n_left_out": self.events.n_left_out,
            "n_pairs": len(self.events.begin) * (len(self.events.begin) - 1) // 2,
            "n_permutations": self.call["n_permutations"] if test else 0,
            "same_place_share": test.same_place_share if test else pd.NA,
            "p_excess_any": float(test.knox.p_family.min()) if test else pd.NA,
        }

    def _augment(self) -> pd.DataFrame:
        frame = self.events.rows.copy()
        if self.test is not None:
            frame["n_close_before"] = self.test.before
            frame["n_close_after"] = self.test.after
        return frame

    def _draw(self, ax: Axes) -> None:
        tidy = self.to_frame("tidy")
        unit = "km" if self.call["metric"] == "geodesic" else "map units"
        rows = tidy[tidy["term"] == "near_repeat_ratio"]
        plot_near_repeat(rows, ax=ax, unit=unit)

    def _simulate(self, n: int, rng: np.random.Generator) -> list[Any]:
        """Return the events with their dates permuted: the null of no contagion."""
        if self.test is None:
            message = "There are too few events to permute; see `diagnostics()`."
            raise EstimationError(message)
        when = "date_start" if self.events.dated else "time"
        out = []
        for _ in range(n):
            rows = self.events.rows.copy()
            rows[when] = rows[when].to_numpy()[rng.permutation(len(rows))]
            out.append(rows.sort_values(when, kind="stable", ignore_index=True))
        return out


@takes_draws
def fit_near_repeat(  # noqa: PLR0913 - each is a choice the reader of a result must see
    data: EventData,
    *,
    distances: Sequence[float],
    gaps: Sequence[float],
    rng: np.random.Generator,
    metric: str = "geodesic",
    same_place: str = "separate",
    n_permutations: int = 999,
    date_draws: int = 1,
    longest_span: float | None = None,
    place: tuple[str, str] | None = None,
    time: str | None = None,
    n_jobs: int = 1,
) -> NearRepeatResult:
    """Test whether events close in space follow each other closely in time.

    Counts the pairs of events in each band of distance and time gap (Knox) and compares
    them with what permuted event times give: the places and the dates stay, only which
    place has which date changes. A ratio of 1.8 in the band 0 to under 1 km and 0 to
    under 7 days says: 1.8 times as many such pairs as expected.

    Parameters
    ----------
    data : Dataset, DataFrame or array_like, shape (n, 3)
        Events with a place and a date; an array has columns x, y and time (in days). Of
        a list of draws (Datasets or tables) each is tested; ratios are given as mean
        and range, p-values as median and range.
    distances : sequence of float
        Increasing edges of the distance bands, in kilometres for the geodesic metric,
        else in the unit of the coordinates. A band is closed on the left: (0, 1, 5)
        means 0 <= d < 1 and 1 <= d < 5. Farther pairs form an open last band.
    gaps : sequence of float
        Edges of the time bands in days, closed on the left; (0, 7) is 0 to 6 days.
    rng : numpy.random.Generator
        For the permutations.
    metric : {"geodesic", "euclidean", "manhattan"}
        Geodesic takes degrees and the WGS84 ellipsoid.
    same_place : {"separate", "together"}
        Whether distance exactly zero is a band of its own. Coordinates are often those
        of a town, and then zero means "same town".
    n_permutations : int
        How many; the smallest possible p-value is 1 / (n_permutations + 1).
    date_draws : int
        1 takes the first day of each event; more draws a day within each event's own
        span, so often, the same draws going through all permutations.
    longest_span : float, optional
        Events dated over more days are left out; 1 by default, 31 with `date_draws`.
    place : (str, str), optional
        Columns with the coordinates; longitude and latitude by default.
    time : str, optional
        Column with the time; date_start (to date_end) by default.
    n_jobs : int
        Threads. Results are the same bits for any number.

    Returns
    -------
    NearRepeatResult
        "tidy" has a row a band (ratio, its range under permutation, p-value of the band
        and over all bands at once) and Mantel's test, on distances and on closeness;
        "augment" how many earlier and later events are in each event's first band.

    Raises
    ------
    ArgumentError
        If edges do not increase, or the bands hold over 30 million pairs.

    Notes
    -----
    p = (1 + #{permuted >= observed}) / (1 + permutations), one-sided. `p_excess_any`
    compares each standardised band with the largest one of each permutation, which
    holds for all bands together. Mantel: correlation of distance and gap over all
    pairs (with the first draw of the dates); closeness is 1 / (first upper edge +
    distance), likewise for gaps; up to 1,000 events by permutation, beyond by the
    exact permutation moments.

    References
    ----------
    Knox (1964), Applied Statistics 13, 25-30.
    Mantel (1967), Cancer Research 27, 209-220.
    Ratcliffe & Rengert (2008), Security Journal 21, 58-76 (near repeats).

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> first = np.column_stack([rng.uniform(0, 50, (60, 2)), rng.uniform(0, 365, 60)])
    >>> repeat = first + rng.uniform(0, 0.5, first.shape)
    >>> found = fit_near_repeat(
    ...     np.vstack([first, repeat]),
    ...     distances=(0, 1, 5),
    ...     gaps=(0, 7, 28),
    ...     rng=rng,
    ...     metric="euclidean",
    ...     same_place="together",
    ...     n_permutations=99,
    ... )
    >>> found.to_frame().loc[0, ["observed_pairs", "p_excess"]].to_list()
    [60.0, 0.01]
    """
    check_rng(rng)
    check_one_of(metric, "metric", METRICS)
    check_one_of(same_place, "same_place", ("separate", "together"))
    check_number(n_permutations, "n_permutations", low=19, high=1e6, integer=True)
    check_number(date_draws, "date_draws", low=1, high=1000, integer=True)
    check_number(n_jobs, "n_jobs", low=1, high=512, integer=True)
    if longest_span is None:
        longest_span = 1.0 if date_draws == 1 else 31.0
    check_number(longest_span, "longest_span", low=0)
    near = _edges(distances, "distances")
    soon = _edges(gaps, "gaps")
    if same_place == "separate" and near[0] == 0:
        near = np.insert(near, 1, SAME_PLACE)
    events = open_points(
        data, metric=metric, place=place, time=time, longest_span=longest_span
    )
    call = {
        "distances": tuple(near), "gaps": tuple(soon), "metric": metric,
        "same_place": same_place, "n_permutations": int(n_permutations),
        "date_draws": int(date_draws), "longest_span": longest_span,
    }  # fmt: skip
    test = run_test(
        events,
        near,
        soon,
        metric=metric,
        n_permutations=int(n_permutations),
        date_draws=int(date_draws),
        rng=rng,
        n_jobs=int(n_jobs),
    )
    findings: tuple[Finding, ...] = near_repeat_findings(events, test, near, soon)
    return NearRepeatResult(
        events=events,
        test=test,
        distances=near,
        gaps=soon,
        findings=findings,
        sources=events.sources,
        notes=events.notes,
        call=call,
    )


def _edges(given: Sequence[float], name: str) -> np.ndarray:
    edges = np.asarray(given, dtype=float)
    if (
        edges.ndim != 1
        or len(edges) < 2
        or not np.isfinite(edges).all()
        or edges[0] < 0
        or (np.diff(edges) <= 0).any()
    ):
        message = (
            f"`{name}` must be at least two finite increasing edges from 0 or above; "
            f"got {given!r}.\nHint: (0, 1, 5) makes the bands 0 to < 1 and 1 to < 5; "
            "the open last band is added."
        )
        raise ArgumentError(message)
    return edges
