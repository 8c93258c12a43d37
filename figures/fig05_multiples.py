"""Small multiples: reported deaths by region and month on one scale (simulated)."""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    panel = cs.count_events(events, by="admin1", every="month")
    trends = cs.fit_trend(panel)
    cs.save_figure(
        out / "fig05_multiples",
        lambda ax: cs.plot_multiples(panel, ax=ax, fitted=trends, columns=2),
        sources=events,
        data=panel,
        size=(140, 95),
        title="Reported deaths by region, simulated conflict",
        parameters={"fit_trend": "default settings"},
        script=__file__,
    )
