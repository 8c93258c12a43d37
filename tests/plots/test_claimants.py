import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.plots.claimants import plot_claimants
from conflictstats.plots.style import use_style
from conflictstats.plots.words import alt_text


@pytest.fixture
def ax():
    with use_style():
        return Figure(layout="constrained").subplots()


@pytest.fixture
def counts():
    days = ["2020-01-01", "2020-01-01", "2020-01-03", "2020-01-02", None, "2020-01-05"]
    return pd.DataFrame(
        {"claimant": ["A", "A", "A", "B", "B", None], "as_of": pd.to_datetime(days)}
    )


def test_a_row_a_claimant_and_a_mark_a_day(counts, ax):
    assert plot_claimants(counts, ax=ax) is ax
    rows = [t.get_text() for t in ax.get_yticklabels()]
    assert rows == ["A", "B", "not stated"]
    marks = ax.collections[0]
    assert marks.get_offsets()[:, 1].tolist() == [2, 2]
    sizes = marks.get_sizes().tolist()
    assert sizes[0] == 2 * sizes[1]
    assert ax.get_ylabel() == "Claimant"
    assert "5 claims by 3 claimants" in alt_text(ax.get_figure())


def test_the_rest_stands_together_at_the_foot(counts, ax):
    plot_claimants(counts, ax=ax, most=1)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["A", "2 others"]
    assert ax.collections[1].get_offsets()[:, 1].tolist() == [0, 0]


def test_what_cannot_be_drawn_is_refused(counts, ax):
    with pytest.raises(SchemaError, match="lacks the column"):
        plot_claimants(counts, ax=ax, by="publisher")
    with pytest.raises(SchemaError, match="nothing to draw"):
        plot_claimants(counts[counts["as_of"].isna()], ax=ax)
    with pytest.raises(ArgumentError, match="`most`"):
        plot_claimants(counts, ax=ax, most=0)
