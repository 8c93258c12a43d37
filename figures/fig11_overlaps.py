"""Which reporters tell of the same events: an UpSet plot (simulated)."""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    links = events.extras["claim_links"].merge(events.extras["claims"], on="claim_id")
    told = links.groupby("publisher")["event_id"].agg(set).to_dict()
    cs.save_figure(
        out / "fig11_overlaps",
        lambda ax: cs.plot_overlaps(told, ax=ax),
        sources=events,
        data=links[["publisher", "event_id"]].drop_duplicates(),
        size=(140, 75),
        title="Events told by each combination of reporters, simulated conflict",
        script=__file__,
    )
