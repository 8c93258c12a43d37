import io

import pandas as pd

import conflictstats as cs
from conflictstats.glossary import GLOSSARY
from tests.shared import shared_path

HEAD = "event_id_cnty,event_date,event_type,country,iso,fatalities\n"


def acled(*rows):
    lines = [f"E{i},2020-05-0{i + 1},Battles,{row},1" for i, row in enumerate(rows)]
    return cs.read_acled(io.StringIO(HEAD + "\n".join(lines) + "\n"))


def test_names_first_then_numbers_and_what_is_given_stays():
    ds = acled("Syria,760", "Sirya,760", "Kosovo,0", "Utopia,0", "Congo,180")
    events = ds.events
    assert events["country_iso3"].astype("str").fillna("").to_list() == [
        *("SYR", "SYR", "XKX"),
        *("", "COG"),
    ]
    assert events["country_gw"].fillna(0).to_list() == [652, 652, 347, 0, 484]
    assert events["country_match"].astype("str").fillna("").to_list() == [
        *("name", "number", "name"),
        *("", "name"),
    ]
    assert events["country"].to_list()[1] == "Sirya"
    notes = ds.quarantine[ds.quarantine["action"] == "noted"]
    said = dict(zip(notes["rule_id"], notes["message"], strict=True))
    assert said["country.unknown"].startswith("No one country goes by 'Utopia' (1 rows")
    assert "which is DR Congo" in said["country.differs"]
    assert set(events.columns) <= set(GLOSSARY)


def test_names_alike_are_named_but_not_taken():
    ds = acled("Nigera,")
    assert ds.events["country_iso3"].isna().all()
    assert "Names like it: Nigeria" in ds.quarantine["message"][0]


def test_what_the_source_gives_is_kept_even_if_nobody_goes_by_it():
    row = {"id": 1, "iso3": "UTO", "displacement_type": "Conflict", "figure": 5}
    row |= {"qualifier": "total", "displacement_start_date": "2023-11-06"}
    frame = pd.DataFrame([row | {"country": "Utopia"}])
    ds = cs.read_idmc(frame)
    assert ds.events["country_iso3"].to_list() == ["UTO"]
    assert ds.events["country_match"].to_list() == ["given"]
    columns = ds.quarantine["column"].to_list()
    assert columns == ["country_iso3", "country"]
    known = cs.read_idmc(frame.assign(iso3="SYR"))
    assert known.quarantine.empty


def test_the_day_tells_which_state_a_number_means():
    columns = ["month_id", "country_id", "outcome"]
    # January 1990 and January 2018; VIEWS' numbers of the USSR and of Russia.
    frame = pd.DataFrame([(121, 189, 1), (457, 65, 2)], columns=columns)
    events = cs.read_views(frame).events
    assert events["country_iso3"].to_list() == ["SUN", "RUS"]
    assert events["country_gw"].to_list() == [365, 365]
    assert set(events["country_match"]) == {"number"}


def test_lists_of_countries_are_no_one_country_and_no_fault():
    row = {"conflict_id": 1, "dyad_id": 7, "year": 2021, "side_a": "A", "side_b": "B"}
    row |= {"battle_location": "Iraq, Syria", "gwno_battle": "645, 652"}
    row |= {"bd_low": 30, "bd_best": 56, "bd_high": 80}
    ds = cs.read_ucdp_brd(pd.DataFrame([row]))
    assert ds.events["country_iso3"].isna().all()
    assert ds.quarantine.empty


def test_sources_are_counted_side_by_side():
    ged = "id,type_of_violence,country,date_start,date_end,best,high,low,"
    ged += "deaths_a,deaths_b,deaths_civilians,deaths_unknown\n"
    ged += "7,1,Yemen (North Yemen),2020-05-01,2020-05-01,3,3,3,1,2,0,0\n"
    both = cs.combine([cs.read_ucdp_ged(io.StringIO(ged)), acled("Yemen,887")])
    one = both.where(counts=lambda c: c["group"] == "all")
    panel = cs.count_events(one, every="year", by="country_iso3")
    frame = panel.to_frame()
    assert frame["unit_name"].unique().tolist() == ["YEM"]
    assert frame["best"].sum() == 4


def test_every_event_of_the_real_files_has_its_country():
    for name in (
        *("ucdp_ged/ucdpged.csv", "ucdp_ged/mexico.csv", "ucdp_ged/ucdp_syria_df.csv"),
        *("acled/acled_old_deletion_dummy.csv", "acled/acled_africa_2016.csv"),
        *("views/cm_actuals_2018.parquet", "displacement/idmc_idu.json"),
        *("tbij/us-yemen-strikes-from-2007.xlsx",),
    ):
        ds = cs.read(shared_path(f"data/{name}"))
        assert ds.events["country_iso3"].notna().all(), name
        assert "country.unknown" not in set(ds.quarantine["rule_id"]), name


def test_places_without_a_country_in_unhcr_stay_without():
    ds = cs.read_unhcr(shared_path("data/displacement/population.csv"))
    nowhere = ds.events["country_iso3"].isna()
    assert set(ds.events["country"][nowhere]) <= {"Unknown", "Stateless", "Tibetan"}
    assert not ds.quarantine["rule_id"].str.startswith("country.").any()


def test_files_counted_in_blocks_have_the_same_countries(tmp_path):
    path = shared_path("data/ucdp_ged/ucdpged.csv")
    whole = cs.count_events(
        cs.read_ucdp_ged(path), measure="killed", every="year", by="country_iso3"
    )
    blocks = cs.count_files(
        [path], read=cs.read_ucdp_ged, measure="killed", every="year", by="country_iso3"
    )
    pd.testing.assert_frame_equal(whole.to_frame(), blocks.to_frame())


def test_ones_own_table_gets_its_countries_too():
    frame = pd.DataFrame({"day": ["2020-03-01", "2020-03-02"], "dead": [1, 2]})
    frame["where"] = ["Ivory Coast", "Sirya"]
    columns = {"date": "day", "killed": "dead", "country": "where"}
    ds = cs.read_events(frame, columns)
    assert ds.events["country_iso3"].astype("str").fillna("").to_list() == ["CIV", ""]
    assert "'Sirya'" in ds.quarantine["message"][0]
