import numpy as np
import pytest

from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_exponential import (
    compensator_mass,
    decayed_sums,
    exponential_excitation,
    spent_mass,
)


def test_three_events_by_hand():
    """At 1, 2 and 4 with decay ln 2: sums 0, 1/2 and 1/8 + 1/4."""
    beta = np.log(2.0)
    sums = decayed_sums(
        np.array([0.0, 1.0, 2.0]), np.ones(3), np.zeros(3, int), 1, beta, 0
    )
    assert np.allclose(sums[0, 0] / beta, [0.0, 0.5, 0.375])


def test_events_at_the_same_time_do_not_excite_each_other():
    gap = np.array([0.0, 1.0, 0.0, 1.0])
    one = decayed_sums(gap, np.ones(4), np.zeros(4, int), 1, 1.0, 2)
    many = decayed_sums(gap, np.ones(4), np.zeros(4, int), 2, 1.0, 2)
    e = np.exp(-1.0)
    assert np.allclose(one[0, 0], [0, e, e, e * e + 2 * e])
    assert np.allclose(one[:, 0], many[:, 0])
    assert not many[:, 1].any()


@pytest.mark.parametrize("order", [0, 1, 2])
def test_derivatives_by_log_decay_are_those_of_the_sum(order):
    rng = np.random.default_rng(1)
    gap, kappa = rng.exponential(size=40), rng.gamma(2.0, size=40)
    place = rng.integers(-1, 2, size=40)
    full = decayed_sums(gap, kappa, place, 2, 0.8, 2)
    assert np.allclose(
        decayed_sums(gap, kappa, place, 2, 0.8, order), full[: order + 1]
    )
    ahead = decayed_sums(gap, kappa, place, 2, 0.8 * np.exp(1e-5), 2)
    behind = decayed_sums(gap, kappa, place, 2, 0.8 * np.exp(-1e-5), 2)
    slope = (ahead[:2] - behind[:2]) / 2e-5
    assert np.allclose(slope, full[1:], atol=1e-8)


def test_spent_mass_is_the_integral_of_the_kernel():
    age, kappa = np.array([50.0, 2.0, 0.1]), np.array([1.0, 2.0, 3.0])
    value = spent_mass(age, kappa, 1.5)
    assert np.isclose(value[0], np.sum(kappa * -np.expm1(-1.5 * age)))
    ahead, behind = (
        spent_mass(age, kappa, 1.5 * np.exp(1e-5)),
        spent_mass(age, kappa, 1.5 * np.exp(-1e-5)),
    )
    assert np.allclose((ahead - behind)[:2] / 2e-5, value[1:])


def test_history_before_the_window_only_counts_for_what_falls_into_it():
    history = merge_history(np.array([-1.0, 0.5]), np.zeros(2, int), (0.0, 2.0), 1)
    mass = compensator_mass(history, np.ones(2), 0, 1.0)
    expected = (np.exp(-1.0) - np.exp(-3.0)) + (1 - np.exp(-1.5))
    assert np.isclose(mass[0], expected)
    part = exponential_excitation(history, np.array([0]), 1.0, None)
    assert np.isclose(part.total[0], expected)
    assert np.allclose(part.value[0], [0.0, np.exp(-1.5)])
