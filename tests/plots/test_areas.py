import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError, SchemaError
from conflictstats.plots.areas import plot_areas, plot_grid
from conflictstats.plots.words import alt_text
from conflictstats.tidy.places import priogrid_gid


def boxes(collection):
    return [p.get_extents().bounds for p in collection.get_paths()]


def area(name, left):
    ring = [(left, 0), (left + 1, 0), (left + 1, 1), (left, 1), (left, 0)]
    return {
        "type": "Feature",
        "properties": {"shape_name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_a_cell_is_drawn_on_its_half_degree():
    gid = priogrid_gid([35.93], [36.63])
    ax = plot_grid(pd.DataFrame({"priogrid_gid": gid, "best": [7]}))
    assert boxes(ax.collections[0]) == [pytest.approx((36.5, 35.5, 0.5, 0.5))]
    assert "at most 7 in one" in alt_text(ax.get_figure())


def test_zero_is_empty_and_unknown_is_hatched():
    best = pd.array([3, 0, None], dtype="Float64")
    ax = plot_grid(pd.DataFrame({"priogrid_gid": [1, 2, 3], "best": best}))
    filled = [len(c.get_facecolor()) for c in ax.collections]
    hatched = [bool(c.get_hatch()) for c in ax.collections]
    assert filled == [1, 0, 0]
    assert hatched == [False, False, True]
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert texts == ["0", "2 to 3", "Unknown"]
    assert ax.get_legend().get_title().get_text() == "Reported events"


def test_events_of_a_data_set_are_counted_by_cell():
    data = cs.load_dataset("simulated_conflict")
    ax = plot_grid(data)
    n = data.events["priogrid_gid"].nunique()
    assert f"in {n:,} PRIO-GRID cells: 696 in all" in alt_text(ax.get_figure())


def test_a_panel_is_summed_and_unknown_stays_unknown():
    frame = pd.DataFrame(
        {
            "m": pd.to_datetime(["2020-01-01", "2020-02-01"] * 2),
            "priogrid_gid": [100, 100, 200, 200],
            "best": pd.array([1, 2, None, None], dtype="Float64"),
        }
    )
    panel = cs.Panel.from_frame(frame, every="month", time="m", by=["priogrid_gid"])
    said = alt_text(plot_grid(panel).get_figure())
    assert "3 in all, at most 3 in one; 0 with none, 1 unknown" in said


def test_counts_on_the_users_own_areas():
    table = pd.DataFrame({"unit_name": ["North"], "best": [12]})
    areas = [area("North", 0), area("South", 1)]
    ax = plot_areas(table, polygons=areas, key="shape_name")
    shaded, hatched = ax.collections
    assert boxes(shaded) == [pytest.approx((0, 0, 1, 1))]
    assert boxes(hatched) == [pytest.approx((1, 0, 1, 1))]
    assert "1 unknown" in alt_text(ax.get_figure())


def test_units_without_an_area_are_named():
    table = pd.DataFrame({"unit_name": ["Norht"], "best": [12]})
    with pytest.raises(ArgumentError, match="`key=` names the property"):
        plot_areas(table, polygons=[area("North", 0)], key="shape_name")


def test_a_panel_by_area_is_summed():
    frame = pd.DataFrame(
        {"m": pd.to_datetime(["2020-01-01", "2020-02-01"]), "province": "North"}
    )
    panel = cs.Panel.from_frame(
        frame.assign(best=[2, 3]), every="month", time="m", by=["province"]
    )
    ax = plot_areas(panel, polygons=[area("North", 0)], key="shape_name")
    assert "5 in all" in alt_text(ax.get_figure())


def test_no_known_cell_is_refused():
    none = pd.DataFrame({"priogrid_gid": [np.nan], "best": [1]})
    with pytest.raises(SchemaError, match="No cell"):
        plot_grid(none)
