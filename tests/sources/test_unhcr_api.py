import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.sources import unhcr_api
from tests.sources.provider_server import Reply

pytestmark = pytest.mark.loopback


def people(year, refugees=40, coa="ANY"):
    row = {"year": year, "coo": "UTO", "coa": coa, "coo_iso": "UTP", "coa_iso": "AYD"}
    row |= {"coo_name": "Utopia", "coa_name": "Anyder", "refugees": refugees}
    return row | {"returned_refugees": "5", "idps": "0", "oip": None}


def unhcr(rows):
    def play(asked):
        number, size = int(asked.query["page"]), int(asked.query["limit"])
        part = rows[(number - 1) * size : number * size]
        pages = max(1, -(-len(rows) // size))
        answer = {"page": number, "maxPages": pages, "total": [], "items": part}
        return Reply(answer)

    return play


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(unhcr_api, "_PAGE", 2)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_all_pages_become_one_dataset(provider, n):
    rows = [people(2010 + i) for i in range(n)]
    provider.play(unhcr(rows))
    ds = cs.fetch_unhcr((2010, 2020))
    assert len(ds.events) == n
    if n:
        read = cs.read_unhcr(pd.DataFrame(rows))
        pd.testing.assert_frame_equal(ds.counts, read.counts, check_dtype=False)
    query = provider.asked[0].query
    assert (query["yearFrom"], query["yearTo"]) == ("2010", "2020")
    assert query["coo_all"] == query["coa_all"] == "true"
    assert query["cf_type"] == "ISO"
    assert len(provider.asked) == max(1, -(-n // 2))


def test_countries_are_asked_for_by_iso_codes(provider):
    provider.play(unhcr([people(2010)]))
    cs.fetch_unhcr((2010, 2010), origins=["UTP", "XYZ"], asylums="AYD")
    query = provider.asked[0].query
    assert (query["coo"], query["coa"]) == ("UTP,XYZ", "AYD")
    assert "coo_all" not in query
    assert "coa_all" not in query
    (path,) = cs.list_downloads()["path"]
    assert cs.read_unhcr(path, keep_zeros=True).counts["best"].eq(0).any()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"items": None}, "no page"),
        ({"maxPages": None}, "did not say how many pages"),
        ({"page": 1}, "was asked for page 2 and sent page 1"),
        ({"maxPages": 4}, "spoke of 3 pages, and then of 4"),
        ({"items": []}, "2 rows on page 1 and [01] on page 2"),
        ({"items": [people(2012)]}, "2 rows on page 1 and [01] on page 2"),
        ({"items": [people(2011 + i) for i in range(3)]}, "and 3 on page 2"),
        ({"items": [people(2010), people(2011)]}, "again as page 2"),
        ({"items": [people(2011), people(2012)]}, "twice"),
    ],
)
def test_pages_that_are_not_right_are_refused(provider, change, said):
    honest = unhcr([people(2010 + i) for i in range(6)])

    def play(asked):
        reply = honest(asked)
        if asked.query["page"] == "2":
            reply.body |= change
        return reply

    provider.play(play)
    with pytest.raises(cs.FetchError, match=said):
        cs.fetch_unhcr((2010, 2020))


def test_arguments_are_checked(cache):
    with pytest.raises(TypeError, match="two years"):
        cs.fetch_unhcr(2010)
    with pytest.raises(cs.ArgumentError, match="first and the last"):
        cs.fetch_unhcr((2010,))
    with pytest.raises(cs.ArgumentError, match="from 1951"):
        cs.fetch_unhcr((1900, 2010))
    with pytest.raises(cs.ArgumentError, match="run forward"):
        cs.fetch_unhcr((2011, 2010))


def test_an_update_compares_the_whole(provider):
    provider.play(unhcr([people(2010), people(2011)]))
    old = cs.fetch_unhcr((2010, 2011))
    provider.play(unhcr([people(2010, refugees=60), people(2011, coa="XYZ")]))
    new, changes = cs.fetch_update(old)
    assert len(new.events) == 2
    assert set(changes.removed["event_id"]) == {"unhcr:2011/UTO/ANY"}
    assert set(changes.added["event_id"]) == {"unhcr:2011/UTO/XYZ"}
    assert "Best figures revised: 1 up." in changes.summary()
