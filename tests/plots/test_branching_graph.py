import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Circle, FancyArrowPatch

from conflictstats.errors import SchemaError
from conflictstats.plots.branching_graph import WIDEST, plot_branching_graph
from conflictstats.plots.words import alt_text


def entries(rows):
    names = ["stream", "set_off_by", "estimate", "conf_low", "conf_high", "p_value"]
    return pd.DataFrame(rows, columns=names).assign(term="branching")


TWO = [
    ("A", "A", 0.5, 0.4, 0.6, 0.0001),
    ("B", "A", 0.2, 0.0, 0.4, 0.3),
    ("B", "B", 0.001, 0.0, 0.1, 0.9),
]


def parts(ax, kind):
    return [p for p in ax.patches if isinstance(p, kind)]


def test_a_circle_a_stream_and_an_arrow_an_entry():
    ax = plot_branching_graph(entries(TWO))
    assert [c.center for c in parts(ax, Circle)] == [(-0.8, 0), (0.8, 0)]
    assert len(parts(ax, FancyArrowPatch)) == 2
    assert "1 too small to draw" in alt_text(ax.get_figure())
    assert "an event of A sets off 0.20 of B" in alt_text(ax.get_figure())


def test_arrows_are_as_wide_as_the_estimate_and_dashed_where_unsure():
    loop, across = parts(plot_branching_graph(entries(TWO)), FancyArrowPatch)
    assert loop.get_linewidth() == pytest.approx(0.5 * WIDEST)
    assert across.get_linewidth() == pytest.approx(0.2 * WIDEST)
    assert loop.get_linestyle() in ("-", "solid")
    assert across.get_linestyle() in ("--", "dashed")


def test_an_arrow_runs_from_who_sets_off_to_what_is_set_off():
    _, across = parts(plot_branching_graph(entries(TWO)), FancyArrowPatch)
    (begin, end) = across._posA_posB
    assert begin[0] < end[0]


def test_three_streams_stand_in_a_ring_and_one_in_the_middle():
    rows = [(a, b, 0.2, 0.1, 0.3, 0.01) for a in "ABC" for b in "ABC"]
    ax = plot_branching_graph(entries(rows))
    centres = np.array([c.center for c in parts(ax, Circle)])
    assert np.hypot(*centres.T) == pytest.approx(np.full(3, 0.95))
    one = entries(TWO[:1]).assign(term="branching_ratio")
    assert parts(plot_branching_graph(one), Circle)[0].center == (0, 0)


def test_words_say_interval_or_only_the_estimate():
    bare = entries([("Security forces of A", "B", 0.2, None, None, None)])
    texts = [t.get_text() for t in plot_branching_graph(bare).texts]
    assert texts == ["0.20", "B", "Security\nforces of\nA"]


def test_nothing_estimated_is_said_and_columns_are_asked_for():
    ax = plot_branching_graph(entries([]))
    assert "Nothing could be estimated" in alt_text(ax.get_figure())
    with pytest.raises(SchemaError, match="`set_off_by`"):
        plot_branching_graph(entries(TWO).drop(columns="set_off_by"))
