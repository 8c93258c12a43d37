"""Starting: the cost of the import, and of the first figure after it.

Run with ``python benchmarks/bench_start.py``. Seconds of processor time, each in a
process of its own, the best of three. The promise is a first figure (bundled data read,
counted, fitted, drawn and saved) at most five seconds after the import, and an import
that costs little more than that of pandas, which comes with the first use.
"""

from __future__ import annotations

import subprocess
import sys

FIRST = """
import time
start = time.process_time()
import conflictstats as cs
imported = time.process_time()
reports = cs.load_dataset("simulated_conflict")
panel = cs.count_events(reports, every="month", measure="killed")
counted = time.process_time()
trend = cs.fit_trend(panel)
fitted = time.process_time()
trend.plot().figure.savefig("/dev/null", format="svg")
drawn = time.process_time()
print(imported - start, counted - imported, fitted - counted, drawn - fitted)
"""
PANDAS = """
import time
start = time.process_time()
import pandas
print(time.process_time() - start)
"""


def seconds(code: str) -> list[float]:
    """Return what the code prints, from the quickest of three processes."""
    runs = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        runs.append([float(word) for word in done.stdout.split()])
    return min(runs, key=sum)


def main() -> None:
    """Print seconds of each part."""
    (pandas,) = seconds(PANDAS)
    imported, counted, fitted, drawn = seconds(FIRST)
    print(f"import pandas         {pandas:5.2f} s")
    print(f"import conflictstats  {imported:5.2f} s")
    print(f"  read and count      {counted:5.2f} s, pandas included")
    print(f"  fit a trend         {fitted:5.2f} s")
    print(f"  draw and save       {drawn:5.2f} s")
    after = counted + fitted + drawn
    print(f"first figure          {after:5.2f} s after the import (promised: 5)")


if __name__ == "__main__":
    main()
