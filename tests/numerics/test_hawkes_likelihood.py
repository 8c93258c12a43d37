import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate

from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_likelihood import (
    HawkesObjective,
    HawkesShape,
    kernel_groups,
)
from conflictstats.numerics.hawkes_power_law import power_law_bank
from conflictstats.numerics.hawkes_residuals import compensators
from conflictstats.numerics.point_baselines import PointBaseline
from tests.shared import shared_path

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden/escalation/expected.json").read_text()
)


def events(n=60, streams=2, marks=True):
    rng = np.random.default_rng(5)
    return merge_history(
        rng.uniform(0, 30, n),
        rng.integers(streams, size=n),
        (3.0, 30.0),
        streams,
        rng.gamma(1.0, 5.0, n) if marks else None,
    )


def theta_of(shape):
    rng = np.random.default_rng(6)
    theta = rng.normal(size=shape.size) * 0.2
    theta[shape.branching()] = rng.uniform(0.1, 0.4, size=(shape.n_streams,) * 2)
    return theta


def direct(shape, history, theta):
    """The same log-likelihood by double sums and quadrature, no recursion."""
    delta = theta[-1] if shape.marked else 0.0
    kappa = np.empty(history.times.size)
    for s in range(shape.n_streams):
        own = history.code == s
        raw = np.exp(delta * history.severity[own])
        kappa[own] = raw / raw.mean()
    n = theta[shape.branching()]

    def kernel(x, a, b):
        own = np.exp(theta[shape.kernel_places(shape.groups[a, b])])
        if shape.kernel == "exponential":
            return own[0] * np.exp(-own[0] * x)
        return own[1] / own[0] * (1 + x / own[0]) ** (-1 - own[1])

    def intensity(t, a):
        from conflictstats.numerics.point_baselines import baseline_rate

        mu = baseline_rate(shape.baseline, theta[shape.background(a)], np.array([t]))[0]
        past = np.flatnonzero(history.times < t)
        return mu + sum(
            n[a, history.code[j]]
            * kappa[j]
            * kernel(t - history.times[j], a, history.code[j])
            for j in past
        )

    total = 0.0
    cuts = np.unique(np.concatenate([[history.start, history.end], history.times]))
    cuts = cuts[cuts >= history.start]
    for a in range(shape.n_streams):
        own = history.times[(history.code == a) & history.observed]
        total += sum(np.log(intensity(t, a)) for t in own)
        for low, high in itertools.pairwise(cuts):
            total -= integrate.fixed_quad(
                lambda ts, a=a: np.array([intensity(t, a) for t in ts]), low, high, n=8
            )[0]
    return total


@pytest.mark.parametrize("kernel", ["exponential", "power_law"])
def test_the_likelihood_is_the_log_intensity_less_its_integral(kernel):
    history = events(25)
    base = PointBaseline("trend", 3.0, 30.0)
    shape = HawkesShape(2, base, kernel_groups(2, "target"), kernel, marked=True)
    bank = power_law_bank(history, 0.1) if kernel == "power_law" else None
    theta = theta_of(shape)
    value = HawkesObjective(shape, history, bank)(theta)[0]
    assert np.isclose(value, direct(shape, history, theta), atol=1e-5)


@pytest.mark.parametrize("kernel", ["exponential", "power_law"])
@pytest.mark.parametrize("decay", ["shared", "target", "pair"])
@pytest.mark.parametrize("marked", [True, False])
def test_gradient_and_hessian_are_the_derivatives(kernel, decay, marked):
    history = events(marks=marked)
    base = PointBaseline("spline", 3.0, 30.0, (10.0,), period=7.0)
    shape = HawkesShape(2, base, kernel_groups(2, decay), kernel, marked)
    bank = power_law_bank(history, 0.1) if kernel == "power_law" else None
    objective, theta = HawkesObjective(shape, history, bank), theta_of(shape)
    _, gradient, hessian = objective(theta)
    steps = 1e-5 * np.eye(shape.size)
    pairs = [(objective(theta + s), objective(theta - s)) for s in steps]
    slope = np.array([(a[0] - b[0]) / 2e-5 for a, b in pairs])
    curve = np.array([(a[1] - b[1]) / 2e-5 for a, b in pairs])
    assert np.allclose(slope, gradient, atol=1e-6 * np.abs(gradient).max())
    assert np.allclose(curve, hessian, atol=1e-6 * np.abs(hessian).max())


def test_one_stream_in_one_pass_agrees_with_the_general_form():
    history = events(streams=1, marks=False)
    shape = HawkesShape(
        1, PointBaseline("constant", 3.0, 30.0), kernel_groups(1, "shared")
    )
    objective = HawkesObjective(shape, history)
    theta = np.array([-0.3, 0.4, 0.5])
    quick = objective(theta)
    objective.quick = None
    for one, other in zip(quick, objective(theta), strict=True):
        assert np.allclose(one, other, rtol=1e-12, atol=1e-9)


def test_intensities_split_into_background_and_sources():
    history = events()
    shape = HawkesShape(
        2, PointBaseline("constant", 3.0, 30.0), kernel_groups(2, "pair")
    )
    theta = theta_of(shape)
    parts = HawkesObjective(shape, history).intensities(theta)
    assert [mu.size for mu, _ in parts] == history.counts.tolist()
    assert np.allclose(parts[0][0], np.exp(theta[0]))
    plain = HawkesObjective(shape, history, excited=False)
    assert not plain.intensities(theta)[1][1].any()
    expected = history.counts @ theta[:2] - 27.0 * np.exp(theta[:2]).sum()
    assert np.isclose(plain(theta)[0], expected)


@pytest.mark.parametrize("kernel", ["exponential", "power_law"])
def test_a_gap_is_a_stretch_that_nobody_watched(kernel):
    """The likelihood with a gap is the whole one without the gap's compensator."""
    times = np.array([1.0, 2.0, 2.5, 6.0, 7.0])
    shapes, parts = [], []
    for gaps in ((), ((3.0, 5.0),)):
        history = merge_history(times, np.zeros(5, int), (0.0, 9.0), 1, None, gaps)
        base = PointBaseline("trend", 0.0, 9.0, gaps=gaps)
        shape = HawkesShape(1, base, kernel_groups(1, "shared"), kernel)
        bank = power_law_bank(history, 0.1) if kernel == "power_law" else None
        shapes.append(shape)
        parts.append(HawkesObjective(shape, history, bank))
    theta = theta_of(shapes[0])
    own = np.exp(theta[shapes[0].kernel_places(0)])
    n = theta[shapes[0].branching()][0, 0]

    def density(x):
        if kernel == "exponential":
            return own[0] * np.exp(-own[0] * x)
        return own[1] / own[0] * (1 + x / own[0]) ** (-1 - own[1])

    def missed(t):
        rate = np.exp(theta[0] + theta[1] * (t / 9.0 - 0.5))
        return rate + n * sum(density(t - s) for s in times if s < 3)

    expected = integrate.quad(missed, 3.0, 5.0)[0]
    assert np.isclose(parts[1](theta)[0] - parts[0](theta)[0], expected, atol=1e-6)
    assert parts[1].history.duration == 7.0
    whole, cut = (compensators(p, theta)[0] for p in parts)
    assert np.allclose(whole - cut, [0, 0, 0, expected, expected], atol=1e-6)


@pytest.mark.golden
def test_golden_log_likelihoods():
    value = GOLDEN["hawkes_exponential"]["value"]
    times = np.loadtxt(shared_path("data/hawkes/exp_mu0.5_n0.6_beta1.2_T1000.txt"))
    history = merge_history(times, np.zeros(times.size, int), (0.0, 1000.0), 1)
    base = PointBaseline("constant", 0.0, 1000.0)
    objective = HawkesObjective(
        HawkesShape(1, base, kernel_groups(1, "shared")), history
    )
    best = np.array([np.log(value["mu"]), value["branching"], np.log(value["beta"])])
    assert np.isclose(objective(best)[0], value["loglik"], atol=1e-9)
    truth = np.array([np.log(0.5), 0.6, np.log(1.2)])
    assert np.isclose(objective(truth)[0], value["loglik_at_truth"], atol=1e-9)


@pytest.mark.golden
def test_golden_log_likelihood_of_two_sides_at_their_truth():
    value = GOLDEN["hawkes_bivariate_shared_decay"]["value"]
    rows = np.loadtxt(
        shared_path("data/hawkes/biv_beta1_T1500.csv"), delimiter=",", skiprows=1
    )
    history = merge_history(rows[:, 0], rows[:, 1].astype(int), (0.0, value["T"]), 2)
    base = PointBaseline("constant", 0.0, value["T"])
    shape = HawkesShape(2, base, kernel_groups(2, "shared"))
    truth = np.array([np.log(0.2), np.log(0.1), 0.4, 0.2, 0.3, 0.3, 0.0])
    found = HawkesObjective(shape, history)(truth)[0]
    assert np.isclose(found, value["loglik_at_truth"], atol=1e-8)
