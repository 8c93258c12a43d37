import numpy as np

from conflictstats.numerics.cell_sums import add_to_cells


def test_sums_by_hand():
    nan = np.nan
    values = (np.array([1.0, nan, 2]), np.array([1, nan, 3.0]), np.array([nan, nan, 4]))
    open_ended = np.array([True, True, False])
    sums, numbers = add_to_cells(np.array([1, 1, 0]), values, open_ended, 2)
    assert sums.tolist() == [[2, 3, 4], [1, 1, 0]]
    assert numbers.tolist() == [[1, 0, 0], [2, 1, 2]]
