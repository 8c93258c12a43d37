"""Running totals to bounded flows."""

import json

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError
from conflictstats.glossary import GLOSSARY
from tests.shared import shared_path


def totals(values, **columns):
    days = pd.date_range("2020-01-01", periods=len(values), freq="D")
    return pd.DataFrame({"as_of": days, "value": values, **columns})


def test_exact_totals_give_their_differences():
    found = cs.to_flows(totals([5, 9, 9]), since="2019-12-30").to_frame()
    assert found["low"].tolist() == [5, 4, 0]
    assert found["high"].tolist() == [5, 4, 0]
    assert found["printed_difference"].tolist() == [5, 4, 0]
    assert found["period_start"][0] == pd.Timestamp("2019-12-30")
    assert found["flag"].tolist() == ["", "", ""]


def test_a_fall_is_flagged_and_widens_what_came_before():
    found = cs.to_flows(totals([10, 25, 22, 30]))
    flows = found.to_frame()
    assert flows["printed_difference"].tolist() == [10, 15, -3, 8]
    assert flows["flag"].tolist()[2].startswith("fall")
    assert (flows["low"][1], flows["high"][1]) == (12, 15)
    assert (flows["low"][2], flows["high"][2]) == (0, 0)
    assert (flows["low"][3], flows["high"][3]) == (5, 8)
    assert found.to_frame("points")["slack"].sum() == 3
    assert "1 falls" in repr(found)


def test_open_ends_stay_open():
    table = totals([300, 400], qualifier=["more_than", "more_than"])
    found = cs.to_flows(table).to_frame()
    assert found["high"].isna().all()
    assert found["low"].tolist() == [301, 0]


def test_calendar_periods_are_bounded_between_the_days_of_print():
    table = pd.DataFrame(
        {"as_of": ["2020-01-20", "2020-02-10", "2020-03-05"], "value": [20, 31, 45]}
    )
    found = cs.to_flows(table, every="month", since="2020-01-01").to_frame()
    assert found["low"].tolist() == [20, 0, 0]
    assert found["high"].tolist()[:2] == [31, 25]
    assert found["high"].isna().tolist() == [False, False, True]
    # Without a base the first figure's day is where flows begin.
    later = cs.to_flows(table, every="month").to_frame()
    assert len(later) == 3


def test_windows_of_their_own_sharpen_a_total():
    table = pd.DataFrame(
        {
            "claim_id": ["a", "b", "w"],
            "as_of": ["2020-02-10", "2020-02-20", "2020-02-15"],
            "start": ["2020-02-01", "2020-02-01", "2020-02-11"],
            "value": [100, 160, 45],
        }
    )
    found = cs.to_flows(table)
    flows = found.to_frame()
    assert flows["low"].tolist() == [100, 45, 15]
    assert flows["high"].tolist() == [100, 45, 15]
    assert "rebased" in flows["flag"][1]
    assert found.to_frame("points")["rebased"].tolist() == [False, True, False]


def test_disjoint_windows_are_the_flows():
    ds = cs.load_dataset("idlib_2020")
    series = ds.extras["series"]
    months = series[series["series_id"] == "K09"]
    starts = months["claim_id"].map(ds.counts.set_index("count_id")["period_start"])
    found = cs.to_flows(months.assign(start=starts)).to_frame()
    assert found["low"].tolist() == [286, 276, 145]
    assert found["high"].isna().all()


def test_a_figure_without_a_start_counts_from_that_of_the_others():
    table = totals([7, 9], start=[None, "2019-12-01"])
    found = cs.to_flows(table).to_frame()
    assert found["low"].tolist() == [7, 2]
    assert found["period_start"][0] == pd.Timestamp("2019-12-01")


def test_displaced_since_december():
    ds = cs.load_dataset("idlib_2020")
    found = cs.to_flows(ds, series="K01", since="2019-12-01")
    flows = found.to_frame().set_index("period_end")
    points = found.to_frame("points").set_index("claim_id")
    # 875,000 printed as 900,000 is no rise of 25,000.
    assert points.loc["D33", "echo_of"] == "D31"
    assert points.loc["D34", "echo_of"] == "D31"
    assert flows.loc["2020-02-20", "low"] == 0
    # Figures of two counts for 31 January cannot both be right.
    assert points.loc["D15", "slack"] > 100_000
    assert flows.loc["2020-02-03", "printed_difference"] == -66_000
    assert "fall" in flows.loc["2020-02-03", "flag"]
    assert flows.loc["2020-02-10", ["low", "high"]].tolist() == [102_000, 104_000]
    clean = cs.to_flows(ds, series="K01", since="2019-12-01", clean=True).to_frame()
    assert not clean["flag"].str.contains("fall").any()
    assert (clean["low"] <= clean["high"]).all()


def test_the_drifting_counter():
    ds = cs.load_dataset("idlib_2020")
    flows = cs.to_flows(ds, series="K05").to_frame()
    assert flows["printed_difference"].tolist() == [1709, 391, 112, 345, 581, 262]
    assert (flows["low"][1], flows["high"][1]) == (392, 503)
    assert flows["period_start"].isna().tolist() == [True] + [False] * 5
    # The printed starts differ: with them each figure is a window of its own.
    series = ds.extras["series"]
    rows = series[series["series_id"] == "K05"]
    starts = rows["claim_id"].map(ds.counts.set_index("count_id")["period_start"])
    rebased = cs.to_flows(rows.assign(start=starts)).to_frame()
    assert rebased["flag"].str.contains("rebased").any()


def test_flows_become_a_data_set():
    found = cs.to_flows(totals([5, 9, 9]))
    counts = found.to_dataset("displaced").counts
    assert counts["measure"].unique().tolist() == ["displaced"]
    assert counts["low"].tolist() == [4, 0]
    assert counts["kind"].unique().tolist() == ["flow"]


def test_columns_are_in_the_glossary():
    found = cs.to_flows(totals([5, 9]))
    for kind in ("flows", "points"):
        assert set(found.to_frame(kind)) <= set(GLOSSARY)
    with pytest.raises(ArgumentError, match="kind"):
        found.to_frame("tidy")
    with pytest.raises(ArgumentError, match="every"):
        cs.to_flows(totals([1]), every="fortnight")


def test_losses_claimed_by_day():
    path = shared_path("data/russia_losses/russia_losses_equipment.json")
    table = pd.DataFrame(json.loads(path.read_text()))[400:520]
    found = cs.to_flows(table, value="tank", time="date")
    falls = found.to_frame().query("flag.str.contains('fall')")
    assert falls["printed_difference"].tolist() == [-2]
    assert falls["period_end"].dt.strftime("%F").tolist() == ["2023-05-28"]


def test_dead_by_day_and_in_sum():
    path = shared_path("data/palestine/casualties_daily.json")
    table = pd.DataFrame(json.loads(path.read_text()))[:120]
    by_day = cs.to_flows(table, value="killed_cum", time="report_date").to_frame()
    by_month = cs.to_flows(
        table, value="killed_cum", time="report_date", every="month", since="2023-10-07"
    ).to_frame()
    assert by_month["low"][0] == 8525
    assert (by_day["low"] <= by_day["high"]).all()
