"""The glossary as one mapping, gathered from the files beside this one."""

import difflib
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from conflictstats.errors import ArgumentError
from conflictstats.glossary._column import Column

# One module a room that sends tables out; a new room adds its name here.
ROOMS = (
    "tidy",
    "panels",
    "models",
    "regimes",
    "trends",
    "near_repeat",
    "progress",
    "retaliation",
    "escalation_table",
    "claims",
    "simulation",
    "report",
    "sources",
    "quantities",
    "escalation",
    "reconciling",
    "pooling",
    "stocks",
    "downloads",
    "places",
    "plots",
)


def _gather() -> dict[str, Column]:
    # That no name is defined twice is for a test to say, not for every import.
    rooms = [import_module(f"conflictstats.glossary.{room}") for room in ROOMS]
    return {column.name: column for room in rooms for column in room.COLUMNS}


GLOSSARY: Mapping[str, Column] = MappingProxyType(_gather())


def define(name: str) -> Column:
    """Return the definition of a column.

    Parameters
    ----------
    name : str
        A column name, as in "conf_low".

    Returns
    -------
    Column
        Meaning, unit and dtype.

    Raises
    ------
    ArgumentError
        If no table of this package has such a column.

    Examples
    --------
    >>> define("conf_low").meaning
    'Lower end of the confidence interval.'
    """
    if name in GLOSSARY:
        return GLOSSARY[name]
    close = difflib.get_close_matches(name, GLOSSARY, n=1)
    hint = f"\nHint: did you mean {close[0]!r}?" if close else ""
    message = (
        f"No column `{name}` leaves this package; see `cs.glossary_table()`.{hint}"
    )
    raise ArgumentError(message)


def glossary_table(prefix: str = "") -> list[dict[str, str]]:
    """List all definitions as records, ready for ``pandas.DataFrame``.

    Parameters
    ----------
    prefix : str
        Keep only names that begin so.

    Returns
    -------
    list of dict
        With keys name, meaning, unit, dtype; sorted by name.

    Examples
    --------
    >>> [row["name"] for row in glossary_table("conf_")]
    ['conf_high', 'conf_level', 'conf_low']
    """
    return [
        {"name": c.name, "meaning": c.meaning, "unit": c.unit, "dtype": c.dtype}
        for name, c in sorted(GLOSSARY.items())
        if name.startswith(prefix)
    ]
