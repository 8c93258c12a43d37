import numpy as np
import pytest

from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_likelihood import (
    HawkesObjective,
    HawkesShape,
    kernel_groups,
)
from conflictstats.numerics.hawkes_power_law import (
    bank_decays,
    lomax_mass,
    lomax_weights,
    power_law_bank,
    relative_error,
)
from conflictstats.numerics.point_baselines import PointBaseline


@pytest.mark.parametrize("excess", [0.05, 0.5, 2.0, 7.0])
@pytest.mark.parametrize("c", [0.01, 1.0, 100.0])
def test_the_mixture_is_the_kernel_within_the_stated_error(c, excess):
    decays = bank_decays(1000.0, 0.01)
    lags = np.concatenate([[0.0], np.geomspace(1e-4, 1000.0, 200)])
    exact = excess / c * (1 + lags / c) ** (-1 - excess)
    mixture = lomax_weights(np.log(c), np.log(excess), decays)[0] @ np.exp(
        -decays[:, None] * lags
    )
    bound = relative_error(np.log(c), np.log(excess), decays, 1000.0)
    assert np.max(np.abs(mixture / exact - 1)) <= bound + 1e-13
    assert bound < 3e-6


def test_derivatives_of_weights_and_mass():
    decays, age = bank_decays(10.0, 0.1), np.array([4.0, 0.5])
    kappa = np.array([1.0, 2.0])
    for at in (
        lambda c, p: lomax_weights(c, p, decays),
        lambda c, p: lomax_mass(age, kappa, c, p),
    ):
        here, h = at(0.3, -0.4), 1e-5
        by_c = (at(0.3 + h, -0.4) - at(0.3 - h, -0.4)) / (2 * h)
        by_p = (at(0.3, -0.4 + h) - at(0.3, -0.4 - h)) / (2 * h)
        assert np.allclose([by_c[0], by_p[0]], [here[1], here[2]], atol=1e-8)
        assert np.allclose([by_c[1], by_c[2]], [here[3], here[4]], atol=1e-8)
        assert np.allclose(by_p[2], here[5], atol=1e-8)


def test_the_log_likelihood_error_is_below_its_bound():
    rng = np.random.default_rng(2)
    times = np.sort(rng.uniform(0, 500, 300))
    history = merge_history(times, np.zeros(300, int), (0.0, 500.0), 1)
    shape = HawkesShape(
        1,
        PointBaseline("constant", 0.0, 500.0),
        kernel_groups(1, "shared"),
        "power_law",
    )
    theta = np.array([-1.0, 0.4, 0.2, -0.3])
    bank = power_law_bank(history, 0.05)
    value = HawkesObjective(shape, history, bank)(theta)[0]
    c, excess = np.exp(theta[2:])
    lag = times[:, None] - times
    kernel = np.where(
        lag > 0, excess / c * (1 + np.maximum(lag, 0) / c) ** (-1 - excess), 0
    )
    exact = np.log(np.exp(-1.0) + 0.4 * kernel.sum(axis=1)).sum() - 500 * np.exp(-1.0)
    exact -= 0.4 * np.sum(1 - (1 + (500 - times) / c) ** -excess)
    error = relative_error(theta[2], theta[3], bank.decays, 500.0)
    assert abs(value - exact) <= 300 * error / (1 - error)
    assert error < 1e-6
