import pandas as pd
import pytest

import conflictstats as cs


def claims(*rows):
    frame = pd.DataFrame(
        rows, columns=["count_id", "low", "best", "high", "as_of", "part_of"]
    ).assign(
        event_id="e",
        measure="killed",
        group="all",
        kind="incident",
        unit="people",
        period_start=pd.Timestamp("2020-02-27"),
    )
    events = pd.DataFrame({"event_id": ["e"], "dataset": ["x"]})
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    for name in ("low", "best", "high"):
        frame[name] = frame[name].astype("Int64")
    return cs.Dataset(name="x", events=events, counts=frame)


TOLL = [
    ("a", 9, 9, 9, "2020-02-27", None),
    ("b", 33, 33, 33, "2020-02-28", None),
    ("c", 33, 33, pd.NA, "2020-02-28", None),
    ("d", 50, pd.NA, 70, "2020-02-29", None),
    ("p", 7, 7, 7, "2020-02-28", "b"),
]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("range", (9, pd.NA, 70)),
        ("latest", (50, pd.NA, 70)),
        ("lowest", (9, 9, 9)),
        ("highest", (50, pd.NA, 70)),
    ],
)
def test_rules(rule, expected):
    counts = cs.reconcile_events(claims(*TOLL), rule=rule).counts
    assert len(counts) == 1
    row = counts.iloc[0]
    for name, value in zip(("low", "best", "high"), expected, strict=True):
        assert (row[name] is pd.NA) if value is pd.NA else row[name] == value
    assert row["rule_id"] == f"rivals.{rule}"
    assert row["notes"] == "claims a, b, c, d"


def test_a_range_is_open_where_the_highest_number_is_a_minimum():
    counts = cs.reconcile_events(claims(TOLL[0], TOLL[2])).counts
    assert counts["high"].isna().all()
    assert counts["low"].iloc[0] == 9


def test_agreement_is_exact_and_single_claims_stay():
    row = cs.reconcile_events(claims(TOLL[1], ("z", 33, 33, 33, None, None))).counts
    assert row[["low", "best", "high"]].iloc[0].to_list() == [33, 33, 33]
    single = cs.reconcile_events(claims(TOLL[0])).counts
    assert single["count_id"].to_list() == ["a"]


def test_claims_without_numbers():
    none = ("u", pd.NA, pd.NA, pd.NA, "2020-02-27", None)
    for rule in ("range", "lowest", "highest"):
        two = claims(none, ("v", *none[1:]))
        row = cs.reconcile_events(two, rule=rule).counts.iloc[0]
        assert row[["low", "best", "high"]].isna().all()


def test_nothing_linked_is_left_as_it_is():
    free = claims(TOLL[0])
    free = free.replace(counts=free.counts.assign(event_id=pd.NA))
    assert cs.reconcile_events(free) is free


def test_unknown_rule():
    with pytest.raises(cs.ArgumentError, match="`rule` must be one of 'range'"):
        cs.reconcile_events(claims(TOLL[0]), rule="average")


def test_merged_claims_can_be_counted():
    merged = cs.reconcile_events(cs.load_dataset("idlib_2020"))
    some = merged.where(
        counts=lambda c: c["event_id"].notna() & c["kind"].eq("incident")
    )
    panel = cs.count_events(some, group="civilians", every="week", kind="incident")
    frame = panel.to_frame()
    assert not (frame["state"] == "zero").any()
    known = frame.dropna(subset=["best"])
    assert (known["low"] <= known["best"]).all()


def test_places_counted_side_by_side_stay_apart():
    # On 11 January several towns were struck; each has its own dead.
    merged = cs.reconcile_events(cs.load_dataset("idlib_2020")).counts
    event = merged[merged["event_id"].eq("idlib_2020:E25")]
    event = event[event["kind"].eq("incident") & event["measure"].eq("killed")]
    towns = event.set_index("place")
    assert towns["low"].to_dict() == {"Idlib city": 7, "Binnish": 6, "Nayrab": 4}
    assert towns["high"].to_dict() == {"Idlib city": 8, "Binnish": 7, "Nayrab": 4}


def test_a_claim_on_the_whole_is_left_out_beside_its_parts():
    rows = [
        ("a", 7, 7, 7, "2020-01-11", None),
        ("b", 4, 4, 4, "2020-01-11", None),
        ("w", 12, 12, 12, "2020-01-12", None),
    ]
    ds = claims(*rows)
    places = ds.counts.assign(place=["P", "Q", "region"], claimant=["S", "S", "T"])
    merged = cs.reconcile_events(ds.replace(counts=places)).counts
    assert merged["place"].to_list() == ["P", "Q"]
    panel = cs.count_events(cs.Dataset(name="x", events=ds.events, counts=merged))
    assert panel.to_frame()["best"].sum() == 11
