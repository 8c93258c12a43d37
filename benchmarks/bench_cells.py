"""Grid cells x 120 months: every model of single series, two processes.

Run with ``python benchmarks/bench_cells.py [CELLS]``; 10,000 take about a quarter of an
hour. The cells are quiet, as those of PRIO-GRID are, and a fifth of them have a break;
for nowcasts every count comes in over four months. Times are of the clock; a sample of
the cells is fitted with one process too and must be the same.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

import conflictstats as cs

MONTHS, PROCESSES, SAMPLE = 120, 2, 100
LATE = (0.5, 0.3, 0.15, 0.05)


def cells(number):
    """Return counts by month of many cells, a few of them with a break."""
    rng = np.random.default_rng(2)
    index = pd.date_range("2010-01-01", periods=MONTHS, freq="MS")
    out = {}
    for k in range(number):
        mean = np.full(MONTHS, rng.gamma(0.5, 4.0))
        if k % 5 == 0:
            mean[rng.integers(12, 108) :] *= rng.choice([0.2, 5.0])
        out[f"cell {k:05d}"] = pd.Series(rng.poisson(rng.gamma(1.0, mean)), index)
    return out


def reports(data):
    """Return how the counts of each cell came in, by month and month of the report."""
    rng = np.random.default_rng(3)
    months = data[next(iter(data))].index
    later = months.append(pd.date_range(months[-1], periods=len(LATE), freq="MS")[1:])
    count = np.array([rng.multinomial(y.to_numpy(), LATE) for y in data.values()])
    cell, event, late = np.nonzero(count)
    table = pd.DataFrame(
        {
            "cell": np.array(list(data))[cell],
            "event_date": months[event],
            "report_date": later[event + late],
            "n": count[cell, event, late],
        }
    )
    return table[table["report_date"] <= months[-1]]


def nowcasts(data, n_jobs):
    """Nowcast every cell as of the last month."""
    return cs.fit_nowcast(
        reports(data), by="cell", count="n", every="month", max_delay=len(LATE) - 1,
        n_jobs=n_jobs,
    )  # fmt: skip


def main(number):
    """Time every fit."""
    data = cells(number)
    few = {name: data[name] for name in list(data)[:SAMPLE]}
    quiet = np.mean([y.mean() < 0.5 for y in data.values()])
    print(f"{number:,} cells x {MONTHS} months, {quiet:.0%} below one in two months")
    fits = {
        "fit_trend": cs.fit_trend,
        "fit_monotone_trend": cs.fit_monotone_trend,
        "fit_breaks": cs.fit_breaks,
        "fit_interruption": lambda d, n_jobs: cs.fit_interruption(
            d, "2015-01-01", n_jobs=n_jobs
        ),
        "fit_levels": cs.fit_levels,
        "fit_levels, season": lambda d, n_jobs: cs.fit_levels(
            d, season="month", n_jobs=n_jobs
        ),
        "fit_nowcast": nowcasts,
    }
    for name, fit in fits.items():
        one = fit(few, n_jobs=1).to_frame()
        same = one.equals(fit(few, n_jobs=PROCESSES).to_frame())
        begin = time.perf_counter()
        found = fit(data, n_jobs=PROCESSES)
        seconds = time.perf_counter() - begin
        done = found.to_frame()["unit_name"].nunique()
        minutes = 10_000 * seconds / number / 60
        bits = "the same bits" if same else "OTHER NUMBERS"
        print(
            f"{name:<20}{seconds:6.0f} s, so {minutes:4.1f} min for 10,000; {done:,} "
            f"cells estimated; one process gives {bits}",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
