"""Calmer and worse years in British coal mines, told apart by a hidden Markov model."""

from pathlib import Path

import numpy as np

import conflictstats as cs

DRAW = 2020


def main(out: Path) -> None:
    mines = cs.load_dataset("coal_disasters")
    panel = cs.count_events(mines, every="year", measure="events")
    fit = cs.fit_regimes(panel, rng=np.random.default_rng(DRAW), regimes=2)
    rows = fit.to_frame("augment")
    label = "Explosions that killed\nten or more, a year"
    cs.save_figure(
        out / "fig16_regimes",
        lambda ax: cs.plot_regimes(rows, ax=ax, label=label),
        sources=mines,
        data=rows,
        size=(140, 75),
        title="Regimes of coal-mining disasters",
        parameters={"fit_regimes": "two regimes"},
        rng_seed=DRAW,
        script=__file__,
    )
