"""Numbers in the picture are read off its artists."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.errors import ArgumentError, ArgumentTypeError, SchemaError
from conflictstats.plots.axes import stamp
from conflictstats.plots.style import use_style
from conflictstats.plots.timeline import plot_series
from conflictstats.plots.words import alt_text
from conflictstats.tidy.panel import Panel


def months(n):
    return pd.date_range("2020-01-01", periods=n, freq="MS")


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "month": months(6),
            "low": [2, 0, None, 5, None, 3],
            "best": [4, 0, None, 5, None, 6],
            "high": [9, 0, None, None, None, 6],
        },
        dtype="object",
    ).astype({"low": "Float64", "best": "Float64", "high": "Float64"})


@pytest.fixture
def panel(table):
    return Panel.from_frame(table, every="month", time="month", measure="killed")


@pytest.fixture
def ax():
    with use_style():
        return Figure(layout="constrained").subplots()


def by_label(ax, label):
    return [line for line in ax.lines if line.get_label() == label]


def test_best_zero_open_and_unknown_are_told_apart(panel, ax):
    assert plot_series(panel, ax=ax) is ax
    (dots,) = by_label(ax, "Reported")
    np.testing.assert_array_equal(dots.get_ydata(), [4, 5, 6])
    (zero,) = by_label(ax, "None reported")
    np.testing.assert_array_equal(zero.get_ydata(), [0])
    (open_,) = by_label(ax, "At least")
    np.testing.assert_array_equal(open_.get_ydata(), [5])
    spans = [p for p in ax.patches if p.get_hatch()]
    assert [stamp(s.get_x()).strftime("%F") for s in spans] == [
        "2020-03-01",
        "2020-05-01",
    ]
    assert [s.get_width() for s in spans] == [31, 31]


def test_range_bars_run_from_low_to_high(panel, ax):
    plot_series(panel, ax=ax)
    bars = [p for p in ax.patches if not p.get_hatch()]
    ends = [(b.get_y(), b.get_y() + b.get_height()) for b in bars]
    assert ends == [(2, 9), (3, 6)]


def test_a_low_without_a_best_is_an_arrow_not_a_dot(ax):
    table = pd.DataFrame(
        {
            "period_start": months(2),
            "low": [20, 1],
            "best": [None, 1],
            "high": [None, 1],
        }
    )
    plot_series(table, ax=ax)
    (open_,) = by_label(ax, "At least")
    np.testing.assert_array_equal(open_.get_ydata(), [20])
    (dots,) = by_label(ax, "Reported")
    np.testing.assert_array_equal(dots.get_ydata(), [1])


def test_words_say_minimum_and_axes_start_at_zero(panel, ax):
    plot_series(panel, ax=ax)
    assert ax.get_ylabel() == "Reported deaths (minimum)"
    assert ax.get_xlabel() == "Date"
    assert ax.get_ylim()[0] == 0
    said = alt_text(ax.get_figure())
    assert "6 periods from 1 January 2020 to 30 June 2020, 2 of them unknown" in said
    assert "the most is 6 (range 3 to 6) in the period from 1 June 2020" in said


def test_label_can_be_given_and_a_table_makes_no_claim(table, ax):
    frame = table.rename(columns={"month": "period_start"})
    assert plot_series(frame, ax=ax).get_ylabel() == "Reported count"
    assert plot_series(frame, ax=ax, label="Dead").get_ylabel() == "Dead"


@pytest.mark.parametrize("most_dots", [0, 80])
def test_fit_stands_in_the_middle_of_its_periods(panel, ax, most_dots):
    frame = panel.to_frame()
    fit = pd.DataFrame(
        {
            "period_start": frame["period_start"],
            "fitted": np.arange(6.0),
            "fitted_low": np.arange(6.0) - 1,
            "fitted_high": np.arange(6.0) + 2,
        }
    ).iloc[::-1]
    plot_series(panel, ax=ax, fitted=fit, most_dots=most_dots)
    (line,) = by_label(ax, "Fit")
    np.testing.assert_array_equal(line.get_ydata(), np.arange(6.0))
    assert stamp(line.get_xdata()[0]) == pd.Timestamp("2020-01-16 12:00")
    band = next(c for c in ax.collections if c.get_label() == "Interval of fit")
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (-1, 7)


def test_fit_of_a_result_without_interval(panel, ax):
    class Result:
        def to_frame(self, kind):
            assert kind == "augment"
            return panel.to_frame().assign(fitted=3.0)

    plot_series(panel, ax=ax, fitted=Result())
    (line,) = by_label(ax, "Fit")
    assert set(line.get_ydata()) == {3.0}
    assert not [c for c in ax.collections if c.get_label() == "Interval of fit"]


def test_long_series_are_a_stepped_line_that_breaks_at_unknown(panel, ax):
    plot_series(panel, ax=ax, most_dots=5)
    (line,) = by_label(ax, "Reported")
    y = line.get_ydata()
    assert line.get_drawstyle() == "steps-post"
    np.testing.assert_array_equal(np.isnan(y[:6]), [0, 0, 1, 0, 1, 0])
    assert y[1] == 0
    assert [p for p in ax.patches if p.get_hatch()]
    assert [c for c in ax.collections if c.get_label() == "Range"]


def test_line_without_ranges_has_no_band(ax):
    table = pd.DataFrame({"period_start": months(3), "best": [1, 2, 3]})
    plot_series(table, ax=ax, most_dots=1)
    assert not ax.collections


def test_one_of_several_units(ax):
    table = pd.DataFrame(
        {
            "m": list(months(2)) * 2,
            "area": ["A", "A", "B", "B"],
            "best": [1, 2, 30, 40],
        }
    )
    panel = Panel.from_frame(table, every="month", time="m", by=["area"])
    fit = panel.to_frame().assign(fitted=[1.0, 1.0, 7.0, 7.0])
    plot_series(panel, ax=ax, unit="B", fitted=fit)
    assert "B" in (ax.get_title(), ax.get_title(loc="left"))
    np.testing.assert_array_equal(by_label(ax, "Reported")[0].get_ydata(), [30, 40])
    np.testing.assert_array_equal(by_label(ax, "Fit")[0].get_ydata(), [7, 7])
    with pytest.raises(ArgumentError, match="must name one of 'A', 'B'"):
        plot_series(panel, ax=ax)
    with pytest.raises(ArgumentError, match="got 'C'"):
        plot_series(panel, ax=ax, unit="C")


def test_plain_numbers_as_time(ax):
    table = pd.DataFrame({"period_start": [1, 2, 4], "observed": [5, None, 2]})
    plot_series(table, ax=ax)
    assert ax.get_xlabel() == "Period"
    (dots,) = by_label(ax, "Reported")
    np.testing.assert_allclose(dots.get_xdata(), [1.5, 4.5])


def test_all_unknown_draws_no_count(ax):
    table = pd.DataFrame({"period_start": months(1), "best": [None], "low": [None]})
    plot_series(table, ax=ax)
    assert len([p for p in ax.patches if p.get_hatch()]) == 1
    assert all(len(line.get_ydata()) == 0 for line in ax.lines)
    assert "the most" not in alt_text(ax.get_figure())


def test_makes_a_figure_of_its_own(panel):
    assert plot_series(panel).get_figure() is not None


def test_bad_input_is_refused(panel, ax):
    with pytest.raises(ArgumentTypeError, match="a Panel or a DataFrame; got list"):
        plot_series([1, 2], ax=ax)
    with pytest.raises(SchemaError, match="lacks the column"):
        plot_series(pd.DataFrame({"day": [1], "best": [1]}), ax=ax)
    with pytest.raises(SchemaError, match="The fitted table lacks"):
        plot_series(panel, ax=ax, fitted=pd.DataFrame({"x": [1]}))


def test_an_empty_table_is_refused(ax):
    table = pd.DataFrame({"period_start": months(0), "best": [], "unit_name": []})
    with pytest.raises(SchemaError, match="no rows"):
        plot_series(table, ax=ax)


def test_numbered_periods_are_called_time_by_results(ax):
    table = pd.DataFrame({"time": [0, 1, 2], "observed": [3, None, 4]})
    plot_series(table, ax=ax, fitted=table.assign(fitted=[3.0, 3.5, 4.0]))
    np.testing.assert_array_equal(by_label(ax, "Fit")[0].get_ydata(), [3, 3.5, 4])


def test_a_fit_without_exposure_is_not_drawn_as_zero(panel, ax):
    fit = panel.to_frame().assign(
        fitted=[1.0, 1, 0, 1, 0, 1], exposure=[1, 1, 0, 1, 0, 1]
    )
    plot_series(panel, ax=ax, fitted=fit)
    np.testing.assert_array_equal(by_label(ax, "Fit")[0].get_ydata(), [1, 1, 1, 1])


def test_dates_are_marked_and_said():
    frame = pd.DataFrame({"time": [1, 2, 3], "observed": [4, 5, 6]})
    ax = plot_series(frame, events={"A law": 2})
    assert [t.get_text() for t in ax.texts if t.get_gid() == "event"] == ["A law"]
    assert "Marked: A law (2)." in alt_text(ax.get_figure())
    dated = frame.assign(period_start=pd.date_range("2020-01-01", periods=3))
    table = pd.DataFrame({"label": ["A law"], "date": ["2020-01-02"]})
    ax = plot_series(dated.drop(columns="time"), events=table)
    assert "Marked: A law (2 January 2020)." in alt_text(ax.get_figure())
    ax = plot_series(frame, events={"Long before": -9})
    assert "Marked" not in alt_text(ax.get_figure())
