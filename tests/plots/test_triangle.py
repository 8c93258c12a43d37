import numpy as np
import pandas as pd
import pytest

from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.plots.triangle import plot_triangle
from conflictstats.plots.words import alt_text


def reports():
    return pd.DataFrame(
        {
            "event_date": [
                "2020-01-01",
                "2020-01-01",
                "2020-01-02",
                "2020-01-03",
                None,
            ],
            "report_date": [
                "2020-01-01",
                "2020-01-03",
                "2020-01-02",
                "2020-01-03",
                None,
            ],
        }
    )


def numbers(ax):
    return {t.get_position(): t.get_text() for t in ax.texts}


def test_numbers_stand_at_their_period_and_delay():
    ax = plot_triangle(reports(), max_delay=2)
    assert numbers(ax) == {(0, 0): "1", (2, 0): "1", (0, 1): "1", (0, 2): "1"}
    assert ax.get_xlabel() == "Days until the report"
    assert ax.get_ylabel() == "Day of the event"


def test_the_future_is_hatched():
    ax = plot_triangle(reports(), max_delay=2)
    [future] = [c for c in ax.collections if c.get_hatch()]
    centres = {
        (round(b.x0 + b.width / 2), round(b.y0 + b.height / 2))
        for b in (p.get_extents() for p in future.get_paths())
    }
    assert centres == {(2, 1), (1, 2), (2, 2)}
    assert "3 squares lie in the future" in alt_text(ax.get_figure())


def test_a_lowered_count_is_a_negative_number_in_a_frame():
    vintages = pd.DataFrame(
        {
            "event_date": ["2020-01-01", "2020-01-01", "2020-01-02"],
            "report_date": ["2020-01-01", "2020-01-02", "2020-01-02"],
            "value": [9, 7, 3],
        }
    )
    ax = plot_triangle(vintages, value="value", max_delay=1)
    assert numbers(ax)[(1, 0)] == "−2"
    assert "1 are downward revisions" in alt_text(ax.get_figure())
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert texts == ["Added by the report", "Lowered", "Unknown"]


def test_a_large_triangle_goes_by_shades_and_shows_the_latest():
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(400) % 60, unit="D")
    late = pd.to_timedelta(np.arange(400) % 23, unit="D")
    table = pd.DataFrame({"event_date": day, "report_date": day + late})
    ax = plot_triangle(table, max_delay=20, most=25)
    assert not ax.texts
    assert ax.get_ylim() == (24.6, -0.6)
    assert ax.get_legend().get_texts()[-1].get_text() == "Unknown"


def test_months_and_a_past_now():
    table = pd.DataFrame(
        {
            "event_date": ["2019-12-05", "2020-01-20"],
            "report_date": ["2020-01-07", "2020-02-01"],
        }
    )
    ax = plot_triangle(table, max_delay=2, every="month", now="2020-01-31")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Dec 2019", "Jan 2020"]
    assert numbers(ax) == {(1, 0): "1"}


def test_nothing_to_draw_is_said():
    with pytest.raises(SchemaError, match="both dates"):
        plot_triangle(reports().tail(1), max_delay=2)
    with pytest.raises(SchemaError, match="nothing to draw"):
        plot_triangle(reports(), max_delay=2, now="2019-01-01")
    with pytest.raises(ArgumentError, match="`every`"):
        plot_triangle(reports(), max_delay=2, every="year")
    with pytest.raises(SchemaError, match="`report_date`"):
        plot_triangle(reports()[["event_date"]], max_delay=2)
