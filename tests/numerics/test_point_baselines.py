import numpy as np
import pytest
from scipy import integrate

from conflictstats.numerics.point_baselines import (
    PointBaseline,
    baseline_design,
    baseline_integral,
    baseline_quadrature,
    baseline_rate,
)

BASELINES = [
    PointBaseline("constant", 2.0, 12.0),
    PointBaseline("piecewise", 2.0, 12.0, (5.0, 7.5)),
    PointBaseline("trend", 2.0, 12.0, period=3.0, harmonics=2),
    PointBaseline("spline", 2.0, 12.0, (5.0, 8.0)),
    PointBaseline("piecewise", 2.0, 12.0, (5.0,), period=4.0),
]


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda b: b.kind + str(b.period))
def test_the_integral_is_that_of_the_rate(baseline):
    b = np.linspace(-0.5, 0.7, baseline.size)
    nodes, weights = baseline_quadrature(baseline)
    whole = float(weights @ np.exp(b @ nodes))

    def rate(t):
        return baseline_rate(baseline, b, np.array([t]))[0]

    for upto in (3.3, 7.5, 12.0):
        expected = integrate.quad(rate, 2.0, upto, points=[5.0, 7.5], limit=200)[0]
        got = baseline_integral(baseline, b, np.array([upto]))[0]
        assert np.isclose(got, expected, rtol=1e-7)
    assert np.isclose(whole, expected, rtol=1e-7)
    assert len(baseline.names) == baseline_design(baseline, np.array([3.0])).shape[0]


def test_a_spline_is_natural_and_stays_level_outside():
    baseline = PointBaseline("spline", 0.0, 1.0, (0.5,))
    inside = baseline_design(baseline, np.array([0.0, 1e-4, 2e-4]))
    assert np.allclose(np.diff(inside, 2, axis=1), 0.0, atol=1e-10)
    outside = baseline_design(baseline, np.array([1.0, 1.7]))
    assert np.allclose(outside[:, 0], outside[:, 1])


def test_pieces_and_trends_go_on_beyond_the_window():
    pieces = baseline_design(PointBaseline("piecewise", 0, 1, (0.5,)), np.array([3.0]))
    assert pieces[:, 0].tolist() == [0.0, 1.0]
    trend = baseline_design(PointBaseline("trend", 0, 1), np.array([3.0]))
    assert trend[:, 0].tolist() == [1.0, 2.5]
