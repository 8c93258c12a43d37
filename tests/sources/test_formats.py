import datetime
import io
import zipfile

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.sources import _workbook
from conflictstats.sources._formats import open_any, read_sheets, written
from tests.sources.workbook import write_workbook


def cells(opened, column):
    return opened.load().text(column).fillna("").to_list()


def test_workbooks_find_the_sheet_and_drop_empty_rows(tmp_path):
    path = tmp_path / "book.xlsx"
    write_workbook(path, [["a", " b\nc"], ["1", "x"], ["", ""]])
    opened, digest = open_any(path, sheet_with=frozenset({"b c"}))
    assert opened.header == ("a", "b c")
    assert cells(opened, "a") == ["1"]
    assert len(digest) == 64
    with pytest.raises(cs.ConflictStatsError, match="`z`"):
        open_any(path, sheet_with=frozenset({"z"}))


def test_damaged_and_swollen_workbooks(tmp_path, monkeypatch):
    path = tmp_path / "book.xlsx"
    write_workbook(path, [["a"], ["1"]])
    data = path.read_bytes()
    with pytest.raises(cs.ConflictStatsError, match="cannot be read as a workbook"):
        read_sheets("cut.xlsx", data[:200])
    fake = io.BytesIO()
    with zipfile.ZipFile(fake, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "0" * 3_000_000)
    monkeypatch.setattr(_workbook, "_SMALL", 1)
    with pytest.raises(cs.ConflictStatsError, match="archive bomb"):
        read_sheets("bomb.xlsx", fake.getvalue())


def test_written():
    assert written(datetime.date(2020, 3, 1)) == "2020-03-01"
    assert written(datetime.datetime(2020, 3, 1, 5)) == "2020-03-01 05:00:00"  # noqa: DTZ001
    assert written(float("nan")) == written(pd.NA) == ""
    assert written(2.5) == "2.5"


def test_json_keeps_large_whole_numbers_and_gaps():
    text = '[{"id": 9007199254740993, "n": 1}, {"id": 2}]'
    opened, _ = open_any(io.StringIO(text))
    assert cells(opened, "id") == ["9007199254740993", "2"]
    assert cells(opened, "n") == ["1", ""]
    alone, _ = open_any(io.StringIO('{"id": 7}'))
    assert cells(alone, "id") == ["7"]


def test_frames_with_a_named_index():
    frame = pd.DataFrame({"x": [1]}, index=pd.Index([5], name="id"))
    opened, digest = open_any(frame)
    assert opened.header == ("id", "x")
    assert digest == ""
