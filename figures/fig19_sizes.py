"""How many events killed at least so many: sizes on logarithmic axes (simulated)."""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    sizes = events.counts[["best"]]
    cs.save_figure(
        out / "fig19_sizes",
        lambda ax: cs.plot_ccdf(sizes, ax=ax),
        sources=events,
        data=sizes,
        size="single",
        title="Sizes of events, simulated conflict",
        script=__file__,
    )
