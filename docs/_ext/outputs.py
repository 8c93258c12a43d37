"""Examples show what they print, and the picture they end with.

For the pages named in ``run_pages`` every Python block is run when the page is read,
in one namespace and an empty folder a page; what it printed stands below it. A last
expression that is an Axes becomes a picture. An example that fails stops the build.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import os
import re
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from sphinx.application import Sphinx

from conflictstats.plots.words import alt_text

BLOCK = re.compile(r"^(`{3,})(python|toml)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
WIDTH = 76
FILE = re.compile(r"# ([\w-]+\.toml)\n")
PICTURES = Path("api") / "generated" / "pictures"


def run(code: str, names: dict[str, Any]) -> tuple[str, Axes | None]:
    """Run a block; return what it printed and the Axes it ended with."""
    tree = ast.parse(code)
    last = tree.body[-1]
    if isinstance(last, ast.Expr):
        # What an interactive session would show goes into the name `_`.
        name = ast.Name("_", ctx=ast.Store())
        tree.body[-1] = ast.Assign(targets=[name], value=last.value)
    names["_"] = None
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(ast.fix_missing_locations(tree), "<example>", "exec"), names)  # noqa: S102
    value = names["_"]
    return wrapped(out.getvalue().rstrip()), value if isinstance(value, Axes) else None


def wrapped(text: str) -> str:
    """Break long sentences, as a terminal would; tables keep their lines."""
    lines = []
    for line in text.splitlines():
        table = "  " in line.strip() or len(line) <= WIDTH
        lines += [line] if table else textwrap.wrap(line, WIDTH, subsequent_indent="  ")
    return "\n".join(lines)


def show(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put output and pictures below the blocks of a page."""
    if docname not in app.config.run_pages:
        return
    names: dict[str, Any] = {"__name__": "example"}
    text, before = source[0], Path.cwd()

    def shown(match: re.Match[str]) -> str:
        code = match[3]
        file = FILE.match(code)
        if match[2] == "toml":
            if file:
                Path(file[1]).write_text(code, encoding="utf-8")
            return match[0]
        printed, ax = run(code, names)
        parts = [match[0]]
        if printed:
            parts.append(f":::{{code-block}} text\n:class: output\n\n{printed}\n:::")
        if ax is not None:
            parts.append(_picture(app, code, ax))
        return "\n\n".join(parts)

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            with pd.option_context("display.width", 88, "display.max_columns", 12):
                source[0] = BLOCK.sub(shown, text)
        finally:
            os.chdir(before)


def _picture(app: Sphinx, code: str, ax: Axes) -> str:
    name = hashlib.sha256(code.encode()).hexdigest()[:12] + ".png"
    folder = Path(app.srcdir) / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    figure = ax.figure
    figure.savefig(folder / name, dpi=200)
    said = alt_text(figure).replace("\n", " ")
    return f"```{{image}} /{PICTURES}/{name}\n:alt: {said}\n:class: picture\n```"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("run_pages", [], "env", list)
    app.connect("source-read", show)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
