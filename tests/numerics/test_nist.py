"""Least squares and sums of squares against NIST's certified values (StRD).

Norris comes with SciPy and Longley with statsmodels; Wampler's series and NumAcc4 are
formulas. The routes of the package are the least squares of `vector_autoregression` and
the Gaussian cost of the segmentations. Certified: https://www.itl.nist.gov/div898/strd.
"""

import math
import re
from importlib import resources

import numpy as np
import pytest
import statsmodels.api as sm

from conflictstats.numerics.segment_size import describe, prepare
from conflictstats.numerics.vector_autoregression import (
    LaggedDesign,
    fit_autoregression,
)

LONGLEY = [-3482258.63459582, 15.0618722713733, -0.0358191792925910,
           -2.02022980381683, -1.03322686717359, -0.0511041056535807,
           1829.15146461355]  # fmt: skip
# Wampler's disturbances: orthogonal to every polynomial of degree five.
_HALF = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048]
DELTA = np.array([*_HALF, 2048, *_HALF[::-1]], dtype=float)


def coefficients(x, y):
    """Return the package's least squares."""
    design = LaggedDesign(x, y[:, None], np.arange(len(y)), 0)
    return fit_autoregression(design).coef[:, 0]


def test_norris():
    folder = resources.files("scipy.stats.tests") / "data" / "nist_linregress"
    text = (folder / "Norris.dat").read_text()
    certified = [
        float(re.search(rf"{name} +(-?\d\S+)", text).group(1)) for name in ("B0", "B1")
    ]
    rows = text[text.rindex("Data:") :].splitlines()[1:]
    y, x = np.array([list(map(float, r.split())) for r in rows if r.strip()]).T
    got = coefficients(np.column_stack([np.ones(len(x)), x]), y)
    assert len(x) == 36
    assert got == pytest.approx(certified, rel=1e-9)


def test_longley():
    data = sm.datasets.longley.load_pandas().data.to_numpy(dtype=float)
    x = np.column_stack([np.ones(16), data[:, 1:]])
    assert coefficients(x, data[:, 0]) == pytest.approx(LONGLEY, rel=1e-9)


# Noise of 10^4 to 10^8 times the coefficients costs as many digits as the conditioning
# of the polynomial says, in any plain least squares of double precision.
@pytest.mark.parametrize(("scale", "digits"), [(0, 9), (1, 9), (100, 7), (10_000, 5)])
def test_wampler(scale, digits):
    t = np.arange(21.0)
    x = np.vander(t, 6, increasing=True)
    # Only if this holds are the certified coefficients all one.
    assert np.abs(x.T @ DELTA).max() == 0
    got = coefficients(x, x.sum(axis=1) + scale * DELTA)
    assert got == pytest.approx(np.ones(6), rel=10.0**-digits)


def test_wampler_with_small_coefficients():
    x = np.vander(np.arange(21.0), 6, increasing=True)
    want = 0.1 ** np.arange(6)
    assert coefficients(x, x @ want) == pytest.approx(want, rel=1e-9)


def test_numacc4_to_eight_digits():
    y = 10_000_000.2 + np.array([0.0, *([-0.1, 0.1] * 500)])
    fit = describe(prepare(y, None, "gaussian", 3), (), None)
    n = len(y)
    variance = math.exp(fit.neg2ll / n - 1 - math.log(2 * math.pi)) * n / (n - 1)
    assert math.sqrt(variance) == pytest.approx(0.1, rel=1e-8)
    assert y.mean() == pytest.approx(10_000_000.2, rel=1e-15)
