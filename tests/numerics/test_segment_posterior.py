"""The exact posterior of breaks, against enumeration."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, special

from conflictstats.numerics import segment_posterior
from conflictstats.numerics.segment_posterior import (
    RatePrior,
    count_segmentations,
    posterior,
)

HERE = Path(__file__).resolve().parents[1] / "golden" / "breaks"
COAL = np.loadtxt(HERE / "coal.csv", delimiter=",", skiprows=1)[:, 1]


def _log_marginal(y, e, prior):
    """log p(y) of one segment by numerical integration over its rate."""

    def likelihood(rate):
        if np.isinf(prior.size):
            return np.exp(
                np.sum(special.xlogy(y, rate * e) - rate * e - special.gammaln(y + 1))
            )
        k = prior.size * e
        p = prior.size / (prior.size + rate)
        return np.exp(
            np.sum(
                special.gammaln(y + k) - special.gammaln(k) - special.gammaln(y + 1)
                + k * np.log(p) + special.xlogy(y, 1 - p)
            )
        )  # fmt: skip

    a, b = prior.shape, prior.rate
    if np.isinf(prior.size):

        def density(x):
            return b**a * x ** (a - 1) * np.exp(-b * x) / special.gamma(a)

        return np.log(integrate.quad(lambda x: likelihood(x) * density(x), 0, 60)[0])
    alpha = prior.size * b + 1

    def integrand(p):
        weight = p ** (alpha - 1) * (1 - p) ** (a - 1) / special.beta(alpha, a)
        return likelihood(prior.size * (1 - p) / p) * weight

    return np.log(integrate.quad(integrand, 1e-12, 1 - 1e-12)[0])


@pytest.mark.golden
def test_one_break_in_coal_by_enumeration():
    # One break, uniform on 1..111; Gamma(a, rate b) for both rates; exact.
    for a, b in ((1.0, 1.0), (2.0, 0.5)):
        prior = RatePrior(shape=a, rate=b)

        def marginal(y, a=a, b=b):
            return (
                a * np.log(b) - special.gammaln(a) + special.gammaln(a + y.sum())
                - (a + y.sum()) * np.log(b + y.size) - special.gammaln(y + 1).sum()
            )  # fmt: skip

        joint = np.array(
            [marginal(COAL[:k]) + marginal(COAL[k:]) for k in range(1, 112)]
        )
        got = posterior(COAL, np.ones(112), prior, np.array([0.0, 1.0]))
        assert got.at == pytest.approx(
            np.exp(joint - special.logsumexp(joint)), abs=1e-12
        )
        evidence = special.logsumexp(joint) - np.log(111)
        assert got.log_evidence == pytest.approx(evidence, rel=1e-12)
        assert got.at.argmax() + 1 == 41
        assert got.number == pytest.approx([0, 1])


@pytest.mark.parametrize("size", [np.inf, 2.0])
@pytest.mark.parametrize("shortest", [1, 2])
def test_small_series_by_enumerating_everything(size, shortest):
    y, e = np.array([0.0, 3, 1, 7, 9, 2, 4]), np.array([1, 0.5, 1, 1, 2, 1, 1.0])
    prior = RatePrior(shape=1.3, rate=0.4, size=size)
    number = np.array([0.5, 0.3, 0.2])
    at, joint = np.zeros(6), np.zeros(3)
    for m in range(3):
        cuts = [
            c
            for c in itertools.combinations(range(1, 7), m)
            if np.diff([0, *c, 7]).min() >= shortest
        ]
        for cut in cuts:
            edges = [0, *cut, 7]
            parts = [
                _log_marginal(y[s:t], e[s:t], prior)
                for s, t in itertools.pairwise(edges)
            ]
            weight = number[m] / len(cuts) * np.exp(sum(parts))
            joint[m] += weight
            for c in cut:
                at[c - 1] += weight
    got = posterior(y, e, prior, number, shortest, least=1e-14)
    assert got.log_evidence == pytest.approx(np.log(joint.sum()), abs=1e-6)
    assert got.number == pytest.approx(joint / joint.sum(), abs=1e-6)
    assert got.at == pytest.approx(at / joint.sum(), abs=1e-6)
    # Every period lies in exactly one segment.
    cover = np.zeros(7)
    for s, t, w in zip(got.starts, got.ends, got.weight, strict=True):
        cover[s:t] += w
    assert cover == pytest.approx(np.ones(7))


def test_tables_change_nothing_and_a_large_size_is_poisson(monkeypatch):
    y, number = np.array([0.0, 3, 1, 7, 9, 2, 4]), np.ones(3) / 3
    prior = RatePrior(shape=1.3, rate=0.4)
    fast = posterior(y, np.ones(7), prior, number)
    monkeypatch.setattr(segment_posterior, "_tables", lambda *_: (np.empty(0),) * 2)
    slow = posterior(y, np.ones(7), prior, number)
    assert fast.at == pytest.approx(slow.at)
    near = posterior(y, np.ones(7), RatePrior(shape=1.3, rate=0.4, size=1e7), number)
    assert near.at == pytest.approx(fast.at, abs=1e-5)


def test_breaks_that_do_not_fit_have_no_probability():
    got = posterior(
        np.array([1.0, 5, 2]), np.ones(3), RatePrior(shape=1, rate=1), np.ones(6) / 6, 2
    )
    assert got.number[1:] == pytest.approx(np.zeros(5))
    ways = np.exp(count_segmentations(7, 2, 4))
    for m in range(5):
        by_hand = sum(
            np.diff([0, *c, 7]).min() >= 2
            for c in itertools.combinations(range(1, 7), m)
        )
        assert ways[m] == pytest.approx(by_hand)


@pytest.mark.slow
def test_five_thousand_days_in_seconds():
    import time

    rng = np.random.default_rng(31)
    y = rng.poisson(np.repeat([3.0, 8.0, 5.0, 9.0, 2.0], 1000)).astype(float)
    start = time.process_time()
    got = posterior(y, np.ones(5000), RatePrior(shape=1, rate=0.2), np.ones(11) / 11)
    assert time.process_time() - start < 20
    assert got.number.argmax() == 4
