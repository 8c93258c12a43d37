import io
import zipfile

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.tidy.vocabulary import SIDES_PARTITION
from tests.shared import ROOT, acted, shared_path

SAMPLE = ROOT / "tests/samples/ucdp_ged.csv"


@pytest.fixture(scope="module")
def frame():
    return pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def sample():
    return cs.read_ucdp_ged(SAMPLE)


def with_cell(frame, row, **cells):
    out = frame.copy()
    for column, value in cells.items():
        out.loc[row, column] = value
    return out


def rules(ds):
    return sorted(set(acted(ds)["rule_id"]))


def test_the_parts_are_a_partition_of_best(sample):
    counts = sample.counts.pivot_table(index="event_id", columns="group", values="best")
    assert (counts[list(SIDES_PARTITION)].sum(axis=1) == counts["all"]).all()
    assert set(sample.counts["kind"]) == {"incident"}
    assert set(sample.counts["unit"]) == {"people"}
    parts = sample.counts[sample.counts["group"] != "all"]
    exact = parts["qualifier"] == "exact"
    assert (parts["low"][exact] == parts["best"][exact]).all()
    assert parts[["low", "high"]][~exact].isna().all(axis=None)


def test_columns_best_high_low_are_not_confused(sample):
    row = sample.counts[sample.counts["count_id"] == "ucdp_ged:1002:all"].iloc[0]
    assert (row["low"], row["best"], row["high"]) == (5, 6, 9)
    assert row["qualifier"] == "range"


def test_order_is_repaired_by_name_with_before_and_after(sample):
    found = acted(sample).set_index("column")
    assert found.loc["low", ["before", "after", "row"]].tolist() == ["6", "5", 6]
    assert found.loc["high", ["before", "after", "row"]].tolist() == ["1", "2", 7]
    assert set(found["rule_id"]) == {"count.order"}
    both = sample.counts
    assert (both["low"].dropna() <= both["best"][both["low"].notna()]).all()


def test_events_in_our_words(sample):
    events = sample.events.set_index("event_id")
    row = events.loc["ucdp_ged:1004"]
    assert row["event_class"] == "non_state_battle"
    assert row["source_class"] == "2"
    assert (row["date_precision"], row["place_precision"]) == ("month", "admin1")
    assert row["clarity"] == "several_events"
    assert row["dyad"] == "Front of the Plain - Hill Brigade"
    # -1 sources means that they were not recorded.
    assert row["number_of_sources"] is pd.NA
    assert events.loc["ucdp_ged:1003", "civilian_targeting"]
    assert events.loc["ucdp_ged:1010", "admin1"] == "N/A"
    assert pd.isna(events.loc["ucdp_ged:1005", "admin1"])
    assert events["priogrid_gid"].notna().all()
    assert "source_article" not in events


def test_actors_never_carry_counts(sample):
    actors = sample.actors
    assert set(actors["role"]) == {"side_a", "side_b"}
    one = actors[actors["event_id"] == "ucdp_ged:1003"].set_index("role")
    assert one["actor_class"].to_dict() == {
        "side_a": "non_state_group",
        "side_b": "civilians",
    }
    assert one["is_generic"].to_dict() == {"side_a": False, "side_b": True}
    state = actors[actors["name"] == "Government of Utopia"]
    assert set(state["actor_class"]) == {"state"}


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"id": ""}, "id.missing"),
        ({"type_of_violence": "4"}, "value.unknown_word"),
        ({"date_start": "someday"}, "date.unreadable"),
        ({"date_end": ""}, "date.missing"),
        ({"date_end": "2019-01-01"}, "date.reversed"),
        ({"best": "many"}, "count.unreadable"),
        ({"best": "2.5"}, "count.unreadable"),
        ({"high": "99999999999999999999"}, "count.unreadable"),
        ({"deaths_a": "-1"}, "count.negative"),
        ({"low": "NA"}, "count.missing"),
        ({"deaths_a": "2"}, "count.partition"),
    ],
)
def test_rows_that_cannot_be_trusted_are_set_aside(frame, cells, rule):
    ds = cs.read_ucdp_ged(with_cell(frame, 0, **cells))
    out = ds.quarantine[ds.quarantine["action"] == "quarantined"]
    assert out[["row", "rule_id"]].to_numpy().tolist() == [[2, rule]]
    assert '"relid": "UTO-2020-1-1001"' in out["raw"].iloc[0]
    source = ds.source_records[0]
    assert (source.rows_read, source.rows_kept, source.rows_quarantined) == (10, 9, 1)
    assert len(ds.events) == 9


def test_repairs_keep_the_row(frame):
    wrong = with_cell(frame, 0, latitude="910", where_prec="9", date_prec="0")
    ds = cs.read_ucdp_ged(wrong)
    row = ds.events.iloc[0]
    assert pd.isna(row["latitude"])
    assert pd.isna(row["longitude"])
    assert (row["place_precision"], row["date_precision"]) == ("unknown", "unknown")
    assert rules(ds) == [
        "coordinate.unreadable",
        "count.order",
        "value.unknown_word",
    ]


def test_repeated_ids(frame):
    twice = pd.concat([frame, frame.iloc[[0]], with_cell(frame, 1, best="6").iloc[[1]]])
    twice = with_cell(twice.reset_index(drop=True), 11, side_a="Another")
    ds = cs.read_ucdp_ged(twice)
    out = ds.quarantine[ds.quarantine["action"] == "quarantined"]
    assert out[["row", "rule_id"]].to_numpy().tolist() == [
        [12, "id.repeated_row"],
        [13, "id.duplicate"],
    ]
    assert len(ds.events) == 10


def test_a_broken_row_does_not_take_its_repetition_along(frame):
    twice = pd.concat([frame.iloc[[0]], frame], ignore_index=True)
    ds = cs.read_ucdp_ged(with_cell(twice, 0, best="x"))
    assert len(ds.events) == 10


def test_ids_written_as_floats_are_read_and_noted(frame):
    floats = frame.assign(
        id=frame["id"] + ".0", type_of_violence=frame["type_of_violence"] + ".0"
    )
    ds = cs.read_ucdp_ged(floats)
    assert ds.events["event_id"].iloc[0] == "ucdp_ged:1001"
    assert ds.events["source_class"].iloc[0] == "1"
    assert "file.id_as_float" in rules(ds)


def test_extra_columns_come_when_asked_for(frame):
    ds = cs.read_ucdp_ged(frame, extra=["source_article", "relid"])
    assert ds.events["relid"].iloc[0] == "UTO-2020-1-1001"
    assert "Herald" in ds.events["source_article"].iloc[0]
    assert "geom_wkt" in cs.read_ucdp_ged(SAMPLE, extra="all").events
    assert "relid" in cs.read_ucdp_ged(SAMPLE, extra="relid").events
    with pytest.raises(cs.ConflictStatsError, match="source_article"):
        cs.read_ucdp_ged(SAMPLE, extra=["source_artcle"])


def test_zip_and_version(tmp_path):
    path = tmp_path / "ged251-csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(SAMPLE, "GEDEvent_v25_1.csv")
    ds = cs.read_ucdp_ged(path, accessed="2026-01-02")
    source = ds.source_records[0]
    assert source.version == "25.1"
    assert set(ds.events["dataset_version"]) == {"25.1"}
    assert "Organized violence 1989-2024" in ds.cite()
    assert ds.cite("bibtex").count("@article") == 2
    assert source.retrieved_at == "2026-01-02"
    assert len(source.sha256) == 64
    assert cs.read_ucdp_ged(path, version="x").source_records[0].version == "x"


def test_coverage(sample, frame):
    windows = sample.coverage.windows
    assert windows["place"].to_list() == ["Macaria", "Utopia"]
    assert set(windows["basis"]) == {"inferred from the file"}
    assert str(windows["period_end"].iloc[0].date()) == "2020-12-31"
    assert "2 countries" in sample.source_records[0].coverage
    mine = cs.read_ucdp_ged(SAMPLE, coverage=cs.Coverage.of("2020-01-01", "2020-06-30"))
    assert mine.coverage.end == pd.Timestamp("2020-06-30")
    with pytest.raises(cs.ConflictStatsError, match="coverage"):
        cs.read_ucdp_ged(SAMPLE, coverage="2020")
    nothing = cs.read_ucdp_ged(frame.iloc[:0])
    assert nothing.coverage.windows.empty
    assert len(nothing.events) == 0


def test_files_without_the_smaller_columns(frame):
    few = frame.drop(
        columns=["priogrid_gid", "gwnoa", "gwnob", "side_b", "where_prec", "adm_1"]
    )
    ds = cs.read_ucdp_ged(few)
    assert ds.events["priogrid_gid"].notna().all()
    assert set(ds.events["place_precision"]) == {"unknown"}
    assert set(ds.actors["role"]) == {"side_a"}


@pytest.mark.parametrize(
    ("name", "rows", "repaired", "columns"),
    [
        ("mexico.csv", 18957, 89, 49),
        ("ucdp_syria_df.csv", 16566, 101, 41),
        ("conflict_data_ukr_2022.csv", 1167, 19, 52),
        ("ucdpged.csv", 1000, 13, 49),
    ],
)
def test_real_files(name, rows, repaired, columns):
    path = shared_path(f"data/ucdp_ged/{name}")
    ds = cs.read_ucdp_ged(path)
    source = ds.source_records[0]
    assert (source.rows_read, source.rows_kept, source.rows_quarantined) == (
        rows,
        rows,
        0,
    )
    order = ds.quarantine[ds.quarantine["rule_id"] == "count.order"]
    assert order["row"].nunique() == repaired
    given = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert given.shape[1] == columns
    tags = given["id"].eq("") & given["year"].str.startswith("#")
    best = pd.to_numeric(given["best"][~tags])
    killed = ds.counts[ds.counts["group"] == "all"]
    assert killed["best"].sum() == best.sum()
    parts = ds.counts[ds.counts["group"] != "all"]
    assert parts["best"].sum() == best.sum()
    assert (killed["low"] <= killed["best"]).all()
    assert (killed["best"] <= killed["high"]).all()
    located = ds.events["latitude"].notna()
    gid = np.floor((ds.events["latitude"][located] + 90) * 2) * 720
    gid += np.floor((ds.events["longitude"][located] + 180) * 2) + 1
    assert (ds.events["priogrid_gid"][located].astype(float) == gid).all()


def test_the_syrian_file_stops_in_november():
    ds = cs.read_ucdp_ged(shared_path("data/ucdp_ged/ucdp_syria_df.csv"))
    assert ds.coverage.end == pd.Timestamp("2019-11-30")


def test_reading_does_not_depend_on_bytes_around(frame):
    text = frame.to_csv(index=False)
    plain = cs.read_ucdp_ged(io.StringIO(text))
    crlf = cs.read_ucdp_ged(io.BytesIO(text.replace("\n", "\r\n").encode("utf-16")))
    pd.testing.assert_frame_equal(plain.events, crlf.events)
    pd.testing.assert_frame_equal(plain.counts, crlf.counts)


def test_dates_that_a_spreadsheet_rewrote(frame):
    rewritten = frame.assign(date_start="03/04/2020", date_end="04/04/2020")
    with pytest.raises(cs.ConflictStatsError, match="day_first"):
        cs.read_ucdp_ged(rewritten)
    ds = cs.read_ucdp_ged(rewritten, day_first=True)
    assert set(ds.events["date_end"]) == {pd.Timestamp("2020-04-04")}
