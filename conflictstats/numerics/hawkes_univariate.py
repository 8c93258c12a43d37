"""One stream, one decay, constant background: the likelihood in a single pass.

The case of the textbooks and of a million events; the general likelihood gives the
same numbers but writes several arrays an evaluation.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from conflictstats.numerics.hawkes_events import PointHistory
from conflictstats.numerics.hawkes_exponential import spent_mass

Floats = NDArray[np.float64]


@njit(cache=True)
def _accumulate(
    x: Floats, decay: Floats, first: int, mu: float, n: float, beta: float, out: Floats
) -> None:
    """Sum the log intensity and its derivatives over the events."""
    u = v = w = waiting = 0.0
    log_sum, product = 0.0, 1.0
    g_mu = g_n = g_b = h_mm = h_mn = h_mb = h_nn = h_nb = h_bb = 0.0
    for i in range(x.size):
        step = x[i]
        if step > 0.0:
            base = u + waiting
            e = decay[i]
            w = e * (w - 2.0 * step * v + step * step * base)
            v = e * (v - step * base)
            u = e * base
            waiting = 0.0
        waiting += beta
        if i < first:
            continue
        slope = u + v
        intensity = mu + n * u
        rho = 1.0 / intensity
        # One logarithm serves many events: the product is kept within range.
        product *= intensity
        if product > 1e150 or product < 1e-150:
            log_sum += np.log(product)
            product = 1.0
        s_m, s_n, s_b = mu * rho, u * rho, n * slope * rho
        g_mu += s_m
        g_n += s_n
        g_b += s_b
        h_mm += s_m - s_m * s_m
        h_mn -= s_m * s_n
        h_mb -= s_m * s_b
        h_nn -= s_n * s_n
        h_nb += slope * rho - s_n * s_b
        h_bb += n * (u + 3.0 * v + w) * rho - s_b * s_b
    out[:4] = log_sum + np.log(product), g_mu, g_n, g_b
    out[4:] = h_mm, h_mn, h_mb, h_nn, h_nb, h_bb


class UnivariateObjective:
    """Log-likelihood of (log mu, n, log beta) for one stream.

    Parameters
    ----------
    history : PointHistory
        One stream of events without marks.

    References
    ----------
    Ozaki, T. (1979). Maximum likelihood estimation of Hawkes' self-exciting point
    processes. Annals of the Institute of Statistical Mathematics 31, 145-155.
    """

    def __init__(self, history: PointHistory) -> None:
        self.history = history
        self.first = int(np.searchsorted(history.times, history.start))
        self.age = history.end - history.times
        self.weight = np.ones(history.times.size)
        self._x, self._decay = np.empty_like(self.age), np.empty_like(self.age)

    def __call__(self, theta: Floats) -> tuple[float, Floats, Floats]:
        """Log-likelihood, gradient (3,) and Hessian (3, 3)."""
        mu, n, beta = float(np.exp(theta[0])), float(theta[1]), float(np.exp(theta[2]))
        np.multiply(self.history.gap, beta, out=self._x)
        np.exp(np.negative(self._x, out=self._decay), out=self._decay)
        s = np.empty(10)
        _accumulate(self._x, self._decay, self.first, mu, n, beta, s)
        mass = spent_mass(self.age, self.weight, beta)
        if self.first:
            early = self.history.start - self.history.times[: self.first]
            mass = mass - spent_mass(early, self.weight[: self.first], beta)
        background = mu * self.history.duration
        value = float(s[0]) - background - n * float(mass[0])
        gradient = np.array([s[1] - background, s[2] - mass[0], s[3] - n * mass[1]])
        cross = s[8] - mass[1]
        hessian = np.array(
            [
                [s[4] - background, s[5], s[6]],
                [s[5], s[7], cross],
                [s[6], cross, s[9] - n * mass[2]],
            ]
        )
        return value, gradient, hessian
