"""Bring sizes, checksums and row counts of data/datapackage.json up to date.

Run ``python data/make_datapackage.py`` after a data file has changed. Everything else
in the descriptor (titles, fields, constraints) is written by hand.
"""

import csv
import hashlib
import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
DESCRIPTOR = FOLDER / "datapackage.json"


def facts(path: Path) -> dict[str, int | str]:
    """Return bytes, hash and number of data rows of a CSV file."""
    content = path.read_bytes()
    rows = sum(1 for _ in csv.reader(content.decode("utf-8").splitlines(keepends=True)))
    return {
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "rows": rows - 1,
    }


def refreshed(descriptor: dict) -> dict:
    """Return the descriptor with the facts of the files as they are now."""
    resources = [r | facts(FOLDER / r["path"]) for r in descriptor["resources"]]
    return descriptor | {"resources": resources}


def written(descriptor: dict) -> str:
    """Return the text of the descriptor file."""
    return json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    old = json.loads(DESCRIPTOR.read_text(encoding="utf-8"))
    # newline: the same bytes on every system.
    with DESCRIPTOR.open("w", encoding="utf-8", newline="\n") as file:
        file.write(written(refreshed(old)))
