import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.report.analysis import load_analysis
from conflictstats.report.steps import Step
from conflictstats.report.work import DEFAULT_SEED, Work, random_steps, takes_whole
from tests.shared import acted


def step(section, own, options=None, name="x"):
    return Step(section, name, own, options or {})


def test_sources_are_read_and_cut(work):
    mine = work.made["mine"]
    assert set(mine.events["country"]) == {"Here", "There"}
    assert len(acted(mine)) == 1
    assert mine.may_redistribute


def test_panels_and_models_are_made(work):
    assert isinstance(work.made["monthly"], cs.Panel)
    assert work.made["by_country"].units == ("Here", "There")
    assert work.made["trend"].to_frame()["term"].iloc[0] == "rate_ratio_per_year"


def test_random_steps_are_seeded_by_name(work, full_file):
    assert random_steps(work.analysis) == ["panels.by_country"]
    again = Work(load_analysis(full_file))
    again.make(next(again.analysis.of("sources")))
    made = again.make(next(s for s in again.analysis.steps if s.name == "by_country"))
    pd.testing.assert_frame_equal(made.to_frame(), work.made["by_country"].to_frame())
    other = Work(load_analysis(full_file, overrides=["analysis.seed=6"]))
    assert other.seed == 6
    assert Work(load_analysis(full_file, overrides=["analysis.title=x"])).seed == 5
    bare = load_analysis(full_file)
    object.__setattr__(bare, "head", {})
    assert Work(bare).seed == DEFAULT_SEED


def test_tables_of_a_step(work):
    flat = work.frame(step("tables", {"data": "mine", "table": "flat"}))
    assert {"country", "best"} <= set(flat.columns)
    events = work.frame(
        step(
            "tables", {"data": "mine", "table": "events", "where": {"country": "Here"}}
        )
    )
    assert set(events["country"]) == {"Here"}
    glance = work.frame(step("tables", {"data": "trend", "table": "glance"}))
    assert len(glance) == 1
    cells = work.frame(
        step("tables", {"data": "monthly", "sort": "best", "columns": ["best"]})
    )
    assert cells["best"].is_monotonic_increasing
    assert cells.columns.to_list() == ["best"]


@pytest.mark.parametrize(
    ("own", "error", "says"),
    [
        ({"data": "mine", "table": "count"}, ArgumentError, "`table` must be one of"),
        ({"data": "monthly", "columns": ["bets"]}, SchemaError, "'best'"),
        ({"data": "monthly", "sort": "bets"}, SchemaError, "'best'"),
    ],
)
def test_tables_that_are_not_there(work, own, error, says):
    with pytest.raises(error, match=says):
        work.frame(step("tables", own))


def test_errors_name_the_step(work):
    wrong = step("panels", {"data": "mine"}, {"measure": "kiled"}, "deaths")
    with pytest.raises(Exception, match=r"^panels\.deaths: "):
        work.make(wrong)


def test_bounds_by_period_become_a_panel(work):
    claims = Step("sources", "claims", {"dataset": "idlib_2020"}, {})
    work.make(claims)
    incidents = Step(
        "datasets", "incidents", {"apply": "reconcile_events", "data": "claims"}, {}
    )
    assert len(work.make(incidents).counts) < len(work.made["claims"].counts)
    bounds = Step(
        "models",
        "bounds",
        {"fit": "reconcile", "data": "claims"},
        {
            "measure": "injured",
            "every": "month",
            "window": ["2020-01-01", "2020-02-29"],
        },
    )
    result = work.make(bounds)
    own = {"data": "bounds", "value": "low"}
    panel = work.make(step("panels", own, {"group": "civilians"}))
    assert panel.group == "civilians"
    assert "lower end" in panel.notes[0]
    low = result.to_frame()["low"]
    frame = panel.to_frame()
    known = frame["state"].astype("str") == "observed"
    assert frame.loc[known, "best"].to_list() == low[low > 0].to_list()
    assert not (frame["state"].astype("str") == "zero").any()


def test_only_bounds_by_period_become_a_panel(work):
    with pytest.raises(ArgumentError, match="takes only `value`"):
        work.make(step("panels", {"data": "trend"}, {"every": "month"}))
    with pytest.raises(ArgumentError, match="only if it bounds"):
        work.make(step("panels", {"data": "trend"}))


def test_sources_of_a_step_are_what_it_is_made_from(work):
    assert work.sources_of(step("figures", {"data": ["trend", "monthly"]})) == [
        work.made["trend"],
        work.made["monthly"],
    ]
    assert takes_whole(cs.plot_series, work.made["monthly"])
