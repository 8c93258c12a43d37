"""No row disappears: every file of the shared folder, whichever reader takes it."""

import csv

import pytest

import conflictstats as cs
from tests.shared import SHARED

FOLDER = SHARED / "data"
FILES = sorted(
    str(path.relative_to(FOLDER))
    for path in FOLDER.rglob("*")
    if path.is_file() and path.suffix != ".md"
)
# Tables that are refused whole, and why.
REFUSED = {
    "severity/data_wars_CoWv4.txt": "names the column 'year' twice",
    "russia_losses/russia_losses_equipment_correction.json": "holds corrections",
    "views/bm_cm_bootstrap_expanded_2018.parquet": "draws of a forecast",
    "views/bm_cm_last_historical_poisson_expanded_2018.parquet": "draws of a forecast",
}


def conserved(dataset):
    read, kept, aside = (
        sum(getattr(s, f"rows_{what}") for s in dataset.source_records)
        for what in ("read", "kept", "quarantined")
    )
    action = dataset.quarantine["action"]
    assert read == kept + aside
    assert aside == (action == "quarantined").sum()
    return read


@pytest.mark.skipif(not FILES, reason="the shared folder is not beside this checkout")
@pytest.mark.parametrize("name", FILES)
def test_rows_in_are_rows_kept_and_quarantined(name):
    path = FOLDER / name
    if name in REFUSED:
        with pytest.raises(cs.ConflictStatsError, match=REFUSED[name]):
            cs.read(path)
        return
    try:
        dataset = cs.read(path)
    except cs.ConflictStatsError as refusal:
        if "no provider" not in str(refusal):
            raise
        dataset = as_any_table(path)
    assert conserved(dataset) > 0


def as_any_table(path):
    """Read a table of nobody's layout, its first column as date, its last as count."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        header = next(csv.reader(file))
    columns = {"date_start": header[0], "events": header[-1]}
    return cs.read_events(path, columns=columns, day_first=True)
