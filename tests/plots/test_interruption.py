"""Pictures of interruptions: numbers on the artists."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

import conflictstats as cs
from conflictstats.plots.interruption import plot_interruption, plot_placebo

ROWS = pd.DataFrame(
    {
        "time": [1, 2, 3, 4],
        "observed": [5, 6, 9, 10],
        "fitted": [5.5, 5.5, 9.5, 9.5],
        "counterfactual": [5.5, 5.5, 5.6, 5.7],
        "counterfactual_low": [5.0] * 4,
        "counterfactual_high": [6.0] * 4,
    }
)


def test_the_counterfactual_begins_at_the_date():
    ax = Figure().subplots()
    assert plot_interruption(ROWS, [3], ax=ax) is ax
    path = next(line for line in ax.lines if line.get_label() == "Without the change")
    assert path.get_xdata().tolist() == [3.5, 4.5]
    assert path.get_ydata().tolist() == [5.6, 5.7]
    assert ax.get_ylim()[0] == 0


def test_without_a_fit_only_counts_are_drawn():
    bare = ROWS.assign(fitted=pd.NA, counterfactual=pd.NA)
    ax = plot_interruption(bare)
    assert "Without the change" not in ax.get_legend_handles_labels()[1]


def test_the_real_date_is_marked():
    table = pd.DataFrame(
        {
            "placebo_at": pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01"]),
            "statistic": [1.0, 9.0, 2.0],
            "is_real": [False, True, False],
        }
    )
    ax = Figure().subplots()
    assert plot_placebo(table, ax=ax) is ax
    mark = next(line for line in ax.lines if line.get_label() == "Real date")
    assert mark.get_ydata().tolist() == [9.0]
    with pytest.raises(cs.ConflictStatsError, match="no placebo date"):
        plot_placebo(table.iloc[:0])
