"""A thousand trend fits on monthly series, beside plain statsmodels GLM calls (CPU)."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import statsmodels.api as sm

import conflictstats as cs

SERIES, MONTHS = 1_000, 120


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(1)
    index = pd.date_range("2015-01-01", periods=MONTHS, freq="MS", unit="us")
    counts = rng.negative_binomial(2, 0.2, (SERIES, MONTHS))
    data = {f"u{i:04d}": pd.Series(y, index) for i, y in enumerate(counts)}
    panel = cs.Panel.from_frame(
        pd.DataFrame(data)
        .rename_axis("month")
        .reset_index()
        .melt("month", var_name="unit", value_name="n"),
        every="month",
        by=["unit"],
        time="month",
        value="n",
    )
    x = np.column_stack([np.ones(MONTHS), np.arange(MONTHS)])

    def plain() -> None:
        for y in counts:
            sm.GLM(y, x, family=sm.families.Poisson()).fit(scale="X2")

    jobs = {
        "statsmodels GLM, quasi-Poisson, model errors": plain,
        "fit_trend, quasi-Poisson, model errors": lambda: cs.fit_trend(
            panel, cov="model"
        ),
        "fit_trend, quasi-Poisson, HAC with small-sample correction": lambda: (
            cs.fit_trend(panel)
        ),
        "fit_trend, NB2, HAC": lambda: cs.fit_trend(panel, family="nb2"),
        "fit_monotone_trend": lambda: cs.fit_monotone_trend(panel),
    }
    try:
        import pymannkendall
    except ImportError:
        print("pymannkendall: not installed")
    else:

        def ranks() -> None:
            for y in counts:
                pymannkendall.original_test(y)

        jobs["pymannkendall.original_test (no interval, no shift)"] = ranks
    base = None
    for label, work in jobs.items():
        begin = time.process_time()
        work()
        seconds = time.process_time() - begin
        base = base or seconds
        print(f"{label:<62}{seconds:6.2f} s  {seconds / base:5.2f} x")


if __name__ == "__main__":
    main()
