"""Who sets off whom, as a matrix and as a graph (simulated)."""

from pathlib import Path

import conflictstats as cs

SIDES = ("Government", "Opposition")


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    fit = cs.fit_escalation(events, between=SIDES, n_draws=5, bootstrap=0)
    terms = fit.to_frame()

    def draw(figure) -> None:
        left, right = figure.subplots(1, 2)
        cs.plot_branching(terms, ax=left)
        cs.plot_branching_graph(terms, ax=right)

    cs.save_figure(
        out / "fig14_branching",
        draw,
        sources=events,
        data=terms,
        size=(180, 75),
        title="Attacks set off per attack of each side, simulated conflict",
        parameters={"fit_escalation": "between the sides, 5 draws of the dates"},
        script=__file__,
    )
