import pandas as pd
import pytest

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
