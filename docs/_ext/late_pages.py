"""Pages that no table of contents names get into one by themselves.

A line ``<pages a* b*>`` in a toctree stands for the pages of this folder whose names
match and that no page names; ``<pages *>`` for all that are then left. Unlike Sphinx's
own glob it may match nothing, and no page is listed twice.
"""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # tests read this file where Sphinx is not installed
    from sphinx.application import Sphinx

PLACE = re.compile(r"^<pages ([^>]+)>$", re.MULTILINE)
TOCTREES = re.compile(r"^(`{3,}|:{3,})\{toctree\}\n(.*?)^\1$", re.DOTALL | re.MULTILINE)


def entry_of(line: str) -> str:
    """Return the page that a line of a toctree names, with or without a title."""
    titled = re.fullmatch(r".*<(?!pages )(.+)>", line.strip())
    return (titled[1] if titled else line.strip()).lstrip("/")


def listing(folder: Path) -> dict[tuple[str, str], list[str]]:
    """Return the pages for every place: by name of the page and its patterns."""
    texts = {p.stem: p.read_text(encoding="utf-8") for p in folder.glob("*.md")}
    left = set(texts) - {"index"}
    for text in texts.values():
        for _, body in TOCTREES.findall(text):
            left -= {entry_of(line) for line in body.splitlines()}
    places = [(page, said) for page, t in texts.items() for said in PLACE.findall(t)]
    out = {}
    for page, said in sorted(places, key=lambda place: place[1] == "*"):
        found = {name for name in left for p in said.split() if fnmatch(name, p)}
        out[page, said] = sorted(found)
        left -= found
    return out


def fill(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the pages where their place is marked."""
    if PLACE.search(source[0]):
        found = listing(Path(app.srcdir))
        source[0] = PLACE.sub(lambda m: "\n".join(found[docname, m[1]]), source[0])


def outdated(app: Sphinx, *_: object) -> list[str]:
    """Read pages with places anew each time: other pages may have come."""
    return [page for page, _ in listing(Path(app.srcdir))]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", fill)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
