import numpy as np
import pytest

from conflictstats.numerics.hawkes_sums import gram, mix_row, mix_rows, row_dots


@pytest.mark.parametrize("n", [0, 1, 5000])
def test_sums_are_those_of_matrix_algebra(n):
    rng = np.random.default_rng(1)
    rows, weights = rng.normal(size=(3, n)), rng.normal(size=n)
    coefficients = rng.normal(size=(2, 3)) * [1.0, 0.0, 1.0]
    assert np.allclose(row_dots(rows, weights), rows @ weights)
    assert np.allclose(gram(rows, weights), (rows * weights) @ rows.T)
    assert np.allclose(mix_rows(coefficients, rows), coefficients @ rows)
    assert np.allclose(mix_row(coefficients[0], rows), coefficients[0] @ rows)
