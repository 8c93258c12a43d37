"""Civilian deaths by week that all claims together imply, with a trend.

Northwest Syria, December 2019 - March 2020, from the bundled claims.
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
        window=("2019-12-16", "2020-03-08"),
    )
    # A week for which no claim implies a death is unknown, not zero.
    weeks = bounds.to_frame()
    weeks["best"] = weeks["low"].astype("Float64").where(weeks["low"] > 0)
    weeks["low"] = weeks["best"]
    panel = cs.Panel.from_frame(
        weeks, every="week", measure="killed", sources=claims.source_records
    )
    trend = cs.fit_trend(panel)
    cs.save_figure(
        out / "fig01_weekly_deaths",
        lambda ax: cs.plot_series(
            panel,
            ax=ax,
            fitted=trend,
            label="Civilian deaths implied\nby the claims (minimum)",
            events={"Ceasefire": "2020-03-06"},
        ),
        sources=claims,
        data=panel,
        size=(140, 80),
        title="Civilian deaths by week, northwest Syria",
        filters="civilians; 16 December 2019 to 8 March 2020",
        parameters={"reconcile": "bounds by week", "fit_trend": "default settings"},
        script=__file__,
    )
