import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path

SAMPLE = ROOT / "tests/samples/daily_deaths.csv"


def test_a_missing_day_is_unknown_and_a_zero_is_zero():
    ds = cs.read_daily_deaths(SAMPLE)
    panel = cs.count_events(ds, by="admin1", every="day")
    cells = panel.to_frame()
    cells = cells[cells["admin1"] == "Amaurot"].set_index("period_start")["best"]
    assert cells["2012-05-05"] == 0
    assert pd.isna(cells["2012-05-06"])
    assert pd.isna(cells["2012-05-07"])
    assert cells["2012-05-08"] == 0


def test_an_empty_cell_is_unknown():
    counts = cs.read_daily_deaths(SAMPLE).counts
    cell = counts[counts["count_id"] == "daily_deaths:2012-05-04:Highlands"].iloc[0]
    assert cell["qualifier"] == "unknown"
    assert set(counts["admin1"]) == {"Anyder", "Amaurot", "Highlands"}


def test_causes_and_strangers():
    frame = pd.DataFrame(
        {"day": ["2012-05-01"], "Shelling": [3], "Siege": [0], "note": ["x"]}
    )
    counts = cs.read_daily_deaths(frame).counts
    assert counts["population"].to_list() == ["Shelling", "Siege"]
    assert counts["admin1"].isna().all()
    told = cs.read_daily_deaths(frame, columns_are="province")
    assert told.counts["admin1"].to_list() == ["Shelling", "Siege"]
    with pytest.raises(cs.ConflictStatsError, match="columns_are"):
        cs.read_daily_deaths(frame, columns_are="place")
    with pytest.raises(cs.ConflictStatsError, match="day without date"):
        cs.read_daily_deaths(frame.assign(date="x"))


@pytest.mark.parametrize(("file", "columns"), [("cause_of_death", 9), ("province", 14)])
def test_real_files(file, columns):
    path = shared_path(f"data/syria_vdc/casualties_by_{file}_by_day.csv")
    ds = cs.read_daily_deaths(path)
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == 2_687
    assert len(ds.counts) == columns * 2_687
    assert ds.counts["best"].sum() == 137_475
