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
    "simulate": "simulate_",
    "fit": "fit_",
    "check": "check_",
    "plot": "plot_",
    "tabulate": "tabulate_",
}
# Verbs that do not follow the prefix of their room.
BY_NAME = {
    "fit": ("reconcile", "pool_fits", "compare", "escalation_table"),
    "apply": (
        "combine",
        "flow_between",
        "reconcile_events",
        "sample_counts",
        "spread_events",
        "stock_at",
        "to_flows",
    ),
}
# Called without being named: `path` alone, `dataset`, a panel's `data` or `files`.
IMPLIED = ("read", "load_dataset", "count_events", "count_files")
# What an analysis file cannot call, and why.
LEFT_OUT = {
    "fetch_": "a run reads files and asks no network: fetch first, then name the file",
    "clear_": "housekeeping, no step",
    "list_": "words about what is there, no step",
    "score_": "for forecasts of one's own; `compare` scores held-out counts",
    "compare_datasets": "for two states of one data set, before an analysis",
    "priogrid_": "readers find the cell of every point; for points of one's own",
    "find_": "words about names, no step",
    "match_": "for names in a table of one's own, before it is read",
    "cite": "every report cites by itself",
    "define": "words about columns, no step",
    "glossary_table": "words about columns, no step",
    "vocabulary_table": "words about words, no step",
    "new_figure": "figures are made by the runner, to `size`",
    "use_style": "`theme` of the analysis",
    "parse_quantity": "readers do it to what they read",
    "save_figure": "every figure is saved with its record",
    "run_analysis": "it is what reads the file",
    "verify": "for what has been written",
}

# Figures of a result's own, beside those of plot_*.
RESULT = "result"


def verb_names(key: str) -> list[str]:
    """Return what `key` may be set to.

    Parameters
    ----------
    key : {"reader", "simulate", "apply", "fit", "check", "plot", "tabulate"}
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
    key : str
        A key of an analysis file; see `verb_names`.
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
    """Return the keywords of a verb: all but the first, if that is what it is about.

    Examples
    --------
    >>> "family" in keywords(conflictstats.fit_trend)
    True
    >>> "rng" in keywords(conflictstats.simulate_events)
    True
    """
    parameters = list(inspect.signature(function).parameters.items())
    if parameters and parameters[0][1].kind is not inspect.Parameter.KEYWORD_ONLY:
        parameters = parameters[1:]
    return {
        name: p
        for name, p in parameters
        if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    }


def wants_frame(function: Callable[..., Any]) -> bool:
    """Tell whether a verb is about a table and nothing else.

    Examples
    --------
    >>> wants_frame(conflictstats.check_zeros), wants_frame(conflictstats.fit_trend)
    (True, False)
    """
    first = next(iter(inspect.signature(function).parameters.values()))
    return str(first.annotation).strip("'") in ("pd.DataFrame", "DataFrame")


def can_be_called(name: str) -> bool:
    """Tell whether an analysis file can call a public function.

    Examples
    --------
    >>> can_be_called("fit_trend"), can_be_called("cite")
    (True, False)
    """
    named = {n for key in BY_NAME for n in BY_NAME[key]}
    by_prefix = any(name.startswith(p) for p in PREFIXES.values())
    return by_prefix or name in named or name in IMPLIED


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
        # Several papers in running text: a new one begins after a full stop, with
        # names, initials and a year in brackets.
        name = r"(?:[A-Z][\w'-]*\.?,?|and|&|et al\.|an|der|de|van|von)"
        parts = re.split(rf"(?<=\.) (?={name}(?: {name}){{0,9}} \(\d{{4}}\))", flat)
    return [p.strip() for p in parts]
