import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentTypeError, SchemaError


def test_repr_says_what_when_and_terms(dataset):
    text = repr(dataset)
    assert "2020-01-15 to 2020-06-01" in text
    assert "4 (killed)" in text
    assert "CC0-1.0" in text
    page = dataset._repr_html_()
    assert "<table>" in page
    assert "CC0-1.0" in page


def test_repr_tells_rows_and_terms_of_a_restricted_source(dataset):
    source = cs.Source(name="Closed", licence="ask", rows_read=9, rows_kept=8)
    text = repr(dataset.replace(source_records=(source,)))
    assert "8 of 9 rows kept" in text
    assert "rows may not be handed on" in text
    assert repr(cs.Dataset(name="empty")).splitlines()[1].endswith("-")


def test_flat_table_has_a_row_a_count(dataset):
    flat = dataset.to_frame()
    assert len(flat) == 4
    assert flat["country"].to_list() == dataset.events["country"].to_list()
    placed = dataset.events.assign(place=["P", "Q", "R", "S"])
    own = dataset.counts.assign(place=["own", None, None, None])
    flat = dataset.replace(events=placed, counts=own).to_frame()
    assert flat["place"].to_list() == ["own", "Q", "R", "S"]


def test_where_keeps_counts_of_the_kept_events(dataset):
    south = dataset.where(events=lambda e: e["country"] == "Southland")
    assert len(south.events) == 3
    assert set(south.counts["event_id"]) == set(south.events["event_id"])
    assert set(south.actors["event_id"]) <= set(south.events["event_id"])
    some = dataset.where(counts=dataset.counts["best"] > 2)
    assert some.counts["count_id"].to_list() == ["x:b:k"]
    with pytest.raises(ArgumentTypeError, match="boolean Series"):
        dataset.where(events=lambda e: [True])


def test_replace_refuses_unknown_fields(dataset):
    with pytest.raises(cs.ArgumentError, match="'event'"):
        dataset.replace(event=1)


def test_methods_note_says_what_is_not_stated(dataset):
    note = dataset.methods_note()
    assert "Definition: not stated." in note
    assert "0 values were changed" in note
    source = cs.Source(name="S", rows_read=3, rows_kept=2, rows_quarantined=1)
    assert (
        "Of 3 rows, 2 were kept and 1 quarantined"
        in dataset.replace(source_records=(source,)).methods_note()
    )


def test_combined_data_take_the_strictest_terms(dataset):
    other = cs.Dataset(
        name="y",
        events=dataset.events.assign(event_id=["y:a", "y:b", "y:c", "y:d"]),
        source_records=(cs.Source(name="Closed", licence="ask"),),
        extras={"links": pd.DataFrame({"a": [1]})},
    )
    both = cs.combine([dataset, other])
    assert len(both.events) == 8
    assert not both.may_redistribute
    assert both.licences()["licence"].to_list() == ["CC0-1.0", "ask"]
    assert "y.links" in both.extras
    assert "Closed." in both.cite()
    with pytest.raises(SchemaError, match="occurs twice"):
        cs.combine([dataset, dataset])
    with pytest.raises(cs.ArgumentError, match="at least one"):
        cs.combine([])
