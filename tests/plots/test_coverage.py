import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentTypeError, SchemaError
from conflictstats.plots.axes import day_numbers, stamp
from conflictstats.plots.coverage import plot_coverage
from conflictstats.plots.words import alt_text

TWO = {
    "Late": cs.Coverage.of("2020-03-01", "2020-12-31"),
    "Early": cs.Coverage.of("2019-01-01", "2019-12-31"),
}


def names(ax):
    return [t.get_text() for t in ax.get_yticklabels()]


def test_bars_are_the_windows_the_earliest_on_top():
    ax = plot_coverage(TWO)
    assert names(ax) == ["Early", "Late"]
    [bars] = ax.containers
    late = bars[0]
    assert stamp(late.get_x()) == pd.Timestamp("2020-03-01")
    assert stamp(late.get_x() + late.get_width()) == pd.Timestamp("2021-01-01")
    assert late.get_y() + late.get_height() / 2 == 0


def test_what_no_source_covers_is_hatched():
    ax = plot_coverage(TWO)
    [gap] = [p for p in ax.patches if p.get_hatch()]
    first, last = day_numbers(pd.Series(["2020-01-01", "2020-03-01"]))[0]
    assert gap.get_x() == first
    assert gap.get_x() + gap.get_width() == last


def test_days_with_a_report_are_ticks_and_claims_cover_nothing():
    ax = plot_coverage({"Claims": cs.load_dataset("idlib_2020")})
    [ticks] = ax.collections
    days = cs.load_dataset("idlib_2020").events["date_start"].dropna().nunique()
    assert len(ticks.get_segments()) == days
    assert "Claims states no coverage" in alt_text(ax.get_figure())


def test_a_single_data_set_takes_the_name_of_its_source():
    data = cs.load_dataset("simulated_conflict")
    assert names(plot_coverage(data)) == [data.source_records[0].name]


def test_a_table_of_windows_and_no_more_rows_than_asked_for():
    table = pd.DataFrame(
        {
            "claimant": ["A", "B", "C"],
            "period_start": ["2020-01-01", "2020-02-01", None],
            "period_end": ["2020-01-09", "2020-02-09", "2020-02-09"],
        }
    )
    ax = plot_coverage(table, by="claimant", most=1)
    assert names(ax) == ["A"]
    assert "1 more are not shown" in alt_text(ax.get_figure())


def test_anything_else_is_refused():
    with pytest.raises(ArgumentTypeError, match="`data` must be"):
        plot_coverage([1])
    with pytest.raises(ArgumentTypeError, match=r"`data\['x'\]`"):
        plot_coverage({"x": 1})
    with pytest.raises(SchemaError, match="nothing to draw"):
        plot_coverage({"x": cs.Coverage.none()})
