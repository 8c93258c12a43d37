import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path

SAMPLE = ROOT / "tests/samples/views.csv"


def test_months():
    ds = cs.read_views(SAMPLE)
    months = ds.events["date_start"].dt.strftime("%Y-%m").unique().tolist()
    assert months == ["2018-01", "2018-02"]
    assert ds.counts["best"].to_list() == [0, 3, 12, 0, 1] * 2
    panel = cs.count_events(ds, by="place").to_frame()
    assert panel["best"].sum() == 32


def test_months_that_are_none():
    frame = pd.read_csv(SAMPLE, dtype=str)
    frame.loc[0, "month_id"] = "0"
    frame.loc[1, "country_id"] = ""
    assert cs.read_views(frame).quarantine["rule_id"].to_list() == ["date.unreadable"]


@pytest.mark.parametrize("year", [2018, 2019])
def test_real_outcomes(year):
    ds = cs.read_views(shared_path(f"data/views/cm_actuals_{year}.parquet"))
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == 2_292
    assert ds.events["date_start"].dt.year.unique().tolist() == [year]


def test_draws_of_a_forecast_are_refused(tmp_path):
    frame = pd.read_csv(SAMPLE).assign(draw=0)
    path = tmp_path / "draws.parquet"
    frame.set_index(["month_id", "country_id", "draw"]).to_parquet(path)
    with pytest.raises(cs.ConflictStatsError, match="draws of a forecast"):
        cs.read_views(path)
    with pytest.raises(cs.ConflictStatsError, match="draws of a forecast"):
        cs.read_views(frame.set_index(["month_id", "country_id", "draw"]))
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(cs.ConflictStatsError, match="damaged Parquet"):
        cs.read_views(path)
