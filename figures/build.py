"""Make all figures again: `python figures/build.py`, or compare them with `--check`.

Each `figNN_*.py` beside this file has `main(out)` and writes its pictures, its data and
its record. Bundled or simulated data only.
"""

import argparse
import hashlib
import importlib.util
import json
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The record names the environment: another patch of Python draws the same picture.
NOT_COMPARED = ("environment",)


def scripts(folder: Path = HERE) -> list[Path]:
    return sorted(folder.glob("fig[0-9][0-9]_*.py"))


def build(out: Path, folder: Path = HERE) -> None:
    for path in scripts(folder):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.main(out)
        print(path.stem)


def read(folder: Path) -> dict[str, str]:
    """Return the content that must not change: file name to checksum."""
    found = {}
    for path in sorted(folder.glob("fig[0-9][0-9]_*")):
        if path.suffix == ".py":
            continue
        content = path.read_bytes()
        if path.suffix == ".json":
            record = json.loads(content)
            kept = {k: v for k, v in record.items() if k not in NOT_COMPARED}
            content = json.dumps(kept, sort_keys=True).encode()
        found[path.name] = hashlib.sha256(content).hexdigest()
    return found


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    names = sorted(set(one) | set(other))
    return [n for n in names if one.get(n) != other.get(n)]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--out", type=Path, default=HERE)
    arguments = parser.parse_args(argv)
    if not arguments.check:
        build(arguments.out)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        changed = differences(read(HERE), read(Path(folder)))
    for name in changed:
        print(f"changed: {name}", file=sys.stderr)
    if changed:
        print("Look at them; then `make figures` and commit.", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    raise SystemExit(main())
