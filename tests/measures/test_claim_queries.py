"""What is asked of the claims."""

import pandas as pd
import pytest

from conflictstats.errors import ArgumentError
from conflictstats.measures.claim_groups import build_groups
from conflictstats.measures.claim_places import build_places, place_pairs
from conflictstats.measures.claim_queries import (
    check_query,
    keep_perpetrator,
    list_periods,
    make_queries,
)
from conflictstats.measures.claim_rules import ClaimRules, prepare_claims
from conflictstats.measures.claim_table import gather_claims


def claims():
    frame = pd.DataFrame(
        {
            "claim_id": list("abc"),
            "measure": "killed",
            "event_date_start": ["2020-02-03", "2011-01-01", "2020-02-10"],
            "event_date_end": ["2020-02-05", "2020-02-01", "2020-02-10"],
            "place": ["Sarmin", "Idlib", "Idlib"],
            "admin1": "Idlib",
            "population": ["civilian", "children", "soldiers_turkey"],
            "victim_side": ["civilian", "civilian", "turkey"],
            "perpetrator_side": ["russia", "syria_gov_or_russia", "isis"],
            "scope": ["window_total", "window_total", "incident"],
            "low": 3,
            "high": 3,
        }
    )
    links = pd.DataFrame({"claim_id": ["c"], "event_id": ["E"], "relation": ["rival"]})
    return prepare_claims(gather_claims(frame, links), ClaimRules())


def queries(by=(), where=None, every=None):
    found = claims()
    places = build_places(place_pairs(found))
    groups = build_groups(found["group"])
    periods = list_periods(found, every, None)
    return make_queries(found, periods, by, where or {}, places, groups)


def test_the_window_follows_the_claims_of_a_month_or_less():
    assert list_periods(claims(), None, None) == [
        (pd.Timestamp("2020-02-03"), pd.Timestamp("2020-02-10"))
    ]
    long = claims()[1:2]
    assert list_periods(long, None, None)[0][0] == pd.Timestamp("2011-01-01")
    weeks = list_periods(claims(), "week", None)
    assert weeks[1] == (pd.Timestamp("2020-02-10"), pd.Timestamp("2020-02-16"))
    with pytest.raises(ArgumentError, match="window"):
        list_periods(claims()[:0], None, None)


def test_splits():
    assert [q.labels["group"] for q in queries(by=["group"])] == [
        "children",
        "civilians",
        "soldiers_turkey",
    ]
    assert [q.labels["place"] for q in queries(by=["place"])] == ["Idlib", "Sarmin"]
    assert [q.labels["side"] for q in queries(by=["side"])] == ["civilian", "turkey"]
    assert [q.labels["event_id"] for q in queries(by=["event"])] == ["E"]
    assert len(queries(by=["group"], every="week")) == 6


def test_keeping_to_one():
    (only,) = queries(where={"group": "children", "place": "Sarmin"})
    assert only.labels["place"] == "Sarmin"
    assert len(only.box.may) == 1
    assert queries(where={"group": "children", "side": "turkey"}) == []
    assert queries(where={"place": "Nowhere"}) == []
    assert queries(where={"event": "F"}) == []


def test_a_perpetrator_keeps_his_own_and_the_wider():
    found = claims()
    keep_perpetrator(found, "russia")
    assert found["status"].tolist() == ["used", "used", "not used"]
    assert found["low"].isna().tolist() == [False, True, False]
    both = claims()
    keep_perpetrator(both, "syria_gov_or_russia")
    # Russia's alone is a part of theirs together: it caps nothing.
    assert both["high"].isna().tolist() == [True, False, False]


def test_faults_are_named():
    with pytest.raises(ArgumentError, match="`by`"):
        check_query(["weapon"], {})
    with pytest.raises(ArgumentError, match="`where`"):
        check_query([], {"weapon": "x"})
