"""Maps without borders of ours: events as points, on outlines the user may give.

Which line is a border is a claim. Nothing is drawn that the user did not give, and
every map says so.
"""

from __future__ import annotations

import textwrap
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from conflictstats.arguments import check_columns, check_type
from conflictstats.errors import SchemaError
from conflictstats.plots.axes import floats, legend_above, likely_size
from conflictstats.plots.classes import classes
from conflictstats.plots.geometry import Outline, outlines
from conflictstats.plots.palette import current_theme
from conflictstats.plots.style import axes_or_new, in_own_style
from conflictstats.plots.words import describe, number
from conflictstats.tidy.dataset import Dataset

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RECENT_DAYS = 7
ROUGH = ("admin2", "admin1", "region", "country", "unknown")
NO_BORDERS = "No borders are drawn; places are as reported."
OWN_OUTLINES = (
    "Outlines are the user's own and state no position on borders; places are as "
    "reported."
)


@in_own_style
def plot_points(
    data: Dataset | pd.DataFrame,
    *,
    ax: Axes | None = None,
    polygons: Any = None,
    size: str | None = None,
    label: str | None = None,
    today: Any = None,
) -> Axes:
    """Draw events where they were reported, on plain longitude and latitude.

    Parameters
    ----------
    data : Dataset or DataFrame
        Events; a table needs latitude and longitude, and may have place_precision,
        date_start and the column `size`.
    ax : Axes, optional
        Where to draw; a new figure of its own if absent.
    polygons : GeoJSON-like, optional
        The user's own outlines; see `conflictstats.plots.geometry.outlines`.
    size : str, optional
        Column with a count that the area of a dot stands for; all alike if absent.
    label : str, optional
        What `size` counts, for the legend.
    today : day, optional
        Day against which events count as recent; by default the present one.

    Returns
    -------
    Axes
        The very one that was given. Hollow dots are places known only to the district
        or wider; events without coordinates are counted in the description.

    Raises
    ------
    SchemaError
        If columns are missing, or no event has coordinates.

    Warns
    -----
    UserWarning
        One line, if events are younger than seven days.

    Examples
    --------
    >>> table = pd.DataFrame({"latitude": [1.5, 0.1], "longitude": [0.1, 0.4]})
    >>> plot_points(table).get_xlabel()
    'Longitude'
    """
    check_type(data, "data", (Dataset, pd.DataFrame), "a Dataset or a DataFrame")
    table = data.events if isinstance(data, Dataset) else data
    wanted = ["latitude", "longitude", *([size] if size else [])]
    check_columns(table.columns, wanted, "The table of events")
    known = table[table["latitude"].notna() & table["longitude"].notna()]
    if known.empty:
        message = "No event of the table has coordinates; there is nothing to draw."
        raise SchemaError(message)
    ax = axes_or_new(ax)
    drawn = draw_outlines(ax, polygons)
    x, y = floats(known["longitude"]), floats(known["latitude"])
    areas, keys = _areas(known, size)
    _dots(ax, x, y, areas, _is_rough(known))
    frame_map(ax, (x.min(), x.max()), (y.min(), y.max()), drawn)
    recent = count_recent(known, today)
    write_foot(ax, drawn, recent)
    rough = _rough_keys(_is_rough(known), bool(keys))
    title = (label or "Reported count") if keys else ""
    legend_above(ax, [*keys, *rough], side="center", title=title)
    left = len(table) - len(known)
    describe(
        ax,
        f"Map of {len(known):,} events between {_degrees(y.min(), 'NS')} and "
        f"{_degrees(y.max(), 'NS')}, {_degrees(x.min(), 'EW')} and "
        f"{_degrees(x.max(), 'EW')}; {left:,} have no coordinates, "
        f"{int(_is_rough(known).sum()):,} are placed only roughly. {disclaimer(drawn)}",
    )
    return ax


def _areas(known: pd.DataFrame, size: str | None) -> tuple[np.ndarray, list[Line2D]]:
    """Return the area of each dot in points squared, and the keys that explain it."""
    if size is None:
        return np.full(len(known), 9.0), []
    count = floats(known[size])
    top = float(np.nanmax(np.append(count, 1.0)))
    # The largest dot is 13 points wide; an unknown or zero count is the least dot.
    areas = np.where(count > 0, np.maximum(count / top * 169.0, 4.0), 4.0)
    theme = current_theme()
    steps = sorted({float(v) for v in classes(count)[-2:]} | {top})
    keys = [
        Line2D(
            [], [], linestyle="none", marker="o", color=theme.series[0], alpha=0.55,
            markersize=float(np.sqrt(max(v / top * 169.0, 4.0))), markeredgewidth=0,
            label=number(v),
        )
        for v in steps
    ]  # fmt: skip
    return areas, keys


def _dots(
    ax: Axes, x: np.ndarray, y: np.ndarray, areas: np.ndarray, rough: np.ndarray
) -> None:
    theme = current_theme()
    # Large ones first, so that they hide none.
    order = np.argsort(-areas, kind="stable")
    x, y, areas, rough = x[order], y[order], areas[order], rough[order]
    ax.scatter(
        x[~rough], y[~rough], s=areas[~rough], color=theme.series[0], alpha=0.55,
        linewidths=0, zorder=3, label="_events",
        rasterized=x.size > 20_000,
    )  # fmt: skip
    if rough.any():
        ax.scatter(
            x[rough], y[rough], s=areas[rough], facecolor="none", linewidths=0.7,
            edgecolor=theme.series[1], zorder=3, label="_rough",
        )  # fmt: skip


def _rough_keys(rough: np.ndarray, sized: bool) -> list[Line2D]:
    """Return what tells dots of a known place from those of a wide area."""
    if not rough.any():
        return []
    theme = current_theme()
    style: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 4}
    known = Line2D(
        [], [], color=theme.series[0], alpha=0.55, markeredgewidth=0, label="Event",
        **style,
    )  # fmt: skip
    wide = Line2D(
        [], [], markerfacecolor="none", markeredgecolor=theme.series[1],
        markeredgewidth=0.7, label="Place known only roughly", **style,
    )  # fmt: skip
    return [wide] if sized else [known, wide]


def _is_rough(known: pd.DataFrame) -> np.ndarray:
    if "place_precision" not in known:
        return np.zeros(len(known), dtype=bool)
    return known["place_precision"].astype("str").isin(ROUGH).to_numpy(dtype=bool)


def draw_outlines(ax: Axes, polygons: Any) -> list[Outline]:
    """Draw the user's outlines, if there are any, and return them."""
    found = outlines(polygons) if polygons is not None else []
    for one in found:
        ax.add_patch(
            PathPatch(
                one.path, facecolor="none", edgecolor=current_theme().muted, lw=0.6,
                zorder=2, gid="outline",
            )
        )  # fmt: skip
    return found


def frame_map(
    ax: Axes, x: tuple[float, float], y: tuple[float, float], drawn: list[Outline]
) -> None:
    """Set limits around data and outlines, degrees on the ticks, a true aspect."""
    if drawn:
        box = np.concatenate([np.asarray(o.path.vertices) for o in drawn])
        (a, b), (c, d) = box.min(axis=0), box.max(axis=0)
        x, y = (min(x[0], a), max(x[1], c)), (min(y[0], b), max(y[1], d))
    pad = max(0.05 * max(x[1] - x[0], y[1] - y[0]), 0.1)
    ax.set_xlim(x[0] - pad, x[1] + pad)
    ax.set_ylim(y[0] - pad, y[1] + pad)
    # A degree of longitude is shorter by the cosine of the latitude.
    middle = np.cos(np.radians((y[0] + y[1]) / 2))
    ax.set_aspect(1 / max(float(middle), 0.1))
    wide, tall = likely_size(ax)
    shape = (x[1] - x[0] + 2 * pad) * float(middle) / (y[1] - y[0] + 2 * pad)
    wide, tall = min(wide, tall * shape), min(tall, wide / shape)
    for axis, letters, room in (
        (ax.xaxis, "EW", wide / 36),
        (ax.yaxis, "NS", tall / 22),
    ):
        bins = int(np.clip(room, 1, 6))
        axis.set_major_locator(MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(
            FuncFormatter(lambda v, _, letters=letters: _degrees(v, letters))
        )
    ax.grid(visible=True, axis="both")
    ax.set_xlabel("Longitude")
    ax.set_ylabel("Latitude")


def _degrees(value: float, letters: str) -> str:
    size = f"{abs(round(value, 4)):.4g}°"
    return size if not round(value, 4) else size + letters[int(value < 0)]


def disclaimer(drawn: list[Outline]) -> str:
    """Return what a map says of its lines.

    Examples
    --------
    >>> disclaimer([])
    'No borders are drawn; places are as reported.'
    """
    return OWN_OUTLINES if drawn else NO_BORDERS


def count_recent(events: pd.DataFrame, today: Any) -> int:
    """Return how many events are younger than seven days, and warn of them."""
    if "date_start" not in events:
        return 0
    now = pd.Timestamp.now("UTC").tz_localize(None) if today is None else today
    age = pd.Timestamp(now).normalize() - pd.to_datetime(events["date_start"])
    n = int((age < pd.Timedelta(days=RECENT_DAYS)).sum())
    if n:
        warnings.warn(
            f"{n:,} of the mapped events are younger than {RECENT_DAYS} days: where "
            "people are at risk, show them later or in coarser cells.",
            UserWarning,
            stacklevel=3,
        )
    return n


def write_foot(ax: Axes, drawn: list[Outline], recent: int) -> None:
    """Write the disclaimer, and the notice of recent events, below the axis."""
    figure = ax.get_figure(root=True)
    across = 90.0 if figure is None else 25.4 * float(figure.get_size_inches()[0])
    columns = max(int(across * ax.get_position().width / 1.05), 30)
    lines = textwrap.wrap(disclaimer(drawn), columns)
    if recent:
        said = f"{recent:,} of these events are younger than {RECENT_DAYS} days."
        lines += textwrap.wrap(said, columns)
    ax.annotate(
        "\n".join(lines), (0.5, 0), xycoords="axes fraction", xytext=(0, -25),
        textcoords="offset points", ha="center", va="top", fontsize=6,
        color=current_theme().muted, gid="disclaimer",
    )  # fmt: skip
