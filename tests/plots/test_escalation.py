import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

import conflictstats as cs
from conflictstats.plots.escalation import plot_branching, plot_intensity


def rates(dated=False, **more):
    times = pd.date_range("2020-01-01", periods=4) if dated else [0.0, 1.0, 2.0, 3.0]
    parts = [
        pd.DataFrame(
            {"stream": s, "event_time": times, "intensity": [1.0, 2.0, 1.5, 1.0],
             "background_rate": 0.5, **more}
        )
        for s in ("A", "B")
    ]  # fmt: skip
    return pd.concat(parts)


def entries(**changes):
    frame = pd.DataFrame(
        {"term": "branching", "stream": ["A", "A", "B"], "set_off_by": ["A", "B", "A"],
         "estimate": [0.5, 0.1, 0.2], "conf_low": [0.4, 0.0, np.nan],
         "conf_high": [0.6, 0.3, np.nan], "p_value": [0.001, 0.2, np.nan]}
    )  # fmt: skip
    return frame.assign(**changes)


def test_rates_and_backgrounds_are_the_frames_numbers():
    ax = Figure().subplots()
    assert plot_intensity(rates(), ax=ax) is ax
    assert len(ax.lines) == 4
    assert ax.lines[0].get_ydata().tolist() == [1.0, 2.0, 1.5, 1.0]
    assert ax.get_legend().texts[-1].get_text() == "Background"
    assert ax.get_xlabel() == "Time"


def test_events_are_ticks_below_zero_a_row_a_stream():
    events = pd.DataFrame({"stream": ["A", "A", "B"], "event_time": [0.5, 1.0, 2.0]})
    ax = plot_intensity(rates(), events)
    rows = [c for c in ax.collections if isinstance(c, LineCollection)]
    assert [len(r.get_segments()) for r in rows] == [2, 1]
    assert all(s[:, 1].max() < 0 for r in rows for s in r.get_segments())
    assert ax.get_ylim()[0] < 0
    assert ax.yaxis.get_major_formatter()(-1.0) == ""


def test_days_are_written_as_days_and_counts_stand_behind():
    ax = plot_intensity(rates(dated=True, observed=[3.0, np.nan, 0.0, 1.0]))
    assert ax.get_ylabel() == "Events a day"
    assert ax.get_ylim()[1] > 3.0


def test_the_matrix_shows_estimates_with_intervals_and_sets_the_sure_in_bold():
    ax = plot_branching(entries())
    said = [t.get_text() for t in ax.texts]
    assert said == ["0.50\n(0.40 to 0.60)", "0.10\n(0.00 to 0.30)", "0.20"]
    assert [t.get_fontweight() for t in ax.texts] == ["bold", "normal", "normal"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["A", "B"]


def test_one_stream_has_a_matrix_of_one():
    frame = entries().head(1).assign(term="branching_ratio")
    assert len(plot_branching(frame).texts) == 1


def test_dark_theme_keeps_figures_legible():
    with cs.use_style("dark"):
        ax = plot_branching(entries())
    # 0.5 is the middle of the ramp, 0.1 close to the dark paper.
    assert [t.get_color() for t in ax.texts] == ["#000000", "#ffffff", "#ffffff"]


def test_nothing_estimated_is_said():
    for draw in (plot_intensity, lambda f: plot_branching(entries().head(0))):
        assert "Nothing" in draw(pd.DataFrame()).texts[0].get_text()


def test_missing_columns_are_named():
    with pytest.raises(cs.ConflictStatsError, match="`intensity`"):
        plot_intensity(rates().drop(columns="intensity"))
