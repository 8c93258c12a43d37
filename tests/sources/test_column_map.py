import pytest

from conflictstats.errors import ArgumentError
from conflictstats.sources._column_map import column_map

HEADER = ("day", "n", "kids", "place", "killed", "colour")


def test_counts_are_gathered_by_measure_and_group():
    names = column_map(
        {
            "date": "day",
            "killed.low": "n",
            "killed.high": "n",
            "killed:children": "kids",
            "best": "n",
        },
        HEADER,
        "The table",
        "strikes",
    )
    found = {(c.measure, c.group): dict(c.bounds) for c in names.counts}
    assert found == {
        ("killed", "all"): {"low": "n", "high": "n"},
        ("killed", "children"): {"best": "kids"},
        ("strikes", "all"): {"best": "n"},
    }
    assert names["date_start"] == "day"
    assert "place" not in names


def test_without_a_map_only_our_names_are_taken():
    header = ("date", "killed", "place", "colour", "hurt.low", "best")
    names = column_map(None, header, "The table", "killed")
    assert set(names.plain) == {"date_start", "place"}
    assert [(c.measure, dict(c.bounds)) for c in names.counts] == [
        ("killed", {"best": "best"})
    ]


@pytest.mark.parametrize("name", ["killed:", "killed.", "Killed", "", "killed:a:b"])
def test_names_that_say_nothing_are_refused(name):
    with pytest.raises(ArgumentError, match="cannot map to"):
        column_map({"date": "day", name: "n"}, HEADER, "The table", "killed")
