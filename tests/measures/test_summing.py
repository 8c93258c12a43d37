import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import SumError
from conflictstats.measures.summing import add_groups
from conflictstats.tidy.vocabulary import may_overlap


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("all", "civilians", True),
        ("civilians", "children", True),
        ("children", "children", True),
        ("men", "women", False),
        ("side_a", "unknown", False),
        ("side_a", "children", True),
    ],
)
def test_overlap_is_assumed_unless_known_otherwise(one, other, overlap):
    assert may_overlap(one, other) is overlap
    assert may_overlap(other, one) is overlap


def test_groups_of_one_event_add():
    counts = pd.DataFrame(
        {
            "count_id": ["a", "b", "c"],
            "row": [0, 0, 1],
            "first": pd.Timestamp("2020-01-01"),
            "last": pd.Timestamp("2020-01-01"),
            "low": [1.0, None, None],
            "best": [2.0, 3.0, None],
            "high": [4.0, None, None],
        }
    )
    out = add_groups(counts)
    assert out["best"].fillna(-1).to_list() == [5, -1]
    assert out["low"].fillna(-1).to_list() == [1, -1]
    assert out["high"].isna().all()


def month(**cells):
    row = {"location_code": "UTO", "event_type": "political_violence", "events": 3}
    row |= {"reference_period_start": "2025-01-01", "fatalities": 2}
    return row | {"reference_period_end": "2025-01-31"} | cells


def test_a_country_is_not_added_to_its_areas():
    nested = pd.DataFrame(
        [
            month(admin_level=0),
            month(admin_level=2, admin2_name="A", admin2_code="A1"),
            month(admin_level=2, admin2_name="B", admin2_code="B1"),
        ]
    )
    ds = cs.read_hapi_events(nested)
    with pytest.raises(SumError, match="in 'UTO' stand at levels 0, 2"):
        cs.count_events(ds, measure="killed")
    parts = ds.where(events=lambda e: e["admin_level"] == 2)
    assert cs.count_events(parts, measure="killed").to_frame()["best"].sum() == 4
    # Another country at another level is other people.
    apart = nested[1:].reset_index(drop=True)
    apart.loc[2] = month(admin_level=0, location_code="ANY")
    panel = cs.count_events(cs.read_hapi_events(apart), measure="killed")
    assert panel.to_frame()["best"].sum() == 6


def test_stocks_are_never_summed_over_time():
    row = {"admin0Pcode": "UTO", "adminLevel": 0, "numPresentIdpInd": 120}
    rounds = [
        row | {"reportingDate": f"2020-0{m}-01", "roundNumber": m} for m in (3, 6)
    ]
    ds = cs.read_iom_dtm(pd.DataFrame(rounds))
    with pytest.raises(SumError, match="the same people again"):
        cs.count_events(ds, measure="present", group="displaced_people")


def test_a_panel_of_several_data_sets_says_so():
    day = pd.to_datetime(["2020-05-01"])
    parts = [
        cs.Dataset(
            name=name,
            events=pd.DataFrame(
                {"event_id": f"{name}:1", "dataset": name, "date_start": day}
            ),
        )
        for name in ("a", "b")
    ]
    both = cs.combine(parts)
    panel = cs.count_events(
        both, measure="events", start="2020-05-01", end="2020-05-31"
    )
    assert any("several data sets are added (a, b)" in note for note in panel.notes)
    apart = cs.count_events(
        both, measure="events", by="dataset", start="2020-05-01", end="2020-05-31"
    )
    assert not any("several data sets" in note for note in apart.notes)
