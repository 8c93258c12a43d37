"""Displaced people as printed: running totals with their qualifiers, by voice.

Northwest Syria, December 2019 - March 2020, from the bundled claims.
"""

from pathlib import Path

import conflictstats as cs

UNITED_NATIONS = [
    "OCHA",
    "United Nations",
    "UN spokesperson (Dujarric)",
    "OCHA spokesperson (Swanson)",
    "OCHA (Lowcock)",
    "CCCM cluster (via WFP)",
    "WHO",
    "UNICEF",
]


def main(out: Path) -> None:
    claims = cs.load_dataset("idlib_2020")
    rows = claims.counts
    totals = rows[
        (rows["measure"] == "displaced")
        & (rows["kind"] == "cumulative")
        & (rows["group"] == "civilians")
        & (rows["place"] == "northwest Syria")
        & rows["part_of"].isna()
        & (rows["period_start"] == "2019-12-01")
    ]
    cs.save_figure(
        out / "fig02_displaced",
        lambda ax: cs.plot_totals(
            totals,
            ax=ax,
            voices={"United Nations agencies": UNITED_NATIONS, "SOHR": ["SOHR"]},
            label="People reported displaced\nsince 1 December 2019",
        ),
        sources=claims,
        data=totals,
        size=(140, 85),
        title="Displaced people as printed, northwest Syria",
        filters="totals since 1 December 2019",
        script=__file__,
    )
