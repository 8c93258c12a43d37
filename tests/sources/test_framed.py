import numpy as np
import pandas as pd
import pytest

from conflictstats import ConflictStatsError
from conflictstats.sources._delimited import read_text


def test_frames_are_read_as_a_file_of_them_would_be():
    frame = pd.DataFrame(
        {
            "id": [1, 2, 3],
            "deaths": [3.0, np.nan, 2.5],
            "day": pd.to_datetime(
                ["2020-01-02", None, "2020-01-03 04:05"], format="ISO8601"
            ),
            "word": pd.Categorical(["x", "y", None]),
            "text": ["NA", None, ""],
        }
    )
    table = read_text(frame, categories=["word"])
    assert table.text("id").to_list() == ["1", "2", "3"]
    assert table.text("deaths").fillna("-").to_list() == ["3", "-", "2.5"]
    days = table.text("day").fillna("-").to_list()
    assert days == ["2020-01-02", "-", "2020-01-03 04:05:00"]
    assert table.text("word").to_list()[:2] == ["x", "y"]
    assert table.text("text").fillna("-").to_list() == ["NA", "-", "-"]
    assert table.raw(np.array([2]))[0]["deaths"] == "2.5"
    assert table.lines.tolist() == [2, 3, 4]
    assert len(read_text(frame.iloc[:0])) == 0


def test_a_frame_with_a_name_twice_is_refused():
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(ConflictStatsError, match="twice"):
        read_text(frame)
