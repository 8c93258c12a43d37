"""fit_monotone_trend: against R in one line, unknown periods, panels, refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import shared_path

HERE = Path(__file__).resolve().parents[1] / "golden" / "monotone"
EXPECTED = json.loads((HERE / "expected.json").read_text())
NILE = pd.read_csv(HERE / "nile.csv", index_col="time")["value"]


def _rows(result):
    return result.to_frame().set_index("term")


@pytest.mark.golden
def test_nile_in_one_line():
    want = EXPECTED["mk_Nile"]["value"]
    rows = _rows(cs.fit_monotone_trend(NILE))
    assert rows.loc["kendall_tau", "estimate"] == pytest.approx(want["tau"])
    assert rows.loc["kendall_tau", "statistic"] == pytest.approx(want["z"])
    assert rows.loc["kendall_tau", "p_value"] == pytest.approx(want["p"])
    slope = rows.loc["slope_per_period"]
    assert slope["estimate"] == pytest.approx(want["sen"])
    assert [slope["conf_low"], slope["conf_high"]] == pytest.approx(want["sen_ci95"])
    assert rows.loc["pettitt_shift", "p_value"] == pytest.approx(want["pettitt_p"])
    # Observation 28 is 1898: the first period after the change is 1899.
    assert rows.loc["pettitt_shift", "change_at"] == 1899


@pytest.mark.golden
def test_road_deaths_by_season():
    want = EXPECTED["smk_UKDriverDeaths"]["value"]
    deaths = pd.read_csv(shared_path("data/series/UKDriverDeaths.csv"))["value"]
    dated = deaths.set_axis(pd.date_range("1969-01-01", periods=192, freq="MS"))
    for data, season in ((deaths, 12), (dated, "month")):
        rows = _rows(cs.fit_monotone_trend(data, season=season))
        assert rows.loc["kendall_tau", "statistic"] == pytest.approx(want["z"])
        assert rows.loc["kendall_tau", "p_value"] == pytest.approx(want["p"])
    year = rows.loc["slope_per_year", "estimate"]
    assert year == pytest.approx(12 * rows.loc["slope_per_period", "estimate"])
    careful = cs.fit_monotone_trend(
        dated, season="month", autocorrelation="hirsch-slack"
    )
    assert careful.to_frame("glance")["variance_factor"][0] > 1
    assert _rows(careful).loc["kendall_tau", "p_value"] > want["p"]


def test_unknown_periods_keep_their_distance(rng):
    y = pd.Series(np.arange(40.0) * 2)
    y[rng.random(40) < 0.4] = None
    y[[0, 39]] = [0, 78]
    result = cs.fit_monotone_trend(y)
    assert _rows(result).loc["slope_per_period", "estimate"] == pytest.approx(2)
    assert result.to_frame("glance")["n_skipped"][0] == y.isna().sum()
    assert "skipped" in " ".join(result.notes)
    simulated = result.simulate(1, rng=rng)[0]
    assert simulated.isna().to_numpy().tolist() == y.isna().tolist()


def test_exposure_divides(rng):
    people = pd.Series(np.linspace(1000, 2000, 30))
    # A constant rate: counts rise only because people do.
    steady = cs.fit_monotone_trend((people * 0.01).round(), exposure=people)
    assert abs(_rows(steady).loc["slope_per_period", "estimate"]) < 1e-5
    with pytest.raises(cs.ArgumentError, match="no entry for the unit"):
        cs.fit_monotone_trend({"a": [1, 2, 3, 4]}, exposure={"b": 1})
    with pytest.raises(cs.ArgumentError, match="positive"):
        cs.fit_monotone_trend([1, 2, 3, 4], exposure=0)


def test_hamed_rao_widens_autocorrelated_series(rng):
    noise = np.convolve(rng.normal(size=130), np.ones(10), "valid")
    y = np.round(20 + 3 * noise).clip(0)
    plain, careful = (
        cs.fit_monotone_trend(y, autocorrelation=kind) for kind in ("none", "hamed-rao")
    )
    assert careful.to_frame("glance")["variance_factor"][0] > 2
    a, b = _rows(plain).loc["slope_per_period"], _rows(careful).loc["slope_per_period"]
    assert b["conf_high"] - b["conf_low"] > a["conf_high"] - a["conf_low"]
    assert any(
        f.check == "autocorrelation" and f.verdict == "does not hold"
        for f in plain.findings
    )
    assert "hamed-rao" in careful.title


@pytest.mark.parametrize(
    ("y", "said"),
    [
        ([0, 0, 0, 0, 0, 0], "equal"),
        ([1, 2], "do not suffice"),
        ([5], "do not suffice"),
        ([None, None, 3, None, 4], "do not suffice"),
    ],
)
def test_what_cannot_be_tested_is_said(y, said, rng):
    result = cs.fit_monotone_trend(y)
    assert result.to_frame().empty
    assert said in result.findings[0].sentence
    assert result.findings[0].verdict == "cannot tell"
    assert result.to_frame("augment")["fitted"].isna().all()
    result.plot()
    with pytest.raises(cs.ConflictStatsError, match="nothing to simulate"):
        result.simulate(1, rng=rng)


def test_a_season_without_a_pair_is_said():
    result = cs.fit_monotone_trend([1, 2, 3, 4, 5], season=9)
    assert "No season" in result.findings[0].sentence


def test_a_failing_unit_does_not_stop_the_others(rng):
    data = {"calm": [0] * 12, "loud": rng.poisson(5, 12), "short": [1, 2]}
    result = cs.fit_monotone_trend(data, n_jobs=2)
    assert result.to_frame()["unit_name"].unique().tolist() == ["loud"]
    assert {f.unit for f in result.findings if f.check == "estimable"} == {
        "calm",
        "short",
    }
    glance = result.to_frame("glance")
    assert (glance["n_units"][0], glance["n_units_failed"][0]) == (3, 2)
    drawn = result.simulate(2, rng=rng)[0]
    assert drawn["calm"].isna().all()
    assert (drawn["loud"] >= 0).all()


def test_refusals():
    y = [1, 2, 3, 4, 5, 6]
    with pytest.raises(cs.ArgumentError, match="autocorrelation"):
        cs.fit_monotone_trend(y, autocorrelation="yes")
    with pytest.raises(cs.ArgumentError, match="monthly"):
        cs.fit_monotone_trend(y, season="month")
    with pytest.raises(cs.ArgumentError, match="hirsch-slack"):
        cs.fit_monotone_trend(y, season=2, autocorrelation="hamed-rao")
    with pytest.raises(cs.ArgumentError, match="needs a season"):
        cs.fit_monotone_trend(y, autocorrelation="hirsch-slack")
    with pytest.raises(cs.ArgumentError, match="season"):
        cs.fit_monotone_trend(y, season=1)


@pytest.mark.slow
def test_no_nan_over_small_data_sets():
    rng = np.random.default_rng(77)
    for _ in range(2_000):
        y = rng.poisson(rng.gamma(0.3, 3), rng.integers(1, 14)).astype(float)
        y[rng.random(len(y)) < 0.2] = np.nan
        result = cs.fit_monotone_trend(y)
        tidy = result.to_frame()
        assert len(tidy) or result.findings
        assert np.isfinite(tidy["estimate"].to_numpy(dtype=float)).all()


def test_draws_of_uncertain_counts_are_pooled(rng):
    fit = cs.fit_monotone_trend

    mean = np.repeat([20.0, 8.0], 40)
    fits = [fit(rng.poisson(mean)) for _ in range(4)]
    pooled = cs.pool_fits(fits).to_frame()
    own = fits[0].to_frame()
    wanted = own.loc[own["std_error"].notna(), "term"].tolist()
    found = pooled.loc[pooled["std_error"].notna(), "term"].tolist()
    assert found == wanted
    assert len(found) >= 2
    # Where the change lies is told beside what can be pooled.
    share = pooled[pooled["term"] == "break_share"]
    assert share["estimate"].tolist() == [1.0]
    assert abs(share["change_at"].iloc[0] - 40) <= 2
