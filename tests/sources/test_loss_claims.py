import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path

SAMPLE = ROOT / "tests/samples/loss_claims.csv"
REAL = "data/russia_losses/russia_losses"


def test_totals_corrections_and_about():
    ds = cs.read_loss_claims(SAMPLE)
    assert set(ds.counts["kind"]) == {"cumulative"}
    tank = ds.counts[ds.counts["unit"] == "tank"]
    assert tank["correction"].notna().to_list() == [False] * 6 + [True] + [False] * 3
    people = ds.counts[ds.counts["measure"] == "casualties"]
    assert people["qualifier"].to_list() == ["about"] * 5 + ["exact"] * 5
    assert people["low"].isna().to_list() == [True] * 5 + [False] * 5
    assert (ds.counts["measure"] == "detained").sum() == 4
    assert ds.events["description"][7] == "Amaurot"
    with pytest.raises(cs.ConflictStatsError, match="must not be summed"):
        cs.count_events(ds, measure="casualties", group="personnel")


def test_corrections_are_changes_not_totals():
    changes = pd.DataFrame({"date": ["2022-03-02"], "day": [7], "tank": [-5]})
    ds = cs.read_loss_claims(SAMPLE, corrections=changes)
    assert ds.extras["corrections"]["tank"].to_list() == ["-5"]
    with pytest.raises(cs.ConflictStatsError, match="corrections="):
        cs.read_loss_claims(changes)
    with pytest.raises(cs.ConflictStatsError, match="`personnel`"):
        cs.read_loss_claims(pd.DataFrame({"date": ["2022-03-02"], "day": [7]}))


@pytest.mark.parametrize("file", ["equipment", "personnel"])
def test_real_files(file):
    corrections = shared_path(f"{REAL}_equipment_correction.json")
    ds = cs.read_loss_claims(
        shared_path(f"{REAL}_{file}.json"), corrections=corrections
    )
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == 1_626
    assert len(ds.extras["corrections"]) == 28
    with pytest.raises(cs.ConflictStatsError, match="holds corrections"):
        cs.read_loss_claims(corrections)
