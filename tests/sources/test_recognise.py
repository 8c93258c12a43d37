import io

import pytest

import conflictstats as cs
from conflictstats.sources._delimited import open_table
from conflictstats.sources._recognise import check_extra, columns_of
from tests.shared import shared_path

NAMES = {"id": ("id", "event_id"), "date": ("date",)}


def opened(header):
    return open_table(io.BytesIO(header.encode() + b"\n"))


def test_any_case_any_alias_the_first_wins():
    found = columns_of(opened("EVENT_ID,Date,other"), NAMES, ["id", "date"])
    assert found == {"id": "EVENT_ID", "date": "Date"}
    assert columns_of(opened("event_id,id"), NAMES, ["id"])["id"] == "id"


def test_missing_columns_come_with_the_nearest():
    with pytest.raises(cs.ConflictStatsError) as problem:
        columns_of(opened("datte,x"), NAMES, ["id", "date"])
    said = str(problem.value)
    assert "lacks the columns `id`, `date` (nearest: 'datte')" in said
    assert "read_events" in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("acled/acled_africa_2016.csv", "ACLED export.*\n.*read_acled"),
        ("ucdp_yearly/BRD.csv", "battle-related deaths"),
        ("ucdp_yearly/ucdp-prio-acd-221.csv", "armed conflict dataset"),
        ("idlib_2020/claims.csv", "table of claims.*\n.*read_claims"),
        ("displacement/ind_idmc_idu_events.csv", "IDMC"),
        ("displacement/global-iom-dtm-from-api-admin-0-to-2.csv", "DTM"),
        ("displacement/hdx_hapi_conflict_event_global_2025.csv", "HAPI"),
        ("displacement/population.csv", "lacks the columns"),
    ],
)
def test_whose_file_it_is(name, said):
    with pytest.raises(cs.ConflictStatsError, match=said):
        cs.read_ucdp_ged(shared_path(f"data/{name}"))


def test_the_other_way_round():
    with pytest.raises(cs.ConflictStatsError, match=r"UCDP GED.*\n.*read_ucdp_ged"):
        cs.read_acled(shared_path("data/ucdp_ged/ucdpged.csv"))


def test_extra():
    table = opened("id,date,notes")
    assert check_extra("all", table, {"id"}) == ["date", "notes"]
    assert check_extra("notes", table, {"id"}) == ["notes"]
    with pytest.raises(cs.ConflictStatsError, match="did you mean 'notes'"):
        check_extra(["nots"], table, set())
