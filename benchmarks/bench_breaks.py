"""Breaks: exact segmentation of 10,000 days, posterior of 5,000, panels of cells.

Run with ``python benchmarks/bench_breaks.py``. Times are CPU seconds, the best of
three, after a first call that compiles or loads from the cache. "flat" is the worst
case for pruning: no break at all. ruptures and skchange are timed beside it where
installed.
"""

from __future__ import annotations

import importlib
import math
import time

import numpy as np

import conflictstats as cs
from conflictstats.numerics.segment_posterior import RatePrior, posterior
from conflictstats.numerics.segments import cumulate, pelt

DAYS = 10_000
PENALTY = 2 * math.log(DAYS)
CELLS, MONTHS = 300, 120


def best(work, repeats=3):
    seconds = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def series():
    rng = np.random.default_rng(1)
    rate = np.repeat(rng.gamma(3, 2, 10), DAYS // 10)
    yield "10 breaks, Poisson counts", rng.poisson(rate)
    yield "10 breaks, dispersed counts", rng.poisson(rate * rng.gamma(3, 1 / 3, DAYS))
    yield "flat, Poisson counts", rng.poisson(5.0, DAYS)
    yield "flat, dispersed counts", rng.poisson(5 * rng.gamma(3, 1 / 3, DAYS))


def peers(y):
    for name in ("ruptures", "skchange"):
        try:
            importlib.import_module(name)
        except ImportError:
            print(f"  {name}: not installed")
            continue
        if name == "ruptures":
            import ruptures

            def work(rpt=ruptures):
                rpt.KernelCPD(kernel="linear", min_size=2).fit(y[:, None]).predict(
                    pen=9
                )

            print(f"  ruptures KernelCPD (its Gaussian cost): {best(work, 1):.3f} s")
            continue
        from skchange.change_detectors import PELT
        from skchange.costs import PoissonCost

        def work(detector=PELT, cost=PoissonCost):
            detector(cost(), penalty=PENALTY, min_segment_length=2).fit_predict(y)

        work()
        print(f"  skchange PELT, Poisson: {best(work):.3f} s")


def panels():
    rng = np.random.default_rng(2)
    cells = {
        f"cell {k:04d}": rng.poisson(rng.gamma(1.0, rng.gamma(0.5, 4), MONTHS))
        for k in range(CELLS)
    }
    for name, work in (
        ("fit_monotone_trend", lambda: cs.fit_monotone_trend(cells)),
        ("fit_breaks", lambda: cs.fit_breaks(cells)),
        (
            "fit_interruption",
            lambda: cs.fit_interruption(cells, 60, change="level"),
        ),
    ):
        seconds = best(work, 1)
        each = 1000 * seconds / CELLS
        print(
            f"{name}, {CELLS} cells x {MONTHS} months, one process: {seconds:.1f} s "
            f"({each:.1f} ms a cell, so {10_000 * each / 60_000:.1f} min for 10,000)"
        )


def main():
    for name, y in series():
        counts = y.astype(np.float64)
        sums = cumulate(counts, None, "poisson")
        print(f"PELT of {DAYS:,} days, {name}:")
        for family in ("poisson", "nb"):

            def work(family=family, sums=sums):
                return pelt(sums, family, 3.0, 2, PENALTY)

            found = work()[0]
            print(f"  {family}: {best(work):.3f} s, {len(found)} breaks")
        if name.startswith("10 breaks, Poisson"):
            peers(y)
    rng = np.random.default_rng(3)
    y = rng.poisson(np.repeat(rng.gamma(3, 2, 5), 1_000)).astype(np.float64)
    number = np.full(11, 1 / 11)
    for label, size in (("Poisson", math.inf), ("negative binomial", 3.0)):
        prior = RatePrior(shape=1.0, rate=1 / y.mean(), size=size)

        def work(prior=prior):
            return posterior(y, np.ones(len(y)), prior, number)

        work()
        print(f"exact posterior of 5,000 days, {label}: {best(work):.2f} s")
    panels()


if __name__ == "__main__":
    main()
