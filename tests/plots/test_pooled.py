"""The picture of pooled fits."""

import pandas as pd
from matplotlib.figure import Figure

from conflictstats.plots.pooled import plot_pooled

POOLED = pd.DataFrame(
    {"term": ["a", "b"], "estimate": [1.0, 2], "conf_low": [0, 1], "conf_high": [2, 3]}
)
FITS = pd.DataFrame({"term": ["a", "b", "a"], "estimate": [0.5, 2.0, 1.5]})


def test_each_fit_and_the_pooled_interval_are_drawn():
    ax = Figure().subplots()
    assert plot_pooled(POOLED, FITS, ax=ax) is ax
    ticks = ax.lines[0]
    assert ticks.get_xdata().tolist() == [0.5, 2.0, 1.5]
    assert ticks.get_ydata().tolist() == [1, 0, 1]
    bars = ax.containers[0].lines[2][0].get_segments()
    assert sorted(bars[0][:, 0].tolist()) == [0, 2]


def test_units_are_named():
    pooled = POOLED.assign(unit_name=["North", "South"])
    fits = FITS.assign(unit_name=["North", "South", "North"])
    ax = plot_pooled(pooled, fits)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["North: a", "South: b"]
