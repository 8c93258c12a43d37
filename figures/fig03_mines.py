"""A textbook series: coal-mining disasters in Britain by year, with its trend."""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    mines = cs.load_dataset("coal_disasters")
    panel = cs.count_events(mines, every="year", measure="events")
    trend = cs.fit_trend(panel)
    cs.save_figure(
        out / "fig03_mines",
        lambda ax: cs.plot_series(
            panel, ax=ax, fitted=trend, label="Explosions that killed ten or more"
        ),
        sources=mines,
        data=panel,
        size="single",
        title="Coal-mining disasters in Britain, 1851-1962",
        parameters={"fit_trend": "default settings"},
        script=__file__,
    )
