import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path
from tests.sources.workbook import write_workbook

SAMPLE = ROOT / "tests/samples/ocha_displacement.csv"


def sheet(total="30"):
    return [
        ["Mohafaza", "IDP", "", "", "IDP Total"],
        ["", "2016", "", "2016 Total", ""],
        ["", "Jan", "Feb", "", ""],
        ["Anyder", "10", "20", total, "30"],
        ["Amaurot", "", "5", "5", "5"],
        ["Grand Total", "10", "25", "35", "35"],
        ["Days", "31", "29", "60", "60"],
        ["Mohafaza", "Returnees", "", "", ""],
        ["", "2016", "", "2016 Total", ""],
        ["", "Jan", "Feb", "", ""],
        ["Anyder", "1", "2", "3", "3"],
        ["Grand Total", "1", "2", "3", "3"],
    ]


def test_the_workbook(tmp_path):
    path = tmp_path / "moves.xlsx"
    write_workbook(path, sheet())
    ds = cs.read_ocha_displacement(path)
    assert ds.counts["measure"].value_counts().to_dict() == {
        "displaced": 4,
        "returned": 2,
    }
    assert ds.counts["best"].isna().sum() == 1
    assert set(ds.events["admin1"]) == {"Anyder", "Amaurot"}
    assert ds.quarantine.empty
    assert cs.read(path).quarantine["message"][0].startswith("Read by `cs.read_ocha")


def test_totals_are_checked(tmp_path):
    path = tmp_path / "moves.xlsx"
    rows = sheet(total="31")
    rows[5][2] = ""
    write_workbook(path, rows)
    ds = cs.read_ocha_displacement(path)
    assert ds.quarantine["rule_id"].to_list() == ["total.differs"] * 2
    assert "in Anyder 2016 is 31; its months add to 30" in ds.quarantine["message"][0]
    assert "in 2016 Feb is blank" in ds.quarantine["message"][1]


def test_another_workbook_is_refused(tmp_path):
    path = tmp_path / "other.xlsx"
    write_workbook(path, [["a", "b"], ["1", "2"]])
    with pytest.raises(cs.ConflictStatsError, match="`Mohafaza`"):
        cs.read_ocha_displacement(path)


def test_the_long_table():
    ds = cs.read_ocha_displacement(SAMPLE)
    assert ds.counts["measure"].to_list().count("returned") == 3
    frame = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    frame.loc[0, "month"], frame.loc[1, "governorate"] = "Smarch", ""
    frame.loc[2, "month"] = "3"
    ds = cs.read_ocha_displacement(frame)
    assert ds.quarantine["rule_id"].to_list() == ["date.unreadable", "value.missing"]
    assert ds.events["date_start"].dt.month.to_list()[0] == 3


def test_the_real_files():
    name = "data/displacement/idp_gov_2016-2021.xlsx"
    ds = cs.read_ocha_displacement(shared_path(name))
    source = ds.source_records[0]
    assert source.rows_read == source.rows_kept == 1_944
    assert len(source.sha256) == 64
    sums = ds.counts.groupby("measure")["best"].sum().to_dict()
    # As the workbook's own grand totals say.
    assert sums == {"displaced": 10_685_316, "returned": 3_290_100}
    assert ds.quarantine.empty
    derived = "derived_idp_flow_governorate_month_thru_dec2021.csv"
    long = cs.read_ocha_displacement(shared_path(f"data/displacement/{derived}"))
    assert long.counts["best"].sum() == 10_685_316
