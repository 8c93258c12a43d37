"""check_sensitivity: what was varied, what moved, what could not be fitted."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import conflictstats as cs


def _table(rng, n=48):
    best = rng.poisson(np.exp(2 + 0.02 * np.arange(n)))
    return pd.DataFrame(
        {
            "period_start": pd.date_range("2016-01-01", periods=n, freq="MS"),
            "low": np.floor(best * 0.8).astype(int),
            "best": best,
            "high": best * 2,
        }
    )


def _panel(rng):
    return cs.Panel.from_frame(_table(rng), every="month", measure="killed")


def test_low_and_high_counts_are_fitted_in_their_place(rng):
    panel = _panel(rng)
    got = cs.check_sensitivity(cs.fit_trend(panel)).to_frame()
    for value in ("low", "high"):
        want = cs.fit_trend(panel, value=value).to_frame()
        row = got[got["variation"] == f"{value} counts"]
        assert row["estimate"].tolist() == pytest.approx(
            want["estimate"].head(len(row)).tolist()
        )
    assert "log rate" not in set(got["scale"])


def test_windows_are_cut(rng):
    y = _table(rng).set_index("period_start")["best"]
    got = cs.check_sensitivity(cs.fit_trend(y), share=0.25).to_frame()
    row = got[got["variation"] == "without the first 25 %"].iloc[0]
    want = cs.fit_trend(y.iloc[12:]).to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(want["estimate"])
    row = got[got["variation"] == "without the first and last period"].iloc[0]
    assert row["estimate"] == pytest.approx(
        cs.fit_trend(y.iloc[1:-1]).to_frame().iloc[0]["estimate"]
    )


def test_one_month_that_makes_the_trend_is_found(rng):
    y = pd.Series(rng.poisson(5, 40))
    y.iloc[-2] = 400
    got = cs.check_sensitivity(cs.fit_trend(y, family="nb2", cov="model"))
    assert got.findings[0].verdict == "does not hold"
    assert "without the largest period" in got.findings[0].sentence
    steady = cs.check_sensitivity(cs.fit_trend(_panel(rng), cov="model"))
    assert steady.to_frame("glance")["n_variations"][0] >= 6
    said = [f for f in got.findings if f.check == "influence"]
    assert len(said) == 1
    assert "Without the largest period" in said[0].sentence
    assert "on the log scale" in said[0].sentence
    assert said[0].verdict == "does not hold"


def test_the_largest_event_is_taken_out_alone():
    days = pd.date_range("2020-01-05", periods=24, freq="28D")
    events = pd.DataFrame({"date": days, "deaths": [3, 4] * 12, "country": "Southland"})
    events.loc[5, "deaths"] = 90
    data = cs.read_events(
        events, columns={"date_start": "date", "killed": "deaths", "country": "country"}
    )
    panel = cs.count_events(data, every="month", measure="killed")
    fit = cs.fit_trend(panel, family="nb2", cov="model")
    got = cs.check_sensitivity(fit, dataset=data).to_frame()
    assert "without the largest event" in set(got["variation"])
    calm = panel.to_frame().set_index("period_start")["best"].astype("float64")
    calm[pd.Timestamp(days[5]).to_period("M").to_timestamp()] -= 90
    row = got[got["variation"] == "without the largest event"].iloc[0]
    want = cs.fit_trend(calm, family="nb2", cov="model").to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(want["estimate"], rel=1e-3)
    with pytest.raises(cs.ArgumentError, match="no known count"):
        cs.check_sensitivity(cs.fit_trend(calm.rename("wounded")), dataset=data)
    plain = cs.fit_trend(calm.reset_index(drop=True))
    with pytest.raises(cs.ArgumentError, match="single series with dates"):
        cs.check_sensitivity(plain, dataset=data)
    late = calm[calm.index > "2020-12-01"].rename("killed")
    with pytest.raises(cs.ArgumentError, match="no known period"):
        cs.check_sensitivity(cs.fit_trend(late), dataset=data)


@pytest.mark.parametrize(
    "fit",
    [
        cs.fit_monotone_trend,
        lambda y: cs.fit_breaks(y, posterior=False),
        lambda y: cs.fit_interruption(y, "2018-01-01", placebo=False),
    ],
)
def test_every_series_model_can_be_varied(rng, fit):
    got = cs.check_sensitivity(fit(_panel(rng)))
    names = set(got.to_frame()["variation"])
    assert {"as fitted", "low counts", "high counts"} <= names
    ax = Figure().subplots()
    assert got.plot(ax=ax) is ax
    assert got.to_frame("augment")["observed"].notna().all()
    for name in got.to_frame().columns:
        assert cs.define(name).meaning


def test_levels_have_no_intervals_to_compare(rng):
    got = cs.check_sensitivity(cs.fit_levels(rng.poisson(20, 40)))
    assert got.findings[0].verdict == "cannot tell"
    assert got.to_frame()["is_within"].isna().all()


def test_what_cannot_be_fitted_again_is_said(rng):
    fit = cs.fit_interruption([5, 7, 6, 2, 3, 2, 2, 3], 3, change="level", trend="none")
    got = cs.check_sensitivity(fit, share=0.4)
    said = [f for f in got.findings if f.verdict == "cannot tell"]
    assert said
    assert all(f.sentence.endswith(".") for f in said)
    with pytest.raises(cs.ConflictStatsError, match="no model"):
        got.simulate(1, rng=rng)
    assert "Sensitivity of" in got.title


def test_panels_keep_their_units(rng):
    data = {"a": rng.poisson(6, 30), "b": rng.poisson(9, 30), "c": [0] * 30}
    got = cs.check_sensitivity(cs.fit_trend(data)).to_frame()
    assert set(got["unit_name"]) == {"a", "b"}


def test_refusals(rng):
    with pytest.raises(cs.ConflictStatsError, match="`fit_trend`"):
        cs.check_sensitivity(
            cs.fit_regimes(rng.poisson(5, 40), rng=rng, regimes=1, n_starts=1)
        )
    with pytest.raises(cs.ConflictStatsError, match="no estimates"):
        cs.check_sensitivity(cs.fit_trend([0] * 20))
    with pytest.raises(cs.ConflictStatsError, match="share"):
        cs.check_sensitivity(cs.fit_trend(rng.poisson(5, 20)), share=0.9)
    with pytest.raises(cs.ConflictStatsError, match="Dataset"):
        cs.check_sensitivity(cs.fit_trend(rng.poisson(5, 20)), dataset=3)


def _names(result, **more):
    return cs.check_sensitivity(result, **more).to_frame()["variation"].unique()


def test_silence_may_be_a_source_that_did_not_look(rng):
    y = _table(rng).set_index("period_start")["best"].astype("Int64")
    y.iloc[:9] = 0
    y.iloc[20] = 0
    got = cs.check_sensitivity(cs.fit_trend(y)).to_frame()
    edge = "zeros before the first and after the last report unknown"
    row = got[got["variation"] == edge].iloc[0]
    want = cs.fit_trend(y.iloc[9:]).to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(want["estimate"])
    row = got[got["variation"] == "all zeros unknown"].iloc[0]
    want = cs.fit_trend(y.mask(y == 0)).to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(want["estimate"])
    year = "without 2016, the year with the fewest reports"
    row = got[got["variation"] == year].iloc[0]
    want = cs.fit_trend(y.mask(y.index.year == 2016)).to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(want["estimate"])


def test_a_coverage_says_which_zeros_are_unknown(rng):
    y = _table(rng).set_index("period_start")["best"].astype("Int64")
    y.iloc[4:12] = 0
    looked = cs.Coverage.of("2016-10-01", "2030-01-01")
    fit = cs.fit_trend(y)
    got = cs.check_sensitivity(fit, coverage=looked).to_frame()
    name = "zeros outside the given coverage unknown"
    row = got[got["variation"] == name].iloc[0]
    unknown = (y == 0) & (y.index < "2016-10-01")
    want = cs.fit_trend(y.mask(unknown)).to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(want["estimate"])
    elsewhere = cs.Coverage.of("2016-01-01", "2030-01-01", places={"country": ["X"]})
    assert name in _names(fit, coverage=elsewhere)
    with pytest.raises(cs.ConflictStatsError, match="Coverage"):
        cs.check_sensitivity(fit, coverage=3)
    plain = cs.fit_trend(y.reset_index(drop=True))
    with pytest.raises(cs.ArgumentError, match="series with dates"):
        cs.check_sensitivity(plain, coverage=looked)


def test_units_that_enter_late_and_the_one_known_least(rng):
    index = pd.date_range("2016-01-01", periods=48, freq="MS")
    data = {u: pd.Series(rng.poisson(6, 48), index).astype("Int64") for u in "abcd"}
    data["b"].iloc[:30] = 0
    data["c"].iloc[5:9] = pd.NA
    got = cs.check_sensitivity(cs.fit_trend(data)).to_frame()
    late, least = "without units that enter late", "without c, the unit known least"
    assert {late, least} <= set(got["variation"])
    assert set(got.loc[got["variation"] == late, "unit_name"]) == {"a", "c", "d"}
    assert set(got.loc[got["variation"] == least, "unit_name"]) == {"a", "b", "d"}


def test_partly_covered_periods_may_be_left_out(rng):
    events = pd.DataFrame(
        {"date": pd.date_range("2018-01-01", "2021-01-10", freq="4D")}
    )
    events = events.assign(deaths=rng.poisson(4, len(events)) + 1, country="Southland")
    data = cs.read_events(
        events,
        columns={"date_start": "date", "killed": "deaths", "country": "country"},
        coverage=cs.Coverage.of("2018-01-01", "2021-01-10"),
    )
    panel = cs.count_events(data, every="month", measure="killed")
    assert "partly covered periods unknown" in _names(cs.fit_trend(panel))
