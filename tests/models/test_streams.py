import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models._streams import open_streams

JANUARY = ("2020-01-01", "2020-01-31")


def test_plain_times_are_exact_and_need_a_window():
    found = open_streams([2.0, 1.0], window=(0, 3))
    assert found.names == ("events",)
    assert found.low.tolist() == [1.0, 2.0]
    assert found.is_exact
    assert found.unit == "unit"
    with pytest.raises(cs.ArgumentError, match="`window` must be given"):
        open_streams([1.0])


def test_dates_lie_somewhere_in_their_day_and_clock_times_are_exact():
    days = open_streams(["2020-01-02", "2020-01-05"], window=JANUARY)
    assert days.low.tolist() == [1.0, 4.0]
    assert days.width.tolist() == [1.0, 1.0]
    assert days.end == 31.0
    assert days.unit == "day"
    clock = open_streams(pd.to_datetime(["2020-01-02 12:00"]), window=JANUARY)
    assert clock.low.tolist() == [1.5]
    assert clock.is_exact


def test_resolution_and_marks_stand_beside_the_events():
    data = {"B": [1.0, 2.0], "A": [0.5]}
    found = open_streams(
        data, window=(0, 9), resolution={"A": [7.0], "B": [1.0, 0.0]},
        marks={"A": [3.0], "B": [0.0, 1.0]},
    )  # fmt: skip
    assert found.names == ("A", "B")
    assert found.width.tolist() == [7.0, 1.0, 0.0]
    assert found.marks.tolist() == [3.0, 0.0, 1.0]
    assert open_streams(data, window=(0, 9), resolution=1).width.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"marks": [1.0]}, "one value an event"),
        ({"marks": [1.0, np.nan]}, "known and not negative"),
        ({"marks": ["a", "b"]}, "must hold numbers"),
        ({"resolution": -1}, "`resolution` must be"),
        ({"window": (3, 1)}, "end after it begins"),
        ({"window": (0,)}, "`window` must be given"),
        ({"window": (0, 1.5)}, "lie after the window's end"),
        ({"between": ("A", "B")}, "parts of a Dataset"),
    ],
)
def test_what_is_wrong_is_said(options, message):
    with pytest.raises(cs.ConflictStatsError, match=message):
        open_streams([1.0, 2.0], **{"window": (0, 3), **options})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("2020-01-01", "must be times"),
        (pd.DataFrame({"t": [1.0]}), "group it"),
        ([1.0, np.inf], "finite"),
        (["2020-01-01", "soon"], "ISO 8601"),
        (pd.Series(["2020-01-01", None]), "1 events have no date"),
        ({"A": [1.0], "B": ["2020-01-02"]}, "same kind of times"),
    ],
)
def test_what_is_no_time_is_refused(data, message):
    with pytest.raises(cs.ConflictStatsError, match=message):
        open_streams(data, window=(0, 3))


def test_dated_events_after_the_window_are_named():
    with pytest.raises(cs.ArgumentError, match="2020-02-03"):
        open_streams(["2020-02-03"], window=JANUARY)
    with pytest.raises(cs.ArgumentError, match="end after it begins"):
        open_streams(["2020-02-03"], window=JANUARY[::-1])


def test_edges_cut_intervals_and_earlier_events_are_history():
    found = open_streams([-5.0, -1.0, 8.0], window=(0, 10), resolution=[1.0, 3.0, 7.0])
    assert found.low.tolist() == [-5.0, 0.0, 8.0]
    assert found.width.tolist() == [1.0, 2.0, 2.0]
    assert "1 events before the window" in found.notes[0]


def test_the_order_of_rows_does_not_matter():
    times, widths = [3.0, 1.0, 1.0], [1.0, 0.0, 2.0]
    marks = [5.0, 1.0, 2.0]
    one = open_streams(times, window=(0, 9), resolution=widths, marks=marks)
    other = open_streams(
        times[::-1], window=(0, 9), resolution=widths[::-1], marks=marks[::-1]
    )
    for name in ("low", "width", "marks", "code"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_an_empty_stream_is_kept():
    found = open_streams({"A": [1.0], "B": []}, window=(0, 2))
    assert found.names == ("A", "B")
    assert found.code.tolist() == [0]


@pytest.mark.parametrize("name", ["marks", "resolution"])
def test_counts_have_no_single_events_to_mark(name):
    with pytest.raises(cs.ArgumentError, match="belongs to single events"):
        open_streams(pd.Series([1, 2, 3]), **{name: [1.0, 2.0, 3.0]})
