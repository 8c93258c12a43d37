import math
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.errors import (
    ArgumentError,
    ArgumentTypeError,
    LicenceError,
    ReadError,
    SchemaError,
)
from conflictstats.measures.quantities import parse_quantity
from tests.shared import acted, shared_path
from tests.sources.workbook import write_workbook

MAP = {"date": "day", "killed": "dead"}


def frame(**columns):
    given = {"day": ["2021-05-01", "2021-05-02"], "dead": ["3", ""]}
    return pd.DataFrame({**given, **columns})


def rejected(ds):
    noted = ds.quarantine
    return noted.loc[noted["action"] == "quarantined", "rule_id"].to_list()


def accounted(ds):
    (source,) = ds.source_records
    assert source.rows_read == source.rows_kept + source.rows_quarantined
    assert source.rows_kept == len(ds.events)
    assert source.rows_quarantined == len(rejected(ds))
    return source.rows_read


def test_an_event_a_row_and_an_empty_count_is_unknown():
    ds = cs.read_events(frame(), MAP, dataset="mine")
    assert ds.events["event_id"].to_list() == ["mine:2", "mine:3"]
    assert ds.events["date_precision"].to_list() == ["day", "day"]
    assert ds.counts["best"].isna().to_list() == [False, True]
    assert ds.counts["qualifier"].to_list() == ["exact", "unknown"]
    assert ds.counts["raw_text"].to_list()[0] == "3"
    assert ds.coverage.windows.empty
    assert accounted(ds) == 2


def test_identifiers_stay_text_and_come_behind_the_data_set():
    ds = cs.read_events(frame(no=["0101", "NA"]), {"id": "no", "date": "day"})
    assert ds.events["event_id"].to_list() == ["events:0101", "events:NA"]
    assert ds.counts.empty


def test_all_kinds_of_columns_find_their_place():
    given = frame(
        end=["2021-05-04", ""],
        y=["10.2", "91"],
        x=["20.1", "5"],
        where=["Redtown", ""],
        land=["Redland", "Redland"],
        kind=["Battle", "raid"],
        seen=["2021-06-01", ""],
        a=["Reds", "Reds"],
        b=["Blues", ""],
        who=["Ministry", ""],
        printed=["2021-05-09", ""],
        hurt_low=["1", "2"],
        hurt_high=["4", ""],
        kids=["1", "0"],
    )
    ds = cs.read_events(
        given,
        {
            **MAP,
            "date_end": "end",
            "latitude": "y",
            "longitude": "x",
            "place": "where",
            "country": "land",
            "event_class": "kind",
            "last_modified": "seen",
            "side_a": "a",
            "side_b": "b",
            "claimant": "who",
            "as_of": "printed",
            "perpetrator_side": "a",
            "injured.low": "hurt_low",
            "injured.high": "hurt_high",
            "killed:children": "kids",
        },
        kind="flow",
    )
    first, second = ds.events.to_dict("records")
    assert first["date_precision"] == "days"
    assert first["priogrid_gid"] == 200 * 720 + 400 + 1
    assert first["event_class"] == "battle"
    assert first["last_modified"] == pd.Timestamp("2021-06-01")
    assert second["date_end"] == second["date_start"]
    assert math.isnan(second["latitude"])
    assert math.isnan(second["longitude"])
    assert second["event_class"] == "other"
    roles = ds.actors[["event_id", "role"]].apply(tuple, axis=1)
    both = {("events:2", "side_a"), ("events:2", "side_b")}
    assert set(roles) == both | {("events:3", "side_a")}
    assert len(ds.counts) == 6
    assert set(ds.counts["kind"]) == {"flow"}
    assert ds.counts["claimant"].notna().sum() == 3
    assert ds.counts["perpetrator"].eq("Reds").all()
    injured = ds.counts[ds.counts["measure"] == "injured"]
    assert injured["qualifier"].to_list() == ["range", "at_least"]
    children = ds.counts[ds.counts["group"] == "children"]
    assert children["best"].to_list() == [1, 0]
    assert set(acted(ds)["rule_id"]) == {
        "coordinate.unreadable",
        "date.end_missing",
        "value.unknown_word",
    }


def test_bounds_in_columns_of_their_own():
    given = pd.DataFrame(
        {
            "day": ["2021-05-01"] * 6,
            "lo": ["1", "2", "", "", "3", "?"],
            "b": ["2", "", "4", "", "3", "-"],
            "hi": ["3", "", "", "6", "3", ""],
        }
    )
    counts = cs.read_events(
        given, {"date": "day", "low": "lo", "best": "b", "high": "hi"}
    ).counts
    said = counts["qualifier"].to_list()
    assert said[:2] == ["range", "at_least"]
    assert pd.isna(said[2])
    assert said[3:] == ["at_most", "exact", "unknown"]
    assert counts["raw_text"].to_list()[0] == "1|2|3"
    assert counts["measure"].eq("killed").all()


def test_the_measure_of_plain_bounds_can_be_told():
    ds = cs.read_events(frame(), {"date": "day", "best": "dead"}, measure="strikes")
    assert ds.counts["measure"].eq("strikes").all()


def test_columns_that_bear_our_names_need_no_map():
    given = pd.DataFrame(
        {
            "date_start": ["2021-05-01"],
            "killed.low": ["1"],
            "killed.high": ["2"],
            "colour": ["red"],
        }
    )
    (count,) = cs.read_events(given).counts.to_dict("records")
    assert (count["low"], count["high"]) == (1, 2)


def test_words_are_read_by_the_parser_that_is_passed():
    given = frame(dead=["at least 11", "9/11"])
    assert rejected(cs.read_events(given, MAP)) == ["count.unreadable"] * 2
    ds = cs.read_events(given, MAP, parse=parse_quantity)
    (count,) = ds.counts.to_dict("records")
    assert (count["low"], count["qualifier"]) == (11, "at_least")
    assert count["raw_text"] == "at least 11"
    assert rejected(ds) == ["count.unreadable"]
    assert ds.quarantine["before"].to_list() == ["9/11"]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"day": ["", "2021-05-02"]}, "date.missing"),
        ({"day": ["2021-02-30", "2021-05-02"]}, "date.unreadable"),
        ({"dead": ["-3", "1"]}, "count.negative"),
        ({"dead": ["many", "1"]}, "count.unreadable"),
        ({"dead": ["1.234", "1"]}, "count.unreadable"),
        ({"dead": ["5-3", "1"]}, "count.reversed"),
    ],
)
def test_a_bad_row_is_set_aside(changes, rule):
    ds = cs.read_events(frame(**changes), MAP)
    assert rejected(ds) == [rule]
    assert ds.quarantine["row"].to_list() == [2]
    assert len(ds.counts) == len(ds.events) == 1
    assert accounted(ds) == 2


def test_bad_ends_ids_and_bounds_are_set_aside():
    given = pd.DataFrame(
        {
            "no": ["1", "1", "1", "", "5", "6", "7"],
            "day": ["2021-05-02"] * 7,
            "end": ["", "", "2021-05-03", "", "2021-05-01", "", ""],
            "lo": ["1", "1", "1", "1", "1", "-1", "x"],
        }
    )
    ds = cs.read_events(
        given, {"id": "no", "date": "day", "date_end": "end", "low": "lo"}
    )
    assert sorted(rejected(ds)) == [
        "count.negative",
        "count.unreadable",
        "date.reversed",
        "id.duplicate",
        "id.missing",
        "id.repeated_row",
    ]
    assert accounted(ds) == 7


def test_an_order_of_days_that_nothing_tells_is_refused_with_examples():
    days = ["03/04/2020", "05/06/2020", "07/08/2020"]
    given = pd.DataFrame({"day": days, "dead": "1"})
    with pytest.raises(ReadError, match="'03/04/2020', '05/06/2020', '07/08/2020'"):
        cs.read_events(given, MAP)
    ds = cs.read_events(given, MAP, day_first=False)
    assert ds.events["date_start"].iloc[0] == pd.Timestamp("2020-03-04")


@pytest.mark.parametrize(
    ("columns", "error", "match"),
    [
        ({"date": "dya"}, SchemaError, r"lacks the column `dya` .*'day'"),
        ({"killed": "dead"}, ArgumentError, "which column holds the date"),
        ({"date": "day", "kiled": "dead"}, ArgumentError, "did you mean 'killed'"),
        ({"date": "day", "killed.mid": "dead"}, ArgumentError, "cannot map to"),
        (["day"], ArgumentTypeError, "`columns` must be a mapping"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(columns, error, match):
    with pytest.raises(error, match=match):
        cs.read_events(frame(), columns)


def test_other_arguments_are_checked():
    with pytest.raises(ArgumentError, match="`measure` must be one of"):
        cs.read_events(frame(), MAP, measure="dead")
    with pytest.raises(ArgumentError, match="`kind` must be one of"):
        cs.read_events(frame(), MAP, kind="sum")
    with pytest.raises(ArgumentError, match="first and last day"):
        cs.read_events(frame(), MAP, coverage=["2021-05-01"])
    with pytest.raises(ArgumentTypeError, match="a Coverage or two days"):
        cs.read_events(frame(), MAP, coverage="2021")
    with pytest.raises(ArgumentTypeError, match="`source` must be a Source"):
        cs.read_events(frame(), MAP, source="me")


def test_terms_are_kept_and_obeyed(tmp_path):
    ds = cs.read_events(frame(), MAP, licence="ask us")
    assert ds.licences()["licence"].to_list() == ["ask us"]
    with pytest.raises(LicenceError, match="ask us"):
        ds.to_csv(tmp_path)
    source = cs.Source(name="S", version="3", licence="CC0-1.0", may_redistribute=True)
    free = cs.read_events(frame(), MAP, source=source)
    assert free.to_csv(tmp_path)
    assert free.events["dataset_version"].eq("3").all()


MAY = ("2021-05-01", "2021-05-31")


@pytest.mark.parametrize("coverage", [cs.Coverage.of(*MAY), MAY, list(MAY)])
def test_coverage_is_the_callers_to_give(coverage):
    ds = cs.read_events(frame(), MAP, coverage=coverage)
    panel = cs.count_events(ds, every="day", measure="events").to_frame()
    assert panel["state"].to_list() == ["observed"] * 2 + ["zero"] * 29


def test_an_encoding_can_be_told(tmp_path):
    path = tmp_path / "old.csv"
    path.write_bytes("day,where\n2021-05-01,حلب\n".encode("cp1256"))
    ds = cs.read_events(path, {"date": "day", "place": "where"}, encoding="cp1256")
    assert ds.events["place"].to_list() == ["حلب"]


def test_workbooks_are_read_as_text(tmp_path):
    path = tmp_path / "book.xlsx"
    write_workbook(path, [["day", "dead"], ["2021-05-01", "3-5"], ["2021-05-02", "NA"]])
    ds = cs.read_events(path, MAP)
    assert ds.counts["high"].to_list()[0] == 5
    assert len(ds.source_records[0].sha256) == 64
    assert ds.counts["qualifier"].to_list() == ["range", "unknown"]
    with pytest.raises(ReadError, match="sheet 'absent'"):
        cs.read_events(path, MAP, sheet="absent")


def test_a_workbook_that_is_a_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (1 << 25))
    with pytest.raises(ReadError, match="archive bomb"):
        cs.read_events(path, MAP)


CELLS = st.sampled_from(
    ["", "3", "0", "-2", "3-5", "5-3", "1,234", "1.234", "x", "NA", "2021-05-01", "٣"]
)


@settings(max_examples=15, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS), max_size=20))
def test_rows_in_are_rows_kept_and_quarantined(rows):
    given = pd.DataFrame(rows, columns=["no", "day", "dead", "lo", "hi"], dtype="str")
    columns = {**MAP, "id": "no", "injured.low": "lo", "injured.high": "hi"}
    ds = cs.read_events(given, columns)
    assert accounted(ds) == len(rows)
    assert len(ds.counts) == 2 * len(ds.events)
    low = ds.counts["low"].to_numpy(dtype="float64", na_value=np.nan)
    high = ds.counts["high"].to_numpy(dtype="float64", na_value=np.nan)
    assert not (low > high).any()
    # What is unknown never turned into a number.
    unknown = ds.counts["qualifier"].eq("unknown").to_numpy(dtype=bool, na_value=False)
    assert ds.counts.loc[unknown, ["low", "best", "high"]].isna().all(axis=None)


CAUSES = [
    "Chemical Weapon",
    "Detention",
    "Execution",
    "Explosion",
    "Lack of Medical Access",
    "Shelling",
    "Shooting",
    "Siege",
    "Unknown",
]
SHARED = {
    "iraq_sigacts/insurgencies.csv": {
        "date": "date",
        "latitude": "latitude",
        "longitude": "longitude",
        "source_class": "type",
    },
    "iraq_sigacts/airstrikes.csv": {
        "date": "date",
        "latitude": "latitude",
        "longitude": "longitude",
        "source_class": "type",
    },
    "syria_vdc/casualties_by_cause_of_death_by_day.csv": {
        "date": "day",
        **{f"killed:{cause}": cause for cause in CAUSES},
    },
    "syria_vdc/casualties_by_province_by_day.csv": {
        "date": "day",
        "killed:Aleppo": "Aleppo",
    },
    "airwars/airwars_syria_8114.csv": {
        "id": "code",
        "date": "date",
        "date_end": "date_end",
        "latitude": "latitude",
        "longitude": "longitude",
        "killed.low": "killed_min",
        "killed.high": "killed_max",
        "injured.low": "injured_min",
        "injured.high": "injured_max",
        "perpetrator": "military_original",
        "grading": "strike_status_ar",
    },
    "displacement/hdx_hapi_conflict_event_global_2025.csv": {
        "date": "reference_period_start",
        "date_end": "reference_period_end",
        "country_iso3": "location_code",
        "killed": "fatalities",
    },
    "displacement/global-iom-dtm-from-api-admin-0-to-2.csv": {
        "id": "id",
        "date": "reportingDate",
        "country": "admin0Name",
        "displaced": "numPresentIdpInd",
    },
}


@pytest.mark.parametrize("name", SHARED)
def test_no_row_of_a_real_file_disappears(name):
    ds = cs.read_events(shared_path(f"data/{name}"), SHARED[name])
    rows = len(
        pd.read_csv(shared_path(f"data/{name}"), dtype=str, keep_default_na=False)
    )
    hxl = int(ds.quarantine["rule_id"].eq("file.hxl_line").sum())
    assert accounted(ds) == rows - hxl
    what = ds.counts[["measure", "group"]].drop_duplicates()
    assert len(ds.counts) == len(ds.events) * len(what)


def test_deaths_of_a_real_file_add_up():
    name = "syria_vdc/casualties_by_cause_of_death_by_day.csv"
    ds = cs.read_events(shared_path(f"data/{name}"), SHARED[name], kind="flow")
    assert (
        ds.counts["best"].sum()
        == pd.read_csv(shared_path(f"data/{name}"))[CAUSES].sum().sum()
    )


def test_a_workbook_is_called_by_its_name_and_spaces_do_not_matter(tmp_path):
    path = tmp_path / "list.xlsx"
    sheet = pd.DataFrame({"Day of it": ["2020-03-01"], "Dead ": ["2"]})
    sheet.to_excel(path, index=False, engine="xlsxwriter")
    with pytest.raises(SchemaError, match=r"table list\.xlsx lacks .*'Day of it'"):
        cs.read_events(path, {"date": "Day"})
    read = cs.read_events(path, {"date": "Day of it", "killed": "Dead "})
    assert read.counts["best"].to_list() == [2]
