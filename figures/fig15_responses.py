"""What one more attack of a side is followed by (simulated)."""

from pathlib import Path

import numpy as np

import conflictstats as cs

SIDES = ("Government", "Opposition")
DRAW = 2020


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    rng = np.random.default_rng(DRAW)
    fit = cs.fit_retaliation(events, between=SIDES, rng=rng, n_bootstrap=99)
    cs.save_figure(
        out / "fig15_responses",
        fit.plot,
        sources=events,
        data=fit.impulse_responses(),
        size="single",
        title="Responses of each side to the other, simulated conflict",
        parameters={"fit_retaliation": "99 bootstrap samples"},
        rng_seed=DRAW,
        script=__file__,
    )
