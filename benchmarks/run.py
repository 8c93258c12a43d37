"""Run benchmarks and write what they print to docs/benchmarks.md: `make bench`.

Without names all are run; with names only those, and their part of the page is renewed.
"""

from __future__ import annotations

import ast
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
INTRODUCTION = """# Benchmarks

Written by `make bench`. Each part is of one run on one machine ({cores} cores, Python
{python}), so read the ratios. Peers are timed in the same run where they are installed.
"""


def main() -> None:
    """Run the scripts one after the other, so that none disturbs another."""
    everything = sorted(p.name for p in HERE.glob("bench_*.py"))
    parts = sections(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    for name in sys.argv[1:] or everything:
        parts[name] = section(name)
        head = INTRODUCTION.format(
            cores=os.cpu_count(), python=platform.python_version()
        )
        kept = [parts[n].strip() + "\n" for n in everything if n in parts]
        PAGE.write_text("\n".join([head, *kept]), encoding="utf-8")


def sections(page: str) -> dict[str, str]:
    """Return the parts of the page by script."""
    found = re.split(r"^(?=## bench_)", page, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0].removeprefix("## "): part for part in found}


def section(name: str) -> str:
    """Run a script and return its part of the page."""
    path = HERE / name
    title = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or name
    done = subprocess.run(
        [sys.executable, path], capture_output=True, text=True, check=False
    )
    output = done.stdout if done.returncode == 0 else f"failed:\n{done.stderr}"
    print(f"{name}\n{output}", flush=True)
    return f"## {name}\n\n{title}\n\n```text\n{output.rstrip()}\n```\n"


if __name__ == "__main__":
    main()
