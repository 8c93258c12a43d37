"""fit_levels: the textbook's variances, bridges, forecasts, refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
EXPECTED = json.loads((GOLDEN / "levels" / "expected.json").read_text())
NILE = pd.read_csv(GOLDEN / "monotone" / "nile.csv", index_col="time")["value"]


def _rows(result):
    return result.to_frame().set_index("term")["estimate"]


@pytest.mark.golden
def test_nile_variances_equal_r_and_the_book():
    level, noise = EXPECTED["structTS_Nile"]["value"]["var"]
    got = cs.fit_levels(NILE, transform="none")
    assert _rows(got)["level_variance"] == pytest.approx(level, rel=1e-3)
    assert _rows(got)["irregular_variance"] == pytest.approx(noise, rel=1e-3)
    # Durbin and Koopman (2012), section 2.10.3: the diffuse log-likelihood, which drops
    # the constant of the first period.
    book = -632.54 - 0.5 * np.log(2 * np.pi)
    assert got.to_frame("glance")["log_likelihood"][0] == pytest.approx(book, abs=0.01)


def test_forecast_is_flat_and_widens():
    got = cs.fit_levels(NILE, transform="none", horizon=5)
    ahead = got.forecast()
    assert ahead["time"].tolist() == [1971, 1972, 1973, 1974, 1975]
    assert np.ptp(ahead["fitted"]) < 1e-6
    width = ahead["fitted_high"] - ahead["fitted_low"]
    assert (width.diff().dropna() > 0).all()
    # Durbin and Koopman (2012), figure 2.6: 798.4 from 1971 on.
    assert ahead["fitted"].iloc[0] == pytest.approx(798.4, abs=0.1)


def test_unknown_periods_are_bridged_and_less_sure(rng):
    index = pd.date_range("2015-01-01", periods=72, freq="MS")
    y = pd.Series(rng.poisson(30 + 20 * np.sin(np.arange(72) / 9)), index).astype(
        "Int64"
    )
    y.iloc[30:36] = pd.NA
    got = cs.fit_levels(y, horizon=3)
    rows = got.to_frame("augment")
    width = np.log1p(rows["fitted_high"]) - np.log1p(rows["fitted_low"])
    assert rows["fitted"].notna().all()
    assert width[33] > 1.2 * width[20]
    assert got.forecast()["period_start"].tolist() == list(
        pd.date_range("2021-01-01", periods=3, freq="MS")
    )
    assert got.to_frame("glance")["n_skipped"][0] == 6
    assert got.simulate(1, rng=rng)[0].isna().sum() == 6


def test_season_and_slope_are_found(rng):
    index = pd.date_range("2010-01-01", periods=96, freq="MS")
    season = np.tile(np.repeat([1.0, 2.0], 6), 8)
    y = pd.Series(rng.poisson(40 * season * np.exp(0.01 * np.arange(96))), index)
    got = cs.fit_levels(y, kind="trend", season="month", horizon=12)
    assert set(_rows(got).index) == {
        "irregular_variance",
        "level_variance",
        "slope_variance",
        "season_variance",
    }
    rows = got.to_frame("augment")
    low, high = rows["fitted"][:6].mean(), rows["fitted"][6:12].mean()
    assert high / low == pytest.approx(2, rel=0.25)
    assert (
        abs(rows["smoothed_level"].iloc[6] / rows["smoothed_level"].iloc[5] - 1) < 0.2
    )
    ahead = got.forecast()["fitted"]
    assert ahead[6:12].mean() / ahead[:6].mean() == pytest.approx(2, rel=0.25)
    quarters = cs.fit_levels(y, season=4)
    assert "season_variance" in _rows(quarters).index


def test_exposure_is_divided_out(rng):
    people = np.linspace(100, 300, 60)
    y = rng.poisson(people * 0.5)
    got = cs.fit_levels(y, exposure=people, transform="none")
    rows = got.to_frame("augment")
    ratio = rows["fitted"].to_numpy(dtype=float) / people
    assert ratio == pytest.approx(np.full(60, 0.5), rel=0.15)
    assert any(f.check == "level_moves" for f in got.findings)


def test_simulations_look_like_the_data(rng):
    got = cs.fit_levels(NILE, transform="none")
    drawn = got.simulate(20, rng=rng)
    assert np.mean([d.std() for d in drawn]) == pytest.approx(NILE.std(), rel=0.5)
    trend = cs.fit_levels(NILE, kind="trend")
    assert len(trend.simulate(1, rng=rng)[0]) == 100


@pytest.mark.parametrize(
    ("y", "said"),
    [([1, 2, 3], "do not suffice"), ([4] * 20, "equal"), ([0] * 20, "equal")],
)
def test_what_cannot_be_smoothed_is_said(y, said):
    got = cs.fit_levels(y, horizon=2)
    assert said in got.findings[0].sentence
    assert got.to_frame().empty
    got.plot()
    with pytest.raises(cs.ConflictStatsError, match="no forecast"):
        got.forecast()


def test_panels_go_on(rng):
    data = {"calm": [0] * 24, "loud": rng.poisson(9, 24)}
    got = cs.fit_levels(data, n_jobs=1)
    assert got.to_frame()["unit_name"].unique().tolist() == ["loud"]
    assert "2 units" in got.title


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"kind": "cycle"}, "kind"),
        ({"transform": "sqrt"}, "transform"),
        ({"season": "month"}, "monthly"),
        ({"season": 1}, "season"),
        ({"horizon": -1}, "horizon"),
    ],
)
def test_refusals(options, said):
    with pytest.raises(cs.ConflictStatsError, match=said):
        cs.fit_levels(list(range(20)), **options)


def test_a_month_that_is_never_known_is_said(rng):
    y = pd.Series(rng.poisson(9, 60)).astype("Int64")
    y.iloc[3::12] = pd.NA
    got = cs.fit_levels(y, season=12)
    assert "never known" in got.findings[0].sentence


@pytest.mark.slow
def test_the_number_of_processes_changes_no_bit(rng):
    data = {f"cell {k}": rng.poisson(4, 40) for k in range(6)}
    one = cs.fit_levels(data, kind="trend", horizon=2)
    two = cs.fit_levels(data, kind="trend", horizon=2, n_jobs=2)
    for kind in ("tidy", "augment"):
        pd.testing.assert_frame_equal(one.to_frame(kind), two.to_frame(kind))
    pd.testing.assert_frame_equal(one.forecast(), two.forecast())
