import pandas as pd
import pytest
from matplotlib.figure import Figure

import conflictstats as cs
from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.plots.multiples import plot_multiples
from conflictstats.plots.style import new_figure
from conflictstats.plots.words import alt_text


def table(names=("North", "South", "West"), scale=(1, 5, 2)):
    months = pd.date_range("2020-01-01", periods=4, freq="MS")
    parts = [
        pd.DataFrame({"m": months, "best": [1 * k, None, 0, 3 * k], "country": name})
        for name, k in zip(names, scale, strict=True)
    ]
    frame = pd.concat(parts).astype({"best": "Float64"})
    return cs.Panel.from_frame(
        frame, every="month", time="m", by=["country"], measure="killed"
    )


def titles(ax):
    return [p.get_title(loc="left") or p.get_title() for p in ax.child_axes]


def test_a_pane_a_unit_the_most_reported_first_on_one_scale():
    ax = plot_multiples(table())
    assert titles(ax)[:3] == ["South", "West", "North"]
    tops = {p.get_ylim() for p in ax.child_axes if p.get_visible()}
    assert tops == {(0, max(t for _, t in tops))}
    assert ax.get_ylabel() == "Reported deaths (minimum)"


def test_each_pane_holds_its_own_counts_and_gaps():
    ax = plot_multiples(table(), units=["North"], columns=1)
    [pane] = ax.child_axes
    dots = next(line for line in pane.lines if line.get_label() == "Reported")
    assert list(dots.get_ydata()) == [1, 3]
    assert len([p for p in pane.patches if p.get_hatch()]) == 1


def test_scales_of_their_own_are_written_in_every_pane():
    ax = plot_multiples(table(), same_scale=False, columns=3)
    tops = [p.get_ylim()[1] for p in ax.child_axes]
    assert len(set(tops)) == 3


def test_only_the_lowest_pane_of_a_column_names_the_days():
    ax = plot_multiples(table(), columns=2)
    shown = [p.xaxis.get_tick_params()["labelbottom"] for p in ax.child_axes[:3]]
    assert shown == [False, True, True]
    assert not ax.child_axes[3].get_visible()


def test_one_legend_stands_for_all_panes():
    ax = plot_multiples(table())
    assert all(p.get_legend() is None for p in ax.child_axes)
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert texts == ["Reported", "None reported", "Unknown"]


def test_fits_are_drawn_in_the_pane_of_their_unit():
    panel = table()
    fit = panel.to_frame().assign(fitted=2.0)
    ax = plot_multiples(panel, fitted=fit[fit["unit_name"] == "West"])
    drawn = [any(line.get_label() == "Fit" for line in p.lines) for p in ax.child_axes]
    assert dict(zip(titles(ax), drawn, strict=False))["West"]
    assert sum(drawn) == 1


def test_units_in_numbers_of_time():
    frame = pd.DataFrame(
        {
            "unit_name": ["a", "a", "b", "b"],
            "time": [1, 2, 1, 2],
            "observed": [1, 2, 3, 4],
        }
    )
    ax = plot_multiples(frame, ax=new_figure().subplots())
    assert ax.get_ylabel() == "Reported count"
    assert "sums reported: b 7, a 3" in alt_text(ax.get_figure())


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ArgumentError, match="`units` must be among"):
        plot_multiples(table(), units=["Nort"])
    many = pd.DataFrame({"unit_name": map(str, range(30)), "best": 1, "time": 1})
    with pytest.raises(ArgumentError, match="30 units do not fit"):
        plot_multiples(many, ax=Figure().subplots())
    with pytest.raises(SchemaError, match="no rows"):
        plot_multiples(many.head(0))
