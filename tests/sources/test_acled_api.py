import pandas as pd
import pytest

import conflictstats as cs
from conflictstats.sources import acled_api
from tests.sources.conftest import CANARY
from tests.sources.provider_server import Reply

pytestmark = pytest.mark.loopback

NOW = 1_700_000_000


def event(name, day="2024-03-01", deaths=2, stamp=NOW, **cells):
    row = {"event_id_cnty": name, "event_date": day, "event_type": "Battles"}
    row |= {"country": "Utopia", "notes": 'A "clash";\nin Amaurot.'}
    return row | {"fatalities": str(deaths), "timestamp": str(stamp), **cells}


class Acled:
    """Speaks as ACLED does: signs in, hands out pages, knows what was deleted."""

    def __init__(self, rows, deleted=()):
        self.rows, self.deleted = list(rows), list(deleted)
        self.tokens = 0
        self.valid = set()
        self.total = True
        self.refresh_works = True
        self.lives = 10**9

    def __call__(self, asked):
        if asked.path == "/oauth/token":
            return self.sign_in(asked)
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        self.lives -= 1
        if self.lives == 0:
            self.valid.clear()
        if token not in self.valid:
            return Reply({"message": f"token {token} has expired"}, 401)
        rows = self.deleted if "deleted" in asked.path else self.rows
        return self.page(asked, [r for r in rows if self.wants(asked.query, r)])

    def sign_in(self, asked):
        form = asked.form
        assert form["client_id"] == "acled"
        known = form.get("password") == f"acled_password-{CANARY}"
        again = form.get("refresh_token", "").startswith("refresh-")
        if not (known or (again and self.refresh_works)):
            return Reply({"error": "invalid_grant", "message": "incorrect"}, 400)
        self.tokens += 1
        token = f"access-{self.tokens}-{CANARY}"
        self.valid = {token}
        answer = {"token_type": "Bearer", "expires_in": 86400, "access_token": token}
        return Reply(answer | {"refresh_token": f"refresh-{self.tokens}-{CANARY}"})

    def wants(self, query, row):
        first, last = "", "9999"
        days = query.get("event_date", "").split("|")
        if query.get("event_date_where") in ("BETWEEN", ">="):
            first = days[0]
        if query.get("event_date_where") in ("BETWEEN", "<="):
            last = days[-1]
        return (
            row.get("country", "") in query.get("country", row.get("country", ""))
            and row.get("event_type", "")
            in query.get("event_type", row.get("event_type", ""))
            and int(row.get("timestamp", 0)) >= int(query.get("timestamp", 0))
            and int(row.get("deleted_timestamp", 0))
            >= int(query.get("deleted_timestamp", 0))
            and first <= row.get("event_date", first) <= last
        )

    def page(self, asked, rows):
        number, size = int(asked.query["page"]), int(asked.query["limit"])
        part = rows[(number - 1) * size : number * size]
        answer = {"status": 200, "success": True, "count": len(part), "data": part}
        if self.total and asked.query.get("with_total") == "true":
            answer["total_count"] = len(rows)
        return Reply(answer)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(acled_api, "_PAGE", 2)


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("n", [0, 1, 4, 5])
def test_all_pages_become_one_dataset(provider, n, total):
    rows = [event(f"UTO{i}") for i in range(n)]
    provider.play(acled := Acled(rows))
    acled.total = total
    ds = cs.fetch_acled(countries=["Utopia"])
    assert len(ds.events) == n
    if n:
        read = cs.read_acled(pd.DataFrame(rows))
        pd.testing.assert_frame_equal(ds.counts, read.counts)
    (source,) = ds.source_records
    assert not source.may_redistribute
    assert source.url == "https://acleddata.com/api/acled/read?country=Utopia"
    assert f"accessed {source.retrieved_at}" in source.cite()
    assert "filters: country=Utopia" in source.attribution()
    assert acled.tokens == 1


def test_filters_are_asked_for_as_acled_writes_them(provider):
    provider.play(Acled([]))
    cs.fetch_acled(
        countries=["Utopia", "Anyder"],
        since="2024-01-01",
        until="2024-12-31",
        event_types=["Battles"],
    )
    query = provider.asked[1].query
    assert query["country"] == "Utopia|Anyder"
    assert query["event_date"] == "2024-01-01|2024-12-31"
    assert query["event_date_where"] == "BETWEEN"
    assert query["event_type"] == "Battles"
    cs.fetch_acled(since="2024-01-01")
    query = provider.asked[-1].query
    assert (query["event_date"], query["event_date_where"]) == ("2024-01-01", ">=")
    cs.fetch_acled(until="2024-01-01")
    assert provider.asked[-1].query["event_date_where"] == "<="


def test_a_token_that_expires_midway_is_refreshed(provider):
    provider.play(acled := Acled([event(f"UTO{i}") for i in range(6)]))
    acled.lives = 2
    assert len(cs.fetch_acled().events) == 6
    grants = [a.form["grant_type"] for a in provider.asked if a.form]
    assert grants == ["password", "refresh_token"]


def test_where_refreshing_fails_the_account_is_asked_again(provider):
    provider.play(acled := Acled([event(f"UTO{i}") for i in range(6)]))
    acled.lives, acled.refresh_works = 2, False
    assert len(cs.fetch_acled().events) == 6
    grants = [a.form["grant_type"] for a in provider.asked if a.form]
    assert grants == ["password", "refresh_token", "password"]


def test_a_token_that_never_works_is_an_error(provider):
    def play(asked):
        if asked.path == "/oauth/token":
            return Reply({"access_token": CANARY})
        return Reply({"message": f"expired: {CANARY}"}, 401)

    provider.play(play)
    with pytest.raises(cs.CredentialError, match="expired") as caught:
        cs.fetch_acled()
    assert "c4n4ry" not in str(caught.value)


def test_a_wrong_password_is_an_error_that_says_so(provider, monkeypatch):
    monkeypatch.setenv("CONFLICTSTATS_ACLED_PASSWORD", "wrong")
    provider.play(Acled([]))
    with pytest.raises(cs.CredentialError, match="missing, wrong or expired"):
        cs.fetch_acled()
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "answer", [{}, [], {"access_token": ""}, {"access_token": None}]
)
def test_a_sign_in_without_a_token_is_an_error(provider, answer):
    provider.play([Reply(answer)])
    with pytest.raises(cs.FetchError, match="without a token"):
        cs.fetch_acled()


def test_terms_that_were_not_accepted_are_an_error_that_says_so(provider):
    def play(asked):
        if asked.path == "/oauth/token":
            return Reply({"access_token": CANARY})
        return Reply({"message": "Access denied"}, 403)

    provider.play(play)
    with pytest.raises(
        cs.CredentialError, match=r"(?s)Access denied.*accept the terms"
    ):
        cs.fetch_acled()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"success": False}, "did not succeed"),
        ({"data": None}, "no page"),
        ({"count": 3}, "counted 3 rows on a page that holds 2"),
        ({"total_count": 7}, "promised 7 rows and sent 4|of 7"),
    ],
)
def test_pages_that_are_not_right_are_refused(provider, change, said):
    honest = Acled([event(f"UTO{i}") for i in range(4)])

    def play(asked):
        reply = honest(asked)
        if "data" in reply.body:
            reply.body |= change
        return reply

    provider.play(play)
    with pytest.raises(cs.FetchError, match=said):
        cs.fetch_acled()


def test_a_page_cut_short_in_the_middle_is_noticed_without_a_total(provider):
    honest = Acled([event(f"UTO{i}") for i in range(6)])
    honest.total = False

    def play(asked):
        reply = honest(asked)
        if asked.query.get("page") == "2":
            reply.body |= {"data": [], "count": 0}
        return reply

    provider.play(play)
    with pytest.raises(cs.FetchError, match="cut short: 2 rows follow"):
        cs.fetch_acled()


def test_without_an_account_nothing_is_asked(no_account, cache):
    with pytest.raises(cs.CredentialError, match="CONFLICTSTATS_ACLED_EMAIL"):
        cs.fetch_acled()
    with pytest.raises(cs.ArgumentError, match="must not be empty"):
        cs.fetch_acled(countries=["Utopia|Anyder"])
    with pytest.raises(cs.ArgumentError, match="must not be empty"):
        cs.fetch_acled(countries=[" "])
    with pytest.raises(TypeError, match="countries"):
        cs.fetch_acled(countries=[901])


def updated(provider, before, after, deleted=(), **filters):
    acled = Acled(before)
    provider.play(acled)
    old = cs.fetch_acled(**filters)
    provider.asked.clear()
    acled.rows, acled.deleted = list(after), list(deleted)
    new, changes = cs.fetch_update(old)
    return acled, new, changes


def test_an_update_brings_revisions_additions_and_deletions(provider):
    before = [event(f"UTO{i}", stamp=NOW - 10**8) for i in range(4)]
    before.append(event("UTO4", stamp=NOW))
    after = [
        *before[:2],
        event("UTO3", deaths=7, stamp=NOW + 50),
        before[4],
        event("UTO9", stamp=NOW + 60),
    ]
    deleted = [{"event_id_cnty": "UTO2", "deleted_timestamp": str(NOW + 40)}]
    deleted += [{"event_id_cnty": "ANY1", "deleted_timestamp": str(NOW + 40)}]
    _, new, changes = updated(provider, before, after, deleted)
    assert set(new.events["event_id"]) == {f"acled:UTO{i}" for i in (0, 1, 3, 4, 9)}
    assert changes.added.query("table == 'events'")["record_id"].to_list() == [
        "acled:UTO9"
    ]
    assert changes.removed["event_id"].unique().tolist() == ["acled:UTO2"]
    assert changes.changed[["record_id", "column", "before", "after"]].to_numpy()[
        1
    ].tolist() == ["acled:UTO3:all", "best", "2", "7"]
    assert "Best figures revised: 1 up." in changes.summary()
    # Old rows were not asked for again.
    changed = [a for a in provider.asked if a.query.get("timestamp")]
    assert {a.query["timestamp"] for a in changed} == {str(NOW - 14 * 86_400)}
    gone = [a for a in provider.asked if "deleted" in a.path]
    assert gone[0].query["deleted_timestamp_where"] == ">="
    again, nothing = cs.fetch_update(new)
    assert nothing.is_empty
    assert len(again.events) == 5


def test_an_update_keeps_to_the_filters(provider):
    window = {"since": "2024-01-01", "until": "2024-12-31", "countries": ["Utopia"]}
    before = [event("UTO1"), event("UTO2"), event("UTO3")]
    after = [
        event("UTO1", day="2025-01-05", stamp=NOW + 1),
        before[1],
        event("UTO3", event_type="Riots", stamp=NOW + 1),
        event("UTO5", day="2024-05-05", stamp=NOW + 1),
        event("ANY1", country="Anyder", stamp=NOW + 1),
    ]
    _, new, changes = updated(
        provider, before, after, event_types=["Battles"], **window
    )
    assert set(new.events["event_id"]) == {"acled:UTO2", "acled:UTO5"}
    assert changes.removed["event_id"].nunique() == 2


def test_an_event_deleted_and_put_back_stays(provider):
    before = [event("UTO1"), event("UTO2")]
    after = [event("UTO1", deaths=5, stamp=NOW + 90), before[1]]
    deleted = [{"event_id_cnty": "UTO1", "deleted_timestamp": str(NOW - 90)}]
    _, new, _ = updated(provider, before, after, deleted)
    assert len(new.events) == 2


@pytest.mark.parametrize("trouble", ["count", "stamp", "cache"])
def test_where_changes_do_not_add_up_all_is_fetched_anew(
    provider, trouble, caplog, cache
):
    stamp = {"stamp": ""} if trouble == "stamp" else {}
    before = [event("UTO1", **stamp), event("UTO2", **stamp)]
    # An event that went without a word of its deletion.
    acled = Acled(before)
    acled.wants = lambda query, row: True
    provider.play(acled)
    old = cs.fetch_acled()
    acled.rows = before[:1]
    if trouble == "cache":
        cs.clear_downloads()
    new, changes = cs.fetch_update(old)
    assert len(new.events) == 1
    assert len(changes.removed) == 2
    assert ("do not add up" in caplog.text) == (trouble != "cache")


def test_rows_without_an_upload_time_are_read(provider):
    rows = [event("UTO1")]
    del rows[0]["timestamp"]
    acled = Acled(rows)
    acled.wants = lambda query, row: True
    provider.play(acled)
    old = cs.fetch_acled()
    new, changes = cs.fetch_update(old)
    assert changes.is_empty
    assert len(new.events) == 1


def any_history(rng):
    """Events before and after some weeks, and what was deleted in between."""
    days = [f"2024-{m:02d}-15" for m in range(1, 13)] + ["2023-06-15", "2025-06-15"]
    kinds, places = ["Battles", "Riots"], ["Utopia", "Anyder"]

    def any_event(name, stamp):
        return event(
            name,
            day=str(rng.choice(days)),
            deaths=int(rng.integers(0, 9)),
            stamp=stamp,
            event_type=str(rng.choice(kinds)),
            country=places[int(name.startswith("ANY"))],
        )

    names = [f"{rng.choice(['UTO', 'ANY'])}{i}" for i in range(12)]
    before = [any_event(n, NOW - int(rng.integers(0, 10**7))) for n in names[:8]]
    after, deleted = [], []
    for row in before:
        fate = rng.choice(["stays", "stays", "revised", "deleted"])
        if fate == "deleted":
            stamp = str(NOW + int(rng.integers(0, 10**6)))
            row = {"event_id_cnty": row["event_id_cnty"], "deleted_timestamp": stamp}
            deleted.append(row)
        elif fate == "revised":
            after.append(any_event(row["event_id_cnty"], NOW + 5))
        else:
            after.append(row)
    after += [any_event(n, NOW + int(rng.integers(0, 10**6))) for n in names[8:]]
    return before, after, deleted


def same_as_a_fresh_download(provider, rng, times):
    asked = {"countries": ["Utopia"], "event_types": ["Battles"]}
    asked |= {"since": "2024-01-01", "until": "2024-12-31"}
    incremental = 0
    for _ in range(times):
        cs.clear_downloads()
        before, after, deleted = any_history(rng)
        _, new, changes = updated(provider, before, after, deleted, **asked)
        incremental += any("deleted" in a.path for a in provider.asked)
        fresh = cs.fetch_acled(refresh=True, **asked)
        assert cs.compare_datasets(fresh, new, ignore=()).is_empty
        assert isinstance(changes, cs.DatasetChanges)
    return incremental


def test_an_update_is_the_same_as_a_fresh_download(provider, rng):
    same_as_a_fresh_download(provider, rng, 1)


@pytest.mark.slow
def test_many_updates_are_the_same_as_fresh_downloads(provider, rng):
    assert same_as_a_fresh_download(provider, rng, 60) > 30
