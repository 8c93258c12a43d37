"""What holds for every download: where it came from is told, and no secret is."""

import base64
import dataclasses
import json
import logging
import traceback

import pytest

import conflictstats as cs
from conflictstats.sources import acled_api, hapi_api, idmc_api, ucdp_api
from conflictstats.sources._downloading import Request, listed_words
from tests.sources.conftest import CANARY
from tests.sources.provider_server import Reply
from tests.sources.test_acled_api import Acled
from tests.sources.test_acled_api import event as acled_event
from tests.sources.test_hapi_api import hapi, month
from tests.sources.test_idmc_api import idmc, update
from tests.sources.test_ucdp_api import event as ged_event
from tests.sources.test_ucdp_api import ucdp

# However a secret may be written: as it is, in an address, in HAPI's own way.
_ENCODED = base64.b64encode(f"conflictstats:hapi_email-{CANARY}".encode()).decode()
TRACES = (CANARY, "c4n4ry", "t0ken", _ENCODED, _ENCODED[30:50])

FETCHES = {
    "ucdp": lambda: cs.fetch_ucdp("25.1", countries=[901], refresh=True),
    "acled": lambda: cs.fetch_acled(countries=["Utopia"], refresh=True),
    "idmc": lambda: cs.fetch_idmc(refresh=True),
    "hapi": lambda: cs.fetch_hapi(countries=["UTO"], refresh=True),
}
SPEAKERS = {
    "ucdp": lambda: ucdp({"gedevents/25.1": [ged_event(i) for i in range(3)]}),
    "acled": lambda: Acled([acled_event(f"UTO{i}") for i in range(3)]),
    "idmc": lambda: idmc([update(i) for i in range(3)]),
    "hapi": lambda: hapi([month("UTO", i) for i in range(3)]),
}


def search(text):
    return [trace for trace in TRACES if trace in text]


def left_behind(folder, ds):
    """Everything a download leaves behind, as one text."""
    said = [repr(ds), ds._repr_html_(), ds.methods_note(), ds.cite(), ds.cite("bibtex")]
    said += [json.dumps(dataclasses.asdict(s)) for s in ds.source_records]
    said += [s.attribution() for s in ds.source_records]
    said += [cs.tabulate_sources(ds).to_text(), cs.list_downloads().to_csv()]
    for table in (ds.events, ds.actors, ds.counts, ds.sources, ds.quarantine):
        said.append(table.to_csv())
    ds.to_datapackage(folder / "package", reason="to search it")
    ds.to_hxl(folder / "all.csv", reason="to search it")
    for path in folder.rglob("*"):
        said.append(str(path.relative_to(folder)))
        if path.is_file():
            said.append(path.read_bytes().decode(errors="replace"))
    return "\n".join(said)


@pytest.mark.loopback
@pytest.mark.parametrize("name", FETCHES)
def test_what_a_download_leaves_behind_holds_no_secret(
    provider, tmp_path, name, caplog, capfd
):
    provider.play(SPEAKERS[name]())
    with caplog.at_level(logging.DEBUG):
        ds = FETCHES[name]()
    # The secret was there and has been sent: else this test would find nothing either.
    sent = [f"{a.query} {a.headers} {a.form}" for a in provider.asked]
    assert any(search(text) for text in sent)
    assert not search(left_behind(tmp_path, ds))
    assert not search(caplog.text)
    assert not search("".join(capfd.readouterr()))
    assert len(ds.events) == 3


TROUBLES = {
    "told": lambda a: Reply({"message": f"{a.query} {a.headers} {a.form}"}, 401),
    "denied": lambda a: Reply({"message": f"{a.query} {a.headers}"}, 403),
    "unknown": lambda a: Reply({"message": f"{a.query} {a.headers}"}, 404),
    "broken": lambda a: Reply({"message": f"{a.query} {a.headers}"}, 500),
    "cut": lambda a: Reply(json.dumps(a.headers)[:-9]),
    "short": lambda a: Reply("{}", missing=9),
    "page": lambda a: Reply(json.dumps(a.headers), kind="text/html"),
    "strange": lambda a: Reply({"data": a.headers, "Result": a.headers}),
    "sent on": lambda a: Reply(
        "", 302, {"Location": f"https://elsewhere.example/?{a.query}"}
    ),
}


@pytest.mark.loopback
@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("name", FETCHES)
def test_what_goes_wrong_is_told_without_the_secret(
    provider, tmp_path, name, trouble, naps, caplog, capfd
):
    honest = SPEAKERS[name]()

    def play(asked):
        signing_in = asked.path == "/oauth/token" and trouble not in ("told", "sent on")
        return honest(asked) if signing_in else TROUBLES[trouble](asked)

    provider.play(play)
    with caplog.at_level(logging.DEBUG), pytest.raises(cs.FetchError) as caught:
        FETCHES[name]()
    problem = caught.value
    assert problem.__cause__ is None
    whole = traceback.TracebackException.from_exception(problem, capture_locals=True)
    # Frames of the test itself may well know what is searched for.
    whole.stack = traceback.StackSummary.from_list(
        [f for f in whole.stack if "/tests/" not in f.filename]
    )
    assert not search("".join(whole.format()))
    assert not search(f"{problem} {problem!r} {problem.args}")
    assert not search(caplog.text)
    assert not search("".join(capfd.readouterr()))
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert not any(search(p.read_bytes().decode(errors="replace")) for p in files)
    assert not list(tmp_path.rglob("*.csv"))
    assert "\nHint: " in str(problem)


@pytest.mark.loopback
@pytest.mark.parametrize("module", [acled_api, hapi_api, idmc_api, ucdp_api])
def test_a_way_out_does_not_show_its_secret(module, account, provider):
    provider.play(Acled([]))
    found = module._transport()
    transport = found() if module is ucdp_api else found
    assert not search(f"{transport!r} {transport} {transport.signature!r}")


def test_a_request_is_its_address():
    request = Request.of("X", "https://x.example/a", {"b": "c d|e", "a": 1, "no": None})
    assert request.full_url == "https://x.example/a?a=1&b=c+d%7Ce"
    assert Request.from_url("X", request.full_url) == request
    assert request.said() == "a=1; b=c d|e"
    bare = Request.of("X", "https://x.example/a", {})
    assert bare.full_url == "https://x.example/a"
    assert Request.from_url("X", bare.full_url) == bare
    assert bare.host == "x.example"


def test_one_word_counts_as_a_list_of_one():
    assert listed_words("Utopia", "countries", str, "|") == "Utopia"
    assert listed_words(901, "countries", int, ",") == "901"
    assert listed_words(["a", " b "], "countries", str, "|") == "a|b"
