"""The tables and p-values behind `fit_near_repeat`, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from conflictstats.checks.finding import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, Finding
from conflictstats.errors import ArgumentError
from conflictstats.models._event_points import EventPoints
from conflictstats.numerics.knox import (
    PermutationTest,
    complete_table,
    gap_margin,
    knox_table,
    permutation_test,
    permuted_tables,
)
from conflictstats.numerics.mantel import MantelTest, mantel_test
from conflictstats.numerics.near_pairs import (
    NearPairs,
    count_near,
    earth_coordinates,
    near_pairs,
)

MOST_PAIRS = 30_000_000
MANY_SHARED = 0.2
LEVEL = 0.05
SAME_PLACE = float(np.nextafter(0, 1))
"""Upper edge of the band that holds distance zero alone."""


@dataclass(frozen=True, eq=False)
class NearRepeatTest:
    """Observed and permuted pairs.

    Parameters
    ----------
    table, margins : ndarray, shape (A + 1, B + 1)
        Pairs by band, the open last bands included, and what the margins give; means
        over the draws of the dates.
    knox : PermutationTest
        Of the finite bands, shape (A, B).
    mantel, closeness : MantelTest
        On distances, and on closeness.
    before, after : ndarray of int, shape (n,)
        Partners of each event in its first finite band.
    same_place_share : float
        Share of events at a position that another event has too.
    """

    table: np.ndarray
    margins: np.ndarray
    knox: PermutationTest
    mantel: MantelTest
    closeness: MantelTest
    before: np.ndarray
    after: np.ndarray
    same_place_share: float

    def rows(self, distances: np.ndarray, gaps: np.ndarray) -> list[dict[str, Any]]:
        """Return a row a band, then Mantel's tests.

        Parameters
        ----------
        distances, gaps : ndarray
            Finite edges of the bands.

        Returns
        -------
        list of dict
            NaN where there is nothing to say, which the result turns into missing.
        """
        rows: list[dict[str, Any]] = []
        for a, b in np.ndindex(*self.table.shape):
            row: dict[str, Any] = {
                "term": "near_repeat_ratio",
                "distance_from": _plain(float(distances[a])),
                "gap_from": gaps[b],
                "observed_pairs": self.table[a, b],
                "margin_pairs": self.margins[a, b],
            }
            if a < len(distances) - 1:
                row["distance_to"] = _plain(float(distances[a + 1]))
            if b < len(gaps) - 1:
                row["gap_to"] = gaps[b + 1]
            if a < len(distances) - 1 and b < len(gaps) - 1:
                row |= self._tested(a, b)
            rows.append(row)
        for name, test in (("mantel", self.mantel), ("closeness", self.closeness)):
            rows.append(
                {
                    "term": "mantel_" + ("distance" if name == "mantel" else name),
                    "estimate": test.correlation,
                    "statistic": test.statistic,
                    "p_excess": test.p_value,
                }
            )
        return rows

    def _tested(self, a: int, b: int) -> dict[str, Any]:
        mean = self.knox.mean[a, b]
        per = 1 / mean if mean > 0 else np.nan
        return {
            "estimate": self.table[a, b] * per,
            "null_low": self.knox.low[a, b] * per,
            "null_high": self.knox.high[a, b] * per,
            "statistic": self.knox.statistic[a, b],
            "p_excess": self.knox.p_value[a, b],
            "p_excess_any": self.knox.p_family[a, b],
            "expected_pairs": mean,
        }


def _plain(edge: float) -> float:
    """Return the edge as a reader knows it: the band of the same place is 0 to 0."""
    return 0.0 if edge <= SAME_PLACE else float(edge)


def run_test(
    events: EventPoints,
    distances: np.ndarray,
    gaps: np.ndarray,
    *,
    metric: str,
    n_permutations: int,
    date_draws: int,
    rng: np.random.Generator,
    n_jobs: int,
) -> NearRepeatTest | None:
    """Count, permute and compare.

    Parameters
    ----------
    events : EventPoints
        The events.
    distances, gaps : ndarray
        Finite edges of the bands.
    metric : str
        How to measure distance.
    n_permutations, date_draws : int
        How many permutations, and draws of the dates.
    rng : numpy.random.Generator
        For draws and permutations.
    n_jobs : int
        Threads.

    Returns
    -------
    NearRepeatTest or None
        None with fewer than four events.
    """
    n = len(events.begin)
    if n < 4:
        return None
    points = events.places
    if metric == "geodesic":
        points = earth_coordinates(points[:, 0], points[:, 1])
    within = count_near(points, distances, metric)
    if within > MOST_PAIRS:
        message = (
            f"{within:,} pairs of events lie within {distances[-1]:g}; at most "
            f"{MOST_PAIRS:,} can be permuted.\n"
            "Hint: end `distances` earlier, or cut the events to a shorter window."
        )
        raise ArgumentError(message)
    times = _draws(events, date_draws, rng)
    pairs = near_pairs(points, distances, metric)
    close = knox_table(pairs, times, gaps)
    permuted = permuted_tables(
        pairs, times, gaps, n_permutations=n_permutations, rng=rng, n_jobs=n_jobs
    )
    near = np.diff(pairs.band_start)
    margin = np.sum([gap_margin(t, gaps) for t in times.T], axis=0)
    table = complete_table(close, near * date_draws, margin, pairs.n_all * date_draws)
    widths = distances[1:][distances[1:] > SAME_PLACE]
    scales = (float(widths[0]), float(gaps[1]))
    mantel, closeness = (
        mantel_test(
            points,
            times[:, 0],
            metric,
            scales=scale,
            n_permutations=n_permutations,
            rng=rng,
            n_jobs=n_jobs,
        )
        for scale in (None, scales)
    )
    before, after = _partners(pairs, times[:, 0], gaps, distances)
    return NearRepeatTest(
        table=table / date_draws,
        margins=table.sum(axis=1)[:, None]
        * (table.sum(axis=0) / table.sum())
        / date_draws,
        knox=_per_draw(permutation_test(close, permuted), date_draws),
        mantel=mantel,
        closeness=closeness,
        before=before,
        after=after,
        same_place_share=_shared(events.places),
    )


def _draws(events: EventPoints, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return the first days, or n draws of a whole day within each event's span."""
    if n == 1:
        return events.begin[:, None]
    span = events.end - events.begin + 1
    drawn = np.floor(rng.random((len(span), n)) * span[:, None])
    return np.asarray(events.begin[:, None] + drawn)


def _per_draw(test: PermutationTest, n: int) -> PermutationTest:
    return PermutationTest(
        test.mean / n,
        test.low / n,
        test.high / n,
        test.p_value,
        test.p_family,
        test.statistic,
    )


def _partners(
    pairs: NearPairs, times: np.ndarray, gaps: np.ndarray, distances: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Count each event's earlier and later partners in the first finite bands.

    A separate band for the same place counts with the band after it. Events of the
    same moment are neither before nor after.
    """
    bands = 2 if distances[1] <= SAME_PLACE and len(distances) > 2 else 1
    part = slice(pairs.band_start[0], pairs.band_start[bands])
    i, j = pairs.first[part], pairs.second[part]
    lag = times[j] - times[i]
    inside = (np.abs(lag) >= gaps[0]) & (np.abs(lag) < gaps[1]) & (lag != 0)
    earlier = np.where(lag > 0, i, j)[inside]
    later = np.where(lag > 0, j, i)[inside]
    n = len(times)
    return np.bincount(later, minlength=n), np.bincount(earlier, minlength=n)


def _shared(places: np.ndarray) -> float:
    _, number, count = np.unique(
        places, axis=0, return_inverse=True, return_counts=True
    )
    return float((count[number.reshape(-1)] > 1).mean())


def near_repeat_findings(
    events: EventPoints,
    test: NearRepeatTest | None,
    distances: np.ndarray,
    gaps: np.ndarray,
) -> tuple[Finding, ...]:
    """Return what was found, a Finding a question.

    Parameters
    ----------
    events : EventPoints
        The events.
    test : NearRepeatTest or None
        The test.
    distances, gaps : ndarray
        Edges of the bands.

    Returns
    -------
    tuple of Finding
        "near repeats" and "shared places"; only "estimable" without a test.
    """
    if test is None:
        said = f"{len(events.begin)} events with place and date are too few to permute."
        return (Finding("estimable", CANNOT_TELL, said),)
    return (_excess(test, distances, gaps), _towns(test))


def _excess(test: NearRepeatTest, distances: np.ndarray, gaps: np.ndarray) -> Finding:
    p = test.knox.p_family
    a, b = np.unravel_index(np.argmax(test.knox.statistic), p.shape)
    smallest = float(p[a, b])
    if test.knox.mean.sum() == 0:
        said = "No pairs of events fall into the bands: widen them."
        return Finding("near repeats", CANNOT_TELL, said)
    where = "at the same place"
    if distances[a + 1] > SAME_PLACE:
        above = "over " if distances[a] == SAME_PLACE else ""
        where = f"{above}{_plain(distances[a]):g} to < {distances[a + 1]:g} apart"
    when = f"{gaps[b]:g} to < {gaps[b + 1]:g} days"
    if smallest > LEVEL:
        said = (
            "No band has more pairs than permuted dates give by chance "
            f"(p = {smallest:.3g} over all bands)."
        )
        return Finding("near repeats", DOES_NOT_HOLD, said, p_value=smallest)
    ratio = test.table[a, b] / test.knox.mean[a, b]
    said = (
        f"Pairs of events {where} and {when} after one another are {ratio:.2f} times "
        f"as many as with permuted dates (p = {smallest:.3g} over all bands). Events "
        "cluster beyond what their places and dates have on their own; that one sets "
        "off the next is one reason, a campaign that moves is another."
    )
    statistic = float(test.knox.statistic[a, b])
    return Finding("near repeats", HOLDS, said, statistic=statistic, p_value=smallest)


def _towns(test: NearRepeatTest) -> Finding:
    share = test.same_place_share
    if share > MANY_SHARED:
        said = (
            f"{share:.0%} of the events have the exact position of another: positions "
            "seem to be those of towns, and the shortest distances mean 'same town'."
        )
        return Finding("own positions", DOES_NOT_HOLD, said, statistic=share)
    said = f"{share:.0%} of the events share their exact position with another."
    return Finding("own positions", HOLDS, said, statistic=share)
