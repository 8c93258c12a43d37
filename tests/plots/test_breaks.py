"""Pictures of breaks: numbers on the artists."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import conflictstats as cs
from conflictstats.plots.breaks import plot_break_probability, plot_breaks
from conflictstats.plots.words import alt_text

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


def test_the_posterior_stands_in_a_pane_above_the_counts():
    ax = plot_breaks(ROWS, DATES)
    [pane] = ax.child_axes
    assert pane.get_gid() == "posterior"
    assert pane.get_xlim() == ax.get_xlim()
    [bars] = pane.collections
    heights = [segment[:, 1].max() for segment in bars.get_segments()]
    assert heights == [0.1, 0.1, 0.7, 0.1, 0.0]
    # No count reaches into the pane, and no tick of theirs stands beside it.
    low, high = ax.get_ylim()
    assert max(ROWS["observed"]) < low + 0.8 * (high - low)
    assert max(ax.get_yticks()) < low + 0.8 * (high - low)
    said = alt_text(ax.get_figure())
    assert "1 April 2020 (1 March 2020 to 1 June 2020)" in said
    assert "Rates of the segments: 1.5, 9" in said
    assert "largest before 1 April 2020: 0.70" in said


def test_the_posterior_may_be_left_out_or_be_absent():
    assert not plot_breaks(ROWS, DATES, posterior=False).child_axes
    none = ROWS.assign(break_probability=None)
    assert not plot_breaks(none, DATES).child_axes


def test_a_probability_too_small_to_see_is_said():
    rows = pd.DataFrame({"time": [1, 2], "break_probability": [0.001, 0.004]})
    assert [t.get_text() for t in plot_break_probability(rows).texts] == [
        "At most 0.004,\nbefore 2"
    ]
