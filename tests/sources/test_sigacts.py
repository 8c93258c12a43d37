import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path

SAMPLE = ROOT / "tests/samples/sigacts.csv"


def test_points():
    ds = cs.read_sigacts(SAMPLE, country="Utopia")
    classes = ["explosion", "battle", "other", "air_strike", "other"]
    assert ds.events["event_class"].to_list() == classes * 2
    assert ds.events["priogrid_gid"].notna().all()
    assert ds.coverage.start == pd.Timestamp("2007-03-01")
    panel = cs.count_events(ds, measure="events", every="day", by="country")
    assert panel.to_frame()["best"].sum() == 10


def test_rows_alike_are_two_attacks():
    frame = pd.read_csv(SAMPLE, dtype=str)
    ds = cs.read_sigacts(pd.concat([frame, frame]))
    assert len(ds.events) == 20
    assert ds.coverage.start is None
    given = cs.Coverage.of("2007-01-01", "2007-12-31")
    assert cs.read_sigacts(SAMPLE, coverage=given).coverage is given


@pytest.mark.parametrize(
    ("file", "rows"), [("airstrikes", 3_938), ("insurgencies", 68_573)]
)
def test_real_files(file, rows):
    ds = cs.read_sigacts(shared_path(f"data/iraq_sigacts/{file}.csv"), country="Iraq")
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == rows
    assert ds.quarantine.empty
