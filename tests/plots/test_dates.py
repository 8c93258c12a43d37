import pandas as pd
import pytest
from matplotlib.figure import Figure

from conflictstats.errors import ArgumentTypeError, SchemaError
from conflictstats.plots.axes import day_numbers
from conflictstats.plots.dates import event_table, mark_events


@pytest.fixture
def ax():
    ax = Figure(figsize=(3.5, 2.5)).subplots()
    first, last = day_numbers(pd.Series(["2020-01-01", "2020-12-31"]))[0]
    ax.set_xlim(first, last)
    ax.set_ylim(0, 10)
    return ax


def test_lines_stand_at_their_days_and_names_beside_them(ax):
    marked = mark_events(ax, {"Ceasefire": "2020-03-06"})
    [day] = day_numbers(pd.Series(["2020-03-06"]))[0]
    assert [line.get_xdata()[0] for line in ax.lines] == [day]
    assert ax.texts[0].xy == (day, 1)
    assert ax.texts[0].get_text() == "Ceasefire"
    assert marked["label"].to_list() == ["Ceasefire"]


def test_room_is_made_above_the_data(ax):
    mark_events(ax, {"One": "2020-02-01"})
    one_row = ax.get_ylim()[1]
    assert one_row > 10
    assert ax.get_ylim()[0] == 0


def test_names_that_would_collide_stand_in_rows(ax):
    close = {"A long name": "2020-02-01", "Another name": "2020-02-10"}
    mark_events(ax, close)
    rows = {t.xyann[1] for t in ax.texts}
    assert len(rows) == 2
    ax.get_figure().draw_without_rendering()
    a, b = (t.get_window_extent() for t in ax.texts)
    assert a.y0 >= b.y1 - 1


def test_a_name_at_the_right_edge_stands_left_of_its_line(ax):
    mark_events(ax, {"At the very end": "2020-12-20", "Early": "2020-01-20"})
    assert [t.get_ha() for t in ax.texts] == ["left", "right"]


def test_days_outside_the_axis_are_left_out(ax):
    assert mark_events(ax, {"Before": "1999-01-01"}).empty
    assert not ax.lines


def test_a_table_or_a_mapping_in_order_of_time():
    table = pd.DataFrame({"label": ["b", "a"], "date": ["2020-02-01", "2020-01-01"]})
    assert event_table(table)["label"].to_list() == ["a", "b"]
    assert event_table({"x": 3})["date"].to_list() == [3]


def test_anything_else_is_refused():
    with pytest.raises(ArgumentTypeError, match="Hint: `events="):
        event_table(["2020-01-01"])
    with pytest.raises(SchemaError, match="`date`"):
        event_table(pd.DataFrame({"label": ["a"], "day": ["2020-01-01"]}))
