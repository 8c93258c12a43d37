import datetime
import logging
from email.utils import format_datetime

import pytest
import requests

import conflictstats as cs
from conflictstats.sources import _transport
from conflictstats.sources._signatures import Signature
from conflictstats.sources._transport import Transport
from tests.sources.conftest import CANARY
from tests.sources.provider_server import Reply

pytestmark = pytest.mark.loopback

URL = "https://acleddata.com/api/acled/read"
STORE = "helix-copilot-prod-helix-media-external.s3.amazonaws.com"


@pytest.fixture
def ask(provider):
    return Transport("ACLED", ("acleddata.com",), stores=(STORE,))


def test_numbers_stay_as_they_were_written(provider, ask):
    provider.play([Reply(b'{"id": 9007199254740993, "x": 10.2500, "nan": NaN}')])
    found = ask.get(URL, {"country": "Utopia|Anyder"})
    assert found == {"id": "9007199254740993", "x": "10.2500", "nan": None}
    (asked,) = provider.asked
    assert asked.query == {"country": "Utopia|Anyder"}
    assert asked.headers["User-Agent"].startswith("conflictstats/")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 202])
def test_a_passing_trouble_is_waited_out_longer_every_time(
    provider, ask, naps, status, caplog
):
    provider.play([Reply("", status)] * 3 + [Reply({"ok": True})])
    assert ask.get(URL) == {"ok": True}
    assert len(naps) == 3
    for attempt, pause in enumerate(naps):
        assert 0.5 * 2**attempt <= pause <= 2**attempt
    assert f"answered {status}; asking again" in caplog.text


def test_it_gives_up_and_says_so(provider, ask, naps):
    provider.play(lambda _: Reply({"message": "out of order"}, 500))
    with pytest.raises(cs.FetchError, match=r"answered 500.*out of order.*6 times"):
        ask.get(URL)
    assert len(provider.asked) == _transport.ATTEMPTS
    assert len(naps) == _transport.ATTEMPTS - 1


def test_it_waits_as_long_as_it_is_asked_to(provider, ask, naps):
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=40)
    provider.play(
        [
            Reply("", 429, {"Retry-After": "7"}),
            Reply("", 503, {"Retry-After": format_datetime(later)}),
            Reply(
                "", 503, {"Retry-After": format_datetime(later.replace(tzinfo=None))}
            ),
            Reply("", 503, {"Retry-After": "as you like"}),
            Reply([]),
        ]
    )
    assert ask.get(URL) == []
    first, second, third, fourth = naps
    assert 7 <= first <= 7.25
    assert 30 <= second <= 42
    assert 30 <= third <= 42
    assert 4 <= fourth <= 8


def test_it_does_not_wait_for_hours(provider, ask, naps):
    provider.play([Reply("", 429, {"Retry-After": "3600"})])
    with pytest.raises(cs.FetchError, match="429 and asks to wait 3,600 seconds"):
        ask.get(URL)
    assert naps == []


def test_no_pause_is_longer_than_the_longest(provider, ask, naps, monkeypatch):
    monkeypatch.setattr(_transport, "LONGEST_WAIT", 3.0)
    provider.play(lambda _: Reply("", 500))
    with pytest.raises(cs.FetchError):
        ask.get(URL)
    assert max(naps) == 3


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (400, cs.FetchError, "answered 400"),
        (401, cs.CredentialError, "missing, wrong or expired"),
        (403, cs.CredentialError, "credential is not enough"),
        (404, cs.FetchError, "no such data"),
        (418, cs.FetchError, "answered 418"),
    ],
)
def test_a_refusal_is_not_asked_again(provider, ask, naps, status, kind, said):
    provider.play([Reply({"error": "no\nway"}, status)])
    with pytest.raises(kind, match=rf"(?s){said}.*Hint: ") as caught:
        ask.get(URL)
    assert "(no way)" in str(caught.value)
    assert isinstance(caught.value, cs.ConflictStatsError)
    assert naps == []


@pytest.mark.parametrize(
    ("body", "shown"),
    [(b"<html>", False), (b'"no"', True), (b'{"x": 1}', False), (b"[" * 9999, False)],
)
def test_what_the_provider_says_is_passed_on_if_it_can_be_read(
    provider, ask, body, shown
):
    provider.play([Reply(body, 400)])
    with pytest.raises(cs.FetchError) as caught:
        ask.get(URL)
    assert ("answered 400 (no)" in str(caught.value)) == shown


def test_a_refused_credential_is_renewed_once(provider, naps):
    ask = Transport("ACLED", ("acleddata.com",), renew=Signature)
    provider.play([Reply("", 401), Reply([1])])
    assert ask.get(URL) == ["1"]
    provider.play([Reply("", 401), Reply("", 401)])
    with pytest.raises(cs.CredentialError):
        ask.get(URL)


def test_an_answer_cut_short_is_asked_for_again(provider, ask, naps):
    provider.play([Reply({"a": 1}, missing=100), Reply('{"a": [1, 2'), Reply({"a": 1})])
    assert ask.get(URL) == {"a": "1"}
    assert len(naps) == 2


def test_an_answer_always_cut_short_is_an_error(provider, ask, naps):
    provider.play(lambda _: Reply('{"a": [1, 2'))
    with pytest.raises(cs.FetchError, match=r"breaks off after 11 bytes, 6 times"):
        ask.get(URL)
    provider.play(lambda _: Reply({"a": 1}, missing=100))
    with pytest.raises(cs.FetchError, match=r"broke off its answer, 6 times"):
        ask.get(URL)


def test_slowness_has_an_end(provider, ask, naps, monkeypatch):
    monkeypatch.setattr(_transport, "TIMEOUT", (5.0, 0.05))
    monkeypatch.setattr(_transport, "ATTEMPTS", 2)
    provider.play(lambda _: Reply([], delay=0.3))
    with pytest.raises(cs.FetchError, match="did not answer in time, 2 times"):
        ask.get(URL)
    provider.play([Reply([])])
    monkeypatch.setattr(_transport, "TIMEOUT", (5.0, 5.0))
    monkeypatch.setattr(_transport, "LONGEST_ANSWER", -1.0)
    with pytest.raises(cs.FetchError, match="still sending"):
        ask.get(URL)


def test_size_has_an_end(provider, ask, monkeypatch):
    monkeypatch.setattr(_transport, "MOST_BYTES", 1000)
    provider.play([Reply([0] * 1000)])
    with pytest.raises(cs.FetchError, match="more than 1,000 bytes"):
        ask.get(URL)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/xml"])
def test_a_page_to_log_in_is_no_answer(provider, ask, kind):
    provider.play([Reply("<html></html>", kind=kind)])
    with pytest.raises(cs.FetchError, match="where JSON was due"):
        ask.get(URL)


def test_an_answer_that_does_not_say_its_kind_is_read(provider, ask):
    provider.play([Reply([], kind="")])
    assert ask.get(URL) == []


def test_redirects_on_the_same_host_are_followed_signed(provider):
    secret = cs.sources._credentials.Secret(CANARY)
    ask = Transport("X", ("acleddata.com",), signature=Signature(secret, header="k"))
    provider.play([Reply("", 302, {"Location": "/there?x=1"}), Reply([])])
    assert ask.get(URL, {"a": "b"}) == []
    assert [a.headers["k"] for a in provider.asked] == [CANARY, CANARY]
    assert provider.asked[1].path == "/there"
    assert provider.asked[1].query == {"x": "1"}


def test_redirects_to_the_store_are_followed_unsigned(provider):
    secret = cs.sources._credentials.Secret(CANARY)
    for way in ({"header": "Authorization"}, {"query": "client_id"}):
        provider.asked.clear()
        signature = Signature(secret, **way)
        ask = Transport("X", ("acleddata.com",), (STORE,), signature)
        provider.play([Reply("", 302, {"Location": f"https://{STORE}/f"}), Reply([])])
        assert ask.get(URL) == []
        first, second = provider.asked
        assert second.host == STORE
        assert CANARY in f"{first.headers}{first.query}"
        assert CANARY not in f"{second.headers}{second.query}"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("https://elsewhere.example/x", "'elsewhere.example', which is none"),
        ("https://acleddata.com.elsewhere.example/x", "which is none"),
        ("https://acleddata.com@elsewhere.example/x", "which is none"),
        ("https://acleddata.com:8443/x", "which is none"),
        ("http://acleddata.com/x", "over 'http', not https"),
        ("//elsewhere.example/x", "which is none"),
        ("file:///etc/passwd", "over 'file', not https"),
        ("https://acleddata.com:port/x", "could not be asked"),
        ("https://[acleddata.com/x", "could not be asked"),
    ],
)
def test_redirects_elsewhere_are_refused(provider, ask, target, said):
    provider.play([Reply("", 307, {"Location": target})])
    with pytest.raises(cs.FetchError, match=said):
        ask.get(URL)
    assert set(provider.connected) == {"acleddata.com"}
    assert len(provider.asked) == 1


def test_a_host_named_after_the_secret_is_not_shown(provider):
    secret = cs.sources._credentials.Secret("s3cret-of-mine")
    ask = Transport("X", ("acleddata.com",), signature=Signature(secret, header="k"))
    provider.play([Reply("", 302, {"Location": "https://s3cret-of-mine.example/"})])
    with pytest.raises(cs.FetchError, match="not shown") as caught:
        ask.get(URL)
    assert "s3cret" not in str(caught.value)


def test_redirects_in_a_circle_have_an_end(provider, ask):
    provider.play(lambda _: Reply("", 301, {"Location": URL}))
    with pytest.raises(cs.FetchError, match="from one address to another"):
        ask.get(URL)
    assert len(provider.asked) == _transport.MOST_REDIRECTS + 1


def test_a_form_is_never_sent_on(provider, ask):
    secret = cs.sources._credentials.Secret(CANARY)
    provider.play([Reply("", 307, {"Location": f"https://{STORE}/f"})])
    with pytest.raises(cs.FetchError, match="from one address to another"):
        ask.post(URL, {"password": secret, "user": "me"})
    (asked,) = provider.asked
    assert asked.form == {"password": CANARY, "user": "me"}


def test_only_https_to_known_hosts_is_ever_asked(provider, ask):
    for url in ("http://acleddata.com/x", "https://elsewhere.example/x", "acleddata"):
        with pytest.raises(cs.FetchError, match=r"refused|not https"):
            ask.get(url)
    assert provider.connected == []


def test_a_certificate_of_an_unknown_authority_is_refused(provider, ask, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(cs.FetchError, match="could not prove who it is"):
        ask.get(URL)
    assert provider.asked == []


def test_a_file_of_certificates_that_is_not_there_is_named(ask, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/authority.pem")
    with pytest.raises(cs.FetchError, match="REQUESTS_CA_BUNDLE"):
        ask.get(URL)


def test_a_certificate_of_another_host_is_refused(provider):
    ask = Transport("X", ("elsewhere.example",))
    with pytest.raises(cs.FetchError, match="could not prove who it is"):
        ask.get("https://elsewhere.example/x")
    assert provider.asked == []


def test_a_host_that_is_not_there_is_an_error(provider, ask, naps, monkeypatch):
    import urllib3.util.connection

    def nobody(*_, **__):
        raise ConnectionRefusedError

    monkeypatch.setattr(urllib3.util.connection, "create_connection", nobody)
    with pytest.raises(cs.FetchError, match=r"could not be reached.*6 times"):
        ask.get(URL)


def test_other_troubles_of_the_library_are_ours(ask, monkeypatch):
    def broken(*_, **__):
        raise requests.exceptions.InvalidHeader(CANARY)

    monkeypatch.setattr(requests.Session, "request", broken)
    with pytest.raises(cs.FetchError, match="InvalidHeader") as caught:
        ask.get(URL)
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_a_token_sent_back_is_not_kept_and_data_are_not_changed_by_chance(provider):
    for token, shown in (("a-long-token-1", "[not shown]"), ("2024", "2024")):
        secret = cs.sources._credentials.Secret(token)
        signature = Signature(secret, header="k")
        ask = Transport("X", ("acleddata.com",), signature=signature)
        provider.play([Reply({"a": token, "year": 2024})])
        assert ask.get(URL) == {"a": shown, "year": "2024"}


def test_a_netrc_file_is_not_asked_for_passwords(provider, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine acleddata.com login me password wrong\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    provider.play(lambda _: Reply([]))
    Transport("X", ("acleddata.com",)).get(URL)
    assert "Authorization" not in provider.asked[0].headers


def test_the_logs_of_the_library_hold_no_secret(provider, caplog):
    secret = cs.sources._credentials.Secret(CANARY)
    ask = Transport(
        "X", ("acleddata.com",), signature=Signature(secret, query="client_id")
    )
    provider.play([Reply([])])
    with caplog.at_level(logging.DEBUG):
        ask.get(URL)
    assert provider.asked[0].query["client_id"] == CANARY
    assert "client_id=[not shown]" in caplog.text
    assert "c4n4ry" not in caplog.text
    assert not logging.getLogger("urllib3.connectionpool").filters
