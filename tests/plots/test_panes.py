import pytest
from matplotlib.figure import Figure

from conflictstats.plots.panes import Pads, add_grid, add_pane


def box(ax):
    ax.get_figure().draw_without_rendering()
    return ax.get_window_extent()


def test_a_pane_lies_at_its_fraction_wherever_the_parent_goes():
    figure = Figure(layout="constrained")
    parent = figure.subplots()
    pane = add_pane(parent, (0.5, 0.0, 1.0, 0.5))
    for inches in ((6, 4), (3, 5)):
        figure.set_size_inches(*inches)
        outer, inner = box(parent), box(pane)
        assert inner.x0 == pytest.approx((outer.x0 + outer.x1) / 2)
        assert inner.x1 == pytest.approx(outer.x1)
        assert inner.height == pytest.approx(outer.height / 2)


def test_pads_are_points_of_print():
    figure = Figure(dpi=144)
    parent = figure.subplots()
    pane = add_pane(parent, (0, 0, 1, 1), Pads(left=10, top=5))
    outer, inner = box(parent), box(pane)
    assert inner.x0 - outer.x0 == pytest.approx(20)
    assert outer.y1 - inner.y1 == pytest.approx(10)


def test_panes_of_a_grid_are_of_one_size_and_apart():
    parent = Figure(dpi=72).subplots()
    grid = add_grid(parent, 2, 3, Pads(across=12, down=9))
    boxes = [[box(pane) for pane in row] for row in grid]
    widths = {round(b.width, 6) for row in boxes for b in row}
    assert len(widths) == 1
    assert boxes[0][1].x0 - boxes[0][0].x1 == pytest.approx(12)
    assert boxes[0][0].y0 - boxes[1][0].y1 == pytest.approx(9)
    assert not parent.spines["left"].get_visible()
    assert len(parent.child_axes) == 6
