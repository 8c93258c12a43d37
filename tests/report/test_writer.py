"""Every kind of step on its way into a report, and what a report does not show."""

import json

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError
from conflictstats.report.run import run_analysis
from tests.report.conftest import write_events

EVERYTHING = """
[analysis]
title = "Every kind of step"
formats = ["svg"]

[[sources]]
name = "made"
simulate = "events"
days = 240
conflict = { deaths = 3.0 }

[[sources]]
name = "read"
path = "mine.csv"
reader = "events"
licence = "CC0-1.0"
may_redistribute = true
coverage = { start = "2019-01-01", end = "2020-12-31" }

[[sources]]
name = "claims"
dataset = "idlib_2020"

[[datasets]]
name = "both"
apply = "combine"
data = ["made", "read"]

[[datasets]]
name = "displaced"
apply = "to_flows"
data = "claims"
series = "K01"
every = "week"

[[panels]]
name = "monthly"
data = "read"
every = "month"

[[panels]]
name = "blocks"
files = "ged.csv"
reader = "ucdp_ged"

[[datasets]]
name = "drawn"
apply = "sample_counts"
data = "monthly"
n = 3

[[models]]
name = "trend"
fit = "trend"
data = "monthly"

[[models]]
name = "spline"
fit = "trend"
data = "monthly"
trend = "spline"

[[models]]
name = "loose"
fit = "trend"
data = "monthly"
cov = "HC3"

[[models]]
name = "uncertain"
fit = "trend"
data = "drawn"

[[models]]
name = "pooled"
fit = "pool_fits"
data = ["trend", "loose"]

[[models]]
name = "side_by_side"
fit = "compare"
data = ["trend", "spline"]

[[models]]
name = "table"
fit = "escalation_table"
data = "made"
least = 10

[[checks]]
name = "scatter"
check = "dispersion"
data = "trend"

[[checks]]
name = "sensitive"
check = "sensitivity"
data = "trend"
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("everything")
    write_events(folder)
    head = "id,type_of_violence,country,date_start,date_end,best,high,low,"
    head += "deaths_a,deaths_b,deaths_civilians,deaths_unknown\n"
    rows = [f"{i},1,Utopia,2020-0{i}-01,2020-0{i}-01,2,2,2,1,1,0,0" for i in (1, 3)]
    (folder / "ged.csv").write_text(head + "\n".join(rows))
    path = folder / "every.toml"
    path.write_text(EVERYTHING)
    return run_analysis(path, out=folder / "out")


def test_every_kind_of_step_reaches_the_report(whole):
    page = whole.page.read_text("utf-8")
    assert "the data sets of made and read went through combine" in page
    assert "displaced: the counts of claims went through to_flows" in page
    assert "which left 3 draws" in page
    assert "a table side by side; made of trend and spline with compare" in page
    assert "trend went through check_dispersion" in page
    assert '<h2 id="checks">What was checked</h2>' in page
    assert "datasets.drawn" in page  # among the steps that draw
    for name in ("monthly_table", "trend_table", "side_by_side_table", "table_table"):
        assert f"tables/{name}.csv" in whole.files
    assert "UCDP" in page
    manifest = json.loads((whole.folder / "manifest.json").read_text())
    assert [(i["step"], i["path"]) for i in manifest["inputs"]] == [
        ("sources.read", "mine.csv"),
        ("panels.blocks", "ged.csv"),
    ]


def test_it_can_be_made_again_from_its_record(whole):
    assert cs.verify(whole.folder).same


def test_papers_are_in_the_bibtex_file(whole):
    text = (whole.folder / "references.bib").read_text("utf-8")
    assert "@article{newey1987," in text
    assert "@software{conflictstats," in text
    assert text.count("@article{newey1987,") == 1


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
[[models]]
name = "steps"
fit = "breaks"
data = "yearly"
[[figures]]
name = "fig"
plot = "breaks"
data = "steps"
table = "augment"
breaks = "@steps.tidy"
[[tables]]
name = "tab"
tabulate = "frame"
data = "steps"
table = "path"
"""


def test_a_figure_may_take_several_tables(tmp_path):
    path = tmp_path / "mines.toml"
    path.write_text(MINES)
    report = run_analysis(path)
    assert "figures/fig.svg" in report.files
    rows = pd.read_csv(report.folder / "tables" / "tab.csv")
    assert "n breaks" in rows.columns


def test_a_table_has_no_picture_of_its_own(tmp_path):
    path = tmp_path / "mines.toml"
    text = MINES.replace('plot = "breaks"', 'plot = "result"')
    text = text.replace('breaks = "@steps.tidy"\n', "")
    path.write_text(text.replace('data = "steps"\ntable = "augment"', 'data = "mines"'))
    with pytest.raises(ArgumentError, match=r"figures\.fig: `plot` = 'result' is for"):
        run_analysis(path)


SEVERAL = """
[analysis]
formats = ["svg"]
[[sources]]
name = "mines"
dataset = "coal_disasters"
[[sources]]
name = "simulated"
dataset = "simulated_conflict"
[[figures]]
name = "fig"
plot = "coverage"
data = ["mines", "simulated"]
"""


def test_a_figure_may_be_of_several_things(tmp_path):
    path = tmp_path / "several.toml"
    path.write_text(SEVERAL)
    report = run_analysis(path)
    picture = (report.folder / "figures" / "fig.svg").read_text("utf-8")
    assert "simulated" in picture
    assert "figures/fig.csv" not in report.files
    said = json.loads((report.folder / "figures" / "fig.json").read_text())
    assert len(said["sources"]) == 2
