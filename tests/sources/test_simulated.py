import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.errors import ArgumentError, ArgumentTypeError
from conflictstats.glossary import GLOSSARY


def simulate(seed=5, **options):
    return cs.simulate_events(rng=np.random.default_rng(seed), **options)


@pytest.fixture(scope="module")
def year():
    return simulate()


def test_the_same_rng_gives_the_same_data_set(year):
    again = simulate()
    for name in ("events", "actors", "counts"):
        pd.testing.assert_frame_equal(getattr(year, name), getattr(again, name))
    for name, table in year.extras.items():
        pd.testing.assert_frame_equal(table, again.extras[name])
    assert not simulate(seed=6).events.equals(year.events)


def test_it_says_that_nothing_happened(year):
    assert "no real event" in year.cite()
    assert "nothing here happened" in year.methods_note()
    assert year.may_redistribute
    assert year.events["country"].eq("Simulated country").all()


def test_what_was_reported_is_a_part_of_the_truth(year):
    truth = year.extras["truth"]
    reported = truth[truth["was_noticed"]]
    assert reported["event_id"].to_list() == year.events["event_id"].to_list()
    assert 0 < len(reported) < len(truth)
    # The true day lies in the window the event is dated to.
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(
        np.floor(reported["day_of_window"]).to_numpy(), unit="D"
    )
    events = year.events
    assert (events["date_start"] <= day).all()
    assert (day <= events["date_end"]).all()
    blurred = events["date_start"] < events["date_end"]
    assert 0 < blurred.mean() < 0.4
    assert events.loc[~blurred, "date_precision"].eq("day").all()
    assert (events["last_modified"] >= day).all()
    parts = truth[["killed_civilians", "killed_attacked", "killed_acting"]]
    assert (parts.sum(axis=1) == truth["killed"]).all()


def test_parents_come_before_and_belong_to_the_generation_before(year):
    truth = year.extras["truth"].set_index("event_id")
    child = truth[truth["parent_id"].notna()]
    parent = truth.loc[child["parent_id"]]
    later = child["day_of_window"].to_numpy() > parent["day_of_window"].to_numpy()
    assert later.all()
    step = child["generation"].to_numpy() - parent["generation"].to_numpy()
    assert (step == 1).all()
    assert truth.loc[truth["parent_id"].isna(), "generation"].eq(0).all()


def test_the_acting_side_is_the_perpetrator(year):
    truth = year.extras["truth"].set_index("event_id")
    actors = year.actors.pivot_table(
        index="event_id", columns="role", values="name", aggfunc="first"
    )
    assert (actors["perpetrator"] == truth.loc[actors.index, "acting_side"]).all()
    assert (actors["target"] == truth.loc[actors.index, "attacked_side"]).all()


def test_reports_read_as_claims(year):
    ds = cs.read_claims(
        year.extras["claims"], links=year.extras["claim_links"], dataset=year.name
    )
    assert set(ds.quarantine["action"]) == set()
    assert set(ds.events["event_id"]) == set(year.events["event_id"])
    assert ds.counts["event_id"].notna().all()
    assert ds.counts["claimant"].nunique() == 3
    assert ds.counts["qualifier"].nunique() > 5
    assert (ds.counts["as_of"] >= ds.counts["period_start"]).all()
    relations = ds.extras["links"]
    firsts = relations[relations["relation"] == "first_report"]
    assert firsts["event_id"].is_unique
    assert len(firsts) == len(ds.events)


def test_counts_can_be_counted_and_their_silence_is_zero(year):
    panel = cs.count_events(year, every="day", measure="events").to_frame()
    assert panel["state"].isin(["observed", "zero"]).all()
    killed = cs.count_events(year, every="month").to_frame()
    assert (killed["low"] <= killed["best"]).all()


def test_with_perfect_reporting_the_counts_are_the_truth():
    perfect = cs.SimulatedReporting(
        detection=1, completeness=1, vague=0, imprecise=0, lag_days=0
    )
    ds = simulate(reporting=perfect, days=100)
    truth = ds.extras["truth"]
    assert len(ds.events) == len(truth)
    for name in ("low", "best", "high"):
        assert ds.counts[name].to_list() == truth["killed"].to_list()
    assert ds.counts["qualifier"].eq("exact").all()
    assert (ds.counts["as_of"] == ds.events["date_start"]).all()


def test_nothing_noticed_is_an_empty_data_set():
    ds = simulate(reporting=cs.SimulatedReporting(detection=0), days=30)
    assert ds.events.empty
    assert ds.counts.empty
    assert len(ds.extras["truth"])
    assert len(simulate(conflict=cs.SimulatedConflict(baseline=(0, 0))).events) == 0


def test_parameters_are_kept(year):
    table = year.extras["parameters"].set_index("parameter")["true_value"]
    assert table["branching[Government <- Opposition]"] == 0.25
    assert table["reporters"] == 3


def test_every_column_that_leaves_is_defined(year):
    tables = [year.events, year.actors, year.counts, *year.extras.values()]
    assert not {c for frame in tables for c in frame.columns} - set(GLOSSARY)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"days": 0}, ArgumentError, "`days` must be a whole number"),
        ({"start": "soon"}, ArgumentError, "`start` must be a day"),
        ({"conflict": 3}, ArgumentTypeError, "SimulatedConflict"),
        ({"reporting": 3}, ArgumentTypeError, "SimulatedReporting"),
    ],
)
def test_arguments_are_checked(options, error, match):
    with pytest.raises(error, match=match):
        simulate(**options)


def test_a_bare_seed_is_refused():
    with pytest.raises(ArgumentTypeError, match=r"numpy\.random\.Generator"):
        cs.simulate_events(rng=5)


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    days=st.integers(1, 60),
    vague=st.floats(0, 1),
    detection=st.floats(0, 1),
)
def test_bounds_are_in_order_whatever_happens(seed, days, vague, detection):
    reporting = cs.SimulatedReporting(vague=vague, detection=detection)
    ds = simulate(seed, days=days, reporting=reporting)
    known = ds.counts.dropna(subset=["low", "best"])
    assert (known["low"] <= known["best"]).all()
    closed = known.dropna(subset=["high"])
    assert (closed["best"] <= closed["high"]).all()
    assert ds.events["date_end"].max() <= ds.coverage.end or ds.events.empty
    claims = cs.read_claims(ds.extras["claims"], links=ds.extras["claim_links"])
    assert claims.quarantine.empty
