"""Breaks: exact segmentation of 10,000 days, posterior of 5,000, one series dated.

Run with ``python benchmarks/bench_breaks.py``. Times are CPU seconds, the best of
three, after a first call that compiles or loads from the cache. "flat" is the worst
case for PELT: no break at all. ruptures and skchange are timed beside it where
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


def peers(y, breaks):
    for name, time_peer in (("ruptures", time_ruptures), ("skchange", time_skchange)):
        try:
            importlib.import_module(name)
        except ImportError:
            print(f"  {name}: not installed")
            continue
        # On the flat series ruptures would take minutes.
        if name == "skchange" or breaks:
            time_peer(y)


def time_ruptures(y):
    import ruptures

    class Poisson(ruptures.base.BaseCost):
        model, min_size = "poisson", 2

        def fit(self, signal):
            self.signal = signal
            self.total = np.concatenate([[0.0], np.cumsum(signal)])
            return self

        def error(self, start, end):
            s = self.total[end] - self.total[start]
            return -2 * (s * math.log(s / (end - start)) - s) if s > 0 else 0.0

    def custom():
        pelt_of = ruptures.Pelt(custom_cost=Poisson(), min_size=2, jump=1)
        return pelt_of.fit(y).predict(pen=PENALTY)

    def kernel():
        ruptures.KernelCPD(kernel="linear", min_size=2).fit(y[:, None]).predict(pen=9)

    print(f"  ruptures PELT, custom Poisson cost: {best(custom, 1):.1f} s")
    print(f"  ruptures KernelCPD (its Gaussian cost, in C): {best(kernel, 1):.3f} s")


def time_skchange(y):
    from skchange.detectors import PELT
    from skchange.interval_scorers import PoissonCost

    table = y.astype(np.int64)[:, None]

    def work():
        detector = PELT(cost=PoissonCost(), penalty=PENALTY, min_segment_length=2)
        return detector.fit_predict(table)

    work()
    print(f"  skchange PELT, Poisson: {best(work):.3f} s")


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
        if name.endswith("Poisson counts"):
            peers(y, breaks=name.startswith("10 breaks"))
    rng = np.random.default_rng(3)
    y = rng.poisson(np.repeat(rng.gamma(3, 2, 5), 1_000)).astype(np.float64)
    number = np.full(11, 1 / 11)
    for label, size in (("Poisson", math.inf), ("negative binomial", 3.0)):
        prior = RatePrior(shape=1.0, rate=1 / y.mean(), size=size)

        def work(prior=prior):
            return posterior(y, np.ones(len(y)), prior, number)

        work()
        print(f"exact posterior of 5,000 days, {label}: {best(work):.2f} s")
    months = rng.negative_binomial(2, np.repeat([0.2, 0.3], 60))
    for label, options in (
        ("with all intervals", {"posterior": False}),
        ("with intervals and posterior", {}),
    ):

        def work(options=options):
            return cs.fit_breaks(months, n_breaks=1, **options)

        work()
        print(f"fit_breaks, 120 months, {label}: {1000 * best(work):.0f} ms")


if __name__ == "__main__":
    main()
