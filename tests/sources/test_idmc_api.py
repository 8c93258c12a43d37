import gzip
import json

import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.sources.idmc_api import STORE
from tests.sources.conftest import CANARY
from tests.sources.provider_server import Reply

pytestmark = pytest.mark.loopback


def update(i, figure=500, **cells):
    row = {"id": i, "iso3": "UTO", "country": "Utopia", "figure": figure}
    row |= {"displacement_type": "Conflict", "qualifier": "total"}
    row |= {"displacement_start_date": "2023-11-06T11:00:00.000Z"}
    row |= {"displacement_end_date": "2023-11-06T11:00:00.000Z"}
    row |= {"centroid": [10.25, 20.25], "sources": ["Herald", 'Radio "Anyder"']}
    return row | {"standard_popup_text": "<b>Utopia: 500, 7 November</b>"} | cells


def idmc(rows, packed=False):
    """Answer as IDMC does: with the address of a file in its store."""

    def play(asked):
        if asked.host == STORE:
            assert asked.path == "/dump/idus.json"
            assert "client_id" not in asked.query
            text = json.dumps(rows).encode()
            if packed:
                return Reply(gzip.compress(text), headers={"Content-Encoding": "gzip"})
            return Reply(text, kind="binary/octet-stream")
        assert asked.query["client_id"] == f"idmc_client_id-{CANARY}"
        return Reply("", 302, {"Location": f"https://{STORE}/dump/idus.json"})

    return play


@pytest.mark.parametrize("packed", [True, False])
def test_updates_come_from_the_store(provider, packed):
    rows = [update(i) for i in range(3)]
    provider.play(idmc(rows, packed))
    ds = cs.fetch_idmc()
    read = cs.read_idmc(pd.DataFrame(rows))
    pd.testing.assert_frame_equal(ds.counts, read.counts, check_dtype=False)
    assert str(ds.events["date_start"][0].date()) == "2023-11-07"
    (source,) = ds.source_records
    assert source.url == "https://helix-tools-api.idmcdb.org/external-api/idus/all/"
    assert provider.asked[0].path == "/external-api/idus/all/"
    cs.fetch_idmc("recent")
    assert provider.asked[2].path == "/external-api/idus/last-180-days/"


def test_a_file_that_is_still_being_made_is_waited_for(provider, naps):
    honest = idmc([update(1)])
    waiting = [Reply([], 202), Reply([], 202)]
    provider.play(lambda asked: waiting.pop() if waiting else honest(asked))
    assert len(cs.fetch_idmc().events) == 1
    assert len(naps) == 2


def test_another_store_is_refused(provider):
    provider.play([Reply("", 302, {"Location": "https://elsewhere.example/f.json"})])
    with pytest.raises(cs.FetchError, match=r"'elsewhere\.example', which is none"):
        cs.fetch_idmc()
    assert "elsewhere.example" not in provider.connected


def year(i):
    row = {"iso3": "UTO", "country_name": "Utopia", "year": i}
    return row | {
        "conflict_new_displacement": 10 * i,
        "disaster_new_displacement": None,
    }


def gidd(rows, size=2):
    def play(asked):
        at = int(asked.query.get("offset", 0))
        more = at + size < len(rows)
        query = f"client_id={asked.query['client_id']}&limit={size}&offset={at + size}"
        following = f"http://helix-tools-api.idmcdb.org/x/?{query}" if more else None
        part = rows[at : at + size]
        return Reply({"count": len(rows), "next": following, "results": part})

    return play


def test_yearly_figures_come_in_pages(provider):
    rows = [year(y) for y in range(2015, 2020)]
    provider.play(gidd(rows))
    ds = cs.fetch_idmc("yearly")
    assert len(ds.events) == 5
    assert ds.counts["best"].dropna().to_list() == [10 * y for y in range(2015, 2020)]
    assert len(provider.asked) == 3


def test_yearly_figures_may_come_in_one_piece_or_not_at_all(provider):
    provider.play([Reply([year(2015)]), Reply([])])
    assert len(cs.fetch_idmc("yearly").events) == 1
    assert len(cs.fetch_idmc("yearly", refresh=True).events) == 0


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("text", "no page"),
        ({"results": [year(2015)], "count": 3, "next": None}, "promised 3 rows"),
        ({"results": [], "count": 0, "next": "https://x.example/?"}, None),
        ({"results": None}, "no list of records"),
    ],
)
def test_an_answer_that_is_not_right_is_refused(provider, answer, said):
    provider.play([Reply(answer if isinstance(answer, dict) else f'"{answer}"')])
    if said is None:
        assert len(cs.fetch_idmc("yearly").events) == 0
        return
    with pytest.raises(cs.FetchError, match=said):
        cs.fetch_idmc("yearly")


def test_pages_in_a_circle_are_refused(provider):
    page = {"results": [year(2015)], "count": 9}
    following = "https://helix-tools-api.idmcdb.org/x/?offset=2"
    provider.play(
        [
            Reply(page | {"next": following}),
            Reply(page | {"results": [year(2016)], "next": following}),
        ]
    )
    with pytest.raises(cs.FetchError, match="follows itself"):
        cs.fetch_idmc("yearly")


def test_a_client_id_that_is_not_registered_is_an_error_that_says_so(provider):
    def play(asked):
        return Reply({"detail": f"{asked.query['client_id']} is not registered."}, 403)

    provider.play(play)
    with pytest.raises(
        cs.CredentialError, match=r"(?s)not registered.*idmc.ch"
    ) as caught:
        cs.fetch_idmc()
    assert "c4n4ry" not in str(caught.value)


def test_arguments_are_checked(no_account, cache):
    with pytest.raises(cs.ArgumentError, match="kind"):
        cs.fetch_idmc("daily")
    with pytest.raises(cs.CredentialError, match="CONFLICTSTATS_IDMC_CLIENT_ID"):
        cs.fetch_idmc()


def test_an_update_tells_what_was_revised_and_dropped(provider):
    provider.play(idmc([update(1), update(2), update(3)]))
    old = cs.fetch_idmc()
    provider.play(idmc([update(1), update(2, figure=450), update(4)]))
    new, changes = cs.fetch_update(old)
    assert set(changes.removed["event_id"]) == {"idmc:3"}
    assert set(changes.added["event_id"]) == {"idmc:4"}
    best = changes.changed.query("column == 'best'")
    assert best[["before", "after"]].to_numpy().tolist() == [["500", "450"]]
    assert len(new.events) == 3
    assert cs.fetch_idmc().source_records == new.source_records
