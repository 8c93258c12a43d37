import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, acted, shared_path

SAMPLE = ROOT / "tests/samples/tbij.csv"


def test_a_row_may_be_many_strikes():
    ds = cs.read_tbij(SAMPLE)
    strikes = ds.counts[ds.counts["measure"] == "strikes"]
    assert strikes["best"].to_list()[:4] == [1, 2, 3, 1]
    assert strikes[["low", "high"]].iloc[4].to_list() == [2, 4]
    assert set(strikes["unit"]) == {"strikes"}
    assert ds.events["event_class"].to_list()[:3] == [
        "air_strike",
        "other",
        "air_strike",
    ]
    assert ds.events["strike_status"].to_list()[:2] == ["Confirmed", "Possible"]
    assert set(ds.events["country"]) == {"Yemen"}
    assert set(ds.actors["name"]) == {"United States"}


def test_children_are_part_of_civilians_part_of_all():
    counts = cs.read_tbij(SAMPLE).counts.set_index("count_id")
    child = counts.loc["tbij:YEM900:killed:children"]
    assert child["part_of"] == "tbij:YEM900:killed:civilians"
    assert counts.loc[child["part_of"], "part_of"] == "tbij:YEM900:killed:all"
    unknown = counts.loc["tbij:YEM906:injured:all"]
    assert unknown["qualifier"] == "unknown"
    assert pd.isna(unknown["low"])


def test_ends_the_wrong_way_and_the_country_named():
    frame = pd.read_csv(SAMPLE, dtype=str)
    frame.loc[3, "Minimum number of strikes"] = "9"
    ds = cs.read_tbij(frame, country="Utopia")
    assert acted(ds)[["rule_id", "before"]].to_numpy().tolist() == [
        ["count.order", "9"]
    ]
    assert set(ds.events["country"]) == {"Utopia"}


@pytest.mark.parametrize(
    ("file", "rows", "country", "repaired"),
    [
        ("us-pakistan-strikes-from-2004", 430, "Pakistan", 1),
        ("us-yemen-strikes-from-2007", 324, "Yemen", 2),
        ("us-somalia-strikes-from-2007", 190, "Somalia", 0),
    ],
)
def test_the_real_workbooks(file, rows, country, repaired):
    ds = cs.read_tbij(shared_path(f"data/tbij/{file}.xlsx"))
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == len(ds.events) == rows
    assert len(source.sha256) == 64
    assert set(ds.events["country"]) == {country}
    assert (ds.quarantine["rule_id"] == "count.order").sum() == repaired
    assert ("strikes" in set(ds.counts["measure"])) == (country != "Pakistan")


def test_ground_operations_are_no_air_strikes_whatever_their_words():
    frame = pd.read_csv(SAMPLE, dtype=str)
    frame["Type of attack"] = "Ground operation\nPossible drone strike"
    frame["Air operation?"] = ["1", "0", *["1"] * (len(frame) - 2)]
    classes = cs.read_tbij(frame).events["event_class"].to_list()
    assert classes[:3] == ["air_strike", "other", "air_strike"]
    words = cs.read_tbij(frame.drop(columns=["Air operation?", "Drone strike"]))
    assert set(words.events["event_class"]) == {"air_strike"}


@pytest.mark.parametrize(
    ("name", "other"), [("yemen", 10), ("somalia", 11), ("pakistan", 0)]
)
def test_strikes_from_the_air_in_the_real_files(name, other):
    year = {"yemen": 2007, "somalia": 2007, "pakistan": 2004}[name]
    path = shared_path(f"data/tbij/us-{name}-strikes-from-{year}.xlsx")
    events = cs.read_tbij(path).events
    assert events["event_class"].eq("other").sum() == other
    order = events["entry_order"].notna().all()
    assert order == (name == "pakistan")
