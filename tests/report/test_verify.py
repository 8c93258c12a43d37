import json

import pandas as pd
import pytest

from conflictstats.errors import IntegrityError
from conflictstats.glossary import GLOSSARY
from conflictstats.plots.timeline import plot_series
from conflictstats.report.save import save_figure
from conflictstats.report.verify import verify
from conflictstats.tidy.provenance import Source, sha256_file


@pytest.fixture
def given(tmp_path):
    source = tmp_path / "input.csv"
    source.write_text("day,n\n2020-01-01,3\n")
    table = pd.DataFrame({"period_start": ["2020-01-01"], "best": [3]})
    files = save_figure(
        tmp_path / "fig",
        lambda ax: plot_series(table, ax=ax),
        sources=[
            Source(name="Mine", sha256=sha256_file(source)),
            Source(name="No file"),
        ],
        formats=["svg", "png"],
    )
    return source, files


@pytest.mark.parametrize("kind", ["svg", "png", "json"])
def test_untouched_files_are_the_same(given, kind):
    source, files = given
    found = verify(files[kind], inputs=[source])
    assert found.same
    frame = found.to_frame().set_index("item")
    assert frame.loc["Mine", "comparison"] == "same"
    assert frame.loc["No file", "comparison"] == "not checked"
    assert frame.loc["numpy", "item_role"] == "environment"
    assert "no checksum" in repr(found)
    assert set(found.to_frame().columns) <= set(GLOSSARY)


def test_sources_are_not_checked_without_inputs(given):
    found = verify(given[1]["svg"])
    assert found.same
    assert "give the file as `inputs=`" in repr(found)


def test_an_altered_file_differs(given):
    _, files = given
    files["png"].write_bytes(b"x")
    found = verify(files["svg"])
    assert not found.same
    assert "differs: fig.png (output)" in repr(found)
    assert repr(found).startswith("fig: not the same")


def test_a_missing_file_is_missing(given):
    _, files = given
    files["png"].unlink()
    assert not verify(files["svg"]).same
    assert "there is no such file" in repr(verify(files["svg"]))


def test_another_input_differs(given, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("changed")
    found = verify(given[1]["svg"], inputs=[other])
    assert not found.same
    assert "differs: Mine (source)" in repr(found)


def test_another_version_is_told_but_files_stay_the_same(given):
    _, files = given
    record = json.loads(files["json"].read_text())
    record["environment"]["numpy"] = "1.0"
    record["environment"]["gone"] = "2.0"
    files["json"].write_text(json.dumps(record))
    found = verify(files["json"])
    assert found.same
    assert "differs: numpy (environment); the record says 1.0" in repr(found)
    assert "here it is absent" in repr(found)


def test_a_folder_is_verified_by_its_manifest(tmp_path):
    (tmp_path / "report.html").write_text("x")
    digest = sha256_file(tmp_path / "report.html")
    manifest = {"name": "r", "files": {"report.html": digest}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert verify(tmp_path).same
    assert verify(tmp_path / "report.html").same


@pytest.mark.parametrize(
    "text", ["not json", "[]", '{"files": []}', '{"files": {"a": 3}}', "{}"]
)
def test_a_record_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(IntegrityError):
        verify(tmp_path)


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname"])
def test_a_record_may_not_point_outside(tmp_path, name):
    (tmp_path / "manifest.json").write_text(json.dumps({"files": {name: "ab"}}))
    with pytest.raises(IntegrityError, match="not beside it"):
        verify(tmp_path)


def test_no_record_is_said(tmp_path):
    with pytest.raises(IntegrityError, match="no record beside"):
        verify(tmp_path / "fig.svg")
