"""The directive ``{pictures}``: every figure of the repository with its description."""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FIGURES = Path(__file__).resolve().parents[2] / "figures"


class Pictures(SphinxDirective):
    """Show figures/*.png; title, alt text and source come from their records."""

    def run(self) -> list[nodes.Node]:
        """Return a section a figure, or a sentence if there is none."""
        out: list[nodes.Node] = []
        self.env.note_dependency(str(FIGURES))
        for picture in sorted(FIGURES.glob("*.png")):
            out += self._one(picture)
        if not out:
            out.append(nodes.paragraph(text="There are no figures yet."))
        return out

    def _one(self, picture: Path) -> list[nodes.Node]:
        record, beside = {}, picture.with_suffix(".json")
        if beside.exists():
            record = json.loads(beside.read_text(encoding="utf-8"))
            self.env.note_dependency(str(beside))
        self.env.note_dependency(str(picture))
        title = record.get("title") or picture.stem.replace("_", " ")
        said = record.get("alt", "")
        section = nodes.section(ids=[nodes.make_id(picture.stem)])
        section += nodes.title(text=title)
        uri = f"/../{FIGURES.name}/{picture.name}"
        section += nodes.image(uri=uri, alt=said or title, classes=["picture"])
        if said:
            section += nodes.paragraph(text=said)
        made = nodes.paragraph(text="Made by ")
        made += nodes.literal(text=f"{FIGURES.name}/{picture.stem}.py")
        made += nodes.Text(f". {record.get('attribution', '')}")
        made["classes"].append("made-by")
        section += made
        return [section]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("pictures", Pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
