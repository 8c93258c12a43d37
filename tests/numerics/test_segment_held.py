"""One break with a value held: against a general optimiser, and by hand."""

import math

import numpy as np
import pytest
from scipy import optimize, stats

from conflictstats.numerics.segment_held import (
    FARTHEST,
    free_cost,
    held_cost,
    held_statistic,
    outermost,
)

KINDS = {"ratio": 0, "before": 1, "after": 2}


def sums(y, e):
    square = y * y / e
    return tuple(np.concatenate([[0.0], np.cumsum(x)]) for x in (y, e, square))


def neg2ll(y, e, rate, r):
    if math.isinf(r):
        return -2 * stats.poisson.logpmf(y, rate * e).sum()
    return -2 * stats.nbinom.logpmf(y, r * e, r / (r + rate)).sum()


def by_optimiser(y, e, k, r, kind, value):
    """Least -2 log-likelihood over what is not held, break after k periods."""

    def cost(log_rate):
        m = math.exp(log_rate)
        before, after = {0: (m, m * value), 1: (value, m), 2: (m, value)}[kind]
        return neg2ll(y[:k], e[:k], before, r) + neg2ll(y[k:], e[k:], after, r)

    return optimize.minimize_scalar(
        cost, bounds=(-8, 8), method="bounded", options={"xatol": 1e-10}
    ).fun


@pytest.mark.parametrize("r", [math.inf, 1.7])
@pytest.mark.parametrize("kind", KINDS.values())
def test_held_likelihood_is_the_best_that_is_left(kind, r):
    rng = np.random.default_rng(1)
    y = rng.poisson(np.repeat([3.0, 8.0], 7)).astype(float)
    e = rng.uniform(0.5, 1.5, 14)
    total, expo, square = sums(y, e)
    free, _, _ = free_cost(total, expo, square, r, 3)
    held, k, before, after = held_cost(kind, 0.8, total, expo, r, 3)
    every = [by_optimiser(y, e, j, r, kind, 0.8) for j in range(3, 12)]
    assert k == 3 + int(np.argmin(every))
    best = min(
        neg2ll(y[:j], e[:j], y[:j].sum() / e[:j].sum(), r)
        + neg2ll(y[j:], e[j:], y[j:].sum() / e[j:].sum(), r)
        for j in range(3, 12)
    )
    assert held - free == pytest.approx(min(every) - best, abs=1e-6)
    got = neg2ll(y[:k], e[:k], before, r) + neg2ll(y[k:], e[k:], after, r)
    assert got == pytest.approx(min(every), abs=1e-6)


def test_the_estimate_itself_loses_nothing():
    y = np.array([1.0, 0, 2, 1, 9, 8, 9, 10])
    total, expo, square = sums(y, np.ones(8))
    free, at, dispersion = free_cost(total, expo, square, math.inf, 2)
    assert at == 4
    assert dispersion == 1.0
    assert held_cost(3, 4.0, total, expo, math.inf, 2)[0] == pytest.approx(free)
    assert held_cost(0, 9.0, total, expo, math.inf, 2)[0] == pytest.approx(free)
    assert held_statistic(1, 1.0, total, expo, square, math.inf, 2) == pytest.approx(0)


def test_dispersion_by_hand():
    y = np.array([0.0, 4, 0, 4, 20, 40, 20, 40])
    total, expo, square = sums(y, np.ones(8))
    _, at, dispersion = free_cost(total, expo, square, math.inf, 2)
    assert at == 4
    assert dispersion == pytest.approx((4 * 4 / 2 + 4 * 100 / 30) / 6)


def test_silence_costs_nothing_and_excludes_no_small_rate():
    y = np.array([0.0, 0, 0, 5, 6, 4])
    total, expo, square = sums(y, np.ones(6))
    free, at, _ = free_cost(total, expo, square, 2.0, 2)
    assert at == 3
    # However small the rate before, silence agrees with it better and better.
    stretch = (total, expo, 2.0, 2)
    assert outermost(1, math.log(0.1), -1.0, free + 3, stretch) == FARTHEST
    reach = outermost(1, math.log(0.1), 1.0, free + 3, stretch)
    value = math.exp(math.log(0.1) + reach)
    assert held_cost(1, value, total, expo, 2.0, 2)[0] == pytest.approx(
        free + 3, abs=0.01
    )
    assert held_cost(0, 2.0, total * 0, expo, 2.0, 2)[0] == 0.0
    assert math.isinf(held_cost(2, 0.0, total, expo, math.inf, 2)[0])
