import numpy as np
import pytest

from conflictstats.numerics.local_projection import local_projections, projected_design
from conflictstats.numerics.vector_autoregression import (
    fit_autoregression,
    impulse_responses,
    lagged_design,
)


def chain(n, rng, b):
    y = np.zeros((n, 2))
    for t in range(1, n):
        y[t] = b @ y[t - 1] + rng.normal(size=2)
    return y


def test_the_first_horizon_is_the_autoregression():
    y = chain(120, np.random.default_rng(1), np.array([[0.4, 0.2], [0.1, 0.3]]))
    other = np.arange(120.0)[:, None]
    fit = fit_autoregression(lagged_design(y, 2, other))
    found = local_projections(y, 2, other, 3, 0.95)
    assert np.allclose(found.estimate[0], np.eye(2))
    assert np.allclose(found.estimate[1], impulse_responses(fit.coef, 2, 1)[1])
    assert np.all(found.low[1:] < found.estimate[1:])


def test_they_find_the_powers_of_the_matrix():
    b = np.array([[0.5, 0.3], [0.0, 0.6]])
    found = local_projections(
        chain(40_000, np.random.default_rng(2), b), 1, np.zeros((40_000, 0)), 4, 0.95
    )
    for h in range(5):
        assert np.allclose(found.estimate[h], np.linalg.matrix_power(b, h), atol=0.03)


def test_a_row_by_hand_and_unknown_periods():
    y = np.arange(10.0).reshape(-1, 1) ** 2
    y[4] = np.nan
    design = projected_design(y, 2, np.zeros((10, 0)), 3)
    # Rows that end in 4, or have 4 now (7) or before (8), are gone.
    assert design.position.tolist() == [5, 6, 9]
    assert design.x[0].tolist() == [1.0, 4.0, 1.0]
    assert design.y[0].tolist() == [25.0]


def test_horizons_beyond_the_data_are_missing():
    y = np.random.default_rng(3).normal(size=(12, 2))
    found = local_projections(y, 1, np.zeros((12, 0)), 14, 0.95)
    assert np.isfinite(found.estimate[3]).all()
    assert np.isnan(found.estimate[-1]).all()


@pytest.mark.slow
def test_bands_cover():
    b = np.array([[0.4, 0.2], [0.0, 0.4]])
    truth = np.stack([np.linalg.matrix_power(b, h) for h in range(5)])
    inside = np.zeros((4, 2, 2))
    for i in range(400):
        y = chain(300, np.random.default_rng(i), b)[50:]
        found = local_projections(y, 1, np.zeros((250, 0)), 4, 0.95)
        inside += ((found.low <= truth) & (truth <= found.high))[1:] / 400
    assert np.all((inside > 0.9) & (inside < 0.985)), inside
