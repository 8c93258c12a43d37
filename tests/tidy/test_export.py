import json

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import LicenceError
from conflictstats.tidy.export import neutralise, write_atomically


def restricted(dataset):
    return dataset.replace(
        source_records=(cs.Source(name="Closed", licence="members only"),)
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_tables_come_back(dataset, tmp_path, kind):
    written = getattr(dataset, f"to_{kind}")(tmp_path / "out")
    assert {p.name for p in written} == {
        f"{t}.{kind}" for t in ("events", "actors", "counts", "sources", "quarantine")
    }
    read = pd.read_csv if kind == "csv" else pd.read_parquet
    counts = read(tmp_path / "out" / f"counts.{kind}")
    assert counts["best"].sum() == 10
    assert counts["best"].isna().sum() == 1


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("reason", [None, "  "])
def test_restricted_rows_are_refused_unless_told_why(dataset, tmp_path, kind, reason):
    with pytest.raises(LicenceError, match="Closed: members only"):
        getattr(restricted(dataset), f"to_{kind}")(tmp_path, reason=reason)
    assert not list(tmp_path.iterdir())


def test_the_reason_is_stored(dataset, tmp_path):
    restricted(dataset).to_csv(tmp_path, reason="permission of 22 November")
    stored = json.loads((tmp_path / "REASON.json").read_text())
    assert stored["reason"] == "permission of 22 November"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_formulas_are_quoted(start):
    frame = pd.DataFrame({"t": [f"{start}cmd", None], "n": [-1, 2]})
    frame["o"] = pd.Series([-1, f"{start}cmd"], dtype="object")
    frame["c"] = frame["t"].astype("category")
    frame[f"{start}name"] = 1
    out = neutralise(frame)
    assert out["t"][0] == f"'{start}cmd"
    assert out["n"].to_list() == [-1, 2]
    assert out["o"].to_list() == [-1, f"'{start}cmd"]
    assert out["c"][0] == f"'{start}cmd"
    assert f"'{start}name" in out.columns
    assert frame["t"][0] == f"{start}cmd"


@pytest.mark.parametrize("verb", ["csv", "hxl", "datapackage"])
def test_raw_leaves_text_as_it_is(dataset, tmp_path, verb):
    ds = dataset.replace(events=dataset.events.assign(place="=1+1"))
    path = tmp_path / ("t.csv" if verb == "hxl" else "out")
    for raw in (False, True):
        getattr(ds, f"to_{verb}")(path, raw=raw)
        table = path if verb == "hxl" else path / "events.csv"
        text = table.read_text()
        assert ("'=1+1" in text) is not raw
        assert "=1+1" in text


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "x"
    path.write_text("old")

    def fails(file):
        file.write(b"half")
        message = "disk full"
        raise OSError(message)

    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, fails)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
