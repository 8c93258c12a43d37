"""The least and greatest number of civilian deaths by week that all claims allow.

Northwest Syria, January - March 2020; a week that nothing caps ends in an arrow.
"""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    claims = cs.load_dataset("idlib_2020")
    bounds = cs.reconcile(
        claims,
        measure="killed",
        every="week",
        where={"side": "civilian"},
        window=("2019-12-30", "2020-03-08"),
    )
    cs.save_figure(
        out / "fig09_bounds",
        bounds.plot,
        sources=claims,
        data=bounds.to_frame(),
        size=(140, 80),
        title="Civilian deaths by week that the claims allow, northwest Syria",
        filters="civilians; 30 December 2019 to 8 March 2020",
        script=__file__,
    )
