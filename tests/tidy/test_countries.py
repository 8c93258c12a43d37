import json

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.errors import ArgumentError
from conflictstats.glossary import GLOSSARY
from conflictstats.tidy._name_lookup import folded, rows_of, span
from conflictstats.tidy._states import CODES, gw_of, names_of_states
from tests.shared import shared_path


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("Myanmar (Burma)", "MMR"),
        ("DR Congo (Zaire)", "COD"),
        ("Yemen (North Yemen)", "YEM"),
        ("Yemen Arab Republic", "YEM"),
        ("South Yemen", "YMD"),
        ("Kingdom of eSwatini (Swaziland)", "SWZ"),
        ("Cote d'Ivoire", "CIV"),
        ("Côte d’Ivoire", "CIV"),
        ("CÔTE D`IVOIRE", "CIV"),
        ("Ivory Coast", "CIV"),
        ("Türkiye", "TUR"),
        ("turkiye", "TUR"),
        ("Czechoslovakia", "CSK"),
        ("East Germany (GDR)", "DDR"),
        ("West Germany (FRG)", "DEU"),
        ("Soviet Union", "SUN"),
        ("State of Palestine", "PSE"),
        ("Gaza Strip", "PSE"),
        ("West Bank and Gaza Strip", "PSE"),
        ("Taiwan, Province of China", "TWN"),
        ("Western Sahara", "ESH"),
        ("Abyei", "AB9"),
        ("Kosovo", "XKX"),
        ("Serbia and Kosovo: S/RES/1244 (1999)", "SRB"),
        ("Republic of Congo", "COG"),
        ("Democratic Republic of the Congo", "COD"),
        ("South Sudan", "SSD"),
        ("Sudan", "SDN"),
        ("St. Kitts & Nevis", "KNA"),
        ("سوريا", "SYR"),
        ("Сирийская Арабская Республика", "SYR"),
        ("NA", "NAM"),
        ("NAM", "NAM"),
        ("ROM", "ROU"),
        ("ZAR", "COD"),
    ],
)
def test_names_and_letters(name, iso3):
    assert cs.find_country(name).iso3 == iso3


def test_numbers_of_the_two_lists_differ_where_they_do():
    germany = cs.find_country("Germany")
    assert (germany.gw, germany.cow, germany.m49) == (260, 255, 276)
    divided = cs.find_country("Germany", on="1989-11-09")
    assert (divided.gw, divided.cow, divided.m49) == (260, 260, 280)
    yemen = cs.find_country("YEM")
    assert (yemen.gw, yemen.cow, yemen.ucdp) == (678, 679, 678)
    assert cs.find_country("YEM", on="1989-01-01").cow == 678
    serbia = cs.find_country("Serbia")
    assert (serbia.gw, serbia.cow) == (340, 345)
    assert cs.find_country(816, scheme="gw").name == "Vietnam"
    assert cs.find_country(817, scheme="gw").name == "South Vietnam"
    south = cs.find_country("South Vietnam", on="1970-01-01")
    assert (south.gw, south.iso3, south.status) == (817, None, "former state")
    assert cs.find_country("Sudan", on="2011-07-08").m49 == 736


@pytest.mark.parametrize(
    ("on", "iso3"),
    [("1999-03-24", "YUG"), ("2004-01-01", "SCG"), ("2010-01-01", "SRB")],
)
def test_one_number_of_ucdp_names_three_states_in_turn(on, iso3):
    assert cs.find_country(345, scheme="ucdp", on=on).iso3 == iso3
    assert cs.find_country("Serbia (Yugoslavia)", on=on).iso3 == iso3


def test_russia_and_the_soviet_union():
    for scheme in ("gw", "cow", "ucdp"):
        assert cs.find_country(365, scheme=scheme).iso3 == "RUS"
        assert cs.find_country(365, scheme=scheme, on="1991-12-25").iso3 == "SUN"
        assert cs.find_country("365.0", scheme=scheme, on="1991-12-26").iso3 == "RUS"


@pytest.mark.parametrize(
    ("code", "name"),
    [("CHI", "China"), ("SUD", "Sudan"), ("ANG", "Angola"), ("GFR", "Germany")],
)
def test_unhcr_has_its_own_codes(code, name):
    assert cs.find_country(code, scheme="unhcr").name == name
    with pytest.raises(ArgumentError, match="No country goes by"):
        cs.find_country(code)


@pytest.mark.parametrize(
    ("what", "options", "said"),
    [
        ("Korea", {}, "stands for 'North Korea', 'South Korea'"),
        ("Nigera", {}, "did you mean 'Nigeria'"),
        (678, {}, "number of several lists"),
        (345, {"scheme": "gw"}, "Serbia and Montenegro', 'Yugoslavia'.\nHint: say"),
        (316, {"scheme": "gw", "on": "1980-01-01"}, "but not on 1980-01-01"),
        ("Stateless", {}, "names no country"),
        ("Syria", {"scheme": "iso3"}, "No country goes by 'Syria'"),
        ("Syria", {"scheme": "iso"}, "`scheme` must be one of"),
    ],
)
def test_nothing_is_guessed(what, options, said):
    with pytest.raises(ArgumentError) as problem:
        cs.find_country(what, **options)
    assert said in str(problem.value)


def test_a_column_keeps_its_index_and_its_gaps():
    given = pd.Series(["Syria", None, "Atlantis", "NA"], index=[7, 3, 5, 1])
    out = cs.match_countries(given)
    assert out.index.to_list() == [7, 3, 5, 1]
    assert out["match_status"].fillna("").to_list() == [
        "matched",
        "",
        "unknown",
        "matched",
    ]
    assert out["country_gw"].fillna(0).to_list() == [652, 0, 0, 565]
    assert set(out.columns) <= set(GLOSSARY)
    dated = cs.match_countries([365, 365], scheme="gw", on=["1990-01-01", "2000-01-01"])
    assert dated["country_iso3"].to_list() == ["SUN", "RUS"]
    one_day = cs.match_countries([365, 365], scheme="gw", on="1990-01-01")
    assert one_day["country_iso3"].to_list() == ["SUN", "SUN"]
    assert cs.match_countries([]).empty


def test_gleditsch_ward_numbers_by_the_day():
    states = pd.Series(["DEU", "DEU", "PSE", None])
    days = np.array(["1900-01-01", "1950-01-01", "2020-01-01", "2020-01-01"], "M8[D]")
    assert gw_of(states, days).fillna(0).to_list() == [255, 260, 0, 0]
    # A state's only number is its number on every day.
    assert gw_of(pd.Series(["SSD"]), days[:1]).to_list() == [626]
    assert gw_of(states, None).fillna(0).to_list() == [260, 260, 0, 0]


def test_the_table_is_dated_and_named():
    table = cs.list_countries()
    assert set(table.columns) <= set(GLOSSARY)
    assert table["list_source"].notna().all()
    assert len(names_of_states()) == table["country"].nunique() == 284
    today = cs.list_countries("2020-01-01")
    assert today["country"].is_unique
    # The letters of 249 countries and territories, Kosovo's and Abyei's.
    assert today["country_iso3"].nunique() == 251
    assert today["country_gw"].nunique() == 197
    assert today["country_cow"].nunique() == 195
    then = cs.list_countries("1985-01-01").set_index("country")
    assert {"Soviet Union", "East Germany", "South Yemen"} <= set(then.index)
    assert "South Sudan" not in then.index[then["country_gw"].notna()]
    assert "Côte d'Ivoire" in then.index
    assert "Ivory Coast" in then.loc["Côte d'Ivoire", "aliases"]
    assert len(cs.list_countries("1900-01-01")) < len(today)


def test_rows_of_the_tables_are_whole():
    states = {row["state_id"] for row in rows_of("states.csv")}
    assert len(states) == len(rows_of("states.csv"))
    for name in ("state_codes.csv", "state_names.csv"):
        rows = rows_of(name)
        assert {row["state_id"] for row in rows} <= states | {"-"}
        assert all(row["source"] for row in rows)
        assert all(
            span(r["start"], r["end"])[0] <= span(r["start"], r["end"])[1] for r in rows
        )
    schemes = {row["scheme"] for row in rows_of("state_codes.csv")}
    assert schemes == {*CODES, "former_iso3"}


def test_no_two_states_share_a_number_on_one_day():
    for scheme in CODES:
        rows = [r for r in rows_of("state_codes.csv") if r["scheme"] == scheme]
        spans = pd.DataFrame(
            [(r["code"], r["state_id"], *span(r["start"], r["end"])) for r in rows],
            columns=["code", "state", "first", "last"],
        )
        pairs = spans.merge(spans, on="code")
        clash = (pairs["state_x"] < pairs["state_y"]) & (
            (pairs["first_x"] <= pairs["last_y"])
            & (pairs["first_y"] <= pairs["last_x"])
        )
        assert not clash.any(), pairs[clash]


def test_names_of_gtd_and_of_acled_that_are_hard():
    gtd = [
        *("Bosnia-Herzegovina", "Democratic Republic of the Congo", "East Timor"),
        *("People's Republic of the Congo", "Macau", "New Hebrides", "North Yemen"),
        *("Rhodesia", "Serbia-Montenegro", "Slovak Republic", "South Vietnam"),
        *("St. Kitts and Nevis", "Vatican City", "Wallis and Futuna", "Zaire"),
    ]
    acled = [
        *("Bailiwick of Guernsey", "Democratic Republic of Congo", "eSwatini"),
        *("Reunion", "Saint-Barthelemy", "Saint-Martin", "Virgin Islands, U.S."),
        *("Caribbean Netherlands", "Curacao", "Pitcairn", "Isle of Man"),
    ]
    out = cs.match_countries([*gtd, *acled], scheme="name")
    assert set(out["match_status"]) == {"matched"}
    international = cs.match_countries(["International"], scheme="name")
    assert international["match_status"].item() == "no place"


def test_names_are_of_one_state_but_for_korea():
    by_name = {}
    for row in rows_of("state_names.csv"):
        first, last = span(row["start"], row["end"])
        for other, begin, end in by_name.setdefault(folded(row["name"]), []):
            clash = other != row["state_id"] and first <= end and begin <= last
            assert not clash or folded(row["name"]) == "korea", row
        by_name[folded(row["name"])].append((row["state_id"], first, last))


def words(path, *columns):
    read = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="latin-1")
    read.columns = [c.lower().lstrip("ï»¿") for c in read.columns]
    return read[list(columns)].drop_duplicates()


def matched(given, scheme, on=None):
    out = cs.match_countries(given, scheme=scheme, on=on)
    bad = out[out["match_status"] != "matched"]
    assert bad.empty, bad
    return out["country_iso3"]


@pytest.mark.parametrize("name", ["ucdpged", "mexico", "ucdp_syria_df"])
def test_every_country_of_ged(name):
    file = words(
        shared_path(f"data/ucdp_ged/{name}.csv"), "country", "country_id", "date_start"
    )
    on = file["date_start"].str[:10].to_list()
    by_name = matched(file["country"], "name", on)
    by_number = matched(file["country_id"], "ucdp", on)
    assert (by_name == by_number).all()


def test_every_country_of_ucdp_by_the_year():
    conflicts = words(
        shared_path("data/ucdp_yearly/ucdp-prio-acd-221.csv"),
        "gwno_loc",
        "location",
        "year",
    )
    deaths = words(
        shared_path("data/ucdp_yearly/BRD.csv"),
        "gwno_battle",
        "battle_location",
        "year",
    )
    for table in (conflicts, deaths):
        lists = table.set_axis(["numbers", "names", "year"], axis=1)
        for column, scheme in (("numbers", "ucdp"), ("names", "name")):
            each = lists.assign(one=lists[column].str.split(", ")).explode("one")
            # No name in these lists holds a comma of its own.
            each = each[each["one"] != ""]
            on = (each["year"] + "-06-30").to_list()
            assert len(matched(each["one"], scheme, on)) > 100


def test_every_country_of_acled():
    new = words(
        shared_path("data/acled/acled_old_deletion_dummy.csv"), "country", "iso"
    )
    by_name = matched(new["country"], "name")
    # ACLED writes 0 where ISO has no number: Kosovo.
    numbered = new["iso"].ne("0.0")
    assert set(new["country"][~numbered]) == {"Kosovo"}
    assert (matched(new["iso"][numbered], "m49") == by_name[numbered]).all()
    old = words(shared_path("data/acled/acled_africa_2016.csv"), "country", "gwno")
    differ = matched(old["country"], "name") != matched(old["gwno"], "gw")
    # One row of the file: Congo under the number of its neighbour.
    assert old[differ].to_numpy().tolist() == [["Republic of Congo", "490"]]


def test_every_country_of_unhcr():
    table = words(
        shared_path("data/displacement/population.csv"),
        *("coo", "coo_iso", "coo_name", "coa", "coa_iso", "coa_name"),
    )
    parts = [table[[f"{end}", f"{end}_iso", f"{end}_name"]] for end in ("coo", "coa")]
    both = pd.concat([p.set_axis(["own", "iso", "name"], axis=1) for p in parts])
    both = both.drop_duplicates()
    # The file is UTF-8.
    both["name"] = both["name"].str.encode("latin-1").str.decode("utf-8")
    people = both["iso"].isin(["UNK", "XXA", "TIB"])
    assert both["name"][people].to_list() != []
    no_place = cs.match_countries(both["name"][people], scheme="name")
    assert set(no_place["match_status"]) == {"no place"}
    some = both[~people]
    assert (matched(some["own"], "unhcr") == some["iso"]).all()
    assert (matched(some["iso"], "iso3") == some["iso"]).all()
    assert (matched(some["name"], "name") == some["iso"]).all()


def test_every_country_of_hapi_idmc_dtm_and_views():
    hapi = words(
        shared_path("data/displacement/hdx_hapi_conflict_event_global_2025.csv"),
        "location_code",
    )
    assert len(matched(hapi["location_code"], "iso3")) == 243
    idu = json.loads(shared_path("data/displacement/idmc_idu.json").read_text())
    for row in idu:
        assert cs.find_country(row["country"]).iso3 == row["iso3"]
    dtm = words(
        shared_path("data/displacement/global-iom-dtm-from-api-admin-0-to-2.csv"),
        "admin0name",
        "admin0pcode",
    )[1:]
    assert (matched(dtm["admin0name"], "name") == dtm["admin0pcode"]).all()
    views = pd.read_parquet(shared_path("data/views/cm_actuals_2018.parquet"))
    numbers = views.reset_index()["country_id"].unique()
    # One Serbia with and one without Kosovo have numbers of their own.
    assert len(numbers) == 191
    assert matched(numbers, "views").nunique() >= 190
