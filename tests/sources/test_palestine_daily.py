import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path

SAMPLE = ROOT / "tests/samples/palestine_daily.csv"


def series(ds, column):
    counts = ds.counts[ds.counts["count_id"].str.endswith(f":{column}")]
    return counts.reset_index(drop=True)


def test_running_totals_are_cumulative_and_never_summed():
    ds = cs.read_palestine_daily(SAMPLE)
    total = series(ds, "killed_cum")
    assert set(total["kind"]) == {"cumulative"}
    assert (total["period_start"] == pd.Timestamp("2023-10-07")).all()
    with pytest.raises(cs.ConflictStatsError, match="must not be summed"):
        cs.count_events(ds, kind="cumulative")
    assert (
        cs.count_events(ds, kind="flow", every="day").to_frame()["best"].notna().all()
    )


def test_frozen_and_extrapolated_values_are_marked():
    ds = cs.read_palestine_daily(SAMPLE)
    state = series(ds, "killed_cum")["column_state"].to_list()
    assert state[3:7] == ["reported", "extrapolated", "carried forward", "reported"]
    children = series(ds, "killed_children_cum")["column_state"].to_list()
    assert children[5:8] == ["reported", "carried forward", "carried forward"]


def test_revisions_downwards_are_kept_and_marked():
    total = series(cs.read_palestine_daily(SAMPLE), "killed_cum")
    assert total["correction"].to_list()[8] == "revised down"
    assert total["correction"].notna().sum() == 1


def test_recovered_bodies_stand_apart_and_periods_are_as_long_as_said():
    ds = cs.read_palestine_daily(SAMPLE)
    found = series(ds, "killed_recovered")
    assert found[["measure", "population", "best"]].to_numpy().tolist() == [
        ["other", "bodies recovered", 2]
    ]
    killed = series(ds, "killed")
    assert (killed["period_end"] - killed["period_start"]).dt.days.to_list()[2:5] == [
        0,
        1,
        0,
    ]
    assert set(ds.actors["name"]) == {"Ministry of Health", "Government Media Office"}


def test_the_real_file():
    ds = cs.read_palestine_daily(shared_path("data/palestine/casualties_daily.json"))
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == 1_051
    total = series(ds, "killed_cum")
    # 84 of the 85 rows about a period of 0 hours repeat the total of the day before.
    assert total["column_state"].eq("reported").sum() == 949
    assert len(series(ds, "killed_cum")) - len(series(ds, "killed")) == 96
    assert set(ds.actors["name"]) == {"Ministry of Health", "Government Media Office"}


def test_a_report_about_no_hours_is_none():
    frame = pd.DataFrame({"report_date": ["2024-08-10", "2024-08-11", "2024-08-12"]})
    frame["report_source"] = ["mohtel", "mohtel", "missing"]
    frame["report_period"], frame["killed"] = [24, 0, 48], [5, 0, 7]
    frame["killed_cum"] = [100, 100, 107]
    ds = cs.read_palestine_daily(frame)
    assert series(ds, "killed")["best"].to_list() == [5, 7]
    state = series(ds, "killed_cum")["column_state"].to_list()
    assert state == ["reported", "carried forward", "reported"]
    assert len(ds.actors) == 2
