import pandas as pd
import pytest

from conflictstats.errors import ArgumentTypeError
from conflictstats.tables.descriptive import (
    tabulate_frame,
    tabulate_panel,
    tabulate_sources,
)
from conflictstats.tidy.dataset import Dataset
from conflictstats.tidy.panel import Panel
from conflictstats.tidy.provenance import Source


@pytest.fixture
def panel():
    table = pd.DataFrame(
        {
            "m": ["2020-01-01", "2020-02-01", "2020-04-01", "2020-01-01"],
            "area": ["A", "A", "A", "B"],
            "best": [3, 0, 8, None],
            "low": [2, 0, 8, None],
            "high": [6, 0, 9, None],
        }
    ).astype({"best": "Float64", "low": "Float64", "high": "Float64"})
    source = Source(name="S", version="1")
    return Panel.from_frame(
        table, every="month", time="m", by=["area"], measure="killed", sources=[source]
    )


def test_panel_counts_states_and_adds_only_what_is_known(panel):
    table = tabulate_panel(panel)
    row = table.frame.set_index("Unit").loc["A"].to_dict()
    assert row == {
        "Periods": "4",
        "Observed": "2",
        "Zero": "1",
        "Unknown": "1",
        "Total": "11",
        "Low": "10",
        "High": "15",
        "Mean a period": "3.7",
        "Highest": "8",
        "Highest in": "2020-04",
    }
    assert table.caption == "Reported killed by month"
    assert table.notes == ("Source: S, version 1.",)


def test_a_unit_nobody_knows_about_has_no_total(panel):
    row = tabulate_panel(panel).frame.set_index("Unit").loc["B"]
    assert row["Unknown"] == "4"
    assert row["Total"] == row["Mean a period"] == ""


def test_one_unit_needs_no_name_and_open_ends_are_said():
    table = pd.DataFrame({"m": ["2020-01-01"], "best": [3], "high": [None]})
    panel = Panel.from_frame(table, every="month", time="m")
    out = tabulate_panel(panel, caption="Events").frame
    assert "Unit" not in out
    assert out["High"][0] == "open"


def test_only_a_panel_can_be_described():
    with pytest.raises(ArgumentTypeError, match="`panel` must be a Panel"):
        tabulate_panel(pd.DataFrame())


def test_sources_say_what_is_not_stated(panel):
    restricted = Source(name="R", rows_read=5, rows_kept=4, rows_quarantined=1)
    table = tabulate_sources(restricted, panel, Dataset(name="d"))
    assert table.frame["Source"].to_list() == ["R", "S"]
    assert table.frame["Publisher"].to_list() == ["not stated"] * 2
    assert table.frame.loc[0, ["Rows", "Kept", "Set aside"]].to_list() == [
        "5",
        "4",
        "1",
    ]
    assert table.frame["May be handed on"].to_list() == ["no", "no"]
    assert tabulate_sources(Dataset(name="d")).frame.empty
    with pytest.raises(ArgumentTypeError, match="got int"):
        tabulate_sources(3)


def test_any_frame_prints_with_its_kinds():
    frame = pd.DataFrame(
        {"n_claims": [1000, 2], "is_open": [True, False], "who": ["a", None]}
    )
    table = tabulate_frame(frame, caption="C", notes=["N"])
    assert table.frame.columns.to_list() == ["n claims", "is open", "who"]
    assert table.frame.to_numpy().tolist() == [["1,000", "yes", "a"], ["2", "no", ""]]
    assert table.numeric == ("n claims",)
    assert table.notes == ("N",)


@pytest.mark.parametrize(
    ("low", "best", "high", "mean"),
    [
        ([100, 200], [120, 220], [140, 240], "170"),
        ([100, 200], [101, 201], [101, 202], "151.0"),
        ([100, 200], [100, 200], [None, 240], "150.0"),
        ([100, 200], [100, 200], [100, 200], "150.0"),
    ],
)
def test_a_mean_has_the_digits_that_its_range_supports(low, best, high, mean):
    months = ["2020-01-01", "2020-02-01"]
    table = pd.DataFrame({"m": months, "low": low, "best": best, "high": high})
    panel = Panel.from_frame(table, every="month", time="m")
    assert tabulate_panel(panel).frame["Mean a period"][0] == mean
