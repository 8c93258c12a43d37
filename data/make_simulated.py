"""Make data/simulated_conflict/ anew: two years of a simulated conflict.

Run ``python data/make_simulated.py`` and then ``python data/make_datapackage.py``. The
same NumPy gives the same files; a test compares them.
"""

from pathlib import Path

import numpy as np
import pandas as pd

import conflictstats as cs

FOLDER = Path(__file__).resolve().parent / "simulated_conflict"
SEED = 2020
START = "2020-01-01"
DAYS = 731

COLUMNS = [
    "id",
    "date_start",
    "date_end",
    "latitude",
    "longitude",
    "country",
    "admin1",
    "perpetrator",
    "target",
    "low",
    "best",
    "high",
    "as_of",
]


def tables() -> dict[str, pd.DataFrame]:
    """Return the files of the data set by name."""
    ds = cs.simulate_events(rng=np.random.default_rng(SEED), start=START, days=DAYS)
    events = ds.events.merge(
        ds.counts[["event_id", "low", "best", "high", "as_of"]], on="event_id"
    )
    for role in ("perpetrator", "target"):
        named = ds.actors[ds.actors["role"] == role].set_index("event_id")["name"]
        events[role] = events["event_id"].map(named)
    events["id"] = events["event_id"].str.split(":").str[1]
    truth = ds.extras["truth"].round({"day_of_window": 4})
    for name in ("event_id", "parent_id"):
        truth[name] = truth[name].str.split(":").str[1]
    return {
        "events": events[COLUMNS],
        "claims": ds.extras["claims"],
        "claim_links": ds.extras["claim_links"],
        "truth": truth,
        "parameters": ds.extras["parameters"].round(6),
    }


def written(table: pd.DataFrame) -> str:
    """Return the text of a file."""
    return table.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, table in tables().items():
        (FOLDER / f"{name}.csv").write_bytes(written(table).encode())
