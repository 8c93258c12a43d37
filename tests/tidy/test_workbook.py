import json
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

import conflictstats as cs
from conflictstats.errors import ArgumentError, LicenceError
from conflictstats.tidy import workbook
from conflictstats.tidy.schema import ACTORS

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\ufeff="]
CALLS = [
    'HYPERLINK("https://example.org","x")',
    "1+1",
    "cmd|' /C calc'!A0",
    "SUM(A1:A9)",
    'IMPORTXML("https://example.org","//a")',
    "{1,2}",
    "_x0041_",
]


def hostile(n=1000):
    draw = np.random.default_rng(2020)
    links = ["https://example.org", "mailto:a@example.org", "internal:Sheet1!A1"]
    words = [
        str(draw.choice(STARTS)) + str(draw.choice(CALLS)) + str(i) for i in range(n)
    ]
    return links + words[: n - len(links)]


def of_words(words):
    """Return a data set that holds words as names of actors."""
    frame = pd.DataFrame({"event_id": "x:a", "role": "side_a", "name": words})
    return cs.Dataset(name="hostile", actors=ACTORS.conform(frame))


def sheets(path):
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_sheets_hold_the_tables_and_a_codebook(dataset, tmp_path):
    path = dataset.to_xlsx(tmp_path / "out.xlsx")
    found = sheets(path)
    assert list(found) == [
        *("events", "actors", "counts", "sources", "quarantine"),
        *("codebook", "about"),
    ]
    head, *rows = found["counts"]
    assert head == list(dataset.counts.columns)
    best = [row[head.index("best")] for row in rows]
    assert sum(b for b in best if b != "") == dataset.counts["best"].sum()
    assert best.count("") == dataset.counts["best"].isna().sum()
    first = found["events"][1][head_of(found, "events", "date_start")]
    assert str(first) == "2020-01-15"
    book = pd.DataFrame(found["codebook"][1:], columns=found["codebook"][0])
    low = book[(book["table"] == "counts") & (book["column"] == "low")]
    assert low["meaning"].item().startswith("Lowest plausible count")
    assert dict(found["about"][1:])["name"] == dataset.name


def head_of(found, sheet, column):
    return found[sheet][0].index(column)


@pytest.mark.parametrize("raw", [False, True])
def test_no_cell_of_a_thousand_hostile_ones_is_a_formula(tmp_path, raw):
    words = hostile()
    path = of_words(words).to_xlsx(tmp_path / "out.xlsx", raw=raw)
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert sum(cell.data_type == "f" for cell in cells) == 0
    assert not any(cell.hyperlink for cell in cells)
    with zipfile.ZipFile(path) as archive:
        inside = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(mark in inside for mark in (b"<f>", b"<f ", b"<hyperlink"))
    kept = [row[2].value for row in book["actors"].iter_rows(min_row=2)]
    if raw:
        # openpyxl leaves the escapes of XML as they are; line ends become line feeds.
        escapes = {"_x000D_": "\n", "\r": "\n", "_x005F_x0041_": "_x0041_"}
        for escape, meant in escapes.items():
            kept = [word.replace(escape, meant) for word in kept]
        assert kept == [word.replace("\r", "\n") for word in words]
    else:
        assert not any(k[0] in "=+-@\t\r\n＝＋－＠" for k in kept)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_identifiers_survive_the_round_trip(dataset, tmp_path, kind):
    ids = ["0101", "NA", "9007199254740993", "1e5"]
    events = dataset.events.assign(admin2=ids, admin1="NA", country_iso3="NA")
    ds = dataset.replace(events=events)
    if kind == "xlsx":
        head, *rows = sheets(ds.to_xlsx(tmp_path / "t.xlsx"))["events"]
        again = pd.DataFrame(rows, columns=head)
    else:
        getattr(ds, f"to_{kind}")(tmp_path)
        path = tmp_path / f"events.{kind}"
        again = (
            pd.read_csv(path, dtype=str, keep_default_na=False)
            if kind == "csv"
            else pd.read_parquet(path)
        )
    assert again["admin2"].to_list() == ids
    assert again["admin1"].to_list() == ["NA"] * 4
    assert again["country_iso3"].to_list() == ["NA"] * 4


def test_numbers_a_workbook_cannot_hold_are_text(tmp_path):
    extra = pd.DataFrame({"event_id": ["x:1", "x:2"], "dataset": "x"})
    extra["own_id"] = pd.array([9007199254740993, 7], dtype="Int64")
    extra["date_start"] = pd.to_datetime(["1899-12-31", "1900-03-01"])
    extra["flag"] = pd.array([True, None], dtype="boolean")
    path = cs.Dataset(name="x", events=extra).to_xlsx(tmp_path / "t.xlsx")
    found = sheets(path)
    rows = [dict(zip(found["events"][0], r, strict=True)) for r in found["events"][1:]]
    assert [r["own_id"] for r in rows] == ["9007199254740993", 7]
    assert [str(r["date_start"]) for r in rows] == ["1899-12-31", "1900-03-01"]
    assert [r["flag"] for r in rows] == [True, ""]
    own = [row for row in found["codebook"] if row[1] == "own_id"]
    assert own[0][2] == "as the source writes it"


def test_the_same_data_give_the_same_bytes(dataset, tmp_path):
    one = dataset.to_xlsx(tmp_path / "a.xlsx").read_bytes()
    assert one == dataset.to_xlsx(tmp_path / "b.xlsx").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_restricted_rows_are_refused_unless_told_why_and_that_is_stored(
    dataset, tmp_path
):
    closed = cs.Source(name="Closed", licence="members only")
    ds = dataset.replace(source_records=(closed,))
    with pytest.raises(LicenceError, match="members only"):
        ds.to_xlsx(tmp_path / "t.xlsx")
    assert not list(tmp_path.iterdir())
    why = "permission of 22 November"
    path = ds.to_xlsx(tmp_path / "t.xlsx", reason=why)
    said = dict(sheets(path)["about"][1:])
    assert said["reason"] == why
    assert said["licences"] == "Closed: members only"
    ds.to_parquet(tmp_path / "p", reason=why)
    kept = pq.read_schema(tmp_path / "p" / "events.parquet").metadata[b"conflictstats"]
    assert json.loads(kept)["reason"] == why
    package = ds.to_datapackage(tmp_path / "d", reason=why)[-1]
    assert json.loads(package.read_text())["reason"] == why
    for written in [path, *(tmp_path / "p").iterdir(), *(tmp_path / "d").iterdir()]:
        assert written.stat().st_mode & 0o777 == 0o600, written
    hxl = ds.to_hxl(tmp_path / "h.csv", reason=why)
    assert hxl.stat().st_mode & 0o777 == 0o600


def test_what_a_workbook_cannot_hold_is_refused(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_ROWS", 4)
    with pytest.raises(ArgumentError, match="`events` has 4 rows; a sheet holds 3"):
        dataset.to_xlsx(tmp_path / "t.xlsx")
    monkeypatch.undo()
    events = dataset.events.assign(place=pd.Series(["x" * 40_000] * 4, dtype="str"))
    for column in (events["place"], events["place"].astype("category")):
        long = dataset.replace(events=events.assign(place=column))
        with pytest.raises(ArgumentError, match=r"`events\.place` has 40,000 letters"):
            long.to_xlsx(tmp_path / "t.xlsx")
    assert not list(tmp_path.iterdir())
