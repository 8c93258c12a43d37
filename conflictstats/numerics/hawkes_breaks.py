"""Breaks of a stepwise background, searched for on the likelihood itself.

Given what earlier events set off, the log-likelihood of a stretch with a level r of
its own is sum_i log(r m_i + E_i) - r W, concave in r: E_i is the excitation at event i,
m_i the season and exposure there, W their integral. So the breaks that maximise the
likelihood less a penalty are found exactly on a grid, by dynamic programming; given the
breaks, everything is estimated anew; and so on until the breaks stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from conflictstats.numerics.hawkes_estimate import (
    HawkesEstimate,
    estimate_hawkes,
    estimate_poisson,
    first_guess,
    make_objective,
)
from conflictstats.numerics.hawkes_events import PointHistory
from conflictstats.numerics.hawkes_inference import excitation_p_value
from conflictstats.numerics.hawkes_likelihood import HawkesShape
from conflictstats.numerics.point_baselines import baseline_integral, baseline_rate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 8
# Steps of the finer grid within a cell of the coarse one.
FINER = 8
CLOSE_ENOUGH = 1e-8
TOLD = 0.05


@njit(cache=True)
def _best_level(level: float, m: Floats, excited: Floats, mass: float) -> float:
    """Level r that maximises sum log(r m + E) - r W, by guarded Newton from `level`."""
    r = level
    for _ in range(30):
        slope, curve = -mass, 0.0
        for i in range(m.shape[0]):
            share = m[i] / (r * m[i] + excited[i])
            slope += share
            curve += share * share
        step = slope / curve
        # The function is concave: half of r is a safe least step downwards.
        new = r + step if r + step > 0.5 * r else 0.5 * r
        if abs(new - r) <= 1e-6 * r:
            return new
        r = new
        if r < 1e-12:
            return r
    return r


@njit(cache=True)
def segment_gains(
    first: Ints, m: Floats, excited: Floats, mass: Floats, allowed: Ints
) -> Floats:
    """Largest log-likelihood of every stretch of cells of one stream.

    Parameters
    ----------
    first : ndarray of int, shape (G + 1,)
        First event of each cell, and the number of events.
    m, excited : ndarray, shape (n,)
        Season times exposure, and excitation, at each event.
    mass : ndarray, shape (G + 1,)
        Integral of season times exposure up to each edge.
    allowed : ndarray of int, shape (G,)
        Least end of a stretch that begins at each cell.

    Returns
    -------
    ndarray, shape (G, G + 1)
        Entry (s, e) is of the cells s .. e - 1; minus infinity where too short.
    """
    cells = first.shape[0] - 1
    out = np.full((cells, cells + 1), -np.inf)
    plain = not np.any(excited)
    logs = np.concatenate((np.zeros(1), np.cumsum(np.log(m))))
    for s in range(cells):
        level = 0.0
        for e in range(allowed[s], cells + 1):
            if plain:
                # Without excitation the level is events over mass, whatever the times.
                n, w = first[e] - first[s], mass[e] - mass[s]
                out[s, e] = logs[first[e]] - logs[first[s]]
                out[s, e] += n * np.log(n / w) - n if n > 0 and w > 0.0 else 0.0
                continue
            own_m, own_e = m[first[s] : first[e]], excited[first[s] : first[e]]
            w = mass[e] - mass[s]
            if own_m.shape[0] == 0 or w <= 0.0:
                out[s, e] = 0.0
                continue
            if level <= 0.0:
                level = own_m.shape[0] / w
            level = _best_level(level, own_m, own_e, w)
            out[s, e] = np.sum(np.log(level * own_m + own_e)) - level * w
    return out


@njit(cache=True)
def best_partition(gains: Floats, penalty: float) -> Ints:
    """Cut cells into stretches so that gains less a penalty a cut are largest.

    Parameters
    ----------
    gains : ndarray, shape (G, G + 1)
        As of `segment_gains`, summed over streams.
    penalty : float
        Price of a cut.

    Returns
    -------
    ndarray of int
        Cells at which a new stretch begins, ascending; empty for none.
    """
    cells = gains.shape[0]
    best = np.full(cells + 1, -np.inf)
    best[0] = penalty
    came = np.zeros(cells + 1, dtype=np.int64)
    for e in range(1, cells + 1):
        for s in range(e):
            value = best[s] + gains[s, e] - penalty
            if value > best[e]:
                best[e], came[e] = value, s
    cuts = np.zeros(cells, dtype=np.int64)
    n, begin = 0, int(came[cells])
    while begin > 0:
        cuts[n] = begin
        n += 1
        begin = int(came[begin])
    return cuts[:n][::-1].copy()


class SearchedBreaks(NamedTuple):
    """What a search found.

    Attributes
    ----------
    breaks : tuple of float
        Where the background steps, ascending.
    estimate : HawkesEstimate
        The fit with these breaks.
    """

    breaks: tuple[float, ...]
    estimate: HawkesEstimate


def search_breaks(
    shape: HawkesShape,
    history: PointHistory,
    edges: Floats,
    least: float,
    *,
    unit: float = 0.0,
    excited: bool = True,
) -> SearchedBreaks:
    """Find the breaks of a stepwise background, common to all streams.

    Parameters
    ----------
    shape : HawkesShape
        What is estimated; its breaks are ignored.
    history : PointHistory
        The events.
    edges : ndarray, shape (G + 1,)
        Grid of the window on which breaks may lie; around those found a finer one
        follows.
    least : float
        Least length between breaks.
    unit : float
        Breaks lie a whole number of these from the start, as days; 0 is anywhere.
    excited : bool
        False searches without excitation: a Poisson process in steps.

    Returns
    -------
    SearchedBreaks
        The best, by the log-likelihood less log(n) / 2 for each break's place and
        levels, of searches that begin with the breaks of a process without excitation
        and without breaks. Where steps alone do as well (the excitation cannot be told
        at 5 %), their breaks, so that excitation is not made of steps left out.
    """
    search = BreakSearch.of(shape, history, edges, least, unit)
    plain = search.from_start(None, excited=False)
    if not excited:
        return plain
    steps, flat = (search.fitted(breaks) for breaks in (plain.breaks, ()))
    found = [steps] + [
        search.from_start(start.estimate, excited=True) for start in (steps, flat)
    ]
    best = max(found, key=search.worth)
    gain = 2.0 * (search.worth(best) - search.worth(plain))
    return best if excitation_p_value(gain, shape.n_streams) < TOLD else steps


class Held(NamedTuple):
    """An entry of N that is not estimated: its target, its source and its value."""

    target: int
    source: int
    value: float


class BreakSearch(NamedTuple):
    """What every search on one history has in common.

    Attributes
    ----------
    shape, history, edges, least, unit
        As for `search_breaks`.
    penalty : float
        Price of a break, in units of the log-likelihood.
    held : Held or None
        An entry of N that every fit keeps where it is.
    """

    shape: HawkesShape
    history: PointHistory
    edges: Floats
    least: float
    unit: float
    penalty: float
    held: Held | None = None

    @classmethod
    def of(
        cls,
        shape: HawkesShape,
        history: PointHistory,
        edges: Floats,
        least: float,
        unit: float,
    ) -> BreakSearch:
        """Return the search whose breaks cost what BIC asks for place and levels."""
        n = max(int(history.counts.sum()), 2)
        penalty = 0.5 * (shape.n_streams + 1.0) * float(np.log(n))
        return cls(shape, history, edges, least, unit, penalty)

    def fitted(
        self, breaks: tuple[float, ...], near: HawkesEstimate | None = None
    ) -> SearchedBreaks:
        """Fit the process with given breaks, beginning near another fit."""
        return SearchedBreaks(breaks, self._fit(breaks, near, excited=True))

    def worth(self, found: SearchedBreaks) -> float:
        """Log-likelihood less the price of the breaks."""
        return found.estimate.log_likelihood - self.penalty * len(found.breaks)

    def from_start(
        self, start: HawkesEstimate | None, *, excited: bool
    ) -> SearchedBreaks:
        """Search on the grid, then on a finer one about what was found."""
        one = self._alternate(self.edges, start, excited=excited)
        if not one.breaks:
            return one
        finer = _around(one.breaks, self.edges, self.unit)
        again = self._alternate(finer, one.estimate, excited=excited)
        return max(one, again, key=self.worth)

    def _alternate(
        self, edges: Floats, start: HawkesEstimate | None, *, excited: bool
    ) -> SearchedBreaks:
        """Partition and refit in turn until breaks come back; the best on the way."""
        found: list[SearchedBreaks] = []
        estimate = start
        for _ in range(ROUNDS):
            breaks = self._partition(edges, estimate)
            if any(breaks == before.breaks for before in found):
                break
            estimate = self._fit(breaks, estimate, excited=excited)
            found.append(SearchedBreaks(breaks, estimate))
        return max(found, key=self.worth)

    def _partition(
        self, edges: Floats, estimate: HawkesEstimate | None
    ) -> tuple[float, ...]:
        """Return the best breaks given the excitation of a fit (none without one)."""
        flat, history = _with_breaks(self.shape, ()), self.history
        objective = make_objective(flat, history, excited=False)
        if estimate is not None:
            objective = make_objective(
                estimate.shape, history, excited=estimate.excited
            )
        total = np.zeros((edges.size - 1, edges.size))
        allowed = np.searchsorted(edges, edges[:-1] + self.least * (1.0 - 1e-9))
        for a, rows in enumerate(objective.rows):
            times = history.times[rows]
            season = np.zeros(flat.baseline.size)
            excitation = np.zeros(times.size)
            if estimate is not None:
                own = estimate.theta[estimate.shape.background(a)]
                season[1:] = own[len(estimate.shape.baseline.breaks) + 1 :]
                excitation = objective.intensities(estimate.theta)[a][1].sum(axis=0)
            first = np.append(np.searchsorted(times, edges[:-1]), times.size)
            m = baseline_rate(flat.baseline, season, times)
            mass = baseline_integral(flat.baseline, season, edges)
            total += segment_gains(first, m, excitation, mass, allowed)
        return tuple(float(t) for t in edges[best_partition(total, self.penalty)])

    def _fit(
        self,
        breaks: tuple[float, ...],
        near: HawkesEstimate | None,
        *,
        excited: bool,
    ) -> HawkesEstimate:
        there, history = _with_breaks(self.shape, breaks), self.history
        if not excited:
            return estimate_poisson(there, history)
        pinned = {}
        if self.held is not None:
            place = there.branching()[self.held.target, self.held.source]
            pinned[int(place)] = self.held.value
        return estimate_hawkes(
            there,
            history,
            start=None if near is None else _moved(near, there, history),
            pinned=pinned,
            tolerance=CLOSE_ENOUGH,
        )


def _around(breaks: tuple[float, ...], edges: Floats, unit: float) -> Floats:
    """Return a finer grid about each break, within a cell of the coarse one."""
    cell = float(np.diff(edges).max())
    near = np.asarray(breaks)[:, None] + cell * np.linspace(-1.0, 1.0, 2 * FINER + 1)
    fine = near.ravel()
    if unit > 0.0:
        fine = edges[0] + unit * np.round((fine - edges[0]) / unit)
    fine = fine[(fine > edges[0]) & (fine < edges[-1])]
    return np.unique(np.concatenate([edges[:1], fine, edges[-1:]]))


def _with_breaks(shape: HawkesShape, breaks: tuple[float, ...]) -> HawkesShape:
    base = replace(shape.baseline, kind="piecewise", breaks=breaks, searched=True)
    return replace(shape, baseline=base)


def _moved(near: HawkesEstimate, there: HawkesShape, history: PointHistory) -> Floats:
    """Return parameters of one set of breaks as a start for another."""
    theta = first_guess(there, history, 1.0)
    places = near.shape.background(0).size * there.n_streams
    theta[there.n_streams * there.baseline.size :] = near.theta[places:]
    n_levels = len(there.baseline.breaks) + 1
    for a in range(there.n_streams):
        old, new = near.shape.background(a), there.background(a)
        levels = near.theta[old[: len(near.shape.baseline.breaks) + 1]]
        theta[new[:n_levels]] = levels.mean()
        theta[new[n_levels:]] = near.theta[old[levels.size :]]
    return theta
