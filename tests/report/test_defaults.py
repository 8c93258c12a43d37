import pandas as pd

from conflictstats.report.analysis import load_analysis
from conflictstats.report.defaults import MOST_UNITS, with_defaults
from conflictstats.report.work import Work
from conflictstats.tidy.panel import Panel


def made(path):
    work = Work(load_analysis(path))
    for step in work.analysis.steps:
        work.make(step)
    return work


def test_panels_and_models_are_shown_if_nothing_is_named(plain_file):
    work = made(plain_file)
    steps = {s.name: s for s in with_defaults(work.analysis, work).steps}
    assert steps["monthly_series"].options == {"unit": "all"}
    assert steps["by_country_series_1"].options == {"unit": "Here"}
    assert steps["trend_figure"].own["plot"] == "result"
    assert steps["trends_figure"].own["plot"] == "estimates"
    assert steps["trend_table"].own["tabulate"] == "fits"
    assert "sources" in steps


def test_named_figures_are_left_as_they_are(work):
    assert with_defaults(work.analysis, work) is work.analysis


def test_only_the_largest_units_get_a_picture(plain_file):
    work = made(plain_file)
    table = pd.DataFrame(
        {"m": "2020-01-01", "area": list("abcdefgh"), "n": range(1, 9)}
    )
    work.made["by_country"] = Panel.from_frame(
        table, every="month", time="m", value="n", by=["area"]
    )
    steps = with_defaults(work.analysis, work).steps
    units = [s.options["unit"] for s in steps if s.name.startswith("by_country_series")]
    assert units == list("hgfedc")[:MOST_UNITS]


def test_a_model_without_intervals_gets_a_plain_table(plain_file):
    work = made(plain_file)

    class Bounds:
        title = "Bounds"

        def to_frame(self, kind):
            return pd.DataFrame({"low": [1]}).head(0)

    work.made["trend"] = Bounds()
    names = [s.name for s in with_defaults(work.analysis, work).steps]
    assert "trend_figure" in names
    assert "trend_table" not in names
