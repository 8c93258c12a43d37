"""Which days each source looks into, and which days it reports of."""

from pathlib import Path

import pandas as pd

import conflictstats as cs


def main(out: Path) -> None:
    claims = cs.load_dataset("idlib_2020")
    simulated = cs.load_dataset("simulated_conflict")
    sources = {
        "Claims on\nnorthwest Syria": claims,
        "Simulated\nconflict": simulated,
        "A survey, first wave": cs.Coverage.of("2020-02-01", "2020-07-31"),
        "A survey, second wave": cs.Coverage.of("2021-01-01", "2021-04-30"),
    }
    windows = pd.concat(
        one.windows.assign(source=name.replace("\n", " "))
        for name, one in sources.items()
        if isinstance(one, cs.Coverage)
    )
    cs.save_figure(
        out / "fig23_coverage",
        lambda ax: cs.plot_coverage(sources, ax=ax),
        sources=[claims, simulated],
        data=windows,
        size=(140, 60),
        title="Who covers what",
        filters="the two waves of a survey are invented",
        script=__file__,
    )
