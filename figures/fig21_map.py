"""Events as points and as counts by PRIO-GRID cell, without borders (simulated).

The country lies at sea, where the equator meets Greenwich.
"""

from pathlib import Path

import conflictstats as cs

COAST = [(-0.2, -0.2), (2.2, -0.2), (2.2, 2.2), (-0.2, 2.2), (-0.2, -0.2)]


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict").where(
        events=lambda e: e["date_start"] < "2020-05-01"
    )
    deaths = events.counts[["event_id", "best"]]
    table = events.events.merge(deaths, on="event_id")

    def draw(figure) -> None:
        left, right = figure.subplots(1, 2)
        cs.plot_points(table, size="best", label="Reported deaths (minimum)", ax=left)
        cs.plot_grid(events, polygons=[COAST], ax=right)

    cs.save_figure(
        out / "fig21_map",
        draw,
        sources=events,
        data=table[["event_id", "latitude", "longitude", "best"]],
        size=(140, 80),
        title="Events of a simulated conflict, as points and by grid cell",
        filters="January to April 2020",
        script=__file__,
    )
