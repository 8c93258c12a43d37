import numpy as np

from conflictstats.numerics.bounded_newton import maximise_bounded

FREE = np.array([-9.0, -9.0]), np.array([9.0, 9.0])


def hill(x):
    """A saddle at the origin with tops at (+-1, 0)."""
    value = -((x[0] ** 2 - 1) ** 2) - x[1] ** 2
    gradient = np.array([-4 * x[0] * (x[0] ** 2 - 1), -2 * x[1]])
    hessian = np.diag([-12 * x[0] ** 2 + 4, -2.0])
    return value, gradient, hessian


def test_a_saddle_is_left_for_the_top():
    found = maximise_bounded(hill, np.array([0.1, 3.0]), *FREE, reach=0.5)
    assert found.converged
    assert np.allclose(found.x, [1.0, 0.0])
    assert not found.bounded.any()


def test_a_bound_in_the_way_is_kept_and_told():
    found = maximise_bounded(
        hill, np.array([3.0, 3.0]), np.array([2.0, -9.0]), np.array([9.0, 9.0])
    )
    assert np.allclose(found.x, [2.0, 0.0])
    assert found.bounded.tolist() == [True, False]


def test_everything_pinned_is_an_optimum():
    start = np.array([3.0, 3.0])
    found = maximise_bounded(hill, start, start, start)
    assert found.converged
    assert found.iterations == 1


def test_running_out_of_evaluations_is_told():
    found = maximise_bounded(hill, np.array([0.1, 3.0]), *FREE, reach=1e-3, limit=5)
    assert not found.converged


def test_a_place_where_the_function_fails_is_not_entered():
    def cliff(x):
        value, gradient, hessian = hill(x)
        return (np.inf if x[0] > 0.8 else value), gradient, hessian

    found = maximise_bounded(cliff, np.array([0.1, 0.0]), *FREE)
    assert 0.7 < found.x[0] <= 0.8
