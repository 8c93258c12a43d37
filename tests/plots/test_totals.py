import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.errors import SchemaError
from conflictstats.plots.axes import stamp
from conflictstats.plots.style import use_style
from conflictstats.plots.totals import plot_totals, plot_windows
from conflictstats.plots.words import alt_text


@pytest.fixture
def ax():
    with use_style():
        return Figure(layout="constrained").subplots()


@pytest.fixture
def counts():
    return pd.DataFrame(
        {
            "claimant": ["UN", "UN", "SOHR", "SOHR", "UN"],
            "measure": "displaced",
            "group": "civilians",
            "period_start": pd.to_datetime(["2019-12-01"] * 5),
            "period_end": pd.to_datetime(
                ["2020-01-01", "2020-01-15", "2020-01-15", "2020-02-01", None]
            ),
            "low": [300, None, 400, 500, 1],
            "best": [300, 350, None, None, 1],
            "high": [300, None, None, 600, 1],
            "qualifier": ["exact", "about", "more_than", "range", "exact"],
        }
    )


def drawn(ax, label):
    return next(line for line in ax.lines if line.get_label() == label)


def test_totals_stand_at_the_day_they_speak_of(counts, ax):
    assert plot_totals(counts, ax=ax) is ax
    un = drawn(ax, "UN")
    assert stamp(un.get_xdata()[0]) == pd.Timestamp("2020-01-01")
    np.testing.assert_array_equal(un.get_ydata(), [300])
    np.testing.assert_array_equal(drawn(ax, "SOHR").get_ydata(), [400, 550])
    hollow = [x for x in ax.lines if x.get_label() == "_about" and len(x.get_ydata())]
    np.testing.assert_array_equal(hollow[0].get_ydata(), [350])
    up = [x for x in ax.lines if x.get_label() == "_up" and len(x.get_ydata())]
    np.testing.assert_array_equal(up[0].get_ydata(), [400])
    segments = [s for c in ax.collections for s in c.get_segments()]
    assert [s[:, 1].tolist() for s in segments] == [[500, 600]]


def test_marks_are_never_joined(counts, ax):
    plot_totals(counts, ax=ax)
    assert {line.get_linestyle() for line in ax.lines} == {"None"}


def test_words_of_the_totals(counts, ax):
    plot_totals(counts, ax=ax)
    assert ax.get_ylabel() == "Reported displaced people"
    assert ax.get_xlabel() == "Day the count speaks of"
    said = alt_text(ax.get_figure())
    assert "4 totals as printed, by SOHR, UN" in said
    assert "the highest is 550, for 1 February 2020" in said


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({"measure": "killed"}, "Reported civilian deaths (minimum)"),
        ({"measure": ["killed"] * 4 + ["injured"]}, "Reported count"),
    ],
)
def test_label_follows_what_is_counted(counts, ax, change, label):
    counts = counts.assign(**change, period_end=pd.Timestamp("2020-01-01"))
    assert plot_totals(counts, ax=ax).get_ylabel() == label


def test_windows_run_from_first_day_to_the_end_of_the_last(counts, ax):
    plot_windows(counts.assign(measure="strikes"), ax=ax)
    segments = [s for c in ax.collections for s in c.get_segments()]
    first = next(s for s in segments if s[0, 1] == 300)
    assert [stamp(x).strftime("%F") for x in first[:, 0]] == [
        "2019-12-01",
        "2020-01-02",
    ]
    assert ax.get_yscale() == "log"
    assert ax.get_ylabel().endswith("log scale")
    assert "The windows overlap." in alt_text(ax.get_figure())
    # Of the others only "more than" is explained: there is one.
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert "Printed 'at least'" in texts


def test_windows_without_open_counts_need_no_key(counts, ax):
    plot_windows(counts[counts["qualifier"] == "exact"], ax=ax, label="Strikes")
    assert ax.get_legend() is None
    assert ax.get_ylabel() == "Strikes, log scale"


def test_nothing_to_draw_is_said(counts, ax):
    with pytest.raises(SchemaError, match="lacks the column"):
        plot_totals(counts.drop(columns="period_end"), ax=ax)
    with pytest.raises(SchemaError, match="nothing to draw"):
        plot_totals(counts.tail(1), ax=ax)
    with pytest.raises(SchemaError, match="above zero"):
        plot_windows(counts.head(1).assign(low=0, best=0, high=0), ax=ax)
    with pytest.raises(SchemaError, match="lacks the column"):
        plot_windows(counts, ax=ax, by="publisher")
