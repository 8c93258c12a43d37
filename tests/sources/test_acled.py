import io

import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path

SAMPLE = ROOT / "tests/samples/acled.csv"


@pytest.fixture(scope="module")
def frame():
    return pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def sample():
    return cs.read_acled(SAMPLE)


def with_cell(frame, row, **cells):
    out = frame.copy()
    for column, value in cells.items():
        out.loc[row, column] = value
    return out


def test_a_zero_with_casualties_unknown_is_unknown(sample):
    counts = sample.counts.set_index("event_id")
    unknown = ["acled:UTO1", "acled:UTO8"]
    assert counts.loc[unknown, ["low", "best", "high"]].isna().all(axis=None)
    assert set(counts.loc[unknown, "qualifier"]) == {"unknown"}
    assert set(counts.loc[unknown, "rule_id"]) == {"count.unknown"}
    others = counts.drop(unknown)
    assert others["best"].to_list() == [4, 0, 3, 0, 0, 0, 1, 2]
    assert others["qualifier"].isna().all()
    noted = sample.quarantine[sample.quarantine["rule_id"] == "count.unknown"]
    # The row before the last one runs over two lines.
    assert noted[["row", "before"]].to_numpy().tolist() == [[2, "0"], [10, "0"]]
    assert noted["after"].isna().all()


def test_events_in_our_words(sample):
    events = sample.events.set_index("event_id")
    assert events["event_class"].to_list() == [
        "battle",
        "air_strike",
        "shelling",
        "violence_against_civilians",
        "protest",
        "riot",
        "strategic_development",
        "battle",
        "riot",
        "explosion",
    ]
    assert events.loc["acled:UTO2", "source_class"] == "Explosions/Remote violence"
    assert events.loc["acled:UTO2", "sub_event_type"] == "Air/drone strike"
    assert events["civilian_targeting"].to_list()[:5] == [
        False,
        False,
        True,
        True,
        False,
    ]
    assert events.loc["acled:UTO6", "disorder_type"] == "Demonstrations"
    spelled = sample.quarantine[sample.quarantine["rule_id"] == "value.spelling"]
    assert spelled[["row", "before", "after"]].to_numpy().tolist() == [
        [7, "Demostrations", "Demonstrations"]
    ]
    assert events["last_modified"].iloc[0] == pd.Timestamp(1600000000, unit="s")
    assert "notes" not in events


def test_precision_widens_the_window(sample):
    events = sample.events.set_index("event_id")
    week, month = events.loc["acled:UTO3"], events.loc["acled:UTO4"]
    assert [str(d.date()) for d in week[["date_start", "date_end"]]] == [
        "2020-06-07",
        "2020-06-13",
    ]
    assert [str(d.date()) for d in month[["date_start", "date_end"]]] == [
        "2020-07-01",
        "2020-07-31",
    ]
    assert (week["date_precision"], month["date_precision"]) == ("week", "month")


def test_actors(sample):
    actors = sample.actors.set_index(["event_id", "role"])
    assert actors.loc[("acled:UTO4", "perpetrator"), "is_generic"]
    assert actors.loc[("acled:UTO4", "target"), "actor_class"] == "civilians"
    allies = actors.loc[("acled:UTO2", "ally_b"), "name"]
    assert sorted(allies) == ["Hill Brigade", "Plain Youth"]
    assert ("acled:UTO5", "side_b") not in actors.index


def test_numeric_codes_and_old_types(frame):
    old = frame.assign(
        inter1=["1.0", "1", "1", "3", "6", "5", "1", "2", "5", "2"],
        event_type="Riots/Protests",
        sub_event_type="",
    )
    ds = cs.read_acled(old)
    classes = ds.events["event_class"]
    assert classes.to_list() == [
        *(["protest"] * 5),
        "riot",
        *(["protest"] * 2),
        "riot",
        "protest",
    ]
    side_a = ds.actors[ds.actors["role"] == "side_a"]
    assert side_a["actor_class"].to_list()[:5] == [
        "state",
        "state",
        "state",
        "political_militia",
        "protesters",
    ]


def test_words_outside_the_codebook_are_recorded(frame):
    ds = cs.read_acled(
        with_cell(frame, 0, event_type="Quarrels", inter1="Poets", geo_precision="7")
    )
    found = ds.quarantine[ds.quarantine["rule_id"] == "value.unknown_word"]
    assert dict(zip(found["column"], found["after"], strict=True)) == {
        "event_type": "other",
        "inter1": "unknown",
        "geo_precision": "unknown",
    }
    assert ds.source_records[0].rows_kept == 10


def test_upper_case_without_second_actor_and_disorder(frame):
    few = frame.drop(
        columns=["actor2", "inter2", "assoc_actor_2", "disorder_type", "timestamp"]
    )
    few.columns = few.columns.str.upper()
    ds = cs.read_acled(few.rename(columns={"ASSOC_ACTOR_1": "ALLY_ACTOR_1"}))
    assert set(ds.actors["role"]) == {"side_a", "perpetrator", "ally_a"}
    assert ds.events["last_modified"].isna().all()
    assert ds.counts["best"].isna().sum() == 2


def test_without_notes_nothing_says_unknown(frame):
    assert cs.read_acled(frame.drop(columns="notes")).counts["best"].notna().all()


def test_civilian_targeting_lost_by_the_export_is_unknown(frame):
    targeting = cs.read_acled(frame.assign(civilian_targeting="")).events[
        "civilian_targeting"
    ]
    assert targeting.isna().sum() == 9
    assert targeting.iloc[3]
    both = with_cell(frame, 2, civilian_targeting="Civilians targeted")
    assert cs.read_acled(both).events["civilian_targeting"].iloc[2]


def test_of_one_id_the_newest_is_kept(frame):
    newer = with_cell(frame, 1, timestamp="1700000000", fatalities="9").iloc[[1]]
    ds = cs.read_acled(
        pd.concat([frame, newer, newer, frame.iloc[[0]]], ignore_index=True)
    )
    out = ds.quarantine[ds.quarantine["action"] == "quarantined"]
    assert sorted(zip(out["rule_id"], out["row"], strict=True)) == [
        ("id.duplicate", 3),
        ("id.repeated_row", 13),
        ("id.repeated_row", 14),
    ]
    kept = ds.counts.set_index("event_id").loc["acled:UTO2", "best"]
    assert kept == 9


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"event_id_cnty": ""}, "id.missing"),
        ({"event_date": "32 June 2020"}, "date.unreadable"),
        ({"event_date": "03/04/2020"}, "date.ambiguous"),
        ({"fatalities": "dozens"}, "count.unreadable"),
        ({"fatalities": "-2"}, "count.negative"),
        ({"fatalities": ""}, "count.missing"),
    ],
)
def test_rows_that_cannot_be_trusted_are_set_aside(frame, cells, rule):
    ds = cs.read_acled(with_cell(frame, 4, **cells))
    out = ds.quarantine[ds.quarantine["action"] == "quarantined"]
    assert out[["row", "rule_id"]].to_numpy().tolist() == [[6, rule]]


def test_day_first_is_declared_where_the_file_does_not_tell(frame):
    dates = frame.assign(event_date="03/04/2020")
    with pytest.raises(cs.ConflictStatsError, match="day_first"):
        cs.read_acled(dates)
    ds = cs.read_acled(dates.assign(time_precision="1"), day_first=True)
    assert set(ds.events["date_start"]) == {pd.Timestamp("2020-04-03")}


def test_terms_forbid_handing_on_rows(sample, tmp_path):
    assert not sample.may_redistribute
    with pytest.raises(cs.ConflictStatsError, match="ACLED EULA"):
        sample.to_csv(tmp_path)
    ds = cs.read_acled(SAMPLE, accessed="2026-01-02", version="June")
    assert "accessed 2026-01-02" in ds.cite()
    assert "10.1057" in ds.cite("bibtex")
    line = ds.source_records[0].attribution()
    assert line == "ACLED (acleddata.com), version June, accessed 2026-01-02"


def test_coverage_is_the_files_window(sample, frame):
    assert sample.coverage.start == pd.Timestamp("2020-06-02")
    assert sample.coverage.end == pd.Timestamp("2020-07-22")
    assert "only event types in it: Battles," in sample.source_records[0].coverage
    mine = cs.read_acled(SAMPLE, coverage=cs.Coverage.of("2020-01-01", "2020-12-31"))
    assert mine.coverage.start == pd.Timestamp("2020-01-01")
    assert cs.read_acled(frame.iloc[:0]).coverage.windows.empty


def test_extra_columns(frame):
    ds = cs.read_acled(frame, extra=["notes", "source", "tags"])
    assert ds.events["notes"].iloc[0].startswith("A clash")
    assert "source_scale" in cs.read_acled(frame, extra="all").events
    upper = frame.rename(columns=str.upper)
    assert "notes" in cs.read_acled(upper, extra=["NOTES"]).events


@pytest.mark.parametrize(
    ("name", "rows", "start", "unknown"),
    [
        ("acled_syria_battles_2017_2023.csv", 23348, "2017-01-01", 1600),
        ("acled_africa_2016.csv", 6831, "2014-12-28", 90),
        ("acled_old_deletion_dummy.csv", 9000, "2022-01-01", 900),
    ],
)
def test_real_files(name, rows, start, unknown):
    path = shared_path(f"data/acled/{name}")
    ds = cs.read_acled(path)
    source = ds.source_records[0]
    assert (source.rows_read, source.rows_kept, source.rows_quarantined) == (
        rows,
        rows,
        0,
    )
    assert ds.coverage.start == pd.Timestamp(start)
    assert unknown < ds.counts["best"].isna().sum() < unknown + 120
    assert ds.events["date_start"].notna().all()
    assert not (ds.events["event_class"] == "other").any()
    # What is not known was a zero: no death is lost.
    encoding = "utf-8" if "africa" not in name else "cp1252"
    given = pd.read_csv(path, encoding=encoding).rename(columns=str.lower)
    assert ds.counts["best"].sum() == given["fatalities"].sum()
    assert not ds.may_redistribute


def test_one_more_way_in():
    text = SAMPLE.read_text(encoding="utf-8")
    ds = cs.read_acled(io.BytesIO(text.encode("cp1252")), encoding="cp1252")
    assert len(ds.events) == 10
