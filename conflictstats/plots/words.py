"""The words on a picture: axis labels that promise no more than was reported."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Recorded is not total: counts of harm are minimums until someone says otherwise.
_LABELS = {
    "killed": "deaths",
    "injured": "injuries",
    "killed_or_injured": "deaths and injuries",
    "casualties": "casualties",
    "neutralised": "people 'neutralised'",
    "missing": "missing people",
    "detained": "detentions",
    "treated": "people treated",
    "displaced": "displaced people",
    "returned": "returned people",
    "strikes": "strikes",
    "munitions": "munitions used",
}
_MINIMUM = ("killed", "injured", "killed_or_injured", "missing", "detained")
_GROUP_WORDS = {
    "civilians": "civilian",
    "combatants": "combatant",
    "children": "child",
    "women": "female adult",
    "men": "male adult",
}


def count_label(measure: str, group: str = "all") -> str:
    """Return the axis label of a count.

    Parameters
    ----------
    measure : str
        What was counted, as in a Panel.
    group : str
        Of whom.

    Returns
    -------
    str

    Examples
    --------
    >>> count_label("killed")
    'Reported deaths (minimum)'
    >>> count_label("killed", "civilians")
    'Reported civilian deaths (minimum)'
    >>> count_label("aircraft_downed")
    'Reported aircraft downed'
    """
    noun = _LABELS.get(measure, measure.replace("_", " "))
    who = ""
    if group != "all":
        plain = measure in ("killed", "injured") and group in _GROUP_WORDS
        who = _GROUP_WORDS[group] if plain else group.replace("_", " ")
        noun = f"{who} {noun}" if plain else f"{noun}, {who}"
    end = " (minimum)" if measure in _MINIMUM else ""
    return f"Reported {noun}{end}"


def number(value: float) -> str:
    """Write a count with thousands marked, without needless decimals.

    Examples
    --------
    >>> number(12345.0), number(0.25)
    ('12,345', '0.25')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3g}"


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day_words(stamp: pd.Timestamp) -> str:
    """Write a day in words that do not depend on the locale.

    Examples
    --------
    >>> day_words(pd.Timestamp("2020-02-27"))
    '27 February 2020'
    """
    return f"{stamp.day} {MONTHS[stamp.month - 1]} {stamp.year}"


# Axes cannot carry a description of their own; the entry goes when the Axes goes.
_DESCRIPTIONS: WeakKeyDictionary[Axes, str] = WeakKeyDictionary()


def describe(ax: Axes, text: str) -> None:
    """Attach to an Axes a description in words, for readers who cannot see it."""
    _DESCRIPTIONS[ax] = text


def alt_text(figure: Figure) -> str:
    """Return the descriptions of all Axes of a figure, in order.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> describe(figure.subplots(), "Nothing but axes.")
    >>> alt_text(figure)
    'Nothing but axes.'
    """
    said = [_DESCRIPTIONS[ax] for ax in figure.axes if ax in _DESCRIPTIONS]
    return " ".join(dict.fromkeys(said))
