"""The size profiled outside the search, and the criteria of a path."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from conflictstats.numerics.segment_size import (
    best_size,
    describe,
    paths,
    prepare,
    pruned_paths,
)

HERE = Path(__file__).resolve().parents[1] / "golden" / "breaks"
EXPECTED = json.loads((HERE / "expected.json").read_text())
COAL = np.loadtxt(HERE / "coal.csv", delimiter=",", skiprows=1)[:, 1]
NILE = np.loadtxt(HERE.parent / "monotone" / "nile.csv", delimiter=",", skiprows=1)


@pytest.mark.golden
def test_bic_of_every_number_of_breaks():
    want = EXPECTED["segmentation_exact_coal"]["value"]
    got = paths(prepare(COAL, None, "poisson", 5), 5)
    for one, row in zip(got, want["poisson"], strict=True):
        assert one.criteria("poisson")["bic"] == pytest.approx(row["BIC"], rel=1e-9)
    got = paths(prepare(COAL, None, "nb", 5), 3)
    for one, row in zip(got, want["negbin_common_size_grid"], strict=True):
        # The published grid of sizes is coarse and ends at 1,000.
        assert list(one.breaks) == row["breaks"]
        assert one.neg2ll <= row["neg2ll"]
        assert one.neg2ll == pytest.approx(row["neg2ll"], abs=0.04)
    nile = paths(prepare(NILE[:, 1], None, "gaussian", 15), 5)
    bic = [one.criteria("gaussian")["bic"] for one in nile]
    assert bic == pytest.approx(EXPECTED["bp_Nile"]["value"]["BIC"], rel=1e-9)


@pytest.mark.golden
def test_modified_bic_chooses_1891():
    got = paths(prepare(COAL, None, "poisson", 2), 6)
    chosen = min(got, key=lambda one: one.criteria("poisson")["mbic"])
    assert chosen.breaks == (EXPECTED["cpt_coal_pelt"]["value"]["MBIC"]["cpts"],)
    one = got[1].criteria("poisson")["mbic"]
    by_hand = got[1].neg2ll + 3 * math.log(112)
    assert one == pytest.approx(by_hand + math.log(41 / 112) + math.log(71 / 112))


def _loglik(y, e, edges, size):
    total = 0.0
    for a, b in itertools.pairwise(edges):
        rate = y[a:b].sum() / e[a:b].sum()
        k = size * e[a:b]
        total += stats.nbinom.logpmf(y[a:b], k, k / (k + rate * e[a:b])).sum()
    return total


@pytest.mark.parametrize("even", [True, False])
def test_size_maximises_the_likelihood(even):
    rng = np.random.default_rng(11)
    e = np.ones(80) if even else rng.uniform(0.3, 2, 80)
    e /= e.mean()
    y = rng.poisson(rng.gamma(1.5 * e, 4 / 1.5)).astype(float)
    y[40:] += rng.poisson(5, 40)
    got = best_size(y, e, np.array([40, 80]))
    want = optimize.minimize_scalar(
        lambda x: -_loglik(y, e, [0, 40, 80], math.exp(x)),
        bounds=(-5, 8),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert got == pytest.approx(math.exp(want.x), rel=1e-4)
    fit = describe(prepare(y, None if even else e, "nb", 2), (40,), None)
    assert fit.neg2ll == pytest.approx(2 * want.fun, rel=1e-9)
    assert fit.size == pytest.approx(got)


def test_no_overdispersion_means_no_size():
    assert math.isinf(best_size(np.full(9, 3.0), np.ones(9), np.array([9])))
    assert math.isinf(best_size(np.zeros(9), np.ones(9), np.array([9])))


def test_a_fixed_size_is_kept_and_the_likelihood_never_falls():
    rng = np.random.default_rng(12)
    y = rng.poisson(rng.gamma(2, 3, 60)).astype(float)
    for size in (None, 2.0):
        got = paths(prepare(y, None, "nb", 3), 6, size)
        losses = [one.neg2ll for one in got]
        assert all(b <= a + 1e-7 for a, b in itertools.pairwise(losses))
        if size is not None:
            assert {one.size for one in got} == {2.0}


def test_gaussian_without_noise_stays_finite():
    y = np.repeat([2.0, 7.0], 10)
    got = paths(prepare(y, None, "gaussian", 2), 2)
    assert got[1].breaks == (10,)
    assert all(math.isfinite(one.neg2ll) for one in got)
    assert math.isfinite(
        describe(prepare(np.full(9, 4.0), None, "gaussian", 2), (), None).neg2ll
    )


def test_pruned_paths_find_what_dynamic_programming_finds():
    rng = np.random.default_rng(13)
    rate = np.repeat([3.0, 9.0, 2.0, 6.0], 150)
    y = rng.poisson(rng.gamma(3, rate / 3)).astype(float)
    series = prepare(y, None, "nb", 5)
    bic = 2 * math.log(y.size)
    whole = paths(series, 8)
    best = min(whole, key=lambda one: one.criteria("nb")["bic"])
    for size in (None, best.size):
        got = pruned_paths(series, (bic, bic, 40 * bic), size)
        chosen = min(got, key=lambda one: one.criteria("nb")["bic"])
        assert chosen.breaks == best.breaks
    plain = pruned_paths(prepare(y, None, "poisson", 5), (bic, bic, 40 * bic))
    # Measured: the Poisson cost takes the noise for breaks.
    assert max(len(one.breaks) for one in plain) > 2 * len(best.breaks)


def test_exposure_scales_the_rate_and_nothing_else():
    rng = np.random.default_rng(14)
    e = rng.uniform(0.5, 2.0, 50)
    y = rng.poisson(4 * e).astype(float)
    one = paths(prepare(y, e, "nb", 3), 3)
    ten = paths(prepare(y, e * 10, "nb", 3), 3)
    assert [a.breaks for a in one] == [b.breaks for b in ten]
    assert one[2].neg2ll == pytest.approx(ten[2].neg2ll)
