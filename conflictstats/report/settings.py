"""Settings of a step that are more than a number or a word: records, files, steps."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import conflictstats
from conflictstats.errors import ArgumentError
from conflictstats.report.steps import REFERENCE
from conflictstats.report.verbs import check_keys

# A table of the file under one of these keys becomes a record of the package.
RECORDS: Mapping[str, str] = {
    "source": "Source",
    "coverage": "Coverage",
    "rules": "ClaimRules",
    "conflict": "SimulatedConflict",
    "reporting": "SimulatedReporting",
}
# A source's settings that are further files, relative to the analysis file.
FILES = ("links", "series", "corrections")


def _maker(key: str) -> Callable[..., Any]:
    found: Any = getattr(conflictstats, RECORDS[key])
    # A coverage is given by its window; its own table is for those who have one.
    return found.of if key == "coverage" else found  # type: ignore[no-any-return]


def check_settings(options: Mapping[str, Any], where: str) -> None:
    """Raise if a table among the settings has a key its record does not know.

    Raises
    ------
    ArgumentError
        Naming the nearest key.

    Examples
    --------
    >>> check_settings({"rules": {"weights": "latest"}}, "models.bounds")
    """
    for key, value in options.items():
        if key in RECORDS and isinstance(value, Mapping):
            known = list(inspect.signature(_maker(key)).parameters)
            check_keys(value, known, f"{where}: `{key}`")


def ready(
    options: Mapping[str, Any], made: Mapping[str, Any], folder: Path | None = None
) -> dict[str, Any]:
    """Return settings as a verb takes them.

    Parameters
    ----------
    options : mapping
        As the file has them.
    made : mapping of str to object
        What steps have made, for "@name" and "@name.table".
    folder : Path, optional
        Where the files among a source's settings are.

    Returns
    -------
    dict

    Raises
    ------
    ArgumentError
        If a step has no such table.

    Examples
    --------
    >>> ready({"fitted": "@trend", "level": 0.9}, {"trend": "its result"})
    {'fitted': 'its result', 'level': 0.9}
    """
    out = {}
    for key, value in options.items():
        if folder is not None and key in FILES:
            out[key] = folder / str(value)
        elif key in RECORDS and isinstance(value, Mapping):
            out[key] = _maker(key)(**_resolved(value, made))
        else:
            out[key] = _resolved(value, made)
    return out


def _resolved(value: Any, made: Mapping[str, Any]) -> Any:
    if isinstance(value, str) and value.startswith(REFERENCE):
        name, _, table = value.removeprefix(REFERENCE).partition(".")
        return table_of(made[name], table, value) if table else made[name]
    if isinstance(value, Mapping):
        return {k: _resolved(v, made) for k, v in value.items()}
    if isinstance(value, list):
        return [_resolved(v, made) for v in value]
    return value


def table_of(thing: Any, name: str, where: str) -> pd.DataFrame:
    """Return a table that something made holds, by its name.

    Parameters
    ----------
    thing : object
        A Dataset, Panel, result, or what else a verb gave.
    name : str
        "tidy", "glance" or "augment" of a result, "counts", "events", "actors",
        "flat" or an extra table of a Dataset, or any other table of it that needs no
        further word.
    where : str
        The step, for the message.

    Raises
    ------
    ArgumentError
        If it has no such table.
    """
    if isinstance(thing, conflictstats.Dataset):
        extras: Mapping[str, pd.DataFrame] = thing.extras
        if name == "flat":
            return thing.to_frame()
        if name in extras:
            return extras[name]
    kinds = ("tidy", "glance", "augment")
    if name in kinds and hasattr(thing, "diagnostics"):
        frame: pd.DataFrame = thing.to_frame(name)
        return frame
    found = getattr(thing, name, None) if name.isidentifier() else None
    if callable(found) and not name.startswith(("_", "plot", "simulate")):
        try:
            found = found()
        except TypeError:  # it wants a further word, so it is not meant
            found = None
    if isinstance(found, pd.DataFrame):
        return found
    message = f"{where}: `table` must be one of {_tables(thing)}; got {name!r}."
    raise ArgumentError(message)


def _tables(thing: Any) -> list[str]:
    """Return the names of the tables that something is known to hold."""
    if isinstance(thing, conflictstats.Dataset):
        return sorted(["actors", "counts", "events", "flat", *thing.extras])
    return ["augment", "glance", "tidy"] if hasattr(thing, "diagnostics") else []
