"""What to fit to event streams: kernel, decay, background, draws of the dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from conflictstats.arguments import check_number, check_one_of
from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.models._event_streams import EventStreams
from conflictstats.numerics.hawkes_likelihood import HawkesShape, kernel_groups
from conflictstats.numerics.point_baselines import PointBaseline
from conflictstats.tidy.periods import day

KERNELS = ("exponential", "power_law")
DECAYS = ("shared", "target", "pair")
BASELINES = ("constant", "piecewise", "trend", "spline")
YEAR = 365.25
# Numbers of equal pieces that are tried, fewer of them where fits take long.
PIECES = (2, 3, 4, 6, 8, 12)
MANY_EVENTS = 20_000


@dataclass(frozen=True, kw_only=True)
class EscalationPlan:
    """How to fit: parameters now, data later.

    Parameters
    ----------
    kernel : {"exponential", "power_law"}
        How effects fade.
    decay : {"shared", "target", "pair"}
        Which pairs of streams fade alike.
    baseline : {"constant", "piecewise", "trend", "spline"}
        Shape of the background rate.
    breaks : int, sequence or None
        Pieces or inner knots: how many, or where (times or dates).
    season : float or None
        Length of a season in units of time.
    n_draws : int
        Draws of imprecise dates.
    level : float
        Nominal coverage of intervals.
    """

    kernel: str = "exponential"
    decay: str = "shared"
    baseline: str = "constant"
    breaks: int | Sequence[Any] | None = None
    season: float | None = None
    n_draws: int = 20
    level: float = 0.95

    def __post_init__(self) -> None:
        check_one_of(self.kernel, "kernel", KERNELS)
        check_one_of(self.decay, "decay", DECAYS)
        check_one_of(self.baseline, "baseline", BASELINES)
        check_number(self.n_draws, "n_draws", low=2, integer=True)
        check_number(self.level, "level", low=0.5, high=0.9999)
        if self.season is not None:
            check_number(self.season, "season", low=1e-9)
        if isinstance(self.breaks, int):
            check_number(self.breaks, "breaks", low=1, high=100, integer=True)
        if self.breaks is not None and self.baseline in ("constant", "trend"):
            message = (
                f"`breaks` belongs to a baseline that is 'piecewise' or 'spline'; "
                f"`baseline` is {self.baseline!r}."
            )
            raise ArgumentError(message)


def make_baseline(
    streams: EventStreams,
    kind: str,
    breaks: int | Sequence[Any] | None = None,
    season: float | None = None,
) -> PointBaseline:
    """Return the background's shape on the streams' window.

    Parameters
    ----------
    streams : EventStreams
        Whose window and gaps.
    kind : str
        One of `BASELINES`.
    breaks : int or sequence, optional
        Number of pieces (or of a spline's inner knots), or the times they stand at;
        by default 2 pieces, or a knot for every 30 events of the least stream, 1 to 3.
    season : float, optional
        Length of a season in units of time.

    Returns
    -------
    PointBaseline

    Raises
    ------
    ArgumentError
        If breaks lie outside the window.
    """
    inner: np.ndarray = np.zeros(0)
    if kind in ("piecewise", "spline"):
        if breaks is None:
            most = piece_choices(streams)[-1]
            breaks = 2 if kind == "piecewise" else min(most, 3)
        if isinstance(breaks, int):
            cells = breaks if kind == "piecewise" else breaks + 1
            inner = np.linspace(streams.start, streams.end, cells + 1)[1:-1]
        else:
            inner = _break_times(streams, breaks)
    return PointBaseline(
        kind,
        streams.start,
        streams.end,
        tuple(float(t) for t in inner),
        float(season or 0.0),
        gaps=streams.gaps,
    )


def piece_choices(streams: EventStreams) -> tuple[int, ...]:
    """Return numbers of equal pieces worth trying: at least 30 events a piece."""
    counts = np.bincount(streams.code, minlength=len(streams.names))
    least = int(counts[counts > 0].min()) if counts.any() else 0
    choices = PIECES if streams.low.size <= MANY_EVENTS else PIECES[2::2]
    return tuple(q for q in choices if q <= least // 30) or (1,)


def _break_times(streams: EventStreams, breaks: Sequence[Any]) -> np.ndarray:
    if isinstance(breaks, str) or not hasattr(breaks, "__len__"):
        message = f"`breaks` must be a number or a sequence of times; got {breaks!r}."
        raise ArgumentTypeError(message)
    if streams.origin is None:
        inner = [check_number(b, "breaks") for b in breaks]
    else:
        inner = [float((day(b, "breaks") - streams.origin).days) for b in breaks]
    out = np.unique(inner)
    if out.size and (out[0] <= streams.start or out[-1] >= streams.end):
        message = (
            "`breaks` must lie inside the window "
            f"({streams.start:g} to {streams.end:g}); got {list(breaks)!r}."
        )
        raise ArgumentError(message)
    return out


def make_shape(streams: EventStreams, plan: EscalationPlan) -> HawkesShape:
    """Return the likelihood's shape for a plan."""
    return HawkesShape(
        len(streams.names),
        make_baseline(streams, plan.baseline, plan.breaks, plan.season),
        kernel_groups(len(streams.names), plan.decay),
        plan.kernel,
        streams.marks is not None,
    )


def other_baselines(
    streams: EventStreams, plan: EscalationPlan, pieces: int
) -> list[tuple[str, PointBaseline]]:
    """Backgrounds to compare with, the plan's own kind left out.

    Parameters
    ----------
    streams : EventStreams
        The data.
    plan : EscalationPlan
        What is reported.
    pieces : int
        Number of equal pieces of the stepwise background.

    Returns
    -------
    list of (str, PointBaseline)
        A dated window of two years or more gives the trend a yearly season.
    """
    duration = streams.end - streams.start
    yearly = YEAR if streams.origin is not None and duration >= 2 * YEAR else None
    season = plan.season or yearly
    others = []
    for kind in BASELINES:
        if kind != plan.baseline:
            wave = season if kind == "trend" else plan.season
            breaks = pieces if kind == "piecewise" else None
            others.append((kind, make_baseline(streams, kind, breaks, wave)))
    return others
