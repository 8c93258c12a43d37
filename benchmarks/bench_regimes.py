"""Hidden Markov regimes: seconds a start on 10,000 days with three states.

Run with ``python benchmarks/bench_regimes.py``. The first start, which compiles (or
loads from the cache) is timed apart. hmmlearn is timed beside it where it is installed.
Times are processor seconds.
"""

from __future__ import annotations

import time

import numpy as np

from conflictstats.numerics.hidden_markov import (
    HiddenMarkov,
    simulate_states,
    stationary_distribution,
)
from conflictstats.numerics.hidden_markov_emission import index_counts
from conflictstats.numerics.hidden_markov_fit import Shape, climb
from conflictstats.numerics.hidden_markov_search import starting_model

DAYS = 10_000


def series(rng: np.random.Generator) -> np.ndarray:
    gamma = np.array([[[0.98, 0.01, 0.01], [0.02, 0.96, 0.02], [0.02, 0.03, 0.95]]])
    truth = HiddenMarkov(
        np.array([1.0, 5.0, 20.0]),
        np.array([2.0, 3.0, 5.0]),
        gamma,
        stationary_distribution(gamma),
    )
    return simulate_states(truth, [np.ones(DAYS)], np.array([0]), rng)[1][0]


def peer(y: np.ndarray) -> None:
    try:
        from hmmlearn.hmm import PoissonHMM
    except ImportError:
        print("hmmlearn: not installed")
        return
    begin = time.process_time()
    PoissonHMM(3, n_iter=100, random_state=1).fit(y[:, None].astype(int))
    print(f"hmmlearn Poisson, EM, one start: {time.process_time() - begin:.2f} s")


def main() -> None:
    rng = np.random.default_rng(1)
    y = series(rng)
    data = index_counts([y])
    every = np.ones(3, dtype=bool)
    for family, nb in (("Poisson", ~every), ("negative binomial", every)):
        shape = Shape(3, 1, nb, every, stationary=True)
        begin = time.process_time()
        climb(data, starting_model(data, shape, None), shape)
        first = time.process_time() - begin
        seconds = []
        for _ in range(10):
            start = starting_model(data, shape, rng)
            begin = time.process_time()
            climb(data, start, shape)
            seconds.append(time.process_time() - begin)
        print(
            f"{family}: first start {first:.2f} s, then median "
            f"{np.median(seconds):.3f} s, slowest {max(seconds):.3f} s a start"
        )
    peer(y)


if __name__ == "__main__":
    main()
