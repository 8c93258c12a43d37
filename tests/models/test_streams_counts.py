import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.models._streams import open_streams


def counts(values, freq="D", start="2020-01-01"):
    return pd.Series(values, pd.date_range(start, periods=len(values), freq=freq))


def test_counts_become_events_somewhere_in_their_day():
    found = open_streams(counts([2, 0, 1]))
    assert found.low.tolist() == [0.0, 0.0, 2.0]
    assert found.width.tolist() == [1.0, 1.0, 1.0]
    assert (found.start, found.end) == (0.0, 3.0)


def test_months_have_their_own_length():
    found = open_streams(counts([1, 1, 1], "MS"))
    assert found.width.tolist() == [31.0, 29.0, 31.0]
    assert found.end == 91.0


def test_unknown_counts_are_gaps_for_all_streams():
    found = open_streams(
        {"A": counts([1, None, None, 1, None]), "B": counts([1, 1, 1, 0, 1])}
    )
    assert found.gaps == ((1.0, 3.0), (4.0, 5.0))
    assert found.low.tolist() == [0.0, 3.0, 0.0]
    assert "3 periods with unknown counts" in found.notes[-1]


def test_a_panel_gives_a_stream_a_unit():
    table = pd.DataFrame(
        {"month": pd.date_range("2020-01-01", periods=3, freq="MS").tolist() * 2,
         "best": [1, 2, 0, 0, 1, 1], "country": ["A"] * 3 + ["B"] * 3}
    )  # fmt: skip
    panel = cs.Panel.from_frame(table, every="month", by=["country"], time="month")
    found = open_streams(panel)
    assert found.names == ("A", "B")
    assert np.bincount(found.code).tolist() == [3, 2]


def test_numbers_as_index_need_equal_steps():
    found = open_streams(pd.Series([1, 2], index=[0.0, 0.5]))
    assert found.end == 1.0
    assert open_streams(pd.Series([3])).end == 1.0
    with pytest.raises(cs.ArgumentError, match="equal steps"):
        open_streams(pd.Series([1, 2, 1], index=[0, 1, 3]))


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (counts([1.5, 2]), {}, "whole numbers of events"),
        (counts([1, 2]), {"window": (0, 2)}, "carry their own window"),
        (
            {"A": counts([1, 2]), "B": counts([1, 2], start="2020-02-01")},
            {},
            "same periods",
        ),
    ],
)
def test_what_is_wrong_is_said(data, options, message):
    with pytest.raises(cs.ArgumentError, match=message):
        open_streams(data, **options)
