"""Pictures of breaks: numbers on the artists."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import conflictstats as cs
from conflictstats.plots.breaks import plot_break_probability, plot_breaks

ROWS = pd.DataFrame(
    {
        "period_start": pd.date_range("2020-01-01", periods=6, freq="MS"),
        "observed": [1, 2, 1, 8, 9, 10],
        "fitted": [1.5, 1.5, 1.5, 9.0, 9.0, 9.0],
        "fitted_low": [1.0] * 3 + [7.0] * 3,
        "fitted_high": [2.0] * 3 + [11.0] * 3,
        "segment": [1, 1, 1, 2, 2, 2],
        "break_probability": [None, 0.1, 0.1, 0.7, 0.1, 0.0],
    }
)
DATES = pd.DataFrame(
    {
        "change_at": [pd.Timestamp("2020-04-01"), pd.NaT],
        "change_at_low": [pd.Timestamp("2020-03-01"), pd.NaT],
        "change_at_high": [pd.Timestamp("2020-06-01"), pd.NaT],
    }
)


def test_segments_and_dates_are_drawn_where_they_are():
    ax = Figure().subplots()
    assert plot_breaks(ROWS, DATES, ax=ax) is ax
    steps = [line for line in ax.lines if line.get_drawstyle() == "steps-post"]
    levels = [set(line.get_ydata()) for line in steps]
    assert {1.5} in levels
    assert {9.0} in levels
    marks = [line for line in ax.lines if line.get_linestyle() == "--"]
    day = (pd.Timestamp("2020-04-01") - pd.Timestamp("1970-01-01")).days
    assert marks[0].get_xdata()[0] == day
    labels = ax.get_legend_handles_labels()[1]
    assert "Interval of date" in labels
    assert "Rate of segment" in labels


def test_without_segments_only_counts_are_drawn():
    plain = ROWS[["period_start", "observed"]]
    ax = plot_breaks(plain, DATES.iloc[:0])
    assert not [line for line in ax.lines if line.get_linestyle() == "--"]


def test_break_probabilities_are_the_heights():
    ax = Figure().subplots()
    assert plot_break_probability(ROWS, ax=ax) is ax
    heights = [segment[1][1] for segment in ax.collections[0].get_segments()]
    assert heights == pytest.approx([0.1, 0.1, 0.7, 0.1, 0.0])
    with pytest.raises(cs.ConflictStatsError, match="nothing to draw"):
        plot_break_probability(ROWS.assign(break_probability=np.nan))
    with pytest.raises(cs.ConflictStatsError, match="break_probability"):
        plot_break_probability(ROWS[["period_start"]])
