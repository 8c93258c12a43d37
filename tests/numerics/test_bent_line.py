"""A bend: found where it is, at kinks and between them, refused where there is none."""

import numpy as np
import pytest

from conflictstats.numerics.bent_line import bent_design, fit_bent
from conflictstats.numerics.count_regression import fit_nb2, fit_poisson


def line(time):
    return np.column_stack([np.ones(len(time)), time - time.mean()])


def test_design_is_the_line_cut_in_two():
    time = np.arange(6.0)
    x = bent_design(line(time), 1, time, 2.5, 0.7)
    assert x.shape == (6, 4)
    assert x[:, 1] + x[:, 2] == pytest.approx(time - 2.5)
    assert x[:, 2].tolist() == [0, 0, 0, 0.5, 1.5, 2.5]
    assert x[:, 3].tolist() == [0, 0, 0, -0.7, -0.7, -0.7]


@pytest.mark.parametrize("bend", [30.0, 41.4])
def test_bend_without_noise_is_found_exactly(bend):
    time = np.arange(80.0)
    mean = np.exp(3 + 0.02 * np.minimum(time, bend) - 0.03 * np.maximum(time - bend, 0))
    mean /= np.exp(0.02 * 0)
    got = fit_bent(line(time), 1, time, mean, np.zeros(80), fit_poisson)
    assert got.bend == pytest.approx(bend, abs=1e-3)
    assert got.slopes == pytest.approx((0.02, -0.03), abs=1e-5)
    assert got.fit.mu == pytest.approx(mean, rel=1e-4)
    assert got.fit.beta[-1] == 0


def test_last_column_is_the_derivative_in_the_bend():
    time = np.arange(60.0)
    y = np.random.default_rng(1).poisson(np.exp(2 + 0.05 * np.minimum(time, 25.3)))
    got = fit_bent(line(time), 1, time, y.astype(float), np.zeros(60), fit_nb2)
    before, after = got.slopes

    def log_mean(bend):
        since = np.maximum(time - bend, 0)
        return got.fit.beta[0] + before * (time - time.mean() - since) + after * since

    step = 1e-6
    numeric = (log_mean(got.bend + step) - log_mean(got.bend - step)) / (2 * step)
    full = bent_design(line(time), 1, time, got.bend, after - before)
    assert full[:, -1] == pytest.approx(numeric, abs=1e-4)
    # Errors of all that is estimated, the bend's included.
    assert np.all(np.diag(got.fit.bread) > 0)


def test_nothing_to_bend_is_said():
    time = np.arange(12.0)
    assert fit_bent(line(time), 1, time, np.ones(12), np.zeros(12), fit_poisson) is None
    y = np.array([0.0] * 11 + [5.0])
    assert fit_bent(line(time), 1, time, y, np.zeros(12), fit_poisson) is None
