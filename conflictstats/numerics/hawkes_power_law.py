"""Power-law excitation as a sum of exponentials with a stated error bound.

The Lomax kernel g(x) = (p-1)/c (1 + x/c)^-p is a Gamma mixture of exponentials. The
trapezoid rule on the log of the decay turns the mixture into a sum whose *decays do
not depend on the parameters*, so the O(n) recursions over the past run once a fit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import special

from conflictstats.numerics.hawkes_events import PointHistory
from conflictstats.numerics.hawkes_exponential import Excitation
from conflictstats.numerics.hawkes_sums import mix_rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Spacing of the log decays. The error of the rule falls as exp(-pi^2 / STEP).
STEP = 0.35
# Mass of decays slower than SLOWEST / window, relative, that is left out.
SLOWEST = 1e-7
# exp(-FASTEST) is the weight of the first decay beyond the largest.
FASTEST = 36.0


class PowerLawBank(NamedTuple):
    """Sums over the past at fixed decays.

    Attributes
    ----------
    decays : ndarray, shape (M,)
        Log-spaced decays.
    sums : ndarray, shape (K, M, n)
        sum_{t_j < t_i} exp(-decay_m (t_i - t_j)) over events of each stream.
    """

    decays: Floats
    sums: Floats


def bank_decays(duration: float, shortest: float) -> Floats:
    """Decays that serve every c >= `shortest` on a history of length `duration`.

    Parameters
    ----------
    duration : float
        Longest lag between two events.
    shortest : float
        Least c that will be asked for.

    Returns
    -------
    ndarray, shape (M,)
        Ascending decays, a factor exp(STEP) apart.
    """
    low = np.log(SLOWEST / (duration + shortest))
    high = np.log(FASTEST / shortest)
    return np.asarray(
        np.exp(low + STEP * np.arange(int(np.ceil((high - low) / STEP)) + 1))
    )


def lomax_weights(log_c: float, log_excess: float, decays: Floats) -> Floats:
    """Weights of the exponentials and their derivatives.

    Parameters
    ----------
    log_c, log_excess : float
        log c and log(p - 1).
    decays : ndarray, shape (M,)
        Decays of the bank.

    Returns
    -------
    ndarray, shape (6, M)
        Weight, d/dlog c, d/dlog(p-1), d2/dlog c2, d2/dlog c dlog(p-1),
        d2/dlog(p-1)2 of W_m in g(x) = sum_m W_m exp(-decay_m x).
    """
    excess = np.exp(log_excess)
    p = 1.0 + excess
    y = np.exp(log_c) * decays
    log_y = log_c + np.log(decays)
    w = np.exp(np.log(STEP) + log_excess - log_c + p * log_y - y - special.gammaln(p))
    by_c = p - 1.0 - y
    by_p = 1.0 + excess * (log_y - special.digamma(p))
    curve = excess * (log_y - special.digamma(p)) - excess**2 * special.polygamma(1, p)
    return np.stack(
        [
            w,
            w * by_c,
            w * by_p,
            w * (by_c**2 - y),
            w * (by_c * by_p + excess),
            w * (by_p**2 + curve),
        ]
    )


def relative_error(
    log_c: float, log_excess: float, decays: Floats, duration: float
) -> float:
    """Upper bound of the kernel's relative error on lags from 0 to `duration`.

    Sum of the trapezoid rule's aliases |Gamma(p + 2 pi i k / h)| / Gamma(p), and of
    the tails of the mixture beyond the slowest and the fastest decay.
    """
    p = 1.0 + np.exp(log_excess)
    k = np.arange(1, 9)
    alias = np.exp(
        special.loggamma(p + 2j * np.pi * k / STEP).real - special.gammaln(p)
    ).sum()
    c = np.exp(log_c)
    # The first decays left out stand half a step beyond the ends of the sum.
    low = decays[0] * np.exp(-STEP / 2) * (c + duration)
    slow = np.exp(p * np.log(low) - special.gammaln(p + 1.0))
    fast = special.gammaincc(p, c * decays[-1] * np.exp(STEP / 2))
    return float(2.0 * alias + slow + fast)


def power_law_bank(history: PointHistory, shortest: float) -> PowerLawBank:
    """Run the recursions of all decays over the past, O(n K M) time and memory."""
    span = history.end - history.first
    decays = bank_decays(span, shortest)
    return PowerLawBank(
        decays, decayed_bank(history, np.ones(history.times.size), decays)
    )


@njit(cache=True)
def _fill_bank(
    gap: Floats, kappa: Floats, code: Ints, decays: Floats, out: Floats
) -> None:
    k, _, n = out.shape
    state, waiting = np.zeros(k), np.zeros(k)
    for m in range(decays.size):
        state[:] = 0.0
        waiting[:] = 0.0
        for i in range(n):
            if gap[i] > 0.0:
                e = np.exp(-decays[m] * gap[i])
                for s in range(k):
                    state[s] = e * (state[s] + waiting[s])
                    waiting[s] = 0.0
            for s in range(k):
                out[s, m, i] = state[s]
            waiting[code[i]] += kappa[i]


def decayed_bank(history: PointHistory, kappa: Floats, decays: Floats) -> Floats:
    """Sum k_j exp(-decay_m (t_i - t_j)) over past events, shape (K, M, n)."""
    out = np.empty((history.n_streams, decays.size, history.times.size))
    _fill_bank(history.gap, kappa, history.code, decays, out)
    return out


def weighted_banks(
    history: PointHistory,
    bank: PowerLawBank,
    weights: tuple[Floats, Floats, Floats] | None,
) -> list[Floats]:
    """Return the bank's sums, or those of the mark weights and two derivatives."""
    if weights is None:
        return [bank.sums]
    return [decayed_bank(history, k, bank.decays) for k in weights]


def lomax_mass(age: Floats, kappa: Floats, log_c: float, log_excess: float) -> Floats:
    """Sum of k_j G(age_j) with derivatives, in the order of `lomax_weights`.

    G(x) = 1 - (1 + x/c)^(1-p) exactly, no approximation.
    """
    excess = np.exp(log_excess)
    ratio = age / np.exp(log_c)
    log_one = np.log1p(ratio)
    left = kappa * np.exp(-excess * log_one)
    share = ratio / (1.0 + ratio)
    # d log(1 + x/c) / d log c = -share, and d share / d log c = -share (1 - share).
    by_c = excess * share
    by_p = -excess * log_one
    return np.array(
        [
            np.sum(kappa - left),
            -np.sum(left * by_c),
            -np.sum(left * by_p),
            -np.sum(left * (by_c**2 - excess * share * (1.0 - share))),
            -np.sum(left * (by_c * by_p + by_c)),
            -np.sum(left * (by_p**2 + by_p)),
        ]
    )


def _window_mass(
    history: PointHistory, kappa: Floats, source: int, own: Floats
) -> Floats:
    mine = history.code == source
    times, weight = history.times[mine], kappa[mine]
    mass = np.zeros(6)
    for start, end in history.windows:
        for edge, sign in ((end, 1.0), (start, -1.0)):
            before = times < edge
            if before.any():
                age = edge - times[before]
                mass = mass + sign * lomax_mass(age, weight[before], own[0], own[1])
    return mass


def _triangle(six: Floats) -> tuple[Floats, Floats, Floats]:
    """Split (6, ...) into value, gradient (2, ...) and Hessian (2, 2, ...)."""
    second = np.stack([np.stack([six[3], six[4]]), np.stack([six[4], six[5]])])
    return six[0], six[1:3], second


def power_law_excitation(
    history: PointHistory,
    sources: Ints,
    own: Floats,
    decays: Floats,
    banks: list[Floats],
    weights: tuple[Floats, Floats, Floats] | None,
) -> Excitation:
    """Excitation of the Lomax kernel from a bank of fixed decays.

    Parameters
    ----------
    history : PointHistory
        All events.
    sources : ndarray of int, shape (S,)
        Streams that excite with this kernel.
    own : ndarray, shape (2,)
        log c and log(p - 1).
    decays : ndarray, shape (M,)
        Decays of the bank.
    banks : list of ndarray, shape (K, M, n)
        From `weighted_banks`.
    weights : tuple of ndarray, shape (n,), optional
        Mark weights and two derivatives.

    Returns
    -------
    Excitation
        By (log c, log(p-1)) or, with marks, (log c, log(p-1), delta).

    References
    ----------
    Hardiman, S., Bercot, N., Bouchaud, J.-P. (2013). Critical reflexivity in
    financial markets. European Physical Journal B 86, 442.
    """
    w = lomax_weights(own[0], own[1], decays)
    sets = [np.ones(history.times.size)] if weights is None else list(weights)
    parts = []
    for k, sums in zip(sets, banks, strict=True):
        values = np.stack([mix_rows(w, sums[s]) for s in sources], axis=1)
        mass = np.stack(
            [_window_mass(history, k, int(s), own) for s in sources], axis=1
        )
        parts.append((_triangle(values), _triangle(mass)))
    if weights is None:
        return Excitation(*parts[0][0], *parts[0][1])
    joined = [_with_marks([part[i] for part in parts]) for i in (0, 1)]
    return Excitation(*joined[0], *joined[1])


def _with_marks(
    parts: list[tuple[Floats, Floats, Floats]],
) -> tuple[Floats, Floats, Floats]:
    """Border the kernel's derivatives with those by delta."""
    (value, first, second), (d_value, d_first, _), (dd_value, _, _) = parts
    right = np.concatenate([second, d_first[:, None]], axis=1)
    below = np.concatenate([d_first, dd_value[None]])[None]
    return value, np.concatenate([first, d_value[None]]), np.concatenate([right, below])
