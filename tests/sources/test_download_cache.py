import hashlib
import json
import multiprocessing
import os
import signal
import stat
import time

import pytest

import conflictstats as cs
from conflictstats.sources import _download_cache
from conflictstats.sources._download_cache import (
    all_kept,
    cache_folder,
    find,
    keep,
    path_of,
    remove,
)
from tests.sources.cache_worker import (
    URL,
    keep_in_step,
    keep_in_turn,
    kept,
    payload,
)


def test_what_is_kept_is_found_under_its_checksum(cache):
    full = keep(kept(), b"id\n1\n")
    assert full.sha256 == hashlib.sha256(b"id\n1\n").hexdigest()
    assert full.bytes == 5
    assert full.day == "2026-11-26"
    assert find(URL) == (full, b"id\n1\n")
    assert path_of(full.sha256).read_bytes() == b"id\n1\n"
    assert find(URL + "&coo=UTP") is None


def test_nobody_else_may_read_it(cache):
    mask = os.umask(0)
    try:
        keep(kept(), b"id\n1\n")
    finally:
        os.umask(mask)
    modes = {stat.S_IMODE(p.stat().st_mode): p.is_dir() for p in cache.rglob("*")}
    assert modes == {0o700: True, 0o600: False}
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone", "record", "fields"])
def test_what_is_damaged_is_not_served_and_made_again(cache, damage):
    full = keep(kept(), b"id\n1\n")
    path = path_of(full.sha256)
    (record,) = cache.rglob("*.json")
    if damage == "flipped":
        path.write_bytes(b"id\n2\n")
    elif damage == "cut":
        path.write_bytes(b"id")
    elif damage == "gone":
        path.unlink()
    elif damage == "record":
        record.write_bytes(record.read_bytes()[:20])
    else:
        record.write_text(json.dumps({"url": URL}))
    assert find(URL) is None
    if damage in ("flipped", "cut"):
        assert not path.exists()
    assert keep(kept(), b"id\n1\n") == full
    assert find(URL) == (full, b"id\n1\n")


def test_a_record_of_another_request_is_not_taken(cache):
    keep(kept(), b"id\n1\n")
    (record,) = cache.rglob("*.json")
    changed = json.loads(record.read_bytes()) | {"url": "https://other.example"}
    record.write_text(json.dumps(changed))
    assert find(URL) is None


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CONFLICTSTATS_CACHE", str(tmp_path / "file"))
    with pytest.raises(cs.FetchError, match="CONFLICTSTATS_CACHE"):
        keep(kept(), b"id\n1\n")


def test_without_a_folder_named_it_is_the_users_own(monkeypatch):
    monkeypatch.delenv("CONFLICTSTATS_CACHE", raising=False)
    assert cache_folder().name == "conflictstats"


def test_the_folder_may_lie_in_the_users_home(monkeypatch):
    monkeypatch.setenv("CONFLICTSTATS_CACHE", "~/downloads")
    assert "~" not in str(cache_folder())


def test_removing_takes_old_orphans_along_and_leaves_the_rest(cache, monkeypatch):
    keep(kept(), b"old")
    keep(kept(), b"new")
    other = keep(kept(URL + "&other"), b"new")
    third = keep(kept(URL + "&third"), b"third")
    part = path_of(third.sha256).parent / ".abc.csv.part"
    part.write_bytes(b"left behind")
    # Young files without a record may be about to get one.
    assert remove({URL}) > 0
    assert path_of(other.sha256).exists()
    assert part.exists()
    assert {k.url for k in all_kept()} == {other.url, third.url}
    monkeypatch.setattr(_download_cache, "_STALE", -1.0)
    assert remove({third.url}) >= len(b"old" + b"third" + b"left behind")
    assert [p.name for p in cache.rglob("*.csv*")] == [f"{other.sha256}.csv"]
    assert remove({"https://nobody.example"}) == 0


def test_a_file_that_vanishes_meanwhile_is_no_trouble(cache, monkeypatch):
    assert _download_cache._age(cache / "nothing") == 0
    assert _download_cache._unlink(cache / "nothing") == 0


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.sources.cache_worker"])
    return context


def together(processes, cache, rounds):
    barrier = processes.Barrier(2)
    pair = [
        processes.Process(target=keep_in_step, args=(str(cache), barrier, rounds, who))
        for who in range(2)
    ]
    for process in pair:
        process.start()
    for process in pair:
        process.join(300)
    assert [process.exitcode for process in pair] == [0, 0]
    assert len(all_kept()) == min(rounds, 7)
    for each in all_kept():
        assert find(each.url) is not None


def test_two_processes_at_once_do_not_disturb_each_other(processes, cache):
    together(processes, cache, 30)


@pytest.mark.slow
def test_a_thousand_pairs_of_processes_do_not_disturb_each_other(processes, cache):
    together(processes, cache, 1000)


def killed(processes, cache, rng, times):
    first = keep(kept(), payload(0))
    states = {payload(0): 0, payload(1): 0}
    for _ in range(times):
        ready = processes.Event()
        process = processes.Process(target=keep_in_turn, args=(str(cache), ready))
        process.start()
        assert ready.wait(60)
        time.sleep(rng.uniform(0, 0.03))
        os.kill(process.pid, signal.SIGKILL)
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        full, data = find(URL)
        assert full.rows == first.rows
        states[data] += 1
    return states


def test_a_process_killed_midway_leaves_the_old_file_or_the_new(processes, cache, rng):
    states = killed(processes, cache, rng, 6)
    assert sum(states.values()) == 6


@pytest.mark.slow
def test_two_hundred_killed_processes_leave_the_old_file_or_the_new(
    processes, cache, rng
):
    states = killed(processes, cache, rng, 200)
    assert min(states.values()) > 0
