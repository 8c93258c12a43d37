import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.sources import ucdp_api
from tests.sources.provider_server import Reply

pytestmark = pytest.mark.loopback


def event(i, day="2024-03-01", country="Utopia", region="Europe", **cells):
    row = {"id": i, "type_of_violence": 1, "country": country, "region": region}
    row |= {"date_start": day, "date_end": day, "best": 3, "high": 4, "low": 2}
    row |= {"deaths_a": 1, "deaths_b": 2, "deaths_civilians": 0, "deaths_unknown": 0}
    return row | {"source_article": f'"Herald", {i}\nsecond line', **cells}


def ucdp(releases, page=2, first=1):
    """Speak as UCDP does: pages by number, the next one by its address."""

    def play(asked):
        _, api, resource, version = asked.path.split("/")
        assert api == "api"
        rows = releases[f"{resource}/{version}"]
        number = int(asked.query.get("page", first)) - first
        pages = max(1, -(-len(rows) // page))
        more = number + 1 < pages
        following = f"http://other.example/x?page={number + first + 1}"
        return Reply(
            {
                "TotalCount": len(rows),
                "TotalPages": pages,
                "PreviousPageUrl": "",
                "NextPageUrl": following if more else "",
                "Result": rows[number * page : (number + 1) * page],
            }
        )

    return play


@pytest.mark.parametrize("first", [0, 1])
def test_all_pages_become_one_dataset(provider, first):
    rows = [event(i) for i in range(1, 6)]
    provider.play(ucdp({"gedevents/25.1": rows}, first=first))
    ds = cs.fetch_ucdp("25.1")
    read = cs.read_ucdp_ged(pd.DataFrame(rows), version="25.1")
    pd.testing.assert_frame_equal(ds.counts, read.counts)
    pd.testing.assert_frame_equal(
        ds.events, read.events, check_dtype=False, check_categorical=False
    )
    assert ds.coverage.windows.equals(read.coverage.windows)
    (source,) = ds.source_records
    assert source.url == "https://ucdpapi.pcr.uu.se/api/gedevents/25.1"
    assert source.version == "25.1"
    assert source.rows_read == source.rows_kept == 5
    assert len(source.sha256) == 64
    assert source.retrieved_at == ds.source_records[0].retrieved_at != ""
    assert len(provider.asked) == 3
    for asked in provider.asked:
        assert asked.headers["x-ucdp-access-token"].startswith("ucdp_token-")
        assert asked.query["pagesize"] == "1000"


def test_the_second_time_it_comes_from_the_cache_and_says_so(provider):
    provider.play(ucdp({"gedevents/25.1": [event(1), event(2)]}))
    first, again = cs.fetch_ucdp("25.1"), cs.fetch_ucdp("25.1")
    assert len(provider.asked) == 1
    assert first.quarantine["rule_id"][0] == "file.fetched"
    assert again.quarantine["rule_id"][0] == "file.from_cache"
    assert "Served from the cache" in again.quarantine["message"][0]
    pd.testing.assert_frame_equal(first.counts, again.counts)
    assert first.source_records == again.source_records
    cs.fetch_ucdp("25.1", refresh=True)
    assert len(provider.asked) == 2


def test_filters_are_asked_for_recorded_and_bound_the_coverage(provider):
    rows = [event(1, "2024-03-01"), event(2, "2024-04-01", "Anyder", "Asia")]
    provider.play(ucdp({"gedevents/25.1": rows}))
    ds = cs.fetch_ucdp(
        "25.1", countries=[901, 902], since="2024-02-10", until="2025-06-30"
    )
    asked = provider.asked[0].query
    assert asked["Country"] == "901,902"
    assert (asked["StartDate"], asked["EndDate"]) == ("2024-02-10", "2025-06-30")
    (source,) = ds.source_records
    assert source.filters == "Country=901,902; EndDate=2025-06-30; StartDate=2024-02-10"
    assert "filters: Country=901,902" in source.attribution()
    windows = ds.coverage.windows
    assert windows["place"].to_list() == ["Anyder", "Utopia"]
    assert windows["period_start"].unique() == pd.Timestamp("2024-02-10")
    # The release ends with 2024, whatever was asked for.
    assert windows["period_end"].unique() == pd.Timestamp("2024-12-31")


def test_a_window_outside_the_release_covers_nothing(provider):
    provider.play(ucdp({"gedevents/25.1": []}))
    ds = cs.fetch_ucdp("25.1", since="2025-02-10")
    assert ds.coverage.windows.empty
    assert len(ds.events) == 0


def test_of_an_unknown_release_nothing_is_taken_as_covered(provider):
    provider.play(ucdp({"gedevents/5.0": [event(1)]}))
    assert cs.fetch_ucdp("5.0", countries=[901]).coverage.windows.empty


def test_an_answer_without_rows_is_an_empty_dataset(provider):
    provider.play(ucdp({"gedevents/26.0.1": []}))
    ds = cs.fetch_ucdp("26.0.1", countries=[901])
    assert len(ds.events) == len(ds.counts) == 0


def test_candidates_are_added_behind_the_yearly_release_and_replace_nothing(provider):
    releases = {
        "gedevents/25.1": [event(1, "2024-12-31"), event(2, "2024-05-01")],
        "gedevents/25.0.1": [
            event(1, "2025-01-02", best=9, deaths_b=8, high=9),
            event(3, "2024-12-30"),
            event(4, "2025-01-05"),
        ],
        "gedevents/25.0.2": [event(4, "2025-02-05"), event(5, "2025-02-07")],
    }
    provider.play(ucdp(releases))
    ds = cs.fetch_ucdp(["25.1", "25.0.1", "25.0.2"], countries=[901])
    events = ds.events.set_index("event_id")
    assert set(events.index) == {f"ucdp_ged:{i}" for i in (1, 2, 4, 5)}
    assert events.loc["ucdp_ged:1", "date_start"] == pd.Timestamp("2024-12-31")
    assert events.loc["ucdp_ged:4", "dataset_version"] == "25.0.1"
    assert [s.version for s in ds.source_records] == ["25.1", "25.0.1", "25.0.2"]
    assert ds.coverage.end == pd.Timestamp("2025-02-28")
    assert len(provider.asked) == 4


def test_without_a_known_last_day_candidates_follow_the_last_event(provider):
    releases = {
        "gedevents/5.0": [event(1, "2014-12-30")],
        "gedevents/15.0.1": [event(2, "2014-12-30"), event(3, "2015-01-05")],
    }
    provider.play(ucdp(releases))
    ds = cs.fetch_ucdp(["5.0", "15.0.1"])
    assert set(ds.events["event_id"]) == {"ucdp_ged:1", "ucdp_ged:3"}


def test_behind_an_unknown_release_without_events_all_candidates_stand(provider):
    releases = {"gedevents/5.0": [], "gedevents/15.0.1": [event(2, "2015-01-05")]}
    provider.play(ucdp(releases))
    assert len(cs.fetch_ucdp(["5.0", "15.0.1"]).events) == 1


def test_the_yearly_files_have_their_own_readers(provider):
    deaths = {"conflict_id": 1, "dyad_id": 7, "year": 2021, "side_a": "Utopia"}
    deaths |= {"side_b": "Anyder", "bd_low": 30, "bd_best": 56, "bd_high": 80}
    conflict = {"conflict_id": 1, "year": 2021, "location": "Utopia"}
    conflict |= {"intensity_level": 2, "type_of_conflict": 3}
    provider.play(
        ucdp({"battledeaths/25.1": [deaths], "ucdpprioconflict/25.1": [conflict]})
    )
    brd = cs.fetch_ucdp("25.1", resource="battledeaths")
    assert brd.counts["best"].to_list() == [56]
    acd = cs.fetch_ucdp("25.1", resource="ucdpprioconflict")
    assert acd.counts["low"].to_list() == [1000]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"TotalCount": 9}, "promised 9 rows and sent 2"),
        ({"TotalCount": None}, "did not say how many rows"),
        ({"Result": None}, "no list of records"),
        ({"Result": ["row"]}, "no list of records"),
        ({"NextPageUrl": "https://x.example/?pagesize=2"}, "follows itself"),
    ],
)
def test_a_page_that_is_not_right_is_refused_and_nothing_is_kept(
    provider, cache, change, said
):
    page = {"TotalCount": 2, "Result": [event(1), event(2)], "NextPageUrl": None}
    provider.play([Reply(page | change)])
    with pytest.raises(cs.FetchError, match=said):
        cs.fetch_ucdp("25.1")
    assert not list(cache.rglob("*.csv"))


@pytest.mark.parametrize("change", ["lost", "repeated", "moved", "grown", "circle"])
def test_pages_that_do_not_fit_together_are_refused(provider, change):
    rows = [event(i) for i in range(1, 7)]
    honest = ucdp({"gedevents/25.1": rows})
    said = {
        "lost": "promised 6 rows and sent 4",
        "repeated": "sent page 1 again as page 2",
        "moved": "sent the row with id '2' twice",
        "grown": "spoke of 6 rows and, on page 2, of 7",
        "circle": "follows itself",
    }

    def play(asked):
        page = honest(asked).body
        if asked.query.get("page") == "2":
            if change == "lost":
                page["Result"] = []
            if change == "repeated":
                page["Result"] = rows[:2]
            if change == "moved":
                page["Result"] = rows[1:3]
            if change == "grown":
                page["TotalCount"] = 7
            if change == "circle":
                page["NextPageUrl"] = "https://ucdpapi.pcr.uu.se/?page=2"
        return Reply(page)

    provider.play(play)
    with pytest.raises(cs.FetchError, match=said[change]):
        cs.fetch_ucdp("25.1")


def test_an_answer_that_is_no_page_is_refused(provider):
    provider.play([Reply([1, 2])])
    with pytest.raises(cs.FetchError, match="no page"):
        cs.fetch_ucdp("25.1")


def test_arguments_are_checked_before_anything_is_asked(no_account, cache):
    with pytest.raises(cs.ArgumentError, match="numbers and dots"):
        cs.fetch_ucdp("25.1/../../secrets")
    with pytest.raises(cs.ArgumentError, match="at least one release"):
        cs.fetch_ucdp([])
    with pytest.raises(cs.ArgumentError, match="only Candidate releases"):
        cs.fetch_ucdp(["25.1", "24.1"])
    with pytest.raises(cs.ArgumentError, match="only Candidate releases"):
        cs.fetch_ucdp(["25.1", "25.0.1"], resource="battledeaths")
    with pytest.raises(cs.ArgumentError, match="has years"):
        cs.fetch_ucdp("25.1", resource="battledeaths", since="2020-01-01")
    with pytest.raises(cs.ArgumentError, match="lies before"):
        cs.fetch_ucdp("25.1", since="2020-01-01", until="2019-01-01")
    with pytest.raises(cs.ArgumentError, match="resource"):
        cs.fetch_ucdp("25.1", resource="dyadic")
    with pytest.raises(TypeError, match="countries"):
        cs.fetch_ucdp("25.1", countries=["Utopia"])
    with pytest.raises(TypeError, match="version"):
        cs.fetch_ucdp([25.1])
    with pytest.raises(TypeError, match="refresh"):
        cs.fetch_ucdp("25.1", refresh="yes")
    with pytest.raises(cs.CredentialError, match="CONFLICTSTATS_UCDP_TOKEN"):
        cs.fetch_ucdp("25.1")


def test_the_page_size_is_what_the_api_allows():
    assert ucdp_api._PAGE == "1000"
