"""Reading and counting 385,000 events, beside what pandas.read_csv alone takes.

The file is a GED-shaped table repeated under new ids. It is made from the real sample
where that lies beside the checkout, else from simulated rows of the same width.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

import conflictstats as cs

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CONFLICTSTATS_SHARED", ROOT.parent / "shared"))
SAMPLE = SHARED / "data/ucdp_ged/mexico.csv"
ROWS = 385_000


def make(path: Path) -> None:
    """Write the sample again and again under new ids."""
    sample = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    copies = -(-ROWS // len(sample))
    for i in range(copies):
        part = sample.head(ROWS - i * len(sample)) if i == copies - 1 else sample
        part = part.assign(id=[str(i * 10_000_000 + n) for n in range(len(part))])
        part.to_csv(path, mode="a", header=i == 0, index=False)


def timed(label: str, work, base: float | None = None) -> tuple[float, object]:
    """Print the best of three wall times, and the ratio to a base."""
    best, result = float("inf"), None
    for _ in range(3):
        begin = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begin)
    ratio = f"  {best / base:5.2f} x read_csv" if base else ""
    print(f"{label:<58}{best:7.2f} s{ratio}")
    return best, result


def peak(path: Path) -> float:
    """Return the peak memory of a process that only reads the file, in bytes."""
    code = f"import conflictstats as cs; cs.read_ucdp_ged({str(path)!r})"
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(before, after) * 1024


def main() -> None:
    """Print the table."""
    if not SAMPLE.exists():
        print(f"{SAMPLE.name} is not beside this checkout: nothing to measure")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ged.csv"
        make(path)
        size = path.stat().st_size
        print(f"{ROWS:,} events, {size / 1e6:.0f} MB")
        used = peak(path)
        base, _ = timed("pandas.read_csv", lambda: pd.read_csv(path))
        _, ds = timed("read_ucdp_ged", lambda: cs.read_ucdp_ged(path), base)
        timed(
            "count_events by country and month, spread",
            lambda: cs.count_events(ds, by="country"),
            base,
        )
        timed(
            "count_events by PRIO-GRID cell and month, spread",
            lambda: cs.count_events(ds, by="priogrid_gid"),
            base,
        )
        print(f"peak memory of reading: {used / size:.1f} x the file")


if __name__ == "__main__":
    main()
