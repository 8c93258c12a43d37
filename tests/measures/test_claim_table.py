"""Claims come in one layout, from a frame or a Dataset."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentTypeError, SchemaError
from conflictstats.measures.claim_table import gather_claims, plain_claimant


def table(**columns):
    plain = {"claim_id": ["a", "b"], "measure": "killed", "low": [3, 4], "high": [3, 9]}
    return pd.DataFrame({**plain, **columns})


def test_a_small_table_is_enough():
    found = gather_claims(table())
    assert found["scope"].tolist() == ["window_total", "window_total"]
    assert found["start"].isna().all()
    assert found["claimant"].tolist() == ["", ""]


def test_scope_follows_from_kind_or_from_the_days():
    days = {
        "event_date_start": ["2020-02-01", "2020-02-01"],
        "event_date_end": ["2020-02-01", "2020-02-03"],
    }
    assert gather_claims(table(**days))["scope"].tolist() == [
        "daily_total",
        "window_total",
    ]
    kinds = gather_claims(table(kind=["incident", "cumulative"], **days))
    assert kinds["scope"].tolist() == ["incident", "cumulative_since"]
    stock = gather_claims(table(measure="displaced_stock"))
    assert stock["scope"].tolist() == ["stock", "stock"]


def test_an_unknown_start_stays_open():
    found = gather_claims(
        table(scope="cumulative_since:unknown", event_date_start="2020-02-01")
    )
    assert found["start"].isna().all()


def test_months_end_on_their_last_day():
    found = gather_claims(
        table(report_date="2020-02", event_date_start="2020-02", event_date_end=None)
    )
    assert found["as_of"][0] == pd.Timestamp("2020-02-29")
    assert found["start"][0] == pd.Timestamp("2020-02-01")
    assert found["end"].isna().all()


def test_things_are_grouped_by_their_unit():
    found = gather_claims(
        table(unit=["airstrikes", "people"], population=["not stated", "not stated"])
    )
    assert found["group"].tolist() == ["airstrikes", "not stated"]


def test_links_say_which_claims_speak_of_one_event():
    links = pd.DataFrame({"claim_id": ["b", "a"], "event_id": ["E1", "E1"]})
    found = gather_claims(table(), links)
    assert found["event_id"].tolist() == ["E1", "E1"]
    assert found["link_order"].tolist() == [1, 0]
    named = gather_claims(table(), links.assign(relation=["update", "first_report"]))
    assert named["relation"].tolist() == ["first_report", "update"]


def test_a_data_set_gives_the_same_claims_as_its_files():
    ds = cs.load_dataset("idlib_2020")
    from_set = gather_claims(ds).set_index("claim_id")
    files = cs.Dataset(name="x", counts=ds.counts)
    from_counts = gather_claims(files, ds.extras["links"]).set_index("claim_id")
    pd.testing.assert_frame_equal(from_set, from_counts)
    assert len(from_set) == 688
    assert from_set.loc["D50", "scope"] == "stock"
    assert from_set.loc["S25", "relation"] == "overlap_uncertain"


@pytest.mark.parametrize(
    ("frame", "error", "said"),
    [
        ("claims", ArgumentTypeError, "DataFrame"),
        (table().drop(columns="low"), SchemaError, "`low`"),
        (table(claim_id=["a", "a"]), SchemaError, "'a' occurs twice"),
        (table(low=["three", "4"]), SchemaError, "`low` must hold numbers"),
        (table(report_date="yesterday"), SchemaError, "`as_of` .* got 'yesterday'"),
        (table(quantity_text="3").drop(columns="low"), SchemaError, "parse_quantity"),
        (table(scope="sometimes"), SchemaError, "'sometimes'"),
    ],
)
def test_faults_are_named(frame, error, said):
    with pytest.raises(error, match=said):
        gather_claims(frame)


def test_the_input_is_left_alone():
    frame = table(report_date="2020-02-03")
    before = frame.copy()
    gather_claims(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_names_without_who_relayed_them():
    assert plain_claimant("SOHR ('a war monitor')") == "SOHR"
    assert plain_claimant("Turkish Ministry of Defence") == (
        "Turkish Ministry of Defence"
    )
    assert np.isnan(gather_claims(table(high=["", 9]))["high"][0])
