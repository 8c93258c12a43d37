"""Write the inventory of ARCHITECTURE.md from the first line of every module."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARKS = re.compile(r"(<!-- inventory -->\n).*?(<!-- /inventory -->)", re.DOTALL)


def inventory() -> str:
    """Return the inventory as Markdown: a list a room."""
    package = ROOT / "conflictstats"
    lines = []
    for folder in sorted({p.parent for p in package.rglob("*.py")}):
        rows = [f"\n**{folder.relative_to(ROOT)}/**\n"]
        for path in sorted(folder.glob("*.py")):
            said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            rows.append(f"- `{path.name}` — {said.splitlines()[0] if said else '?'}")
        lines += rows
    return "\n".join(lines).strip() + "\n"


def main() -> int:
    """Rewrite the inventory; with --check only say whether it is true."""
    path = ROOT / "ARCHITECTURE.md"
    old = path.read_text(encoding="utf-8")
    new = MARKS.sub(lambda m: m[1] + inventory() + m[2], old)
    if "--check" in sys.argv:
        return int(old != new)
    path.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
