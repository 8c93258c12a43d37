import pandas as pd
import pytest

from conflictstats.errors import SchemaError
from conflictstats.sources._claim_events import event_of, events_of, read_links

DAYS = pd.to_datetime(["2021-05-01", "2021-05-02", "2021-05-20"])


def claims(**changes):
    frame = {
        "count_id": ["A1", "A2", "A3"],
        "period_start": DAYS,
        "period_end": DAYS,
        "kind": "incident",
        "place": ["Redtown", "Bluetown", "Bluetown"],
        "admin1": ["Reds", None, "Blues"],
        "lat": [1.0, None, 2.0],
        "lon": [1.0, None, 2.0],
    }
    return pd.DataFrame({**frame, **changes})


def links(**changes):
    frame = {"event_id": ["E1"] * 3, "claim_id": ["A1", "A2", "A3"]}
    table = pd.DataFrame({**frame, **changes})
    return read_links(table, claims()["count_id"], "x")[0]


def test_the_window_runs_from_earliest_to_latest():
    (event,) = events_of(links(), claims(), "x", "1").to_dict("records")
    assert event["date_start"] == DAYS[0]
    assert event["date_end"] == DAYS[2]
    assert event["date_precision"] == "month"
    assert event["event_class"] == "claim"


def test_the_place_is_the_one_most_claims_name():
    (event,) = events_of(links(), claims(), "x", "1").to_dict("records")
    assert event["place"] == "Bluetown"
    assert (event["latitude"], event["admin1"]) == (2.0, "Blues")
    assert event["place_precision"] == "near"


def test_late_deaths_and_totals_do_not_date_the_event():
    late = links(relation=["first_report", "rival", "late_death"])
    event = events_of(late, claims(), "x", "1").iloc[0]
    assert event["date_end"] == DAYS[1]
    total = claims(kind=["incident", "flow", "flow"])
    assert events_of(links(), total, "x", "1")["date_end"].item() == DAYS[0]


def test_an_event_of_totals_alone_is_dated_by_them():
    total = claims(kind="flow")
    assert events_of(links(), total, "x", "1")["date_end"].item() == DAYS[2]


def test_an_event_without_dates_is_of_unknown_precision():
    bare = claims(period_start=pd.NaT, period_end=pd.NaT)
    for name in ("period_start", "period_end"):
        bare[name] = bare[name].astype("datetime64[us]")
    event = events_of(links(), bare, "x", "1").iloc[0]
    assert event["date_precision"] == "unknown"


def test_claims_beside_an_event_are_no_counts_of_it():
    ids = pd.Series(["A1", "A2", "A3"])
    found = event_of(links(relation=["update", "wider_scope", "retaliation"]), ids)
    assert found.to_list()[0] == "x:E1"
    assert found.isna().to_list() == [False, True, True]


def test_a_claim_on_two_events_belongs_to_neither():
    both = links(claim_id=["A1", "A1", "A2"], event_id=["E1", "E2", "E2"])
    found = event_of(both, pd.Series(["A1", "A2"]))
    assert found.isna().to_list() == [True, False]


def test_links_without_title_or_relation_are_read():
    table = links()
    assert table["event_title"].isna().all()
    assert event_of(table, pd.Series(["A1"])).item() == "x:E1"


def test_a_link_needs_both_ends():
    table = pd.DataFrame({"event_id": ["E1", ""], "claim_id": ["", "A1"]})
    kept, noted = read_links(table, pd.Series(["A1"]), "x")
    assert kept.empty
    assert noted["rule_id"].to_list() == ["value.missing"] * 2


def test_links_lacking_a_column_are_refused():
    with pytest.raises(SchemaError, match="`claim_id`"):
        read_links(pd.DataFrame({"event_id": ["E1"]}), pd.Series(["A1"]), "x")
