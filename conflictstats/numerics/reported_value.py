"""The reported-value-inflated Gumbel distribution of the dead behind a UCDP count.

Fitted by its authors to a survey of UCDP coders: with probability w the truth is the
reported value f itself, otherwise it follows a Gumbel distribution whose location and
scale grow with f.

References
----------
P. Vesco et al. (2026). The Underreported Death Toll of Wars. Journal of Conflict
Resolution. doi:10.1177/00220027261423826 (the coefficients are those published there).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TYPES = ("state_based", "non_state", "one_sided")
EULER = 0.5772156649015329

# Reported values that the survey treated by themselves.
HEAPS = np.array([2, 3, 13, 20, 24, 40, 101, 200, 1001, 2000])
# Rows: state-based, non-state, one-sided. Columns: intercept, slope on log(1 + f).
LOC = np.array(
    [
        [0.609209705463731, 0.932450719221916],
        [0.574717973869066, 0.936051463495911],
        [0.539809700029204, 0.939832604135672],
    ]
)
SCALE = np.array(
    [
        [-0.304428907154639, 0.822638765367933],
        [-0.70219392325404, 0.855330534102448],
        [-0.7619699052873, 0.870641244790508],
    ]
)
WEIGHT = np.array(
    [
        [-0.0856951769966267, -0.052737043539472],
        [-0.341282186310682, -0.0300607659031123],
        [-0.341404539805514, -0.0180615089621999],
    ]
)
# Added to the linear predictor where f is the heap of that column.
LOC_HEAPS = np.array(
    [
        *(0.0807676387, -0.2465218463, -0.4411162511, -0.3916634175, -0.480401356),
        *(-0.3020014151, -0.2353835376, -0.2122711522, -0.0431074605, -0.075864597),
        *(-0.0351862075, -0.2767191924, -0.3965099429, -0.3675151134, -0.49425552),
        *(-0.2697696777, -0.2340665823, -0.2351382061, -0.0387472005, -0.0103058541),
        *(0.0183628328, -0.148196486, -0.3731061674, -0.3171628361, -0.425478993),
        *(-0.2706146657, -0.221561333, -0.1894212453, -0.0731725951, -0.0243949992),
    ]
).reshape(3, 10)
SCALE_HEAPS = np.array(
    [
        *(0.1151186592, -0.2492937184, -0.4906063214, -1.2287748758, -1.6782584282),
        *(-1.2651728856, -0.9146726036, -0.7337064143, -0.1956744307, 0.1645689096),
        *(0.1184858513, -0.0646938277, -0.5181350107, -1.5365779296, -1.7224939072),
        *(-1.3373959214, -0.9124267927, -0.8663911456, -0.6830052876, 0.3305110871),
        *(0.0302828861, -0.047465028, -0.379327205, -1.5307919864, -1.7489161394),
        *(-1.2231296694, -0.8740751529, -0.5752035348, -0.2830514112, 0.2305915023),
    ]
).reshape(3, 10)
WEIGHT_HEAPS = np.array(
    [
        *(0.4203709028, -0.2594245794, 0.3268178712, -0.1346999747, -0.7323700981),
        *(-0.1410938247, -0.0722457774, -0.0217663339, -0.0131401037, -0.0431660062),
        *(0.7892620743, 0.3424462814, 0.1861378153, -0.2778222709, -0.6655420829),
        *(-0.0317247576, 0.1782639239, 0.0227553071, 0.1175029254, -0.0874696642),
        *(0.5200612549, 0.2717355802, 0.2996266696, -0.3202279448, -0.7399890511),
        *(-0.0877841684, -0.0280023138, 0.029104181, 0.0171546129, 0.0322767007),
    ]
).reshape(3, 10)


@dataclass(frozen=True)
class ReportedValue:
    """Parameters of the distribution for each reported value.

    Parameters
    ----------
    reported, loc, scale, weight : float arrays of shape (n,)
        f, the Gumbel's location and scale in deaths, and the probability of f itself.
    """

    reported: Floats
    loc: Floats
    scale: Floats
    weight: Floats


def describe_reported(
    reported: Floats, violence: Ints, *, heaps: bool
) -> ReportedValue:
    """Return the distribution's parameters for reported values.

    Parameters
    ----------
    reported : float array of shape (n,)
        Reported best counts, not negative.
    violence : int array of shape (n,)
        0 state-based, 1 non-state, 2 one-sided.
    heaps : bool
        With the survey's ten single values (the published model), or without them, so
        that a higher report always means a higher distribution.

    Returns
    -------
    ReportedValue
    """
    size = np.log1p(reported)
    at_heap = (reported[:, None] == HEAPS[None, :]) if heaps else None

    def predict(line: Floats, extra: Floats) -> Floats:
        out = line[violence, 0] + line[violence, 1] * size
        if at_heap is not None:
            out = out + (extra[violence] * at_heap).sum(axis=1)
        return np.asarray(out)

    return ReportedValue(
        reported,
        np.expm1(predict(LOC, LOC_HEAPS)),
        np.exp(predict(SCALE, SCALE_HEAPS)),
        expit(predict(WEIGHT, WEIGHT_HEAPS)),
    )


def reported_mean(shape: ReportedValue) -> Floats:
    """Return the mean of each distribution, shape (n,)."""
    gumbel = shape.loc + EULER * shape.scale
    return (1 - shape.weight) * gumbel + shape.weight * shape.reported


def _gumbel(shape: ReportedValue, x: Floats) -> Floats:
    return np.asarray(np.exp(-np.exp(-(x - shape.loc) / shape.scale)))


def reported_cdf(shape: ReportedValue, x: Floats, *, below: bool = False) -> Floats:
    """Return P(X <= x), or P(X < x) with `below`, shape (n,)."""
    atom = (x > shape.reported) if below else (x >= shape.reported)
    return (1 - shape.weight) * _gumbel(shape, x) + shape.weight * atom


def reported_quantile(shape: ReportedValue, p: Floats) -> Floats:
    """Return the p-quantile of each distribution.

    Parameters
    ----------
    shape : ReportedValue
        n distributions.
    p : float array of shape (..., n)
        Probabilities in (0, 1).

    Returns
    -------
    float array of shape (..., n)
    """
    start = (1 - shape.weight) * _gumbel(shape, shape.reported)
    at_report = (p >= start) & (p <= start + shape.weight)
    above = p > start + shape.weight
    inner = (p - np.where(above, shape.weight, 0.0)) / (1 - shape.weight)
    # At the report itself the value of `inner` is never used.
    inner = np.clip(np.where(at_report, 0.5, inner), 1e-300, 1 - 1e-16)
    drawn = shape.loc - shape.scale * np.log(-np.log(inner))
    return np.where(at_report, shape.reported, drawn)
