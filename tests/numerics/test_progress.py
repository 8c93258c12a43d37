"""Progress curves, the power-law process, and the relation built into both."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from conflictstats.numerics.progress import (
    least_squares,
    null_relation,
    power_law,
    power_law_fit_test,
    progress_line,
)
from tests.shared import shared_path

GOLDEN = Path(__file__).parents[1] / "golden" / "progress" / "expected.json"
EXPECTED = json.loads(GOLDEN.read_text())


def afghan_gaps():
    frame = pd.read_csv(shared_path("data/progress/afghanistan.csv"))
    known = frame.dropna(subset=["Tau"])
    return {
        name: part["Tau"].to_numpy(float)
        for name, part in known.groupby("Province", sort=True)
    }


@pytest.mark.golden
def test_the_published_provinces_and_their_line():
    gaps, expected = afghan_gaps(), EXPECTED["progress_curve_johnson2011"]["value"]
    assert sum(map(len, gaps.values())) == expected["n_rows"]
    assert sum((g == 0).sum() for g in gaps.values()) == expected["n_zero_tau"]
    b, level = [], []
    for name, said in expected["provinces"].items():
        line = progress_line(gaps[name])
        assert line.n == said["n"]
        assert -line.slope == pytest.approx(said["b"], rel=1e-8)
        assert 10**line.intercept == pytest.approx(said["tau1"], rel=1e-8)
        assert line.slope_error == pytest.approx(said["se_b"], rel=1e-8)
        b.append(-line.slope)
        level.append(line.intercept)
    across = least_squares(np.array(level), np.array(b))
    assert across.slope == pytest.approx(expected["line_slope"], rel=1e-8)
    assert across.intercept == pytest.approx(expected["line_intercept"], rel=1e-8)
    assert across.correlation == pytest.approx(expected["r"], rel=1e-8)


@pytest.mark.golden
def test_the_relation_is_largely_built_in():
    gaps, expected = list(afghan_gaps().values()), EXPECTED["progress_curve_null"]
    null = null_relation(
        np.array([len(g) for g in gaps]),
        np.array([g.mean() for g in gaps]),
        n_draws=2000,
        rng=np.random.default_rng(3),
    )
    said = expected.get("value", expected)
    assert null.correlation.mean() == pytest.approx(said["r_mean"], abs=0.01)
    for ours, theirs in (
        (null.correlation, said["r_q"]),
        (null.slope, said["slope_q"]),
        (null.mean_b, said["mean_b_q"]),
    ):
        quantiles = np.quantile(ours, [0.025, 0.5, 0.975])
        np.testing.assert_allclose(quantiles, theirs, atol=0.025)
    # What was observed lies beyond it all the same.
    assert (null.correlation >= said["observed"]["r"]).mean() < 0.01
    assert (null.slope >= said["observed"]["slope"]).mean() < 0.01


def test_lines_equal_scipys():
    rng = np.random.default_rng(1)
    x, y = rng.random(12), rng.random(12)
    ours, theirs = least_squares(x, y), stats.linregress(x, y)
    assert ours.slope == pytest.approx(theirs.slope)
    assert ours.intercept == pytest.approx(theirs.intercept)
    assert ours.slope_error == pytest.approx(theirs.stderr)
    assert ours.intercept_error == pytest.approx(theirs.intercept_stderr)
    assert ours.correlation == pytest.approx(theirs.rvalue)


def test_lines_that_cannot_be_drawn():
    assert least_squares(np.array([]), np.array([])) is None
    assert least_squares(np.array([1.0, 1.0]), np.array([1.0, 2.0])) is None
    flat = least_squares(np.array([1.0, 2.0]), np.array([3.0, 3.0]))
    assert np.isnan(flat.correlation)
    assert np.isnan(flat.slope_error)
    assert progress_line(np.array([0.0, 0.0, 4.0])) is None


def test_exact_times_have_the_closed_form():
    rng = np.random.default_rng(2)
    times = 100 * rng.random(40) ** (1 / 1.7)
    found = power_law(times, times, 100.0, level=0.95, n_events=40)
    shape = 40 / np.log(100 / times).sum()
    assert found.shape == pytest.approx(shape, rel=1e-9)
    assert found.scale == pytest.approx(100 / 40 ** (1 / shape))
    assert found.log_shape_error == pytest.approx(1 / np.sqrt(40), rel=1e-4)
    # Exact likelihood ratio of an exponential rate, by hand.
    for edge in (found.low, found.high):
        drop = 40 * np.log(shape / edge) - 40 + 40 * edge / shape
        assert 2 * drop == pytest.approx(stats.chi2(1).ppf(0.95), rel=1e-6)
    ratio = 2 * (40 * np.log(shape) - 40 + 40 / shape)
    assert found.p_value == pytest.approx(stats.chi2(1).sf(ratio), rel=1e-6)
    # (t / a)^k is one at the scale and the number of events at the end.
    assert (100 / found.scale) ** found.shape == pytest.approx(40)


def test_day_rounding_is_allowed_for():
    rng = np.random.default_rng(3)
    wide, narrow, points = [], [], []
    for _ in range(200):
        times = 60 * rng.random(50) ** (1 / 0.5)
        day = np.floor(times)
        found = power_law(day, day + 1, 60.0, level=0.95, n_events=50)
        wide.append(np.log(found.shape / 0.5) / found.log_shape_error)
        narrow.append(found.low < 0.5 < found.high)
        late = np.maximum(day, 0.5)
        points.append(power_law(late, late, 60.0, level=0.95, n_events=50).shape)
    # Most events fall into the first days: only the interval form knows.
    assert abs(np.mean(wide)) < 0.2
    assert np.std(wide) == pytest.approx(1, abs=0.15)
    assert np.mean(narrow) > 0.9
    assert abs(np.mean(points) - 0.5) > 0.03


def test_a_tempo_that_cannot_be_fitted_is_none():
    one = np.array([3.0])
    assert power_law(one, one, 10.0, level=0.95, n_events=1) is None
    end = np.full(4, 10.0)
    assert power_law(end, end, 10.0, level=0.95, n_events=4) is None
    start = np.zeros(4)
    assert power_law(start, start + 10, 10.0, level=0.95, n_events=4) is None


def test_an_unbounded_interval_is_said_to_be_so():
    # All in the last day: any fast enough growth would do.
    last = np.full(3, 9.0)
    assert power_law(last, last + 1, 10.0, level=0.95, n_events=3) is None
    mixed = np.array([0.0, 9.0]), np.array([9.999, 10.0])
    found = power_law(*mixed, 10.0, level=0.999999, n_events=2)
    assert found.low >= 0
    assert found.high > found.shape


def test_the_fit_test_holds_its_size_and_sees_a_step():
    rng = np.random.default_rng(4)
    p = [
        power_law_fit_test(rng.random(30) ** 0.6, n_draws=199, rng=rng)[1]
        for _ in range(300)
    ]
    # 300 draws of a 5 % test: 4 to 27 rejections with probability .999.
    assert 4 <= np.sum(np.array(p) <= 0.05) <= 27
    step = np.concatenate([rng.uniform(0.45, 0.5, 20), rng.uniform(0.9, 1, 20)])
    assert power_law_fit_test(step, n_draws=199, rng=rng)[1] == 1 / 200
