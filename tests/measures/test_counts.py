from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.errors import CoverageError, SchemaError, SumError
from conflictstats.measures.spreading import METHODS
from tests.strategies import datasets

EVERY = ("day", "week", "month", "quarter", "year")


@given(
    datasets(),
    st.sampled_from(EVERY[1:]),
    st.sampled_from([None, "country", ("country", "event_class")]),
    st.sampled_from(METHODS),
    st.sampled_from(["killed", "events"]),
    st.integers(0, 12),
)
def test_panels_add(ds, every, by, spread, measure, cut):
    def count(part):
        rng = np.random.default_rng(3)
        return cs.count_events(
            part, by=by, every=every, spread=spread, measure=measure, rng=rng
        )

    first = ds.events["event_id"].isin(ds.events["event_id"][:cut])
    whole = count(ds).to_frame()
    if first.all() or not first.any():
        return
    parts = count(ds.where(events=first)) + count(ds.where(events=~first))
    pd.testing.assert_frame_equal(parts.to_frame(), whole, check_dtype=False)


@given(datasets(), st.sampled_from([None, "country"]), st.sampled_from(METHODS))
def test_nothing_is_lost_and_unknown_is_never_zero(ds, by, spread):
    rng = np.random.default_rng(3)
    frame = cs.count_events(ds, by=by, spread=spread, rng=rng).to_frame()
    known = ds.counts["best"].fillna(ds.counts["low"])
    total = frame["best"].sum(min_count=1)
    assert known.isna().all() if pd.isna(total) else total == known.sum()
    unknown = frame["state"] == "unknown"
    assert frame.loc[unknown, "best"].isna().all()
    zero = frame.loc[frame["state"] == "zero", ["low", "best", "high"]]
    assert (zero.to_numpy() == 0).all()
    assert frame.loc[frame["n_open"] > 0, "high"].isna().all()
    assert (frame.loc[frame["state"] == "zero", "covered_days"] > 0).all()


@given(datasets())
def test_units_sum_to_the_whole(ds):
    units = cs.count_events(ds, by="country").to_frame()
    whole = cs.count_events(ds).to_frame().set_index("period")
    for name in ("low", "best"):
        summed = units.groupby("period")[name].sum(min_count=1)
        known = summed.dropna()
        assert (whole[name].reindex(known.index) == known).all()


@given(datasets(), st.randoms())
def test_order_of_rows_does_not_matter(ds, random):
    order = list(range(len(ds.counts)))
    random.shuffle(order)
    shuffled = ds.replace(counts=ds.counts.iloc[order], events=ds.events.iloc[::-1])
    pd.testing.assert_frame_equal(
        cs.count_events(ds, by="country").to_frame(),
        cs.count_events(shuffled, by="country").to_frame(),
    )


def test_by_hand(dataset):
    frame = cs.count_events(dataset, by="country").to_frame()
    south = frame[frame["country"] == "Southland"]
    assert south["best"].fillna(-1).to_list() == [5, 3, 0, 0, 0, -1]
    assert south["low"].fillna(-1).to_list() == [3, 2, 0, 0, 0, -1]
    assert south["high"].fillna(-1).to_list() == [7.5, 4.5, 0, 0, 0, -1]
    assert south["state"].to_list() == [
        "observed",
        "observed",
        "zero",
        "zero",
        "zero",
        "unknown",
    ]
    assert south["n_unknown"].to_list() == [0, 0, 0, 0, 0, 1]
    north = frame[frame["country"] == "Northland"]
    assert north["state"].to_list() == ["unknown"] * 2 + ["observed"] + ["unknown"] * 3


def test_actors_overlap_and_the_panel_says_so(dataset):
    panel = cs.count_events(dataset, by="actor", every="year")
    frame = panel.to_frame().set_index("actor")
    assert frame.loc["Reds", "best"] == 8
    assert frame.loc["Blues", "best"] == 2
    assert "units overlap" in panel.notes[0]
    assert "unknown" in panel.units


def test_events_are_counted_by_any_column(dataset):
    frame = cs.count_events(
        dataset, by="event_class", every="quarter", measure="events"
    ).to_frame()
    assert frame["best"].to_list() == [3, 1]


def test_by_a_column_of_the_counts(dataset):
    told = dataset.replace(counts=dataset.counts.assign(claimant=["A", "B", "A", "A"]))
    frame = cs.count_events(told, by="claimant", every="year").to_frame()
    assert frame["best"].to_list() == [4, 6]


def test_named_units_without_events_are_zero_where_covered(dataset):
    panel = cs.count_events(
        dataset,
        by="country",
        every="year",
        units=["Southland", "Eastland"],
        coverage=cs.Coverage.of("2020-01-01", "2020-12-31"),
    )
    frame = panel.to_frame().set_index("country")
    assert frame.loc["Eastland", "state"] == "zero"
    assert frame.loc["Southland", "best"] == 8
    with pytest.raises(cs.ArgumentError, match="exactly one column"):
        cs.count_events(dataset, units=["Southland"])


def test_coverage_of_a_level_finer_than_the_unit(dataset):
    coverage = cs.Coverage.of(
        "2020-01-01", "2020-12-31", places={"country": ["Southland"]}
    )
    frame = cs.count_events(
        dataset, by="event_class", every="year", coverage=coverage
    ).to_frame()
    assert frame["covered_days"].to_list() == [366]


def test_coverage_may_speak_of_places_the_events_lack(dataset):
    coverage = cs.Coverage.of("2020-01-01", "2020-12-31", places={"province": ["P"]})
    frame = cs.count_events(dataset, by="country", coverage=coverage).to_frame()
    assert not (frame["state"] == "zero").any()


def test_window_cuts_and_says_so(dataset):
    panel = cs.count_events(dataset, start="2020-02-01", end="2020-05-31")
    assert panel.to_frame()["best"].to_list() == [3, 2, 0, 0]
    assert any("before or after the window" in note for note in panel.notes)


def test_undated_events_are_said(dataset):
    events = dataset.events.copy()
    events.loc[0, ["date_start", "date_end"]] = pd.NaT
    panel = cs.count_events(dataset.replace(events=events))
    assert "1 counts without a date are left out" in panel.notes


def test_a_source_with_a_lag_warns(dataset):
    coverage = cs.Coverage.of("2020-01-01", "2020-06-30", lag_days=40)
    panel = cs.count_events(dataset, coverage=coverage)
    assert "from 2020-05-01 on" in panel.notes[-1]
    read = (cs.Source(name="S", retrieved_at="2021-01-01"),)
    later = cs.count_events(dataset.replace(source_records=read), coverage=coverage)
    assert not any("lag" in note for note in later.notes)


def test_a_candidate_release_of_ged_says_that_its_last_months_will_rise(tmp_path):
    sample = Path(__file__).parents[1] / "samples" / "ucdp_ged.csv"
    for name, noted in (("GEDEvent_v20_0_12.csv", True), ("GEDEvent_v21_1.csv", False)):
        (tmp_path / name).write_bytes(sample.read_bytes())
        panel = cs.count_events(cs.read_ucdp_ged(tmp_path / name))
        said = [note for note in panel.notes if "reporting lag of 30 days" in note]
        assert len(said) == noted
        if noted:
            # A note for the record, repeated by what is fitted; no warning is raised.
            assert said[0] in cs.fit_monotone_trend(panel).notes


def test_counts_without_a_lower_bound_widen_the_range(dataset):
    counts = dataset.counts.assign(low=pd.array([pd.NA] * 4, dtype="Int64"))
    frame = cs.count_events(dataset.replace(counts=counts), every="year").to_frame()
    assert frame["low"].to_list() == [0]
    assert frame["best"].to_list() == [10]


def add(dataset, **changes):
    new = dataset.counts.iloc[[0]].assign(count_id="new", **changes)
    return dataset.replace(counts=pd.concat([dataset.counts, new]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "stock"}, "a stock is the number at one moment"),
        ({"kind": "cumulative"}, "a running total holds all"),
        ({"kind": "flow"}, "single incidents and totals"),
        ({"unit": "households"}, "different units"),
        ({}, "rival claims on the same people"),
    ],
)
def test_what_must_not_be_summed_is_refused(dataset, changes, said):
    with pytest.raises(SumError, match=said):
        cs.count_events(add(dataset, **changes))


def test_kind_picks_what_is_counted(dataset):
    both = add(dataset, kind="stock")
    assert cs.count_events(both, kind="incident").to_frame()["best"].sum() == 10
    only = dataset.replace(counts=dataset.counts.assign(kind="cumulative"))
    with pytest.raises(SumError, match="to_flows"):
        cs.count_events(only)
    with pytest.raises(cs.ArgumentError, match="`kind` must be one of"):
        cs.count_events(dataset, kind="flow")


def test_overlapping_windows_at_one_place_are_refused():
    counts = pd.DataFrame(
        {
            "count_id": ["a", "b"],
            "measure": "killed",
            "group": "all",
            "kind": "flow",
            "place": "P",
            "best": [1, 2],
            "low": [1, 2],
            "high": [1, 2],
            "period_start": pd.to_datetime(["2020-01-01", "2020-01-15"]),
            "period_end": pd.to_datetime(["2020-01-20", "2020-01-31"]),
        }
    )
    ds = cs.Dataset(name="x", counts=counts)
    with pytest.raises(SumError, match="overlapping windows"):
        cs.count_events(ds)
    apart = ds.replace(
        counts=counts.assign(period_end=pd.to_datetime(["2020-01-10", "2020-01-31"]))
    )
    assert cs.count_events(apart).to_frame()["best"].to_list() == [3]
    places = ds.replace(counts=counts.assign(place=["P", "Q"]))
    by_place = cs.count_events(places, by="place", every="year")
    assert by_place.to_frame()["place"].to_list() == ["P", "Q"]


def groups(dataset):
    rows = []
    for group, best in (("side_a", 1), ("civilians", 2), ("children", 1)):
        rows.append(
            dataset.counts.iloc[[0]].assign(
                count_id=group, group=group, best=best, low=best, high=best
            )
        )
    rows.append(dataset.counts.iloc[[1]].assign(count_id="x", group="civilians"))
    return dataset.replace(counts=pd.concat(rows))


def test_disjoint_groups_add_and_overlapping_ones_do_not(dataset):
    ds = groups(dataset)
    panel = cs.count_events(ds, group=("side_a", "civilians"), every="year")
    assert panel.to_frame()["best"].to_list() == [9]
    assert panel.to_frame()["n_events"].to_list() == [2]
    assert panel.group == "side_a + civilians"
    with pytest.raises(SumError, match="may hold the same people"):
        cs.count_events(ds, group=("civilians", "children"))
    with pytest.raises(SumError, match="No count of 'killed' is about 'all'"):
        cs.count_events(ds)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"measure": "kiled"}, cs.ArgumentError, "did you mean 'killed'"),
        ({"measure": "injured"}, cs.ArgumentError, "there is no 'injured' in it"),
        ({"by": "contry"}, SchemaError, "did you mean 'country'"),
        ({"every": "fortnight"}, cs.ArgumentError, "`every` must be one of"),
        ({"spread": "evenly"}, cs.ArgumentError, "`spread` must be one of"),
        ({"start": "2021-01-01"}, cs.ArgumentError, "must not come after"),
        (
            {"start": "2021-01-01", "end": "2021-02-01"},
            CoverageError,
            "outside what the source covers, 2020-01-01 to 2020-06-30",
        ),
    ],
)
def test_bad_arguments_are_named(dataset, arguments, error, said):
    with pytest.raises(error, match=said):
        cs.count_events(dataset, **arguments)


def test_a_data_set_without_events_or_window(dataset):
    empty = cs.Dataset(name="x")
    with pytest.raises(CoverageError, match="there is no window"):
        cs.count_events(empty, measure="events")
    frame = cs.count_events(
        empty, measure="events", start="2020-01-01", end="2020-02-01"
    ).to_frame()
    assert frame["state"].to_list() == ["unknown", "unknown"]
    with pytest.raises(cs.ConflictStatsError, match="must be a Dataset"):
        cs.count_events([1, 2])
