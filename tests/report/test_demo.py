import json
import re

import pandas as pd
import pytest

from conflictstats.report.demo import run_demo
from conflictstats.report.verify import verify
from conflictstats.sources.bundled import data_folder


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return run_demo(tmp_path_factory.mktemp("demo") / "out")


def test_the_demo_is_whole_and_verified(report):
    claims = data_folder() / "idlib_2020" / "claims.csv"
    assert verify(report.folder, inputs=[claims]).same
    manifest = json.loads((report.folder / "manifest.json").read_text())
    assert manifest["name"] == "demo"
    assert manifest["sources"][0]["rows_kept"] == 688


@pytest.mark.parametrize(
    "words",
    [
        "What was reported, and by whom",
        "Displaced people",
        "Soldiers killed",
        "Civilians killed",
        "Strikes",
        "What it is not: the number of civilians killed",
        "silence is never counted as zero",
        "cannot both hold",
        "CC0-1.0",
    ],
)
def test_the_page_answers_its_question(report, words):
    assert words in re.sub(r"\s+", " ", report.page.read_text("utf-8"))


def test_claims_are_counted_as_in_the_file(report):
    table = pd.read_csv(report.folder / "tables" / "tab01_measures.csv")
    claims = pd.read_csv(data_folder() / "idlib_2020" / "claims.csv", dtype="str")
    killed = table.set_index("measure").loc["killed", "claims"]
    assert int(killed) == int((claims["measure"] == "killed").sum())


def test_the_trend_has_an_interval_and_skips_unknown_weeks(report):
    table = pd.read_csv(report.folder / "tables" / "tab06_trend.csv", index_col=0)
    said = table.loc["rate ratio a week", "trend"]
    middle, low, high = (float(x) for x in re.findall(r"[\d.]+", said))
    assert low < middle < high
    bounds = pd.read_csv(report.folder / "tables" / "tab05_bounds.csv")
    informed = int((bounds["low"].astype(float) > 0).sum())
    assert int(table.loc["Periods fitted", "trend"]) == informed
    assert int(table.loc["Periods unknown", "trend"]) == len(bounds) - informed


def test_displaced_totals_keep_their_qualifiers(report):
    rows = pd.read_csv(report.folder / "figures" / "fig02_displaced.csv")
    assert {"about", "nearly", "more_than", "exact"} <= set(rows["qualifier"])
    assert (rows["kind"] == "cumulative").all()
