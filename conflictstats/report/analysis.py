"""An analysis file: what to read, count, fit and draw, checked before any work."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import conflictstats
from conflictstats.arguments import listed, nearest
from conflictstats.errors import ArgumentError, ReadError
from conflictstats.report.override import override
from conflictstats.report.settings import FILES, check_settings
from conflictstats.report.steps import (
    MAKERS,
    SECTIONS,
    Analysis,
    Step,
    about,
    in_order,
    references,
)
from conflictstats.report.verbs import RESULT, check_keys, find_verb, keywords

_HEAD = ("title", "question", "text", "journal", "theme", "formats", "seed")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

# Keys a step has beside the keywords of the verb it calls.
_CUT = ("where", "table", "sort")
_OWN = {
    "sources": (
        "name",
        "reader",
        "path",
        "dataset",
        "simulate",
        "events",
        "counts",
    ),
    "datasets": ("name", "apply", "data"),
    "panels": ("name", "data", "value", "files", "reader"),
    "models": ("name", "fit", "data", *_CUT),
    "checks": ("name", "check", "data", *_CUT),
    "figures": ("name", "plot", "data", *_CUT, "caption", "size", "filters"),
    "tables": ("name", "tabulate", "data", *_CUT, "columns", "caption"),
    "sections": ("title", "text", "show"),
}
# What the runner itself gives to a verb.
_GIVEN = ("ax", "rng", "n_jobs", "client", "read")
# The key of each section that names its verb.
_VERB = {
    "datasets": "apply",
    "models": "fit",
    "checks": "check",
    "figures": "plot",
    "tables": "tabulate",
}


def load_analysis(path: str | Path, *, overrides: Sequence[str] = ()) -> Analysis:
    """Read and check an analysis file.

    Parameters
    ----------
    path : path
        A TOML file.
    overrides : sequence of str
        As in "panels.deaths.every=week" or "analysis.title=Deaths by week".

    Returns
    -------
    Analysis

    Raises
    ------
    ReadError
        If the file is not there or not TOML.
    ArgumentError
        If a key, verb or reference is unknown; the nearest match is named.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not UTF-8 text"
        message = f"The analysis {file.name!r} cannot be read: {reason}."
        raise ReadError(message) from problem
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        message = f"The analysis {file.name!r} is not valid TOML: {problem}."
        raise ReadError(message) from problem
    for one in overrides:
        override(raw, one)
    return check_analysis(raw, name=file.stem, folder=file.parent)


def check_analysis(raw: Mapping[str, Any], *, name: str, folder: Path) -> Analysis:
    """Check the content of an analysis file; see `load_analysis`."""
    check_keys(raw, ("analysis", *SECTIONS, "sections"), "The analysis")
    head = raw.get("analysis", {})
    check_keys(head, _HEAD, "analysis")
    files = any("files" in e for e in _entries(raw, "panels"))
    if not raw.get("sources") and not files:
        message = "The analysis needs at least one [[sources]] entry."
        raise ArgumentError(message)
    steps: list[Step] = []
    for section in SECTIONS:
        for position, entry in enumerate(_entries(raw, section)):
            step = _step(section, position, entry, folder)
            _check_unique(step, steps)
            steps.append(step)
    for step in steps:
        _check_references(step, steps)
    steps = in_order(steps)
    sections = _entries(raw, "sections")
    for position, entry in enumerate(sections):
        where = f"sections[{position + 1}]"
        check_keys(entry, _OWN["sections"], where)
        shown = [s.name for s in steps if s.section in ("figures", "tables")]
        for item in entry.get("show", []):
            _known(item, shown, f"{where}: `show`", "figure or table")
    return Analysis(name, head, tuple(steps), tuple(sections), folder, raw)


def _entries(raw: Mapping[str, Any], section: str) -> list[dict[str, Any]]:
    entries = raw.get(section, [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        message = f"`{section}` must be written as [[{section}]] entries."
        raise ArgumentError(message)
    return entries


def _step(section: str, position: int, entry: dict[str, Any], folder: Path) -> Step:
    name = entry.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        message = (
            f"{section}[{position + 1}]: `name` must be letters, digits, - and _, "
            f"beginning with a letter; got {name!r}."
        )
        raise ArgumentError(message)
    where = f"{section}.{name}"
    function = _verb(section, entry, where, folder)
    known = [] if function is None else list(keywords(function))
    allowed = [*_OWN[section], *(k for k in known if k not in _GIVEN)]
    # `data` of a verb such as fit_trend is the step's own key.
    check_keys(entry, list(dict.fromkeys(allowed)), where)
    own = {k: v for k, v in entry.items() if k in _OWN[section] and k not in known}
    own |= {k: entry[k] for k in ("data", "name", "caption") if k in entry}
    options = {k: v for k, v in entry.items() if k not in own}
    check_settings(options, where)
    step = Step(section, name, own, options)
    for key, path in files_of(step):
        if not (folder / path).is_file():
            message = f"{where}: `{key}`: there is no file {path!r}."
            raise ReadError(message)
    return step


def files_of(step: Step) -> list[tuple[str, str]]:
    """Return the files a step reads, as the key and the path in the analysis file.

    Examples
    --------
    >>> files_of(Step("sources", "a", {"path": "a.csv"}, {"links": "links.csv"}))
    [('path', 'a.csv'), ('links', 'links.csv')]
    """
    own = {k: step.own[k] for k in ("path", "files") if k in step.own}
    given = own if step.section == "panels" else {k: own[k] for k in own if k == "path"}
    if step.section == "sources":
        given |= {k: v for k, v in step.options.items() if k in FILES}
    return [
        (key, str(path))
        for key, value in given.items()
        for path in (value if isinstance(value, list) else [value])
    ]


def _verb(section: str, entry: dict[str, Any], where: str, folder: Path) -> Any:
    """Return the function a step calls, or None where it is the runner's own."""
    if section == "sources":
        return _source_verb(entry, where)
    if section == "panels":
        return _panel_verb(entry, where)
    key = _VERB[section]
    for needed in (key, "data"):
        if needed not in entry:
            message = f"{where}: the key `{needed}` is missing."
            raise ArgumentError(message)
    if section == "figures" and entry["plot"] == RESULT:
        return None
    return find_verb(key, entry[key], where)


def _panel_verb(entry: dict[str, Any], where: str) -> Any:
    if "files" in entry:
        if "reader" not in entry:
            message = f"{where}: `files` needs `reader`, as in reader = 'ucdp_ged'."
            raise ArgumentError(message)
        find_verb("reader", entry["reader"], where)
        return conflictstats.count_files
    if "data" not in entry:
        message = f"{where}: `data` must name a source or a model; or give `files`."
        raise ArgumentError(message)
    if "reader" in entry:
        message = f"{where}: `reader` goes with `files`; `data` has been read already."
        raise ArgumentError(message)
    return conflictstats.count_events


def _source_verb(entry: dict[str, Any], where: str) -> Any:
    if "simulate" in entry:
        return find_verb("simulate", entry["simulate"], where)
    if "dataset" in entry and "path" not in entry:
        names = conflictstats.list_datasets()["name"].to_list()
        _known(entry["dataset"], names, f"{where}: `dataset`", "bundled data set")
        return None
    if "path" not in entry:
        message = (
            f"{where}: give `path` (and `reader`), `dataset` for bundled data, or "
            "`simulate`; `conflictstats sources` lists the readers."
        )
        raise ArgumentError(message)
    if "reader" not in entry:
        # Whose file it is is told from its columns.
        return conflictstats.read
    return find_verb("reader", entry["reader"], where)


def _check_unique(step: Step, before: Sequence[Step]) -> None:
    twice = [s.where for s in before if s.name == step.name]
    if twice:
        message = f"{step.where}: the name {step.name!r} is already used by {twice[0]}."
        raise ArgumentError(message)


# What a step of each section may be about; the others about all that is made.
_ABOUT: Mapping[str, tuple[str, ...]] = {
    "sources": (),
    "datasets": ("sources", "datasets", "panels"),
    "panels": ("sources", "datasets", "models"),
}


def _check_references(step: Step, steps: Sequence[Step]) -> None:
    """Check that `data` and every "@name" is a step, and one that can be meant."""
    others = [s for s in steps if s is not step]
    allowed = _ABOUT.get(step.section, MAKERS)
    names = [s.name for s in others if s.section in allowed]
    for one in about(step):
        _known(one, names, f"{step.where}: `data`", "step")
    names = [s.name for s in others if s.section in MAKERS]
    for key, value in step.options.items():
        for name in references(value):
            _known(name, names, f"{step.where}: `{key}`", "step")


def _known(given: Any, names: Sequence[str], what: str, kind: str) -> None:
    if given not in names:
        message = (
            f"{what} must name a {kind}: {listed(names, 30) or 'there is none'}; "
            f"got {given!r}.{nearest(given, names)}"
        )
        raise ArgumentError(message)
