"""Levels of PRIO-GRID cells by 120 months: processor time of one process."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pandas as pd
from statsmodels.tsa.statespace.structural import UnobservedComponents

import conflictstats as cs

CELLS, MONTHS, PEER = 300, 120, 20
WHOLE = 10_000


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(1)
    index = pd.date_range("2015-01-01", periods=MONTHS, freq="MS", unit="us")
    rate = np.exp(rng.normal(0, 1, (CELLS, 1)) + 0.1 * rng.normal(size=MONTHS).cumsum())
    counts = rng.negative_binomial(0.7, 0.7 / (0.7 + rate))
    data = {f"cell {i}": pd.Series(y, index) for i, y in enumerate(counts)}
    few = dict(list(data.items())[:PEER])
    # Loads and compiles: no part of what a thousand cells cost.
    cs.fit_levels(few, kind="trend", season="month")
    jobs = {
        "fit_levels, level": {},
        "fit_levels, level and slope": {"kind": "trend"},
        "fit_levels, level and season": {"season": "month"},
        "fit_levels, level, slope and season": {"kind": "trend", "season": "month"},
    }
    for label, options in jobs.items():
        begin = time.process_time()
        cs.fit_levels(data, **options)
        report(label, time.process_time() - begin, CELLS)
    begin = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for y in few.values():
            model = UnobservedComponents(
                np.log1p(y.to_numpy()), level="local level", use_exact_diffuse=True
            )
            model.smooth(model.fit(disp=False).params)
    report(
        "statsmodels, level, one start, no tables", time.process_time() - begin, PEER
    )


def report(label: str, seconds: float, cells: int) -> None:
    """Print processor time a cell, and what it makes for a whole grid."""
    each, whole = 1000 * seconds / cells, seconds / cells * WHOLE / 60
    print(f"{label:<42}{each:7.1f} ms a cell{whole:7.1f} min for {WHOLE:,} cells")


if __name__ == "__main__":
    main()
