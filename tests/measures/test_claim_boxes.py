"""Days, ground and groups of each claim; events; slices and sums of one report."""

import pandas as pd
import pytest

from conflictstats.measures.claim_boxes import (
    EVER,
    NEVER,
    claim_days,
    draw_boxes,
    find_joints,
    find_slices,
    perpetrators,
    settle_events,
)
from conflictstats.measures.claim_groups import build_groups
from conflictstats.measures.claim_places import build_places, place_pairs
from conflictstats.measures.claim_rules import ClaimRules, prepare_claims
from conflictstats.measures.claim_table import gather_claims

DAY = pd.Timestamp
NAT = pd.NaT


def claims(rows, links=None):
    base = {
        "claimant": "Monitor",
        "report_date": "2020-03-01",
        "measure": "killed",
        "population": "civilian",
        "victim_side": "civilian",
        "low": 5,
        "high": 5,
        "event_date_start": "2020-02-01",
        "event_date_end": "2020-02-03",
        "scope": "window_total",
    }
    frame = pd.DataFrame([{**base, **row} for row in rows])
    if links is not None:
        links = pd.DataFrame(links, columns=["claim_id", "event_id", "relation"])
    return prepare_claims(gather_claims(frame, links), ClaimRules())


def boxes(found):
    places = build_places(place_pairs(found))
    return draw_boxes(found, places, build_groups(found["group"]))


@pytest.mark.parametrize(
    ("start", "end", "printed", "incident", "possible", "sure"),
    [
        # Printed later: complete. Printed on its last day: that day is partial.
        ("1970-01-02", "1970-01-04", "1970-01-09", False, (1, 4), (1, 4)),
        ("1970-01-02", "1970-01-04", "1970-01-04", False, (1, 4), (1, 3)),
        ("1970-01-02", "1970-01-04", "1970-01-03", False, (1, 3), (1, 2)),
        ("1970-01-02", "1970-01-02", "1970-01-02", False, (1, 2), (1, 1)),
        ("1970-01-02", "1970-01-04", None, False, (1, 4), (1, 4)),
        # An incident's toll is complete in itself.
        ("1970-01-02", "1970-01-02", "1970-01-02", True, (1, 2), (1, 2)),
        # Without a start nothing is surely inside.
        (None, "1970-01-04", "1970-01-09", False, (EVER, 4), (0, 0)),
        ("1970-01-02", None, "1970-01-04", False, (1, 4), (1, 3)),
        ("1970-01-02", None, None, False, (1, NEVER + 1), (0, 0)),
    ],
)
def test_days(start, end, printed, incident, possible, sure):
    given = (DAY(d) if d else NAT for d in (start, end, printed))
    assert claim_days(*given, incident) == (possible, sure)


def test_parts_lie_in_their_wholes():
    found = claims(
        [
            {"claim_id": "a"},
            {
                "claim_id": "b",
                "part_of": "a",
                "population": "children",
                "event_date_end": "2020-02-09",
            },
            {"claim_id": "c", "part_of": "b", "population": "women"},
            {"claim_id": "d", "part_of": "nobody"},
        ]
    )
    drawn = boxes(found)
    assert drawn["b"].possible == drawn["a"].possible
    assert drawn["b"].cells < drawn["a"].cells
    # A label that leaves its part out takes it in.
    assert drawn["c"].cells <= drawn["b"].cells


def test_windows_that_do_not_meet_stay_as_they_are():
    found = claims(
        [
            {"claim_id": "a"},
            {
                "claim_id": "b",
                "part_of": "a",
                "event_date_start": "2020-02-07",
                "event_date_end": "2020-02-08",
            },
        ]
    )
    drawn = boxes(found)
    assert drawn["b"].possible[0] > drawn["a"].possible[1]


def test_reports_that_disagree_on_the_day_share_the_whole_span():
    rows = [
        {"claim_id": "a", "scope": "incident", "event_date_end": "2020-02-01"},
        {
            "claim_id": "b",
            "scope": "incident",
            "event_date_start": "2020-02-03",
            "claimant": "Office",
        },
        {"claim_id": "c", "scope": "incident"},
    ]
    links = [("a", "E", "date_conflict"), ("b", "E", "date_conflict"), ("c", "F", "")]
    found = claims(rows, links)
    settled, notes = settle_events(boxes(found), found)
    assert settled["a"].possible == settled["b"].possible
    assert settled["a"].possible[1] - settled["a"].possible[0] == 3
    assert notes == ["The reports of E disagree on its day."]


def test_attributions():
    assert perpetrators("multiple") == frozenset()
    assert perpetrators("syria_gov_or_russia") == {"syria_gov", "russia"}


def test_a_voice_that_splits_by_perpetrator_counts_slices():
    rows = [
        {"claim_id": "a", "perpetrator_side": "russia"},
        {"claim_id": "b", "perpetrator_side": "syria_gov_allied"},
        {"claim_id": "c", "perpetrator_side": "russia", "claimant": "Office"},
        {
            "claim_id": "d",
            "perpetrator_side": "russia",
            "event_date_start": "2020-01-01",
            "event_date_end": "2020-01-05",
        },
        {
            "claim_id": "e",
            "perpetrator_side": "russia",
            "part_of": "f",
            "claimant": "Office",
        },
        {"claim_id": "f", "perpetrator_side": "multiple", "claimant": "Office"},
    ]
    sliced = find_slices(claims(rows))
    assert sliced.tolist() == [True, True, False, False, True, False]


def test_slices_of_one_report_add_up():
    rows = [
        {"claim_id": "a", "perpetrator_side": "russia"},
        {"claim_id": "b", "perpetrator_side": "syria_gov_allied"},
        {"claim_id": "c", "perpetrator_side": "russia", "population": "children"},
        {"claim_id": "d", "perpetrator_side": "russia", "claimant": "Office"},
    ]
    assert find_joints(claims(rows)) == [("a", "b")]
