"""Colours: two themes whose series stay apart for every kind of colour vision.

The order matters: the first three differ in lightness too, so they survive a grey
printer; from the fourth on, marker and dash pattern carry the difference as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from conflictstats.arguments import check_one_of

MARKERS = ("o", "s", "D", "^", "v", "P")
# Never the diagonal of `axes.HATCH`: that says unknown.
HATCHES = ("", "....", "xxxx", "----", "oo", "\\\\")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))


@dataclass(frozen=True)
class Theme:
    """Colours of one theme.

    Parameters
    ----------
    name : str
        "light" or "dark".
    paper, ink, muted, grid : str
        Background; text and axes; secondary text; grid lines.
    unknown : str
        Hatching of periods whose count is unknown.
    series : tuple of str
        Colours of series, in the order they are used.
    accent : str
        Fitted lines and what is estimated.
    ramp : tuple of str
        Ends of the scale of shades: few, many.
    """

    name: str
    paper: str
    ink: str
    muted: str
    grid: str
    unknown: str
    series: tuple[str, ...]
    accent: str
    ramp: tuple[str, str]


LIGHT = Theme(
    name="light",
    paper="#FFFFFF",
    ink="#1A1A1A",
    muted="#595959",
    grid="#E3E3E3",
    unknown="#A8A8A8",
    series=("#0B3C74", "#C8553D", "#D99A1C", "#4FA3D9", "#2E8B6F", "#111111"),
    accent="#C8553D",
    ramp=("#D8E6F3", "#0B3C74"),
)
DARK = Theme(
    name="dark",
    paper="#14171A",
    ink="#ECECEC",
    muted="#A9B0B6",
    grid="#2C3237",
    unknown="#6B747B",
    series=("#7FD6EE", "#E0694A", "#DDF2C6", "#F4BE4A", "#6E8FB0", "#CC6FE0"),
    accent="#E0694A",
    ramp=("#26414D", "#BDEBFA"),
)
THEMES = {"light": LIGHT, "dark": DARK}

_current: ContextVar[Theme] = ContextVar("theme", default=LIGHT)


def current_theme() -> Theme:
    """Return the theme pictures are drawn in now.

    Examples
    --------
    >>> current_theme().name
    'light'
    """
    return _current.get()


@contextmanager
def in_theme(name: str) -> Iterator[Theme]:
    """Draw in a theme while the context lasts.

    Parameters
    ----------
    name : {"light", "dark"}
        Name of the theme.
    """
    check_one_of(name, "theme", THEMES)
    token = _current.set(THEMES[name])
    try:
        yield THEMES[name]
    finally:
        _current.reset(token)


def shades(n: int, theme: Theme | None = None) -> list[str]:
    """Return `n` shades from few to many, even steps of lightness apart.

    Parameters
    ----------
    n : int
        How many.
    theme : Theme, optional
        By default the current one.

    Examples
    --------
    >>> shades(2, LIGHT)
    ['#d8e6f3', '#0b3c74']
    """
    first, last = (np.array(to_rgb(c)) for c in (theme or current_theme()).ramp)
    share = np.linspace(0.0, 1.0, n)[:, None] if n > 1 else np.ones((1, 1))
    return [to_hex(c) for c in first + share * (last - first)]


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour.

    Examples
    --------
    >>> ink_on("#0b3c74"), ink_on("#d8e6f3")
    ('#ffffff', '#000000')
    """
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    # Relative luminance (WCAG 2): from 0.18 on black has the greater contrast.
    light = float(linear @ np.array([0.2126, 0.7152, 0.0722]))
    return "#000000" if light > 0.18 else "#ffffff"
