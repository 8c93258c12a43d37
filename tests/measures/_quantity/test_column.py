"""Columns are read as their phrases are, one by one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conflictstats.measures.quantities import parse_quantity

COLUMNS = ["low", "best", "high", "qualifier", "rule"]
WORDS = [
    "",
    "at least ",
    "more than ",
    "nearly ",
    "up to ",
    "fewer than ",
    "about ",
    "in ",
    "not ",
    "Brigade ",
    "half of ",
    "a man and ",
    "at least about ",
    "en az ",
]
NOUNS = [
    "",
    " killed",
    " May",
    " may have died",
    " hours",
    "%",
    " of five soldiers",
    "-odd",
    " thousand",
    " km",
    " or more",
    "th soldier",
    " years old",
    " and 5 more",
]
figures = st.one_of(
    st.integers(0, 40),
    st.integers(1890, 2110),
    st.integers(0, 10**13),
).flatmap(
    lambda n: st.sampled_from([str(n), f"{n:,}", f"{n:,}".replace(",", "."), f"0{n}"])
)
phrases = st.builds(
    "{}{}{}".format, st.sampled_from(WORDS), figures, st.sampled_from(NOUNS)
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(phrases, min_size=1, max_size=30), st.sampled_from(["literal", "acled"])
)
def test_a_column_is_its_phrases(column, policy):
    frame = parse_quantity(column, policy)
    for row, phrase in zip(frame.itertuples(index=False), column, strict=True):
        one = parse_quantity(phrase, policy)
        expected = [getattr(one, name) for name in COLUMNS]
        assert [None if value is pd.NA else value for value in row] == expected, phrase


def test_frame_keeps_the_index_and_has_typed_columns():
    series = pd.Series(["12", None, "dozens"], index=["a", "b", "c"])
    frame = parse_quantity(series, "literal")
    assert list(frame.columns) == COLUMNS
    assert list(frame.index) == ["a", "b", "c"]
    assert frame.dtypes.astype(str).tolist() == ["Int64"] * 3 + ["str"] * 2
    assert frame["low"].tolist() == [12, pd.NA, 24]
    assert frame.loc["b", "rule"] == "unknown.no_text"


def test_figures_in_a_mixed_column_are_read_and_other_things_are_not():
    frame = parse_quantity([12, 12.0, np.int64(7), 1.5, True, float("nan"), "9/11"])
    assert frame["best"].tolist() == [12, 12, 7, pd.NA, pd.NA, pd.NA, pd.NA]
    assert frame["qualifier"].tolist()[3:] == ["unknown"] * 4


def test_a_value_too_small_for_its_qualifier_is_refused_in_a_column_too():
    frame = parse_quantity(["fewer than 70 men", "fewer than 0 men"])
    assert frame["rule"].tolist() == ["less_than", "refused.too_small"]


@pytest.mark.parametrize("empty", [[], pd.Series([], dtype="str"), np.array([])])
def test_an_empty_column_gives_an_empty_frame(empty):
    frame = parse_quantity(empty)
    assert len(frame) == 0
    assert list(frame.columns) == COLUMNS
    assert str(frame["low"].dtype) == "Int64"


def test_a_category_column_and_an_index_are_columns_too():
    assert parse_quantity(pd.Series(["5", "6"], dtype="category"))["low"].tolist() == [
        5,
        6,
    ]
    assert parse_quantity(pd.Index(["5"]))["low"].tolist() == [5]


def test_the_input_is_left_alone():
    series = pd.Series(["at least 5", None])
    before = series.copy()
    parse_quantity(series)
    pd.testing.assert_series_equal(series, before)
