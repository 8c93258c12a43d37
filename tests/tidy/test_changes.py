import pandas as pd
import pytest
from hypothesis import given

import conflictstats as cs
from conflictstats.glossary import GLOSSARY
from tests.strategies import datasets


def with_counts(ds, **cells):
    counts = ds.counts.copy()
    for place, value in cells.items():
        row, column = place.split("_")
        counts.loc[int(row[1:]), column] = value
    return ds.replace(counts=counts)


def test_a_dataset_does_not_differ_from_itself(dataset):
    changes = cs.compare_datasets(dataset, dataset)
    assert changes.is_empty
    assert changes.to_frame().empty
    assert changes.summary().splitlines() == [
        "x, undated to undated:",
        "0 events added, 0 removed, 0 changed.",
        "0 counts added, 0 removed, 0 changed.",
    ]


def test_added_and_removed_rows_say_what_they_are_about(dataset):
    fewer = dataset.where(events=lambda e: e["event_id"] != "x:b")
    added = cs.compare_datasets(fewer, dataset).added
    assert added[["table", "record_id", "country"]].to_numpy().tolist() == [
        ["events", "x:b", "Southland"],
        ["counts", "x:b:k", "Southland"],
    ]
    assert added["best"].to_list() == [pd.NA, 6]
    assert added["date_start"].unique() == pd.Timestamp("2020-01-30")
    back = cs.compare_datasets(dataset, fewer)
    pd.testing.assert_frame_equal(back.removed, added)
    assert back.added.empty
    assert not back.is_empty


def test_every_changed_value_stands_before_and_after(dataset):
    new = with_counts(dataset, r1_best=7, r3_best=5, r3_low=5, r0_best=pd.NA)
    events = new.events.copy()
    events.loc[0, "date_end"] = pd.Timestamp("2020-01-16")
    events.loc[2, "latitude"] = 1 / 3
    new = new.replace(events=events)
    changes = cs.compare_datasets(dataset, new)
    rows = changes.changed.astype("object").where(changes.changed.notna(), None)
    assert rows.to_numpy().tolist() == [
        ["events", "x:a", "date_end", "2020-01-15", "2020-01-16"],
        ["events", "x:c", "latitude", None, "0.333333333333"],
        ["counts", "x:a:k", "best", "2", None],
        ["counts", "x:b:k", "best", "6", "7"],
        ["counts", "x:d:k", "low", None, "5"],
        ["counts", "x:d:k", "best", None, "5"],
    ]
    assert changes.summary().splitlines()[1:] == [
        "0 events added, 0 removed, 2 changed.",
        "0 counts added, 0 removed, 3 changed.",
        "Best figures revised: 1 up, 1 from unknown to a number, "
        "1 from a number to unknown.",
    ]
    assert repr(changes).startswith("DatasetChanges\nx, undated")
    assert "1 down" in cs.compare_datasets(new, dataset).summary()


def test_actors_are_compared_as_a_set(dataset):
    shuffled = dataset.replace(actors=dataset.actors.iloc[::-1])
    assert cs.compare_datasets(dataset, shuffled).is_empty
    actors = dataset.actors.copy()
    actors.loc[1, "name"] = "Greens"
    changes = cs.compare_datasets(dataset, dataset.replace(actors=actors))
    assert changes.changed.to_numpy().tolist() == [
        [
            "events",
            "x:a",
            "actors",
            "side_a: Reds; side_b: Blues",
            "side_a: Reds; side_b: Greens",
        ]
    ]


def test_what_every_release_changes_is_passed_over_unless_asked_for(dataset):
    new = dataset.replace(events=dataset.events.assign(dataset_version="2"))
    assert cs.compare_datasets(dataset, new).is_empty
    changes = cs.compare_datasets(dataset, new, ignore=())
    assert len(changes.changed) == 4
    assert set(changes.changed["column"]) == {"dataset_version"}


def test_categories_in_another_order_are_the_same(dataset):
    events = dataset.events.assign(
        country=pd.Categorical(dataset.events["country"], ["Southland", "Northland"])
    )
    assert cs.compare_datasets(dataset, dataset.replace(events=events)).is_empty


def test_columns_of_only_one_state_are_passed_over(dataset):
    new = dataset.replace(events=dataset.events.assign(extra="x"))
    assert cs.compare_datasets(dataset, new).is_empty
    assert cs.compare_datasets(new, dataset).is_empty


def test_the_one_table_holds_all(dataset):
    old = dataset.where(events=lambda e: e["event_id"] != "x:b")
    new = with_counts(dataset, r0_best=3).where(events=lambda e: e["event_id"] != "x:d")
    frame = cs.compare_datasets(old, new).to_frame()
    assert frame["change"].value_counts().to_dict() == {
        "added": 2,
        "removed": 2,
        "changed": 1,
    }
    assert set(frame.columns) <= set(GLOSSARY)
    assert frame.dtypes.astype(str).unique().tolist() == ["str"]


def test_claims_without_events_are_compared_too():
    ds = cs.load_dataset("idlib_2020")
    fewer = ds.where(counts=lambda c: c["measure"] != "killed")
    changes = cs.compare_datasets(fewer, ds)
    assert len(changes.added) == len(ds.counts) - len(fewer.counts) > 0
    assert changes.added["measure"].eq("killed").all()


def test_an_empty_state_is_a_state(dataset):
    changes = cs.compare_datasets(cs.Dataset(name="x"), dataset)
    assert len(changes.added) == len(dataset.events) + len(dataset.counts)
    assert changes.removed.empty


def test_a_state_is_named_by_version_day_or_file(dataset):
    source = dataset.source_records[0]
    named = {
        "version 2 of 2026-11-26": {"version": "2", "retrieved_at": "2026-11-26"},
        "of 2026-11-26": {"retrieved_at": "2026-11-26", "sha256": "a" * 64},
        "file aaaaaaaa": {"sha256": "a" * 64},
        "undated": {},
    }
    for said, fields in named.items():
        ds = dataset.replace(source_records=(source.replace(**fields),))
        assert cs.compare_datasets(dataset, ds).after == said
    assert cs.compare_datasets(dataset.replace(source_records=()), ds).before == said


def test_only_datasets_are_compared(dataset):
    with pytest.raises(TypeError, match="`old` must be a Dataset"):
        cs.compare_datasets(dataset.events, dataset)
    with pytest.raises(TypeError, match="`new` must be a Dataset"):
        cs.compare_datasets(dataset, None)


@given(datasets(max_events=5), datasets(max_events=5))
def test_what_was_added_one_way_was_removed_the_other(old, new):
    there, back = cs.compare_datasets(old, new), cs.compare_datasets(new, old)
    pd.testing.assert_frame_equal(there.added, back.removed)
    pd.testing.assert_frame_equal(there.removed, back.added)
    assert len(there.changed) == len(back.changed)
    assert set(there.changed["record_id"]) == set(back.changed["record_id"])
    assert cs.compare_datasets(new, new).is_empty


@given(datasets(max_events=5), datasets(max_events=5))
def test_old_counts_with_the_changes_are_the_new_ones(old, new):
    changes = cs.compare_datasets(old, new)
    bounds = ["low", "best", "high"]
    state = old.counts.set_index("count_id")[bounds].astype("object")
    removed = changes.removed.query("table == 'counts'")["record_id"]
    state = state.drop(index=removed)
    for row in changes.changed.query("table == 'counts'").itertuples():
        if row.column in bounds:
            value = pd.NA if pd.isna(row.after) else int(row.after)
            state.loc[row.record_id, row.column] = value
    added = changes.added.query("table == 'counts'").set_index("record_id")[bounds]
    state = pd.concat([state, added.astype("object")]).astype("Int64").sort_index()
    wanted = new.counts.set_index("count_id")[bounds].astype("Int64").sort_index()
    pd.testing.assert_frame_equal(state, wanted, check_names=False)
