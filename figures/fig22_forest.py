"""Trends of reported deaths by region as rate ratios: a line each (simulated)."""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    panel = cs.count_events(events, by="admin1", every="month")
    rows = cs.fit_trend(panel).to_frame()
    rows = rows[rows["term"] == "rate_ratio_per_year"]
    cs.save_figure(
        out / "fig22_forest",
        lambda ax: cs.plot_estimates(
            rows, ax=ax, label="Reported deaths, ratio from year to year"
        ),
        sources=events,
        data=rows,
        size=(90, 45),
        title="Trends of reported deaths by region, simulated conflict",
        parameters={"fit_trend": "default settings"},
        script=__file__,
    )
