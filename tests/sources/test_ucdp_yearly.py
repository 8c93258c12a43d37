import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, acted, shared_path

BRD = ROOT / "tests/samples/ucdp_brd.csv"
ACD = ROOT / "tests/samples/ucdp_acd.csv"


def test_battle_deaths():
    ds = cs.read_ucdp_brd(BRD)
    assert ds.counts["best"].to_list() == list(range(50, 60))
    assert ds.counts["low"].to_list()[4] == 54
    assert acted(ds)["rule_id"].to_list() == ["count.order"]
    assert ds.source_records[0].version == "22.1"
    assert ds.events["conflict"].to_list()[:2] == ["Utopia: Highlands", "Utopia"]
    assert ds.events["incompatibility"][2] == "government and territory"


def test_ids_of_several_countries_stay_as_given():
    ds = cs.read_ucdp_brd(BRD)
    assert ds.events["places_gw"][2] == "990, 991"
    assert pd.isna(ds.events["country_gw"][2])
    assert ds.events["country_gw"][0] == 990
    allies = ds.actors[ds.actors["role"] == "ally_a"]
    assert allies["name"].to_list() == ["Government of Anyder", "Government of Nysa"]


def test_a_best_that_is_missing_sets_the_row_aside():
    frame = pd.read_csv(BRD, dtype=str, keep_default_na=False)
    frame.loc[0, "bd_best"] = ""
    frame.loc[1, "version"] = "231"
    ds = cs.read_ucdp_brd(frame)
    assert "count.missing" in set(ds.quarantine["rule_id"])
    assert ds.source_records[0].version == ""


def test_intensity_bounds_the_deaths():
    counts = cs.read_ucdp_acd(ACD).counts
    assert counts["low"].to_list()[:2] == [25, 1000]
    assert counts["high"][0] == 999
    assert pd.isna(counts["high"][1])
    assert counts["qualifier"].to_list()[:2] == ["range", "at_least"]
    frame = pd.read_csv(ACD, dtype=str)
    frame.loc[0, "intensity_level"] = "3"
    assert acted(cs.read_ucdp_acd(frame))["rule_id"][0] == "value.unknown_word"


@pytest.mark.parametrize(
    ("reader", "file", "rows"),
    [("read_ucdp_brd", "BRD", 1_403), ("read_ucdp_acd", "ucdp-prio-acd-221", 2_568)],
)
def test_real_files(reader, file, rows):
    ds = getattr(cs, reader)(shared_path(f"data/ucdp_yearly/{file}.csv"))
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == rows
    assert source.version == "22.1"
    assert ds.events["date_precision"].eq("year").all()


def test_the_yearly_paper_is_cited_with_the_data_set():
    ds = cs.read_ucdp_brd(BRD)
    assert "Organized violence 1989-2021" in ds.cite()
    assert "Battle-related" in ds.cite()
    assert ds.cite("bibtex").startswith("@article{davies2022organized")
