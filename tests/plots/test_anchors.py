import pandas as pd
import pytest

from conflictstats.errors import SchemaError
from conflictstats.plots.anchors import (
    OTHERS,
    anchors,
    assign_voices,
    key_of_words,
    marks_for,
)
from conflictstats.plots.palette import LIGHT, MARKERS


@pytest.mark.parametrize(
    ("low", "best", "high", "qualifier", "anchor", "said"),
    [
        (5, 5, 5, "exact", 5, "exact"),
        (51, None, None, "more_than", 51, "up"),
        (11, 11, None, "at_least", 11, "up"),
        (None, 300, 300, "nearly", 300, "down"),
        (None, None, 40, "at_most", 40, "down"),
        (None, 60, None, "about", 60, "about"),
        (30, None, 40, "range", 35, "range"),
        (24, None, None, None, 24, "up"),
        (None, None, 9, None, 9, "down"),
    ],
)
def test_marks_stand_where_the_words_put_them(low, best, high, qualifier, anchor, said):
    row = {"low": [low], "best": [best], "high": [high], "qualifier": [qualifier]}
    out = anchors(pd.DataFrame(row))
    assert out[["anchor", "said"]].to_numpy().tolist() == [[anchor, said]]


def test_claims_without_a_number_are_left_out():
    table = pd.DataFrame({"low": [None, 3], "best": [None, 3], "high": [None, 3]})
    assert len(anchors(table)) == 1
    with pytest.raises(SchemaError, match="nothing to draw"):
        anchors(table.head(1))
    with pytest.raises(SchemaError, match="lacks the column"):
        anchors(pd.DataFrame({"best": [1]}))


def test_voices_are_named_listed_or_the_most_frequent():
    who = pd.Series(["b", "a", "a", "c", None])
    named = assign_voices(who, {"A and B": ["a", "b"]}, 5)
    assert named.to_list() == ["A and B"] * 3 + [OTHERS] * 2
    assert assign_voices(who, ["c"], 5).to_list() == [OTHERS] * 3 + ["c", OTHERS]
    assert assign_voices(who, None, 2).to_list() == ["b", "a", "a", OTHERS, OTHERS]
    assert OTHERS not in assign_voices(who, None, 9).to_list()
    assert assign_voices(pd.Series(["barrel_bombs"]), None, 9)[0] == "barrel bombs"


def test_others_are_grey_and_last():
    voices = pd.Series([OTHERS] * 5 + ["a"] * 2 + ["b"])
    marks = marks_for(voices, LIGHT, MARKERS)
    assert list(marks) == ["a", "b", OTHERS]
    assert marks[OTHERS] == (LIGHT.muted, "o")
    assert marks["a"] == (LIGHT.series[0], MARKERS[0])


def test_key_explains_only_the_words_in_use():
    labels = [line.get_label() for line in key_of_words(["up", "about"], LIGHT)]
    assert labels == ["Printed 'about'", "Printed 'at least'"]
