"""Several small axes inside the one that was given, laid out in points of print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.axes import Axes as NewAxes
from matplotlib.transforms import Bbox, TransformedBbox

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Pads(NamedTuple):
    """Room around and between panes, in points."""

    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    across: float = 8.0
    down: float = 8.0


class _Place:
    """Where a pane lies within its parent, wherever a layout puts that."""

    def __init__(self, parent: Axes, rect: tuple[float, float, float, float]) -> None:
        self.parent, self.rect = parent, rect
        self.pads = Pads()
        self.gaps = (0.0, 0.0, 0.0, 0.0)

    def __call__(self, ax: Axes, _renderer: Any) -> Bbox | TransformedBbox:
        figure: Any = ax.get_figure(root=False)
        point = float(figure.dpi) / 72
        box, pads = self.parent.bbox, self.pads
        left, right = box.x0 + pads.left * point, box.x1 - pads.right * point
        bottom, top = box.y0 + pads.bottom * point, box.y1 - pads.top * point
        x0, y0, x1, y1 = self.rect
        a, b, c, d = (gap * point for gap in self.gaps)
        wide, tall = max(right - left, 1.0), max(top - bottom, 1.0)
        inner = Bbox.from_extents(
            left + x0 * wide + a,
            bottom + y0 * tall + b,
            max(left + x1 * wide - c, left + x0 * wide + a + 1),
            max(bottom + y1 * tall - d, bottom + y0 * tall + b + 1),
        )
        return TransformedBbox(inner, figure.transSubfigure.inverted())


def add_pane(
    parent: Axes, rect: tuple[float, float, float, float], pads: Pads | None = None
) -> Axes:
    """Return new axes inside `parent`, at a fraction of its area.

    Parameters
    ----------
    parent : Axes
        They move and scale with it.
    rect : tuple of float
        Left, bottom, right and top, as fractions of what the pads leave.
    pads : Pads, optional
        Room kept at the parent's edges.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> parent = Figure().subplots()
    >>> add_pane(parent, (0, 0, 0.5, 1)) in parent.child_axes
    True
    """
    figure: Any = parent.get_figure(root=False)
    pane = NewAxes(figure, (0.0, 0.0, 1.0, 1.0))
    place = _Place(parent, rect)
    place.pads = pads or Pads()
    locator: Any = place  # matplotlib asks for any callable
    pane.set_axes_locator(locator)
    parent.add_child_axes(pane)
    return pane


def add_grid(parent: Axes, rows: int, columns: int, pads: Pads) -> list[list[Axes]]:
    """Return a grid of panes inside `parent`, whose own frame is taken away.

    Parameters
    ----------
    parent : Axes
        Keeps its labels, and loses ticks, grid and spines.
    rows, columns : int
        How many.
    pads : Pads
        Room at the edges and between.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> grid = add_grid(Figure().subplots(), 2, 3, Pads())
    >>> len(grid), len(grid[0])
    (2, 3)
    """
    clear_frame(parent)
    grid = []
    for i in range(rows):
        row = []
        for j in range(columns):
            rect = (j / columns, 1 - (i + 1) / rows, (j + 1) / columns, 1 - i / rows)
            pane = add_pane(parent, rect, pads)
            place: Any = pane.get_axes_locator()
            # Each pane gives up its share of the gaps, so that all stay the same size.
            a, d = pads.across, pads.down
            place.gaps = (
                a * j / columns,
                d * (rows - 1 - i) / rows,
                a * (columns - 1 - j) / columns,
                d * i / rows,
            )
            row.append(pane)
        grid.append(row)
    return grid


def clear_frame(ax: Axes) -> None:
    """Take ticks, grid and spines off axes whose panes carry the data."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.patch.set_visible(False)
