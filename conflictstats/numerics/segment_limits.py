"""The law of a break's date in the limit of a small break (Bai 1997)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, optimize, special

Floats = NDArray[np.float64]


def limit_critical(level: float) -> float:
    """Critical value of the date's likelihood ratio in the limit of a small break.

    Parameters
    ----------
    level : float
        Nominal coverage.

    Returns
    -------
    float
        -2 log(1 - sqrt(level)): to each side of the true date the log-likelihood is a
        Brownian motion with drift -1/2, whose supremum is standard exponential.

    References
    ----------
    Bai (1997), Review of Economics and Statistics 79, 551-563, section III, where the
    same process gives the law of the date itself.

    Examples
    --------
    >>> round(limit_critical(0.95), 2)
    7.35
    """
    return -2 * math.log1p(-math.sqrt(level))


def bai_interval(
    y: Floats,
    place: tuple[int, int, int],
    level: float,
    position: NDArray[np.int64] | None = None,
) -> tuple[int, int]:
    """Interval for the date of a break in the mean, with a variance on each side.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The series.
    place : (int, int, int)
        The break before, the break itself, the break after (periods before each).
    level : float
        Nominal coverage.
    position : ndarray of int, shape (n,), optional
        Period of each value of the stretch. With it, residuals that are significantly
        autocorrelated put the long-run variance in the place of the variance.

    Returns
    -------
    low, high : int
        Positions, rounded outwards; not cut at the neighbouring breaks.

    References
    ----------
    Bai (1997), Review of Economics and Statistics 79, 551-563, proposition 3.

    Examples
    --------
    >>> bai_interval(np.array([1.0, 2, 1, 2, 9, 8, 9, 8]), (0, 4, 8), 0.95)
    (3, 5)
    """
    left, k, right = place
    before, after = y[left:k], y[k:right]
    jump = abs(float(after.mean() - before.mean()))
    longer = 1.0
    if position is not None:
        residual = np.concatenate([before - before.mean(), after - after.mean()])
        longer = math.sqrt(_long_run_factor(residual, position))
    if jump == 0:
        # Equal means carry no date at all.
        return left, right
    # Moving the break by s periods costs jump^2 s / 2 and brings noise of jump sd
    # sqrt(s); the side before the break carries its own variance.
    ends = [
        _argmax_quantile(
            (1 - level) / 2,
            drift=jump**2 / 2,
            here=jump * longer * float(a.std()),
            there=jump * longer * float(b.std()),
        )
        for a, b in ((before, after), (after, before))
    ]
    return math.floor(k - ends[1]), math.ceil(k + ends[0])


def _long_run_factor(residual: Floats, position: NDArray[np.int64]) -> float:
    """Return the long-run variance over the variance, under AR(1); one if in doubt."""
    n, spread = residual.size, float(residual @ residual)
    pairs = np.diff(position) == 1
    if spread <= 0 or not pairs.any():
        return 1.0
    rho = float((residual[1:] * residual[:-1])[pairs].sum()) / spread
    # Found is what a one-sided test at 5 % finds.
    if rho * math.sqrt(pairs.sum()) < special.ndtri(0.95):
        return 1.0
    rho = min(rho + (1 + 4 * rho) / n, 0.9)
    return (1 + rho) / (1 - rho)


def _argmax_quantile(tail: float, drift: float, here: float, there: float) -> float:
    """How far the argmax lies on the side of `here` with probability `tail` at most.

    The process is here W(s) - drift s to one side and there W(s) - drift s to the
    other; the density of its argmax follows from the first-passage density of level m,
    the exponential law of both suprema, and integrating out m.
    """
    if here == 0:
        return 0.0
    rate = 2 * drift / here**2
    other = 2 * drift / there**2 if there > 0 else math.inf

    def density(s: float) -> float:
        spread = here * math.sqrt(s)
        a = s * (drift + other * here**2)
        meets = spread**2
        lost = 0.0
        if math.isfinite(other):
            # erfcx keeps the product of a huge exponential and a tiny tail finite.
            lost = meets - a * spread * math.sqrt(math.pi / 2) * float(
                special.erfcx(a / (spread * math.sqrt(2)))
            )
        b = s * drift
        free = meets - b * spread * math.sqrt(math.pi / 2) * float(
            special.erfcx(b / (spread * math.sqrt(2)))
        )
        scale = rate / (here * math.sqrt(2 * math.pi) * s * math.sqrt(s))
        return scale * math.exp(-(drift**2) * s / (2 * here**2)) * (free - lost)

    def beyond(x: float) -> float:
        # The square root takes the singularity at the break itself away.
        unit = here**2 / drift**2
        value, _ = integrate.quad(
            lambda v: density(x + unit * v * v) * 2 * unit * v, 0, 12, limit=200
        )
        return float(value)

    if beyond(0.0) <= tail:
        return 0.0
    high = here**2 / drift**2
    while beyond(high) > tail:
        high *= 2
    root: float = optimize.brentq(lambda x: beyond(x) - tail, 0.0, high)
    return root
