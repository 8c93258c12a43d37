"""When the rate of coal-mining disasters changed, and how surely.

Explosions in British coal mines that killed ten or more, by year.
"""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    mines = cs.load_dataset("coal_disasters")
    panel = cs.count_events(mines, every="year", measure="events")
    found = cs.fit_breaks(panel)
    cs.save_figure(
        out / "fig04_breaks",
        found.plot,
        sources=mines,
        data=found,
        size=(140, 80),
        title="When the rate of coal-mining disasters changed",
        parameters={"fit_breaks": "default settings"},
        script=__file__,
    )
