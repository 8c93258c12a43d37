"""The same call on a real cluster, where a worker may die midway."""

import functools
import os
import signal
import warnings
from contextlib import contextmanager
from pathlib import Path

import distributed
import psutil
import pytest

import conflictstats as cs
from tests.measures.test_files import check_same, damaged, ged, written

# Workers talk to this machine alone; there is no dashboard.
pytestmark = pytest.mark.loopback
ASK = {"by": "country", "every": "year", "block_bytes": 700}


@contextmanager
def cluster(*, processes):
    """Start two workers; check that none of them is left behind."""
    before = set(psutil.Process().children(recursive=True))
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=processes,
            # Threads would else ask which address this machine has on the internet.
            protocol="tcp://",
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
        ) as workers,
        distributed.Client(workers) as client,
    ):
        client.wait_for_workers(2)
        yield client
    left = set(psutil.Process().children(recursive=True)) - before
    # Python's own helper ends with this process.
    left = {p for p in left if "resource_tracker" not in " ".join(p.cmdline())}
    _, alive = psutil.wait_procs(left, timeout=10)
    assert not alive


def test_a_client_reads_the_blocks(tmp_path):
    path = written(tmp_path / "ged.csv", damaged())
    one = cs.count_files(path, read=cs.read_ucdp_ged, **ASK)
    with cluster(processes=False) as client:
        check_same(
            cs.count_files(path, read=cs.read_ucdp_ged, client=client, **ASK), one
        )


def dying_reader(given, folder):
    """Read a block; the first worker that meets the event 75 dies of it."""
    if b"\n75," in given.getvalue():
        flag = Path(folder) / "died"
        if not flag.exists():
            flag.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
    return cs.read_ucdp_ged(given)


@pytest.mark.slow
def test_a_worker_dies_midway_and_the_panel_is_the_same(tmp_path):
    path = written(tmp_path / "ged.csv", ged(150))
    one = cs.count_events(cs.read_ucdp_ged(path), by="country", every="year")
    dying = functools.partial(dying_reader, folder=tmp_path)
    with warnings.catch_warnings(), cluster(processes=True) as client:
        warnings.simplefilter("error")
        workers = set(client.run(os.getpid).values())
        plain = cs.count_files(path, read=cs.read_ucdp_ged, client=client, **ASK)
        check_same(plain, one)
        panel = cs.count_files(path, read=dying, client=client, **ASK)
    died = int((tmp_path / "died").read_text())
    assert died in workers
    assert len(workers) == 2
    assert died != os.getpid()
    check_same(panel, one)
