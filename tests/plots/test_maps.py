import warnings

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import SchemaError
from conflictstats.plots.maps import plot_points
from conflictstats.plots.words import alt_text


def events(**columns):
    frame = pd.DataFrame(
        {"latitude": [10.0, 20.0, None], "longitude": [-5.0, 5.0, 1.0]}
    )
    return frame.assign(**columns)


def foot(ax):
    [note] = [t for t in ax.texts if t.get_gid() == "disclaimer"]
    return note.get_text().replace("\n", " ")


def test_points_stand_where_they_were_reported_on_a_true_aspect():
    ax = plot_points(events())
    assert sorted(ax.collections[0].get_offsets().tolist()) == [[-5, 10], [5, 20]]
    assert ax.get_aspect() == pytest.approx(1 / np.cos(np.radians(15)))
    said = alt_text(ax.get_figure())
    assert "2 events between 10°N and 20°N, 5°W and 5°E; 1 have no coordinates" in said


def test_areas_go_by_the_count():
    ax = plot_points(events(best=[4, 16, 9]), size="best", label="Reported deaths")
    sizes = ax.collections[0].get_sizes()
    assert sizes.tolist() == pytest.approx([169, 42.25])
    assert ax.get_legend().get_title().get_text() == "Reported deaths"


def test_no_border_is_drawn_and_the_map_says_so():
    ax = plot_points(events())
    assert foot(ax) == "No borders are drawn; places are as reported."
    assert not ax.patches
    assert "No borders are drawn" in alt_text(ax.get_figure())


def test_the_users_outlines_are_drawn_with_a_disclaimer():
    ring = [(-20, 0), (20, 0), (20, 30), (-20, 30), (-20, 0)]
    ax = plot_points(events(), polygons=[ring])
    [outline] = [p for p in ax.patches if p.get_gid() == "outline"]
    assert outline.get_path().vertices[:2].tolist() == [[-20, 0], [20, 0]]
    assert "state no position on borders" in foot(ax)
    assert ax.get_xlim()[0] < -20


def test_places_known_only_roughly_are_hollow():
    ax = plot_points(events(place_precision=["point", "admin1", "point"]))
    hollow = [c for c in ax.collections if not len(c.get_facecolor())]
    assert [c.get_offsets().tolist() for c in hollow] == [[[5, 20]]]
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert texts == ["Event", "Place known only roughly"]


def test_events_of_the_last_week_bring_one_line_of_notice():
    table = events(
        date_start=pd.to_datetime(["2026-11-20", "2026-01-01", "2026-01-01"])
    )
    with pytest.warns(UserWarning, match="1 of the mapped events are younger") as notes:
        ax = plot_points(table, today="2026-11-25")
    assert len(notes) == 1
    assert "1 of these events are younger than 7 days." in foot(ax)


def test_older_events_bring_none():
    table = events(date_start=pd.to_datetime(["2026-11-18", "2026-01-01", None]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot_points(table, today="2026-11-25")


def test_a_data_set_is_taken_as_it_is():
    ax = plot_points(cs.load_dataset("simulated_conflict"))
    assert len(ax.collections[0].get_offsets()) == 696


def test_no_coordinates_are_refused():
    with pytest.raises(SchemaError, match="coordinates"):
        plot_points(events().tail(1))
    with pytest.raises(SchemaError, match="`latitude`"):
        plot_points(pd.DataFrame({"lat": [1], "longitude": [2]}))
