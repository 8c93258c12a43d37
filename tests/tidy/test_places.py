import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conflictstats as cs
from conflictstats.errors import ArgumentError
from conflictstats.glossary import GLOSSARY
from conflictstats.tidy._name_lookup import rows_of
from conflictstats.tidy.places import priogrid_center, priogrid_gid
from tests.shared import shared_path


@pytest.mark.parametrize(
    ("lat", "lon", "gid"),
    [
        (-90, -180, 1),
        (90, 180, 259_200),
        (90, -180, 258_481),
        (-90, 180, 720),
        (0, 0, 129_961),
        (0, 180, 130_320),
        (19.42847, -99.12766, 157_122),
    ],
)
def test_known_cells(lat, lon, gid):
    assert priogrid_gid([lat], [lon])[0] == gid
    assert cs.priogrid_gid(lat, lon) == gid


def test_outside_the_globe_is_missing():
    assert np.isnan(priogrid_gid([91, np.nan, 0], [0, 0, 181])).all()


def test_the_middle_of_a_cell_lies_in_it():
    gid = np.arange(1, 259_201)
    latitude, longitude = priogrid_center(gid)
    assert (priogrid_gid(latitude, longitude) == gid).all()
    assert (latitude.min(), latitude.max()) == (-89.75, 89.75)
    assert (longitude.min(), longitude.max()) == (-179.75, 179.75)
    bad = pd.array([0, 259_201, None, 1], dtype="Int64")
    assert np.isnan(priogrid_center(bad)[0]).tolist() == [True, True, True, False]
    assert np.isnan(priogrid_center(1.5)[1])


@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_a_point_is_within_a_quarter_degree_of_its_cells_middle(lat, lon):
    center = priogrid_center(priogrid_gid([lat], [lon]))
    assert abs(center[0][0] - lat) <= 0.25 + 1e-9
    assert abs(center[1][0] - lon) <= 0.25 + 1e-9


def test_every_cell_of_ged_is_found_again():
    ged = pd.read_csv(shared_path("data/ucdp_ged/mexico.csv"))
    cells = cs.priogrid_gid(ged["latitude"], ged["longitude"])
    assert (cells == ged["priogrid_gid"]).all()


@pytest.mark.parametrize(
    ("name", "country", "level", "place"),
    [
        ("Idlib", "Syria", "admin1", "Idleb"),
        ("Idlib Governorate", "SYR", "admin1", "Idleb"),
        ("محافظة إدلب", "Syria", "admin1", "Idleb"),
        ("ادلب", "Syria", "admin1", "Idleb"),
        ("حماه", "Syria", "admin1", "Hama"),
        ("Damascus Suburbs", "Syria", "admin1", "Rural Damascus"),
        ("Maarat al-Numaan district", "Syria", "admin2", "Al Ma'ra"),
        ("Mintaqat Azaz district", "Syria", "admin2", "A'zaz"),
        ("كوباني", "Syria", "admin2", "Ain Al Arab"),
        ("Şalāḩ ad Dīn province", "Iraq", "admin1", "Salah al-Din"),
        ("Tameem", "Iraq", "admin1", "Kirkuk"),
        ("Şan‘ā’ governorate", "Yemen", "admin1", "Sana'a"),
        ("Amanat al Asimah", "Yemen", "admin1", "Sana'a City"),
        ("Kyiv Oblast", "Ukraine", "admin1", "Kyivska"),
        ("Kiev Special Republican City", "Ukraine", "admin1", "Kyiv City"),
        ("Донецька область", "Ukraine", "admin1", "Donetska"),
        ("Lugansk", "Ukraine", "admin1", "Luhanska"),
        ("قطاع غزة", "Palestine", "admin1", "Gaza Strip"),
        ("Khan Younis", "State of Palestine", "admin2", "Khan Yunis"),
        ("Hilmand province", "Afghanistan", "admin1", "Hilmand"),
        ("HELMAND", "Afghanistan", "admin1", "Hilmand"),
        ("هرات", "Afghanistan", "admin1", "Hirat"),
    ],
)
def test_spellings_and_scripts(name, country, level, place):
    out = cs.match_places([name], country, level=level)
    assert out["place_name"].to_list() == [place]
    assert out["match_status"].to_list() == ["matched"]


def test_nothing_is_guessed():
    words = pd.Series(["Idlibb", "Atlantis", "Kyiv", None], index=[4, 2, 9, 1])
    out = cs.match_places(words, ["Syria", "Syria", "UKR", "Syria"])
    assert out.index.to_list() == [4, 2, 9, 1]
    assert out["place_name"].isna().all()
    said = ["unknown", "unknown", "ambiguous", ""]
    assert out["match_status"].fillna("").to_list() == said
    near = ["Idlib; Idleb; Edlib", "", "Kyiv City; Kyivska", ""]
    assert out["near_matches"].fillna("").to_list() == near
    assert set(out.columns) <= set(GLOSSARY)


def test_ones_own_table_comes_first():
    own = {"Greater Idlib": ["Idlib", "N-W"], "Coast": ["Sahel"]}
    out = cs.match_places(["idlib", "n w", "Hama", "coast"], "Syria", aliases=own)
    assert out["place_name"].to_list() == [
        *("Greater Idlib", "Greater Idlib", "Hama", "Coast"),
    ]
    assert out["place_code"].fillna("").to_list() == ["", "", "SY05", ""]
    elsewhere = cs.match_places(["sahel", "x"], "Mali", aliases=own)
    assert elsewhere["match_status"].to_list() == ["matched", "unknown"]
    some = cs.match_places(["Sahel", "Hama"], [None, "SYR"], aliases=own)
    assert some["place_name"].to_list() == ["Coast", "Hama"]
    assert cs.match_places(["Hama"], [None])["match_status"].item() == "unknown"
    twice = cs.match_places(["N"], "Syria", aliases={"A": ["N"], "B": ["N"]})
    assert twice["match_status"].item() == "ambiguous"
    assert twice["near_matches"].item() == "A; B"


@pytest.mark.parametrize(
    ("country", "options", "said"),
    [
        (None, {}, "needs a country or a table"),
        ("Mali", {}, "no table of admin1 names for 'Mali'"),
        ("Iraq", {"level": "admin2"}, "no table of admin2 names"),
        ("Sirya", {}, "did you mean"),
        ("Syria", {"level": "admin9"}, "`level` must be one of"),
        ("Syria", {"aliases": ["Idlib"]}, "must be a mapping"),
    ],
)
def test_what_is_not_there(country, options, said):
    with pytest.raises(cs.ConflictStatsError, match=said):
        cs.match_places(["x"], country, **options)


def test_the_table_of_names():
    table = cs.list_places()
    assert set(table.columns) <= set(GLOSSARY)
    assert not table.duplicated(["country_iso3", "level", "place_name", "admin1"]).any()
    syria = cs.list_places("Syria", "admin1").set_index("place_name")
    assert len(syria) == 14
    assert "إدلب" in syria.loc["Idleb", "aliases"]
    assert cs.list_places("Syria", "admin2")["admin1"].notna().all()
    assert len(cs.list_places("UKR")) == 27
    assert all(r["name"] and r["place_name"] for r in rows_of("admin_names.csv"))
    with pytest.raises(ArgumentError):
        cs.list_places("Sirya")


def unmatched(names, country, level="admin1"):
    names = pd.Series(sorted(set(names.dropna())), dtype="str")
    out = cs.match_places(names, country, level=level)
    return set(out["given"][out["match_status"] != "matched"])


def test_every_governorate_of_syria_in_five_sources():
    vdc = cs.read_daily_deaths(
        shared_path("data/syria_vdc/casualties_by_province_by_day.csv")
    )
    assert unmatched(vdc.counts["admin1"], "Syria") == set()
    for name in (
        "ucdp_ged/ucdp_syria_df.csv",
        "acled/acled_syria_battles_2017_2023.csv",
        "displacement/derived_idp_flow_governorate_month_thru_dec2021.csv",
    ):
        events = cs.read(shared_path(f"data/{name}")).events
        assert unmatched(events["admin1"], "Syria") == set(), name
    airwars = cs.read(shared_path("data/airwars/airwars_syria_8114.csv")).events
    out = cs.match_places(airwars["admin1"], "Syria")
    said = out["match_status"].value_counts()
    # A few cells name a side of one, two at once, a district, or a number.
    assert said["matched"] > 7100
    assert said["unknown"] < 20
    assert set(out["place_name"].dropna()) == set(
        cs.list_places("SYR", "admin1")["place_name"]
    )


def test_areas_of_other_countries():
    ged = cs.read(shared_path("data/ucdp_ged/ucdpged.csv")).events
    acled = cs.read(shared_path("data/acled/acled_old_deletion_dummy.csv")).events
    for country, letters in (
        *(("Iraq", "IRQ"), ("Yemen", "YEM"), ("Afghanistan", "AFG")),
        ("Palestine", "PSE"),
    ):
        for events in (ged, acled):
            own = events["admin1"][events["country_iso3"] == letters]
            assert unmatched(own, country) == set(), country
    ukraine = [e["admin1"][e["country_iso3"] == "UKR"] for e in (ged, acled)]
    # ACLED's Kyiv is the region; OCHA's the city.
    assert unmatched(pd.concat(ukraine), "Ukraine") == {"Kyiv"}
    north = acled["admin1"].isin(["Idleb", "Lattakia"]) | (
        acled["country"] == "Palestine"
    )
    for country, letters in (("Syria", "SYR"), ("Palestine", "PSE")):
        own = acled["admin2"][north & (acled["country_iso3"] == letters)]
        assert unmatched(own, country, "admin2") == set()
