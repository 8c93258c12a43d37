"""Pictures of nowcasts: numbers on the artists."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

import conflictstats as cs
from conflictstats.plots.nowcast import plot_nowcast

ROWS = pd.DataFrame(
    {
        "period_start": pd.date_range("2020-01-01", periods=3),
        "observed": [10.0, 7.0, 2.0],
        "fitted": [10.0, 8.0, 9.0],
        "fitted_low": [10.0, 7.0, 4.0],
        "fitted_high": [10.0, 10.0, 16.0],
        "is_complete": [True, False, False],
    }
)


def test_bars_are_reports_and_dots_what_is_expected():
    ax = Figure().subplots()
    assert plot_nowcast(ROWS, ax=ax) is ax
    assert [p.get_height() for p in ax.patches] == [10, 7, 2]
    dots = next(line for line in ax.lines if line.get_label() == "Expected in the end")
    assert dots.get_ydata().tolist() == [8, 9]
    ends = [s[:, 1].tolist() for s in ax.collections[0].get_segments()]
    assert ends == [[7, 10], [4, 16]]


def test_complete_or_unknown_counts_have_no_dot():
    done = ROWS.assign(is_complete=True, time=[1, 2, 3]).drop(columns="period_start")
    assert not plot_nowcast(done).lines
    unknown = ROWS.assign(observed=[10, None, 2], fitted=pd.NA)
    assert not plot_nowcast(unknown.head(1)).lines
    assert plot_nowcast(unknown).get_ylabel() == "Reported count"
    with pytest.raises(cs.ConflictStatsError, match="no rows"):
        plot_nowcast(ROWS.iloc[:0])
