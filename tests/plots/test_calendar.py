import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError
from conflictstats.plots.calendar import plot_calendar
from conflictstats.plots.palette import LIGHT, shades
from conflictstats.plots.words import alt_text


def daily(start="2020-01-01", n=20, best=None):
    frame = pd.DataFrame({"d": pd.date_range(start, periods=n)})
    frame["best"] = np.arange(float(n)) if best is None else best
    return cs.Panel.from_frame(frame, every="day", time="d", measure="killed")


def squares(ax):
    """Centre of every square by kind: the collection's label of colours."""
    out = {}
    for one in ax.collections:
        centres = [p.get_extents() for p in one.get_paths()]
        key = (
            "unknown"
            if one.get_hatch()
            else tuple(one.get_facecolor().round(3).ravel())
        )
        out[key] = [((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2) for b in centres]
    return out


def test_a_day_stands_in_its_week_and_weekday():
    # 1 January 2020 was a Wednesday, the 6th a Monday.
    ax = plot_calendar(daily(n=6, best=[0.0, 0, 0, 0, 0, 7]))
    found = squares(ax)
    [zero] = [v for k, v in found.items() if len(v) == 5]
    assert zero[0] == pytest.approx((0, 2))
    [many] = [v for v in found.values() if len(v) == 1]
    assert many[0] == pytest.approx((1, 0))


def test_zero_is_empty_unknown_is_hatched_and_shades_go_by_class():
    ax = plot_calendar(daily(n=4, best=[0.0, np.nan, 1, 90]))
    found = squares(ax)
    assert len(found["unknown"]) == 1
    assert () in found
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert texts[0] == "0"
    assert texts[-1] == "Unknown"
    said = alt_text(ax.get_figure())
    assert "1 with none reported, 1 unknown; the most is 90, 4 January 2020" in said


def test_years_are_blocks_with_their_name():
    ax = plot_calendar(daily("2019-12-25", 20))
    assert [t.get_text() for t in ax.texts] == ["2019", "2020"]
    rows = [y for v in squares(ax).values() for _, y in v]
    assert max(rows) >= 8.5


def test_months_stand_in_rows_of_years():
    months = pd.DataFrame({"m": pd.date_range("2019-11-01", periods=4, freq="MS")})
    months["best"] = [1.0, 2, 3, np.nan]
    panel = cs.Panel.from_frame(months, every="month", time="m", measure="killed")
    ax = plot_calendar(panel)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["2019", "2020"]
    assert squares(ax)["unknown"] == [pytest.approx((1, 1))]
    assert ax.get_xlabel() == "Reported deaths (minimum) a month"
    assert "the most is 3, January 2020" in alt_text(ax.get_figure())


def test_a_record_of_nothing_is_drawn():
    ax = plot_calendar(daily(n=3, best=[0.0, 0, 0]))
    assert "3 with none reported" in alt_text(ax.get_figure())
    assert ax.get_legend() is None


def test_other_periods_are_refused():
    frame = pd.DataFrame({"y": pd.date_range("2019-01-01", periods=3, freq="YS")})
    panel = cs.Panel.from_frame(frame.assign(best=1), every="year", time="y")
    with pytest.raises(ArgumentError, match="days or months"):
        plot_calendar(panel)


def test_a_table_without_ends_of_months():
    frame = pd.DataFrame({"period_start": ["2020-01-01", "2020-01-02"], "best": [1, 2]})
    with pytest.raises(ArgumentError, match="neither"):
        plot_calendar(frame)
    ax = plot_calendar(frame.assign(period_end=frame["period_start"]), label="Shells")
    assert ax.get_xlabel() == "Shells a day"


def test_shades_step_evenly_in_lightness():
    assert shades(1, LIGHT) == ["#0b3c74"]
    assert len(set(shades(5, LIGHT))) == 5
