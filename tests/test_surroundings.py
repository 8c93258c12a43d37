"""The same output in every time zone and language, to the letter."""

import hashlib
import locale
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import conflictstats as cs
from tests.malformed import PROVIDERS
from tests.shared import ROOT

PROGRAM = """
import locale
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
from tests.test_surroundings import PROVIDERS, output
print(output(PROVIDERS))
"""
SURROUNDINGS = {
    "plain": {"TZ": "UTC", "LC_ALL": "C.UTF-8"},
    "far_east": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
    "far_west": {"TZ": "Pacific/Pago_Pago", "LC_ALL": "C"},
    "turkish": {"TZ": "Europe/Istanbul", "LC_ALL": "tr_TR.UTF-8"},
    "german": {"TZ": "Europe/Berlin", "LC_ALL": "de_DE.UTF-8"},
}


def output(providers):
    """Return what readers, panels, exports and phrases give, as one text."""
    said = []
    for provider in providers:
        read = getattr(cs, PROVIDERS[provider][0])
        ds = read(ROOT / "tests" / "samples" / f"{provider}.csv")
        tables = (ds.events, ds.actors, ds.counts, ds.quarantine, ds.sources)
        said += [table.to_csv(index=False) for table in tables]
        said += [ds.coverage.windows.to_csv(), repr(ds), ds.methods_note()]
    path = ROOT / "tests" / "samples" / "ucdp_ged.csv"
    ged = cs.read_ucdp_ged(path)
    for every in ("day", "week", "month", "quarter", "year"):
        panel = cs.count_events(ged, by="country", every=every)
        said.append(panel.to_frame().to_csv())
    said.append(cs.count_files(path, read=cs.read_ucdp_ged).to_frame().to_csv())
    with tempfile.TemporaryDirectory() as folder:
        files = sorted(ged.to_csv(folder))
        said += [Path(file).read_text(encoding="utf-8") for file in files]
    phrases = ("ISTANBUL 1.200 KILLED", "dozens", "1,5 million", "١٢")
    said += [repr(cs.parse_quantity(phrase)) for phrase in phrases]
    return "\n".join(said)


@pytest.fixture
def zone(monkeypatch):
    """Set the time zone of this process."""

    def set_to(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_to
    monkeypatch.undo()
    time.tzset()


def test_another_time_zone_changes_nothing(zone):
    texts = []
    for name in ("UTC", "Pacific/Kiritimati"):
        zone(name)
        texts.append(output(["acled", "idmc"]))
    assert len(texts[0]) > 10_000
    assert texts[0] == texts[1]


@pytest.mark.parametrize("name", ["tr_TR.UTF-8", "de_DE.UTF-8"])
def test_another_language_changes_nothing(name):
    plain = output(["acled", "idmc"])
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        pytest.skip(f"{name} is not installed here: only its variable can be set")
    try:
        assert output(["acled", "idmc"]) == plain
    finally:
        locale.setlocale(locale.LC_ALL, before)


def printed(**settings):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    environment = {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **settings}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT, env=environment, capture_output=True, check=False,
    )  # fmt: skip
    assert not done.returncode, done.stderr.decode()
    return hashlib.sha256(done.stdout).hexdigest(), len(done.stdout)


@pytest.mark.slow
def test_processes_in_other_time_zones_and_languages_print_the_same():
    found = {name: printed(**said) for name, said in SURROUNDINGS.items()}
    assert len(set(found.values())) == 1, found
    assert found["plain"][1] > 50_000
