import pandas as pd
import pytest

from conflictstats.errors import ArgumentTypeError, SchemaError
from conflictstats.plots.overlaps import plot_overlaps
from conflictstats.plots.words import alt_text

SETS = {"A": [1, 2, 3, 4], "B": [3, 4, 5], "C": [4, 6, 7, 8, 9]}


def panes(ax):
    return {pane.get_gid(): pane for pane in ax.child_axes}


def test_columns_are_disjoint_and_the_largest_comes_first():
    top = panes(plot_overlaps(SETS))["intersections"]
    heights = [bar.get_height() for bar in top.patches]
    # C alone 4; A alone 2; B alone 1; A and B 1; all three 1.
    assert heights == [4, 2, 1, 1, 1]
    assert sum(heights) == len({m for s in SETS.values() for m in s})


def test_dots_name_the_sets_of_each_column():
    below = panes(plot_overlaps(SETS))["members"]
    assert [t.get_text() for t in below.get_yticklabels()] == ["C", "A", "B"]
    lines = [line for line in below.lines if line.get_marker() == "None"]
    spans = [sorted(line.get_ydata()) for line in lines]
    assert spans[:2] == [[2, 2], [1, 1]]
    assert spans[-1] == [0, 2]


def test_bars_at_the_left_are_whole_sets():
    left = panes(plot_overlaps(SETS))["sets"]
    assert [bar.get_width() for bar in left.patches] == [5, 4, 3]


def test_a_table_of_true_and_false_gives_the_same():
    members = sorted({m for s in SETS.values() for m in s})
    table = pd.DataFrame({n: [m in s for m in members] for n, s in SETS.items()})
    one, two = (panes(plot_overlaps(d))["intersections"] for d in (SETS, table))
    assert [b.get_height() for b in one.patches] == [
        b.get_height() for b in two.patches
    ]


def test_combinations_left_out_are_counted():
    ax = plot_overlaps(SETS, most=2, label="Events")
    said = alt_text(ax.get_figure())
    assert "3 sets with 9 events: 4 in only C, 2 in only A" in said
    assert "3 smaller combinations are not shown" in said


def test_what_is_no_set_is_refused():
    with pytest.raises(ArgumentTypeError, match="true-or-false"):
        plot_overlaps(pd.DataFrame({"A": [1, 2], "B": [True, False]}))
    with pytest.raises(ArgumentTypeError, match="`data` must be"):
        plot_overlaps([1, 2])
    with pytest.raises(SchemaError, match="at least two sets"):
        plot_overlaps({"A": [1]})
    with pytest.raises(SchemaError, match="one member"):
        plot_overlaps({"A": [], "B": []})
