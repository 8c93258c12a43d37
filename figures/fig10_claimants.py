"""Who said something on which day: northwest Syria, December 2019 - March 2020."""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    claims = cs.load_dataset("idlib_2020")
    rows = claims.counts[["claimant", "as_of"]].dropna()
    rows = rows[rows["as_of"] <= "2020-03-31"]
    cs.save_figure(
        out / "fig10_claimants",
        lambda ax: cs.plot_claimants(rows, ax=ax, most=8),
        sources=claims,
        data=rows,
        size=(100, 60),
        title="Who reported counts on which day, northwest Syria",
        filters="reports up to 31 March 2020",
        script=__file__,
    )
