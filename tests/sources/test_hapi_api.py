import base64

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.sources import hapi_api
from tests.sources.conftest import CANARY
from tests.sources.provider_server import Reply

pytestmark = pytest.mark.loopback


def month(place, i, kind="political_violence"):
    row = {
        "location_code": place,
        "provider_admin2_name": f"Place {i}",
        "event_type": kind,
    }
    row |= {"events": i, "fatalities": None if kind == "demonstration" else 2 * i}
    return row | {
        "reference_period_start": "2025-01-01T00:00:00",
        "reference_period_end": "2025-01-31T23:59:59",
    }


def hapi(rows):
    def play(asked):
        place = asked.query.get("location_code")
        mine = [r for r in rows if place in (None, r["location_code"])]
        at, size = int(asked.query["offset"]), int(asked.query["limit"])
        return Reply({"data": mine[at : at + size]})

    return play


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(hapi_api, "_PAGE", 2)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_all_pages_become_one_dataset(provider, n):
    rows = [month("UTO", i) for i in range(n)]
    provider.play(hapi(rows))
    ds = cs.fetch_hapi()
    assert len(ds.events) == n
    if n:
        read = cs.read_hapi_events(pd.DataFrame(rows))
        pd.testing.assert_frame_equal(ds.counts, read.counts, check_dtype=False)
    assert not ds.may_redistribute
    encoded = provider.asked[0].headers["X-HDX-HAPI-APP-IDENTIFIER"]
    said = base64.b64decode(encoded).decode()
    assert said == f"conflictstats:hapi_email-{CANARY}"
    assert "app_identifier" not in provider.asked[0].query


def test_places_are_asked_for_one_by_one(provider):
    rows = [month("UTO", i) for i in range(3)] + [month("AYD", i) for i in range(2)]
    provider.play(hapi([*rows, month("XYZ", 0)]))
    ds = cs.fetch_hapi(
        countries=["UTO", "AYD"], since="2025-01-01", until="2025-12-31", admin_level=2
    )
    assert len(ds.events) == 5
    query = provider.asked[0].query
    assert query["start_date"] == "2025-01-01"
    assert query["end_date"] == "2025-12-31"
    assert query["admin_level"] == "2"
    assert "admin_level=2" in ds.source_records[0].filters


def test_a_page_lost_in_the_middle_is_noticed(provider):
    honest = hapi([month("UTO", i) for i in range(6)])

    def play(asked):
        return Reply({"data": []}) if asked.query["offset"] == "2" else honest(asked)

    provider.play(play)
    with pytest.raises(cs.FetchError, match="cut short"):
        cs.fetch_hapi()


def test_a_page_sent_twice_is_noticed(provider):
    rows = [month("UTO", i) for i in range(6)]
    provider.play(lambda _: Reply({"data": rows[:2]}))
    with pytest.raises(cs.FetchError, match="again as page 2"):
        cs.fetch_hapi()


@pytest.mark.parametrize("answer", [[], {"data": None}, {}])
def test_an_answer_that_is_no_page_is_refused(provider, answer):
    provider.play([Reply(answer)])
    with pytest.raises(cs.FetchError, match="no page"):
        cs.fetch_hapi()


def test_the_address_is_not_shown_where_it_is_refused(provider):
    def play(asked):
        who = asked.headers["X-HDX-HAPI-APP-IDENTIFIER"]
        return Reply({"error": f"{who} {base64.b64decode(who).decode()} is bad"}, 400)

    provider.play(play)
    with pytest.raises(cs.FetchError, match="is bad") as caught:
        cs.fetch_hapi()
    assert "c4n4ry" not in str(caught.value)
    assert base64.b64encode(b"conflictstats").decode()[:8] not in str(caught.value)


def test_arguments_are_checked(no_account, cache):
    with pytest.raises(cs.ArgumentError, match="admin_level"):
        cs.fetch_hapi(admin_level=3)
    with pytest.raises(cs.CredentialError, match="CONFLICTSTATS_HAPI_EMAIL"):
        cs.fetch_hapi()
