import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.plots.axes import (
    day_numbers,
    draw_open,
    floats,
    format_counts,
    format_days,
    hatch_unknown,
    legend_above,
    log_ticks,
    runs,
    stamp,
    write_label,
)


@pytest.fixture
def ax():
    return Figure(layout="constrained").subplots()


def test_days_go_to_day_numbers_and_back():
    numbers, dated = day_numbers(pd.Series(pd.to_datetime(["2020-02-27"])))
    assert dated
    assert stamp(numbers[0]) == pd.Timestamp("2020-02-27")
    assert day_numbers(pd.Series([3, 4]))[1] is False


def test_missing_counts_become_nan():
    np.testing.assert_array_equal(
        floats(pd.Series([1, pd.NA], dtype="Int64")), [1, np.nan]
    )


@pytest.mark.parametrize(
    ("mask", "found"),
    [
        ([], []),
        ([False, False], []),
        ([True], [(0, 0)]),
        ([True, False, True, True], [(0, 0), (2, 3)]),
    ],
)
def test_runs(mask, found):
    assert runs(np.array(mask, dtype=bool)) == found


def test_unknown_runs_are_hatched_once_each_and_named_once(ax):
    begin = np.arange(4.0)
    hatch_unknown(ax, begin, begin + 1, np.array([True, True, False, True]))
    spans = ax.patches
    assert [s.get_hatch() for s in spans] == ["////", "////"]
    assert [(s.get_x(), s.get_width()) for s in spans] == [(0, 2), (3, 1)]
    assert ax.get_legend_handles_labels()[1] == ["Unknown"]


def test_open_counts_point_upwards(ax):
    draw_open(ax, np.array([]), np.array([]), "k")
    assert not ax.lines
    draw_open(ax, np.array([1.0]), np.array([5.0]), "k")
    (line,) = ax.lines
    assert line.get_ydata() == [5.0]
    assert line.get_label() == "At least"


def test_counts_are_written_whole_with_thousands(ax):
    ax.plot([0, 1], [0, 20_000])
    format_counts(ax)
    ax.get_figure().draw_without_rendering()
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert "20,000" in labels
    assert not any("." in text for text in labels)


def test_days_are_written_in_english_with_the_year_once(ax):
    format_days(ax)
    written = ax.xaxis.get_major_formatter().format_ticks
    days = mdates.date2num(pd.to_datetime(["2019-12-15", "2020-01-01", "2020-01-15"]))
    assert written(days) == ["15 Dec\n2019", "1 Jan\n2020", "15 Jan"]
    months = mdates.date2num(pd.to_datetime(["2019-11-01", "2020-01-01"]))
    assert written(months) == ["Nov\n2019", "Jan\n2020"]
    years = mdates.date2num(pd.to_datetime(["2019-01-01", "2021-01-01"]))
    assert written(years) == ["2019", "2021"]
    assert ax.xaxis.get_major_formatter()(years[0]) == "2019"


def test_legend_stands_above_the_data_in_a_fixed_order(ax):
    ax.plot([0, 1], [0, 1], label="Fit")
    assert legend_above(ax) == 0
    assert ax.get_legend() is None
    ax.plot([0, 1], [1, 1], label="Unknown")
    ax.plot([0, 1], [1, 1], label="Reported")
    rows = legend_above(ax)
    legend = ax.get_legend()
    assert [t.get_text() for t in legend.get_texts()] == ["Reported", "Fit", "Unknown"]
    assert rows == 1
    ax.get_figure().draw_without_rendering()
    assert legend.get_window_extent().y0 >= ax.get_window_extent().y1 - 1


def test_legend_breaks_into_rows_on_a_narrow_figure():
    ax = Figure(figsize=(2.2, 3), layout="constrained").subplots()
    for position in range(5):
        ax.plot([0, 1], [0, 1], label=f"A rather long label {position}")
    assert legend_above(ax) == 5


def test_long_labels_are_broken_where_the_axis_is_short():
    short = Figure(figsize=(2.6, 1.6)).subplots()
    write_label(short, "Reported civilian deaths (minimum)")
    assert "\n" in short.get_ylabel()
    write_label(short, "Kept as it\nis, however long the line may be", along="x")
    assert short.get_xlabel() == "Kept as it\nis, however long the line may be"
    tall = Figure(figsize=(6, 6)).subplots()
    write_label(tall, "Reported civilian deaths (minimum)")
    assert tall.get_ylabel() == "Reported civilian deaths (minimum)"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (1, 1000, [1, 10, 100, 1000]),
        (3, 40, [5, 10, 20]),
        (0.9, 1.3, [1, 1.1, 1.2, 1.3]),
        (2, 2.00001, []),
    ],
)
def test_ticks_of_logarithmic_axes_are_round(low, high, ticks):
    found = log_ticks(low, high)
    assert set(ticks) <= set(found)
    assert len(found) <= 7


def test_legends_take_as_many_columns_as_fit():
    wide = Figure(figsize=(7, 3), layout="constrained").subplots()
    for name in ("a", "b", "a much longer label than the others", "d"):
        wide.plot([0, 1], [0, 1], label=name)
    assert legend_above(wide) == 1
