import pandas as pd

import conflictstats as cs
from tests.shared import ROOT, acted

SAMPLE = ROOT / "tests/samples/strike_log.csv"


def test_raids_from_a_minimum_to_a_maximum():
    ds = cs.read_strike_log(SAMPLE, country="Utopia")
    raids = ds.counts[ds.counts["measure"] == "strikes"].head(5)
    assert raids["low"].fillna(-1).to_list() == [1, 2, 1, -1, 2]
    assert raids["high"].fillna(-1).to_list() == [1, 4, -1, -1, 3]
    words = ["exact", "range", "at_least", "unknown", "range"]
    assert raids["qualifier"].to_list() == words
    assert acted(ds)["rule_id"].to_list() == ["count.order"] * 2
    assert set(ds.events["country"]) == {"Utopia"}


def test_unkn_and_plus():
    counts = cs.read_strike_log(SAMPLE).counts
    killed = counts[(counts["measure"] == "killed") & (counts["group"] == "civilians")]
    assert killed["qualifier"].to_list()[:4] == [
        "unknown",
        "at_least",
        "exact",
        "exact",
    ]
    assert killed["low"].fillna(-1).to_list()[:4] == [-1, 10, 3, 0]
    children = counts[counts["group"] == "children"]
    assert children["best"].to_list() == [2, 1, 2, 1]


def test_whose_log_it_is_and_words_that_are_no_count():
    mine = cs.Source(name="My log", licence="CC0", may_redistribute=True)
    frame = pd.read_csv(SAMPLE, dtype=str)
    frame.loc[0, "Civilians killed"] = "3 to many"
    given = cs.Coverage.of("2016-01-01", "2016-12-31")
    ds = cs.read_strike_log(frame, source=mine, coverage=given)
    assert ds.source_records[0].name == "My log"
    assert ds.coverage is given
    assert "count.unreadable" in set(ds.quarantine["rule_id"])
