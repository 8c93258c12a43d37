"""How surely each break is dated, and how large it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from conflictstats.numerics.segment_dates import date_interval, date_profile
from conflictstats.numerics.segment_inversion import (
    Inversion,
    noise_of,
    stretch_of,
)
from conflictstats.numerics.segment_limits import bai_interval, limit_critical
from conflictstats.numerics.segment_size import Segmentation, Series

# A longer stretch between neighbouring breaks is left to the limit laws: they hold
# there, and simulating it would take long.
LONGEST_SIMULATED = 2_000

Ends = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class BreakInterval:
    """One break's intervals.

    Parameters
    ----------
    date : (int, int)
        First and last position.
    ratio, before, after : (float, float) or None
        Ends of the rate ratio and of the rates beside it; None leaves them to the
        formula that takes the date as known.
    """

    date: tuple[int, int]
    ratio: Ends | None = None
    before: Ends | None = None
    after: Ends | None = None


def break_intervals(
    ready: Series,
    chosen: Segmentation,
    position: NDArray[np.int64],
    level: float,
    n_draws: int,
    rng: np.random.Generator | None,
) -> list[BreakInterval]:
    """Return the intervals of every break, its neighbours held.

    Parameters
    ----------
    ready, chosen
        The data and its segmentation.
    position : ndarray of int, shape (n,)
        Period of each known count.
    level : float
        Nominal coverage.
    n_draws : int
        Simulated series.
    rng : numpy.random.Generator or None
        None takes scores that the counts themselves name.
    """
    edges = (0, *chosen.breaks, ready.y.size)
    return [
        _one(ready, chosen.size, place, position, level, n_draws, rng)
        for place in zip(edges[:-2], edges[1:-1], edges[2:], strict=True)
    ]


def _one(
    ready: Series,
    size: float,
    place: tuple[int, int, int],
    position: NDArray[np.int64],
    level: float,
    n_draws: int,
    rng: np.random.Generator | None,
) -> BreakInterval:
    left, _, right = place
    if ready.family == "gaussian":
        at = position[left:right]
        return BreakInterval(date=bai_interval(ready.y, place, level, at))
    if right - left > LONGEST_SIMULATED:
        loss = date_profile(ready, size, left, right)
        return BreakInterval(date=date_interval(loss, left, limit_critical(level)))
    stretch = stretch_of(ready, left, right, size)
    noise = noise_of(stretch.y, n_draws, level, rng)
    found = Inversion(stretch, position[left:right], noise)
    low, high = found.dates()
    return BreakInterval(
        date=(left + low, left + high),
        ratio=found.interval("ratio"),
        before=found.interval("before"),
        after=found.interval("after"),
    )


def rate_ends(found: list[BreakInterval]) -> list[Ends | None]:
    """Return the ends of each segment's rate, of both its breaks the farther one."""
    after = [None, *(one.after for one in found)]
    before = [*(one.before for one in found), None]
    out: list[Ends | None] = []
    for pair in zip(after, before, strict=True):
        known = [ends for ends in pair if ends is not None]
        out.append(
            (min(e[0] for e in known), max(e[1] for e in known)) if known else None
        )
    return out


def log_error(ends: Ends, level: float) -> float:
    """Return the standard error of a log rate whose interval would be this wide."""
    if ends[0] <= 0 or not math.isfinite(ends[1]):
        return math.nan
    return math.log(ends[1] / ends[0]) / (2 * float(ndtri(0.5 + level / 2)))
