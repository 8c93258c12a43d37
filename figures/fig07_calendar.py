"""A calendar of reported deaths, a square a day, unknown hatched (simulated).

The last fortnight is left out of the coverage: what it holds is not yet known.
"""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    covered = cs.Coverage.of("2020-01-01", "2021-12-17")
    panel = cs.count_events(
        events.where(events=lambda e: e["date_start"] <= "2021-12-17"),
        every="day",
        coverage=covered,
        end="2021-12-31",
    )
    cs.save_figure(
        out / "fig07_calendar",
        lambda ax: cs.plot_calendar(panel, ax=ax),
        sources=events,
        data=panel,
        size=(140, 62),
        title="Reported deaths by day, simulated conflict",
        filters="reports up to 17 December 2021",
        script=__file__,
    )
