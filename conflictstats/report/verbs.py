"""The public verbs an analysis file may call, and the keywords each of them takes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import conflictstats
from conflictstats.arguments import listed, nearest
from conflictstats.errors import ArgumentError

# What a section's key calls: `reader = "acled"` is read_acled, and so on.
PREFIXES = {
    "reader": "read_",
    "fit": "fit_",
    "plot": "plot_",
    "tabulate": "tabulate_",
}
# Verbs that do not follow the prefix of their room.
BY_NAME = {
    "fit": ("reconcile",),
    "apply": ("reconcile_events", "spread_events"),
}

# Figures of a result's own, beside those of plot_*.
RESULT = "result"


def verb_names(key: str) -> list[str]:
    """Return what `key` may be set to.

    Parameters
    ----------
    key : {"reader", "apply", "fit", "plot", "tabulate"}
        A key of an analysis file.

    Examples
    --------
    >>> "ucdp_ged" in verb_names("reader"), "trend" in verb_names("fit")
    (True, True)
    """
    public = dir(conflictstats)
    names = []
    if key in PREFIXES:
        prefix = PREFIXES[key]
        names = [n.removeprefix(prefix) for n in public if n.startswith(prefix)]
    names += [n for n in BY_NAME.get(key, ()) if n in public]
    if key == "plot":
        names.append(RESULT)
    return sorted(names)


def find_verb(key: str, name: Any, where: str) -> Callable[..., Any]:
    """Return the public function that `key = "name"` calls.

    Parameters
    ----------
    key : {"reader", "apply", "fit", "plot", "tabulate"}
        A key of an analysis file.
    name : str
        Its value.
    where : str
        The step, for the message.

    Raises
    ------
    ArgumentError
        If there is no such verb.

    Examples
    --------
    >>> find_verb("fit", "trend", "models.trend").__name__
    'fit_trend'
    """
    allowed = verb_names(key)
    if name not in allowed:
        message = (
            f"{where}: `{key}` must be one of {listed(allowed, 40)}; got {name!r}."
            f"{nearest(name, allowed)}"
        )
        raise ArgumentError(message)
    direct = name in BY_NAME.get(key, ())
    full = name if direct else f"{PREFIXES[key]}{name}"
    function: Callable[..., Any] = getattr(conflictstats, full)
    return function


def keywords(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the keywords of a verb: all but its first parameter.

    Examples
    --------
    >>> "family" in keywords(conflictstats.fit_trend)
    True
    """
    parameters = list(inspect.signature(function).parameters.items())
    return {
        name: p
        for name, p in parameters[1:]
        if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    }


def check_keys(given: Mapping[str, Any], allowed: Sequence[str], where: str) -> None:
    """Raise if a step has a key that it does not know, naming the nearest one.

    Raises
    ------
    ArgumentError
        For the first unknown key.

    Examples
    --------
    >>> check_keys({"every": "month"}, ["every", "by"], "panels.deaths")
    """
    for key in given:
        if key not in allowed:
            message = (
                f"{where}: unknown key `{key}`; allowed are {listed(allowed, 60)}."
                f"{nearest(key, allowed)}"
            )
            raise ArgumentError(message)


def paper_references(function: Callable[..., Any]) -> list[str]:
    """Return the papers that a verb's documentation names, one text each.

    Parameters
    ----------
    function : callable
        A public verb with a numpydoc section "References".

    Returns
    -------
    list of str

    Examples
    --------
    >>> paper_references(conflictstats.fit_trend)[0].startswith("McCullagh")
    True
    """
    text = inspect.getdoc(function) or ""
    section = re.search(
        r"^References\n-+\n(.*?)(?=\n\S[^\n]*\n-+\n|\Z)", text, re.M | re.S
    )
    if section is None:
        return []
    flat = re.sub(r"\s+", " ", re.sub(r"\.\. \[\w+\]\s*", "\0", section[1])).strip()
    parts = [p.strip() for p in flat.split("\0") if p.strip()]
    if ".. [" not in section[1]:
        # Several papers in running text: a new one begins after a full stop, with a
        # name and a year in brackets.
        parts = re.split(r"(?<=\.) (?=[A-Z][^.()]{2,80}? \(\d{4}\))", flat)
    return [p.strip() for p in parts]
