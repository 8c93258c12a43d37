import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models._design import Design, aligned, natural_spline

MONTHS = pd.date_range("2018-01-01", periods=30, freq="MS", unit="us")


def build(index=MONTHS, every="month", **kwargs):
    return Design(**kwargs).build(index, every)


def test_trend_is_time_in_periods_centred():
    frame = build()
    assert frame.columns.to_list() == ["intercept", "trend"]
    assert frame["trend"].mean() == pytest.approx(0)
    assert np.diff(frame["trend"]).tolist() == [1] * 29


def test_none():
    assert build(trend="none").columns.to_list() == ["intercept"]


def test_spline_is_natural_and_holds_the_line():
    time = np.linspace(0, 10, 200)
    basis = natural_spline(time, 4)
    assert basis.shape == (200, 4)
    x = np.column_stack([np.ones(200), basis])
    line = x @ np.linalg.lstsq(x, time, rcond=None)[0]
    np.testing.assert_allclose(line, time, atol=1e-9)
    # Second differences vanish at both ends: linear beyond the outer knots.
    ends = np.diff(basis, n=2, axis=0)[[0, -1]]
    assert np.abs(ends).max() < 1e-3
    assert natural_spline(np.ones(5), 2).tolist() == [[0, 0]] * 5


@pytest.mark.parametrize("every", ["month", "quarter", "week", "day"])
def test_harmonics_repeat_each_year(every):
    frequency = {"month": "MS", "quarter": "QS", "week": "7D", "day": "D"}[every]
    n = {"month": 36, "quarter": 12, "week": 160, "day": 1100}[every]
    index = pd.date_range("2018-01-01", periods=n, freq=frequency, unit="us")
    frame = build(index, every, season="harmonic", harmonics=2)
    year = {"month": 12, "quarter": 4, "week": 52, "day": 365}[every]
    drift = np.abs(frame["cos_1"].to_numpy()[year:] - frame["cos_1"].to_numpy()[:-year])
    assert drift.max() < (1e-9 if every in ("month", "quarter") else 0.05)
    assert np.linalg.matrix_rank(frame.to_numpy()) == frame.shape[1]


def test_months():
    frame = build(season="month")
    assert frame.shape[1] == 2 + 11
    assert frame.loc["2019-03-01", "month_03"] == 1
    weeks = pd.date_range("2019-12-30", periods=3, freq="7D", unit="us")
    assert "month_01" not in build(weeks, "week", season="month").columns


def test_formula():
    truce = pd.Series(np.r_[np.zeros(20), np.ones(10)], MONTHS)
    frame = build(formula="t + truce", covariates={"truce": truce})
    assert frame.columns.to_list() == ["intercept", "trend", "truce"]
    assert build(formula="C(month)").shape[1] == 12
    plain = Design(formula="t").build(pd.RangeIndex(4), None)
    assert plain["trend"].tolist() == [-1.5, -0.5, 0.5, 1.5]


def test_covariates_without_formula():
    frame = build(covariates={"truce": np.arange(30)})
    assert frame["truce"].tolist() == list(range(30))


@pytest.mark.parametrize(
    ("kwargs", "said"),
    [
        ({"trend": "cubic"}, "`trend` must be one of"),
        ({"season": "weekly"}, "`season` must be one of"),
        ({"df": 1}, "`df` must be a whole number"),
        ({"harmonics": 9}, "`harmonics` must be"),
        ({"formula": "y ~ t"}, "right-hand side only"),
    ],
)
def test_bad_options(kwargs, said):
    with pytest.raises(cs.ArgumentError, match=said):
        Design(**kwargs)


@pytest.mark.parametrize("formula", ["t + nothing", "t +* 2", "C("])
def test_bad_formulas_say_what_may_be_named(formula):
    with pytest.raises(cs.ArgumentError, match="it may name `t`, `month`, `year`"):
        build(formula=formula)


def test_seasons_need_dates():
    with pytest.raises(cs.ArgumentError, match="a plain index"):
        Design(season="harmonic").build(pd.RangeIndex(9), None)
    years = pd.date_range("2000", periods=9, freq="YS")
    with pytest.raises(cs.ArgumentError, match="yearly periods"):
        build(years, "year", season="month")


def test_aligned():
    assert aligned(2, MONTHS, "x").tolist() == [2] * 30
    periods = pd.Series(np.arange(30), MONTHS.to_period("M"))
    assert aligned(periods, MONTHS, "x")[-1] == 29
    with pytest.raises(cs.ArgumentError, match="1 of them missing"):
        aligned(pd.Series(np.arange(29), MONTHS[:-1]), MONTHS, "x")
    with pytest.raises(cs.ConflictStatsError, match="must hold numbers"):
        aligned(["a"] * 30, MONTHS, "x")
