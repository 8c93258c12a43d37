import csv
import json

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import LicenceError
from conflictstats.tidy.packages import hxl_tags
from tests.shared import ROOT

frictionless = pytest.importorskip("frictionless")


def test_a_package_is_valid_and_tells_what_it_holds(dataset, tmp_path):
    written = dataset.to_datapackage(tmp_path / "out")
    assert written[-1].name == "datapackage.json"
    report = frictionless.validate(str(written[-1]))
    assert report.valid, report.flatten(["code", "message"])
    package = json.loads(written[-1].read_text(encoding="utf-8"))
    tables = {r["name"]: r["schema"] for r in package["resources"]}
    assert set(tables) == {"events", "actors", "counts", "sources", "quarantine"}
    types = {f["name"]: f["type"] for f in tables["events"]["fields"]}
    assert types["event_id"] == "string"
    assert types["date_start"] == "date"
    assert types["latitude"] == "number"
    assert types["civilian_targeting"] == "boolean"
    assert tables["counts"]["primaryKey"] == ["count_id"]
    described = [f for f in tables["counts"]["fields"] if f.get("description")]
    assert len(described) == len(tables["counts"]["fields"])


@pytest.mark.parametrize("change", ["bytes", "reference"])
def test_a_package_that_was_changed_is_not_valid(dataset, tmp_path, change):
    written = dataset.to_datapackage(tmp_path)
    counts = tmp_path / "counts.csv"
    text = counts.read_text()
    if change == "bytes":
        counts.write_text(text.rstrip("\n") + "\n\n")
    else:
        first = dataset.counts["event_id"].dropna().iloc[0]
        counts.write_text(text.replace(f",{first},", ",no event,"))
    assert not frictionless.validate(str(written[-1])).valid


def test_the_packages_of_readers_are_valid(tmp_path):
    read = cs.read_ucdp_ged(ROOT / "tests" / "samples" / "ucdp_ged.csv")
    for name, ds in (("ged", read), ("claims", cs.load_dataset("idlib_2020"))):
        path = ds.to_datapackage(tmp_path / name, reason="test")[-1]
        report = frictionless.validate(str(path))
        assert report.valid, report.flatten(["rowNumber", "message"])[:5]


def test_a_dataset_without_sources_has_no_empty_lists(dataset, tmp_path):
    bare = dataset.replace(source_records=())
    path = bare.to_datapackage(tmp_path)[-1]
    package = json.loads(path.read_text())
    assert "sources" not in package
    assert frictionless.validate(str(path)).valid


def test_hxl_comes_back_through_the_reader(dataset, tmp_path):
    path = dataset.to_hxl(tmp_path / "table.csv")
    with path.open(newline="", encoding="utf-8") as file:
        names, tags, *rows = csv.reader(file)
    assert len(rows) == len(dataset.counts)
    assert len(names) == len(tags) == len(set(tags))
    assert all(tag.startswith("#") for tag in tags)
    frame = pd.read_csv(path, header=1)
    assert frame["#indicator+value+best"].sum() == dataset.counts["best"].sum()
    again = cs.read_events(
        path, {"id": "count_id", "date": "date_start", "killed": "best"}, dataset="x"
    )
    assert "file.hxl_line" in again.quarantine["rule_id"].to_list()


def test_text_is_safe_and_identifiers_stay_text(dataset, tmp_path):
    events = dataset.events.assign(place="=cmd()", admin2="0101")
    path = dataset.replace(events=events).to_hxl(tmp_path / "t.csv")
    frame = pd.read_csv(path, header=1, dtype=str)
    of_event = frame["#event+id"].notna()
    assert frame.loc[of_event, "#adm2+name"].eq("0101").all()
    assert not frame["#loc+name"].dropna().str.startswith("=").any()


@pytest.mark.parametrize("verb", ["to_hxl", "to_datapackage"])
def test_restricted_rows_are_refused(dataset, tmp_path, verb):
    closed = cs.Source(name="Closed", licence="members only")
    restricted = dataset.replace(source_records=(closed,))
    with pytest.raises(LicenceError, match="members only"):
        getattr(restricted, verb)(tmp_path / "x")
    assert not list(tmp_path.iterdir())
    getattr(restricted, verb)(tmp_path / "x", reason="permission of 22 November")
    (stored,) = tmp_path.rglob("*REASON.json")
    assert "22 November" in stored.read_text()


def test_own_columns_get_tags_that_hxl_allows():
    assert hxl_tags(["Été 2", "7th", "low"]) == [
        "#meta+x_t__2",
        "#meta+x7th",
        "#indicator+value+low",
    ]
