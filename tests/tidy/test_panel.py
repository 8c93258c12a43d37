import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import CoverageError, SchemaError, SumError


@pytest.fixture
def panel(dataset):
    return cs.count_events(dataset, by="country")


def test_repr(panel):
    text = repr(panel)
    assert "killed (all), by country, every month" in text
    assert "12: 3 observed, 3 zero, 6 unknown" in text
    assert "Invented" in text
    assert "<table>" in panel._repr_html_()


def test_series_of_one_unit(panel):
    south = panel.to_series("Southland")
    assert south.loc["2020-01-01"] == 5
    assert pd.isna(south.loc["2020-06-01"])
    assert panel.select("Northland").to_series(value="low").loc["2020-03-01"] == 2
    with pytest.raises(cs.ArgumentError, match="must name one of"):
        panel.to_series()
    with pytest.raises(cs.ArgumentError, match="did you mean 'Southland'"):
        panel.select("Southlnd")


def test_window(panel):
    spring = panel.window("2020-02-01", "2020-04-30")
    assert spring.to_frame()["period"].unique().tolist() == [
        "2020-02",
        "2020-03",
        "2020-04",
    ]
    assert panel.window().to_frame().equals(panel.to_frame())
    with pytest.raises(CoverageError, match="No month of the panel"):
        panel.window("2022-01-01")


def test_totals(panel):
    total = panel.total().set_index("unit_name")
    assert total.loc["Southland", "total"] == 8
    assert total.loc["Southland", "n_zero"] == 3
    assert total.loc["Northland", "n_periods_unknown"] == 5


def test_only_like_panels_add(panel, dataset):
    with pytest.raises(SumError, match="`every` is 'month' in one"):
        panel + cs.count_events(dataset, by="country", every="year")
    with pytest.raises(TypeError):
        panel + 1


def test_sources_and_citation(panel):
    assert panel.sources[0].name == "Invented"
    assert panel.cite() == "Invented."


def table(**changes):
    base = {"when": ["2020-01-01", "2020-03-01"], "who": ["a", "a"], "n": [3, 0]}
    return pd.DataFrame({**base, **changes})


def test_from_frame_fills_gaps_with_unknown():
    panel = cs.Panel.from_frame(
        table(), every="month", time="when", value="n", by=["who"]
    )
    frame = panel.to_frame()
    assert frame["state"].to_list() == ["observed", "unknown", "zero"]
    assert frame["who"].to_list() == ["a"] * 3
    assert frame["covered_days"].to_list() == [31, 0, 31]
    twice = panel + panel
    assert twice.to_series().iloc[0] == 6


def test_from_frame_takes_a_unit_named_place():
    frame = table().rename(columns={"who": "place"})
    panel = cs.Panel.from_frame(
        frame, every="month", time="when", value="n", by=["place"]
    )
    assert (panel + panel).to_frame()["place"].unique().tolist() == ["a"]


def test_from_frame_takes_ranges_and_unknown():
    panel = cs.Panel.from_frame(
        table(n=[3, None], low=[1, 2], high=[9, None]),
        every="month",
        time="when",
        value="n",
    )
    frame = panel.to_frame()
    assert frame["high"].isna().to_list() == [False, True, True]
    assert frame["state"].to_list() == ["observed", "unknown", "unknown"]
    assert frame["low"].iloc[2] == 2


def test_from_frame_refuses_two_rows_for_a_cell():
    with pytest.raises(SchemaError, match="several rows for 'all'"):
        cs.Panel.from_frame(
            table(when=["2020-01-01", "2020-01-09"]),
            every="month",
            time="when",
            value="n",
        )


@pytest.mark.parametrize(
    ("every", "label"),
    [
        ("day", "2020-01-06"),
        ("week", "2020-W02"),
        ("month", "2020-01"),
        ("quarter", "2020-Q1"),
        ("year", "2020"),
    ],
)
def test_labels(every, label):
    one = pd.DataFrame({"when": ["2020-01-06"], "n": [1]})
    panel = cs.Panel.from_frame(one, every=every, time="when", value="n")
    assert panel.to_frame()["period"].to_list() == [label]
