"""The look of a picture: journal widths, embedded fonts, themes, attribution.

Nothing here opens pyplot: figures belong to whoever made them, and none is kept open
behind the user's back.
"""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from conflictstats.arguments import check_number, check_one_of, check_type
from conflictstats.plots.palette import THEMES, Theme, current_theme, in_theme
from conflictstats.tidy.provenance import Source, unique_sources

if TYPE_CHECKING:
    from matplotlib.text import Text

Drawer = TypeVar("Drawer", bound=Callable[..., Any])
MM = 1 / 25.4
HASH_SALT = "conflictstats"


class JournalWidths(NamedTuple):
    """Widths of a publisher's columns and the greatest height, all in mm."""

    single: float
    one_and_half: float
    double: float
    max_height: float


# From the publishers' instructions to authors; for Cambridge, Oxford, Sage and Taylor &
# Francis, which print no widths for all their journals, from the text areas of their
# LaTeX classes (cup-journal largetwo, oup-authoring-template large, sagej MCfour,
# interact; the last has one column: half, three quarters and all of it).
JOURNALS: dict[str, JournalWidths] = {
    "cambridge": JournalWidths(87, 134, 181, 235),
    "elsevier": JournalWidths(90, 140, 190, 240),
    "nature": JournalWidths(89, 120, 183, 247),
    "oxford": JournalWidths(86, 130, 178, 232),
    "plos": JournalWidths(66.8, 132, 190.5, 222.3),
    "pnas": JournalWidths(87, 114, 178, 225),
    "sage": JournalWidths(73.6, 112, 151.5, 196),
    "science": JournalWidths(57, 121, 184, 230),
    "springer": JournalWidths(84, 129, 174, 234),
    "taylor_francis": JournalWidths(71, 107, 143, 228),
    "wiley": JournalWidths(80, 130, 180, 230),
}
WIDTHS = ("single", "1.5", "double")


def figure_size(
    width: str | float = "single",
    *,
    journal: str = "elsevier",
    height: float | None = None,
) -> tuple[float, float]:
    """Return width and height of a figure in mm.

    Parameters
    ----------
    width : {"single", "1.5", "double"} or float
        Columns it spans, or mm.
    journal : str
        Whose columns: a key of `JOURNALS`, as in "elsevier" or "sage".
    height : float, optional
        Height in mm; by default 0.7 of the width, at most 95 mm. Never more than
        the journal prints.

    Returns
    -------
    tuple of float
        Width and height, mm.

    Raises
    ------
    ArgumentError
        If the journal or width has no preset, or the figure is too tall.

    Examples
    --------
    >>> figure_size("double", journal="nature", height=80)
    (183.0, 80.0)
    """
    check_one_of(journal, "journal", JOURNALS)
    sizes = JOURNALS[journal]
    if isinstance(width, str):
        check_one_of(width, "width", WIDTHS)
        across = float(sizes[WIDTHS.index(width)])
    else:
        across = check_number(width, "width", low=20, high=1000)
    if height is None:
        return across, round(min(0.7 * across, 95.0), 1)
    return across, check_number(height, "height", low=10, high=sizes.max_height)


def style_settings(theme: Theme) -> dict[str, Any]:
    """Return the matplotlib settings of a theme, legible at print size.

    Parameters
    ----------
    theme : Theme
        Colours.

    Returns
    -------
    dict
        For `matplotlib.rc_context`.
    """
    return {
        # The one family that comes with matplotlib: the same bytes everywhere.
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 7,
        "axes.titlesize": 7.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": 7,
        "xtick.labelsize": 6.5,
        "ytick.labelsize": 6.5,
        "legend.fontsize": 6.5,
        "legend.title_fontsize": 6.5,
        "legend.frameon": False,
        "legend.handlelength": 1.3,
        "figure.facecolor": theme.paper,
        "savefig.facecolor": theme.paper,
        "axes.facecolor": theme.paper,
        "text.color": theme.ink,
        "axes.labelcolor": theme.ink,
        "axes.edgecolor": theme.ink,
        "xtick.color": theme.ink,
        "ytick.color": theme.ink,
        "axes.prop_cycle": cycler(color=theme.series),
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": theme.grid,
        "grid.linewidth": 0.5,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "lines.linewidth": 1.1,
        "lines.markersize": 3,
        "hatch.linewidth": 0.5,
        "axes.formatter.useoffset": False,
        "timezone": "UTC",
        # Type 42 keeps text as text in a PDF, as publishers ask; paths in an SVG look
        # the same where the font is absent.
        "pdf.fonttype": 42,
        "ps.fonttype": 42,
        "svg.fonttype": "path",
        "svg.hashsalt": HASH_SALT,
        "savefig.dpi": 300,
        "figure.dpi": 150,
    }


@contextmanager
def use_style(theme: str = "light") -> Iterator[Theme]:
    """Draw in the package's style while the context lasts.

    Parameters
    ----------
    theme : {"light", "dark"}
        Light for print, dark for screens.

    Yields
    ------
    Theme
        Its colours.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> with use_style("dark") as colours:
    ...     figure = Figure()
    >>> colours.name
    'dark'
    """
    check_one_of(theme, "theme", THEMES)
    with in_theme(theme) as colours:
        settings: Any = style_settings(colours)
        awake = mpl.rcParams["interactive"]
        try:
            with mpl.rc_context(settings):
                try:
                    yield colours
                finally:
                    awake = mpl.rcParams["interactive"]
        finally:
            # A notebook's first figure wakes its backend, here or elsewhere. Put to
            # sleep again, it would show no further figure.
            mpl.rcParams["interactive"] = awake


def new_figure(
    width: str | float = "single",
    *,
    journal: str = "elsevier",
    height: float | None = None,
) -> Figure:
    """Return an empty figure of a journal's width in the package's style.

    Parameters
    ----------
    width : {"single", "1.5", "double"} or float
        Columns it spans, or mm.
    journal : str
        A key of `JOURNALS`.
    height : float, optional
        Height in mm.

    Returns
    -------
    matplotlib.figure.Figure
        With a layout that keeps labels inside.

    Examples
    --------
    >>> figure = new_figure("double", journal="springer", height=60)
    >>> [round(float(inches) * 25.4) for inches in figure.get_size_inches()]
    [174, 60]
    """
    across, tall = figure_size(width, journal=journal, height=height)
    with use_style(current_theme().name):
        return Figure(figsize=(across * MM, tall * MM), layout="constrained")


def in_own_style(draw: Drawer) -> Drawer:
    """Let a plot without Axes draw on a new figure, all of it in the package's style.

    On Axes that are given, their owner's settings hold.

    Parameters
    ----------
    draw : callable
        A function with a keyword `ax`.

    Returns
    -------
    callable
        With the same signature.
    """

    @functools.wraps(draw)
    def drawn(*args: Any, ax: Axes | None = None, **options: Any) -> Any:
        if ax is not None:
            return draw(*args, ax=ax, **options)
        with use_style(current_theme().name):
            return draw(*args, ax=new_figure().subplots(), **options)

    return cast("Drawer", drawn)


def axes_or_new(ax: Axes | None) -> Axes:
    """Return `ax`, or the Axes of a new single-column figure."""
    if ax is not None:
        given: Axes = check_type(ax, "ax", Axes, "matplotlib Axes")
        return given
    with use_style(current_theme().name):
        return new_figure().subplots()


def attribution_text(
    sources: Iterable[Source], *, filters: str = "", changes: str = ""
) -> str:
    """Return the line under a figure: who, which version, read when, what was done.

    Parameters
    ----------
    sources : iterable of Source
        What the picture shows.
    filters : str
        What was left out.
    changes : str
        What was done to the data, as in "aggregated to months by conflictstats".

    Returns
    -------
    str
        Empty without sources and words.

    Examples
    --------
    >>> attribution_text([Source(name="GED", version="25.1")], filters="Mexico only")
    'Source: GED, version 25.1; filters: Mexico only.'
    """
    kept = unique_sources(sources)
    said = [s.attribution() for s in kept]
    parts = [f"Source{'s' if len(said) > 1 else ''}: {'; '.join(said)}"] if said else []
    parts += [f"filters: {filters}"] if filters else []
    parts += [changes] if changes else []
    return "; ".join(parts) + "." if parts else ""


def add_attribution(figure: Figure, text: str) -> Text | None:
    """Write the attribution line at the foot of a figure, below everything else.

    Parameters
    ----------
    figure : Figure
        Room is made for the line if its layout is constrained.
    text : str
        From `attribution_text`; nothing is written if empty.

    Returns
    -------
    matplotlib.text.Text or None
        What was written.
    """
    if not text:
        return None
    size = 6.0
    width, height = (float(inches) * 72 for inches in figure.get_size_inches())
    # DejaVu's mean advance is 0.52 em; a little more keeps the line inside.
    columns = max(int(width / (0.56 * size)) - 2, 20)
    lines = textwrap.wrap(text, columns)
    room = (len(lines) * 1.35 * size + 3) / height
    engine: Any = figure.get_layout_engine()
    if engine is not None:
        engine.set(rect=(0, room, 1, 1 - room))
    return figure.text(
        3 / width,
        3 / height,
        "\n".join(lines),
        fontsize=size,
        color=current_theme().muted,
        ha="left",
        va="bottom",
        linespacing=1.2,
        gid="attribution",
    )
