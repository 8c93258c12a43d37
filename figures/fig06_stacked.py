"""Disjoint parts stacked to their sum, with the range of the sum (simulated)."""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    panel = cs.count_events(events, by="admin1", every="quarter")
    cs.save_figure(
        out / "fig06_stacked",
        lambda ax: cs.plot_stacked(panel, ax=ax),
        sources=events,
        data=panel,
        size="single",
        title="Reported deaths by region and quarter, simulated conflict",
        script=__file__,
    )
