import numpy as np

from conflictstats.numerics.hawkes_events import merge_history
from conflictstats.numerics.hawkes_univariate import UnivariateObjective


def test_two_events_by_hand():
    history = merge_history(np.array([1.0, 2.0]), np.zeros(2, int), (0.0, 3.0), 1)
    mu, n, beta = 0.5, 0.4, 2.0
    value = UnivariateObjective(history)(np.array([np.log(mu), n, np.log(beta)]))[0]
    expected = np.log(mu) + np.log(mu + n * beta * np.exp(-beta)) - mu * 3
    expected -= n * (2 - np.exp(-beta * 2) - np.exp(-beta))
    assert np.isclose(value, expected)


def test_very_many_events_keep_the_product_of_intensities_in_range():
    times = np.linspace(0.001, 1.0, 2000)
    history = merge_history(times, np.zeros(2000, int), (0.0, 1.0), 1)
    theta = np.array([np.log(1e6), 0.0, 0.0])
    value = UnivariateObjective(history)(theta)[0]
    assert np.isclose(value, 2000 * np.log(1e6) - 1e6)
