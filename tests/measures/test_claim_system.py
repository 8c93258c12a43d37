"""Claims as rows: floors, ceilings, and why some have only one of them."""

import pandas as pd

from conflictstats.measures.claim_boxes import draw_boxes
from conflictstats.measures.claim_groups import build_groups
from conflictstats.measures.claim_places import build_places, place_pairs
from conflictstats.measures.claim_queries import list_periods, make_queries
from conflictstats.measures.claim_rules import ClaimRules, prepare_claims
from conflictstats.measures.claim_system import (
    build_system,
    describe_quantities,
    silent_system,
)
from conflictstats.measures.claim_table import gather_claims

BASE = {
    "claimant": "Monitor",
    "report_date": "2020-03-01",
    "measure": "killed",
    "population": "civilian",
    "low": 5,
    "high": 5,
    "event_date_start": "2020-02-03",
    "event_date_end": "2020-02-05",
    "scope": "window_total",
}


def prepared(rows, links=None):
    frame = pd.DataFrame([{**BASE, **row} for row in rows])
    if links is not None:
        links = pd.DataFrame(links, columns=["claim_id", "event_id", "relation"])
    found = prepare_claims(gather_claims(frame, links), ClaimRules())
    found["quantity"] = describe_quantities(found)
    return found


def built(rows, links=None, by=()):
    found = prepared(rows, links)
    places = build_places(place_pairs(found))
    groups = build_groups(found["group"])
    periods = list_periods(found, None, None)
    queries = make_queries(found, periods, by, {}, places, groups)
    boxes = draw_boxes(found, places, groups)
    return build_system(found, boxes, queries, places, groups, ClaimRules())


def senses(system):
    """Return the claims of each row with its sense and bound."""
    return sorted(
        (names, bool(floor), float(bound))
        for names, floor, bound in zip(
            system.row_claims,
            system.system.is_floor,
            system.system.bound,
            strict=True,
        )
    )


def test_a_total_has_a_floor_and_a_ceiling():
    assert senses(built([{"claim_id": "a"}])) == [
        (("a",), False, 5),
        (("a",), True, 5),
    ]


def test_an_incident_caps_itself_only():
    one = built([{"claim_id": "a", "scope": "incident"}])
    assert senses(one) == [(("a",), True, 5)]
    linked = built(
        [{"claim_id": "a", "scope": "incident"}], [("a", "E", "rival")], by=["event"]
    )
    assert senses(linked) == [(("a",), False, 5), (("a",), True, 5)]
    within = built(
        [
            {"claim_id": "a", "scope": "incident"},
            {"claim_id": "b", "scope": "incident", "part_of": "a", "low": 2},
        ],
        [("a", "E", "rival"), ("b", "E", "rival")],
        by=["event"],
    )
    assert (("b",), False, 5) not in senses(within)


def test_reasons_for_a_floor_alone():
    rows = [
        {"claim_id": "a", "high": None},
        {"claim_id": "b", "part_of": "a", "population": "children"},
        {"claim_id": "c", "event_date_end": "2020-03-01"},
        {"claim_id": "d", "perpetrator_side": "russia", "claimant": "Office"},
        {"claim_id": "e", "perpetrator_side": "isis", "claimant": "Office"},
        {"claim_id": "f", "report_date": "2020-02-03", "event_date_end": "2020-02-03"},
    ]
    claims = built(rows).claims.set_index("claim_id")
    assert "without an upper end" in claims.loc["b", "reason"]
    assert claims.loc["c", "reason"] == ""
    assert "one side" in claims.loc["d", "reason"]
    assert "may not be all" in claims.loc["f", "reason"]


def test_a_ceiling_of_what_was_not_over_says_nothing():
    rows = [
        {"claim_id": "a"},
        {
            "claim_id": "b",
            "low": None,
            "report_date": "2020-02-03",
            "event_date_end": "2020-02-03",
        },
    ]
    claims = built(rows).claims.set_index("claim_id")
    assert claims.loc["b", "status"] == "not used"


def test_rivals_share_a_quantity():
    rows = [
        {"claim_id": "a"},
        {"claim_id": "b", "claimant": "Office"},
        {"claim_id": "c", "population": "children"},
        {"claim_id": "d", "scope": "incident"},
        {"claim_id": "e", "scope": "incident", "event_date_end": "2020-02-09"},
        {"claim_id": "f", "scope": "incident"},
    ]
    links = [("d", "E", "rival"), ("e", "E", "rival")]
    quantity = prepared(rows, links).set_index("claim_id")["quantity"]
    assert quantity["a"] == quantity["b"] != quantity["c"]
    assert quantity["d"] == quantity["e"]
    # Unlinked incidents of one day may be different ones.
    assert quantity["f"] == "f"


def test_of_claims_nobody_asks_for_there_are_no_rows():
    found = silent_system(prepared([{"claim_id": "a"}, {"claim_id": "b", "low": 9}]))
    assert found.row_claims == ()
    assert found.claims["status"].tolist() == ["out of scope", "not used"]
