"""Knox: 10,000 events, 999 permutations, three by three bands.

Run with ``python benchmarks/bench_near_repeat.py``. The first, small call compiles (or
loads from the cache) and is timed apart. pointpats tests one band at a time, and is
timed on one band and a tenth of the permutations where it is installed. Times are
processor seconds, of all threads together.
"""

from __future__ import annotations

import time

import numpy as np

from conflictstats import fit_near_repeat

EVENTS, PERMUTATIONS = 10_000, 999
BANDS = {"distances": (0, 1, 2, 3), "gaps": (0, 7, 14, 21)}


def seconds(points: np.ndarray, n_jobs: int, permutations: int) -> float:
    begin = time.process_time()
    fit_near_repeat(
        points,
        **BANDS,
        metric="euclidean",
        same_place="together",
        n_permutations=permutations,
        n_jobs=n_jobs,
        rng=np.random.default_rng(1),
    )
    return time.process_time() - begin


def peer(points: np.ndarray) -> None:
    try:
        from pointpats import Knox
    except ImportError:
        print("pointpats: not installed")
        return
    begin = time.process_time()
    tenth = PERMUTATIONS // 10
    Knox(points[:, :2], points[:, 2:], delta=1, tau=7, permutations=tenth)
    took = time.process_time() - begin
    print(f"pointpats, one band, {tenth} permutations: {took:.1f} s")


def main() -> None:
    rng = np.random.default_rng(1)
    for side in (100.0, 40.0):
        points = rng.uniform(0, 1, (EVENTS, 3)) * [side, side, 365]
        first = seconds(points[:300], 1, 19)
        apart = np.hypot(*(points[:1000, None, :2] - points[:1000, :2]).T)
        close = (np.sum(apart < 3) - 1000) / 2 / (1000 * 999 / 2)
        times = [seconds(points, jobs, PERMUTATIONS) for jobs in (1, 2)]
        print(
            f"{EVENTS:,} events x {PERMUTATIONS}, 3 x 3 bands, {close:.1%} of pairs "
            f"within reach: first small call {first:.2f} s, then {times[0]:.2f} s on "
            f"one thread, {times[1]:.2f} s on two (Mantel included)"
        )
    peer(points)


if __name__ == "__main__":
    main()
