"""Formulas as MathML, which browsers draw by themselves.

Sphinx's own choices load a script from another host, or need LaTeX; a page of these
docs asks no other host for anything.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.utils.math import pick_math_environment
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx


def _inline(self: Any, node: nodes.math) -> None:
    self.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def _display(self: Any, node: nodes.math_block) -> None:
    text = node.astext()
    # Several lines set at their "&" need the environment that Sphinx implies.
    if "\\\\" in text and "\\begin" not in text:
        text = f"\\begin{{{pick_math_environment(text)}}}{text}\\end{{align*}}"
    formula = tex2mathml(text, as_block=True)
    self.body.append(f'<div class="formula">{formula}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(_inline, None), block_renderers=(_display, None)
    )
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
