"""Pictures of regimes, checked on their artists."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.plots.regimes import plot_regimes
from conflictstats.plots.words import alt_text


@pytest.fixture
def ax():
    return Figure().subplots()


def rows(unit="a", observed=(1.0, 0.0, np.nan, 9.0), timed=True, n=2):
    frame = pd.DataFrame({"unit_name": unit, "observed": list(observed)})
    size = len(observed)
    if timed:
        frame["period_start"] = pd.date_range("2020-01-01", periods=size, unit="us")
    else:
        frame["time"] = np.arange(size)
    if n:
        frame["regime"] = np.array([1, 1, 2, 2][:size])
        frame["fitted"] = 2.0
        frame["regime_probability"] = 0.9
    return frame


def labels(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_counts_regimes_and_gaps_are_all_there(ax):
    assert plot_regimes(rows(), ax=ax, label="Deaths a day") is ax
    assert ax.get_ylabel() == "Deaths a day"
    assert labels(ax) == [
        "Reported", "Regime 1", "Regime 2", "Expected count", "Unknown",
    ]  # fmt: skip
    dots = ax.lines[0].get_ydata()
    # An unknown day is no dot at zero.
    np.testing.assert_array_equal(dots, [1, 0, np.nan, 9])
    assert len([p for p in ax.patches if not p.get_hatch()]) == 2
    assert len([p for p in ax.patches if p.get_hatch()]) == 1
    said = alt_text(ax.get_figure())
    assert "2 periods in regime 1 (mean 0.5), 2 periods in regime 2 (mean 9)" in said
    assert "1 periods are unknown" in said


def test_plain_numbers_and_a_single_period(ax):
    plot_regimes(rows(observed=[3.0], timed=False), ax=ax)
    assert ax.get_xlim() == (0, 1)
    assert ax.get_xlabel() == "Period"
    other = Figure().subplots()
    plot_regimes(rows(observed=[3.0]), ax=other)
    assert np.diff(other.get_xlim()) == 1


def test_without_a_model_only_the_counts_are_drawn(ax):
    plot_regimes(rows(n=0), ax=ax)
    assert labels(ax) == ["Reported", "Unknown"]
    assert not [p for p in ax.patches if not p.get_hatch()]
    assert "no regimes could be told apart" in alt_text(ax.get_figure())


def test_several_units_become_bands(ax):
    empty = rows("c", n=0).assign(regime=pd.NA)
    frame = pd.concat([rows("a"), rows("b"), empty], ignore_index=True)
    plot_regimes(frame.convert_dtypes(), ax=ax)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b", "c"]
    assert "Expected count" not in labels(ax)
    filled = [c for c in ax.collections if not c.get_hatch()]
    assert len(filled) == 4


def test_bands_without_any_model(ax):
    plot_regimes(pd.concat([rows("a", n=0), rows("b", n=0)]), ax=ax)
    assert len([c for c in ax.collections if c.get_hatch()]) == 2
