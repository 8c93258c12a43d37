"""What other processes do to the cache while tests look on."""

import os

from conflictstats.sources import _download_cache
from conflictstats.sources._download_cache import Kept, find, keep

URL = "https://api.unhcr.org/population/v1/population/?yearFrom=2020"


def kept(url=URL):
    return Kept(url, "UNHCR", "2026-11-26T15:00:00+00:00", "", 1, 0, True)


def payload(n, size=200_000):
    return f"round {n}\n".encode() * (size // 10)


def keep_in_turn(folder, ready):
    """Keep two downloads in turn until killed."""
    os.environ[_download_cache.VARIABLE] = folder
    ready.set()
    while True:
        for n in range(2):
            keep(kept(), payload(n))


def keep_in_step(folder, barrier, rounds, who):
    """Keep and find the same downloads at the same time as another process."""
    os.environ[_download_cache.VARIABLE] = folder
    for n in range(rounds):
        barrier.wait(60)
        mine = payload(n, 2000) if n % 2 else payload(10 * n + who, 2000)
        keep(kept(f"{URL}&n={n % 7}"), mine)
        found = find(f"{URL}&n={n % 7}")
        assert found is not None
        assert found[1].startswith(b"round")
