"""Nowcasts: chain ladder by hand, credibility, intervals that cover."""

import numpy as np
import pytest

from conflictstats.numerics.nowcast import (
    ages,
    nowcast,
    predictive,
    record_of,
    regression_window,
    retrospective,
)
from conflictstats.numerics.reporting_triangle import from_delays, lawless


def _simulated(rng, n=60, mean=20.0, size=5.0, delay=2.0, longest=8):
    totals = rng.poisson(rng.gamma(size, mean / size, n))
    event = np.repeat(np.arange(n), totals)
    late = np.minimum(rng.poisson(delay, event.size), longest)
    triangle = from_delays(event, late, np.ones(event.size), n, longest)
    return triangle, totals


def test_chain_ladder_divides_by_the_share():
    rng = np.random.default_rng(61)
    triangle, _ = _simulated(rng)
    made = nowcast(triangle, method="lawless")
    curve = lawless(triangle)
    age = np.minimum(np.arange(59, -1, -1), 8)
    assert made.mean == pytest.approx(made.observed / curve.share[age])
    assert (made.variance[:52] == 0).all()


def test_nothing_reported_yet_is_not_nothing():
    triangle = np.array([[5.0, 5.0]] * 9 + [[0.0, np.nan]])
    assert nowcast(triangle, method="lawless").mean[-1] == 0
    assert nowcast(triangle).mean[-1] > 1
    assert nowcast(np.zeros((5, 2))).mean.tolist() == pytest.approx(
        [0, 0, 0, 0, 0], abs=1
    )


@pytest.mark.parametrize("method", ["nb2", "credibility", "lawless"])
def test_intervals_cover(method):
    rng = np.random.default_rng(62)
    inside = total = 0
    for _ in range(60):
        triangle, totals = _simulated(rng)
        made = nowcast(triangle, method=method)
        age = np.minimum(np.arange(59, -1, -1), 8)
        record = record_of(np.zeros((0, 7)), 9, falls=False)
        said = predictive(
            made.observed, made.mean, made.variance, age, record, falls=False
        )
        low, high = said.interval(0.95)
        recent = slice(53, 57) if method == "lawless" else slice(53, 60)
        good = (totals[recent] >= low[recent]) & (totals[recent] <= high[recent])
        inside, total = inside + good.sum(), total + good.size
    # Discrete intervals hold at least their level; 240 or 420 dependent ones.
    assert 0.91 < inside / total <= 1.0


def test_silence_is_expected_at_the_recent_rate():
    triangle = np.array([[6.0, 2.0]] * 12 + [[np.nan, np.nan]])
    for method in ("nb2", "credibility", "lawless"):
        made = nowcast(triangle, method=method)
        assert np.isnan(made.observed[-1])
        assert made.mean[-1] == pytest.approx(8, rel=0.1)
        assert made.variance[-1] > 8
    # What nobody ever spoke of, long ago, stays unknown.
    triangle[3] = np.nan
    assert np.isnan(nowcast(triangle).mean[3])


def test_a_regression_that_cannot_be_is_weighed_instead():
    triangle = np.array([[6.0, -2.0]] * 12 + [[6.0, np.nan]])
    got, want = (nowcast(triangle, method=m) for m in ("nb2", "credibility"))
    assert got.mean == pytest.approx(want.mean)
    assert regression_window(triangle, None) == 13
    assert regression_window(np.zeros((300, 5)), None) == 40
    assert regression_window(np.zeros((300, 5)), 100) == 100


def test_looking_back_compares_only_what_is_complete_now():
    rng = np.random.default_rng(63)
    triangle, totals = _simulated(rng)
    past = retrospective(triangle)
    origin, period = past[:, 0].astype(int), past[:, 1].astype(int)
    assert (period <= origin).all()
    assert (origin - period < 8).all()
    assert period.max() <= 60 - 9
    assert past[:, 6].tolist() == totals[period].tolist()
    assert (past[:, 2] <= past[:, 6]).all()
    # What was known then is what the triangle held then.
    k = int(np.flatnonzero((origin == 40) & (period == 38))[0])
    assert past[k, 2] == triangle[38, :3].sum()
    assert retrospective(triangle[:8]).shape == (0, 7)


def _past(k, age, final, mean=10.0, variance=4.0, observed=8.0):
    past = np.zeros((k, 7))
    past[:, 0], past[:, 1] = 20, 20 - age
    past[:, 2], past[:, 3], past[:, 4], past[:, 6] = observed, mean, variance, final
    return past


def test_errors_beyond_the_model_stretch_it():
    wide = record_of(_past(300, 1, 10 + np.tile([-6.0, 6.0], 150)), 3, falls=False)
    assert wide.factor[1] == pytest.approx(36 / 4 / 1.96**2, rel=0.1)
    # Ages without a record of their own take that of all; silence does not.
    assert wide.factor[0] == wide.factor[1]
    assert wide.factor[3] == 1
    none = record_of(np.zeros((0, 7)), 2, falls=False)
    assert none.factor.tolist() == [1, 1, 1]
    published = record_of(_past(300, 1, 10.0), 3, falls=False, published=True)
    assert published.factor.min() == 1
    assert published.kept.tolist() == [1] * 4
    assert published.same.tolist() == [0] * 4


def test_change_that_never_came_is_not_expected():
    record = record_of(_past(600, 1, 8.0), 3, falls=True)
    assert record.kept[1] < 0.1
    said = predictive(
        np.array([8.0]), np.array([10.0]), np.array([4.0]), np.array([1]), record,
        falls=True,
    )  # fmt: skip
    assert said.interval(0.9)[0] == said.interval(0.9)[1] == 8


def test_silence_has_a_row_of_its_own_and_a_limit():
    past = _past(40, 0, 200.0, observed=np.nan)
    assert (ages(past, 3) == 3).all()
    assert record_of(past, 3, falls=False).factor[3] == 4
