"""Intervals of a break's date, of the rates beside it and of their ratio, together.

The date is estimated from the same counts, so an interval that takes it as known is too
short: where a break is weak, the date found is the one that makes it look large. Here
a value of the date, a rate or the ratio is kept if the likelihood ratio against it,
maximised over the date and all else, is not among the largest of series simulated from
the model that holds that value. The simulated counts have the dispersion and the
autocorrelation that the counts have about the held model: negative binomial with
gamma frailties coupled by a Gaussian AR(1).
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from conflictstats.numerics.segment_held import (
    FARTHEST,
    free_cost,
    held_cost,
    held_statistic,
    outermost,
)
from conflictstats.numerics.segment_noise import (
    dependence,
    poisson_quantile,
    quantile_tables,
)
from conflictstats.numerics.segment_size import Series

Floats = NDArray[np.float64]
What = Literal["ratio", "before", "after", "date"]

_KIND: dict[str, int] = {"ratio": 0, "before": 1, "after": 2, "date": 3}
# The fixed point of value and critical value: tries, and how near is near enough.
_TRIES, _NEAR = 5, 0.05
# Log of a rate, or of a ratio, that no silence can be told from.
_SILENT = 9.0


class Stretch(NamedTuple):
    """The counts between the neighbours of one break, cumulated.

    Attributes
    ----------
    y, e : ndarray, shape (n,)
        Counts and exposures.
    total, exposure, square : ndarray, shape (n + 1,)
        Sums of y, e and y^2 / e over the first t periods.
    size : float
        Negative-binomial size of the likelihood at an exposure of one.
    shortest : int
        Shortest segment.
    """

    y: Floats
    e: Floats
    total: Floats
    exposure: Floats
    square: Floats
    size: float
    shortest: int


@dataclass(frozen=True, kw_only=True)
class Noise:
    """What a stretch's simulations are made of: the same for every value tried.

    Parameters
    ----------
    frailty, count : ndarray, shape (b, n)
        Standard normal scores.
    level : float
        Nominal coverage.
    """

    frailty: Floats
    count: Floats
    level: float


def stretch_of(series: Series, left: int, right: int, size: float) -> Stretch:
    """Cut a stretch out of a series of counts.

    Parameters
    ----------
    series : Series
        Poisson or negative binomial.
    left, right : int
        The neighbouring breaks (0 and n at the ends).
    size : float
        Negative-binomial size; infinite is Poisson.

    Returns
    -------
    Stretch
        With its own sums.
    """
    y, e = series.y[left:right], series.e[left:right]
    return Stretch(
        y=y,
        e=e,
        total=np.concatenate([[0.0], np.cumsum(y)]),
        exposure=np.concatenate([[0.0], np.cumsum(e)]),
        square=np.concatenate([[0.0], np.cumsum(y * y / e)]),
        size=size,
        shortest=series.shortest,
    )


def noise_of(
    y: Floats, draws: int, level: float, rng: np.random.Generator | None
) -> Noise:
    """Draw the scores behind a stretch's simulations.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The counts of the stretch.
    draws : int
        Simulated series.
    level : float
        Nominal coverage.
    rng : numpy.random.Generator or None
        Source of randomness. None takes scores that the counts themselves name: the
        intervals are then a function of the counts alone, and yet the scores of
        different series are as good as independent.
    """
    if rng is None:
        name = zlib.crc32(np.ascontiguousarray(y, dtype="<f8").tobytes())
        rng = np.random.Generator(np.random.Philox(key=name))
    scores = rng.standard_normal((2, draws, y.size))
    return Noise(frailty=scores[0], count=scores[1], level=level)


@njit(cache=True)
def _simulated(
    kind: int,
    value: float,
    stretch: tuple[Floats, Floats, float, int],
    mean: Floats,
    noise: tuple[Floats, Floats],
    rho: float,
    tables: tuple[Floats, NDArray[np.int64]],
) -> Floats:
    """Statistics of simulated series."""
    e, expo, r, shortest = stretch
    frailty, count = noise
    table, which = tables
    b, n = count.shape
    total, square, out = np.zeros(n + 1), np.zeros(n + 1), np.empty(b)
    rest, step = math.sqrt(1 - rho * rho), (table.shape[1] - 1) / 12.0
    for i in range(b):
        z = 0.0
        for t in range(n):
            z = rho * z + rest * frailty[i, t] if t > 0 else frailty[i, t]
            place = min(max((z + 6.0) * step, 0.0), table.shape[1] - 1.000001)
            left = int(place)
            row = table[which[t]]
            factor = row[left] + (place - left) * (row[left + 1] - row[left])
            y = poisson_quantile(mean[t] * factor, count[i, t])
            total[t + 1] = total[t] + y
            square[t + 1] = square[t] + y * y / e[t]
        out[i] = held_statistic(kind, value, total, expo, square, r, shortest)
    return out


class Inversion:
    """All that is asked of one break: build once, then ask.

    Parameters
    ----------
    stretch : Stretch
        The counts between the neighbouring breaks.
    position : ndarray of int, shape (n,)
        Period of each of them.
    noise : Noise
        Scores of the simulations.
    """

    def __init__(
        self, stretch: Stretch, position: NDArray[np.int64], noise: Noise
    ) -> None:
        self.stretch, self.position, self.noise = stretch, position, noise
        s = stretch
        self._free, self.at, self._dispersion = free_cost(
            s.total, s.exposure, s.square, s.size, s.shortest
        )
        n = s.y.size
        # Where searches begin: near the critical value of the date, or of a normal.
        self._start = self.critical("date", float(self.at))
        self._guess = max(self._start, 3.0)
        self.before = s.total[self.at] / s.exposure[self.at]
        self.after = (s.total[n] - s.total[self.at]) / (
            s.exposure[n] - s.exposure[self.at]
        )

    def loss(self, what: What, value: float) -> float:
        """Return the likelihood ratio against a value, over the dispersion."""
        s = self.stretch
        held = held_cost(_KIND[what], value, s.total, s.exposure, s.size, s.shortest)[0]
        return float(held - self._free) / self._dispersion

    def critical(self, what: What, value: float) -> float:
        """Return the largest loss that is not rejected, from simulations at the value.

        Parameters
        ----------
        what : {"ratio", "before", "after", "date"}
            Which quantity is held.
        value : float
            At what.
        """
        s, kind = self.stretch, _KIND[what]
        _, k, before, after = held_cost(
            kind, value, s.total, s.exposure, s.size, s.shortest
        )
        rate = np.where(np.arange(s.y.size) < k, before, after)
        # Silence throughout a segment is drawn as less than one count in all of it.
        mean = np.maximum(rate, 0.1 / s.exposure[-1]) * s.e
        alpha, rho = dependence(s.y, s.e, mean, self.position)
        drawn = _simulated(
            kind,
            value,
            (s.e, s.exposure, s.size, s.shortest),
            mean,
            (self.noise.frailty, self.noise.count),
            rho,
            quantile_tables(alpha, s.e),
        )
        rank = math.ceil(self.noise.level * (drawn.size + 1))
        return float(np.sort(drawn)[min(rank, drawn.size) - 1])

    def interval(self, what: What) -> tuple[float, float]:
        """Return the interval of a rate or of the ratio; 0 and inf where it is open.

        Parameters
        ----------
        what : {"ratio", "before", "after"}
            Which.
        """
        # Beside silence only one end is to be found, from far beyond the other.
        if what == "ratio" and min(self.before, self.after) == 0:
            if self.after == 0:
                return 0.0, self._end(what, -_SILENT, 1)
            return self._end(what, _SILENT, -1), math.inf
        if {"before": self.before, "after": self.after}.get(what) == 0:
            return 0.0, self._end(what, -_SILENT, 1)
        estimate = {
            "before": self.before,
            "after": self.after,
            "ratio": self.after / max(self.before, 1e-300),
        }[what]
        centre = math.log(estimate)
        return self._end(what, centre, -1), self._end(what, centre, 1)

    def _end(self, what: What, centre: float, sign: int) -> float:
        level, reach = self._guess, 0.0
        for _ in range(_TRIES):
            reach = self._reach(what, centre, sign, level)
            if reach >= FARTHEST:
                # Nothing is rejected on this side, however far.
                return math.inf if sign > 0 else 0.0
            value = math.exp(centre + sign * reach)
            new = self.critical(what, value)
            if abs(new - level) <= _NEAR * level:
                break
            level = new
        return math.exp(centre + sign * reach)

    def _reach(self, what: What, centre: float, sign: int, level: float) -> float:
        """Return how far from the estimate the loss last stays below a level."""
        s = self.stretch
        return float(
            outermost(
                _KIND[what],
                centre,
                sign,
                level * self._dispersion + self._free,
                (s.total, s.exposure, s.size, s.shortest),
            )
        )

    def dates(self) -> tuple[int, int]:
        """Return the first and last position of the break that is not rejected."""
        s = self.stretch
        ks = np.arange(s.shortest, s.y.size - s.shortest + 1)
        losses = np.array([self.loss("date", float(k)) for k in ks])
        ends = []
        for order in (1, -1):
            level, found = self._start, self.at
            tried: set[int] = set()
            for _ in range(_TRIES):
                k = int(ks[::order][np.argmax(losses[::order] <= level + 1e-9)])
                if k in tried:
                    break
                tried.add(k)
                level = self.critical("date", float(k))
                if self.loss("date", float(k)) <= level + 1e-9:
                    found = k if order * (k - found) < 0 else found
            ends.append(found)
        return ends[0], ends[1]
