import io

import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, shared_path

SAMPLES = {
    "acled": "acled",
    "ucdp_ged": "ucdp_ged",
    "airwars": "airwars",
    "tbij": "tbij",
    "hapi_events": "hapi_events",
    "iom_dtm": "iom_dtm",
    "idmc": "idmc",
    "unhcr": "unhcr",
    "ucdp_brd": "ucdp_brd",
    "ucdp_acd": "ucdp_acd",
    "sigacts": "sigacts",
    "palestine_daily": "palestine_daily",
    "loss_claims": "loss_claims",
    "strike_log": "strike_log",
    "gtd": "gtd",
    "views": "views",
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_samples_are_recognised_and_say_so(sample):
    path = ROOT / f"tests/samples/{sample}.csv"
    ds = cs.read(path)
    assert ds.name == SAMPLES[sample]
    first = ds.quarantine.iloc[0]
    assert first["rule_id"] == "file.recognised"
    assert first["message"].startswith(f"Read by `cs.read_{sample}`, recognised by")
    assert first["action"] == "repaired"


def test_open_files_and_frames():
    text = (ROOT / "tests/samples/views.csv").read_text()
    assert cs.read(io.StringIO(text)).name == "views"
    assert cs.read(pd.read_csv(io.StringIO(text))).name == "views"
    frame = pd.DataFrame({"day": ["2012-05-01"], "Aleppo": [1], "Homs": [0]})
    assert cs.read(frame).name == "daily_deaths"


def test_no_provider_known():
    frame = pd.read_csv(ROOT / "tests/samples/events.csv")
    with pytest.raises(
        cs.ConflictStatsError, match=r"no provider known.*\n.*read_events"
    ):
        cs.read(frame)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("tbij/us-somalia-strikes-from-2007.xlsx", "tbij"),
        ("displacement/idp_gov_2016-2021.xlsx", "ocha_displacement"),
        ("displacement/idmc_idu.json", "idmc"),
        ("views/cm_actuals_2018.parquet", "views"),
        ("syria_vdc/casualties_by_cause_of_death_by_day.csv", "daily_deaths"),
        ("idlib_2020/claims.csv", "claims"),
    ],
)
def test_real_files(file, name):
    assert cs.read(shared_path(f"data/{file}")).name == name


@pytest.mark.parametrize(
    ("row", "reader"),
    [
        ({"ISO3": "UTO", "Year": 2020, "new_displacement": 5}, "read_idmc"),
        (
            {"ISO3": "UTO", "Year": 2020, "Conflict Internal Displacements": 5},
            "read_idmc",
        ),
        (
            {
                "location_code": "UTO",
                "admin_level": 1,
                "admin1_name": "North",
                "population": 5,
                "reporting_round": 3,
                "reference_period_start": "2020-01-01",
            },
            "read_iom_dtm",
        ),
        ({"month_id": 457, "country_id": 1, "ged_sb": 3}, "read_views"),
        (
            {
                "incident no": 1,
                "date": "2016-05-01",
                "Min No. Air Raids": "1",
                "Max No. Air Raids": "10+",
            },
            "read_strike_log",
        ),
    ],
)
def test_other_layouts_of_known_providers(row, reader):
    ds = cs.read(pd.DataFrame([row]))
    assert f"`cs.{reader}`" in ds.quarantine["message"][0]
    assert len(ds.counts) == 1
