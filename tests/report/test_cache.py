import os
import random
import subprocess
import sys
import time

import pandas as pd
import pytest

from conflictstats.report import cache as cache_module
from conflictstats.report.cache import Cache, key_of, steps_folder


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "steps")


def entry(cache, key):
    return cache.folder / key[:2] / key


def test_what_is_kept_is_not_made_again(cache):
    calls = []

    def make():
        calls.append(1)
        return pd.DataFrame({"n": [1, 2]})

    first = cache.value("one", "aa", make)
    second = cache.value("one", "aa", make)
    pd.testing.assert_frame_equal(first, second)
    assert len(calls) == 1
    assert (cache.made, cache.kept) == (["one"], ["one"])
    assert cache.value("one", "ab", make) is not None
    assert len(calls) == 2


def test_without_a_folder_nothing_is_kept():
    cache = Cache(None)
    assert [cache.value("one", "aa", lambda: 1) for _ in range(2)] == [1, 1]
    assert cache.kept == []
    cache.trim()


@pytest.mark.parametrize("damage", [b"", b"x" * 90, b"short"])
def test_a_damaged_entry_is_made_again(cache, damage):
    cache.value("one", "aa", lambda: 1)
    entry(cache, "aa").write_bytes(damage)
    assert cache.value("one", "aa", lambda: 2) == 2
    assert cache.value("one", "aa", lambda: 3) == 2


def test_one_bit_is_enough_to_be_damaged(cache):
    cache.value("one", "aa", lambda: "abc")
    content = bytearray(entry(cache, "aa").read_bytes())
    content[-30] ^= 1
    entry(cache, "aa").write_bytes(bytes(content))
    assert cache.value("one", "aa", lambda: "new") == "new"


def test_an_entry_of_an_unknown_form_is_made_again(cache):
    cache._write("aa", b"whole, and no packed value")
    assert cache.value("one", "aa", lambda: 5) == 5
    assert cache.made == ["one"]


def test_what_cannot_be_packed_is_made_every_time(cache, monkeypatch):
    assert [cache.value("one", "aa", lambda: {1, 2}) for _ in range(2)] == [{1, 2}] * 2
    assert cache.kept == []
    # A form that loses something is not kept either.
    monkeypatch.setattr(cache_module, "unpack", lambda content: 0)
    cache.value("other", "ab", lambda: 1)
    assert not entry(cache, "ab").exists()


def test_entries_are_for_the_owner_alone(cache):
    cache.value("one", "aa", lambda: 1)
    assert entry(cache, "aa").stat().st_mode & 0o777 == 0o600
    assert entry(cache, "aa").parent.stat().st_mode & 0o777 == 0o700


def test_a_disk_that_refuses_costs_nothing_but_time(tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file")
    assert cache.value("one", "aa", lambda: 1) == 1
    cache.trim()


def test_what_was_not_asked_for_longest_goes_first(cache):
    for age, key in enumerate(("cc", "bb", "aa")):
        cache.value(key, key, lambda: "x" * 1000)
        os.utime(entry(cache, key), (1000 - age, 1000 - age))
    size = entry(cache, "aa").stat().st_size
    cache.value("aa", "aa", lambda: "new")
    cache.trim(2 * size)
    assert [entry(cache, k).exists() for k in ("aa", "bb", "cc")] == [True, False, True]


def test_keys_hold_code_versions_and_parts(monkeypatch):
    one = key_of(fit="trend", level=0.9)
    assert one == key_of(level=0.9, fit="trend")
    assert one != key_of(fit="trend", level=0.95)
    monkeypatch.setattr(cache_module, "code_sha256", lambda: "other")
    assert one != key_of(fit="trend", level=0.9)


def test_the_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("CONFLICTSTATS_CACHE", str(tmp_path))
    assert steps_folder() == tmp_path / "steps"
    monkeypatch.delenv("CONFLICTSTATS_CACHE")
    assert "conflictstats" in str(steps_folder())


WRITER = """
import sys
from pathlib import Path
from conflictstats.report.cache import Cache
folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
for i in range(rounds):
    cache = Cache(folder)
    key = f"{i % 7:02d}"
    assert cache.value("x", key, lambda: key * 20000) == key * 20000
    if i % 5 == 0:
        cache._path(key).unlink(missing_ok=True)
"""


def start(folder, rounds):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(rounds)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_may_use_one_folder(tmp_path):
    both = [start(tmp_path, 150) for _ in range(2)]
    for process in both:
        process.communicate(timeout=60)
    assert [p.returncode for p in both] == [0, 0]


@pytest.mark.slow
def test_a_killed_process_leaves_whole_entries_or_none(tmp_path):
    draw = random.Random(5)
    for _ in range(20):
        process = start(tmp_path, 10**6)
        process.stdout.readline()
        for _ in range(10):
            time.sleep(draw.random() / 100)
        process.kill()
        process.communicate()
        cache = Cache(tmp_path)
        for path in tmp_path.glob("??/[0-9]*"):
            assert cache._read(path.name) is not None
