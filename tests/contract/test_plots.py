"""What every `plot_*` promises: it draws on the axes it is given, with words and units.

A new picture registers a call here that draws it from a small table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import conflictstats as cs
from conflictstats.plots.style import use_style

MONTHS = pd.date_range("2020-01-01", periods=6, freq="MS")


def series() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "m": MONTHS,
            "low": [2, 0, None, 5, 1, 3],
            "best": [4, 0, None, 5, 2, 6],
            "high": [9, 0, None, 8, 2, 6],
        }
    )
    return frame.astype(dict.fromkeys(("low", "best", "high"), "Float64"))


def panel() -> cs.Panel:
    return cs.Panel.from_frame(series(), every="month", time="m", measure="killed")


def claims() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "claimant": ["A", "B", "A"],
            "measure": "killed",
            "as_of": pd.to_datetime(["2020-01-02", "2020-01-05", "2020-01-09"]),
            "period_start": pd.to_datetime(["2020-01-01"] * 3),
            "period_end": pd.to_datetime(["2020-01-02", "2020-01-05", "2020-01-09"]),
            "low": [3, 5, None],
            "best": [3, 5, 9],
            "high": [3, None, 9],
            "qualifier": ["exact", "at_least", "about"],
        }
    )


def estimates() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "term": ["a", "b"],
            "estimate": [1.1, 0.9],
            "conf_low": [0.9, 0.7],
            "conf_high": [1.3, 1.2],
        }
    )


def ranges() -> pd.DataFrame:
    return pd.DataFrame({"label": ["x", "y"], "low": [1, 2], "high": [3, None]})


def numbered() -> pd.DataFrame:
    return claims().assign(claim_id=["a", "b", "c"])


Draw = Callable[..., Any]
PLOTS: dict[str, Draw] = {
    "plot_series": lambda **k: cs.plot_series(panel(), **k),
    "plot_series (line)": lambda **k: cs.plot_series(panel(), most_dots=1, **k),
    "plot_totals": lambda **k: cs.plot_totals(claims(), **k),
    "plot_windows": lambda **k: cs.plot_windows(claims(), **k),
    "plot_claimants": lambda **k: cs.plot_claimants(claims(), **k),
    "plot_estimates": lambda **k: cs.plot_estimates(estimates(), **k),
    "plot_ranges": lambda **k: cs.plot_ranges(ranges(), **k),
    "plot_claims": lambda **k: cs.plot_claims(numbered(), **k),
    "plot_toll": lambda **k: cs.plot_toll(numbered(), **k),
    "plot_bounds": lambda **k: cs.plot_bounds(claims(), **k),
    "plot_pooled": lambda **k: cs.plot_pooled(estimates(), estimates(), **k),
}
# Pictures over time that know a state "unknown".
WITH_UNKNOWN = ("plot_series", "plot_series (line)")


@pytest.fixture(params=["light", "dark"])
def ax(request):
    with use_style(request.param):
        yield Figure(layout="constrained").subplots()


@pytest.fixture(params=PLOTS)
def draw(request):
    return PLOTS[request.param]


def test_the_axes_given_are_the_axes_returned(draw, ax):
    figure = ax.get_figure()
    assert draw(ax=ax) is ax
    assert figure.axes == [ax]
    assert ax.has_data()


def test_only_the_axes_given_are_drawn_on(draw):
    one, other = Figure(layout="constrained").subplots(1, 2)
    draw(ax=one)
    assert not other.has_data()


def test_without_axes_a_figure_is_made_and_pyplot_stays_closed(draw):
    import sys

    assert draw().get_figure() is not None
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


def test_axes_have_words(draw, ax):
    draw(ax=ax)
    assert ax.get_xlabel() or ax.get_ylabel()
    named = [ax.get_xlabel(), ax.get_ylabel(), *(t.get_text() for t in ax.texts)]
    assert not any("killed_" in text or "_" in text for text in named)


def test_settings_and_data_are_left_as_they_were(draw):
    before = dict(mpl.rcParams)
    draw()
    assert dict(mpl.rcParams) == before


def test_a_description_in_words_is_attached(draw, ax):
    from conflictstats.plots.words import alt_text

    draw(ax=ax)
    assert len(alt_text(ax.get_figure())) > 20


def test_it_can_be_rendered_at_print_size(draw):
    from conflictstats.plots.style import new_figure

    with use_style():
        figure = new_figure("single")
        drawn = draw(ax=figure.subplots())
        figure.draw_without_rendering()
        legend = drawn.get_legend()
        if legend is not None:
            box = legend.get_window_extent()
            assert box.x1 <= figure.bbox.x1 + 1
            sizes = [t.get_fontsize() for t in legend.get_texts()]
            assert min(sizes) >= 6


@pytest.mark.parametrize("name", WITH_UNKNOWN)
def test_unknown_is_hatched_and_never_zero(name, ax):
    PLOTS[name](ax=ax)
    hatched = [p for p in ax.patches if p.get_hatch()]
    assert len(hatched) == 1
    begin, width = hatched[0].get_x(), hatched[0].get_width()
    for line in ax.lines:
        x = np.asarray(line.get_xdata(), dtype=float)
        y = np.asarray(line.get_ydata(), dtype=float)
        inside = (x > begin) & (x < begin + width)
        assert not (y[inside] == 0).any()
    # A stepped line must not run through the gap either.
    for line in ax.lines:
        if line.get_drawstyle() == "steps-post":
            x, y = np.asarray(line.get_xdata(float)), line.get_ydata()
            assert np.isnan(np.asarray(y)[x == begin]).all()


def test_every_public_plot_is_held_by_a_contract():
    """Here, or by the contract of results (pictures that `result.plot` draws)."""
    here = {name.split(" ")[0] for name in PLOTS}
    public = {n for n in cs.__all__ if n.startswith("plot_")}
    assert here <= public
    for name in public - here:
        assert getattr(cs, name).__doc__
