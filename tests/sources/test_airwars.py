import pandas as pd
import pytest

import conflictstats as cs
from tests.shared import ROOT, acted, shared_path

SAMPLE = ROOT / "tests/samples/airwars.csv"


@pytest.fixture(scope="module")
def sample():
    return cs.read_airwars(SAMPLE, country="Utopia")


def public(**cells):
    row = {
        "post_id": "7",
        "date": "2024-05-01",
        "country_name": "Utopia",
        "civilian_non_combatants_killed_min": "3",
        "civilian_non_combatants_killed_max": "5",
        "children_killed_min": "1",
        "children_killed_max": "2",
        "women_killed_min": "",
        "women_killed_max": "",
        "belligerent_1_name": "Hill Coalition",
        "belligerent_2_name": "Amaurot Army",
        "civilian_harm_status_name": "Fair",
    }
    return pd.DataFrame([{**row, **cells}])


def test_ranges_have_no_best_and_blank_is_unknown(sample):
    killed = sample.counts[sample.counts["measure"] == "killed"]
    assert killed["low"].to_list()[0] == 1
    assert killed["high"].to_list()[0] == 2
    assert killed["best"].isna().to_list()[:3] == [True, True, False]
    assert killed["qualifier"].to_list()[:4] == ["range", "unknown", "exact", "exact"]
    assert killed["best"].iloc[3] == 0
    assert set(killed["group"]) == {"civilians"}


def test_parties_in_either_order_are_one_set(sample):
    parties = sample.events["belligerents"]
    assert parties[1] == parties[2] == "Hill Coalition; Utopian Military"
    assert pd.isna(parties[4])
    acting = sample.actors[sample.actors["event_id"] == "airwars:900001"]
    assert acting["name"].to_list() == ["Hill Coalition", "Utopian Military"]


def test_grading_kept_in_both_words(sample):
    assert sample.events["grading"][0] == "أدلة مقبولة"
    words = ["fair", "contested", "weak", "confirmed", "discounted"]
    assert sample.events["assessment"].to_list() == words * 2
    classes = ["air_strike", "shelling", "air_strike", "civilian_harm", "civilian_harm"]
    assert sample.events["event_class"].to_list() == classes * 2
    assert set(sample.events["country"]) == {"Utopia"}
    assert sample.events["date_precision"][4] == "days"


def test_the_public_table_subsets_belong_to_the_civilians():
    ds = cs.read_airwars(public())
    counts = ds.counts.set_index("group")
    assert counts.loc["children", "part_of"] == counts.loc["civilians", "count_id"]
    assert pd.isna(counts.loc["civilians", "part_of"])
    assert "women" not in counts.index
    assert ds.events["belligerents"].to_list() == ["Amaurot Army; Hill Coalition"]
    assert ds.events["assessment"].to_list() == ["fair"]
    with pytest.raises(cs.ConflictStatsError, match="same people"):
        cs.count_events(ds, group=["civilians", "children"])


def test_the_page_as_scraped():
    frame = pd.DataFrame(
        {
            "Incident_ID": ["a", "b", "c", "d"],
            "Incident_date": ["october-7-2023"] * 4,
            "killed": ["1 – 2", "Unknown", "4", "lots"],
            "injured": ["12–24", "", "3+", "1"],
        }
    )
    ds = cs.read_airwars(frame, coverage=cs.Coverage.none())
    killed = ds.counts[ds.counts["measure"] == "killed"]
    assert killed["qualifier"].to_list() == ["range", "unknown", "exact"]
    assert (
        ds.events["date_start"].dt.strftime("%Y-%m-%d").to_list() == ["2023-10-07"] * 3
    )
    injured = ds.counts[ds.counts["measure"] == "injured"]
    assert injured["qualifier"].to_list() == ["range", "unknown", "at_least"]
    assert ds.quarantine["rule_id"].to_list() == ["count.unreadable"]


def test_ends_given_the_wrong_way_are_exchanged_and_dates_checked():
    ds = cs.read_airwars(public(children_killed_min="2", children_killed_max="1"))
    child = ds.counts.set_index("group").loc["children"]
    assert (child["low"], child["high"]) == (1, 2)
    assert acted(ds)["rule_id"].to_list() == ["count.order"]
    gone = cs.read_airwars(public(date="1970-01-01"))
    assert gone.quarantine["rule_id"].to_list() == ["date.missing"]


def test_a_table_without_harm_is_refused():
    with pytest.raises(cs.ConflictStatsError, match="`killed`"):
        cs.read_airwars(pd.DataFrame({"code": ["1"], "date": ["2020-01-01"]}))


def test_the_real_archive():
    ds = cs.read_airwars(shared_path("data/airwars/airwars_syria_8114.csv"))
    source = ds.source_records[0]
    assert (source.rows_read, source.rows_kept) == (8114, 8110)
    assert source.rows_quarantined == 4
    assert ds.events["date_start"].dt.year.min() >= 2012


def test_strikes_are_counted_only_where_their_number_is_given():
    ds = cs.read_airwars(public(total_strikes="3"))
    strikes = ds.counts[ds.counts["measure"] == "strikes"]
    assert strikes[["low", "best", "high"]].to_numpy().tolist() == [[3, 3, 3]]
    none = cs.read_airwars(public(total_strikes=""))
    assert "strikes" not in set(none.counts["measure"])


def test_two_gradings_at_once_stay_open_on_record():
    ds = cs.read_airwars(public(civilian_harm_status_name="contested, weak"))
    assert ds.events["assessment"].isna().all()
    assert ds.events["grading"].to_list() == ["contested, weak"]
    assert acted(ds)["rule_id"].to_list() == ["value.unknown_word"]


def test_lists_of_parties_may_be_arabic():
    one = cs.read_airwars(public(belligerents="الجيش ب، الجيش أ"))
    other = cs.read_airwars(public(belligerents="الجيش أ، الجيش ب"))
    assert one.events["belligerents"][0] == other.events["belligerents"][0]
    assert {"الجيش أ", "الجيش ب"} <= set(one.actors["name"])
