"""Run every benchmark and write what they print to docs/benchmarks.md: `make bench`."""

from __future__ import annotations

import ast
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Run the scripts one after the other, so that none disturbs another."""
    chosen = sys.argv[1:] or sorted(p.name for p in HERE.glob("bench_*.py"))
    cores = os.cpu_count()
    parts = [
        "# Benchmarks\n",
        "Written by `make bench`; times are of one run on one machine "
        f"({cores} cores, Python {platform.python_version()}), so read the ratios. "
        "Peers are timed in the same run where they are installed.\n",
    ]
    for name in chosen:
        path = HERE / name
        title = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or name
        done = subprocess.run(
            [sys.executable, path], capture_output=True, text=True, check=False
        )
        output = done.stdout if done.returncode == 0 else f"failed:\n{done.stderr}"
        print(f"{name}\n{output}")
        parts += [f"## {name}\n", f"{title}\n", f"```text\n{output.rstrip()}\n```\n"]
    if len(sys.argv) == 1:
        PAGE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
