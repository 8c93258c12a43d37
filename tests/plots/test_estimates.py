import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.errors import SchemaError
from conflictstats.plots.estimates import plot_estimates, plot_ranges
from conflictstats.plots.style import use_style
from conflictstats.plots.words import alt_text


@pytest.fixture
def ax():
    with use_style():
        return Figure(layout="constrained").subplots()


@pytest.fixture
def tidy():
    return pd.DataFrame(
        {
            "unit_name": ["A", "B", "C"],
            "term": "rate_ratio_per_year",
            "estimate": [1.2, 0.8, None],
            "conf_low": [1.0, 0.5, None],
            "conf_high": [1.5, 1.4, None],
            "conf_level": 0.95,
            "scale": "rate ratio",
        }
    )


def names(ax):
    return [t.get_text() for t in ax.get_yticklabels()]


def test_ratios_stand_on_a_log_axis_with_one_as_no_effect(tidy, ax):
    assert plot_estimates(tidy, ax=ax) is ax
    assert ax.get_xscale() == "log"
    none, middle = ax.lines
    assert set(none.get_xdata()) == {1.0}
    np.testing.assert_array_equal(middle.get_xdata(), [1.2, 0.8])
    np.testing.assert_array_equal(middle.get_ydata(), [1, 0])
    spans = [s[:, 0].tolist() for s in ax.collections[0].get_segments()]
    assert spans == [[1.0, 1.5], [0.5, 1.4]]
    assert names(ax) == ["A", "B"]
    assert ax.get_xlabel() == "Rate ratio (log scale), with 95 % interval"
    assert "A 1.2 (1 to 1.5); B 0.8 (0.5 to 1.4)" in alt_text(ax.get_figure())
    ax.get_figure().draw_without_rendering()
    assert "1" in [t.get_text() for t in ax.get_xticklabels()]


def test_other_estimates_stand_on_a_plain_axis_at_zero(tidy, ax):
    plain = tidy.drop(columns=["scale", "conf_level", "unit_name"])
    plot_estimates(plain, ax=ax, label="Slope")
    assert ax.get_xscale() == "linear"
    assert set(ax.lines[0].get_xdata()) == {0.0}
    assert ax.get_xlabel() == "Slope, with interval"
    assert names(ax) == ["rate ratio per year"] * 2


def test_rows_are_named_by_label_or_unit_and_term(tidy, ax):
    terms = tidy.assign(term=["trend", "season", "x"])
    assert names(plot_estimates(terms, ax=ax)) == ["A: trend", "B: season"]
    labelled = tidy.assign(label=["One", "Two", "Three"])
    ax = plot_estimates(labelled, reference=2.0)
    assert names(ax) == ["One", "Two"]
    assert set(ax.lines[0].get_xdata()) == {2.0}


def test_estimates_that_cannot_be_drawn_are_refused(tidy, ax):
    with pytest.raises(SchemaError, match="No row of the table"):
        plot_estimates(tidy.tail(1), ax=ax)
    with pytest.raises(SchemaError, match="`term`"):
        plot_estimates(tidy.drop(columns=["term", "unit_name"]), ax=ax)
    with pytest.raises(SchemaError, match="`conf_low`"):
        plot_estimates(tidy.drop(columns="conf_low"), ax=ax)


def test_ranges_closed_open_and_single(ax):
    table = pd.DataFrame(
        {
            "label": ["closed", "open", "one"],
            "low": [2, 10, 4],
            "high": [5, None, 4],
            "best": [3, None, 4],
        }
    )
    assert plot_ranges(table, ax=ax, label="Reported deaths") is ax
    closed, open_ = ax.collections
    assert closed.get_segments()[0][:, 0].tolist() == [2, 5]
    start, end = open_.get_segments()[0][:, 0]
    assert start == 10
    assert end == pytest.approx(10.8)
    one = next(x for x in ax.lines if x.get_label() == "One number")
    np.testing.assert_array_equal(one.get_xdata(), [4])
    assert names(ax) == ["closed", "open", "one"]
    assert ax.get_xlim()[0] == 0
    assert "open 10 to open" in alt_text(ax.get_figure())
    ax.get_figure().draw_without_rendering()


def test_ranges_all_closed_have_no_arrow(ax):
    table = pd.DataFrame({"name": ["a"], "low": [1], "high": [2]})
    plot_ranges(table, ax=ax, names="name")
    assert not [x for x in ax.lines if x.get_label() == "No upper end"]
    with pytest.raises(SchemaError, match="no rows"):
        plot_ranges(table.head(0), ax=ax, names="name")
    with pytest.raises(SchemaError, match="`label`"):
        plot_ranges(table, ax=ax)


def test_rows_of_one_name_are_told_apart():
    table = pd.DataFrame(
        {"event": ["Strike", "Strike", "Market"], "place": ["P", "Q", "R"],
         "low": [1, 2, 3], "high": [1, 2, None]}
    )  # fmt: skip
    ax = plot_ranges(table, names=["event", "place"])
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert labels == ["Strike: P", "Strike: Q", "Market"]
