"""Identifiers are text: they come back from every format as they went in."""

import io
import json

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.tidy.blocks import NamedBytes

# A code with a zero in front, Namibia, whole numbers beyond 2^53 and 2^63, a formula.
CODES = [
    "0101",
    "NA",
    "9007199254740993",
    "9223372036854775809",
    "007.0",
    "1e5",
    "TRUE",
]
MAP = {
    "id": "code",
    "date": "day",
    "country_iso3": "iso",
    "admin1": "place",
    "killed": "dead",
}


def frame():
    return pd.DataFrame(
        {
            "code": CODES,
            "day": "2020-01-01",
            "iso": "NA",
            "place": CODES,
            "dead": "1",
        }
    )


def as_csv():
    return NamedBytes(frame().to_csv(index=False).encode(), "t.csv")


def as_frame():
    return frame()


@pytest.mark.parametrize("given", [as_csv, as_frame])
def test_codes_are_read_as_they_are(given):
    ds = cs.read_events(given(), MAP, dataset="mine", may_redistribute=True)
    # 007.0 is how a spreadsheet writes 007, and is put right on record.
    told = [code.removesuffix(".0") for code in CODES]
    assert ds.events["event_id"].to_list() == [f"mine:{code}" for code in told]
    assert ds.events["admin1"].to_list() == CODES
    assert set(ds.events["country_iso3"]) == {"NA"}
    assert "file.id_as_float" in set(ds.quarantine["rule_id"])


def test_codes_go_through_csv_and_parquet(tmp_path):
    ds = cs.read_events(as_csv(), MAP, dataset="mine", may_redistribute=True)
    ids = ds.events["event_id"].to_list()
    ds.to_csv(tmp_path / "csv")
    ds.to_parquet(tmp_path / "parquet")
    parquet = pd.read_parquet(tmp_path / "parquet" / "events.parquet")
    text = pd.read_csv(
        tmp_path / "csv" / "events.csv", dtype=str, keep_default_na=False
    )
    for back in (parquet, text):
        assert back["event_id"].to_list() == ids
        assert back["admin1"].to_list() == CODES
        assert set(back["country_iso3"]) == {"NA"}
    # And through our own reader again.
    again = cs.read_events(
        tmp_path / "csv" / "events.csv",
        {"id": "event_id", "date": "date_start", "admin1": "admin1"},
        dataset="twice",
    )
    assert again.events["event_id"].to_list() == [f"twice:{i}" for i in ids]
    assert again.events["admin1"].to_list() == CODES


def test_codes_go_through_json_and_parquet_of_a_provider(tmp_path):
    # A provider's whole numbers beyond 2^53, one of them missing.
    rows = [
        {"id": 9007199254740993, "iso3": "NAM", "displacement_type": "Conflict"},
        {"id": None, "iso3": "NA", "displacement_type": "Conflict"},
    ]
    common = {
        "figure": 5,
        "displacement_start_date": "2024-01-01",
        "displacement_end_date": "2024-01-02",
    }
    records = [{**row, **common} for row in rows]
    by_json = cs.read_idmc(NamedBytes(json.dumps(records).encode(), "t.json"))
    ids = pd.array([row["id"] for row in rows], dtype="Int64")
    table = pd.DataFrame(records).assign(id=ids)
    out = io.BytesIO()
    table.to_parquet(out)
    by_parquet = cs.read_idmc(NamedBytes(out.getvalue(), "t.parquet"))
    for ds in (by_json, by_parquet):
        assert ds.events["event_id"].str.endswith(":9007199254740993").sum() == 1


def test_panels_of_codes(tmp_path):
    ds = cs.read_events(
        as_csv(), MAP, dataset="mine", coverage=("2020-01-01", "2020-01-31")
    )
    panel = cs.count_events(ds, by="admin1")
    assert sorted(panel.units) == sorted(CODES)
    panel.to_frame().to_csv(tmp_path / "panel.csv", index=False)
    back = pd.read_csv(tmp_path / "panel.csv", dtype=str, keep_default_na=False)
    assert sorted(back["admin1"]) == sorted(CODES)
