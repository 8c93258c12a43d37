"""What a law changed: fitted, and expected without the change.

The Coal Mines Regulation Act came into force on 1 January 1888.
"""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    mines = cs.load_dataset("coal_disasters")
    panel = cs.count_events(mines, every="year", measure="events")
    fit = cs.fit_interruption(panel, "1888-01-01")
    cs.save_figure(
        out / "fig17_interruption",
        fit.plot,
        sources=mines,
        data=fit,
        size=(140, 80),
        title="Coal-mining disasters before and after the Act of 1887",
        parameters={"fit_interruption": "1888-01-01, default settings"},
        script=__file__,
    )
