"""The entries of an analysis file: what each is made from, and their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conflictstats.arguments import listed
from conflictstats.errors import ArgumentError

SECTIONS = (
    "sources",
    "datasets",
    "panels",
    "models",
    "checks",
    "figures",
    "tables",
)
# What is carried out first, and then shown.
MAKERS = SECTIONS[:5]
REFERENCE = "@"


@dataclass(frozen=True)
class Step:
    """One entry of an analysis file.

    Parameters
    ----------
    section : str
        One of `SECTIONS`.
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

    def of(self, *sections: str) -> Iterator[Step]:
        """Return the steps of some sections."""
        return (step for step in self.steps if step.section in sections)


def about(step: Step) -> list[Any]:
    """Return the names under a step's `data`.

    Examples
    --------
    >>> about(Step("tables", "t", {"data": ["one", "other"]}, {}))
    ['one', 'other']
    """
    data = step.own.get("data", [])
    return list(data) if isinstance(data, list) else [data]


def references(value: Any) -> list[str]:
    """Return the steps that a value speaks of as "@name", however deep inside.

    A reference may go on with a table, as in "@steps.tidy"; only the name counts here.

    Examples
    --------
    >>> references({"rain": "@rain", "more": ["@a.tidy", 3]})
    ['rain', 'a']
    """
    if isinstance(value, str) and value.startswith(REFERENCE):
        return [value.removeprefix(REFERENCE).partition(".")[0]]
    inside: Any = []
    if isinstance(value, Mapping):
        inside = value.values()
    elif isinstance(value, list):
        inside = value
    return [name for one in inside for name in references(one)]


def needs(step: Step) -> list[str]:
    """Return the names of the steps that a step is made from."""
    return [*about(step), *references(dict(step.options))]


def in_order(steps: Sequence[Step]) -> list[Step]:
    """Return the steps so that each comes after what it is made from.

    Raises
    ------
    ArgumentError
        If a step is made from itself.
    """
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


def behind(names: Sequence[str], analysis: Analysis) -> list[Step]:
    """Return all steps that the named ones are made from, themselves included."""
    steps = {s.name: s for s in analysis.steps}
    found: dict[str, Step] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name in steps and name not in found:
            found[name] = steps[name]
            waiting += needs(steps[name])
    return list(found.values())
