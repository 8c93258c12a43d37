"""The reported-value distribution against the published package's values."""

import json

import numpy as np
import pytest
from scipy import integrate

from conflictstats.numerics.reported_value import (
    describe_reported,
    reported_cdf,
    reported_mean,
    reported_quantile,
)
from tests.shared import ROOT

GOLDEN = json.loads(
    (ROOT / "tests" / "golden" / "reported_value" / "expected.json").read_text()
)["rows"]

# The table is printed to eight decimals.
PRINTED = 6e-9


def one(f, violence, heaps=True):
    return describe_reported(np.array([float(f)]), np.array([violence]), heaps=heaps)


@pytest.mark.golden
@pytest.mark.parametrize("row", GOLDEN, ids=lambda r: f"{r['type']}-{r['f']}")
def test_golden_rows(row):
    kind = {"sb": 0, "ns": 1, "os": 2}[row["type"]]
    shape = one(row["f"], kind)
    assert shape.loc[0] == pytest.approx(row["loc"], rel=1e-8, abs=PRINTED)
    assert shape.scale[0] == pytest.approx(row["scale"], rel=1e-8, abs=PRINTED)
    assert shape.weight[0] == pytest.approx(row["w"], rel=1e-8, abs=PRINTED)
    assert reported_mean(shape)[0] == pytest.approx(row["mean"], rel=1e-8, abs=PRINTED)
    for level in ("q05", "q50", "q95"):
        p = np.array([int(level[1:]) / 100])
        drawn = max(reported_quantile(shape, p)[0], 0.0)
        assert drawn == pytest.approx(row[level], rel=1e-8, abs=PRINTED)
    if "F15" in row:
        found = reported_cdf(shape, np.array([1.5 * row["f"]]))[0]
        assert found == pytest.approx(row["F15"], abs=6e-9)
    if "below_zero" in row:
        found = reported_cdf(shape, np.zeros(1), below=True)[0]
        assert found == pytest.approx(row["below_zero"], abs=6e-7)


def test_quantile_inverts_the_cdf():
    shape = one(25, 0)
    p = np.linspace(0.01, 0.99, 99)
    x = np.array([reported_quantile(shape, np.array([q]))[0] for q in p])
    upper = np.array([reported_cdf(shape, np.array([v]))[0] for v in x])
    lower = np.array([reported_cdf(shape, np.array([v]), below=True)[0] for v in x])
    assert (lower <= p + 1e-12).all()
    assert (p <= upper + 1e-12).all()
    assert (np.diff(x) >= 0).all()


def test_mean_is_the_integral_of_the_quantile():
    shape = one(100, 2)
    area, _ = integrate.quad(
        lambda q: reported_quantile(shape, np.array([q]))[0], 0, 1, limit=400
    )
    assert area == pytest.approx(reported_mean(shape)[0], rel=1e-4)


def test_heaps_lower_the_mean_and_the_smooth_version_does_not():
    f = np.arange(0.0, 2100.0)
    for kind in range(3):
        violence = np.full(len(f), kind)
        heaped = reported_mean(describe_reported(f, violence, heaps=True))
        smooth = reported_mean(describe_reported(f, violence, heaps=False))
        assert (np.diff(heaped) < 0).any()
        assert (np.diff(smooth) > 0).all()
