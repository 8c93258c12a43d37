"""How often do tests of retaliation see a reaction between series that have none?

Run with ``python benchmarks/coverage_retaliation.py 1000``; it writes
docs/_tables/size_retaliation.md, which docs/models/retaliation.md shows. The nightly
test uses the same function.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

import conflictstats as cs

TABLE = Path(__file__).resolve().parents[1] / "docs" / "_tables" / "size_retaliation.md"
FEEDBACK, WARM_UP, MOST_LAGS, PROCESSES = 0.4, 50, 5, 2
# Periods, negative-binomial size.
ROWS = {
    "n = 100, Poisson": (100, np.inf),
    "n = 100, NB size 2": (100, 2.0),
    "n = 400, Poisson": (400, np.inf),
    "n = 400, NB size 2": (400, 2.0),
}
KEYS = ("term", "model", "coding")
COLUMNS = {
    "VAR count": ("reaction", "VAR", "count"),
    "VAR incidence": ("reaction", "VAR", "incidence"),
    "VAR log1p": ("reaction", "VAR", "log1p"),
    "NB": ("reaction", "NB", "count"),
    "INGARCH": ("reaction", "INGARCH", "count"),
    "Granger": ("granger", "VAR", "count"),
    "difference": ("difference", "VAR", "count"),
}


def pair(n: int, size: float, rng: np.random.Generator) -> np.ndarray:
    """Draw two series that feed on their own past only, shape (n, 2)."""
    y = np.zeros((n + WARM_UP, 2))
    for t in range(1, n + WARM_UP):
        mean = 1 + FEEDBACK * y[t - 1]
        if np.isfinite(size):
            mean = mean * rng.gamma(size, 1 / size, 2)
        y[t] = rng.poisson(mean)
    return y[WARM_UP:]


def sizes(row: str, repeats: int) -> dict[str, float]:
    """Return the share of nominal 5 % tests that reject, in both directions."""
    n, size = ROWS[row]
    rng = np.random.default_rng([2020, list(ROWS).index(row)])
    seen = []
    for _ in range(repeats):
        y = pair(n, size, rng)
        found = cs.fit_retaliation(
            {"A": y[:, 0], "B": y[:, 1]}, most_lags=MOST_LAGS, hawkes=False,
            n_bootstrap=19, rng=rng,
        )  # fmt: skip
        seen.append(found.to_frame()[[*KEYS, "p_value"]])
    table = pd.concat(seen).dropna(subset="p_value")
    rejects = (table["p_value"] < 0.05).groupby([table[k] for k in KEYS])
    means = rejects.mean()
    return {name: float(means[key]) for name, key in COLUMNS.items()}


def main(repeats: int) -> None:
    """Simulate all rows and write the table."""
    found = Parallel(n_jobs=PROCESSES)(delayed(sizes)(row, repeats) for row in ROWS)
    lines = [
        "Share of nominal 5 % tests that see a reaction, in per cent, between two",
        f"independent series with own feedback {FEEDBACK} ({repeats:,} pairs a row,",
        f"both directions, lags by BIC up to {MOST_LAGS}).",
        "",
        "| series | " + " | ".join(COLUMNS) + " |",
        "|---|" + "--:|" * len(COLUMNS),
    ]
    for row, shares in zip(ROWS, found, strict=True):
        cells = " | ".join(f"{100 * shares[name]:.1f}" for name in COLUMNS)
        lines.append(f"| {row} | {cells} |")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]))
