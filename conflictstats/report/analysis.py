"""An analysis file: what to read, count, fit and draw, checked before any work."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import conflictstats
from conflictstats.arguments import listed, nearest
from conflictstats.errors import ArgumentError, ReadError
from conflictstats.report.verbs import RESULT, check_keys, find_verb, keywords

SECTIONS = (
    "sources",
    "datasets",
    "panels",
    "models",
    "figures",
    "tables",
    "sections",
)
_HEAD = ("title", "question", "text", "journal", "theme", "formats", "seed")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_REFERENCE = "@"

# Keys a step has beside the keywords of the verb it calls.
_OWN = {
    "sources": ("name", "reader", "path", "dataset", "events", "counts"),
    "datasets": ("name", "apply", "data"),
    "panels": ("name", "data", "value"),
    "models": ("name", "fit", "data"),
    "figures": (
        "name",
        "plot",
        "data",
        "where",
        "table",
        "sort",
        "caption",
        "size",
        "filters",
    ),
    "tables": (
        "name",
        "tabulate",
        "data",
        "where",
        "table",
        "sort",
        "columns",
        "caption",
    ),
    "sections": ("title", "text", "show"),
}
# What the runner itself gives to a verb.
_GIVEN = ("ax", "rng", "n_jobs")


@dataclass(frozen=True)
class Step:
    """One entry of an analysis file.

    Parameters
    ----------
    section : str
        "sources", "datasets", "panels", "models", "figures" or "tables".
    name : str
        Its name, unique in the file.
    own : mapping
        The keys that the runner reads.
    options : mapping
        Keywords handed to the verb.
    """

    section: str
    name: str
    own: Mapping[str, Any]
    options: Mapping[str, Any]

    @property
    def where(self) -> str:
        """Its place in the file, for messages."""
        return f"{self.section}.{self.name}"


@dataclass(frozen=True)
class Analysis:
    """A checked analysis.

    Parameters
    ----------
    name : str
        Name of the file, without ending.
    head : mapping
        title, question, text, journal, theme, seed.
    steps : tuple of Step
        In the order they run.
    sections : tuple of mapping
        title, text and show of each section of the report.
    folder : Path
        Paths in the file are relative to it.
    raw : mapping
        The file as read, overrides included.
    """

    name: str
    head: Mapping[str, Any]
    steps: tuple[Step, ...]
    sections: tuple[Mapping[str, Any], ...]
    folder: Path
    raw: Mapping[str, Any] = field(repr=False)

    def of(self, section: str) -> Iterator[Step]:
        """Return the steps of a section."""
        return (step for step in self.steps if step.section == section)


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
    for override in overrides:
        _override(raw, override)
    return check_analysis(raw, name=file.stem, folder=file.parent)


def check_analysis(raw: Mapping[str, Any], *, name: str, folder: Path) -> Analysis:
    """Check the content of an analysis file; see `load_analysis`."""
    check_keys(raw, ("analysis", *SECTIONS), "The analysis")
    head = raw.get("analysis", {})
    check_keys(head, _HEAD, "analysis")
    if not raw.get("sources"):
        message = "The analysis needs at least one [[sources]] entry."
        raise ArgumentError(message)
    steps: list[Step] = []
    for section in SECTIONS[:-1]:
        for position, entry in enumerate(_entries(raw, section)):
            step = _step(section, position, entry, folder)
            _check_unique(step, steps)
            steps.append(step)
    for step in steps:
        _check_references(step, steps)
    steps = _in_order(steps)
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
    return Step(section, name, own, options)


def _verb(section: str, entry: dict[str, Any], where: str, folder: Path) -> Any:
    """Return the function a step calls, or None where it is the runner's own."""
    if section == "sources":
        return _source_verb(entry, where, folder)
    if section == "panels":
        if "data" not in entry:
            message = f"{where}: `data` must name a source or a model."
            raise ArgumentError(message)
        return conflictstats.count_events
    key = {
        "datasets": "apply",
        "models": "fit",
        "figures": "plot",
        "tables": "tabulate",
    }[section]
    for needed in (key, "data"):
        if needed not in entry:
            message = f"{where}: the key `{needed}` is missing."
            raise ArgumentError(message)
    if section == "figures" and entry["plot"] == RESULT:
        return None
    return find_verb(key, entry[key], where)


def _source_verb(entry: dict[str, Any], where: str, folder: Path) -> Any:
    if "dataset" in entry and "reader" not in entry:
        names = conflictstats.list_datasets()["name"].to_list()
        _known(entry["dataset"], names, f"{where}: `dataset`", "bundled data set")
        return None
    if "reader" not in entry or "path" not in entry:
        message = (
            f"{where}: give `reader` and `path`, or `dataset` for bundled data; "
            "`conflictstats sources` lists the readers."
        )
        raise ArgumentError(message)
    if not (folder / str(entry["path"])).is_file():
        message = f"{where}: there is no file {entry['path']!r}."
        raise ReadError(message)
    return find_verb("reader", entry["reader"], where)


def _check_unique(step: Step, before: Sequence[Step]) -> None:
    twice = [s.where for s in before if s.name == step.name]
    if twice:
        message = f"{step.where}: the name {step.name!r} is already used by {twice[0]}."
        raise ArgumentError(message)


# What a step of each section may be about.
_ABOUT: Mapping[str, tuple[str, ...]] = {
    "sources": (),
    "datasets": ("sources", "datasets"),
    "panels": ("sources", "datasets", "models"),
}
_ANY = ("sources", "datasets", "panels", "models")


def needs(step: Step) -> list[str]:
    """Return the names of the steps that a step is made from."""
    data = step.own.get("data", [])
    names = list(data) if isinstance(data, list) else [data]
    given = [v for v in step.options.values() if isinstance(v, str)]
    return names + [v[1:] for v in given if v.startswith(_REFERENCE)]


def _check_references(step: Step, steps: Sequence[Step]) -> None:
    """Check that `data` and every "@name" is a step, and one that can be meant."""
    others = [s for s in steps if s is not step]
    allowed = _ABOUT.get(step.section, _ANY)
    names = [s.name for s in others if s.section in allowed]
    data = step.own.get("data", [])
    for one in data if isinstance(data, list) else [data]:
        _known(one, names, f"{step.where}: `data`", "step")
    names = [s.name for s in others if s.section in _ANY]
    for key, value in step.options.items():
        if isinstance(value, str) and value.startswith(_REFERENCE):
            _known(value[1:], names, f"{step.where}: `{key}`", "step")


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Return the steps so that each comes after what it is made from."""
    waiting, done = list(steps), {}
    while waiting:
        ready = next((s for s in waiting if all(n in done for n in needs(s))), None)
        if ready is None:
            message = (
                f"{waiting[0].where}: it is made from itself, by way of "
                f"{listed(needs(waiting[0]))}."
            )
            raise ArgumentError(message)
        waiting.remove(ready)
        done[ready.name] = ready
    return list(done.values())


def _known(given: Any, names: Sequence[str], what: str, kind: str) -> None:
    if given not in names:
        message = (
            f"{what} must name a {kind}: {listed(names, 30) or 'there is none'}; "
            f"got {given!r}.{nearest(given, names)}"
        )
        raise ArgumentError(message)


def _override(raw: dict[str, Any], text: str) -> None:
    """Set section.name.key (or analysis.key) of the raw file to a value."""
    path, sign, value = text.partition("=")
    parts = [p.strip() for p in path.split(".")]
    if not sign or len(parts) not in (2, 3) or not all(parts):
        message = (
            "An override must be written as section.name.key=value or "
            f"analysis.key=value; got {text!r}."
        )
        raise ArgumentError(message)
    try:
        parsed: Any = tomllib.loads(f"value = {value.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value.strip()
    if len(parts) == 2:
        _known(parts[0], ["analysis"], f"The override {text!r}", "section")
        raw.setdefault("analysis", {})[parts[1]] = parsed
        return
    _known(parts[0], SECTIONS[:-1], f"The override {text!r}", "section")
    entries = {str(e.get("name")): e for e in _entries(raw, parts[0])}
    _known(parts[1], list(entries), f"The override {text!r}", "step")
    entries[parts[1]][parts[2]] = parsed
