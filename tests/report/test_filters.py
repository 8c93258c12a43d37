import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.report.filters import choose_rows


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "who": ["a", "b", None],
            "day": pd.to_datetime(["2020-01-01", "2020-02-01", None]),
            "n": pd.array([1, 5, None], dtype="Int64"),
            "ok": [True, False, True],
        }
    )


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ({}, [True, True, True]),
        ({"who": "a"}, [True, False, False]),
        ({"who": ["a", ""]}, [True, False, True]),
        ({"who": ""}, [False, False, True]),
        ({"who": {"not": ""}}, [True, True, False]),
        ({"who": {"not": ["a", ""]}}, [False, True, False]),
        ({"day": {"from": "2020-01-15"}}, [False, True, False]),
        ({"day": {"to": "2020-01-15"}}, [True, False, False]),
        ({"day": "2020-02-01"}, [False, True, False]),
        ({"n": {"from": 1, "to": 4}}, [True, False, False]),
        ({"n": 5}, [False, True, False]),
        ({"ok": True}, [True, False, True]),
        ({"who": ["a", "b"], "n": 5}, [False, True, False]),
    ],
)
def test_conditions(frame, where, kept):
    assert choose_rows(frame, where, "figures.x").to_list() == kept


@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=20))
def test_a_condition_and_its_opposite_split_the_rows(values):
    frame = pd.DataFrame({"n": pd.array(values, dtype="Int64")})
    one = choose_rows(frame, {"n": [3, 4]}, "x")
    other = choose_rows(frame, {"n": {"not": [3, 4]}}, "x")
    assert (one ^ other).all()


def test_bad_conditions_are_refused(frame):
    with pytest.raises(SchemaError, match="the table lacks"):
        choose_rows(frame, {"whoo": "a"}, "figures.x")
    with pytest.raises(ArgumentError, match="did you mean 'from'"):
        choose_rows(frame, {"n": {"form": 1}}, "figures.x")
    with pytest.raises(ArgumentError, match="does not fit a column of"):
        choose_rows(frame, {"day": "soon"}, "figures.x")
    with pytest.raises(ArgumentError, match=r"where\.n"):
        choose_rows(frame, {"n": "many"}, "figures.x")
