import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, acted, shared_path

SAMPLE = ROOT / "tests/samples/unhcr.csv"


def test_five_is_censored():
    counts = cs.read_unhcr(SAMPLE).counts
    refugees = counts[counts["measure"] == "refugees"].reset_index(drop=True)
    five = refugees.loc[1]
    assert five[["low", "high"]].to_list() == [1, 5]
    assert pd.isna(five["best"])
    assert five["qualifier"] == "censored"
    assert refugees["best"].to_list()[0] == 180
    assert (refugees["period_start"] == refugees["period_end"]).all()


def test_zero_is_no_observation_and_never_before_the_category():
    silent = cs.read_unhcr(SAMPLE).counts
    assert not silent["best"].eq(0).any()
    kept = cs.read_unhcr(SAMPLE, keep_zeros=True).counts
    idps = kept[kept["count_id"].str.endswith(":idps")]
    # 1999, 2007, 2015 and 2023: in 1951-1991 the category did not exist.
    assert idps["period_start"].dt.year.to_list() == [1999, 2007, 2015, 2023]
    assert kept["best"].eq(0).any()
    with pytest.raises(cs.ConflictStatsError, match="keep_zeros"):
        cs.read_unhcr(SAMPLE, keep_zeros="yes")


def test_stocks_flows_and_codes():
    ds = cs.read_unhcr(SAMPLE)
    returned = ds.counts[ds.counts["measure"] == "returned"]
    assert returned["kind"].to_list() == ["flow"]
    assert ds.events["origin_iso3"].isna().to_list()[:2] == [True, False]
    assert ds.events["event_id"][1] == "unhcr:1959/UTO/AND"
    with pytest.raises(cs.ConflictStatsError, match="stock"):
        cs.count_events(ds, measure="refugees", group="refugees")


def test_the_flow_table():
    frame = pd.DataFrame(
        {
            "year": [2020],
            "coo": ["UTO"],
            "coa": ["AND"],
            "refugees": [40],
            "refugee_like": [7],
        }
    )
    ds = cs.read_unhcr(frame)
    assert ds.counts["kind"].to_list() == ["flow", "flow"]
    assert ds.events["source_class"].to_list() == ["flow"]
    assert ds.counts["period_start"].dt.month.to_list() == [1, 1]


def test_years_that_are_none():
    frame = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    frame.loc[0, "year"] = ""
    frame.loc[1, "year"] = "last"
    ds = cs.read_unhcr(frame)
    assert acted(ds)["rule_id"].to_list() == ["date.missing", "date.unreadable"]


def test_the_real_file():
    ds = cs.read_unhcr(
        shared_path("data/displacement/population.csv"), keep_zeros=False
    )
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == 138_893
    refugees = ds.counts[ds.counts["measure"] == "refugees"]
    assert (refugees["qualifier"] == "censored").sum() == 20_065
    # Nothing is positive before the year we say its category begins.
    first = ds.counts.groupby(ds.counts["count_id"].str.rsplit(":").str[-1])
    years = first["period_end"].min().dt.year
    assert years["idps"] == 1993
    assert years["hst"] == 2019
    assert years["oip"] == 2018
    assert years["stateless"] == 2004
