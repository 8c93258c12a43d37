"""Intervals of branching entries that do not take searched breaks as known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import special

from conflictstats.numerics.hawkes_breaks import BreakSearch, Held, SearchedBreaks
from conflictstats.numerics.hawkes_estimate import LARGEST_BRANCHING, HawkesEstimate

Floats = NDArray[np.float64]

# Occam's window: breaks that are this much less likely than the best still count.
ODDS = 20.0
# Values looked at on either side before the outermost cell is halved, and how often.
CELLS, HALVINGS = 6, 5
# Fits from which other breaks are searched for, the best first.
SEARCHES = 2


class BreakProfile:
    """Intervals of branching entries over all sets of breaks that do nearly as well.

    Parameters
    ----------
    search : BreakSearch
        How breaks are searched for.
    best : SearchedBreaks
        What was found.
    steps : tuple of float
        Breaks of the process without excitation.
    level : float
        Nominal coverage.

    Notes
    -----
    Steps and excitation explain the same events. With few of them two quite different
    accounts (no step and a ratio of 0.9, two steps and 0.4) are often about equally
    good, and the interval of either alone is far too short. The window of odds of 20
    is that of Madigan and Raftery.

    References
    ----------
    Madigan, D., Raftery, A. (1994). Model selection and accounting for model
    uncertainty in graphical models using Occam's window. JASA 89, 1535-1546.
    """

    def __init__(
        self,
        search: BreakSearch,
        best: SearchedBreaks,
        steps: tuple[float, ...],
        level: float,
    ) -> None:
        self.search, self.best = search, best
        self.quantile = float(special.chdtri(1.0, 1.0 - level))
        self.starts = [best, search.fitted(()), search.fitted(steps)]
        self.most = max(search.worth(s) for s in self.starts)
        self._others: dict[tuple[float, ...], HawkesEstimate] = {}

    def interval(self, target: int, source: int, error: float) -> tuple[float, float]:
        """Interval of an entry of N.

        Parameters
        ----------
        target, source : int
            The entry.
        error : float
            Its standard error with breaks taken as known.

        Returns
        -------
        (float, float)
            The outermost values that the breaks found, or others with everything else
            estimated anew, allow. Twice the log-likelihood less the price of the breaks
            may fall by the chi-square quantile, with other breaks by 2 log 20 more.
        """

        def inside(value: float) -> bool:
            return self._holds(Held(target, source, value))

        tops = [s.estimate.branching[target, source] for s in self.starts]
        top, reach = float(tops[0]), max(2.0 * error, 0.05)
        beyond = float(max(tops)) + reach
        while beyond < LARGEST_BRANCHING and inside(beyond):
            beyond += reach
            reach *= 2.0
        low = _outermost(inside, np.linspace(0.0, top, CELLS + 1))
        return low, _outermost(inside, np.linspace(beyond, top, CELLS + 1))

    def drop_at_zero(self, target: int, source: int) -> float:
        """Likelihood-ratio statistic of no entry, each account with its best breaks.

        Parameters
        ----------
        target, source : int
            The entry.
        """
        held = self.search._replace(held=Held(target, source, 0.0))
        most = max(map(held.worth, self._accounts(held)))
        return max(2.0 * (self.most - most), 0.0)

    def others(self) -> list[HawkesEstimate]:
        """Fits with the other breaks that had a say in an interval so far."""
        return list(self._others.values())

    def _holds(self, value: Held) -> bool:
        """Tell whether some breaks allow a value."""
        held = self.search._replace(held=value)
        for one in self._accounts(held):
            if self._allows(held, one):
                if all(one.breaks != start.breaks for start in self.starts):
                    self.starts[3:] = [one]
                return True
        return False

    def _accounts(self, held: BreakSearch) -> Iterator[SearchedBreaks]:
        """Fits that hold a value: with the breaks at hand, then with others."""
        same: list[SearchedBreaks] = []
        # Breaks that suited a value before often suit this one: no need to search.
        for start in reversed(self.starts):
            same.append(held.fitted(start.breaks, start.estimate))
            yield same[-1]
        same.sort(key=held.worth, reverse=True)
        for one in same[:SEARCHES]:
            yield held.from_start(one.estimate, excited=True)

    def _allows(self, held: BreakSearch, one: SearchedBreaks) -> bool:
        other = one.breaks != self.best.breaks
        cut = self.quantile + (2.0 * float(np.log(ODDS)) if other else 0.0)
        allowed = 2.0 * (self.most - held.worth(one)) <= cut
        if allowed and other and one.breaks not in self._others:
            free = self.search.fitted(one.breaks, one.estimate)
            self._others[one.breaks] = free.estimate
        return allowed


def _outermost(inside: Callable[[float], bool], values: Floats) -> float:
    """Return where the interval ends: `values` run inwards, the last is in it."""
    outer = float(values[0])
    if inside(outer):
        return outer
    for value in values[1:-1]:
        if inside(float(value)):
            inner = float(value)
            break
        outer = float(value)
    else:
        inner = float(values[-1])
    for _ in range(HALVINGS):
        middle = 0.5 * (outer + inner)
        outer, inner = (outer, middle) if inside(middle) else (middle, inner)
    return inner
