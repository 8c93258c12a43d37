import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path

SAMPLE = ROOT / "tests/samples/iom_dtm.csv"


def test_stocks_at_three_levels():
    ds = cs.read_iom_dtm(SAMPLE)
    assert set(ds.counts["kind"]) == {"stock"}
    assert ds.events["admin_level"].to_list()[:3] == [0, 1, 2]
    assert ds.events["place_precision"].to_list()[:3] == ["country", "admin1", "admin2"]
    assert ds.events["round"].to_list() == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]
    with pytest.raises(cs.ConflictStatsError, match="stock"):
        cs.count_events(ds, measure="present", group="displaced_people")


def test_reasons_in_either_case_and_order():
    events = cs.read_iom_dtm(SAMPLE).events
    assert events["displacement_reason"].to_list()[:4] == [
        "conflict",
        "conflict",
        "conflict",
        "conflict; natural disaster",
    ]
    assert events["source_class"][3] == "Natural disaster; Conflict"
    assert events["origin"].isna().sum() == 8
    assert events["origin"][6] == "Achora"


def test_blank_is_unknown_and_the_sexes_are_parts():
    counts = cs.read_iom_dtm(SAMPLE).counts
    people = counts[counts["group"] == "displaced_people"]
    assert people["best"].isna().sum() == 1
    assert people["best"].iloc[-1] == 0
    males = counts[counts["group"] == "men"]
    assert males["best"].to_list() == [70, 70]
    assert set(males["part_of"]) <= set(people["count_id"])


def test_a_level_that_is_none_is_unknown():
    frame = pd.read_csv(SAMPLE, dtype=str)
    frame.loc[0, "adminLevel"] = "1e999"
    events = cs.read_iom_dtm(frame).events
    assert pd.isna(events["admin_level"][0])
    assert events["place_precision"][0] == "unknown"


def test_the_real_file_holds_the_same_people_three_times():
    name = "data/displacement/global-iom-dtm-from-api-admin-0-to-2.csv"
    ds = cs.read_iom_dtm(shared_path(name))
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == 13_367
    people = ds.counts[ds.counts["group"] == "displaced_people"]
    level = people["event_id"].map(ds.events.set_index("event_id")["admin_level"])
    sums = people["best"].groupby(level.to_numpy()).sum()
    assert sums.to_dict() == dict.fromkeys((0, 1, 2), 79_361_198)


def test_sexes_that_do_not_add_are_noted_and_kept():
    row = {"admin0Pcode": "UTO", "adminLevel": 0, "numPresentIdpInd": 120}
    row |= {"reportingDate": "2020-03-30", "roundNumber": 4, "numberMales": 50}
    frame = pd.DataFrame([row | {"numberFemales": 60}])
    ds = cs.read_iom_dtm(frame)
    (said,) = ds.quarantine.loc[ds.quarantine["rule_id"] == "total.differs", "message"]
    assert "in 1 of 1 rows" in said
    assert ds.counts["best"].to_list() == [120, 50, 60]


def test_seven_rows_of_the_real_file_do_not_add():
    path = "data/displacement/global-iom-dtm-from-api-admin-0-to-2.csv"
    notes = cs.read_iom_dtm(shared_path(path)).quarantine
    (said,) = notes.loc[notes["rule_id"] == "total.differs", "message"]
    assert "in 7 of 1,484 rows" in said
