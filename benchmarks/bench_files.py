"""A file of 1.1 GB counted block by block, beside a plain pandas chunked read.

The file is a GED-shaped sample repeated under new ids, where that lies beside the
checkout. pandas reads the columns a count needs, in chunks, and does nothing else; ours
checks every cell it counts, finds repeated ids and takes the file's checksum. They run
in turn, in processes of their own, after one run that compiles; the best of three
counts. "Read" is the call alone, after the imports and a first small file; "process" is
the whole process by the clock; processor time is that of all its threads together. The
ratios are of these three.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pandas as pd
import psutil

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CONFLICTSTATS_SHARED", ROOT.parent / "shared"))
SAMPLE = SHARED / "data/ucdp_ged/mexico.csv"
SIZE = int(float(os.environ.get("CONFLICTSTATS_BENCH_BYTES", "1.1e9")))

_COLUMNS = ["id", "type_of_violence", "country", "date_start", "date_end", "best"]
_COLUMNS += ["high", "low", "deaths_a", "deaths_b", "deaths_civilians"]
_COLUMNS += ["deaths_unknown"]
PLAIN = f"""
import time
import pandas as pd
for path in ({{small!r}}, {{path!r}}):
    begin = time.perf_counter()
    for chunk in pd.read_csv(path, usecols={_COLUMNS!r}, chunksize=50_000):
        pass
print(time.perf_counter() - begin)
"""
OURS = """
import time
import conflictstats as cs
for path in ({small!r}, {path!r}):
    begin = time.perf_counter()
    cs.count_files(path, read=cs.read_ucdp_ged, by="country", n_jobs={n_jobs})
print(time.perf_counter() - begin)
"""


def make(path: Path, size: int) -> int:
    """Write the sample again and again under new ids; return the rows."""
    sample = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    marked = sample.assign(id=[f"@@{i}@@" for i in range(len(sample))])
    text = marked.to_csv(index=False)
    header, _, body = text.partition("\n")
    pieces = body.split("@@")
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        while file.tell() < size:
            for i in range(1, len(pieces), 2):
                pieces[i] = str(rows)
                rows += 1
            file.write("".join(pieces))
    return rows


def run(code: str) -> tuple[float, float, float, float]:
    """Return seconds of the call and of all, processor seconds and peak memory."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    )
    largest, spent = 0, 0.0

    def watch() -> None:
        nonlocal largest, spent
        whole = psutil.Process(process.pid)
        while process.poll() is None:
            used, cpu = 0, 0.0
            try:
                for one in [whole, *whole.children(recursive=True)]:
                    used += one.memory_info().rss
                    cpu += sum(one.cpu_times()[:2])
            except psutil.Error:
                continue
            largest, spent = max(largest, used), max(spent, cpu)
            time.sleep(0.02)

    thread = threading.Thread(target=watch)
    thread.start()
    said = process.communicate()[0]
    seconds = time.perf_counter() - begin
    thread.join()
    assert process.returncode == 0
    return float(said), seconds, spent, largest / 2**20


def best(codes: dict[str, str], repeats: int = 3) -> dict[str, tuple[float, ...]]:
    """Run programs in turn; return the best of each figure, the highest of memory."""
    found: dict[str, list[tuple[float, ...]]] = {}
    for _ in range(repeats):
        for label, code in codes.items():
            found.setdefault(label, []).append(run(code))
    return {
        label: (*(min(r[i] for r in runs) for i in range(3)), max(r[3] for r in runs))
        for label, runs in found.items()
    }


def main() -> None:
    """Print the table."""
    if not SAMPLE.exists():
        print(f"{SAMPLE.name} is not beside this checkout: nothing to measure")
        return
    with tempfile.TemporaryDirectory() as folder:
        path, small = (str(Path(folder) / name) for name in ("ged.csv", "small.csv"))
        rows = make(Path(path), SIZE)
        make(Path(small), 2_000_000)
        print(f"{rows:,} events, {Path(path).stat().st_size / 1e9:.2f} GB")
        plain = "pandas.read_csv, 12 columns in chunks"
        ours = {n: f"count_files by country and month, n_jobs={n}" for n in (1, 2)}
        codes = {plain: PLAIN.format(path=path, small=small)}
        for n, label in ours.items():
            codes[label] = OURS.format(path=path, small=small, n_jobs=n)
        run(codes[ours[1]])
        show(best(codes), plain)


def show(runs: dict[str, tuple[float, ...]], base: str) -> None:
    """Print a row a program."""
    heads = ("read", "process", "CPU", "memory", "ratios")
    print(" " * 46 + "".join(f"{head:>9}" for head in heads))
    for label, (*times, used) in runs.items():
        shown = "".join(f"{seconds:7.2f} s" for seconds in times)
        pairs = zip(times, runs[base][:3], strict=True)
        ratios = "".join(f"{ours / theirs:7.2f} x" for ours, theirs in pairs)
        print(f"{label:<46}{shown}{used:6.0f} MB{ratios}")


if __name__ == "__main__":
    main()
