"""Count phrases: seconds for a million, distinct or not.

Run with ``python benchmarks/bench_quantities.py``. Three columns: phrases that recur,
as in a claims table; phrases that differ in their figure alone; phrases that differ in
their words as well, which are read one by one (fewer of them, and the rate is given).
The promise is a million phrases in under ten seconds.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from conflictstats import parse_quantity

ROWS, WORDED = 1_000_000, 50_000
QUALIFIERS = ("", "at least ", "more than ", "about ", "up to ", "nearly ", "some ")
NOUNS = (" people", " killed", " civilians", "", " soldiers wounded")
WORDS = ("two", "five", "twelve", "forty-one", "three hundred and six")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def figures(rng: np.random.Generator, rows: int, largest: int) -> list[str]:
    """Return phrases as "at least 12,345 people"."""
    counts = rng.integers(1, largest, rows).tolist()
    before = rng.choice(QUALIFIERS, rows).tolist()
    after = rng.choice(NOUNS, rows).tolist()
    return [f"{b}{n:,}{a}" for b, n, a in zip(before, counts, after, strict=True)]


def worded(rng: np.random.Generator, rows: int) -> list[str]:
    """Return phrases as "at least twelve people of qwert", no two alike."""
    names = rng.choice(list(LETTERS), (rows, 8))
    parts = zip(
        rng.choice(QUALIFIERS, rows), rng.choice(WORDS, rows), names, strict=True
    )
    return [f"{b}{n} people of {''.join(name)}" for b, n, name in parts]


def timed(name: str, column: list[str]) -> None:
    """Read a column and print how long it took."""
    series = pd.Series(column, dtype="str")
    begin = time.perf_counter()
    frame = parse_quantity(series)
    seconds = time.perf_counter() - begin
    refused = int(frame["rule"].str.startswith("refused.").sum())
    print(
        f"{name}: {len(series):,} phrases, {series.nunique():,} distinct, "
        f"{seconds:.2f} s, {seconds / len(series) * 1e6:.1f} µs a phrase, "
        f"{refused} refused"
    )


def main() -> None:
    rng = np.random.default_rng(20200304)
    parse_quantity("at least twelve people")  # the word tables are read once
    timed("recurring", figures(rng, ROWS, 300))
    timed("distinct figures", figures(rng, ROWS, 10**9))
    timed("distinct words", worded(rng, WORDED))


if __name__ == "__main__":
    main()
