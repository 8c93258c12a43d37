import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models._streams import open_streams


def dataset(roles=("side_a", "side_b"), coverage=True):
    """Six events of A and B, one of A and C; deaths of one side each."""
    days = pd.to_datetime(
        [
            "2020-01-02",
            "2020-01-05",
            "2020-01-05",
            "2020-01-09",
            "2020-01-20",
            "2020-01-25",
        ]
    )
    ids = [f"e{i}" for i in range(6)]
    events = pd.DataFrame(
        {"event_id": ids, "dataset": "toy", "date_start": days,
         "date_end": days + pd.to_timedelta([0, 0, 0, 6, 0, 0], unit="D"),
         "date_precision": ["day"] * 3 + ["week"] + ["day"] * 2,
         "event_class": ["battle"] * 2 + ["air_strike", "battle", "air_strike", None]}
    )  # fmt: skip
    first = ["A", "A", "B", "A", "B", "A"]
    second = ["B", "B", "A", "B", "A", "C"]
    actors = pd.DataFrame(
        {"event_id": ids * 2, "role": [roles[0]] * 6 + [roles[1]] * 6,
         "name": first + second, "actor_class": "armed group"}
    )  # fmt: skip
    counts = pd.DataFrame(
        {"count_id": [f"c{i}" for i in range(18)], "event_id": ids * 3,
         "measure": "killed", "kind": "incident",
         "group": ["side_a"] * 6 + ["side_b"] * 6 + ["all"] * 6,
         "best": [1, 0, 0, 2, 0, 1, 0, 3, 1, 0, 0, 0, 1, 3, 1, 2, None, 1]}
    )  # fmt: skip
    cover = (
        cs.Coverage.of("2020-01-01", "2020-01-31") if coverage else cs.Coverage.none()
    )
    return cs.Dataset(
        name="toy", events=events, actors=actors, counts=counts, coverage=cover
    )


def test_all_events_are_one_stream_on_the_covered_window():
    found = open_streams(dataset())
    assert found.names == ("events",)
    assert found.low.tolist() == [1, 4, 4, 8, 19, 24]
    assert found.width.tolist() == [1, 1, 1, 7, 1, 1]
    assert (found.start, found.end) == (0.0, 31.0)
    assert found.event_ids.tolist() == [f"e{i}" for i in range(6)]


def test_without_coverage_the_window_must_be_given():
    with pytest.raises(cs.ArgumentError, match="`window` must be given"):
        open_streams(dataset(coverage=False))
    found = open_streams(dataset(coverage=False), window=("2020-01-04", "2020-01-10"))
    assert found.low.tolist() == [-2, 1, 1, 5]
    assert any("2 events after the window" in n for n in found.notes)
    assert found.width.tolist() == [1, 1, 1, 2]


def test_sides_without_a_perpetrator_are_one_stream_and_that_is_said():
    found = open_streams(dataset(), between=("A", "B"))
    assert found.names == ("A - B",)
    assert found.low.size == 5
    assert any("does not say which side acted" in n for n in found.notes)


def test_perpetrators_make_two_streams_in_the_order_named():
    found = open_streams(dataset(("perpetrator", "target")), between=("B", "A"))
    assert found.names == ("B", "A")
    assert np.bincount(found.code).tolist() == [2, 3]
    with pytest.raises(cs.ArgumentError, match="needs the two sides"):
        open_streams(dataset(), streams="perpetrator")


def test_losses_split_events_by_who_was_hurt():
    found = open_streams(dataset(), between=("A", "B"), streams="losses")
    assert found.names == ("losses of A", "losses of B")
    # e0 and e3 hurt A as side a, e2 hurts A as side b; e1 hurts B.
    assert found.event_ids.tolist() == ["e0", "e2", "e1", "e3"]
    assert any("1 events without reported losses" in n for n in found.notes)


def test_an_event_that_hurt_both_is_one_moment_in_both_streams():
    data = dataset()
    counts = data.counts.copy()
    hit = (counts["event_id"] == "e1") & (counts["group"] == "side_a")
    counts.loc[hit, "best"] = 2
    found = open_streams(
        data.replace(counts=counts), between=("A", "B"), streams="losses"
    )
    assert found.event_ids.tolist() == ["e0", "e1", "e2", "e1", "e3"]
    assert any("1 events hurt both sides" in n for n in found.notes)
    record = found.recorded()
    assert record.event.tolist() == [0, 1, 2, 1, 3]


def test_a_column_splits_the_events():
    found = open_streams(dataset(), streams="event_class")
    assert found.names == ("air_strike", "battle")
    assert any("1 events without `event_class`" in n for n in found.notes)
    with pytest.raises(cs.ArgumentError, match="`streams` must be one of"):
        open_streams(dataset(), streams="colour")


def test_classes_of_actors_name_sides():
    found = open_streams(dataset(), between=("armed group", "C"))
    assert found.low.size == 1
    with pytest.raises(cs.ArgumentError, match="neither an actor nor a class"):
        open_streams(dataset(), between=("A", "D"))


def test_allies_do_not_stand_against_each_other():
    data = dataset()
    actors = data.actors.copy()
    actors.loc[len(actors)] = ["e0", "ally_a", "C: the C group", "rebels", False]
    found = open_streams(data.replace(actors=actors), between=("C", "B"))
    assert found.event_ids.tolist() == ["e0"]
    with_a = open_streams(data.replace(actors=actors), between=("A", "C"))
    assert with_a.event_ids.tolist() == ["e5"]


@pytest.mark.parametrize("between", [("A",), "AB", ("A", "A")])
def test_two_sides_must_be_named(between):
    with pytest.raises(cs.ArgumentError, match="two sides"):
        open_streams(dataset(), between=between)


def test_unknown_severities_are_not_zero():
    found = open_streams(dataset(), marks="killed")
    assert found.marks.tolist() == [1, 3, 1, 2, 1, 1]
    assert any("unknown is not zero" in n for n in found.notes)
    with pytest.raises(cs.ArgumentError, match="`marks` must be one of"):
        open_streams(dataset(), marks="injured")


def test_undated_events_are_left_out_and_counted():
    data = dataset()
    events = data.events.copy()
    events.loc[0, "date_start"] = pd.NaT
    found = open_streams(data.replace(events=events))
    assert found.low.size == 5
    assert any("1 events without a date" in n for n in found.notes)


def test_days_between_two_covered_windows_are_gaps():
    cover = cs.Coverage.of("2020-01-01", "2020-01-10").union(
        cs.Coverage.of("2020-01-16", "2020-01-31")
    )
    found = open_streams(dataset().replace(coverage=cover))
    assert found.gaps == ((10.0, 15.0),)
    # The event of the week from the 9th on reaches into the gap.
    assert found.event_ids.tolist() == ["e0", "e1", "e2", "e4", "e5"]
    assert any("5 days inside the window are not covered" in n for n in found.notes)


def test_too_many_streams_are_refused():
    data = dataset()
    events = pd.concat([data.events] * 3, ignore_index=True)
    events["event_id"] = [f"e{i}" for i in range(18)]
    events["admin1"] = [f"place {i}" for i in range(18)]
    with pytest.raises(cs.ArgumentError, match="18 streams"):
        open_streams(data.replace(events=events), streams="admin1")
