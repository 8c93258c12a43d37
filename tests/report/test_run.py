"""The road from a file to a report, on invented events and on real files."""

import json
import shutil

import pandas as pd
import pytest

from conflictstats.errors import ArgumentError, ConflictStatsError, IntegrityError
from conflictstats.report.run import run_analysis
from conflictstats.report.verify import verify
from tests.shared import shared_path


def contents(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture
def report(shared_report):
    return shared_report


def test_a_report_holds_all_it_names(report):
    names = set(contents(report.folder))
    assert set(report.files) == names
    assert {"report.html", "manifest.json", "quarantine.csv", "references.bib"} <= names
    for kind in ("svg", "json", "csv"):
        assert f"figures/fig01.{kind}" in names
    assert "figures/fig01.pdf" not in names
    assert {"tables/tab01.csv", "tables/tab01.tex"} <= names
    assert report.page.is_file()
    assert verify(report.folder, inputs=[report.folder.parent / "mine.csv"]).same


def test_the_manifest_says_how_it_was_made(report):
    manifest = json.loads((report.folder / "manifest.json").read_text())
    assert manifest["analysis"]["panels"][0]["every"] == "month"
    assert manifest["rng_seed"] == 5
    assert manifest["sources"][0]["rows_quarantined"] == 1
    assert len(manifest["code_sha256"]) == 64
    assert set(manifest["files"]) == set(report.files) - {"manifest.json"}


def test_the_quarantine_goes_along(report):
    aside = pd.read_csv(report.folder / "quarantine.csv", dtype="str")
    # The table's countries are invented: that is noted, and changes nothing.
    assert set(aside["rule_id"][aside["action"] == "noted"]) == {"country.unknown"}
    aside = aside[aside["action"] != "noted"]
    aside = aside[aside["action"] == "quarantined"]
    assert aside["rule_id"].to_list() == ["date.unreadable"]
    assert aside["before"].to_list() == ["soon"]


def test_the_same_file_gives_the_same_bytes_elsewhere(full_file, tmp_path, report):
    elsewhere = tmp_path / "some" / "other" / "place"
    elsewhere.mkdir(parents=True)
    for name in ("mine.csv", full_file.name):
        shutil.copy(full_file.parent / name, elsewhere / name)
    again = run_analysis(elsewhere / full_file.name)
    assert again.folder == elsewhere / "invented"
    one, other = contents(report.folder), contents(again.folder)
    assert [n for n in one if one[n] != other[n]] == []
    everything = b"".join(one.values())
    assert str(report.folder.parent).encode() not in everything
    assert str(tmp_path).encode() not in everything


MINES = """
[analysis]
formats = ["svg"]

[[sources]]
name = "mines"
dataset = "coal_disasters"

[[panels]]
name = "yearly"
data = "mines"
every = "year"
measure = "events"
"""


@pytest.fixture
def mines(tmp_path):
    path = tmp_path / "mines.toml"
    path.write_text(MINES)
    return path


def test_a_report_may_be_written_over(mines):
    first = run_analysis(mines)
    before = contents(first.folder)
    (first.folder / "notes.txt").write_text("mine")
    second = run_analysis(mines, overrides=["panels.yearly.every=quarter"])
    after = contents(second.folder)
    assert after.pop("notes.txt") == b"mine"
    assert set(after) == set(before)
    assert after["report.html"] != before["report.html"]
    assert verify(second.folder).same


def test_a_folder_with_anything_else_is_refused(mines, tmp_path):
    other = tmp_path / "precious"
    other.mkdir()
    (other / "thesis.tex").write_text("x")
    with pytest.raises(IntegrityError, match="no report wrote"):
        run_analysis(mines, out=other)
    assert [p.name for p in other.iterdir()] == ["thesis.tex"]


def test_a_run_that_fails_leaves_the_earlier_report(mines, tmp_path):
    first = contents(run_analysis(mines).folder)
    with pytest.raises(ConflictStatsError, match=r"^panels\.yearly: "):
        run_analysis(mines, overrides=["panels.yearly.measure=kiled"])
    assert contents(tmp_path / "mines") == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mines", "mines.toml"]


def test_formats_are_all_three_unless_said(mines):
    mines.write_text(MINES.replace('formats = ["svg"]', 'theme = "dark"'))
    names = set(run_analysis(mines).files)
    for kind in ("pdf", "svg", "png"):
        assert f"figures/yearly_series.{kind}" in names


def test_nothing_is_written_if_the_file_is_wrong(full_file, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(ArgumentError, match="did you mean 'every'"):
        run_analysis(full_file, out=out, overrides=["panels.monthly.eveery=week"])
    assert not out.exists()


def test_a_figure_that_fails_names_its_step(full_file, tmp_path):
    for change, says in (
        ("figures.fig03.where={term='gone'}", r"^figures\.fig03: No row"),
        ("tables.tab01.terms=['gone']", r"^tables\.tab01: No fit"),
    ):
        with pytest.raises(ConflictStatsError, match=says):
            run_analysis(full_file, out=tmp_path / "o", overrides=[change])


def test_rows_of_a_restricted_source_stay_at_home(full_file, tmp_path):
    report = run_analysis(
        full_file,
        out=tmp_path / "out",
        overrides=["sources.mine.may_redistribute=false"],
    )
    aside = pd.read_csv(report.folder / "quarantine.csv", dtype="str")
    assert aside["raw"].str.startswith("withheld").all()
    # fig05 draws single counts of events; fig01 draws an aggregate.
    assert "figures/fig05.csv" not in report.files
    assert "figures/fig01.csv" in report.files


def test_a_report_without_named_figures(plain_file):
    report = run_analysis(plain_file, progress=True)
    names = set(report.files)
    assert {"figures/monthly_series.svg", "tables/trend_table.tex"} <= names
    assert "Invented &lt;events&gt;" in report.page.read_text()


USER = """
[analysis]
title = "{title}"
formats = ["svg"]

[[sources]]
name = "events"
reader = "{reader}"
path = "{path}"

[[panels]]
name = "monthly"
data = "events"
every = "month"
measure = "killed"

[[panels]]
name = "yearly"
data = "events"
every = "year"
by = "{by}"
measure = "killed"

[[models]]
name = "trend"
fit = "trend"
data = "monthly"
"""


@pytest.mark.parametrize(
    ("reader", "file", "by", "rows"),
    [
        ("ucdp_ged", "data/ucdp_ged/mexico.csv", "event_class", 18957),
        ("acled", "data/acled/acled_syria_battles_2017_2023.csv", "admin1", 23348),
    ],
)
def test_a_users_own_file(tmp_path, reader, file, by, rows):
    path = shared_path(file)
    analysis = tmp_path / "user.toml"
    text = USER.format(title=reader, reader=reader, path=path, by=by)
    analysis.write_text(text, encoding="utf-8")
    report = run_analysis(analysis, out=tmp_path / "out")
    manifest = json.loads((report.folder / "manifest.json").read_text())
    assert manifest["sources"][0]["rows_read"] == rows
    assert manifest["analysis"]["sources"][0]["path"] == path.name
    found = verify(report.folder, inputs=[path])
    assert found.same
    page = report.page.read_text()
    assert "rate ratio per year" in page
    assert manifest["sources"][0]["name"].split(" ")[0] in page
    total = pd.read_csv(report.folder / "tables" / "monthly_table.csv")
    assert total["Total"].iloc[0]
    everything = b"".join(contents(report.folder).values())
    assert str(tmp_path).encode() not in everything
    if reader == "acled":
        aside = pd.read_csv(report.folder / "quarantine.csv", dtype="str")
        assert aside["raw"].str.startswith("withheld").all()


def test_steps_are_kept_and_the_report_is_the_same(full_file, tmp_path):
    first = run_analysis(full_file, out=tmp_path / "one")
    assert first.kept == ()
    again = run_analysis(full_file, out=tmp_path / "two")
    assert set(again.kept) == set(first.made)
    assert again.made == ()
    without = run_analysis(full_file, out=tmp_path / "three", cache=False)
    assert without.kept == ()
    assert contents(first.folder) == contents(again.folder) == contents(without.folder)


def test_only_what_changed_is_carried_out_again(full_file, tmp_path):
    run_analysis(full_file, out=tmp_path / "one")
    some = run_analysis(
        full_file, out=tmp_path / "two", overrides=["models.trend.level=0.8"]
    )
    assert set(some.made) == {"models.trend", "figures.fig01", "figures.fig02"}
    seeded = run_analysis(
        full_file, out=tmp_path / "three", overrides=["analysis.seed=9"]
    )
    assert {"panels.by_country", "models.trends"} <= set(seeded.made)
    assert "models.trend" not in seeded.made
    with (full_file.parent / "mine.csv").open("a") as file:
        file.write("2020-01-01,1,1,1,Here,more\n")
    assert run_analysis(full_file, out=tmp_path / "four").kept == ()
