"""The variances of a level, slope and season, by maximum likelihood."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from conflictstats.numerics.structural_filter import score

Floats = NDArray[np.float64]

# Variances over that of the noise at which the likelihood is looked at first.
_LEVEL = (1e-4, 0.03, 0.5, 20.0)
_SLOPE = (1e-6, 1e-4, 1e-2)
_SEASON = (1e-4, 3e-3, 0.1)
_POLISHED = 2
_NOTHING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A fitted structural series.

    Parameters
    ----------
    variances : ndarray, shape (2 to 4,)
        Noise, steps of the level, and where present of the slope and the season.
    log_likelihood : float
        Diffuse log-likelihood.
    states, slope : int
        Number of states; 1 if there is a slope.
    """

    variances: Floats
    log_likelihood: float
    states: int
    slope: int


def fit_structure(y: Floats, *, slope: bool, season: int | None) -> Structure | None:
    """Maximise the diffuse likelihood over the variances.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The series, with a variance near one; NaN is unknown.
    slope : bool
        Whether the level has a slope that wanders.
    season : int or None
        Periods in a cycle.

    Returns
    -------
    Structure or None
        None where the data do not tell every first state, as when one month of the
        year is always unknown.

    Notes
    -----
    The likelihood is looked at over a grid of ratios, the common scale being known in
    closed form. It has ridges and more than one top, so the best point of each slope
    and of each season is climbed from, in standard deviations, which may be zero,
    with exact derivatives.

    Examples
    --------
    >>> y = np.array([0.0, 2.0, 0.1, 1.9, 0.0, 2.1, 0.1, 1.8])
    >>> float(fit_structure(y, slope=False, season=None).variances[1])
    0.0
    """
    s = int(slope)
    m = 1 + s + (season - 1 if season else 0)
    n = int((~np.isnan(y)).sum())
    ratios = _ratios(slope, season is not None)
    starts = np.empty_like(ratios)
    values = np.empty(len(ratios))
    for i, ratio in enumerate(ratios):
        value, _, scale = score(y, ratio, m, s)
        if not np.isfinite(value):
            return None
        # At the best common scale the squares sum to n - m.
        values[i] = value + 0.5 * (n - m) * (scale - 1 - np.log(scale))
        starts[i] = ratio * scale
    top = int(np.argmax(values))
    best: tuple[float, Floats] = (float(values[top]), starts[top])
    # Rough climbs tell which tops are highest; only those are climbed to their end.
    rough = [_climb(y, starts[i], m, s, rough=True) for i in _distinct(ratios, values)]
    tops = sorted([best, *rough], key=lambda found: -found[0])
    for _, near in tops[:_POLISHED]:
        end = _climb(y, np.maximum(near, 1e-7), m, s)
        best = max(best, end, key=lambda found: found[0])
    value, variances = _without_traces(y, best, m, s)
    return Structure(variances=variances, log_likelihood=value, states=m, slope=s)


def _ratios(slope: bool, season: bool) -> Floats:
    axes = [
        (1.0,),
        _LEVEL,
        *([_SLOPE] if slope else []),
        *([_SEASON] if season else []),
    ]
    return np.array(list(itertools.product(*axes)))


def _distinct(ratios: Floats, values: Floats) -> list[int]:
    """Return the best point of each value of each ratio but the first, once each."""
    chosen = {int(np.argmax(values))}
    for column in ratios.T[1 if ratios.shape[1] == 3 else 2 :]:
        for ratio in np.unique(column):
            here = np.where(column == ratio, values, -np.inf)
            chosen.add(int(np.argmax(here)))
    return sorted(chosen, key=lambda i: -values[i])


def _climb(
    y: Floats, begin: Floats, m: int, s: int, *, rough: bool = False
) -> tuple[float, Floats]:
    # Slopes take steps a thousand times smaller than levels: count in starts.
    unit = np.sqrt(begin)

    def loss(x: Floats) -> tuple[float, Floats]:
        value, derivative, _ = score(y, (unit * x) ** 2, m, s)
        if not np.isfinite(value):
            return 1e300, np.zeros_like(x)
        return -value, -2 * unit**2 * x * derivative

    found = minimize(
        loss,
        np.ones(len(begin)),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, None)] * len(begin),
        options={"ftol": 1e-6 if rough else 1e-12, "gtol": 1e-6, "maxiter": 200},
    )
    return -float(found.fun), np.asarray((unit * found.x) ** 2)


def _without_traces(
    y: Floats, best: tuple[float, Floats], m: int, s: int
) -> tuple[float, Floats]:
    """Set variances to zero where that costs no likelihood."""
    value, variances = best
    for j in np.argsort(variances):
        trial = variances.copy()
        trial[j] = 0.0
        if not trial[:2].any():
            continue
        without, _, _ = score(y, trial, m, s)
        if without >= value - _NOTHING * (1 + abs(value)):
            value, variances = max(value, without), trial
    return value, variances
