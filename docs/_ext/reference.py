"""Pages of the reference, from the list of public names and from the glossary.

A public name that is added to ``conflictstats/__init__.pyi`` appears by itself.
"""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import conflictstats
from conflictstats.glossary.lookup import GLOSSARY, ROOMS

# Room, in reading order, and what stands over its page.
TITLES = {
    "sources": "Sources: reading and simulating",
    "tidy": "Types: Dataset, Panel, Coverage, Source",
    "measures": "Measures: counting, spreading, reading phrases",
    "models": "Models and their results",
    "checks": "Checks",
    "evaluate": "Evaluation of forecasts",
    "plots": "Pictures",
    "tables": "Tables",
    "report": "Reports and their provenance",
    "glossary": "Glossary",
    "errors": "Errors",
}


def rooms(stub: Path) -> dict[str, list[str]]:
    """Return the public names of every room, from the imports of the stub file."""
    found: dict[str, list[str]] = {}
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            room = str(node.module).split(".")[0]
            names = (alias.asname or alias.name for alias in node.names)
            found.setdefault(room, []).extend(names)
    known = {room: found.pop(room) for room in TITLES if room in found}
    return known | found


def write(stub: Path, folder: Path) -> None:
    """Write a page a room and the page of all columns; old pages are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        f"{number:02d}_{room}": _page(room, names)
        for number, (room, names) in enumerate(rooms(stub).items(), start=1)
    }
    pages["98_words"] = _words()
    pages["99_columns"] = _columns()
    for old in folder.glob("[0-9][0-9]_*.rst"):
        if old.stem not in pages:
            old.unlink()
    for name, text in pages.items():
        path = folder / f"{name}.rst"
        # An untouched page need not be built again.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _page(room: str, names: list[str]) -> str:
    title = TITLES.get(room, room.capitalize())
    said = inspect.getdoc(import_module(f"conflictstats.{room}")) or ""
    lines = [title, "=" * len(title), "", said.splitlines()[0] if said else "", ""]
    things = {name: getattr(conflictstats, name) for name in sorted(names)}
    functions = [n for n, thing in things.items() if inspect.isfunction(thing)]
    classes = [n for n in things if n not in functions]
    for heading, group in (("Functions", functions), ("Classes", classes)):
        if group:
            # Not a section: the menu is to show names, not headings.
            lines += [f".. rubric:: {heading}", ""]
            lines += [".. currentmodule:: conflictstats", ""]
            lines += [".. autosummary::", "   :toctree: .", "   :nosignatures:", ""]
            lines += [*(f"   {name}" for name in group), ""]
    return "\n".join(lines)


def _columns() -> str:
    """Return the page of every column, a table for each file of the glossary."""
    lines = ["Columns", "=======", ""]
    lines += [
        "Every column of every table that leaves the package, with its meaning and "
        "unit. `cs.define(name)` gives the same in a session.",
        "",
    ]
    for room in ROOMS:
        module = import_module(f"conflictstats.glossary.{room}")
        title = (inspect.getdoc(module) or room).splitlines()[0].rstrip(".")
        lines += [title, "-" * len(title), "", ".. list-table::"]
        lines += ["   :header-rows: 1", "   :widths: 24 50 14 12", ""]
        rows = [("column", "meaning", "unit", "dtype")]
        rows += [
            (f"``{c.name}``", _escaped(c.meaning), _escaped(c.unit), f"``{c.dtype}``")
            for c in module.COLUMNS
            if GLOSSARY[c.name] is c
        ]
        for first, *rest in rows:
            lines.append(f"   * - {first}")
            lines += [f"     - {cell}" for cell in rest]
        lines.append("")
    return "\n".join(lines)


def _words() -> str:
    """Return the page of every provider's words, a table a reader."""
    lines = ["Words of the providers", "======================", ""]
    lines += [
        "What each word of a provider becomes in the tidy tables; "
        "`cs.vocabulary_table()` gives the same in a session.",
        "",
    ]
    for reader, table in conflictstats.vocabulary_table().groupby("reader"):
        lines += [f"``{reader}``", "-" * (len(str(reader)) + 4), "", ".. list-table::"]
        lines += ["   :header-rows: 1", "   :widths: 26 34 20 20", ""]
        rows = [("in the column", "the word", "our column", "our word")]
        # Words of one column that mean the same stand in one row.
        keys = ["source_column", "our_column", "our_word"]
        for (column, ours, word), some in table.groupby(keys, sort=False):
            said = ", ".join(some["source_word"])
            rows.append((f"``{column}``", _escaped(said), f"``{ours}``", f"``{word}``"))
        for first, *rest in rows:
            lines.append(f"   * - {first}")
            lines += [f"     - {cell}" for cell in rest]
        lines.append("")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return re.sub(r"([*|_\\])", r"\\\1", text)
