"""Levels of PRIO-GRID cells by month, beside statsmodels' state space on a few."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pandas as pd
from statsmodels.tsa.statespace.structural import UnobservedComponents

import conflictstats as cs

CELLS, MONTHS, PEER = 10_000, 120, 50


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
        "fit_levels, level": (data, {}),
        "fit_levels, level, two processes": (data, {"n_jobs": 2}),
        "fit_levels, slope, two processes": (data, {"kind": "trend", "n_jobs": 2}),
        "fit_levels, slope and season, 500 cells": (
            dict(list(data.items())[:500]),
            {"kind": "trend", "season": "month"},
        ),
    }
    for label, (cells, options) in jobs.items():
        begin = time.perf_counter()
        cs.fit_levels(cells, **options)
        seconds = time.perf_counter() - begin
        each = 1000 * seconds / len(cells)
        print(f"{label:<50}{seconds:8.1f} s{each:8.1f} ms a cell")
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for y in few.values():
            model = UnobservedComponents(
                np.log1p(y.to_numpy()), level="local level", use_exact_diffuse=True
            )
            model.smooth(model.fit(disp=False).params)
    seconds = time.perf_counter() - begin
    label = f"statsmodels, level, one start, {PEER} cells"
    print(f"{label:<50}{seconds:8.1f} s{1000 * seconds / PEER:8.1f} ms a cell")


if __name__ == "__main__":
    main()
