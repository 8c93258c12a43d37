"""Reading and normalising a GED file of 385,000 rows beside `pandas.read_csv` alone.

The file is mexico.csv of the shared folder repeated under new ids, written to a
temporary folder and deleted again. Both readers run in a process of their own, in
turn, so that neither pays for the other's memory; the page cache is warm for both.

Run with ``python benchmarks/bench_readers.py``. Targets: at most 2.5 times the time of
`pandas.read_csv`, at most 4 times the size of the file in memory, the interpreter and
its libraries included.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CONFLICTSTATS_SHARED", ROOT.parent / "shared"))
ROWS = 385_000

_CHILD = """
import json, resource, sys, time
import pandas as pd
import pyarrow.csv
path, which = sys.argv[1:]
if which == "conflictstats":
    import conflictstats as cs
    read = cs.read_ucdp_ged
elif which == "pandas":
    read = pd.read_csv
else:
    def read(path):
        options = pyarrow.csv.ParseOptions(newlines_in_values=True)
        names = open(path).readline().strip().split(",")
        text = pyarrow.csv.ConvertOptions(
            column_types={n: pyarrow.string() for n in names}
        )
        return pyarrow.csv.read_csv(path, parse_options=options, convert_options=text)
begin, cpu = time.perf_counter(), time.process_time()
table = read(path)
print(json.dumps({
    "seconds": time.perf_counter() - begin,
    "cpu": time.process_time() - cpu,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def write_large(path: Path, rows: int = ROWS) -> None:
    """Write mexico.csv over and over, every row under an id of its own."""
    with (SHARED / "data/ucdp_ged/mexico.csv").open(encoding="utf-8", newline="") as f:
        head, *given = list(csv.reader(f))
    with path.open("w", encoding="utf-8", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(head)
        for i in range(rows):
            row = list(given[i % len(given)])
            row[0] = str(10_000_000 + i)
            out.writerow(row)


def measure(path: Path, which: str) -> dict[str, float]:
    """Read the file once in a fresh process."""
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _CHILD, str(path), which],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(answer.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ged_large.csv"
        write_large(path, options.rows)
        size = path.stat().st_size / 2**20
        runs: dict[str, list[dict[str, float]]] = {}
        for _ in range(options.repeats):
            for which in ("pandas", "pyarrow text", "conflictstats"):
                runs.setdefault(which, []).append(measure(path, which))
    best = {
        which: {key: min(run[key] for run in found) for key in found[0]}
        for which, found in runs.items()
    }
    base = best["pandas"]["seconds"]
    print(f"{options.rows:,} rows, {size:,.0f} MB; best of {options.repeats}")
    for which, found in best.items():
        print(
            f"  {which:14s} {found['seconds']:6.2f} s ({found['seconds'] / base:4.2f} x"
            f" pandas.read_csv; {found['cpu']:.2f} s of processor)"
            f"  peak {found['peak_mb']:6,.0f} MB ({found['peak_mb'] / size:.2f} x file)"
        )


if __name__ == "__main__":
    main()
