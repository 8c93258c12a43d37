"""Pairs of attacks close in space and time, observed over expected (simulated)."""

from pathlib import Path

import numpy as np

import conflictstats as cs

DRAW = 2020


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    fit = cs.fit_near_repeat(
        events,
        distances=(0, 5, 15, 30),
        gaps=(0, 3, 7, 14),
        n_permutations=199,
        rng=np.random.default_rng(DRAW),
    )
    cs.save_figure(
        out / "fig18_near_repeat",
        fit.plot,
        sources=events,
        data=fit.to_frame(),
        size="single",
        title="Near-repeat table, simulated conflict",
        parameters={"fit_near_repeat": "199 permutations"},
        rng_seed=DRAW,
        script=__file__,
    )
