"""What to fit to event streams: kernel, decay, background, draws of the dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
# Cells on which breaks are searched, fewer of them where fits take long.
CELLS = 100
FEWER_CELLS = 50
MANY_EVENTS = 20_000
# A stretch of the background lasts at least this share of the window.
SHORTEST_STRETCH = 0.02
EVENTS_A_KNOT = 30
MOST_KNOTS = 3


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
    found : tuple of float or None
        Breaks that were searched for on the events.
    """

    kernel: str = "exponential"
    decay: str = "shared"
    baseline: str = "constant"
    breaks: int | Sequence[Any] | None = None
    season: float | None = None
    n_draws: int = 20
    level: float = 0.95
    found: tuple[float, ...] | None = None

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
        Number of equal pieces (or of a spline's inner knots), or the times they stand
        at; by default no break, or a knot for every 30 events of the least stream, 1
        to 3.
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
            breaks = 1 if kind == "piecewise" else _knots(streams)
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
        exposure_from=tuple(since for since, _ in streams.exposure),
        log_exposure=tuple(float(np.log(level)) for _, level in streams.exposure),
    )


def stepwise(
    streams: EventStreams, breaks: tuple[float, ...], season: float | None
) -> PointBaseline:
    """Return a stepwise background whose breaks were searched for."""
    flat = make_baseline(streams, "piecewise", None, season)
    return replace(flat, breaks=breaks, searched=True)


def break_grid(streams: EventStreams) -> tuple[np.ndarray, float]:
    """Where breaks may lie: edges of cells, and the least length between breaks.

    Breaks fall between days where events are dated to the day: within one nobody knows.
    """
    start, end, unit = streams.start, streams.end, streams.grain
    cells = CELLS if streams.low.size <= MANY_EVENTS else FEWER_CELLS
    edges = np.linspace(start, end, cells + 1)
    if unit > 0.0:
        inner = start + unit * np.round((edges[1:-1] - start) / unit)
        edges = np.unique(np.concatenate([[start], inner, [end]]))
    return edges, SHORTEST_STRETCH * (end - start)


def _knots(streams: EventStreams) -> int:
    """Inner knots of a spline: one for every 30 events of the least stream, 1 to 3."""
    counts = np.bincount(streams.code, minlength=len(streams.names))
    least = int(counts[counts > 0].min()) if counts.any() else 0
    return int(np.clip(least // EVENTS_A_KNOT, 1, MOST_KNOTS))


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
    base = make_baseline(streams, plan.baseline, plan.breaks, plan.season)
    if plan.baseline == "piecewise" and plan.found is not None:
        base = stepwise(streams, plan.found, plan.season)
    return HawkesShape(
        len(streams.names),
        base,
        kernel_groups(len(streams.names), plan.decay),
        plan.kernel,
        streams.marks is not None,
    )


def other_baselines(
    streams: EventStreams, plan: EscalationPlan, found: tuple[float, ...]
) -> list[tuple[str, PointBaseline]]:
    """Backgrounds to compare with, the plan's own kind left out.

    Parameters
    ----------
    streams : EventStreams
        The data.
    plan : EscalationPlan
        What is reported.
    found : tuple of float
        Breaks of the stepwise background.

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
            base = make_baseline(streams, kind, None, wave)
            if kind == "piecewise":
                base = stepwise(streams, found, wave)
            others.append((kind, base))
    return others
