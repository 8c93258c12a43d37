"""What is reported of each week so far, and what is still to come (simulated)."""

from pathlib import Path

import pandas as pd

import conflictstats as cs

NOW = "2021-06-27"


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    links = events.extras["claim_links"].merge(events.extras["claims"], on="claim_id")
    told = links.groupby("event_id")["report_date"].min().rename("report_date")
    told.index = "simulated_conflict:" + told.index.astype("str")
    days = events.events[["event_id", "date_start"]]
    table = days.merge(told, on="event_id").rename(columns={"date_start": "event_date"})
    table["report_date"] = pd.to_datetime(table["report_date"])
    recent = table[table["event_date"] >= "2021-04-05"]
    nowcast = cs.fit_nowcast(table, every="week", max_delay=4, now=NOW)

    def draw(figure) -> None:
        left, right = figure.subplots(1, 2)
        cs.plot_triangle(recent, every="week", max_delay=4, now=NOW, ax=left)
        nowcast.plot(ax=right)

    cs.save_figure(
        out / "fig12_nowcast",
        draw,
        sources=events,
        data=recent,
        size=(180, 80),
        title="Reporting triangle and nowcast, simulated conflict",
        filters="as known on 27 June 2021",
        parameters={"fit_nowcast": "by week, max_delay=4"},
        script=__file__,
    )
