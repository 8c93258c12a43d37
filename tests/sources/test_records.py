import numpy as np
import pandas as pd
import pytest

from conflictstats.sources._bounds import qualifiers, read_phrase
from conflictstats.sources._records import Records


def rows(**columns):
    names = {name: (name,) for name in ("id", "low", "best", "high", "n", "end")}
    return Records(pd.DataFrame(columns), "x", names, ("id",))


@pytest.mark.parametrize(
    ("text", "low", "high", "qualifier"),
    [
        ("10+", 10, None, "at_least"),
        ("at least 4", 4, None, "at_least"),
        ("more than 5", 6, None, "more_than"),
        ("UNKN", None, None, "unknown"),
        ("1 – 2", 1, 2, "range"),
        ("12–24", 12, 24, "range"),
        ("7", 7, 7, "exact"),
    ],
)
def test_phrases(text, low, high, qualifier):
    read = read_phrase(text)
    assert read.qualifier == qualifier
    assert read.low == low or (low is None and np.isnan(read.low))
    assert read.high == high or (high is None and np.isnan(read.high))


@pytest.mark.parametrize("text", ["5-3", "2.5", "many", "1e9"])
def test_no_phrases(text):
    assert read_phrase(text) is None


def test_negative_phrases_are_called_so():
    records = rows(id=["1", "2"], n=["-3", "x"])
    records.identify("id")
    records.phrases("n")
    rules = records.q.to_frame()["rule_id"].to_list()
    assert rules == ["count.negative", "count.unreadable"]


def test_before_is_the_last_number_known():
    records = rows(id=["1", "2", "3"])
    days = np.array(["2020-01-03", "2020-01-01", "2020-01-02"], dtype="datetime64[D]")
    out = records.before(np.array([5.0, 1.0, np.nan]), days)
    assert out[0] == 1
    assert np.isnan(out[1])
    assert out[2] == 1


def test_ends_that_are_reversed_or_unreadable():
    records = rows(id=["1", "2", "3"], end=["2020-01-01", "soon", ""])
    starts = np.array(["2020-01-05"] * 3, dtype="datetime64[D]")
    ends = records.ends("end", starts)
    rules = records.q.to_frame()["rule_id"].to_list()
    assert rules == ["date.reversed", "date.unreadable"]
    assert ends[2] == starts[2]


def test_qualifiers_tell_open_ends():
    nan = np.nan
    low, best, high = (
        np.array(v) for v in ([2, nan, nan], [nan, nan, 4], [nan, 3, nan])
    )
    assert qualifiers(low, best, high).tolist() == ["at_least", "at_most", "about"]
