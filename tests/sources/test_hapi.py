import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path

SAMPLE = ROOT / "tests/samples/hapi_events.csv"


def only(ds, kind):
    return ds.where(counts=lambda c: c["population"] == kind)


def test_types_overlap_and_are_never_summed_over():
    ds = cs.read_hapi_events(SAMPLE)
    assert len(ds.events) == 4
    with pytest.raises(cs.ConflictStatsError, match="must not be added"):
        cs.count_events(ds, measure="killed")
    panel = cs.count_events(only(ds, "political_violence"), by="country_iso3")
    cells = panel.to_frame()
    march = cells[cells["period_start"] == "2025-03-01"]
    assert march["best"].to_list() == [14, 7]
    assert set(ds.counts["kind"]) == {"flow"}


def test_deaths_in_demonstrations_are_unknown_and_written_zeros_are_zeros():
    counts = cs.read_hapi_events(SAMPLE).counts
    killed = counts[counts["measure"] == "killed"]
    walks = killed[killed["population"] == "demonstration"]
    assert walks["best"].isna().all()
    assert set(walks["qualifier"]) == {"unknown"}
    assert killed["best"].iloc[-1] == 0
    assert killed["qualifier"].iloc[-1] == "exact"


def test_places_and_strange_types():
    frame = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    frame.loc[0, "event_type"] = "parade"
    ds = cs.read_hapi_events(frame)
    gone = ds.quarantine[ds.quarantine["action"] == "quarantined"]
    assert gone["rule_id"].to_list() == ["value.unknown_word"]
    assert ds.events["place_precision"].to_list() == [
        "admin2",
        "admin2",
        *["country"] * 2,
    ]
    assert ds.events["admin2"].to_list()[:2] == ["Amaurot", "Achora"]
    assert ds.events["warning"].to_list()[1] == "PCode unknown"
    assert not ds.may_redistribute


def test_the_hxl_line_and_nothing_kept():
    text = SAMPLE.read_text().splitlines(keepends=True)
    tags = ",".join(["#country+code", *["#meta"] * 18]) + "\n"
    frame = cs.read_hapi_events(pd.DataFrame([], columns=text[0].strip().split(",")))
    assert len(frame.events) == 0
    import io

    ds = cs.read_hapi_events(io.StringIO(text[0] + tags + "".join(text[1:])))
    assert len(ds.counts) == 20
    assert "file.hxl_line" in set(ds.quarantine["rule_id"])


def test_the_real_file():
    path = shared_path("data/displacement/hdx_hapi_conflict_event_global_2025.csv")
    ds = cs.read_hapi_events(path)
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == 14_373
    killed = ds.counts[ds.counts["measure"] == "killed"]
    by_type = killed.groupby("population")["best"].sum()
    assert by_type["political_violence"] == 5_639
    assert by_type.sum() == 6_963
    assert killed["best"].isna().sum() == 4_791
