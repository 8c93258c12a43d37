import json
import shutil

import pytest

from conflictstats.errors import IntegrityError
from conflictstats.report.record import MANIFEST
from conflictstats.report.rerun import find_inputs, rerun_report, rerun_script
from conflictstats.report.run import run_analysis
from conflictstats.report.verify import verify


@pytest.fixture
def copied(shared_report, tmp_path):
    """The shared report, moved, with its input beside it."""
    folder = tmp_path / "moved"
    shutil.copytree(shared_report.folder, folder)
    shutil.copy(shared_report.folder.parent / "mine.csv", tmp_path / "mine.csv")
    return folder


def record_of(folder):
    return json.loads((folder / MANIFEST).read_text())


def said(found):
    frame = found.to_frame()
    return frame[frame["item_role"] == "rerun"].set_index("item")["comparison"]


def test_a_report_is_made_again_from_its_record(copied):
    found = verify(copied)
    assert found.same
    again = said(found)
    assert set(again) == {"same"}
    assert {"report.html", "figures/fig01.svg", "tables/tab01.tex"} <= set(again.index)
    roles = found.to_frame().set_index("item")["item_role"]
    assert roles["code"] == "environment"


def test_another_input_is_told_and_nothing_is_run(copied):
    with (copied.parent / "mine.csv").open("a") as file:
        file.write("2020-01-01,1,1,1,Here,more\n")
    found = verify(copied)
    assert not found.same
    assert "differs: mine.csv (source)" in repr(found)
    assert said(found).empty


def test_an_input_that_is_gone_is_asked_for(copied, tmp_path):
    elsewhere = tmp_path / "kept" / "under_another_name.csv"
    elsewhere.parent.mkdir()
    (copied.parent / "mine.csv").rename(elsewhere)
    found = verify(copied)
    assert found.same
    assert "not checked: mine.csv (source)" in repr(found)
    assert "give the file as `inputs=`" in repr(found)
    assert set(said(verify(copied, inputs=[elsewhere]))) == {"same"}


def test_checksums_alone_can_be_asked_for(copied):
    assert said(verify(copied, rerun=False)).empty


def test_another_parameter_gives_other_files(copied):
    record = record_of(copied)
    record["analysis"]["models"][0]["level"] = 0.8
    (copied / MANIFEST).write_text(json.dumps(record))
    found = verify(copied)
    assert not found.same
    assert said(found)["tables/tab01.csv"] == "differs"
    assert said(found)["tables/tab02.csv"] == "same"
    assert "made again it is" in repr(found)


def test_an_analysis_that_does_not_run_any_more_is_told(copied):
    record = record_of(copied)
    record["analysis"]["models"][0]["levle"] = 0.8
    (copied / MANIFEST).write_text(json.dumps(record))
    found = verify(copied)
    assert "does not run any more" in found.to_frame()["found"].str.cat()
    assert "did you mean 'level'" in found.to_frame()["found"].str.cat()


def test_one_figure_of_a_report_is_made_again_alone(copied):
    found = verify(copied / "figures" / "fig02.svg")
    assert set(said(found)) == {"same"}
    assert set(said(found).index) == {"fig02.svg", "fig02.csv"}
    made = rerun_report(record_of(copied), [copied.parent / "mine.csv"], "fig02")
    assert set(made) == {"figures/fig02.svg", "figures/fig02.csv", "figures/fig02.json"}
    with pytest.raises(IntegrityError, match="names no figure 'gone'"):
        rerun_report(record_of(copied), [copied.parent / "mine.csv"], "gone")


def test_inputs_are_known_by_their_hash(copied):
    record = record_of(copied)
    beside = copied.parent / "mine.csv"
    assert find_inputs(record, copied, []) == ([beside], [""])
    assert find_inputs({}, copied, []) == ([], [])


def test_paths_that_lead_outside_are_read_from_where_they_are(tmp_path, full_file):
    deep = tmp_path / "deep" / "analysis"
    deep.mkdir(parents=True)
    text = full_file.read_text().replace('"mine.csv"', '"../../mine.csv"')
    path = deep / "other.toml"
    path.write_text(text)
    report = run_analysis(path)
    assert verify(report.folder).same


SCRIPT = """
import pandas as pd
import conflictstats as cs
table = pd.DataFrame({"period_start": ["2020-01-01"], "best": [3]})
cs.save_figure("out/fig", lambda ax: cs.plot_series(table, ax=ax), formats=["svg"])
"""


@pytest.fixture
def figure(tmp_path, monkeypatch):
    script = tmp_path / "draw.py"
    script.write_text(SCRIPT)
    place = tmp_path / "first"
    place.mkdir()
    for name, content in rerun_script(script, "fig").items():
        (place / name).write_bytes(content)
    return script, place / "fig.svg"


def test_a_script_is_run_again_only_if_it_is_named(figure):
    script, path = figure
    found = verify(path)
    assert found.same
    assert "give draw.py as `script=`" in repr(found)
    assert set(said(verify(path, script=script))) == {"same"}
    assert not (script.parent / "out").exists()
    script.write_text(SCRIPT.replace("[3]", "[4]"))
    assert set(said(verify(path, script=script))) == {"differs"}


def test_a_script_that_fails_or_draws_nothing_is_told(figure):
    script, path = figure
    script.write_text("raise ValueError('no data')")
    assert "ValueError: no data" in repr(verify(path, script=script))
    script.write_text("pass")
    assert (
        "saves no figure" in verify(path, script=script).to_frame()["found"].str.cat()
    )
